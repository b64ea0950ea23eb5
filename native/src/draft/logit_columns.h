// Which column of a row's logits a token has: the draft vocabulary's come first, then what the trunk rows of a
// micro-batch offer beside it (ttt_plan).
#pragma once

#include "draft/ttt_plan.h"

#include <unordered_map>

namespace gto {

class logit_columns {
  public:
    logit_columns(const gto_draft & draft, ttt_plan & plan) : draft_(draft), plan_(plan) {}

    // A sequence's next trunk row, which the plan has already: it offers what the one before it does, and its token.
    void add(bool first_of_sequence) {
        if (!draft_.context) return;
        if (first_of_sequence) known_.clear();
        const int32_t begin = first_of_sequence ? end() : plan_.offered_begin.back();
        const int32_t token = plan_.token.back();
        if (draft_.t2d[token] < 0) {
            const auto [known, is_new] = known_.emplace(token, end());
            if (is_new) plan_.offered_token.push_back(token);
            const int32_t row = (int32_t) plan_.trunk() - 1;
            if (!first_of_sequence) plan_.bigrams.add(row, plan_.token[row - 1], known->second);
        }
        plan_.offered_begin.push_back(begin);
        plan_.offered_end.push_back(end());
    }

    // A distribution over what a trunk row can propose, the plan's last.
    void add_hidden(int32_t trunk_row) {
        if (!draft_.context) return;
        plan_.hidden_begin.push_back(plan_.offered_begin[trunk_row]);
        plan_.hidden_end.push_back(plan_.offered_end[trunk_row]);
    }

    // -1: neither the trunk row, of the sequence that was added last, nor the passes below it can propose the token.
    int32_t of(int32_t token, int32_t trunk_row) const {
        if (token < 0 || token >= draft_.s.n_vocab) return -1;
        if (draft_.t2d[token] >= 0 || !draft_.context) return draft_.t2d[token];
        const auto found = known_.find(token);
        return found != known_.end() && found->second < plan_.offered_end[trunk_row]
                   ? draft_.s.n_draft_vocab + found->second
                   : -1;
    }

    // Whether two trunk rows of a sequence offer the same.
    bool same(int32_t trunk_row, int32_t other) const {
        return !draft_.context || plan_.offered_end[trunk_row] == plan_.offered_end[other];
    }

  private:
    int32_t end() const { return (int32_t) plan_.offered_token.size(); }

    const gto_draft & draft_;
    ttt_plan & plan_;
    std::unordered_map<int32_t, int32_t> known_; // of the sequence: the token's place in offered_token
};

} // namespace gto
