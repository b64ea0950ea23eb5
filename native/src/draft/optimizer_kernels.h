// Row kernels of AdamW over a flat vector of parameters (draft/optimizer.cpp): a "row" is a piece of it.
#pragma once

#include "common/ceil_div.h"
#include "kernel/group.h"

namespace gto {

// What a step's update is made with.
struct adamw {
    float scale; // of the gradient: clipping
    float keep;  // of the weight: 1 - learning rate * decay
    float learning_rate, beta1, beta2;
    float correct1, correct2; // 1 / (1 - beta^t)
    float epsilon;
};

constexpr int64_t parameters_together = 1 << 14; // of a piece

inline int64_t pieces_of(int64_t n) { return ceil_div(n, parameters_together); }

struct adamw_pieces {
    adamw constants;
    int64_t n;
    float *w, *g, *m, *v;

    template <class Group> GTO_HD void operator()(Group group, int32_t piece) const {
        const int64_t first = (int64_t) piece * parameters_together,
                      last = first + parameters_together < n ? first + parameters_together : n;
        const adamw c = constants;
        float *weight = w, *gradient = g, *first_moment = m, *second_moment = v;
        each_between(group, first, last, [=](int64_t i) {
            const float x = gradient[i] * c.scale;
            first_moment[i] = c.beta1 * first_moment[i] + (1.0f - c.beta1) * x;
            second_moment[i] = c.beta2 * second_moment[i] + (1.0f - c.beta2) * x * x;
            weight[i] = c.keep * weight[i] - c.learning_rate * (first_moment[i] * c.correct1) /
                                                 (sqrtf(second_moment[i] * c.correct2) + c.epsilon);
            gradient[i] = 0.0f;
        });
    }
    void operator()(host_group, int32_t piece) const; // optimizer.cpp
};

// sums[piece] = sum of x^2 over the piece: in fixed pieces, so that the result doesn't depend on the number of threads.
struct square_sum_pieces {
    const float * x;
    int64_t n;
    double * sums;

    template <class Group> GTO_HD void operator()(Group g, int32_t piece) const {
        const int64_t first = (int64_t) piece * parameters_together,
                      count = n - first < parameters_together ? n - first : parameters_together;
        const float * values = x + first;
        const double sum = sum_over(g, (int32_t) count, [=](int32_t i) { return values[i] * values[i]; });
        if (g.rank() == 0) sums[piece] = sum;
    }
    void operator()(host_group, int32_t piece) const; // optimizer.cpp
};

} // namespace gto
