// Owning handles for tests, and a check that a call succeeded.
#pragma once

#include "gto4j/draft.h"
#include "gto4j/session.h"
#include "support/test_device.h"
#include "support/tiny_model.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <memory>

#define EXPECT_OK(call) EXPECT_EQ(GTO_OK, call) << gto_last_error()
#define ASSERT_OK(call) ASSERT_EQ(GTO_OK, call) << gto_last_error()

namespace gto_test {

template <class T> using handle = std::unique_ptr<T, void (*)(T *)>;

// A folder that lives as long as this.
class folder {
  public:
    folder() {
        std::string name = (std::filesystem::temp_directory_path() / "gto4j-XXXXXX").string();
        if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~folder() { std::filesystem::remove_all(path_); }
    std::string file(const std::string & name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

inline handle<gto_device> open_device(int32_t n_threads = 1) {
    gto_device * device = nullptr;
    EXPECT_OK(gto_device_open(test_device_name(), n_threads, &device));
    return {device, gto_device_free};
}

inline handle<gto_target> open_target(const handle<gto_device> & device, const std::string & path) {
    gto_target * target = nullptr;
    EXPECT_OK(gto_target_open(device.get(), path.c_str(), &target));
    return {target, gto_target_free};
}

inline handle<gto_session> open_session(const handle<gto_target> & target, const gto_session_options & options) {
    gto_session * session = nullptr;
    EXPECT_OK(gto_session_open(target.get(), options, &session));
    return {session, gto_session_free};
}

inline handle<gto_sampler> open_sampler(const handle<gto_target> & target, const gto_sampler_options & options) {
    gto_sampler * sampler = nullptr;
    EXPECT_OK(gto_sampler_open(target.get(), options, &sampler));
    return {sampler, gto_sampler_free};
}

inline handle<gto_features> new_features(int32_t n_embd, bool with_hidden = true, int32_t type = GTO_TYPE_F32,
                                         int32_t n_taps = 3) {
    gto_features * features = nullptr;
    EXPECT_OK(gto_features_create(n_taps, n_embd, with_hidden, type, &features));
    return {features, gto_features_free};
}

// A tiny target, opened.
struct tiny {
    explicit tiny(const tiny_options & options = {}) {
        write_tiny_model(options, path());
        device = open_device();
        target = open_target(device, path());
    }
    std::string path() const { return home.file("target.gguf"); }
    int32_t n_vocab() const { return gto_target_describe(target.get()).n_vocab; }
    int32_t n_embd() const { return gto_target_describe(target.get()).n_embd; }

    folder home;
    handle<gto_device> device{nullptr, gto_device_free};
    handle<gto_target> target{nullptr, gto_target_free};
};

// Taps, hidden and F32 keys: what equality tests want.
inline gto_session_options exact_options() {
    gto_session_options options = gto_session_options_default();
    options.n_ctx = 512;
    options.n_batch = 64;
    options.n_seq_max = 32;
    options.taps = options.hidden = true;
    options.cache_type = GTO_CACHE_F32;
    options.tap_layers[0] = 2;
    options.tap_layers[1] = 3;
    options.tap_layers[2] = 5;
    return options;
}

} // namespace gto_test
