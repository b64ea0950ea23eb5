// ggml's backends: which are loaded, and why one that is asked for isn't there.
#pragma once

#include <string>

namespace gto {

// ggml's backends are there: with GGML_BACKEND_DL they are modules beside libggml, which are loaded at the first call,
// with those of the folder that the environment variable GTO4J_BACKENDS names. Fails with GTO_E_ARGUMENT if that is no
// folder. Thread-safe.
void load_backends();

// The folder of the library that a symbol is of; empty if it can't be told.
std::string folder_of_library(const void * symbol);

// What is missing for a device of such a name as CUDA0, as the end of a message: ": <reason>"; "" if there is nothing
// to say.
std::string missing_backend(const std::string & device);

} // namespace gto
