// A ggml device whose memory the host can't touch, as a GPU's: a target can be loaded onto it, nothing is computed.
#pragma once

namespace gto_test {

// Its name, known to ggml from then on; null where llama.cpp's sources, which say what a backend is, aren't there.
const char * guarded_device();

} // namespace gto_test
