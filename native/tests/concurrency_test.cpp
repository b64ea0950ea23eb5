// Threads that share a device, a target and a draft, each with sessions of its own: results are those of one thread
// alone. Made for the thread sanitizer. Devices of one thread but for one test: threads of a pool spin against each
// other where cores are few.
#include "support/handles.h"
#include "support/oracle.h"
#include "support/tiny_draft.h"

#include <atomic>
#include <functional>
#include <thread>

using namespace gto_test;

namespace {

constexpr int n_users = 4;
constexpr int n_rounds = 6;

// What users can't say by a gtest assertion, which isn't for threads other than the main one.
void must(gto_status status) {
    if (status != GTO_OK) throw std::runtime_error(gto_last_error());
}

void on_threads(int n_users, const std::function<void(int)> & use) {
    std::vector<std::thread> users;
    std::atomic<int> failed{0};
    for (int user = 0; user < n_users; user++) {
        users.emplace_back([&, user] {
            try {
                use(user);
            } catch (const std::exception & e) {
                fprintf(stderr, "user %d: %s\n", user, e.what());
                failed++;
            }
        });
    }
    for (std::thread & user : users) user.join();
    EXPECT_EQ(0, failed);
}

// Cycles as decoding has them: trunk rows, root, a level, verification; returns what was drawn.
std::vector<int32_t> decode(gto_target * target, gto_draft * draft, int user, int n_cycles) {
    const gto_target_info info = gto_target_describe(target);
    gto_session_options options = gto_session_options_default();
    options.n_ctx = 256;
    options.n_batch = 32;
    options.n_seq_max = 8;
    options.taps = true;
    options.cache_type = GTO_CACHE_F32;
    gto_target_default_taps(target, options.tap_layers);
    gto_session * opened = nullptr;
    must(gto_session_open(target, options, &opened));
    const handle<gto_session> session(opened, gto_session_free);
    gto_draft_session * grower = nullptr;
    must(gto_draft_session_open(draft, 128, 16, GTO_TYPE_F16, &grower));
    const handle<gto_draft_session> drafts(grower, gto_draft_session_free);
    gto_features * rows = nullptr;
    must(gto_features_create(3, info.n_embd, false, GTO_TYPE_F32, &rows));
    const handle<gto_features> features(rows, gto_features_free);
    gto_sampler_options warm = gto_sampler_options_default();
    warm.temperature = 1;
    warm.seed = (uint32_t) user;
    gto_sampler * chain = nullptr;
    must(gto_sampler_open(target, warm, &chain));
    const handle<gto_sampler> sampler(chain, gto_sampler_free);

    std::vector<int32_t> text = {info.token_bos, 3 + user};
    must(gto_session_prefill(session.get(), 0, 0, 1, text.data(), 1, features.get(), nullptr));
    int32_t held = 0; // trunk rows
    for (int cycle = 0; cycle < n_cycles && text.back() >= 0; cycle++) {
        const int32_t last = (int32_t) text.size() - 1, behind = last - held, k = 2;
        must(gto_draft_session_extend(drafts.get(), features.get(), 0, behind, text.data() + held + 1, behind - 1));
        must(gto_features_truncate(features.get(), 0));
        held = last;
        const int32_t row = last - 1, parents[k] = {-1 - row, -1 - row};
        int32_t tokens[6], first;
        float log_probs[6];
        must(gto_draft_session_roots(drafts.get(), 1, &row, k, tokens, log_probs, nullptr, nullptr));
        must(gto_draft_session_expand(drafts.get(), k, parents, tokens, k, tokens + 2, log_probs + 2, nullptr, nullptr,
                                      &first));
        const int32_t tree[6] = {-1, -1, 0, 0, 1, 1};
        int32_t path[6], accepted, next;
        must(gto_session_verify(session.get(), 0, last, text.back(), 6, tokens, tree, sampler.get(), features.get(),
                                path, &accepted, &next));
        for (int32_t i = 0; i < accepted; i++) text.push_back(tokens[path[i]]);
        text.push_back(next);
    }
    return text;
}

} // namespace

TEST(Concurrency, SessionsOfOneDeviceDontDisturbEachOther) {
    const tiny_draft tiny;
    std::vector<std::vector<int32_t>> expected, found(n_users);
    for (int user = 0; user < n_users; user++) expected.push_back(decode(tiny.target, tiny.draft, user, n_rounds));
    on_threads(n_users, [&](int user) { found[user] = decode(tiny.target, tiny.draft, user, n_rounds); });
    EXPECT_EQ(expected, found);
    EXPECT_GT(expected[0].size(), (size_t) n_rounds);
}

TEST(Concurrency, SessionsShareAPoolOfThreads) {
    const tiny_draft tiny(2);
    const std::vector<int32_t> expected = decode(tiny.target, tiny.draft, 1, 1);
    on_threads(2, [&](int) {
        if (decode(tiny.target, tiny.draft, 1, 1) != expected) throw std::runtime_error("another text than alone");
    });
}

TEST(Concurrency, TargetsAndDraftsOpenAndCloseAtOnce) {
    const int64_t before = gto_live_handles();
    {
        const tiny_draft tiny;
        on_threads(n_users, [&](int user) {
            for (int round = 0; round < 3; round++) {
                gto_target * target = nullptr;
                must(gto_target_open(tiny.device, tiny.target_path.c_str(), &target));
                const handle<gto_target> mine(target, gto_target_free);
                gto_draft * draft = nullptr;
                must(gto_draft_copy(tiny.draft, &draft));
                const handle<gto_draft> copy(draft, gto_draft_free);
                decode(target, draft, user, 2);
                if (gto_target_open(tiny.device, "no such file", &target) != GTO_E_IO) {
                    throw std::runtime_error("a missing file was opened");
                }
            }
        });
    }
    EXPECT_EQ(before, gto_live_handles());
}

// A draft in training is nobody else's; its trainer shares the device with those who decode.
TEST(Concurrency, TrainingBesideDecoding) {
    const tiny_draft tiny;
    gto_draft * draft = nullptr;
    ASSERT_OK(gto_draft_copy(tiny.draft, &draft));
    const handle<gto_draft> trained(draft, gto_draft_free);
    const std::vector<int32_t> expected = decode(tiny.target, tiny.draft, 1, n_rounds);
    on_threads(n_users, [&](int user) {
        if (user == 0) {
            const random_text text(tiny, {20, 12}, 3, 5);
            gto_trainer * opened = nullptr;
            must(gto_trainer_open(tiny.target, draft, gto_trainer_options_default(), &opened));
            const handle<gto_trainer> trainer(opened, gto_trainer_free);
            for (int step = 0; step < 3; step++) {
                gto_batch_result result;
                float norm;
                must(gto_trainer_accumulate(opened, text.batch(3, 0), &result));
                must(gto_trainer_step(opened, 1e-3f, 1.0f, &norm));
            }
        } else if (decode(tiny.target, tiny.draft, 1, n_rounds) != expected) {
            throw std::runtime_error("another text than alone");
        }
    });
}
