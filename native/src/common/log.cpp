// Messages of libllama and ggml: those below a level are dropped, the rest goes to stderr.
#include "gto4j/common.h"

#include "llama.h"

#include <atomic>
#include <cstdio>

namespace gto {

static std::atomic<int32_t> lowest_level{1};

// 1 errors ... 4 debug, as gto_log_level counts; ggml numbers them the other way round.
static int32_t verbosity(ggml_log_level level) {
    switch (level) {
        case GGML_LOG_LEVEL_ERROR: return 1;
        case GGML_LOG_LEVEL_WARN: return 2;
        case GGML_LOG_LEVEL_INFO: return 3;
        default: return 4;
    }
}

static void print(ggml_log_level level, const char * text, void *) {
    static thread_local int32_t last = 4;
    if (level != GGML_LOG_LEVEL_CONT) last = verbosity(level); // CONT goes on with the line before
    if (last <= lowest_level.load(std::memory_order_relaxed)) fputs(text, stderr);
}

// Before anything of libllama can speak.
static const bool installed = [] {
    llama_log_set(print, nullptr);
    return true;
}();

} // namespace gto

void gto_log_level(int32_t level) { gto::lowest_level.store(level); }
