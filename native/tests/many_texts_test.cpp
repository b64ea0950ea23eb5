// Sessions whose sequences have cells of their own: what batch generation uses.
#include "support/handles.h"
#include "support/oracle.h"

#include <random>
#include <vector>

using namespace gto_test;

namespace {

gto_session_options many_texts() {
    gto_session_options options = exact_options();
    options.n_ctx = 8 * 256;
    options.n_seq_max = 8;
    options.many_texts = true;
    return options;
}

} // namespace

// Four texts of different lengths, with unused sequences between them: every row is what its text alone gives.
TEST(ManyTexts, RowsEqualThoseOfEachTextAlone) {
    tiny model;
    auto session = open_session(model.target, many_texts());
    const std::vector<int32_t> sequences = {0, 1, 3, 7};
    std::mt19937 random(4);
    std::vector<std::vector<int32_t>> texts;
    std::vector<reading> alone;
    for (size_t k = 0; k < sequences.size(); k++) {
        std::vector<int32_t> text(3 + 4 * k + 5);
        for (int32_t & token : text) token = (int32_t) (random() % 256);
        alone.push_back(read_one_by_one(model, text));
        ASSERT_OK(gto_session_prefill(session.get(), sequences[k], 0, (int32_t) text.size() - 5, text.data(), 0,
                                      nullptr, nullptr));
        texts.push_back(text);
    }
    for (int step = 0; step < 5; step++) {
        std::vector<int32_t> tokens, positions, begins{0};
        for (const auto & text : texts) {
            positions.push_back((int32_t) text.size() - 5 + step);
            tokens.push_back(text[positions.back()]);
            begins.push_back((int32_t) tokens.size());
        }
        const std::vector<int8_t> output(tokens.size(), 1);
        ASSERT_OK(gto_session_decode(session.get(), (int32_t) tokens.size(), tokens.data(), positions.data(),
                                     begins.data(), sequences.data(), output.data()));
        auto features = new_features(32);
        const std::vector<int32_t> rows = {0, 1, 2, 3};
        ASSERT_OK(gto_session_capture(session.get(), 4, rows.data(), features.get()));
        for (size_t k = 0; k < texts.size(); k++) {
            EXPECT_LT(distance(alone[k].logits[positions[k]], logits_of(session, (int32_t) k, 320)), 1e-4f)
                << "step " << step << " text " << k;
            EXPECT_LT(distance(alone[k].features[positions[k]], row_of(features, (int32_t) k)), 1e-4f)
                << "step " << step << " text " << k;
        }
    }
}

TEST(ManyTexts, RefusesWhatItCantKeepInOrder) {
    tiny model;
    auto session = open_session(model.target, many_texts());
    const std::vector<int32_t> tokens = {5, 6, 7}, positions = {0, 0, 1}, begins = {0, 1, 2, 3}, mixed = {0, 1, 1},
                               descending = {2, 1, 0}, zeros = {0, 0, 0};
    const std::vector<int8_t> output = {1, 1, 1};
    EXPECT_EQ(gto_session_decode(session.get(), 3, tokens.data(), positions.data(), begins.data(), mixed.data(),
                                 output.data()),
              GTO_E_ARGUMENT);
    EXPECT_EQ(gto_session_decode(session.get(), 3, tokens.data(), zeros.data(), begins.data(), descending.data(),
                                 output.data()),
              GTO_E_ARGUMENT);
    EXPECT_EQ(gto_session_copy_sequence(session.get(), 0, 1, 0, -1), GTO_E_ARGUMENT);
    int32_t path, accepted, next;
    EXPECT_EQ(
        gto_session_verify(session.get(), 0, 0, 5, 0, nullptr, nullptr, nullptr, nullptr, &path, &accepted, &next),
        GTO_E_ARGUMENT);
}
