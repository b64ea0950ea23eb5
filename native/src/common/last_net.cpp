#include "common/last_net.h"

#include "common/status.h"

#include "ggml.h"
#include "llama.h"

#include <cstdio>
#include <cstring>
#include <mutex>

namespace gto {

static thread_local const std::string * protecting = nullptr;
static thread_local std::string said;

static ggml_abort_callback_t previous_abort = nullptr;
static ggml_log_callback previous_log = nullptr;
static void * previous_log_data = nullptr;

static void on_abort(const char * message) {
    if (protecting) {
        const char * name = strrchr(message, '/');
        fail(GTO_E_FORMAT, "%s: libllama can't take it: %s", protecting->c_str(), name ? name + 1 : message);
    }
    if (previous_abort) {
        previous_abort(message);
    } else {
        fprintf(stderr, "%s\n", message);
    }
}

// Errors become part of ours; everything else goes on to where it went.
static void on_log(ggml_log_level level, const char * text, void *) {
    if (protecting && level == GGML_LOG_LEVEL_ERROR) {
        said += text;
    } else {
        previous_log(level, text, previous_log_data);
    }
}

static void install() {
    static std::once_flag once;
    std::call_once(once, [] {
        previous_abort = ggml_set_abort_callback(on_abort);
        llama_log_get(&previous_log, &previous_log_data);
        llama_log_set(on_log, nullptr);
    });
}

last_net::last_net(const std::string & what) : around_(protecting) {
    install();
    said.clear();
    protecting = &what;
}

last_net::~last_net() { protecting = around_; }

std::string last_net::reported() const {
    std::string line = said;
    while (!line.empty() && line.back() == '\n') line.pop_back();
    for (char & c : line) {
        if (c == '\n') c = ';';
    }
    return line;
}

} // namespace gto
