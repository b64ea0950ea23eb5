// Bounds of what rendering one template may cost. They count work, not time, so that the same template always ends in
// the same way.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace gto::jinja {

// What is wrong with a template, or what it says about a conversation. The line is one of the template's.
struct template_error : std::runtime_error {
    template_error(int line, const std::string & message) : std::runtime_error(message), line(line) {}
    int line; // 0: not known yet
};

[[noreturn]] void raise(const char * format, ...) __attribute__((format(printf, 1, 2)));

struct limits {
    int64_t steps = 10 * 1000 * 1000; // a node of the template once, or 64 bytes copied
    int64_t live_bytes = (int64_t) 1 << 30;
    size_t text_bytes = (size_t) 1 << 28; // of one text, and of what is rendered
    int depth = 3000;                     // of statements, expressions and macros within each other
    int value_depth = 400;                // of lists and dicts within each other
};

class budget {
  public:
    explicit budget(const limits & most) : most(most) {}
    budget(const budget &) = delete;
    budget & operator=(const budget &) = delete;

    void step(int64_t n = 1) {
        steps_ += n;
        if (steps_ > most.steps) raise("it takes more than %lld steps", (long long) most.steps);
    }
    void copied(size_t bytes) { step((int64_t) (bytes / 64)); }
    void hold(int64_t bytes) {
        if (live_ + bytes > most.live_bytes) raise("it takes more than %lld bytes", (long long) most.live_bytes);
        live_ += bytes;
    }
    void release(int64_t bytes) { live_ -= bytes; }

    const limits most;

  private:
    int64_t steps_ = 0, live_ = 0;
};

// Memory that a value takes, as long as it lives.
class held {
  public:
    held() = default;
    held(budget & owner, size_t bytes) : owner_(&owner), bytes_((int64_t) bytes) { owner.hold(bytes_); }
    ~held() {
        if (owner_) owner_->release(bytes_);
    }
    held(held && other) noexcept : owner_(other.owner_), bytes_(other.bytes_) { other.owner_ = nullptr; }
    held & operator=(held && other) noexcept {
        std::swap(owner_, other.owner_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }

  private:
    budget * owner_ = nullptr;
    int64_t bytes_ = 0;
};

// Counts how deep something recurses while it is in scope.
class deeper {
  public:
    deeper(int & depth, int most) : depth_(depth) {
        if (depth_ >= most) raise("it is nested deeper than %d levels", most);
        depth_++;
    }
    ~deeper() { depth_--; }
    deeper(const deeper &) = delete;
    deeper & operator=(const deeper &) = delete;

  private:
    int & depth_;
};

} // namespace gto::jinja
