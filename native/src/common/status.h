// Errors inside the library are C++ exceptions of type gto::error; guard() turns them into a status at the C API.
#pragma once

#include "gto4j/common.h"

#include <atomic>
#include <exception>
#include <new>
#include <stdexcept>
#include <string>

namespace gto {

struct error : std::runtime_error {
    error(gto_status status, const std::string & message) : std::runtime_error(message), status(status) {}
    const gto_status status;
};

[[noreturn]] void fail(gto_status status, const char * format, ...) __attribute__((format(printf, 2, 3)));

inline void require(bool condition, const char * what) {
    if (!condition) fail(GTO_E_ARGUMENT, "%s", what);
}

void set_last_error(const char * message) noexcept;

// Runs f; a thrown exception becomes a status and the thread's last error. Nothing escapes.
template <class F> gto_status guard(F && f) noexcept {
    try {
        f();
        return GTO_OK;
    } catch (const error & e) {
        set_last_error(e.what());
        return e.status;
    } catch (const std::bad_alloc &) {
        set_last_error("out of memory");
        return GTO_E_MEMORY;
    } catch (const std::exception & e) {
        set_last_error(e.what());
        return GTO_E_INTERNAL;
    } catch (...) {
        set_last_error("unknown native error");
        return GTO_E_INTERNAL;
    }
}

// Base of every handle: counts the open ones for leak tests.
struct counted {
    counted() { ++live; }
    ~counted() { --live; }
    counted(const counted &) = delete;
    counted & operator=(const counted &) = delete;
    static std::atomic<int64_t> live;
};

} // namespace gto
