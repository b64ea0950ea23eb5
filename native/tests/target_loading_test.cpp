// Which device computes a target, where its weights lie there, and what happens where they can't.
#include "device/device.h"
#include "support/handles.h"
#include "support/memory_limit.h"

#include "ggml-backend-impl.h"

#include <cmath>
#include <cstring>

using namespace gto_test;

namespace {

handle<gto_device> open_named(const char * name) {
    gto_device * device = nullptr;
    EXPECT_OK(gto_device_open(name, 1, &device));
    return {device, gto_device_free};
}

bool has(const char * text, const char * part) { return text && strstr(text, part); }

// Matrices of Q8_0, too many for the memory that isn't asked about.
class target_loading : public testing::Test {
  protected:
    target_loading() {
        tiny_options options;
        options.embd = 256;
        options.ff = 2048;
        write_tiny_model(options, home.file("f32.gguf"));
        EXPECT_OK(gto_target_requantize(home.file("f32.gguf").c_str(), path().c_str(), "Q8_0", 1));
        if (!gto::cpu_device::pays()) skip = "this processor has ggml's kernels alone";
    }
    std::string path() const { return home.file("q8_0.gguf"); }
    // Logits of a few tokens, summed.
    static double sum_of_logits(const handle<gto_target> & target) {
        const auto session = open_session(target, exact_options());
        const int32_t tokens[] = {1, 2, 3};
        EXPECT_OK(gto_session_prefill(session.get(), 0, 0, 3, tokens, 0, nullptr, nullptr));
        std::vector<float> logits((size_t) gto_target_describe(target.get()).n_vocab);
        EXPECT_OK(gto_session_logits(session.get(), 2, logits.data()));
        double sum = 0;
        for (float logit : logits) sum += std::fabs(logit);
        return sum;
    }

    folder home;
    const char * skip = nullptr;
};

} // namespace

TEST(Device, TheFirstAvailableIsTheDefault) {
    const auto device = open_device();
    ASSERT_GT(gto_available_devices(), 0);
    EXPECT_STREQ(gto_available_device_name(0), gto_device_name(device.get()));
    EXPECT_STREQ(gto_available_device_description(0), gto_device_description(device.get()));
    EXPECT_STREQ(gto_device_name(open_named("").get()), gto_device_name(device.get()));
    for (int32_t i = 0; i < gto_available_devices(); i++) {
        EXPECT_STREQ(gto_available_device_name(i), gto_device_name(open_named(gto_available_device_name(i)).get()));
    }
    for (int32_t i : {-1, gto_available_devices(), INT32_MAX, INT32_MIN}) {
        EXPECT_STREQ("", gto_available_device_name(i));
        EXPECT_STREQ("", gto_available_device_description(i));
    }
}

TEST(Device, NamesThatThereAreNot) {
    gto_device * device = nullptr;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_device_open("CPU-GTO5J", 1, &device));
    EXPECT_TRUE(has(gto_last_error(), "no device \"CPU-GTO5J\"; found: ")) << gto_last_error();
    EXPECT_TRUE(has(gto_last_error(), gto_available_device_name(0))) << gto_last_error();
    const gto_status status = gto_device_open("CPU-GTO4J", 1, &device);
    EXPECT_EQ(gto::cpu_device::pays() ? GTO_OK : GTO_E_ARGUMENT, status);
    if (status != GTO_OK) {
        EXPECT_TRUE(has(gto_last_error(), "lacks the instructions")) << gto_last_error();
    }
    gto_device_free(device);
}

TEST(Device, KernelsAreNamed) {
    if (!gto::cpu_device::pays()) GTEST_SKIP();
    EXPECT_TRUE(has(gto_device_description(open_named("CPU-GTO4J").get()), "integer products"));
    EXPECT_FALSE(has(gto_device_description(open_named("CPU").get()), "integer products"));
}

TEST_F(target_loading, weights_are_packed_or_mapped) {
    if (skip) GTEST_SKIP() << skip;
    const auto device = open_named("CPU-GTO4J");
    const auto target = open_target(device, path());
    const gto_target_loading loading = gto_target_loaded(target.get());
    EXPECT_EQ(nullptr, gto_target_fallback(target.get()));
    const int64_t size = gto_target_describe(target.get()).n_bytes;
    EXPECT_GT(loading.n_bytes_packed, size / 2);
    EXPECT_LT(loading.n_bytes_packed, 2 * size);
    EXPECT_GT(loading.n_bytes_mapped, 0);
    EXPECT_EQ(0, loading.n_bytes_moved);
    EXPECT_GT(loading.nanos, 0);
    EXPECT_GT(sum_of_logits(target), 0);
}

TEST_F(target_loading, ggml_has_kernels_of_its_own) {
    const auto device = open_named("CPU");
    const auto target = open_target(device, path());
    EXPECT_EQ(0, gto_target_loaded(target.get()).n_bytes_packed);
    EXPECT_EQ(nullptr, gto_target_fallback(target.get()));
    EXPECT_GT(sum_of_logits(target), 0);
}

TEST_F(target_loading, without_memory_for_packing_the_file_is_mapped) {
    if (skip) GTEST_SKIP() << skip;
    const auto device = open_named("CPU-GTO4J");
    const double expected = sum_of_logits(open_target(device, path()));
    const auto little = [&] {
        const memory_limit set("1K"); // less than it has: what Linux says that it has may drop while it loads
        return open_target(device, path());
    }();
    const gto_target_loading loading = gto_target_loaded(little.get());
    EXPECT_EQ(0, loading.n_bytes_packed);
    EXPECT_EQ(0, loading.n_bytes_moved);
    EXPECT_GT(loading.n_bytes_mapped, gto_target_describe(little.get()).n_bytes / 2);
    EXPECT_TRUE(has(gto_target_fallback(little.get()), "weights packed for this processor: "))
        << gto_target_fallback(little.get());
    EXPECT_TRUE(has(gto_target_fallback(little.get()), "left of GTO4J_MEMORY_LIMIT"))
        << gto_target_fallback(little.get());
    EXPECT_NEAR(1, sum_of_logits(little) / expected, 0.1);
    // The device packs the next one.
    EXPECT_GT(gto_target_loaded(open_target(device, path()).get()).n_bytes_packed, 0);
}

// libllama finds no backend on the device, as where a graph can't be built on it.
TEST_F(target_loading, a_graph_that_fails_on_our_kernels_is_ggmls) {
    if (skip) GTEST_SKIP() << skip;
    const auto device = open_named("CPU-GTO4J");
    ggml_backend_device broken = *device->offload[0];
    broken.iface.init_backend = [](ggml_backend_dev_t, const char *) -> ggml_backend_t { return nullptr; };
    ggml_backend_dev_t whole = device->offload[0];
    const double expected = sum_of_logits(open_target(device, path()));
    device->offload[0] = &broken;
    const auto target = open_target(device, path());
    device->offload[0] = whole;
    EXPECT_TRUE(has(gto_target_fallback(target.get()), "libllama can't build its graph: "))
        << gto_target_fallback(target.get());
    EXPECT_EQ(0, gto_target_loaded(target.get()).n_bytes_packed);
    EXPECT_NEAR(1, sum_of_logits(target) / expected, 0.1);
}

// What no way of loading makes a target stays an error.
TEST_F(target_loading, an_encoder_is_one_on_every_device) {
    tiny_options options;
    options.arch = "bert";
    write_tiny_model(options, home.file("bert.gguf"));
    for (int32_t i = 0; i < gto_available_devices(); i++) {
        gto_target * target = nullptr;
        EXPECT_EQ(GTO_E_FORMAT, gto_target_open(open_named(gto_available_device_name(i)).get(),
                                                home.file("bert.gguf").c_str(), &target));
        EXPECT_EQ(nullptr, target);
    }
}
