#include "draft/optimizer.h"

#include <cmath>
#include <cstring>

namespace gto {

optimizer::optimizer(gto_draft & draft, const gto_trainer_options & options)
    : draft_(draft), options_(options), q_(draft.device), gradient_(draft.device, draft.memory.bytes()), first_(draft.device, draft.memory.bytes()),
      second_(draft.device, draft.memory.bytes()) {
    for (block * b : {&gradient_, &first_, &second_}) memset(b->data(), 0, b->bytes());
}

void optimizer::zero() { memset(gradient_.data(), 0, gradient_.bytes()); }

// Summed in fixed pieces, so that the result doesn't depend on the number of threads.
double optimizer::norm() {
    constexpr int64_t piece = 1 << 14;
    const int64_t n = draft_.n_params, pieces = (n + piece - 1) / piece;
    std::vector<double> sums(pieces);
    const float * g = gradient_.data();
    q_.kernel([&](int ith, int nth) {
        const share part(pieces, ith, nth);
        for (int64_t p = part.first; p < part.last; p++) {
            float lanes[16] = {};
            const int64_t end = std::min(n, (p + 1) * piece);
            int64_t i = p * piece;
            for (; i + 16 <= end; i += 16) {
                for (int l = 0; l < 16; l++) lanes[l] += g[i + l] * g[i + l];
            }
            double sum = 0;
            for (float lane : lanes) sum += lane;
            for (; i < end; i++) sum += (double) g[i] * g[i];
            sums[p] = sum;
        }
    });
    q_.run();
    double total = 0;
    for (double sum : sums) total += sum;
    return std::sqrt(total);
}

float optimizer::step(float learning_rate, float clip) {
    const double before = norm();
    if (!std::isfinite(before)) {
        zero();
        fail(GTO_E_NUMERIC, "the gradient's norm is not a finite number");
    }
    const float scale = clip > 0 && before > clip ? (float) (clip / before) : 1.0f;
    const int64_t t = ++steps;
    const float b1 = options_.beta1, b2 = options_.beta2, epsilon = options_.epsilon;
    const float correct1 = (float) (1.0 / (1.0 - std::pow((double) b1, (double) t))), correct2 = (float) (1.0 / (1.0 - std::pow((double) b2, (double) t)));
    for (const parameter & p : draft_.parameters) {
        float * w = draft_.memory.data() + p.offset;
        float * g = gradient_.data() + p.offset;
        float * m = first_.data() + p.offset;
        float * v = second_.data() + p.offset;
        const int64_t n = p.size();
        const float keep = p.is_norm() ? 1.0f : 1.0f - learning_rate * options_.weight_decay;
        q_.kernel([=](int ith, int nth) {
            const share part(n, ith, nth);
            for (int64_t i = part.first; i < part.last; i++) {
                const float x = g[i] * scale;
                m[i] = b1 * m[i] + (1.0f - b1) * x;
                v[i] = b2 * v[i] + (1.0f - b2) * x * x;
                w[i] = keep * w[i] - learning_rate * (m[i] * correct1) / (std::sqrt(v[i] * correct2) + epsilon);
                g[i] = 0.0f;
            }
        });
    }
    q_.run();
    return (float) before;
}

} // namespace gto
