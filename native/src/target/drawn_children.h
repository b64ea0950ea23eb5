// What stands behind gto_drawn_children.
#pragma once

#include "common/status.h"
#include "gto4j/drawn_children.h"
#include "target/cumulative_weights.h"
#include "target/drawn_rule.h"

#include <random>
#include <vector>

struct gto_drawn_children : gto::counted {
    gto_drawn_children(int32_t n_vocab, float temperature, uint32_t seed);

    int32_t count() const { return count_; }
    // Token of a draw, a target id.
    int32_t token(int32_t draw) const { return draws_[draw].token; }
    // q'.
    double probability(int32_t draw, int32_t token) const;

    // Children are drawn of the draft with this vocabulary from now on. Fails with GTO_E_ARGUMENT if draws of another
    // one are held.
    void take_vocabulary(const std::vector<int32_t> & d2t, const std::vector<int32_t> & t2d);
    // Draws from the draft's logits, one a token of its vocabulary and then of each target id `more` that isn't in it,
    // without the `fixed` target ids; -1 if nothing is left. Fails with GTO_E_NUMERIC.
    int32_t draw(const float * logits, const int32_t * more, int32_t n_more, const int32_t * fixed, int32_t n_fixed);
    void clear() { count_ = 0; }
    // Keeps the first n.
    void truncate(int32_t n) { count_ = n; }

    // The token that comes where a draw's child stands, see drawn_rule.h.
    int32_t decide(int32_t draw, const std::vector<gto::token_probability> & p);
    // The same with p as weights of the whole vocabulary, which are changed.
    int32_t decide(int32_t draw, gto::cumulative_weights & p);

    const int32_t n_vocab;

  private:
    struct drawn {
        int32_t token = -1;
        gto::cumulative_weights weights; // of the draft's vocabulary, then of `more`; q' = weight / total()
        std::vector<int32_t> more;       // target ids
    };
    // The place of a token in a draw's weights, or -1.
    int32_t place(const drawn & d, int32_t token) const;
    // The target id of a place.
    int32_t token_at(const drawn & d, int64_t place) const;

    const float temperature_;
    std::mt19937_64 drawing_, deciding_;
    std::vector<int32_t> d2t_, t2d_;
    std::vector<drawn> draws_; // `count_` of them are in use
    int32_t count_ = 0;
};
