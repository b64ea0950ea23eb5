#include "guarded/guarded_memory.h"

#include <algorithm>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

namespace gto_test {

namespace {

constexpr size_t page = 4096;
constexpr unsigned char poison = 0xff;           // a NaN, index -1
constexpr size_t most_poison = (size_t) 1 << 20; // at either end: pages that nobody touches are cheap to open
constexpr unsigned char margin = 0xa5;           // beside an allocation, as far as its pages open

guarded_memory * first = nullptr;
struct sigaction previous;

size_t rounded(size_t bytes, size_t to) { return (bytes + to - 1) / to * to; }

bool is_mapped(uintptr_t address) {
    unsigned char resident;
    return mincore((void *) (address / page * page), 1, &resident) == 0;
}

} // namespace

void die(const char * format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    abort();
}

// Says what was touched, then lets the fault happen again under the handler that was there before.
void guarded_memory::on_fault(int, siginfo_t * info, void *) {
    for (guarded_memory * memory = first; memory; memory = memory->next_) {
        const std::string what = memory->text_of(info->si_addr);
        if (what.empty()) continue;
        char text[1024];
        const char * activity = memory->windows_ > 0 ? memory->activity_ : "host code";
        const int n = snprintf(text, sizeof text, "%s: %s touches %s\n", memory->name_, activity, what.c_str());
        if (write(STDERR_FILENO, text, (size_t) n < sizeof text ? (size_t) n : sizeof text - 1) < 0) break;
    }
    sigaction(SIGSEGV, &previous, nullptr);
}

guarded_memory::guarded_memory(const char * name) : name_(name), next_(first) {
    if (!first) {
        struct sigaction action = {};
        action.sa_sigaction = on_fault;
        action.sa_flags = SA_SIGINFO;
        sigaction(SIGSEGV, &action, &previous);
    }
    first = this;
}

void * guarded_memory::allocate(size_t bytes) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (bytes > limit_ - used_) return nullptr;
    const size_t held = rounded(bytes ? bytes : 1, alignment), page_bytes = rounded(held, page);
    void * all = mmap(nullptr, page_bytes + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (all == MAP_FAILED) return nullptr;
    const span s{bytes, (char *) all + page, page_bytes};
    char * const start = s.pages + page_bytes - held; // its end is the closed page
    protect(s, true);
    memset(s.pages, margin, (size_t) (start - s.pages));
    memset(start, poison, std::min(bytes, most_poison));
    memset(start + bytes - std::min(bytes, most_poison), poison, std::min(bytes, most_poison));
    memset(start + bytes, margin, held - bytes);
    if (windows_ == 0) protect(s, false);
    live_[(uintptr_t) start] = s;
    used_ += bytes;
    return start;
}

bool guarded_memory::free(void * start) {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = live_.find((uintptr_t) start);
    if (found == live_.end()) return false;
    const span & s = found->second;
    protect(s, true);
    check_margins(found->first, s);
    madvise(s.pages, s.page_bytes, MADV_DONTNEED);
    protect(s, false);
    used_ -= s.bytes;
    freed_.insert(live_.extract(found));
    return true;
}

size_t guarded_memory::used() const {
    std::lock_guard<std::mutex> lock(mutex_);
    return used_;
}

const guarded_memory::spans::value_type * guarded_memory::span_at(const spans & all, const void * at) {
    auto after = all.upper_bound((uintptr_t) at);
    return after == all.begin() ? nullptr : &*--after;
}

bool guarded_memory::holds(const void * at, size_t bytes) const {
    std::lock_guard<std::mutex> lock(mutex_);
    const spans::value_type * found = span_at(live_, at);
    if (!found) return false;
    const size_t offset = (uintptr_t) at - found->first;
    return offset <= found->second.bytes && bytes <= found->second.bytes - offset;
}

void guarded_memory::require(const void * at, size_t bytes, const char * what) const {
    if (holds(at, bytes)) return;
    const std::string found = describe(at);
    die("%s: %s: expected %zu bytes in one allocation of the device, found %s", name_, what, bytes,
        found.empty() ? "an address that isn't the device's" : found.c_str());
}

std::string guarded_memory::describe(const void * at) const {
    std::lock_guard<std::mutex> lock(mutex_);
    return text_of(at);
}

// Without the lock, for the handler of faults.
std::string guarded_memory::text_of(const void * at) const {
    for (const spans * all : {&live_, &freed_}) {
        const spans::value_type * found = span_at(*all, at);
        if (!found || at >= found->second.pages + found->second.page_bytes + page) continue;
        char text[160];
        snprintf(text, sizeof text, "byte %zu of %s allocation of %zu bytes", (size_t) ((uintptr_t) at - found->first),
                 all == &freed_ ? "a freed" : "an", found->second.bytes);
        return text;
    }
    return "";
}

void guarded_memory::refuse_host_pointers(const void * object, size_t bytes, const char * what) const {
    constexpr uintptr_t lowest = (uintptr_t) 1 << 32, highest = (uintptr_t) 1 << 47;
    for (size_t at = 0; at + sizeof(uintptr_t) <= bytes; at += sizeof(uintptr_t)) {
        uintptr_t word;
        memcpy(&word, (const char *) object + at, sizeof word);
        if (word < lowest || word >= highest || holds((const void *) word, 0) || !is_mapped(word)) continue;
        const std::string found = describe((const void *) word);
        die("%s: %s: byte %zu of its object points to %s", name_, what, at,
            found.empty() ? "memory of the host" : found.c_str());
    }
}

void guarded_memory::protect(const span & s, bool open) const {
    if (mprotect(s.pages, s.page_bytes, open ? PROT_READ | PROT_WRITE : PROT_NONE) != 0) {
        die("%s: mprotect of %zu bytes failed", name_, s.page_bytes);
    }
}

void guarded_memory::check_margins(uintptr_t start, const span & s) const {
    const auto * bytes = (const unsigned char *) start;
    const auto * begin = (const unsigned char *) s.pages;
    const auto check = [&](const unsigned char * from, const unsigned char * to) {
        for (const unsigned char * at = from; at < to; at++) {
            if (*at == margin) continue;
            die("%s: %s wrote to byte %td of an allocation of %zu bytes", name_, activity_ ? activity_ : "somebody",
                at - bytes, s.bytes);
        }
    };
    check(begin, bytes);
    check(bytes + s.bytes, begin + s.page_bytes);
}

void guarded_memory::open(const char * activity) {
    std::lock_guard<std::mutex> lock(mutex_);
    activity_ = activity;
    if (windows_++ > 0) return;
    for (const auto & [start, s] : live_) protect(s, true);
}

void guarded_memory::close() {
    std::lock_guard<std::mutex> lock(mutex_);
    if (--windows_ > 0) return;
    for (const auto & [start, s] : live_) {
        check_margins(start, s);
        protect(s, false);
    }
}

} // namespace gto_test
