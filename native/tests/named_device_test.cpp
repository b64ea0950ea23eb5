// A target on the device that the environment variable GTO_TEST_DEVICE names (else the default one) against ggml's CPU:
// logits, features, and the verification of a tree.
#include "support/handles.h"

#include <cmath>
#include <cstdlib>
#include <vector>

using namespace gto_test;

namespace {

constexpr int32_t prompt[] = {7, 3, 9, 250, 31, 8, 90, 12};
constexpr int32_t n_prompt = 8;

struct opened {
    opened(const char * name, const std::string & path) {
        gto_device * d = nullptr;
        EXPECT_OK(gto_device_open(name, 1, &d));
        device.reset(d);
        if (d) target = open_target(device, path);
    }
    handle<gto_device> device{nullptr, gto_device_free};
    handle<gto_target> target{nullptr, gto_target_free};
};

const char * named() { return getenv("GTO_TEST_DEVICE"); }

// Distance of two lists in units of the second's size.
double distance(const std::vector<float> & a, const std::vector<float> & b) {
    double difference = 0, size = 0;
    for (size_t i = 0; i < a.size(); i++) {
        difference += (a[i] - b[i]) * (double) (a[i] - b[i]);
        size += b[i] * (double) b[i];
    }
    return std::sqrt(difference / size);
}

std::vector<float> row(const handle<gto_features> & features, int32_t i) {
    std::vector<float> values((size_t) gto_features_row_bytes(features.get()) / sizeof(float));
    EXPECT_OK(gto_features_get(features.get(), i, values.data()));
    return values;
}

TEST(NamedDevice, LogitsAndFeatures) {
    const tiny model;
    const opened here(named(), model.path()), cpu("CPU", model.path());
    ASSERT_TRUE(here.target && cpu.target);
    std::vector<float> logits[2];
    auto found = new_features(model.n_embd()), expected = new_features(model.n_embd());
    const auto read = [&](const opened & on, const handle<gto_features> & features, std::vector<float> & last) {
        auto session = open_session(on.target, exact_options());
        last.resize((size_t) model.n_vocab());
        ASSERT_OK(gto_session_prefill(session.get(), 0, 0, n_prompt, prompt, 0, features.get(), nullptr));
        ASSERT_OK(gto_session_logits(session.get(), n_prompt - 1, last.data()));
    };
    read(here, found, logits[0]);
    read(cpu, expected, logits[1]);
    EXPECT_LT(distance(logits[0], logits[1]), 1e-2);
    for (int32_t i = 0; i < n_prompt; i++) EXPECT_LT(distance(row(found, i), row(expected, i)), 1e-2) << "row " << i;
}

// A tree whose one path is the greedy text, with a wrong sibling at each node: the path is accepted, and the session
// then goes on as if it had written it token by token.
TEST(NamedDevice, ATreeIsVerified) {
    const tiny model;
    const opened here(named(), model.path());
    ASSERT_TRUE(here.target);
    constexpr int32_t depth = 4;
    auto session = open_session(here.target, exact_options()), plain = open_session(here.target, exact_options());
    int32_t argmax[n_prompt];
    ASSERT_OK(gto_session_prefill(plain.get(), 0, 0, n_prompt, prompt, n_prompt - 1, nullptr, argmax));
    std::vector<int32_t> text = {argmax[n_prompt - 1]}; // the root and what follows
    for (int32_t i = 0; i <= depth; i++) {
        int32_t next;
        ASSERT_OK(gto_session_prefill(plain.get(), 0, n_prompt + i, 1, &text[(size_t) i], 0, nullptr, &next));
        ASSERT_FALSE(gto_target_is_end(here.target.get(), next));
        text.push_back(next);
    }
    std::vector<int32_t> tokens, parents;
    for (int32_t i = 0; i < depth; i++) {
        const int32_t right = text[(size_t) i + 1], parent = i == 0 ? -1 : 2 * i - 1;
        tokens.insert(tokens.end(), {(right + 1) % 256, right});
        parents.insert(parents.end(), {parent, parent});
    }
    ASSERT_OK(gto_session_prefill(session.get(), 0, 0, n_prompt, prompt, n_prompt, nullptr, nullptr));
    auto sampler = open_sampler(here.target, gto_sampler_options_default());
    auto features = new_features(model.n_embd());
    int32_t path[2 * depth], n_accepted, next;
    ASSERT_OK(gto_session_verify(session.get(), 0, n_prompt, text[0], 2 * depth, tokens.data(), parents.data(),
                                 sampler.get(), features.get(), path, &n_accepted, &next));
    ASSERT_EQ(depth, n_accepted);
    for (int32_t i = 0; i < depth; i++) EXPECT_EQ(2 * i + 1, path[i]);
    EXPECT_EQ(text[depth + 1], next);
    EXPECT_EQ(1 + depth, gto_features_rows(features.get()));
}

} // namespace
