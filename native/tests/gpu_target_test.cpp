// Targets on devices that aren't the CPU: which layers lie there, several devices, their memory, and what fails.
#include "support/handles.h"
#include "support/toy_gpu.h"
#include "target/session.h"

#include <cstring>
#include <fstream>
#include <vector>

using namespace gto_test;

namespace {

constexpr int32_t tokens[] = {7, 3, 9, 250, 31, 8, 90, 12, 4, 77};
constexpr int32_t n_tokens = 10;

// Restores the toys' state.
struct toys {
    toys() { reset(); }
    ~toys() { reset(); }
    static void reset() {
        for (int i = 0; i < toy_gpu::count; i++) {
            toy_gpu & toy = toy_gpu::of(i);
            toy.free = (size_t) 1 << 30;
            toy.next = toy_gpu::graphs::computed;
            toy.n_graphs = 0;
        }
    }
};

handle<gto_device> device_named(const char * name) {
    gto_device * device = nullptr;
    EXPECT_OK(gto_device_open(name, 1, &device));
    return {device, gto_device_free};
}

std::string refusal(const char * name) {
    gto_device * device = nullptr;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_device_open(name, 1, &device)) << name;
    return gto_last_error();
}

handle<gto_target> target_on(const handle<gto_device> & device, const std::string & path, int32_t n_gpu_layers = -1) {
    gto_target * target = nullptr;
    EXPECT_OK(gto_target_open_with(device.get(), path.c_str(), {n_gpu_layers}, &target));
    return {target, gto_target_free};
}

gto_status opened(const handle<gto_device> & device, const std::string & path, int32_t n_gpu_layers = -1) {
    gto_target * target = nullptr;
    const gto_status status = gto_target_open_with(device.get(), path.c_str(), {n_gpu_layers}, &target);
    gto_target_free(target);
    return status;
}

bool says(const std::string & part) { return std::string(gto_last_error()).find(part) != std::string::npos; }

// Logits and features of a prompt.
std::vector<float> computed(const handle<gto_target> & target, const gto_session_options & options) {
    auto session = open_session(target, options);
    auto features = new_features(gto_target_describe(target.get()).n_embd, options.hidden);
    EXPECT_OK(gto_session_prefill(session.get(), 0, 0, n_tokens, tokens, n_tokens - 2, features.get(), nullptr));
    const size_t width = (size_t) gto_features_row_bytes(features.get()) / sizeof(float);
    std::vector<float> all((size_t) gto_target_describe(target.get()).n_vocab), row(width);
    EXPECT_OK(gto_session_logits(session.get(), n_tokens - 1, all.data()));
    for (int32_t i = 0; i < n_tokens; i++) {
        EXPECT_OK(gto_features_get(features.get(), i, row.data()));
        all.insert(all.end(), row.begin(), row.end());
    }
    return all;
}

void expect_near(const std::vector<float> & expected, const std::vector<float> & found, float bound) {
    ASSERT_EQ(expected.size(), found.size());
    float worst = 0;
    for (size_t i = 0; i < found.size(); i++) worst = std::max(worst, std::abs(expected[i] - found[i]));
    EXPECT_LE(worst, bound);
}

TEST(GpuDevice, SeveralAreOne) {
    const toys restored;
    toy_gpu::of(1).free = (size_t) 3 << 20;
    const auto both = device_named(" toy0, TOY1");
    EXPECT_STREQ("TOY0,TOY1", gto_device_name(both.get()));
    EXPECT_EQ(GTO_DEVICE_GPU, gto_device_kind(both.get()));
    int64_t free, total;
    ASSERT_OK(gto_device_memory(both.get(), &free, &total));
    EXPECT_EQ(((int64_t) 1 << 30) + (3 << 20), free);
    EXPECT_EQ((int64_t) 1 << 32, total);
    const auto cpu = device_named("CPU");
    EXPECT_EQ(GTO_DEVICE_CPU, gto_device_kind(cpu.get()));
    EXPECT_TRUE(gto_device_computes_drafts(cpu.get()));
    EXPECT_FALSE(gto_device_computes_drafts(both.get())) << "nobody has kernels for it";
    EXPECT_NE(std::string::npos, std::string(gto_device_why_no_drafts(both.get())).find("gto4j has no kernels for "));
    EXPECT_STREQ("", gto_device_why_no_drafts(cpu.get()));
    EXPECT_STREQ("", gto_device_why_no_drafts(nullptr));
    ASSERT_OK(gto_device_memory(cpu.get(), &free, &total));
    EXPECT_LT(0, free);
    EXPECT_LE(free, total);
}

TEST(GpuDevice, AreListed) {
    const toys restored;
    int found = 0;
    for (int32_t i = 0; i < gto_available_devices(); i++) {
        int64_t free = -2, total = -2;
        ASSERT_OK(gto_available_device_memory(i, &free, &total));
        const bool toy = strncmp(gto_available_device_name(i), "TOY", 3) == 0;
        EXPECT_EQ(toy ? GTO_DEVICE_GPU : GTO_DEVICE_CPU, gto_available_device_kind(i)) << gto_available_device_name(i);
        EXPECT_TRUE(!toy || total == (int64_t) 1 << 31) << total;
        found += toy;
    }
    EXPECT_EQ(2, found);
    int64_t free, total;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_available_device_memory(gto_available_devices(), &free, &total));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_available_device_memory(-1, &free, &total));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_available_device_memory(0, nullptr, &total));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_device_memory(nullptr, &free, &total));
}

TEST(GpuDevice, NamesThatAreRefused) {
    const toys restored;
    EXPECT_NE(std::string::npos, refusal("TOY2").find("no device \"TOY2\"; found: "));
    EXPECT_NE(std::string::npos, refusal("TOY0,TOY2").find("TOY0, TOY1"));
    EXPECT_NE(std::string::npos, refusal("TOY0,").find("no device \"\""));
    EXPECT_NE(std::string::npos, refusal("TOY0,TOY0").find("TOY0 is named twice"));
    EXPECT_NE(std::string::npos, refusal("TOY0,CPU").find("expected GPUs alone, found CPU"));
    EXPECT_NE(std::string::npos, refusal("CPU-GTO4J,TOY0").find("expected GPUs alone, found CPU-GTO4J"));
    // Without the module, its libraries or a driver: what is missing, and which devices there are.
    const std::string cuda = refusal("CUDA77");
    EXPECT_NE(std::string::npos, cuda.find("found: ")) << cuda;
    bool any = false;
    for (int32_t i = 0; i < gto_available_devices(); i++) {
        any |= strncmp(gto_available_device_name(i), "CUDA", 4) == 0;
    }
    EXPECT_EQ(any, cuda.find("libggml-cuda.so") == std::string::npos) << cuda;
}

// GTO4J_BACKENDS names a folder, in which a module may be broken; CPUs' modules there aren't taken.
TEST(GpuDevice, FurtherModules) {
    const toys restored;
    const folder home;
    setenv("GTO4J_BACKENDS", home.file("nowhere").c_str(), 1);
    EXPECT_NE(std::string::npos, refusal("CPU").find("GTO4J_BACKENDS: expected a folder with ggml backends, found \""));
    EXPECT_EQ(0, gto_available_devices());
    for (const char * name : {"libggml-sycl.so", "libggml-cpu-x64.so"}) std::ofstream(home.file(name)) << "no library";
    setenv("GTO4J_BACKENDS", home.file("").c_str(), 1);
    gto_log_level(0);
    EXPECT_NE(std::string::npos, refusal("SYCL0").find(home.file("libggml-sycl.so") + " can't be loaded: "))
        << gto_last_error();
    gto_log_level(1);
    EXPECT_NE(std::string::npos, refusal("ROCm0").find("there is no libggml-hip.so beside libggml or in the folder of "
                                                       "GTO4J_BACKENDS"))
        << gto_last_error();
    device_named("CPU");
    unsetenv("GTO4J_BACKENDS");
}

// However many layers lie on which devices: the same logits and features, up to another order of sums.
TEST(GpuTarget, LayersLieWhereTheyShall) {
    const toys restored;
    const tiny model;
    gto_session_options options = exact_options();
    options.flash_attention = GTO_FLASH_ATTENTION_OFF;
    const auto cpu = device_named("CPU");
    const std::vector<float> expected = computed(target_on(cpu, model.path()), options);
    for (const char * name : {"TOY0", "TOY0,TOY1"}) {
        const auto device = device_named(name);
        int64_t before = -1;
        for (const int32_t n_gpu_layers : {0, 1, 3, 7, -1}) {
            toys::reset();
            const auto target = target_on(device, model.path(), n_gpu_layers);
            const int64_t moved = gto_target_loaded(target.get()).n_bytes_moved;
            EXPECT_EQ(n_gpu_layers == 0, moved == 0) << name << " " << n_gpu_layers;
            EXPECT_TRUE(n_gpu_layers < 0 ? moved == before : moved > before) << moved << " after " << before;
            before = moved;
            expect_near(expected, computed(target, options), 1e-4f);
            EXPECT_EQ(n_gpu_layers != 0, toy_gpu::of(0).n_graphs > 0);
            EXPECT_EQ(std::string(name) == "TOY0,TOY1" && (n_gpu_layers < 0 || n_gpu_layers > 1),
                      toy_gpu::of(1).n_graphs > 0)
                << name << " " << n_gpu_layers;
        }
    }
}

// The first block's input comes from the CPU as a copy; it and the others have the same bits in both ways of reading.
TEST(GpuTarget, FeaturesAreReadInBothWays) {
    const toys restored;
    const tiny model;
    const auto device = device_named("TOY0");
    for (const int32_t n_gpu_layers : {-1, 3, 0}) {
        const auto target = target_on(device, model.path(), n_gpu_layers);
        for (const bool many : {false, true}) {
            gto_session_options options = exact_options();
            options.tap_layers[0] = 0;
            options.many_texts = many;
            const std::vector<float> whole = computed(target, options);
            const gto::tap_names known = target->taps;
            target->taps.layer_inputs = target->taps.hidden_kept = false;
            const std::vector<float> cut = computed(target, options);
            target->taps = known;
            EXPECT_TRUE(known.layer_inputs && known.hidden_kept);
            EXPECT_EQ(whole, cut) << n_gpu_layers << " " << many;
        }
    }
}

TEST(GpuTarget, LayersOutOfRange) {
    const toys restored;
    const tiny model;
    const auto toy = device_named("TOY0"), cpu = device_named("CPU");
    for (const int32_t wrong : {8, -2, INT32_MAX, INT32_MIN}) {
        EXPECT_EQ(GTO_E_ARGUMENT, opened(toy, model.path(), wrong));
        EXPECT_TRUE(says("expected 0..7 (6 layers and the output layer) or -1 for all")) << gto_last_error();
    }
    EXPECT_EQ(GTO_E_ARGUMENT, opened(cpu, model.path(), 1));
    EXPECT_TRUE(says("device CPU is no GPU")) << gto_last_error();
    EXPECT_OK(opened(cpu, model.path(), 0));
}

TEST(GpuTarget, TooLittleMemoryForTheLayers) {
    const toys restored;
    const tiny model;
    const auto device = device_named("TOY0");
    toy_gpu::of(0).free = 1000;
    EXPECT_EQ(GTO_E_MEMORY, opened(device, model.path()));
    EXPECT_TRUE(says("all layers (n_gpu_layers): ") && says(" KiB needed on TOY0, 1000 bytes of 2.0 GiB are free"))
        << gto_last_error();
    EXPECT_EQ(GTO_E_MEMORY, opened(device, model.path(), 1));
    EXPECT_OK(opened(device, model.path(), 0));
}

TEST(GpuTarget, TooLittleMemoryForKeysAndValues) {
    const toys restored;
    const tiny model;
    const auto device = device_named("TOY0");
    const auto target = target_on(device, model.path());
    gto_session_options options = gto_session_options_default();
    gto_session * session = nullptr;
    // 4096 cells of 6 layers, 2 heads of 8 for keys and for values, 2 bytes each
    const int64_t bytes = 4096LL * 6 * 2 * 8 * 2 * 2;
    toy_gpu::of(0).free = (size_t) bytes - 1;
    EXPECT_EQ(GTO_E_MEMORY, gto_session_open(target.get(), options, &session));
    EXPECT_TRUE(says("1.5 MiB needed on TOY0, ")) << gto_last_error();
    toy_gpu::of(0).free = (size_t) bytes;
    ASSERT_OK(gto_session_open(target.get(), options, &session));
    gto_session_free(session);
    options.cache_type = GTO_CACHE_F32;
    EXPECT_EQ(GTO_E_MEMORY, gto_session_open(target.get(), options, &session));
}

TEST(GpuTarget, APassThatFails) {
    const toys restored;
    const tiny model;
    const auto device = device_named("TOY0");
    const auto target = target_on(device, model.path());
    const std::vector<float> expected = computed(target, exact_options());
    auto session = open_session(target, exact_options());
    auto features = new_features(model.n_embd());
    for (const bool memory : {false, true}) {
        toy_gpu::of(0).next = memory ? toy_gpu::graphs::find_no_memory : toy_gpu::graphs::fail;
        EXPECT_EQ(memory ? GTO_E_MEMORY : GTO_E_INTERNAL,
                  gto_session_prefill(session.get(), 0, 0, n_tokens, tokens, 0, features.get(), nullptr));
        EXPECT_TRUE(says("device TOY0 failed to compute 10 rows")) << gto_last_error();
        EXPECT_EQ(!memory, says("the toy is unplugged")) << gto_last_error();
        EXPECT_EQ(0, gto_features_rows(features.get()));
        toy_gpu::of(0).next = toy_gpu::graphs::computed;
        std::vector<float> logits((size_t) model.n_vocab());
        EXPECT_EQ(GTO_E_ARGUMENT, gto_session_logits(session.get(), 0, logits.data()));
        ASSERT_OK(gto_session_prefill(session.get(), 0, 0, n_tokens, tokens, n_tokens - 2, nullptr, nullptr));
        ASSERT_OK(gto_session_logits(session.get(), n_tokens - 1, logits.data()));
        EXPECT_TRUE(std::equal(logits.begin(), logits.end(), expected.begin()));
        ASSERT_OK(gto_session_clear(session.get()));
    }
}

// A driver's error ends in an assertion: the process goes on, what was opened on the device says that it is lost.
TEST(GpuTarget, ADeviceThatIsLost) {
    const toys restored;
    const tiny model;
    auto device = device_named("TOY0");
    auto target = target_on(device, model.path());
    auto session = open_session(target, exact_options()), other = open_session(target, exact_options());
    toy_gpu::of(0).next = toy_gpu::graphs::abort;
    const auto prefill = [](const handle<gto_session> & s) {
        return gto_session_prefill(s.get(), 0, 0, n_tokens, tokens, 0, nullptr, nullptr);
    };
    for (const auto * s : {&session, &other}) {
        EXPECT_EQ(GTO_E_INTERNAL, prefill(*s));
        EXPECT_TRUE(says("device TOY0 is lost") && says("the toy is broken")) << gto_last_error();
        EXPECT_EQ(GTO_E_INTERNAL, gto_session_clear(s->get()));
    }
    EXPECT_EQ(GTO_E_INTERNAL, opened(device, model.path()));
    gto_session * more = nullptr;
    EXPECT_EQ(GTO_E_INTERNAL, gto_session_open(target.get(), exact_options(), &more));
    EXPECT_TRUE(says("device TOY0 is lost")) << gto_last_error();
    session.reset();
    other.reset();
    target.reset();
    device.reset();
    toys::reset();
    const auto again = device_named("TOY0");
    EXPECT_OK(prefill(open_session(target_on(again, model.path()), exact_options())));
}

tiny_options wide_heads() {
    tiny_options options;
    options.head_dim = 32;
    return options;
}

// ggml's flash attention reads F32 keys and values as F16.
TEST(CacheType, EachHasItsPrecision) {
    const toys restored;
    const tiny model(wide_heads());
    const struct {
        int32_t type;
        float bound;
    } cases[] = {{GTO_CACHE_F32, 0.05f}, {GTO_CACHE_F16, 0.05f}, {GTO_CACHE_BF16, 0.3f}, {GTO_CACHE_Q8_0, 0.3f}};
    for (const char * name : {"", "CPU", "TOY0"}) {
        const auto device = device_named(name);
        const auto target = target_on(device, model.path());
        std::vector<float> expected;
        for (const auto & c : cases) {
            for (const int32_t flash : {GTO_FLASH_ATTENTION_AUTO, GTO_FLASH_ATTENTION_ON, GTO_FLASH_ATTENTION_OFF}) {
                gto_session_options options = exact_options();
                options.cache_type = c.type;
                options.flash_attention = flash;
                if (c.type == GTO_CACHE_Q8_0 && flash == GTO_FLASH_ATTENTION_OFF) {
                    gto_session * session = nullptr;
                    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_open(target.get(), options, &session));
                    EXPECT_TRUE(says("Q8_0 needs flash attention")) << gto_last_error();
                    continue;
                }
                const std::vector<float> found = computed(target, options);
                if (expected.empty()) expected = found;
                SCOPED_TRACE(std::string(name) + " type " + std::to_string(c.type) + " flash " + std::to_string(flash));
                expect_near(expected, found, c.bound);
            }
        }
    }
}

TEST(CacheType, WhatIsRefused) {
    const tiny narrow; // heads of 8
    for (const int32_t wrong : {-1, 4, INT32_MIN, INT32_MAX}) {
        gto_session_options options = gto_session_options_default();
        gto_session * session = nullptr;
        options.cache_type = wrong;
        EXPECT_EQ(GTO_E_ARGUMENT, gto_session_open(narrow.target.get(), options, &session));
        EXPECT_TRUE(says("cache_type: expected 0..3")) << gto_last_error();
        options.cache_type = GTO_CACHE_F16;
        options.flash_attention = wrong;
        EXPECT_EQ(GTO_E_ARGUMENT, gto_session_open(narrow.target.get(), options, &session)) << wrong;
        EXPECT_TRUE(says("flash_attention: expected 0..2")) << gto_last_error();
    }
    gto_session_options options = gto_session_options_default();
    gto_session * session = nullptr;
    options.cache_type = GTO_CACHE_Q8_0;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_session_open(narrow.target.get(), options, &session));
    EXPECT_TRUE(says("multiple of 32") && says("heads of width 8")) << gto_last_error();
}

} // namespace
