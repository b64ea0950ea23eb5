// Sequential decoding as the oracle of batches and trees.
#pragma once

#include "support/handles.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace gto_test {

inline std::vector<float> logits_of(const handle<gto_session> & session, int32_t row, int32_t n_vocab) {
    std::vector<float> logits(n_vocab);
    EXPECT_OK(gto_session_logits(session.get(), row, logits.data()));
    return logits;
}

inline std::vector<float> row_of(const handle<gto_features> & features, int32_t row) {
    std::vector<float> values(gto_features_row_bytes(features.get()) / 4); // F32
    EXPECT_OK(gto_features_get(features.get(), row, values.data()));
    return values;
}

// How far equal values may be apart: ggml's GELU looks its value up by an argument rounded to F16, so that a last bit
// before it is 1e-3 behind it.
inline float tolerance_of(const std::string & arch) { return arch == "gemma3" ? 1e-2f : 1e-4f; }

// Largest difference of an entry.
inline float distance(const std::vector<float> & a, const std::vector<float> & b) {
    EXPECT_EQ(a.size(), b.size());
    float most = 0;
    for (size_t i = 0; i < std::min(a.size(), b.size()); i++) most = std::max(most, std::abs(a[i] - b[i]));
    return most;
}

// What each token of a text leaves behind.
struct reading {
    std::vector<std::vector<float>> logits, features;
    std::vector<int32_t> argmax;
};

inline reading read_one_by_one(const tiny & model, const std::vector<int32_t> & tokens,
                               const gto_session_options & options = exact_options()) {
    auto session = open_session(model.target, options);
    reading r;
    for (size_t i = 0; i < tokens.size(); i++) {
        auto features = new_features(model.n_embd());
        int32_t argmax = -1;
        EXPECT_OK(gto_session_prefill(session.get(), 0, (int32_t) i, 1, &tokens[i], 0, features.get(), &argmax));
        r.logits.push_back(logits_of(session, 0, model.n_vocab()));
        r.features.push_back(row_of(features, 0));
        r.argmax.push_back(argmax);
    }
    return r;
}

} // namespace gto_test
