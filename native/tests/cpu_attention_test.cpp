// The device's attention: against sums in double and ggml's own, and its bits, whatever rows, threads and cells there
// are, and by which kernel.
#include "cpu/attention.h"
#include "support/ggml_cpu.h"

#include "ggml-backend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <thread>

using namespace gto;

namespace {

const float nan_value = std::numeric_limits<float>::quiet_NaN();

// Threads wait until all have come.
struct spinning_barrier {
    explicit spinning_barrier(int n) : n(n) {}
    static void wait(void * barrier) {
        auto & self = *(spinning_barrier *) barrier;
        const int round = self.round;
        if (++self.here == self.n) {
            self.here = 0;
            self.round++;
        } else {
            while (self.round == round) std::this_thread::yield();
        }
    }
    int n;
    std::atomic<int> here{0}, round{0};
};

// Values of a type, in rows.
struct cache_values {
    cache_values(ggml_type type, int64_t n, int64_t size)
        : type(type), size(size), row_bytes(ggml_row_size(type, size)), data(n * row_bytes) {}
    char * at(int64_t i) { return data.data() + i * row_bytes; }
    const char * at(int64_t i) const { return data.data() + i * row_bytes; }
    void set(int64_t i, const float * values) {
        char * to = at(i);
        if (type == GGML_TYPE_F32) {
            memcpy(to, values, row_bytes);
        } else {
            ggml_quantize_chunk(type, values, to, 0, 1, size, nullptr);
        }
    }
    std::vector<float> get(int64_t i) const {
        std::vector<float> values(size);
        const char * from = at(i);
        if (type == GGML_TYPE_F32) {
            memcpy(values.data(), from, row_bytes);
        } else {
            ggml_get_type_traits(type)->to_float(from, values.data(), size);
        }
        return values;
    }
    ggml_type type;
    int64_t size;
    size_t row_bytes;
    std::vector<char> data;
};

struct shape {
    int64_t head_size = 64, value_size = 64, rows = 5, heads = 6, kv_heads = 2, cells = 200, texts = 1;
    ggml_type type = GGML_TYPE_F16;
    float max_bias = 0, soft_cap = 0;
    bool sinks = false;
};

// Queries, a cache [texts][cells][kv heads], as libllama's lies, and a mask. Row r sees the first cells - rows + r + 1
// cells, less some.
struct attention_case {
    attention_case(const shape & s, uint32_t seed, float spread = 1)
        : s(s), random(seed), q(s.texts * s.heads * s.rows * s.head_size),
          k(s.type, s.texts * s.cells * s.kv_heads, s.head_size),
          v(s.type, s.texts * s.cells * s.kv_heads, s.value_size),
          mask(s.texts * s.rows * s.cells, ggml_fp32_to_fp16(-INFINITY)) {
        for (float & x : q) x = 2 * normal(random);
        for (int64_t i = 0; i < s.texts * s.cells * s.kv_heads; i++) {
            k.set(i, values(s.head_size, 1).data());
            v.set(i, values(s.value_size, spread).data());
        }
        for (int64_t t = 0; t < s.texts; t++) {
            for (int64_t r = 0; r < s.rows; r++) {
                const int64_t end = std::max<int64_t>(1, s.cells - s.rows + r + 1);
                for (int64_t c = 0; c < end; c++) {
                    if (c == 0 || random() % 8) {
                        *seen(t, r, c) = ggml_fp32_to_fp16(s.max_bias > 0 ? (float) (c - end + 1) : 0);
                    }
                }
            }
        }
        if (s.sinks) sinks = values(s.heads, 2);
    }

    std::vector<float> values(int64_t n, float spread) {
        std::vector<float> x(n);
        for (float & at : x) at = spread * normal(random);
        return x;
    }
    ggml_fp16_t * seen(int64_t text, int64_t row, int64_t cell) {
        return mask.data() + (text * s.rows + row) * s.cells + cell;
    }
    bool sees(int64_t text, int64_t row, int64_t cell) const {
        return mask[(text * s.rows + row) * s.cells + cell] != 0xfc00;
    }
    int64_t entry(int64_t text, int64_t cell, int64_t kv_head) const {
        return (text * s.cells + cell) * s.kv_heads + kv_head;
    }

    attention_problem problem(float * out) const {
        attention_problem p = {};
        p.head_size = s.head_size, p.value_size = s.value_size;
        p.n_rows = s.rows, p.n_heads = s.heads, p.n_texts = s.texts, p.n_kv_heads = s.kv_heads, p.n_cells = s.cells;
        p.q = (const char *) q.data();
        p.q_row = s.head_size * 4, p.q_head = s.rows * p.q_row, p.q_text = s.heads * p.q_head;
        p.k_type = p.v_type = s.type;
        p.k = k.data.data(), p.k_head = k.row_bytes, p.k_cell = s.kv_heads * p.k_head, p.k_text = s.cells * p.k_cell;
        p.v = v.data.data(), p.v_head = v.row_bytes, p.v_cell = s.kv_heads * p.v_head, p.v_text = s.cells * p.v_cell;
        p.mask = masked ? (const char *) mask.data() : nullptr, p.mask_row = s.cells * 2,
        p.mask_text = s.rows * p.mask_row;
        p.sinks = s.sinks ? sinks.data() : nullptr;
        p.scale = 1 / std::sqrt((float) s.head_size), p.max_bias = s.max_bias, p.soft_cap = s.soft_cap;
        p.out = (char *) out, p.out_head = s.value_size * 4, p.out_row = s.heads * p.out_head,
        p.out_text = s.rows * p.out_row;
        return p;
    }

    // [texts][rows][heads][value_size]
    std::vector<float> attend(const attention_kernel & kernel, int threads = 1) const {
        std::vector<float> out(s.texts * s.rows * s.heads * s.value_size, 77);
        const attention_problem p = problem(out.data());
        std::vector<char> scratch(kernel.scratch_bytes(p, threads), (char) 0xff); // NaN
        spinning_barrier barrier(threads);
        std::vector<std::thread> others;
        for (int i = 1; i < threads; i++) {
            others.emplace_back(
                [&, i] { kernel.attend(p, scratch.data(), i, threads, spinning_barrier::wait, &barrier); });
        }
        kernel.attend(p, scratch.data(), 0, threads, spinning_barrier::wait, &barrier);
        for (std::thread & t : others) t.join();
        return out;
    }

    double slope(int64_t head) const {
        if (s.max_bias == 0) return 1;
        const double whole = std::exp2(std::floor(std::log2((double) s.heads)));
        return head < whole ? std::exp2(-s.max_bias * (head + 1) / whole)
                            : std::exp2(-s.max_bias / 2 * (2 * (head - whole) + 1) / whole);
    }

    std::vector<double> exact() const {
        std::vector<double> out;
        const attention_problem p = problem(nullptr);
        for (int64_t t = 0; t < s.texts; t++) {
            for (int64_t r = 0; r < s.rows; r++) {
                for (int64_t h = 0; h < s.heads; h++) {
                    std::vector<double> sum(s.value_size);
                    double most = s.sinks ? sinks[h] : -INFINITY, total = 0;
                    std::vector<double> score(s.cells, -INFINITY);
                    for (int64_t c = 0; c < s.cells; c++) {
                        if (masked && !sees(t, r, c)) continue;
                        const std::vector<float> key = k.get(entry(t, c, h * s.kv_heads / s.heads));
                        double product = 0;
                        for (int64_t d = 0; d < s.head_size; d++) {
                            product += (double) key[d] * q[((t * s.heads + h) * s.rows + r) * s.head_size + d];
                        }
                        product *= p.scale;
                        if (s.soft_cap > 0) product = s.soft_cap * std::tanh(product / s.soft_cap);
                        score[c] =
                            product + (masked ? slope(h) * ggml_fp16_to_fp32(mask[(t * s.rows + r) * s.cells + c]) : 0);
                        most = std::max(most, score[c]);
                    }
                    if (s.sinks) total = std::exp(sinks[h] - most);
                    for (int64_t c = 0; c < s.cells; c++) {
                        if (score[c] == -INFINITY) continue;
                        const double weight = std::exp(score[c] - most);
                        total += weight;
                        const std::vector<float> value = v.get(entry(t, c, h * s.kv_heads / s.heads));
                        for (int64_t d = 0; d < s.value_size; d++) sum[d] += weight * value[d];
                    }
                    for (double x : sum) out.push_back(total > 0 ? x / total : 0);
                }
            }
        }
        return out;
    }

    std::vector<float> by_ggml() const {
        const ggml_cpu_backend cpu = ggml_cpu();
        const std::unique_ptr<ggml_context, decltype(&ggml_free)> context(ggml_init({1 << 20, nullptr, true}),
                                                                          ggml_free);
        ggml_context * c = context.get();
        ggml_tensor * tq = ggml_new_tensor_4d(c, GGML_TYPE_F32, s.head_size, s.rows, s.heads, s.texts);
        ggml_tensor * tk = ggml_new_tensor_4d(c, s.type, s.head_size, s.kv_heads, s.cells, s.texts);
        ggml_tensor * tv = ggml_new_tensor_4d(c, s.type, s.value_size, s.kv_heads, s.cells, s.texts);
        ggml_tensor *tm = ggml_new_tensor_4d(c, GGML_TYPE_F16, s.cells, s.rows, 1, s.texts),
                    *ts = ggml_new_tensor_1d(c, GGML_TYPE_F32, s.heads);
        ggml_tensor * out = ggml_flash_attn_ext(c, tq, ggml_permute(c, tk, 0, 2, 1, 3), ggml_permute(c, tv, 0, 2, 1, 3),
                                                masked ? tm : nullptr, problem(nullptr).scale, s.max_bias, s.soft_cap);
        if (s.sinks) ggml_flash_attn_ext_add_sinks(out, ts);
        ggml_cgraph * graph = ggml_new_graph(c);
        ggml_build_forward_expand(graph, out);
        const std::unique_ptr<ggml_backend_buffer, decltype(&ggml_backend_buffer_free)> buffer(
            ggml_backend_alloc_ctx_tensors(c, cpu.get()), ggml_backend_buffer_free);
        ggml_backend_tensor_set(tq, q.data(), 0, ggml_nbytes(tq));
        ggml_backend_tensor_set(tk, k.data.data(), 0, ggml_nbytes(tk));
        ggml_backend_tensor_set(tv, v.data.data(), 0, ggml_nbytes(tv));
        ggml_backend_tensor_set(tm, mask.data(), 0, ggml_nbytes(tm));
        if (s.sinks) ggml_backend_tensor_set(ts, sinks.data(), 0, ggml_nbytes(ts));
        EXPECT_EQ(ggml_backend_graph_compute(cpu.get(), graph), GGML_STATUS_SUCCESS);
        std::vector<float> y(ggml_nelements(out));
        ggml_backend_tensor_get(out, y.data(), 0, ggml_nbytes(out));
        return y;
    }

    shape s;
    std::mt19937 random;
    std::normal_distribution<float> normal;
    std::vector<float> q;
    cache_values k, v;
    std::vector<ggml_fp16_t> mask;
    std::vector<float> sinks;
    bool masked = true;
};

double rms_error(const std::vector<float> & y, const std::vector<double> & exact) {
    double sum = 0;
    for (size_t i = 0; i < y.size(); i++) sum += (y[i] - exact[i]) * (y[i] - exact[i]);
    return std::sqrt(sum / (double) y.size());
}

// Equal bits, or both NaN.
bool same(const std::vector<float> & a, const std::vector<float> & b) {
    const auto alike = [](float x, float y) {
        return memcmp(&x, &y, sizeof x) == 0 || (std::isnan(x) && std::isnan(y));
    };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), alike);
}

// The same rows with the cells of the cache anywhere among `cells`, and between them cells that no row sees, full of
// anything.
attention_case moved(const attention_case & from, int64_t cells, std::mt19937 & random) {
    shape s = from.s;
    s.cells = cells;
    attention_case to(s, random());
    to.q = from.q;
    to.sinks = from.sinks;
    std::fill(to.mask.begin(), to.mask.end(), (ggml_fp16_t) 0xfc00);
    if (random() % 2) { // stale cells may hold anything
        for (auto * values : {&to.k, &to.v}) {
            std::generate(values->data.begin(), values->data.end(), [&] { return (char) random(); });
        }
    }
    std::vector<int64_t> places(cells);
    std::iota(places.begin(), places.end(), 0);
    for (int64_t t = 0; t < s.texts; t++) {
        std::shuffle(places.begin(), places.end(), random);
        for (int64_t c = 0; c < from.s.cells; c++) {
            const auto copy = [&](cache_values & there, const cache_values & here) {
                memcpy(there.at(to.entry(t, places[c], 0)), here.at(from.entry(t, c, 0)), s.kv_heads * here.row_bytes);
            };
            copy(to.k, from.k);
            copy(to.v, from.v);
            for (int64_t r = 0; r < s.rows; r++) {
                *to.seen(t, r, places[c]) = from.mask[(t * s.rows + r) * from.s.cells + c];
            }
        }
    }
    return to;
}

class cpu_attention : public testing::TestWithParam<ggml_type> {
  protected:
    shape of_type() const {
        shape s;
        s.type = GetParam();
        return s;
    }
};

TEST_P(cpu_attention, is_no_less_exact_than_ggmls) {
    for (const int64_t rows : {1, 5, 70}) {
        for (const int kind : {0, 1, 2, 3}) {
            shape s = of_type();
            s.rows = rows, s.cells = 500;
            s.max_bias = kind == 1 ? 8 : 0, s.soft_cap = kind == 2 ? 30 : 0, s.sinks = kind == 3;
            const attention_case c(s, 1);
            const std::vector<double> exact = c.exact();
            const double theirs = rms_error(c.by_ggml(), exact);
            for (const attention_kernel * kernel : attention_kernels()) {
                const double ours = rms_error(c.attend(*kernel), exact);
                EXPECT_LE(ours, 1.1 * theirs) << kernel->name << ", " << rows << " rows, kind " << kind;
                EXPECT_LE(ours, 2e-6) << kernel->name << ", " << rows << " rows, kind " << kind;
            }
        }
    }
}

// Weights that are all alike, of many cells: the coarsest steps.
TEST_P(cpu_attention, is_exact_where_attention_is_flat) {
    shape s = of_type();
    s.rows = 2, s.heads = 2, s.kv_heads = 1, s.cells = 8192;
    attention_case c(s, 2);
    for (float & x : c.q) x *= 0.01f;
    const std::vector<double> exact = c.exact();
    for (const attention_kernel * kernel : attention_kernels()) {
        EXPECT_LE(rms_error(c.attend(*kernel), exact), 1e-8) << kernel->name;
    }
}

TEST_P(cpu_attention, has_the_same_bits_wherever_cells_lie) {
    std::mt19937 random(3);
    for (int trial = 0; trial < 600; trial++) {
        shape s = of_type();
        s.rows = 1 + random() % 9, s.cells = 20 + random() % 60, s.heads = 4, s.texts = 1 + random() % 2;
        s.head_size = s.value_size = 32;
        s.sinks = random() % 4 == 0, s.soft_cap = random() % 4 == 0 ? 20 : 0, s.max_bias = random() % 4 == 0 ? 8 : 0;
        // values beyond what the finest steps hold, too
        const attention_case c(s, random(), std::array<float, 4>{1, 30, 3000, 0.001f}[random() % 4]);
        const attention_case other = moved(c, s.cells + random() % 200, random);
        for (const attention_kernel * kernel : attention_kernels()) {
            ASSERT_TRUE(same(c.attend(*kernel), other.attend(*kernel, 1 + random() % 3)))
                << kernel->name << ", trial " << trial;
        }
    }
}

TEST_P(cpu_attention, has_the_same_bits_by_every_kernel_and_number_of_threads) {
    std::mt19937 random(4);
    for (const auto & [head_size, value_size] :
         {std::pair(32, 32), {64, 64}, {128, 128}, {576, 512}, {96, 160}, {40, 24}, {8, 8}, {72, 80}}) {
        for (const int64_t rows : {1, 2, 3, 8, 33, 70}) {
            shape s = of_type();
            if (s.type == GGML_TYPE_Q8_0 && (head_size % 32 || value_size % 32)) continue;
            s.head_size = head_size, s.value_size = value_size, s.rows = rows, s.cells = 30 + random() % 200;
            s.heads = random() % 2 ? 9 : 3, s.kv_heads = 3;
            s.sinks = random() % 2, s.soft_cap = random() % 2 ? 20 : 0, s.max_bias = random() % 2 ? 8 : 0;
            attention_case c(s, random());
            c.masked = s.max_bias > 0 || random() % 4;
            const std::vector<float> expected = c.attend(*attention_kernels().back());
            EXPECT_LE(rms_error(expected, c.exact()), 3e-6) << head_size << ", " << rows << " rows";
            for (const attention_kernel * kernel : attention_kernels()) {
                for (const int threads : {1, 2, 3, 7}) {
                    EXPECT_TRUE(same(c.attend(*kernel, threads), expected))
                        << kernel->name << ", " << head_size << ", " << rows << " rows, " << threads << " threads";
                }
            }
        }
    }
}

TEST_P(cpu_attention, has_the_same_bits_whatever_rows_are_beside) {
    shape s = of_type();
    s.rows = 90, s.texts = 2; // by tiles, and its parts all at once
    const attention_case c(s, 5);
    const int64_t row_floats = s.heads * s.value_size;
    for (const attention_kernel * kernel : attention_kernels()) {
        const std::vector<float> all = c.attend(*kernel, 2);
        for (const auto & [first, last] :
             {std::pair<int64_t, int64_t>(0, 1), {7, 8}, {3, 11}, {89, 90}, {10, 74}, {1, 80}}) {
            for (const int threads : {1, 2}) {
                std::vector<float> some((last - first) * row_floats);
                attention_problem p = c.problem(some.data());
                p.q += p.q_text + first * p.q_row, p.k += p.k_text, p.v += p.v_text,
                    p.mask += p.mask_text + first * p.mask_row;
                p.n_rows = last - first, p.n_texts = 1;
                std::vector<char> scratch(kernel->scratch_bytes(p, threads));
                spinning_barrier barrier(threads);
                std::thread other;
                if (threads == 2) {
                    other =
                        std::thread([&] { kernel->attend(p, scratch.data(), 1, 2, spinning_barrier::wait, &barrier); });
                }
                kernel->attend(p, scratch.data(), 0, threads, spinning_barrier::wait, &barrier);
                if (threads == 2) other.join();
                const auto expected = all.begin() + s.rows * row_floats;
                EXPECT_TRUE(same(some, {expected + first * row_floats, expected + last * row_floats}))
                    << kernel->name << ", row " << first;
            }
        }
    }
}

// Comparisons above would see a cell that is lost, and ggml's attention shows that the order of cells matters to sums
// that round.
TEST_P(cpu_attention, changes_with_a_cell) {
    std::mt19937 random(6);
    const attention_case c(of_type(), 7), other = moved(c, 300, random);
    attention_case without = c;
    *without.seen(0, 4, 0) = 0xfc00;
    EXPECT_FALSE(same(c.by_ggml(), other.by_ggml()));
    for (const attention_kernel * kernel : attention_kernels()) {
        const std::vector<float> before = c.attend(*kernel), after = without.attend(*kernel);
        EXPECT_FALSE(same(before, after)) << kernel->name;
        const auto last_row = [&](const std::vector<float> & y) { return y.begin() + 4 * c.s.heads * c.s.value_size; };
        EXPECT_TRUE(same({before.begin(), last_row(before)}, {after.begin(), last_row(after)})) << kernel->name;
    }
}

TEST_P(cpu_attention, is_zero_without_cells) {
    for (const bool sinks : {false, true}) {
        shape s = of_type();
        s.sinks = sinks;
        attention_case c(s, 8);
        for (int64_t i = 0; i < s.cells; i++) *c.seen(0, 1, i) = 0xfc00;
        for (const attention_kernel * kernel : attention_kernels()) {
            for (const int threads : {1, 2}) {
                const std::vector<float> y = c.attend(*kernel, threads);
                for (int64_t i = 0; i < s.heads * s.value_size; i++) {
                    EXPECT_EQ(y[s.heads * s.value_size + i], 0) << kernel->name;
                }
                EXPECT_LE(rms_error(y, c.exact()), 2e-6) << kernel->name;
            }
        }
    }
}

TEST(cpu_attention_values, that_are_not_finite_stay_in_the_rows_that_see_them) {
    enum where { in_q, in_k, in_v, in_mask, in_sink };
    for (const float bad : {nan_value, INFINITY, -INFINITY}) {
        for (const where place : {in_q, in_k, in_v, in_mask, in_sink}) {
            if (bad == -INFINITY && (place == in_mask || place == in_sink)) continue; // not seen; no sink
            for (const float soft_cap : {0, 30}) {
                shape s;
                s.type = GGML_TYPE_F32;
                s.sinks = place == in_sink, s.soft_cap = soft_cap;
                attention_case c(s, 9);
                // row 2 alone sees cell 17
                for (int64_t r = 0; r < s.rows; r++) *c.seen(0, r, 17) = r == 2 ? 0 : 0xfc00;
                const std::vector<float> before = c.attend(*attention_kernels().back());
                std::vector<float> values(64, 1);
                values[5] = bad;
                if (place == in_q) c.q[(1 * s.rows + 2) * s.head_size + 5] = bad;
                if (place == in_k) c.k.set(c.entry(0, 17, 0), values.data());
                if (place == in_v) c.v.set(c.entry(0, 17, 0), values.data());
                if (place == in_mask) *c.seen(0, 2, 17) = ggml_fp32_to_fp16(bad);
                if (place == in_sink) c.sinks[1] = bad;
                for (const attention_kernel * kernel : attention_kernels()) {
                    for (const int threads : {1, 2}) {
                        const std::vector<float> y = c.attend(*kernel, threads);
                        for (int64_t r = 0; r < s.rows; r++) {
                            for (int64_t h = 0; h < s.heads; h++) {
                                for (int64_t d = 0; d < s.value_size; d++) {
                                    const bool of_row =
                                        place == in_sink
                                            ? h == 1
                                            : r == 2 && (place == in_q ? h == 1 : place == in_mask || h < 3);
                                    const bool broken = of_row && (place != in_v || d == 5);
                                    const int64_t i = (r * s.heads + h) * s.value_size + d;
                                    if (broken) {
                                        EXPECT_TRUE(std::isnan(y[i])) << kernel->name << ", " << bad << " in " << place
                                                                      << ", row " << r << ", head " << h;
                                    } else if (r != 2) {
                                        EXPECT_EQ(y[i], before[i]) << kernel->name << ", " << bad << " in " << place
                                                                   << ", row " << r << ", head " << h;
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(types, cpu_attention,
                         testing::Values(GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0),
                         [](const auto & test) { return ggml_type_name(test.param); });

} // namespace
