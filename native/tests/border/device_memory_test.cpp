// On a device whose memory isn't the host's, each way into the draft engine ends in an error before it touches any.
#include "border/guarded_device.h"
#include "gto4j/loss.h"
#include "gto4j/trainer.h"
#include "gto4j/tree.h"
#include "support/handles.h"
#include "support/tiny_draft.h"

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
    static void refused(gto_status status) {
        EXPECT_EQ(status, GTO_E_ARGUMENT);
        EXPECT_NE(std::string(gto_last_error()).find(guarded_device()), std::string::npos) << gto_last_error();
        EXPECT_NE(std::string(gto_last_error()).find("CPU"), std::string::npos) << gto_last_error();
    }

    tiny_draft tiny;
    folder home;
    handle<gto_device> device{nullptr, gto_device_free};
    handle<gto_target> target{nullptr, gto_target_free};
};

TEST_F(device_memory, drafts_and_trainers) {
    gto_draft * draft = nullptr;
    const int32_t vocabulary[] = {3, 6};
    for (int32_t init : {GTO_INIT_RANDOM, GTO_INIT_TARGET}) {
        refused(gto_draft_create(target.get(), {2, {0, 1, 2}, init, 1}, vocabulary, &draft));
    }
    const std::string path = home.file("draft.gguf");
    ASSERT_OK(gto_draft_save(tiny.draft, path.c_str(), "F32"));
    refused(gto_draft_load(target.get(), path.c_str(), &draft));
    EXPECT_EQ(draft, nullptr);
    gto_training_memory memory;
    refused(gto_trainer_plan_memory(target.get(), 2, gto_trainer_options_default(), 10, 2, &memory));
    ASSERT_OK(gto_draft_load(tiny.target, path.c_str(), &draft));
    gto_draft_free(draft);
}

TEST_F(device_memory, host_arrays) {
    const int32_t begins[] = {0, 1}, parent = -1, token = 3, drawn[] = {3, 1}, label = 0;
    const float probability = 0.5f, weight = 1;
    float reward, logits[] = {1, 2}, p[] = {0.5f, 0.5f};
    int32_t accepted, last;
    refused(gto_tree_rewards(device.get(), GTO_REWARD_LSE, 1, 1, begins, &parent, &probability, &reward));
    refused(gto_tree_walks(device.get(), 1, begins, &parent, &token, drawn, &accepted, &last));
    refused(gto_loss_rows(device.get(), 0, 3, 1, 2, logits, p, &weight, &weight, &label, nullptr, nullptr, nullptr,
                          nullptr, nullptr));
}

} // namespace
