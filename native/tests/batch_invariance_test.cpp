// A row's bits depend on its text alone: not on how many rows a pass has, on what they hold, on threads, or on the
// cells in which the text lies.
#include "support/handles.h"
#include "support/oracle.h"

#include <cstdlib>
#include <cstring>
#include <random>

using namespace gto_test;

namespace {

constexpr int32_t text_tokens = 70, short_tokens = 12;

// Random partitions of each type; GTO_PARTITIONS=10000 tries more than a build does.
int partitions() {
    const char * n = getenv("GTO_PARTITIONS");
    return n ? atoi(n) : 60;
}

struct invariance_case {
    std::string arch, type;
    bool f32_cache;
    bool odd = false; // sizes that fill no tile, block or vector
};

std::string name_of(const testing::TestParamInfo<invariance_case> & info) {
    std::string name = info.param.arch + "_" + info.param.type + (info.param.f32_cache ? "_F32cache" : "") +
                       (info.param.odd ? "_odd" : "");
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
}

class BatchInvariance : public testing::TestWithParam<invariance_case> {
  protected:
    BatchInvariance() {
        tiny_options options = options_of(GetParam().arch);
        options.embd = 256;
        options.ff = 512;
        options.layers = 3;
        options.head_dim = 64;
        if (GetParam().odd) {
            options.embd = GetParam().type == "F16" ? 90 : 96;
            options.ff = GetParam().type == "F16" ? 134 : 160;
            options.head_dim = GetParam().type == "F16" ? 22 : 24;
            options.vocab = 307;
        }
        n_vocab = options.vocab;
        write_tiny_model(options, home.file("f32.gguf"));
        path = home.file("f32.gguf");
        if (GetParam().type != "F32") {
            path = home.file("target.gguf");
            EXPECT_OK(gto_target_requantize(home.file("f32.gguf").c_str(), path.c_str(), GetParam().type.c_str(), 1));
        }
    }

    gto_session_options options() const {
        gto_session_options o = exact_options();
        o.cache_type = GetParam().f32_cache ? GTO_CACHE_F32 : GTO_CACHE_F16;
        o.hidden = o.taps = false;
        return o;
    }

    folder home;
    std::string path;
    int32_t n_vocab;
};

std::vector<int32_t> random_text(std::mt19937 & random, int32_t n) {
    std::vector<int32_t> text(n);
    for (int32_t & token : text) token = (int32_t) (random() % 256);
    return text;
}

// Rows of one pass.
struct pass {
    std::vector<int32_t> tokens, positions, begins{0}, seqs;
    void add(int32_t token, int32_t position, int32_t seq) {
        tokens.push_back(token);
        positions.push_back(position);
        seqs.push_back(seq);
        begins.push_back((int32_t) tokens.size());
    }
    void decode(const handle<gto_session> & session) const {
        const std::vector<int8_t> output(tokens.size(), 1);
        ASSERT_OK(gto_session_decode(session.get(), (int32_t) tokens.size(), tokens.data(), positions.data(),
                                     begins.data(), seqs.data(), output.data()));
    }
};

using logits = std::vector<std::vector<float>>;

logits read_by_one(const handle<gto_session> & session, const std::vector<int32_t> & text, int32_t n_vocab) {
    logits read;
    for (size_t i = 0; i < text.size(); i++) {
        pass p;
        p.add(text[i], (int32_t) i, 0);
        p.decode(session);
        read.push_back(logits_of(session, 0, n_vocab));
    }
    return read;
}

// The text in passes of random sizes, beside branches that are removed again and a text of another sequence that grows
// and starts again.
logits read_beside_others(const handle<gto_session> & session, const std::vector<int32_t> & text, int32_t n_vocab,
                          std::mt19937 & random) {
    constexpr int32_t other = 5;
    logits read;
    int32_t other_end = 0;
    for (int32_t done = 0; done < (int32_t) text.size();) {
        const int32_t n = std::min<int32_t>(1 + random() % 12, (int32_t) text.size() - done);
        pass p;
        std::vector<int32_t> rows;
        const auto add_text = [&] {
            for (int32_t i = 0; i < n; i++) {
                rows.push_back((int32_t) p.tokens.size());
                p.add(text[done + i], done + i, 0);
            }
        };
        const auto add_branches = [&] {
            for (int32_t seq = 1; seq <= (int32_t) (random() % 4); seq++) {
                EXPECT_OK(gto_session_copy_sequence(session.get(), 0, seq, 0, -1));
                for (int32_t i = 0; i <= (int32_t) (random() % 3); i++) {
                    p.add((int32_t) (random() % 256), done + i, seq);
                }
            }
        };
        const bool first = random() % 2;
        if (first) add_text();
        if (done > 0) add_branches();
        for (int32_t i = 0; i < (int32_t) (random() % 3); i++) p.add((int32_t) (random() % 256), other_end++, other);
        if (!first) add_text();
        p.decode(session);
        for (const int32_t row : rows) read.push_back(logits_of(session, row, n_vocab));
        for (int32_t seq = 1; seq < other; seq++) EXPECT_OK(gto_session_remove(session.get(), seq, 0, -1));
        if (random() % 8 == 0) {
            EXPECT_OK(gto_session_remove(session.get(), other, 0, -1));
            other_end = 0;
        }
        done += n;
    }
    return read;
}

int64_t rows_that_differ(const logits & a, const logits & b) {
    EXPECT_EQ(a.size(), b.size());
    int64_t different = 0;
    for (size_t i = 0; i < std::min(a.size(), b.size()); i++) {
        different += memcmp(a[i].data(), b[i].data(), a[i].size() * sizeof(float)) != 0;
    }
    return different;
}

} // namespace

TEST_P(BatchInvariance, RowsKeepTheirBits) {
    logits alone;
    int tried = 0;
    std::mt19937 random(7);
    const std::vector<int32_t> text = random_text(random, text_tokens);
    for (const int32_t threads : {1, 2, 3}) {
        const auto device = open_device(threads);
        if (gto_device_name(device.get()) == std::string("CPU")) {
            GTEST_SKIP() << "ggml's own kernels: no kernel of ours pays on this processor";
        }
        const auto target = open_target(device, path);
        const auto session = open_session(target, options());
        const logits read = read_by_one(session, text, n_vocab);
        if (alone.empty()) alone = read;
        EXPECT_EQ(rows_that_differ(alone, read), 0) << threads << " threads";
        for (int trial = 0; trial < partitions() / 3; trial++) {
            const size_t length = trial < 6 ? text_tokens : short_tokens;
            ASSERT_OK(gto_session_clear(session.get()));
            const logits beside = read_beside_others(session, {text.begin(), text.begin() + length}, n_vocab, random);
            ASSERT_EQ(rows_that_differ({alone.begin(), alone.begin() + length}, beside), 0)
                << threads << " threads, trial " << trial;
            tried++;
        }
    }
    RecordProperty("partitions", tried);
}

// Reading features cuts the graph between nodes that are otherwise computed together.
TEST_P(BatchInvariance, FeaturesKeepTheLogits) {
    std::mt19937 random(8);
    const std::vector<int32_t> text = random_text(random, 20);
    const auto device = open_device(2);
    const auto target = open_target(device, path);
    if (!gto_target_describe(target.get()).taps_supported) GTEST_SKIP() << "no features of this architecture";
    logits read[2];
    for (const bool features : {false, true}) {
        gto_session_options o = options();
        o.taps = o.hidden = features;
        o.tap_layers[0] = 1;
        o.tap_layers[1] = o.tap_layers[2] = 2;
        read[features] = read_by_one(open_session(target, o), text, n_vocab);
    }
    EXPECT_EQ(rows_that_differ(read[0], read[1]), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Types, BatchInvariance,
    testing::Values(invariance_case{"llama", "F32", true}, invariance_case{"llama", "F16", false},
                    invariance_case{"llama", "BF16", false}, invariance_case{"llama", "Q8_0", false},
                    invariance_case{"llama", "Q4_0", false}, invariance_case{"llama", "Q4_1", false},
                    invariance_case{"llama", "Q5_0", false}, invariance_case{"llama", "Q5_1", false},
                    invariance_case{"llama", "Q2_K", false}, invariance_case{"llama", "Q3_K_M", false},
                    invariance_case{"llama", "Q4_K_M", false}, invariance_case{"llama", "Q5_K_M", false},
                    invariance_case{"llama", "Q6_K", false}, invariance_case{"llama", "IQ4_NL", false},
                    invariance_case{"llama", "IQ4_XS", false}, invariance_case{"llama", "Q4_K_M", true},
                    invariance_case{"llama", "F16", false, true}, invariance_case{"llama", "Q8_0", false, true}),
    name_of);
INSTANTIATE_TEST_SUITE_P(
    Architectures, BatchInvariance,
    testing::Values(invariance_case{"qwen2", "Q8_0", false}, invariance_case{"qwen3", "Q8_0", false},
                    invariance_case{"qwen3moe", "Q8_0", false}, invariance_case{"gpt-oss", "Q8_0", false},
                    invariance_case{"gemma3", "Q8_0", false}, invariance_case{"phi2", "Q8_0", false},
                    invariance_case{"phi3", "Q8_0", false}, invariance_case{"gptneox", "Q8_0", false}),
    name_of);
