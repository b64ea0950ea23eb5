// A tiny target with a random draft, and random training text for it.
#pragma once

#include "gto4j/trainer.h"
#include "support/published_nets.h"
#include "support/test_device.h"

#include <random>
#include <string>
#include <vector>

namespace gto_test {

struct tiny_draft {
    // on: name of the device; null: the default.
    explicit tiny_draft(int32_t threads = 1, uint32_t seed = 1, int32_t init = GTO_INIT_RANDOM,
                        const char * on = test_device_name());
    // A draft of such a net, with random weights.
    explicit tiny_draft(const published_net & net, int32_t threads = 1, uint32_t seed = 1,
                        const char * on = test_device_name());
    ~tiny_draft();
    tiny_draft(const tiny_draft &) = delete;
    tiny_draft & operator=(const tiny_draft &) = delete;

    std::vector<float> get(int32_t tensor) const;
    void set(int32_t tensor, const std::vector<float> & values);

    std::string target_path;
    gto_device * device = nullptr;
    gto_target * target = nullptr;
    gto_draft * draft = nullptr;
    gto_target_info info;
    std::vector<int32_t> vocabulary;

  private:
    void open_target(int32_t threads, uint32_t seed, const char * on);
    void draw_weights(uint32_t seed);
};

// Random sequences with random features: what a gradient must hold for needs no meaning.
struct random_text {
    random_text(const tiny_draft & tiny, const std::vector<int32_t> & lengths, int32_t prompt, uint32_t seed);
    ~random_text();
    random_text(const random_text &) = delete;
    random_text & operator=(const random_text &) = delete;

    gto_batch batch(int32_t n_passes, int32_t keep_top_k) const;

    std::vector<gto_features *> features;
    std::vector<int32_t> lengths, tokens, argmax;
    std::vector<int8_t> mask;
};

} // namespace gto_test
