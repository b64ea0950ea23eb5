// Step t = 1, 2, ... for every parameter w with its accumulated gradient g and its moments m, v (0 at first). beta1,
// beta2, epsilon and weight_decay are options, learning_rate and clip the step's arguments.
//   norm  = sqrt(sum of g^2 over all parameters)             the value that step() returns
//   scale = clip / norm if clip > 0 and norm > clip, else 1
//   x     = scale g
//   m     = beta1 m + (1 - beta1) x
//   v     = beta2 v + (1 - beta2) x^2
//   w     = keep w - learning_rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon)
//   keep  = 1 - learning_rate weight_decay; 1 for the weights of norms and for biases
//   g     = 0
#include "draft/optimizer.h"

#include "device/record.h"
#include "draft/optimizer_kernels.h"
#include "kernel/clones.h"
#include "kernel/lane_sum.h"

#include <algorithm>
#include <cmath>

namespace gto {

namespace {

GTO_CLONES void update_weights(adamw c, int64_t first, int64_t last, float * w, float * g, float * m, float * v) {
    for (int64_t i = first; i < last; i++) {
        const float x = g[i] * c.scale;
        m[i] = c.beta1 * m[i] + (1.0f - c.beta1) * x;
        v[i] = c.beta2 * v[i] + (1.0f - c.beta2) * x * x;
        w[i] = c.keep * w[i] - c.learning_rate * (m[i] * c.correct1) / (std::sqrt(v[i] * c.correct2) + c.epsilon);
        g[i] = 0.0f;
    }
}

GTO_CLONES double square_sum(const float * x, int64_t n) {
    return lane_sum(n, [=](int64_t i) { return x[i] * x[i]; });
}

} // namespace

void adamw_pieces::operator()(host_group, int32_t piece) const {
    const int64_t first = (int64_t) piece * parameters_together;
    update_weights(constants, first, std::min(n, first + parameters_together), w, g, m, v);
}

void square_sum_pieces::operator()(host_group, int32_t piece) const {
    const int64_t first = (int64_t) piece * parameters_together;
    sums[piece] = square_sum(x + first, std::min(n - first, parameters_together));
}

optimizer::optimizer(gto_draft & draft, const gto_trainer_options & options)
    : draft_(draft), options_(options), q_(draft.device), gradient_(draft.device, draft.memory.bytes()),
      first_(draft.device, draft.memory.bytes()), second_(draft.device, draft.memory.bytes()) {
    for (block * b : {&gradient_, &first_, &second_}) draft.device.zero(b->data(), b->bytes());
}

void optimizer::zero() { draft_.device.zero(gradient_.data(), gradient_.bytes()); }

double optimizer::norm() {
    const int64_t n = draft_.n_params, pieces = pieces_of(n);
    std::vector<double> sums(pieces);
    record_rows(q_, pieces, square_sum_pieces{gradient_.data(), n, q_.back(sums.data(), sums.size())});
    q_.run();
    double total = 0;
    for (double sum : sums) total += sum;
    return std::sqrt(total);
}

float optimizer::step(float learning_rate, float clip) {
    const whole_gradient whole(*this);
    const queue::recording recording(q_);
    const double before = norm();
    if (!std::isfinite(before)) fail(GTO_E_NUMERIC, "the gradient's norm is not a finite number");
    const float scale = clip > 0 && before > clip ? (float) (clip / before) : 1.0f;
    const int64_t t = steps + 1;
    const auto correction = [t](float beta) { return (float) (1.0 / (1.0 - std::pow((double) beta, (double) t))); };
    for (const parameter & p : draft_.parameters) {
        float * w = draft_.memory.data() + p.offset;
        float * g = gradient_.data() + p.offset;
        float * m = first_.data() + p.offset;
        float * v = second_.data() + p.offset;
        const int64_t n = p.size();
        const float keep = p.is_matrix() ? 1.0f - learning_rate * options_.weight_decay : 1.0f;
        const adamw constants = {scale,
                                 keep,
                                 learning_rate,
                                 options_.beta1,
                                 options_.beta2,
                                 correction(options_.beta1),
                                 correction(options_.beta2),
                                 options_.epsilon};
        record_rows(q_, pieces_of(n), adamw_pieces{constants, n, w, g, m, v});
    }
    q_.run();
    steps = t;
    draft_.revision++;
    return (float) before;
}

} // namespace gto
