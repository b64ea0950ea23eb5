// Pairs of tokens that follow each other in a text, of which the second is an offered one (draft/context_vocabulary.h).
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

namespace gto {

// For rows of logits: row i has the columns column[begin[i]..begin[i + 1]).
struct bigram_columns {
    std::vector<int32_t> begin = {0}, column;
};

class text_bigrams {
  public:
    // Behind `before` the text has the token of this column, which trunk row `row` takes; rows come in ascending order.
    void add(int32_t row, int32_t before, int32_t column);
    // Forgets what trunk rows from n_rows on have added.
    void truncate(int32_t n_rows);
    // Adds a row: the columns that followed `token` up to trunk row `row`, each once.
    void append(int32_t token, int32_t row, bigram_columns & out) const;

  private:
    struct follower {
        int32_t column, since; // the first trunk row that took it behind that token
    };
    std::unordered_map<int32_t, std::vector<follower>> followers_; // by the token before, in the order of the text
    std::vector<int32_t> order_;                                   // the token before, of each follower
};

} // namespace gto
