// Groups: the lanes that work together on one row, one tree or one (row, head).
//
// A kernel is written once, `template <class Group> GTO_HD void kernel(Group g, ...)`, and compiled for the host, where
// a group is one thread (size() is the constant 1, so that lane loops become plain loops, which the compiler
// vectorises), and for CUDA, where it is a thread block (kernel/block_group.h). A group offers
//   rank(), size()            this lane and how many there are; rank() < size()
//   sync()                    no lane goes on before all have come; what they wrote before is visible after
//   sum(v), max(v), min(v)    of every lane's v, returned to every lane (each implies sync); float, double or int32_t
//   chunk                     terms that one lane may add up in float before the partial sum goes to a double
// Every lane must make the same sequence of group calls.
#pragma once

#include <cmath>
#include <cstdint>

#if defined(__CUDACC__)
#  define GTO_HD __host__ __device__ __forceinline__
#else
#  define GTO_HD inline
#endif

// Lets the host compiler reorder the sums of one loop (-fopenmp-simd; without the flag the loop is right but slower).
#if defined(__CUDACC__)
#  define GTO_SIMD(clauses)
#else
#  define GTO_PRAGMA(text)  _Pragma(#  text)
#  define GTO_SIMD(clauses) GTO_PRAGMA(omp simd clauses)
#endif

namespace gto {

struct host_group {
    static constexpr int32_t chunk = 1024;
    static GTO_HD constexpr int32_t rank() { return 0; }
    static GTO_HD constexpr int32_t size() { return 1; }
    static GTO_HD void sync() {}
    template <class T> static GTO_HD T sum(T v) { return v; }
    template <class T> static GTO_HD T max(T v) { return v; }
    template <class T> static GTO_HD T min(T v) { return v; }
};

struct terms {
    float a, b, c;
};

struct sums {
    double a, b, c;
};

// f(i) for i in 0..n-1. No f(i) may depend on another.
template <class Group, class F> GTO_HD void each(Group g, int32_t n, F f) {
    const int32_t size = g.size();
    GTO_SIMD()
    for (int32_t i = g.rank(); i < n; i += size) f(i);
}

// The same for i in first..last-1.
template <class Group, class F> GTO_HD void each_between(Group g, int64_t first, int64_t last, F f) {
    const int64_t size = g.size();
    GTO_SIMD()
    for (int64_t i = first + g.rank(); i < last; i += size) f(i);
}

// Sums of the three terms of f(i) over 0..n-1. f may write what belongs to i.
template <class Group, class F> GTO_HD sums sum_terms(Group g, int32_t n, F f) {
    const int32_t size = g.size(), span = Group::chunk * size;
    sums total = {0.0, 0.0, 0.0};
    for (int32_t begin = 0; begin < n; begin += span) {
        const int32_t end = n - begin < span ? n : begin + span;
        float a = 0.0f, b = 0.0f, c = 0.0f;
        GTO_SIMD(reduction(+ : a, b, c))
        for (int32_t i = begin + g.rank(); i < end; i += size) {
            const terms t = f(i);
            a += t.a;
            b += t.b;
            c += t.c;
        }
        total.a += a;
        total.b += b;
        total.c += c;
    }
    return {g.sum(total.a), g.sum(total.b), g.sum(total.c)};
}

// Sum of f(i) over 0..n-1. f may write what belongs to i.
template <class Group, class F> GTO_HD double sum_over(Group g, int32_t n, F f) {
    const int32_t size = g.size(), span = Group::chunk * size;
    double total = 0.0;
    for (int32_t begin = 0; begin < n; begin += span) {
        const int32_t end = n - begin < span ? n : begin + span;
        float a = 0.0f;
        GTO_SIMD(reduction(+ : a))
        for (int32_t i = begin + g.rank(); i < end; i += size) a += f(i);
        total += a;
    }
    return g.sum(total);
}

// How many i in 0..n-1 have f(i).
template <class Group, class F> GTO_HD int32_t count(Group g, int32_t n, F f) {
    const int32_t size = g.size();
    int32_t c = 0;
    GTO_SIMD(reduction(+ : c))
    for (int32_t i = g.rank(); i < n; i += size) c += f(i) ? 1 : 0;
    return g.sum(c);
}

struct best {
    float value;
    int32_t index;
};

// Largest of v[0..n-1] and the lowest index that holds it. NaN is never the best; -inf at index 0 if there is nothing
// else. Lanes remember only in which span their largest value lies and look for it afterwards: the long loop stays a
// plain maximum.
template <class Group> GTO_HD best largest(Group g, const float * v, int32_t n) {
    const int32_t size = g.size(), span = Group::chunk * size;
    float top = -INFINITY;
    int32_t where = 0;
    for (int32_t begin = 0; begin < n; begin += span) {
        const int32_t end = n - begin < span ? n : begin + span;
        float m = top;
        GTO_SIMD(reduction(max : m))
        for (int32_t i = begin + g.rank(); i < end; i += size) m = v[i] > m ? v[i] : m;
        if (m > top) {
            top = m;
            where = begin;
        }
    }
    const float value = g.max(top);
    int32_t index = INT32_MAX;
    if (top == value) {
        for (int32_t i = where + g.rank(); i < n; i += size) {
            if (v[i] == value) {
                index = i;
                break;
            }
        }
    }
    index = g.min(index);
    return {value, index < n ? index : 0};
}

// Lowest i in begin..n-1 with f(i), or n.
template <class Group, class F> GTO_HD int32_t first(Group g, int32_t begin, int32_t n, F f) {
    int32_t i = begin + g.rank();
    while (i < n && !f(i)) i += g.size();
    return g.min(i < n ? i : n);
}

} // namespace gto
