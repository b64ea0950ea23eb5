#include "target/drawn_children.h"

#include "common/range.h"
#include "target/logit_kernels.h"
#include "target/target.h"

#include <algorithm>
#include <cmath>

using namespace gto;

static std::mt19937_64 stream(uint32_t seed, uint32_t which) {
    std::seed_seq words{seed, which};
    return std::mt19937_64(words);
}

static double uniform(std::mt19937_64 & random) { return (double) (random() >> 11) * 0x1p-53; }

gto_drawn_children::gto_drawn_children(int32_t n_vocab, float temperature, uint32_t seed)
    : n_vocab(n_vocab), temperature_(temperature), drawing_(stream(seed, 1)), deciding_(stream(seed, 2)) {}

double gto_drawn_children::probability(int32_t draw, int32_t token) const {
    const drawn & d = draws_[draw];
    const int32_t id = place(d, token);
    return id < 0 || !(d.weights.total() > 0.0) ? 0.0 : d.weights[id] / d.weights.total();
}

int32_t gto_drawn_children::token_at(const drawn & d, int64_t place) const {
    const int64_t n_own = (int64_t) d2t_.size();
    return place < n_own ? d2t_[place] : d.more[place - n_own];
}

int32_t gto_drawn_children::place(const drawn & d, int32_t token) const {
    if (t2d_[token] >= 0) return t2d_[token];
    const auto found = std::find(d.more.begin(), d.more.end(), token);
    return found == d.more.end() ? -1 : (int32_t) (d2t_.size() + (size_t) (found - d.more.begin()));
}

void gto_drawn_children::take_vocabulary(const std::vector<int32_t> & d2t, const std::vector<int32_t> & t2d) {
    if ((int64_t) t2d.size() != n_vocab) {
        fail(GTO_E_ARGUMENT, "the draft's target has a vocabulary of %zu, these draws' has one of %d", t2d.size(),
             n_vocab);
    }
    if (d2t_ == d2t) return;
    if (count_ > 0) fail(GTO_E_ARGUMENT, "draws of a draft with another vocabulary are held");
    d2t_ = d2t;
    t2d_ = t2d;
}

int32_t gto_drawn_children::draw(const float * logits, const int32_t * more, int32_t n_more, const int32_t * fixed,
                                 int32_t n_fixed) {
    const int64_t n = (int64_t) d2t_.size() + n_more;
    if ((size_t) count_ == draws_.size()) draws_.emplace_back();
    drawn & d = draws_[count_];
    d.more.assign(more, more + n_more);
    float * w = d.weights.resize(n);
    std::copy(logits, logits + n, w);
    for (int32_t i = 0; i < n_fixed; i++) {
        const int32_t id = place(d, fixed[i]);
        if (id >= 0) w[id] = -INFINITY;
    }
    int32_t best; // -1 with nothing left, too: then all weights are 0
    greatest_rows{w, n, &best}(host_group{}, 0);
    if (best < 0 && std::any_of(w, w + n, [](float z) { return z != -INFINITY; })) {
        fail(GTO_E_NUMERIC, "the draft's logits are not finite");
    }
    d.weights.take_exponentials(w, n, temperature_, best < 0 ? 0.0f : w[best] / temperature_);
    const double u = uniform(drawing_); // one a draw, whatever is left
    const int64_t picked = d.weights.find(u * d.weights.total()).index;
    d.token = picked < 0 ? -1 : token_at(d, picked);
    count_++;
    return d.token;
}

int32_t gto_drawn_children::decide(int32_t draw, const std::vector<token_probability> & p) {
    const double u = uniform(deciding_), v = uniform(deciding_);
    return gto::decide(
        p, [&](int32_t token) { return probability(draw, token); }, draws_[draw].token, u, v);
}

int32_t gto_drawn_children::decide(int32_t draw, cumulative_weights & p) {
    const double u = uniform(deciding_), v = uniform(deciding_);
    const drawn & d = draws_[draw];
    if (u < acceptance(p[d.token] / p.total(), probability(draw, d.token))) return d.token;
    const double q_per_weight = p.total() / d.weights.total(); // in units of p's weights
    float * residuals = p.data();
    for (int64_t i = 0; i < d.weights.size(); i++) {
        float & w = residuals[token_at(d, i)];
        w = (float) residual(w, d.weights[i] * q_per_weight);
    }
    p.sum_up();
    const int64_t picked = p.find(v * p.total()).index;
    return picked < 0 ? d.token : (int32_t) picked; // p = q but for rounding
}

gto_status gto_drawn_children_open(const gto_target * target, float temperature, uint32_t seed,
                                   gto_drawn_children ** out) {
    return guard([&] {
        require(target != nullptr, "target is null");
        require(out != nullptr, "out is null");
        if (!(temperature >= 0.01f) || !std::isfinite(temperature)) {
            fail(GTO_E_ARGUMENT, "temperature: expected at least 0.01, found %g", temperature);
        }
        *out = new gto_drawn_children(target->info.n_vocab, temperature, seed);
    });
}

void gto_drawn_children_free(gto_drawn_children * drawn) { delete drawn; }

gto_status gto_drawn_children_clear(gto_drawn_children * drawn) {
    return guard([&] {
        require(drawn != nullptr, "drawn is null");
        drawn->clear();
    });
}

int32_t gto_drawn_children_count(const gto_drawn_children * drawn) { return drawn ? drawn->count() : 0; }

gto_status gto_drawn_children_probability(const gto_drawn_children * drawn, int32_t draw, int32_t token, double * q) {
    return guard([&] {
        require(drawn && q, "drawn or q is null");
        require_within("draw", draw, 0, (int64_t) drawn->count() - 1);
        require_within("token", token, 0, (int64_t) drawn->n_vocab - 1);
        *q = drawn->probability(draw, token);
    });
}
