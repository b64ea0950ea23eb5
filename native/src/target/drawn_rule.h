// The rule by which a drawn child is accepted, in formulas: see gto4j/drawn_children.h.
#pragma once

#include <cstdint>
#include <vector>

namespace gto {

struct token_probability {
    int32_t token;
    double p;
};

// Of a drawn child that the target gives p, drawn with probability q > 0.
inline double acceptance(double p, double q) { return p < q ? p / q : 1.0; }
// What of a token's probability p no accepted child stands for; its share is drawn from where the child was refused.
inline double residual(double p, double q) { return p > q ? p - q : 0.0; }

// The entry whose part of 0..total holds u * total, 0 <= u < 1; never one of weight 0, -1 if all are. weight(i) of
// 0..n-1 adds up to `total`.
template <class Weight> int64_t pick(int64_t n, double total, double u, Weight && weight) {
    int64_t last = -1;
    double sum = 0.0;
    for (int64_t i = 0; i < n; i++) {
        const double w = weight(i);
        if (!(w > 0.0)) continue;
        last = i;
        sum += w;
        if (sum > u * total) return i;
    }
    return last; // rounding
}

// The token that comes at a node with the drawn child x, of which q(v) is the probability of each token v. Its law is
// p, of which the tokens with p > 0 are given, if x was drawn from q, and u and v are uniform in [0, 1).
template <class Q> int32_t decide(const std::vector<token_probability> & p, Q && q, int32_t x, double u, double v) {
    double p_x = 0.0, rest = 0.0;
    for (const token_probability & t : p) {
        if (t.token == x) p_x = t.p;
        rest += residual(t.p, q(t.token));
    }
    if (u < acceptance(p_x, q(x))) return x;
    const int64_t drawn = pick((int64_t) p.size(), rest, v, [&](int64_t i) { return residual(p[i].p, q(p[i].token)); });
    return drawn < 0 ? x : p[drawn].token; // p = q but for rounding
}

} // namespace gto
