// Handles of all kinds, opened, used and closed at random by eight threads: nothing is left, and under the sanitizers
// nothing is found. GTO_HANDLES=n opens n in all (default 400).
#include "gto4j/trainer.h"
#include "support/handles.h"
#include "support/tiny_draft.h"

#include <atomic>
#include <random>
#include <thread>

using namespace gto_test;

namespace {

constexpr int n_threads = 8;
constexpr size_t most_open = 10; // a thread's

int n_handles() {
    const char * asked = std::getenv("GTO_HANDLES");
    return asked ? std::atoi(asked) : 400;
}

void must(gto_status status) {
    if (status != GTO_OK) throw std::runtime_error(gto_last_error());
}

// One thread's handles. Each keeps what it was opened from, as the Java library does: so they are closed in any order,
// and freed in one that the C API allows.
class user {
  public:
    user(const tiny_draft & tiny, uint32_t seed) : tiny_(tiny), random_(seed) {}

    void open_and_close(int n) {
        for (int opened = 0; opened < n;) {
            if (open_.size() >= most_open || (!open_.empty() && random(3) == 0)) {
                close();
            } else {
                open();
                opened++;
            }
        }
        while (!open_.empty()) close();
    }

  private:
    template <class T> using shared = std::shared_ptr<T>;

    int random(int n) { return (int) (random_() % (uint32_t) n); }

    template <class T>
    shared<T> keep(T * handle, void (*free)(T *), shared<void> parent = nullptr, shared<void> other = nullptr) {
        shared<T> kept(handle, [free, parent, other](T * it) { free(it); });
        open_.push_back(kept);
        return kept;
    }

    void close() {
        const int i = random((int) open_.size());
        open_.erase(open_.begin() + i);
        // What is found closed here may live on in its children; nobody opens anything else from it.
        if (random(2) == 0) own_target_.reset();
        if (random(2) == 0) own_draft_.reset();
    }

    gto_target * target() const { return own_target_ ? own_target_.get() : tiny_.target; }

    void open() {
        switch (random(8)) {
            case 0: return open_target();
            case 1: return open_draft();
            case 2: return open_session();
            case 3:
            case 4: return open_draft_session();
            case 5: return open_sampler();
            case 6: return open_features();
            default: return open_trainer();
        }
    }

    void open_target() {
        gto_device * device = nullptr;
        must(gto_device_open(nullptr, 1, &device));
        const shared<gto_device> own_device = keep(device, gto_device_free);
        gto_target * target = nullptr;
        must(gto_target_open(random(2) ? device : tiny_.device, tiny_.target_path.c_str(), &target));
        own_target_ = keep(target, gto_target_free, own_device);
        own_draft_.reset();
    }

    void open_draft() {
        gto_draft * draft = nullptr;
        must(gto_draft_copy(own_draft_ ? own_draft_.get() : tiny_.draft, &draft));
        own_draft_ = keep(draft, gto_draft_free, own_draft_);
    }

    void open_session() {
        gto_session_options options = gto_session_options_default();
        options.n_ctx = 256;
        options.n_batch = 8;
        options.n_seq_max = 2;
        gto_session * session = nullptr;
        must(gto_session_open(target(), options, &session));
        keep(session, gto_session_free, own_target_);
        const int32_t text[] = {1, 2, 3};
        must(gto_session_prefill(session, 0, 0, 3, text, 2, nullptr, nullptr));
    }

    void open_draft_session() {
        constexpr int32_t types[] = {GTO_TYPE_F32, GTO_TYPE_F16, GTO_TYPE_Q8_0, GTO_TYPE_Q4_0, GTO_TYPE_BF16};
        gto_draft * draft = own_draft_ ? own_draft_.get() : tiny_.draft;
        const gto_draft_info info = gto_draft_describe(draft);
        gto_draft_session * session = nullptr;
        must(gto_draft_session_open(draft, 8, 4, types[random(5)], &session));
        keep(session, gto_draft_session_free, own_draft_);
        const handle<gto_features> features = one_row(info);
        const int32_t next = 2, row = 0;
        must(gto_draft_session_extend(session, features.get(), 0, 1, &next, 0));
        int32_t token;
        float log_prob;
        must(gto_draft_session_roots(session, 1, &row, 1, &token, &log_prob, nullptr, nullptr));
    }

    static handle<gto_features> one_row(const gto_draft_info & info) {
        gto_features * features = nullptr;
        must(gto_features_create(3, info.n_embd, false, GTO_TYPE_F32, &features));
        const std::vector<float> row(3 * info.n_embd, 0.5f);
        must(gto_features_append(features, 1, row.data()));
        return {features, gto_features_free};
    }

    void open_sampler() {
        gto_sampler_options options = gto_sampler_options_default();
        options.temperature = (float) random(2);
        if (random(2)) options.grammar = "root ::= [a-z]+";
        gto_sampler * sampler = nullptr;
        must(gto_sampler_open(target(), options, &sampler));
        keep(sampler, gto_sampler_free, own_target_);
        must(gto_sampler_reset(sampler));
    }

    void open_features() {
        gto_features * features = nullptr;
        must(gto_features_create(3, 8, random(2), random(2) ? GTO_TYPE_F16 : GTO_TYPE_F32, &features));
        keep(features, gto_features_free);
    }

    // Of a draft of its own, which has one at most.
    void open_trainer() {
        if (!own_draft_) return open_draft();
        gto_trainer * trainer = nullptr;
        const gto_status status =
            gto_trainer_open(tiny_.target, own_draft_.get(), gto_trainer_options_default(), &trainer);
        if (status == GTO_E_ARGUMENT) return;
        must(status);
        keep(trainer, gto_trainer_free, own_draft_);
        float norm;
        must(gto_trainer_step(trainer, 1e-3f, 1.0f, &norm));
    }

    const tiny_draft & tiny_;
    std::mt19937 random_;
    std::vector<shared<void>> open_;
    shared<gto_target> own_target_;
    shared<gto_draft> own_draft_;
};

} // namespace

TEST(Handles, OpenedAndClosedAtRandomByManyThreads) {
    const int64_t before = gto_live_handles();
    {
        const tiny_draft tiny;
        std::atomic<int> failed{0};
        std::vector<std::thread> threads;
        for (int i = 0; i < n_threads; i++) {
            threads.emplace_back([&, i] {
                try {
                    user(tiny, (uint32_t) i).open_and_close((n_handles() + n_threads - 1) / n_threads);
                } catch (const std::exception & e) {
                    fprintf(stderr, "thread %d: %s\n", i, e.what());
                    failed++;
                }
            });
        }
        for (std::thread & thread : threads) thread.join();
        EXPECT_EQ(0, failed);
    }
    EXPECT_EQ(before, gto_live_handles());
}

TEST(Handles, ADraftHasOneTrainer) {
    const tiny_draft tiny;
    gto_trainer *first = nullptr, *second = nullptr;
    ASSERT_OK(gto_trainer_open(tiny.target, tiny.draft, gto_trainer_options_default(), &first));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_trainer_open(tiny.target, tiny.draft, gto_trainer_options_default(), &second));
    EXPECT_STREQ("the draft has an open trainer already: expected that one to be closed first", gto_last_error());
    gto_draft * copy = nullptr;
    ASSERT_OK(gto_draft_copy(tiny.draft, &copy));
    EXPECT_OK(gto_trainer_open(tiny.target, copy, gto_trainer_options_default(), &second)) << "a copy is another draft";
    gto_trainer_free(second);
    gto_draft_free(copy);
    gto_trainer_free(first);
    gto_trainer_options wrong = gto_trainer_options_default();
    wrong.chunk_rows = 0;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_trainer_open(tiny.target, tiny.draft, wrong, &second));
    ASSERT_OK(gto_trainer_open(tiny.target, tiny.draft, gto_trainer_options_default(), &second))
        << "closed ones and failed ones leave it";
    gto_trainer_free(second);
}
