// Tokens of a session's text that the draft's vocabulary lacks, and the head's rows for them (the in-context vocabulary
// of arXiv 2605.26444). A trunk row offers those that stand in the text up to the token that it takes. One that
// followed a row's token in the text before continues a bigram of the text there.
#pragma once

#include "draft/child_rows.h"
#include "draft/target_head.h"
#include "draft/text_bigrams.h"

#include <unordered_map>

namespace gto {

// What rows of h may offer beside the draft's own vocabulary.
struct offered_tokens {
    matrix rows;                // [tokens x d], of the head
    const int32_t * tokens;     // target ids, on the device
    std::vector<int32_t> count; // for each row of h: it offers the first so many
    context_logits logits;      // what is done to their logits
    bigram_columns bigrams;     // for each row of h: those that continue a bigram of the text
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
    // The token that trunk row `row` takes.
    int32_t text(int32_t row) const { return text_[row]; }
    // For rows of h whose trunk rows, and the tokens that they take, are these.
    offered_tokens of(const std::vector<int32_t> & trunk_rows, const std::vector<int32_t> & row_tokens) const;

  private:
    void load(int32_t row, int32_t token); // a token that the text brings for the first time
    void make_room();

    const gto_draft & draft_;
    const std::shared_ptr<const target_head> head_;
    const int32_t most_;
    std::vector<int32_t> tokens_, since_;        // since_: the first trunk row that offers it; ascending
    std::unordered_map<int32_t, int32_t> known_; // the same tokens, and their places in tokens_
    std::vector<int32_t> text_;                  // per trunk row
    text_bigrams bigrams_;
    std::vector<float> row_;
    block rows_, ids_; // on the device, with room for more
    int64_t room_ = 0;
};

} // namespace gto
