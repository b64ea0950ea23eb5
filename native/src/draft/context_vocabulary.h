// Tokens of a session's text that the draft's vocabulary lacks, and the head's rows for them (the in-context vocabulary
// of arXiv 2605.26444). A trunk row offers those that stand in the text up to the token that it takes.
#pragma once

#include "draft/child_rows.h"
#include "draft/target_head.h"

#include <unordered_set>

namespace gto {

// What rows of h may offer beside the draft's own vocabulary.
struct offered_tokens {
    matrix rows;                // [tokens x d], of the head
    const int32_t * tokens;     // target ids, on the device
    std::vector<int32_t> count; // for each row of h: it offers the first so many
    float offset;               // their logits are less by it
};

class context_vocabulary {
  public:
    context_vocabulary(const gto_draft & draft, int32_t n_ctx);

    // The text's next token, which trunk row `row` takes; rows come in ascending order.
    void add(int32_t row, int32_t token);
    // Forgets what trunk rows from n_rows on have added.
    void truncate(int32_t n_rows);

    bool empty() const { return tokens_.empty(); }
    // Target ids, in the order of the text.
    const std::vector<int32_t> & tokens() const { return tokens_; }
    // How many of them trunk row `row` offers.
    int32_t offered(int32_t row) const;
    // For rows of h whose trunk rows are these.
    offered_tokens of(const std::vector<int32_t> & trunk_rows) const;

  private:
    void make_room();

    const gto_draft & draft_;
    const std::shared_ptr<const target_head> head_;
    const int32_t most_;
    std::vector<int32_t> tokens_, since_; // since_: the first trunk row that offers it; ascending
    std::unordered_set<int32_t> known_;   // the same tokens
    std::vector<float> row_;
    block rows_, ids_; // on the device, with room for more
    int64_t room_ = 0;
};

} // namespace gto
