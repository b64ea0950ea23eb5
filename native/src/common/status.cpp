#include "common/status.h"

#include <cstdarg>
#include <cstdio>

namespace gto {

static thread_local std::string last_error;

std::atomic<int64_t> counted::live{0};

void fail(gto_status status, const char * format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    const int size = vsnprintf(nullptr, 0, format, args);
    va_end(args);
    std::string text(size < 0 ? 0 : (size_t) size, '\0');
    vsnprintf(text.data(), text.size() + 1, format, again);
    va_end(again);
    throw error(status, text);
}

void set_last_error(const char * message) noexcept {
    try {
        last_error = message;
    } catch (...) {
        last_error.clear();
    }
}

} // namespace gto

const char * gto_last_error(void) { return gto::last_error.c_str(); }
int64_t gto_live_handles(void) { return gto::counted::live.load(); }
