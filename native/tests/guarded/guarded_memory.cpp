#include "guarded/guarded_memory.h"

#include <algorithm>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

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

guarded_memory::guarded_memory(const char * name)
    : name_(name), key_(pkey_alloc(0, PKEY_DISABLE_ACCESS)), next_(first) {
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
    set_pages(s, pages::open);
    memset(s.pages, margin, (size_t) (start - s.pages));
    memset(start, poison, std::min(bytes, most_poison));
    memset(start + bytes - std::min(bytes, most_poison), poison, std::min(bytes, most_poison));
    memset(start + bytes, margin, held - bytes);
    if (key_ >= 0 || windows_ == 0) set_pages(s, pages::guarded);
    live_[(uintptr_t) start] = s;
    used_ += bytes;
    return start;
}

bool guarded_memory::free(void * start) {
    std::lock_guard<std::mutex> lock(mutex_);
    const auto found = live_.find((uintptr_t) start);
    if (found == live_.end()) return false;
    const span & s = found->second;
    set_pages(s, pages::open);
    check_margins(found->first, s);
    madvise(s.pages, s.page_bytes, MADV_DONTNEED);
    set_pages(s, pages::closed);
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

void guarded_memory::set_pages(const span & s, pages to) const {
    const int rights = PROT_READ | PROT_WRITE;
    const bool by_key = to == pages::guarded && key_ >= 0;
    const int failed =
        key_ < 0 ? mprotect(s.pages, s.page_bytes, to == pages::open ? rights : PROT_NONE)
                 : pkey_mprotect(s.pages, s.page_bytes, to == pages::closed ? PROT_NONE : rights, by_key ? key_ : 0);
    if (failed) die("%s: the pages of %zu bytes can't be opened or closed", name_, s.page_bytes);
}

void guarded_memory::check_margins(uintptr_t start, const span & s) const {
    static const std::vector<unsigned char> untouched(page, margin);
    const auto * bytes = (const unsigned char *) start;
    const auto check = [&](const unsigned char * from, const unsigned char * to) {
        if (memcmp(from, untouched.data(), (size_t) (to - from)) == 0) return;
        while (*from == margin) from++;
        die("%s: %s wrote to byte %td of an allocation of %zu bytes", name_, activity_ ? activity_ : "somebody",
            from - bytes, s.bytes);
    };
    check((const unsigned char *) s.pages, bytes);
    check(bytes + s.bytes, (const unsigned char *) s.pages + s.page_bytes);
}

int guarded_memory::open(const char * activity) {
    std::lock_guard<std::mutex> lock(mutex_);
    activity_ = activity;
    windows_++;
    if (key_ >= 0) {
        const int before = pkey_get(key_);
        pkey_set(key_, 0);
        return before;
    }
    if (windows_ == 1) {
        for (const auto & [start, s] : live_) set_pages(s, pages::open);
    }
    return 0;
}

void guarded_memory::close(int before) {
    std::lock_guard<std::mutex> lock(mutex_);
    if (--windows_ == 0) {
        for (const auto & [start, s] : live_) {
            check_margins(start, s);
            if (key_ < 0) set_pages(s, pages::guarded);
        }
    }
    if (key_ >= 0) pkey_set(key_, (unsigned) before);
}

} // namespace gto_test
