// The device's threads: how many, and that more of them than processors wait for one another without keeping each other
// from running.
#include "common/processors.h"
#include "support/handles.h"

#include <vector>

using namespace gto_test;

namespace {

// Logits of the last of some tokens, decoded one by one.
std::vector<float> logits_with(int32_t n_threads, const std::string & path) {
    const auto device = open_device(n_threads);
    const auto target = open_target(device, path);
    const auto session = open_session(target, gto_session_options_default());
    const int32_t begin[] = {0, 1}, seq = 0;
    const int8_t output = 1;
    for (int32_t position = 0; position < 3; position++) {
        const int32_t token = 5 * position + 1;
        EXPECT_OK(gto_session_decode(session.get(), 1, &token, &position, begin, &seq, &output));
    }
    std::vector<float> logits(gto_target_describe(target.get()).n_vocab);
    EXPECT_OK(gto_session_logits(session.get(), 0, logits.data()));
    return logits;
}

} // namespace

TEST(Threads, AsManyAsProcessorsByDefault) {
    EXPECT_EQ(gto::usable_processors(), gto_device_threads(open_device(0).get()));
}

// Spinning threads would take a time slice for each barrier here, some hundred a token.
TEST(Threads, MoreThanProcessorsGiveTheSameBits) {
    const folder at;
    tiny_options options;
    write_tiny_model(options, at.file("model.gguf"));
    const std::vector<float> one = logits_with(1, at.file("model.gguf"));
    for (int32_t n_threads : {2, 3, 64}) {
        EXPECT_EQ(one, logits_with(n_threads, at.file("model.gguf"))) << n_threads << " threads";
    }
}
