// Vocabularies of tiny random targets.
#pragma once

#include "support/tiny_model.h"

namespace gto_test {

// GGUF token types.
enum token_type : int32_t { NORMAL = 1, UNKNOWN = 2, CONTROL = 3, USER_DEFINED = 4, BYTE = 6 };

struct vocabulary {
    std::vector<std::string> tokens, merges;
    std::vector<int32_t> types;
    std::vector<float> scores;
    int32_t bos = 0, eos = 0;

    void add(const std::string & token, token_type type, float score = 0) {
        tokens.push_back(token);
        types.push_back(type);
        scores.push_back(score);
    }
};

// Throws std::runtime_error if there is no such vocabulary.
void check_vocabulary(const tiny_options & options);

vocabulary tiny_vocabulary(const tiny_options & options);

} // namespace gto_test
