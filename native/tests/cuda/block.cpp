// CUDA on the CPU: kernels. Blocks run one after the other in random order; a block's warps run ahead of each other by
// chance, and so do a warp's lanes between two shuffles. What must meet, meets at one place of the source or ends the
// process.
#include "cuda/control.h"
#include "cuda/fiber.h"
#include "cuda/pending_work.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <random>

uint3 threadIdx, blockIdx;
dim3 blockDim, gridDim;

namespace cuda_on_cpu {

namespace {

constexpr unsigned warp_size = 32, most_threads = 1024;

enum class standing { ready, at_block, at_warp, ended };

struct lane {
    fiber own;
    standing state;
    place at;           // where it stands
    uint64_t offers[2]; // to shuffles, in turn: the last is read while the next is written
    unsigned shuffles;  // how many it has begun
};

std::unique_ptr<lane> lanes[most_threads];
lane * current; // null outside a kernel
const std::function<void()> * body;
const char * running_kernel;

std::mt19937 & randomness() {
    static std::mt19937 generator(getenv("GTO_CUDA_SEED") ? (unsigned) atoi(getenv("GTO_CUDA_SEED")) : 1u);
    return generator;
}

bool same(place a, place b) { return a.line == b.line && (a.file == b.file || strcmp(a.file, b.file) == 0); }

[[noreturn]] void fail(const char * what, place at) {
    gto_test::die("CUDA on the CPU: %s, block %u: %s at %s:%d", running_kernel, blockIdx.x, what, at.file, at.line);
}

void stop(standing state, place at) {
    lane * const me = current;
    me->state = state;
    me->at = at;
    me->own.leave();
}

void run_body() {
    (*body)();
    lane * const me = current;
    me->state = standing::ended;
    me->own.leave();
}

void let_run(unsigned thread) {
    current = lanes[thread].get();
    threadIdx = {thread, 0, 0};
    current->own.enter();
    current = nullptr;
}

// Every lane that is ready, in random order, until it stops. False if the warp then waits for others, or has ended.
bool run_warp(unsigned first) {
    const unsigned odd = randomness()() | 1, turn = randomness()();
    for (unsigned k = 0; k < warp_size; k++) {
        const unsigned thread = first + (k * odd + turn) % warp_size;
        if (lanes[thread]->state == standing::ready) let_run(thread);
    }
    const lane * shuffling = nullptr;
    for (unsigned i = first; i < first + warp_size; i++) {
        if (lanes[i]->state == standing::at_warp) shuffling = lanes[i].get();
    }
    if (!shuffling) return false;
    for (unsigned i = first; i < first + warp_size; i++) {
        if (lanes[i]->state != standing::at_warp || !same(lanes[i]->at, shuffling->at)) {
            fail("not all lanes of the warp are at the shuffle", shuffling->at);
        }
    }
    for (unsigned i = first; i < first + warp_size; i++) lanes[i]->state = standing::ready;
    return true;
}

// All threads have stopped, and none for a shuffle. False if they have ended.
bool pass_barrier(unsigned threads) {
    const lane * waiting = nullptr;
    for (unsigned i = 0; i < threads; i++) {
        if (lanes[i]->state == standing::at_block) waiting = lanes[i].get();
    }
    if (!waiting) return false;
    for (unsigned i = 0; i < threads; i++) {
        if (lanes[i]->state == standing::ended) fail("a thread has ended that others wait for", waiting->at);
        if (!same(lanes[i]->at, waiting->at)) fail("other threads are at another __syncthreads than", waiting->at);
        lanes[i]->state = standing::ready;
    }
    return true;
}

void run_block(unsigned threads) {
    for (unsigned i = 0; i < threads; i++) {
        if (!lanes[i]) lanes[i] = std::make_unique<lane>();
        lanes[i]->own.begin(run_body);
        lanes[i]->state = standing::ready;
        lanes[i]->shuffles = 0;
    }
    const unsigned n_warps = threads / warp_size;
    unsigned warps[most_threads / warp_size];
    do {
        for (unsigned w = 0; w < n_warps; w++) warps[w] = w;
        for (unsigned left = n_warps; left > 0;) { // a warp goes one shuffle further, or as far as it comes
            const unsigned which = randomness()() % left;
            bool goes_on = true;
            do {
                goes_on = run_warp(warps[which] * warp_size);
            } while (goes_on && randomness()() % 4 != 0);
            if (!goes_on) warps[which] = warps[--left];
        }
    } while (pass_barrier(threads));
}

void run_grid(dim3 grid, dim3 block, const char * name, const std::function<void()> & kernel) {
    gridDim = grid;
    blockDim = block;
    body = &kernel;
    running_kernel = name;
    std::vector<unsigned> order(grid.x);
    for (unsigned i = 0; i < grid.x; i++) order[i] = i;
    std::shuffle(order.begin(), order.end(), randomness());
    for (const unsigned i : order) {
        blockIdx = {i, 0, 0};
        run_block(block.x);
    }
}

} // namespace

void set_seed(unsigned seed) { randomness().seed(seed); }

void synchronize_block(place at) { stop(standing::at_block, at); }

uint64_t exchange(unsigned mask, uint64_t bits, unsigned from, place at) {
    if (mask != 0xffffffffu) fail("expected the mask of all lanes", at);
    if (from >= warp_size) fail("expected a lane of the warp", at);
    const unsigned turn = current->shuffles++ % 2, warp = threadIdx.x / warp_size;
    current->offers[turn] = bits;
    stop(standing::at_warp, at);
    return lanes[warp * warp_size + from]->offers[turn];
}

cudaError_t launch(dim3 grid, dim3 block, const argument * arguments, size_t n_arguments, cudaStream_t stream,
                   const char * name, std::function<void()> kernel) {
    const bool fits = block.x >= 1 && block.x <= most_threads && block.y == 1 && block.z == 1 && grid.x >= 1 &&
                      grid.x <= 0x7fffffff && grid.y == 1 && grid.z == 1;
    if (!fits) return report(cudaErrorInvalidConfiguration);
    if (block.x % warp_size != 0) gto_test::die("%s: %u threads a block aren't whole warps", name, block.x);
    for (size_t i = 0; i < n_arguments; i++) {
        memory().refuse_host_pointers(arguments[i].at, arguments[i].bytes, name);
    }
    defer(stream, name, [=, kernel = std::move(kernel)] { run_grid(grid, block, name, kernel); });
    return cudaSuccess;
}

} // namespace cuda_on_cpu
