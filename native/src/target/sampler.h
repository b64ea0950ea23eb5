// What stands behind gto_sampler.
#pragma once

#include "common/status.h"
#include "gto4j/sampler.h"

#include "llama.h"

#include <memory>

struct gto_sampler : gto::counted {
    std::unique_ptr<llama_sampler, void (*)(llama_sampler *)> chain{nullptr, llama_sampler_free};
    int32_t n_vocab = 0;
};
