// How threads of ggml's pool wait: forced into its CPU backend (-include), which otherwise spins at every barrier for as long as it takes. Beside other busy
// processes the thread that is waited for may not run at all for milliseconds; the spinning ones then keep it, and each other, from running.
//
// Most waits last a few microseconds. A thread spins for a while, then naps for a sixteenth of the time that it has waited. Not sched_yield: Linux's scheduler
// takes a whole time slice for it. Where spinning was in vain it spins for half as long the next time (with more threads than processors nearly always), else
// for twice as long. A thread that waits for a graph rather than within one spins for a millisecond, and goes on to sleep until there is one.
#if defined(GGML_BACKEND_BUILD) && !defined(__cplusplus) && (defined(__unix__) || defined(__APPLE__))
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

enum {
    gto4j_shortest_spin_ns = 5000,
    gto4j_longest_spin_ns = 200000,
    gto4j_shortest_nap_ns = 20000,
    gto4j_longest_nap_ns = 200000,
    gto4j_graph_ns = 1000000,
    gto4j_turn_ns = 2000 // more time between two turns: another wait has begun
};

static inline int64_t gto4j_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t) t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline int64_t gto4j_within(int64_t ns, int64_t least, int64_t most) { return ns < least ? least : ns > most ? most : ns; }

static void gto4j_nap(int64_t ns) {
    const struct timespec t = {0, gto4j_within(ns, gto4j_shortest_nap_ns, gto4j_longest_nap_ns)};
    nanosleep(&t, NULL);
}

static inline void gto4j_pause(void) {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield" ::: "memory");
#endif
}

// One turn of a loop that waits for other threads within a graph; naps, or not.
static inline void gto4j_wait(void) {
    static _Thread_local int64_t begin, last, spin = gto4j_longest_spin_ns;
    static _Thread_local bool napped;
    gto4j_pause();
    const int64_t now = gto4j_now();
    if (now - last > gto4j_turn_ns) {
        begin = now;
        spin = gto4j_within(napped ? spin / 2 : spin * 2, gto4j_shortest_spin_ns, gto4j_longest_spin_ns);
        napped = false;
    }
    last = now;
    if (now - begin < spin) return;
    napped = true;
    gto4j_nap((now - begin) / 16);
    last = gto4j_now();
}

// One turn of a loop that waits for the next graph; false: long enough.
static inline bool gto4j_wait_for_graph(void) {
    static _Thread_local int64_t begin, last;
    gto4j_pause();
    const int64_t now = gto4j_now();
    if (now - last > gto4j_turn_ns) begin = now;
    last = now;
    return now - begin < gto4j_graph_ns;
}

// ggml-cpu.c defines ggml_thread_cpu_relax(void), one turn of a waiting loop, and calls it: in ggml_barrier, and where a thread polls for the next graph.
#define ggml_thread_cpu_relax(argument) GTO4J_RELAX_##argument
#define GTO4J_RELAX_void ggml_thread_cpu_relax_once(void)
#define GTO4J_RELAX_ \
    if (strcmp(__func__, "ggml_graph_compute_poll_for_work") != 0) gto4j_wait(); \
    else if (!gto4j_wait_for_graph()) break
#endif
