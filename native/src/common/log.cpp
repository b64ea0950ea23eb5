// Messages of libllama and ggml: those below a level are dropped, the rest goes to stderr.
#include "gto4j/common.h"

#include "llama.h"

#include <atomic>
#include <cstdio>
#include <string>

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

// Names of files and tensors mustn't steer a terminal.
static std::string printable(const char * text) {
    std::string shown;
    for (const char * c = text; *c; c++) {
        const unsigned char byte = (unsigned char) *c;
        const bool c1 = byte == 0xc2 && (unsigned char) c[1] >= 0x80 && (unsigned char) c[1] < 0xa0; // in UTF-8
        if (c1 || byte == 0x7f || (byte < 0x20 && byte != '\n' && byte != '\t')) {
            char escape[5];
            snprintf(escape, sizeof escape, "\\x%02x", c1 ? (unsigned char) *++c : byte);
            shown += escape;
        } else {
            shown += *c;
        }
    }
    return shown;
}

static void print(ggml_log_level level, const char * text, void *) {
    static thread_local int32_t last = 4;
    if (level != GGML_LOG_LEVEL_CONT) last = verbosity(level); // CONT goes on with the line before
    if (last <= lowest_level.load(std::memory_order_relaxed)) fputs(printable(text).c_str(), stderr);
}

// Before anything of libllama can speak.
static const bool installed = [] {
    llama_log_set(print, nullptr);
    return true;
}();

} // namespace gto

void gto_log_level(int32_t level) { gto::lowest_level.store(level); }
