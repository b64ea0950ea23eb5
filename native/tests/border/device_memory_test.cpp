// Beside a target on a device that has no kernels of ours, whose memory isn't the host's, the draft engine computes on
// a CPU and never touches that memory.
#include "border/guarded_device.h"
#include "gto4j/loss.h"
#include "gto4j/trainer.h"
#include "gto4j/tree.h"
#include "support/handles.h"
#include "support/tiny_draft.h"

#include <cmath>

using namespace gto_test;

namespace {

class device_memory : public testing::Test {
  protected:
    void SetUp() override {
        if (!guarded_device()) GTEST_SKIP() << "llama.cpp's sources aren't there";
        gto_device * opened = nullptr;
        gto_target * loaded = nullptr;
        ASSERT_OK(gto_device_open(guarded_device(), 1, &opened));
        device.reset(opened);
        ASSERT_OK(gto_target_open(device.get(), tiny.target_path.c_str(), &loaded));
        target.reset(loaded);
    }
    tiny_draft tiny;
    folder home;
    handle<gto_device> device{nullptr, gto_device_free};
    handle<gto_target> target{nullptr, gto_target_free};
};

TEST_F(device_memory, drafts_and_trainers_compute_beside_it) {
    gto_draft * made = nullptr;
    const int32_t vocabulary[] = {3, 6};
    for (int32_t init : {GTO_INIT_RANDOM, GTO_INIT_TARGET}) {
        ASSERT_OK(gto_draft_create(target.get(), {2, {0, 1, 2}, init, 1}, vocabulary, &made));
        gto_draft_free(made);
    }
    const std::string path = home.file("draft.gguf");
    ASSERT_OK(gto_draft_save(tiny.draft, path.c_str(), "F32"));
    ASSERT_OK(gto_draft_load(target.get(), path.c_str(), &made));
    const handle<gto_draft> draft(made, gto_draft_free);
    gto_training_memory memory;
    ASSERT_OK(gto_trainer_plan_memory(target.get(), 2, false, gto_trainer_options_default(), 10, 2, &memory));

    const random_text text(tiny, {12}, 2, 3);
    std::vector<double> objectives;
    for (gto_draft * d : {tiny.draft, draft.get()}) {
        gto_trainer * trainer = nullptr;
        gto_batch_result result;
        ASSERT_OK(
            gto_trainer_open(d == tiny.draft ? tiny.target : target.get(), d, gto_trainer_options_default(), &trainer));
        ASSERT_OK(gto_trainer_accumulate(trainer, text.batch(3, 0), &result));
        objectives.push_back(result.objective);
        gto_trainer_free(trainer);
    }
    EXPECT_NEAR(objectives[0], objectives[1], 1e-5 * objectives[0]);
}

TEST_F(device_memory, host_arrays_are_computed_beside_it) {
    const int32_t begins[] = {0, 1}, parent = -1, token = 3, drawn[] = {3, 1}, label = 0;
    const float probability = 0.5f, weight = 1;
    float reward, logits[] = {1, 2}, p[] = {0.5f, 0.5f};
    int32_t accepted, last;
    ASSERT_OK(gto_tree_rewards(device.get(), GTO_REWARD_EXACT, 1, 1, begins, &parent, &probability, &reward));
    EXPECT_EQ(reward, 0.5f);
    ASSERT_OK(gto_tree_walks(device.get(), 1, begins, &parent, &token, drawn, &accepted, &last));
    EXPECT_EQ(accepted, 1);
    ASSERT_OK(gto_loss_rows(device.get(), 0, 3, 1, 2, logits, p, &weight, &weight, &label, nullptr, nullptr, nullptr,
                            nullptr, nullptr));
    EXPECT_TRUE(std::isfinite(logits[0]));
}

} // namespace
