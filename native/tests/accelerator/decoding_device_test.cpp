// Whole decoding cycles with target and draft on a device whose memory the host can't reach: the CPU's text, trees and
// numbers, and what crosses to the host.
#include "accelerator/counted_memory.h"
#include "support/handles.h"
#include "support/tiny_draft.h"

#include <gtest/gtest.h>

#include <algorithm>

using namespace gto_test;

namespace {

constexpr int32_t k = 3;

// Texts that a draft's trees of two levels help to write: k children of the root, and k of the second one's. The draft
// is random, so that some of its tokens are replaced by those of `known`, a text that is written again.
struct decoding {
    decoding(const char * device, bool features_there, bool greedy = true) : tiny(1, 6, GTO_INIT_RANDOM, device) {
        gto_session_options o = exact_options();
        o.hidden = false;
        std::copy_n(gto_draft_describe(tiny.draft).tap_layers, 3, o.tap_layers);
        gto_session * s = nullptr;
        EXPECT_OK(gto_session_open(tiny.target, o, &s));
        session.reset(s);
        gto_sampler_options sampling = gto_sampler_options_default();
        sampling.temperature = greedy ? 0.0f : 1.0f;
        sampling.seed = 5;
        gto_sampler * p = nullptr;
        EXPECT_OK(gto_sampler_open(tiny.target, sampling, &p));
        sampler.reset(p);
        gto_features * f = nullptr;
        if (features_there) {
            EXPECT_OK(gto_features_create_on(tiny.device, 3, tiny.info.n_embd, false, &f));
        } else {
            EXPECT_OK(gto_features_create(3, tiny.info.n_embd, false, GTO_TYPE_F32, &f));
        }
        features.reset(f);
        gto_draft_session * d = nullptr;
        EXPECT_OK(gto_draft_session_open(tiny.draft, 256, 16, GTO_TYPE_F32, &d));
        drafts.reset(d);
    }

    void begin(std::vector<int32_t> prompt) {
        text = std::move(prompt);
        const auto n = (int32_t) text.size();
        int32_t next = 0;
        EXPECT_OK(gto_session_prefill(session.get(), 0, 0, n, text.data(), n - 1, features.get(), nullptr));
        const int32_t last = n - 1;
        gto_sampler * draws = sampler.get();
        EXPECT_OK(gto_session_sample(session.get(), 1, &last, &draws, &next));
        text.push_back(next);
        extend(n);
    }

    // The rows in `features` are the text's last but one; each knows the token behind it.
    void extend(int32_t rows) {
        EXPECT_OK(gto_draft_session_extend(drafts.get(), features.get(), 0, rows, text.data() + trunk + 1, rows - 1));
        trunk += rows;
        EXPECT_OK(gto_features_truncate(features.get(), 0));
    }

    // False once the text has ended.
    bool cycle() {
        std::vector<int32_t> tokens(2 * k), parents = {-1, -1, -1, 1, 1, 1};
        std::vector<float> log_probs(k);
        const int32_t root = trunk - 1, above = -1 - root;
        EXPECT_OK(
            gto_draft_session_roots(drafts.get(), 1, &root, k, tokens.data(), log_probs.data(), nullptr, nullptr));
        int32_t first = 0;
        EXPECT_OK(gto_draft_session_expand(drafts.get(), 1, &above, tokens.data(), k, tokens.data() + k,
                                           log_probs.data(), nullptr, nullptr, &first));
        EXPECT_OK(gto_draft_session_truncate(drafts.get(), trunk));
        for (const size_t depth : {1, 2}) {
            const size_t at = text.size() - 1 + depth;
            const auto begin = tokens.begin() + (int64_t) (depth - 1) * k;
            if (at < known.size() && at % 5 != 0 && std::find(begin, begin + k, known[at]) == begin + k) {
                begin[1] = known[at];
            }
        }
        std::vector<int32_t> path(2 * k);
        int32_t n_accepted = 0, next = 0;
        EXPECT_OK(gto_session_verify(session.get(), 0, trunk, text.back(), 2 * k, tokens.data(), parents.data(),
                                     sampler.get(), features.get(), path.data(), &n_accepted, &next));
        for (int32_t i = 0; i < n_accepted; i++) text.push_back(tokens[path[i]]);
        accepted += n_accepted;
        if (next < 0) return false;
        text.push_back(next);
        extend(1 + n_accepted);
        return true;
    }

    tiny_draft tiny;
    handle<gto_session> session{nullptr, gto_session_free};
    handle<gto_sampler> sampler{nullptr, gto_sampler_free};
    handle<gto_features> features{nullptr, gto_features_free};
    handle<gto_draft_session> drafts{nullptr, gto_draft_session_free};
    std::vector<int32_t> text, known;
    int32_t trunk = 0, accepted = 0;
};

class decoding_device : public testing::TestWithParam<std::string> {
  protected:
    decoding_device() { load_test_device(GetParam()); }
};

const std::vector<int32_t> prompt = {7, 3, 9, 250, 31, 8, 90, 12, 4, 77};

TEST_P(decoding_device, writes_the_cpus_text) {
    for (const bool greedy : {true, false}) {
        decoding plain("CPU", true, greedy), here("CPU", true, greedy), there(GetParam().c_str(), true, greedy),
            between(GetParam().c_str(), false, greedy);
        for (decoding * d : {&plain, &here, &there, &between}) {
            d->known = plain.text;
            d->begin(prompt);
            for (int i = 0; i < (d == &plain ? 40 : 15) && d->cycle(); i++) {}
        }
        EXPECT_EQ(here.text, std::vector<int32_t>(plain.text.begin(), plain.text.begin() + (int64_t) here.text.size()));
        EXPECT_EQ(there.text, here.text) << greedy;
        EXPECT_EQ(between.text, here.text) << greedy;
        EXPECT_EQ(there.accepted, here.accepted) << greedy;
        EXPECT_LE(5, there.accepted) << greedy;
    }
}

// A greedy cycle brings an id for each row of its pass, and an id and a log-probability for each child, to the host; a
// sampled one the logits of the rows on its path, too.
TEST_P(decoding_device, brings_ids_to_the_host) {
    for (const bool greedy : {true, false}) {
        decoding d(GetParam().c_str(), true, greedy);
        guarded_memory * counted = memory_of(*d.tiny.device);
        if (!counted) GTEST_SKIP() << "a GPU counts no bytes";
        auto & to_host = counted->traffic.to_host;
        constexpr int64_t children = 2 * k * 8, ids = (1 + 2 * k) * 4;
        const int64_t row = d.tiny.info.n_vocab * 4;
        decoding plain("CPU", true, greedy);
        plain.begin(prompt);
        for (int i = 0; i < 30 && plain.cycle(); i++) {}
        d.known = plain.text;
        to_host = 0;
        d.begin(prompt);
        EXPECT_EQ(to_host, 4 + (greedy ? 0 : row)) << "the prompt's last id";
        bool more = true;
        for (int i = 0; i < 10 && more; i++) {
            const int32_t before = d.accepted;
            to_host = 0;
            more = d.cycle();
            EXPECT_EQ(to_host, children + ids + (greedy ? 0 : (more + d.accepted - before) * row)) << "cycle " << i;
        }
        EXPECT_LE(5, d.accepted);
    }
}

// What a caller asks for by name does come: logits, features, probabilities.
TEST_P(decoding_device, gives_the_cpus_numbers) {
    decoding there(GetParam().c_str(), false), here("CPU", false);
    std::vector<float> numbers[2];
    for (decoding * d : {&there, &here}) {
        std::vector<float> & all = numbers[d == &here];
        const auto n = (int32_t) prompt.size(), n_vocab = d->tiny.info.n_vocab;
        EXPECT_OK(gto_session_prefill(d->session.get(), 0, 0, n, prompt.data(), n - 3, d->features.get(), nullptr));
        for (int32_t row = n - 3; row < n; row++) {
            all.resize(all.size() + n_vocab);
            EXPECT_OK(gto_session_logits(d->session.get(), row, all.data() + all.size() - n_vocab));
        }
        for (int32_t row = 0; row < n; row++) {
            const size_t width = 3 * (size_t) d->tiny.info.n_embd;
            all.resize(all.size() + width);
            EXPECT_OK(gto_features_get(d->features.get(), row, all.data() + all.size() - width));
        }
        const std::vector<int32_t> rows = {n - 1, n - 1, n - 2, n - 1}, tokens = {3, 4, 5, 6};
        for (const float temperature : {0.0f, 0.7f}) {
            all.resize(all.size() + 4);
            EXPECT_OK(gto_session_probabilities(d->session.get(), 4, rows.data(), tokens.data(), temperature,
                                                all.data() + all.size() - 4));
        }
        EXPECT_EQ(GTO_E_ARGUMENT, gto_session_logits(d->session.get(), 0, all.data())) << "a row without output";
    }
    ASSERT_EQ(numbers[0].size(), numbers[1].size());
    for (size_t i = 0; i < numbers[0].size(); i++) EXPECT_NEAR(numbers[0][i], numbers[1][i], 1e-4) << i;
}

// Layers, taps and logits that lie on the CPU beside others on the device.
TEST_P(decoding_device, reads_what_lies_elsewhere) {
    const tiny_draft files(1, 6, GTO_INIT_RANDOM, "CPU");
    const auto numbers = [&](const char * name, int32_t n_gpu_layers, bool features_there) {
        gto_device * opened = nullptr;
        EXPECT_OK(gto_device_open(name, 1, &opened));
        const handle<gto_device> device(opened, gto_device_free);
        gto_target * loaded = nullptr;
        EXPECT_OK(gto_target_open_with(device.get(), files.target_path.c_str(), {n_gpu_layers}, &loaded));
        const handle<gto_target> target(loaded, gto_target_free);
        gto_session_options options = exact_options();
        options.tap_layers[0] = 0;                         // the embedding's rows
        options.flash_attention = GTO_FLASH_ATTENTION_OFF; // it reads F32 keys as F16
        const auto session = open_session(target, options);
        gto_features * f = nullptr;
        EXPECT_OK(features_there ? gto_features_create_on(device.get(), 3, files.info.n_embd, true, &f)
                                 : gto_features_create(3, files.info.n_embd, true, GTO_TYPE_F32, &f));
        const handle<gto_features> features(f, gto_features_free);
        const auto n = (int32_t) prompt.size();
        std::vector<int32_t> ids(n);
        EXPECT_OK(gto_session_prefill(session.get(), 0, 0, n, prompt.data(), 4, f, ids.data()));
        std::vector<float> all(ids.begin(), ids.end()), row(4 * (size_t) files.info.n_embd);
        for (int32_t i = 0; i < n; i++) {
            EXPECT_OK(gto_features_get(f, i, row.data()));
            all.insert(all.end(), row.begin(), row.end());
        }
        return all;
    };
    const std::vector<float> expected = numbers("CPU", 0, false);
    for (const int32_t layers : {0, 3, 6, 7}) {
        for (const bool features_there : {false, true}) {
            const std::vector<float> found = numbers(GetParam().c_str(), layers, features_there);
            ASSERT_EQ(expected.size(), found.size());
            for (size_t i = 0; i < found.size(); i++) ASSERT_NEAR(expected[i], found[i], 1e-4) << layers << ", " << i;
        }
    }
}

// In a device's memory they grow, are read, written to a file and read from it as others are.
TEST_P(decoding_device, keeps_features_there) {
    const tiny_draft tiny(1, 6, GTO_INIT_RANDOM, GetParam().c_str());
    gto_features *f = nullptr, *g = nullptr;
    ASSERT_OK(gto_features_create_on(tiny.device, 3, 5, true, &f));
    ASSERT_OK(gto_features_create(3, 5, true, GTO_TYPE_F32, &g));
    const handle<gto_features> there(f, gto_features_free), here(g, gto_features_free);
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    const folder home;
    for (int32_t n : {1, 7, 300}) {
        std::vector<float> rows((size_t) n * 20);
        for (float & v : rows) v = normal(random);
        for (gto_features * features : {f, g}) ASSERT_OK(gto_features_append(features, n, rows.data()));
    }
    const auto expect_same = [&] {
        ASSERT_EQ(gto_features_rows(f), gto_features_rows(g));
        std::vector<float> a(20), b(20);
        for (int32_t row = 0; row < gto_features_rows(f); row++) {
            ASSERT_OK(gto_features_get(f, row, a.data()));
            ASSERT_OK(gto_features_get(g, row, b.data()));
            EXPECT_EQ(a, b) << row;
        }
    };
    expect_same();
    int64_t offset = -1;
    ASSERT_OK(gto_features_write(f, home.file("features").c_str(), &offset));
    EXPECT_EQ(0, offset);
    for (gto_features * features : {f, g}) {
        ASSERT_OK(gto_features_truncate(features, 3));
        ASSERT_OK(
            gto_features_read(features, home.file("features").c_str(), 4 * gto_features_row_bytes(features), 200));
    }
    EXPECT_EQ(200, gto_features_rows(f));
    expect_same();
    EXPECT_EQ(GTO_E_ARGUMENT, gto_features_create_on(nullptr, 3, 5, true, &f));
}

INSTANTIATE_TEST_SUITE_P(Devices, decoding_device, testing::ValuesIn(accelerated_devices()),
                         [](const auto & test) { return test.param; });

} // namespace
