// Random values for cases, and matrices of them.
#pragma once

#include "accelerator/kernel_runner.h"
#include "kernel/matrix.h"

#include <numeric>

namespace gto_test {

constexpr double close_enough = 1e-6; // sums of floats, grouped by other lanes
constexpr int32_t vocabularies[] = {1, 7, 1000, 4097};
constexpr int32_t n_vocabularies = 4;
constexpr int32_t widths[] = {1, 7, 33, 300}; // of other rows
constexpr int32_t n_widths = 4;

inline std::vector<float> random_floats(std::mt19937 & random, size_t n, float deviation) {
    std::normal_distribution<float> normal(0.0f, deviation);
    std::vector<float> values(n);
    for (float & v : values) v = normal(random);
    return values;
}

inline std::vector<int32_t> random_integers(std::mt19937 & random, size_t n, int32_t from, int32_t to) {
    std::uniform_int_distribution<int32_t> uniform(from, to);
    std::vector<int32_t> values(n);
    for (int32_t & v : values) v = uniform(random);
    return values;
}

// k different ones of 0..n-1.
inline std::vector<int32_t> random_choice(std::mt19937 & random, int32_t n, int32_t k) {
    std::vector<int32_t> all(n);
    std::iota(all.begin(), all.end(), 0);
    std::shuffle(all.begin(), all.end(), random);
    all.resize(k);
    return all;
}

constexpr int64_t gap = 3; // floats between rows, which no kernel may write

inline gto::matrix matrix_of(kernel_runner & r, const std::vector<float> & values, int64_t cols) {
    const int64_t stride = cols + gap, rows = (int64_t) values.size() / stride;
    return {r.array(values), rows, cols, stride};
}

inline gto::matrix random_matrix(kernel_runner & r, std::mt19937 & random, int64_t rows, int64_t cols,
                                 float deviation = 1.0f) {
    return matrix_of(r, random_floats(random, (size_t) (rows * (cols + gap)), deviation), cols);
}

// The rows to the tolerance, the gaps between them exactly.
inline void output(kernel_runner & r, const std::string & name, const gto::matrix & m, double tolerance = 0.0) {
    const std::vector<float> all = r.values(m.data, (size_t) (m.rows * m.stride));
    std::vector<double> rows, gaps;
    for (size_t i = 0; i < all.size(); i++) {
        ((int64_t) i % m.stride < m.cols ? rows : gaps).push_back(all[i]);
    }
    r.keep({name, rows, tolerance});
    r.keep({name + ", between rows", gaps, 0.0});
}

} // namespace gto_test
