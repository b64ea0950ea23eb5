#include "cuda/fiber.h"

#include "guarded/guarded_memory.h"

#include <cstdint>
#include <sys/mman.h>

#if defined(__x86_64__)

// Pushes what a callee must keep, stores the stack pointer in *from, takes the other stack, pops the same there. What
// ucontext does without its system call for the signal mask.
extern "C" void cuda_on_cpu_switch(void ** from, void * to);
asm(R"(
    .text
    .p2align 4
    .type cuda_on_cpu_switch, @function
    .hidden cuda_on_cpu_switch
    .globl cuda_on_cpu_switch
cuda_on_cpu_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size cuda_on_cpu_switch, . - cuda_on_cpu_switch
)");

#endif

namespace cuda_on_cpu {

static constexpr size_t page = 4096, stack_bytes = 16 * page;

fiber::fiber() {
    void * memory =
        mmap(nullptr, page + stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) gto_test::die("CUDA on the CPU: no memory for a thread's stack");
    mprotect(memory, page, PROT_NONE);
    stack_ = (char *) memory;
}

fiber::~fiber() { munmap(stack_, page + stack_bytes); }

#if defined(__x86_64__)

void fiber::begin(void (*body)()) {
    constexpr int saved = 6;
    // As if body had been called: its frame begins 8 bytes behind a multiple of 16.
    auto ** top = (void **) (stack_ + page + stack_bytes) - 2;
    top[0] = (void *) body;
    top[1] = nullptr;
    here_ = top - saved;
    for (int i = 0; i < saved; i++) ((void **) here_)[i] = nullptr;
}

void fiber::enter() { cuda_on_cpu_switch(&host_, here_); }
void fiber::leave() { cuda_on_cpu_switch(&here_, host_); }

#else

void fiber::begin(void (*body)()) {
    getcontext(&here_);
    here_.uc_stack.ss_sp = stack_ + page;
    here_.uc_stack.ss_size = stack_bytes;
    here_.uc_link = nullptr;
    makecontext(&here_, body, 0);
}

void fiber::enter() { swapcontext(&host_, &here_); }
void fiber::leave() { swapcontext(&here_, &host_); }

#endif

} // namespace cuda_on_cpu
