// Memory that stands for a device's: closed to the host but while a window is open, poisoned when it is allocated (of
// much, both ends), with closed pages before and behind each allocation. Addresses are never used twice, so that what
// was freed stays closed.
//
// What breaks a rule ends the process with a message on standard error: these are faults of the program under test.
// Thread-safe.
#pragma once

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>

namespace gto_test {

// Prints the sentence and aborts.
[[noreturn]] void die(const char * format, ...) __attribute__((format(printf, 1, 2)));

class guarded_memory {
  public:
    static constexpr size_t alignment =
        256; // of allocations; no more than this remains between one and the closed page

    // name: the device's, for messages.
    explicit guarded_memory(const char * name);
    guarded_memory(const guarded_memory &) = delete;

    // Null beyond the limit.
    void * allocate(size_t bytes);
    // False if it isn't the start of an allocation.
    bool free(void * start);

    // Bytes that crossed, by whatever way, since the test last set them to 0.
    struct {
        std::atomic<int64_t> to_device{0}, to_host{0}, within{0};
    } traffic;

    size_t used() const;
    size_t limit() const { return limit_; }
    void set_limit(size_t bytes) { limit_ = bytes; }

    // Whether an allocation holds all bytes.
    bool holds(const void * at, size_t bytes) const;
    // Dies unless one does; `what` says who asks.
    void require(const void * at, size_t bytes, const char * what) const;
    // Dies if an aligned word of a kernel's object is an address of the host's memory, or of memory that was freed.
    void refuse_host_pointers(const void * object, size_t bytes, const char * what) const;
    // What lies at an address: "freed memory", ...; empty: nothing of this memory.
    std::string describe(const void * at) const;

    // Memory can be reached while one lives: by its thread alone where the processor has protection keys, else by any.
    // Ends on the thread where it began. The last one to close looks for writes beside allocations.
    class window {
      public:
        // activity: what is done meanwhile, for messages; it outlives the window.
        window(guarded_memory & memory, const char * activity) : memory_(memory), before_(memory.open(activity)) {}
        ~window() { memory_.close(before_); }
        window(const window &) = delete;

      private:
        guarded_memory & memory_;
        const int before_;
    };
    // What is done in the open window from now on.
    void set_activity(const char * activity) { activity_ = activity; }

  private:
    struct span {
        size_t bytes;      // asked
        char * pages;      // the first that opens
        size_t page_bytes; // that open
    };
    using spans = std::map<uintptr_t, span>;

    enum class pages { open, guarded, closed }; // to all, while a window is open, never again

    int open(const char * activity); // returns what close() restores
    void close(int before);
    void set_pages(const span & s, pages to) const;
    std::string text_of(const void * at) const;
    void check_margins(uintptr_t start, const span & s) const;
    // The last that begins at or before an address; null: none.
    static const spans::value_type * span_at(const spans & all, const void * at);
    static void on_fault(int, siginfo_t *, void *);

    const char * const name_;
    const int key_; // of the pages, -1 without protection keys: then opening is a system call for each allocation
    mutable std::mutex mutex_;
    spans live_, freed_; // by their start
    size_t used_ = 0, limit_ = (size_t) 8 << 30;
    int windows_ = 0;
    const char * volatile activity_ = nullptr;
    guarded_memory * next_ = nullptr; // all of them, for the handler of faults
};

} // namespace gto_test
