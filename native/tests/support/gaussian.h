// Standard normal numbers that are the same with every standard library (std::normal_distribution's aren't).
#pragma once

#include <cmath>
#include <random>

namespace gto_test {

class gaussian {
  public:
    explicit gaussian(uint32_t seed) : engine_(seed) {}
    float operator()() {
        const double u = (engine_() + 1.0) / 4294967297.0, v = engine_() / 4294967296.0;
        return (float) (std::sqrt(-2.0 * std::log(u)) * std::cos(6.283185307179586 * v));
    }
    uint32_t integer(uint32_t below) { return (uint32_t) (engine_() % below); }

  private:
    std::mt19937 engine_;
};

} // namespace gto_test
