// How many threads may compute at the same time.
#pragma once

#include <cstdint>
#include <string>

namespace gto {

// The processors that this process may run on (affinity), or the whole number at or above its control groups' CPU
// quota, if that is less; at least 1. As Java's Runtime.availableProcessors counts them.
int32_t usable_processors(const std::string & root = "");

} // namespace gto
