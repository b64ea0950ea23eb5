// Types of numbers that a device's products read.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gto {

enum class number_type : int32_t { f32, f16, bf16 };

inline constexpr size_t bytes_of(number_type type) { return type == number_type::f32 ? 4 : 2; }

} // namespace gto
