#include "common/large_stack.h"

#include "common/status.h"

#include <cerrno>
#include <cstring>
#include <exception>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

namespace gto {

namespace {

// How many times as large as usual a compiler's sanitizers make frames.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr size_t frame_growth = 16;
#else
constexpr size_t frame_growth = 1;
#endif

class stack_memory {
  public:
    explicit stack_memory(size_t bytes) : page_((size_t) sysconf(_SC_PAGESIZE)) {
        size_ = (bytes + page_ - 1) / page_ * page_ + page_;
        void * memory = mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
        if (memory == MAP_FAILED) fail(GTO_E_MEMORY, "no room for a stack of %zu bytes: %s", size_, strerror(errno));
        begin_ = (char *) memory;
        mprotect(begin_, page_, PROT_NONE); // what outgrows it must not write into other memory
    }
    ~stack_memory() { munmap(begin_, size_); }
    stack_memory(const stack_memory &) = delete;
    stack_memory & operator=(const stack_memory &) = delete;

    void * begin() const { return begin_ + page_; }
    size_t size() const { return size_ - page_; }

  private:
    const size_t page_;
    size_t size_ = 0;
    char * begin_ = nullptr;
};

struct task {
    const std::function<void()> & run;
    std::exception_ptr thrown;
};

void * run_task(void * data) {
    task & t = *(task *) data;
    try {
        t.run();
    } catch (...) {
        t.thrown = std::current_exception();
    }
    return nullptr;
}

} // namespace

void run_on_large_stack(size_t bytes, const std::function<void()> & f) {
    const stack_memory stack(bytes * frame_growth);
    task t{f, nullptr};
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstack(&attributes, stack.begin(), stack.size());
    pthread_t thread;
    const int code = pthread_create(&thread, &attributes, run_task, &t);
    pthread_attr_destroy(&attributes);
    if (code != 0) fail(GTO_E_MEMORY, "no thread with a stack of %zu bytes: %s", stack.size(), strerror(code));
    pthread_join(thread, nullptr);
    if (t.thrown) std::rethrow_exception(t.thrown);
}

} // namespace gto
