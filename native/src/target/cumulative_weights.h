// Weights of tokens, which needn't add up to 1, with sums by blocks: a draw adds up blocks and reads one of them.
#pragma once

#include <cstdint>
#include <vector>

namespace gto {

class cumulative_weights {
  public:
    // A weight's index, and the sums of all before it and of these and itself; index -1: all weights are 0.
    struct place {
        int64_t index;
        double below, with;
    };

    // n weights, each at least 0. After any of them was written comes sum_up().
    float * resize(int64_t n);
    float * data() { return weights_.data(); }
    void sum_up();
    // exp(logits[i] / temperature - most) for i of 0..n-1, summed up. The logits may be what resize(n) returned.
    void take_exponentials(const float * logits, int64_t n, float temperature, float most);
    int64_t size() const { return (int64_t) weights_.size(); }
    float operator[](int64_t i) const { return weights_[i]; }
    double total() const { return total_; }
    // The first weight with which the sum is more than `sum`, 0 <= sum < total(); never one that is 0. The last one
    // that isn't where rounding left none.
    place find(double sum) const;

  private:
    std::vector<float> weights_;
    std::vector<double> sums_; // of each block
    double total_ = 0.0;
};

} // namespace gto
