// Attention whose sums don't depend on the order of the cells, for a source file that has chosen its instruction set
// and included its `lanes` (float_rows_block.h) and float_rows_block.h.
//
// For a row of a head, over the cells c that it sees (mask above -infinity), with M the largest score:
//   score  s_c = scale q k_c (then cap tanh(s_c / cap)) + slope mask_c, in F32, q k_c as float_rows.h sums it
//   weight n_c = exp(s_c - M) in steps of 2^-28, an integer; 2^28 at the largest score
//   total  N = sum(n_c), exact; s >= 0 the least with N <= 2^(28 + s)
//   share  w_c = n_c 2^-(28 + s) + 2^-52, in F64; 0 where n_c is 0
//   sum    A = 384 + sum(w_c v_c), one fused F64 multiply-add a cell
//   out = (A - 384) / (N 2^-(28 + s)), rounded to F32
//
// Why A doesn't depend on the order: while |sum(w_c v_c)| < 128, all partial sums lie in [256, 512), where F64 has
// steps of 2^-44. So each multiply-add rounds its term to a multiple of 2^-44, whatever was there before, unless the
// term lies just between two of them, when the last bit of what was there would decide. It never does: the lowest bit
// of w_c is 2^-52 and that of a value below 64 at most 2^5, hence that of their product is at most 2^-47, below half a
// step. As sum(w_c) <= 1, the sum stays below 64. Where a row sees a dimension of v that reaches 64, the row takes it
// by the power of two that brings it below. M and N are the same in any order; s_c takes nothing but q, k_c and mask_c.
// Hence out depends on the set of cells seen and what they hold, not on where they lie, nor on cells that aren't seen,
// other rows, threads or instruction set. This holds for every type of cache and up to 2^23 cells.
//
// Error, beside that of the scores: a weight is off by at most 2^-29 of the largest, a term by 2^-45. So out is off by
// at most cells 2^-29 / sum(exp(s_c - M)) max|v - out| if all roundings had one sign, by sqrt(cells) 2^-31 as they
// fall. F32's own step is 2^-24.
//
// A sink is one more score, with no value. A row without cells is 0. A row that sees a score or a value that isn't
// finite is NaN, in all dimensions or in the value's.
//
// Few rows: threads share cells for scores, rows of heads for weights, dimensions for sums, and wait between; what they
// read of the cache lies together. Many rows: they share tiles of rows.
#pragma once

#include "cpu/attention_numbers.h"
#include "cpu/attention_plan.h"

namespace gto {
namespace {

constexpr uint16_t unseen = 0xfc00; // -infinity as a mask has it
constexpr int32_t infinity_bits = 0x7f800000;
constexpr float weight_steps = 0x1p28f; // of 2^-28
constexpr double lowest_bit = 0x1p-52, sum_start = 384;
constexpr float values_below = 64;

constexpr int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

enum : uint8_t { seen = 1, matters = 2 }; // of a chunk: some cell is seen; some weight isn't 0

// Rows [first, first + rows) of the heads that share a head of keys and values. Query j is row j % rows of the group's
// head j / rows.
struct attention_tile {
    int64_t text, kv_head, first, rows;
    float * weights;
    double * totals; // of weights; -1: the row isn't finite
    uint8_t * chunks;
};

class attention_work {
  public:
    attention_work(const attention_problem & problem, void * scratch, int ith, int nth)
        : p_(problem), plan_(problem, nth) {
        tiles_ = (char *) whole_lines((uintptr_t) scratch);
        char * own = tiles_ + plan_.tiles_kept * plan_.tile_bytes() + ith * plan_.thread_bytes();
        sums_ = (double *) own;
        shares_ = (double *) (own + plan_.sums_bytes());
        rows_ = (const float **) ((char *) shares_ + plan_.shares_bytes());
        scores_ = (float **) ((char *) rows_ + plan_.pointers_bytes());
        concerned_ = (double **) ((char *) scores_ + plan_.pointers_bytes());
        seen_ = (uint8_t *) concerned_ + plan_.pointers_bytes();
        factor_ = problem.soft_cap > 0 ? problem.scale / problem.soft_cap : problem.scale;
    }

    const attention_plan & plan() const { return plan_; }

    attention_tile tile(int64_t text, int64_t kv_head, int64_t index, int64_t place) const {
        attention_tile t;
        t.text = text;
        t.kv_head = kv_head;
        t.first = index * plan_.tile_rows;
        t.rows = least(plan_.tile_rows, p_.n_rows - t.first);
        char * at = tiles_ + place * plan_.tile_bytes();
        t.weights = (float *) at;
        t.totals = (double *) (at + plan_.weights_bytes());
        t.chunks = (uint8_t *) (at + plan_.weights_bytes() + plan_.totals_bytes());
        return t;
    }

    int64_t queries(const attention_tile & t) const { return t.rows * plan_.group; }

    // How many chunks of all texts some row sees. is_seen tells which.
    int64_t find_seen_chunks() {
        int64_t n = 0;
        for (int64_t text = 0; text < p_.n_texts; text++) {
            const attention_tile all = tile(text, 0, 0, 0);
            for (int64_t b = 0; b < plan_.chunks; b++) n += seen_[text * plan_.chunks + b] = any_sees(all, b);
        }
        return n;
    }
    bool is_seen(int64_t text, int64_t b) const { return seen_[text * plan_.chunks + b]; }

    // Whether a row of the tile sees a cell of chunk b.
    bool any_sees(const attention_tile & t, int64_t b) const {
        for (int64_t r = 0; r < t.rows; r++) {
            if (sees(mask_of(t, r), b)) return true;
        }
        return false;
    }

    // q k of all queries of a tile, chunk by chunk: with the cells of each chunk that some row sees.
    void start_scores(const attention_tile & t) {
        for (int64_t j = 0; j < queries(t); j++) {
            rows_[j] = (const float *) (p_.q + t.text * p_.q_text + head(t, j) * p_.q_head + row(t, j) * p_.q_row);
            scores_[j] = t.weights + j * plan_.cells();
        }
    }
    void score(const attention_tile & t, int64_t b) const {
        const float_rows_product product = {
            p_.k_type, p_.k + t.text * p_.k_text + t.kv_head * p_.k_head, p_.k_cell, p_.head_size, rows_, scores_,
            queries(t)};
        with_weights(p_.k_type, [&](auto keys) {
            fetch_chunk((const char *) product.weights, p_.k_cell, b + 1, keys.bytes(p_.head_size));
            multiply_cached<decltype(keys)>(product, b * chunk, least((b + 1) * chunk, p_.n_cells));
        });
    }

    // Turns the scores of query j into weights.
    void weigh(const attention_tile & t, int64_t j) const {
        float * const weights = t.weights + j * plan_.cells();
        uint8_t * const chunks = t.chunks + j * plan_.chunks;
        const char * const mask = mask_of(t, j);
        const float sink = p_.sinks ? p_.sinks[head(t, j)] : -infinity;
        const vec slope = lanes::set(slope_of(head(t, j))), minus_infinity = lanes::set(-infinity);

        vec most = lanes::set(sink), broken = lanes::zero(); // NaN where a score isn't finite
        for (int64_t b = 0; b < plan_.chunks; b++) {
            chunks[b] = sees(mask, b) ? seen : 0;
            if (!chunks[b]) continue;
            float * const of_chunk = weights + b * chunk;
            if (p_.soft_cap == 0 && sees_all(mask, b)) {
                for (int64_t c = 0; c < chunk; c += 16) {
                    const vec score = lanes::mul(lanes::load(of_chunk + c), lanes::set(factor_));
                    broken = lanes::fma(score, lanes::zero(), broken);
                    most = lanes::max(most, score);
                    lanes::store(of_chunk + c, score);
                }
                continue;
            }
            for (int64_t c = 0; c < chunk; c += 16) {
                const vec m = mask_values(mask, b * chunk + c), product = lanes::load(of_chunk + c);
                vec score = lanes::mul(product, lanes::set(factor_));
                if (p_.soft_cap > 0) score = lanes::mul(lanes::set(p_.soft_cap), hyperbolic_tangent(score));
                score = lanes::fma(m, slope, score);
                const vec finite = lanes::fma(product, lanes::zero(), score); // or NaN or infinite if one of them is
                broken =
                    lanes::fma(lanes::unless_equal(m, minus_infinity, finite, lanes::zero()), lanes::zero(), broken);
                score = lanes::unless_equal(m, minus_infinity, score, minus_infinity);
                most = lanes::max(most, score);
                lanes::store(of_chunk + c, score);
            }
        }
        const float top = largest_lane(most);
        const bool finite = all_zero(broken) && sink < infinity;
        if (!finite || top == -infinity) {
            memset(chunks, 0, plan_.chunks);
            t.totals[j] = finite ? 0 : -1;
            return;
        }

        const vec largest = lanes::set(top);
        const float of_sink = first_lane(exponential_of(lanes::sub(lanes::set(sink), largest)));
        exact_sum sum;
        for (int64_t b = 0; b < plan_.chunks; b++) {
            if (!chunks[b]) continue;
            ints of_chunk = lanes::bits(lanes::zero());
            for (int64_t c = b * chunk; c < (b + 1) * chunk; c += 16) {
                const vec weight = exponential_of(lanes::sub(lanes::load(weights + c), largest));
                const ints n = lanes::rounded(lanes::mul(weight, lanes::set(weight_steps)));
                of_chunk = lanes::add(of_chunk, n);
                lanes::store((int32_t *) (weights + c), n);
            }
            sum.add(of_chunk);
            if (lanes::any(of_chunk)) chunks[b] |= matters;
        }
        t.totals[j] = sum.value() + __builtin_rint((double) (of_sink * weight_steps));
    }

    // Sums of slices [first, last) of 16 dimensions, for all queries of a tile: chunk by chunk, or of several tiles in
    // turn.
    void start_sums(const attention_tile & t) {
        double * const sums = sums_of(t, 0);
        for (int64_t i = 0; i < queries(t) * plan_.slices * 16; i++) sums[i] = sum_start;
        largest_value_ = lanes::bits(lanes::zero());
    }
    void add_values(const attention_tile & t, int64_t b, int64_t first, int64_t last) {
        with_weights(p_.v_type, [&](auto values) { add_values<decltype(values)>(t, b, first, last); });
    }
    void write_sums(const attention_tile & t, int64_t first, int64_t last) const {
        const bool below = largest_lane(largest_value_) < largest_lane(lanes::bits(lanes::set(values_below)));
        for (int64_t j = 0; j < queries(t); j++) {
            for (int64_t s = first; s < last; s++) {
                if (below) {
                    write(t, j, s, sums_of(t, j) + s * 16, nullptr);
                } else {
                    with_weights(p_.v_type, [&](auto values) { sum_scaled<decltype(values)>(t, j, s); });
                }
            }
        }
    }

  private:
    double * sums_of(const attention_tile & t, int64_t j) const {
        return sums_ + ((plan_.together ? t.kv_head : 0) * plan_.queries + j) * plan_.slices * 16;
    }
    const char * values_of(const attention_tile & t) const { return p_.v + t.text * p_.v_text + t.kv_head * p_.v_head; }

    int64_t head(const attention_tile & t, int64_t j) const { return t.kv_head * plan_.group + j / t.rows; }
    int64_t row(const attention_tile & t, int64_t j) const { return t.first + j % t.rows; }

    // What a total's shares are in units of: the least power of two that isn't below it.
    static double unit_of(double total) {
        double unit = weight_steps;
        while (unit < total) unit *= 2;
        return unit;
    }

    static wide share_of(ints n, int i, double unit) {
        const wide x = lanes::widen(n, i);
        return lanes::zero_if_zero(x, lanes::fma(x, lanes::wide_set(1 / unit), lanes::wide_set(lowest_bit)));
    }

    float slope_of(int64_t head) const {
        if (!(p_.max_bias > 0)) return 1;
        int log2 = 0;
        while ((int64_t) 2 << log2 <= p_.n_heads) log2++;
        const int64_t whole = (int64_t) 1 << log2; // heads up to a power of two; those beyond lie between
        return head < whole ? __builtin_powf(__builtin_powf(2, -p_.max_bias / (float) whole), (float) (head + 1))
                            : __builtin_powf(__builtin_powf(2, -p_.max_bias / 2 / (float) whole),
                                             (float) (2 * (head - whole) + 1));
    }

    const char * mask_of(const attention_tile & t, int64_t j) const {
        return p_.mask ? p_.mask + t.text * p_.mask_text + row(t, j) * p_.mask_row : nullptr;
    }

    // Has `bytes` of each cell of a chunk on their way to the cache: the rows of a head lie apart, which the processor
    // doesn't foresee.
    void fetch_chunk(const char * cells, size_t stride, int64_t b, int64_t bytes) const {
        for (int64_t c = b * chunk; c < least((b + 1) * chunk, p_.n_cells); c++) {
            for (int64_t at = 0; at < bytes; at += 64) __builtin_prefetch(cells + (size_t) c * stride + at, 0, 2);
        }
    }

    // Whether some cell of the chunk is seen.
    bool sees(const char * mask, int64_t b) const {
        if (!mask) return true;
        uint16_t some[chunk];
        const int64_t n = least(chunk, p_.n_cells - b * chunk);
        if (n == chunk) return lanes::any_differs((const uint16_t *) mask + b * chunk, unseen);
        for (uint16_t & x : some) x = unseen;
        memcpy(some, mask + 2 * b * chunk, 2 * n);
        return lanes::any_differs(some, unseen);
    }

    // Whether all cells of the chunk are seen, and nothing is added to their scores.
    bool sees_all(const char * mask, int64_t b) const {
        return (b + 1) * chunk <= p_.n_cells && (!mask || !lanes::any_differs((const uint16_t *) mask + b * chunk, 0));
    }

    vec mask_values(const char * mask, int64_t c) const {
        const int64_t n = p_.n_cells - c;
        if (n >= 16) return mask ? lanes::from_f16(mask + 2 * c) : lanes::zero();
        uint16_t some[16];
        for (uint16_t & x : some) x = unseen;
        if (n > 0 && mask) memcpy(some, mask + 2 * c, 2 * n);
        if (n > 0 && !mask) memset(some, 0, 2 * n);
        return lanes::from_f16(some);
    }

    template <class Values> vec value(const char * cell, int64_t d) const {
        return p_.value_size - d < 16 ? Values::load(cell, d, p_.value_size - d) : Values::load(cell, d);
    }

    template <class Values> void add_values(const attention_tile & t, int64_t b, int64_t first, int64_t last) {
        const char * const v = values_of(t);
        int64_t n = 0;
        uint8_t any = 0;
        for (int64_t j = 0; j < queries(t); j++) {
            const uint8_t of_query = t.chunks[j * plan_.chunks + b];
            any |= of_query;
            if (!(of_query & matters)) continue;
            share_chunk(t, j, b, shares_ + n * chunk);
            concerned_[n++] = sums_of(t, j);
        }
        if (!any) return;
        const int64_t cells = least(chunk, p_.n_cells - b * chunk);
        fetch_chunk(v + Values::bytes(first * 16), p_.v_cell, b + 1, Values::bytes((last - first) * 16));
        for (int64_t s = first; s < last; s++) {
            wide values[lanes::wides][chunk];
            for (int64_t c = 0; c < cells; c++) {
                const vec x = value<Values>(v + (b * chunk + c) * p_.v_cell, s * 16);
                largest_value_ = lanes::largest(largest_value_, lanes::bits(lanes::magnitude(x)));
#pragma GCC unroll 2
                for (int i = 0; i < lanes::wides; i++) values[i][c] = lanes::widen(x, i);
            }
            for (int i = 0; i < lanes::wides; i++) {
                add_queries<lanes::queries>(values[i], cells, 0, n, s * 16 + i * (16 / lanes::wides));
            }
        }
    }

    // The shares of a chunk of query j.
    void share_chunk(const attention_tile & t, int64_t j, int64_t b, double * shares) const {
        const int32_t * const weights = (const int32_t *) (t.weights + j * plan_.cells()) + b * chunk;
        const double unit = unit_of(t.totals[j]);
        for (int64_t c = 0; c < chunk; c += 16) {
            const ints n = lanes::load(weights + c);
#pragma GCC unroll 2
            for (int i = 0; i < lanes::wides; i++) {
                lanes::store(shares + c + i * (16 / lanes::wides), share_of(n, i, unit));
            }
        }
    }

    // Adds a chunk's values to the sums from `dimension` on of concerned queries [first, last).
    template <int Queries>
    void add_queries(const wide * values, int64_t cells, int64_t first, int64_t last, int64_t dimension) const {
        for (; first + Queries <= last; first += Queries) {
            const double * const shares = shares_ + first * chunk;
            wide sum[Queries];
#pragma GCC unroll 8
            for (int i = 0; i < Queries; i++) sum[i] = lanes::load(concerned_[first + i] + dimension);
            for (int64_t c = 0; c < cells; c++) {
                const wide x = lanes::in_registers(values[c]);
#pragma GCC unroll 8
                for (int i = 0; i < Queries; i++) {
                    sum[i] = lanes::fma(x, lanes::wide_set(shares[i * chunk + c]), sum[i]);
                }
            }
#pragma GCC unroll 8
            for (int i = 0; i < Queries; i++) lanes::store(concerned_[first + i] + dimension, sum[i]);
        }
        if constexpr (Queries > 1) {
            if (first < last) add_queries<Queries - 1>(values, cells, first, last, dimension);
        }
    }

    // A slice of one query, in a tile that sees values which aren't below 64, or not even finite.
    template <class Values> void sum_scaled(const attention_tile & t, int64_t j, int64_t s) const {
        const char * const v = values_of(t);
        const char * const mask = mask_of(t, j);
        const uint8_t * const chunks = t.chunks + j * plan_.chunks;
        const auto seen_value = [&](int64_t c, vec & x) {
            uint16_t m = 0;
            if (mask) memcpy(&m, mask + 2 * c, 2);
            if (!chunks[c / chunk] || m == unseen) return false;
            x = value<Values>(v + c * p_.v_cell, s * 16);
            return true;
        };
        vec x;
        ints most = lanes::bits(lanes::zero());
        for (int64_t c = 0; c < p_.n_cells; c++) {
            if (seen_value(c, x)) most = lanes::largest(most, lanes::bits(lanes::magnitude(x)));
        }
        int32_t bits[16];
        lanes::store(bits, most);
        double down[16], up[16], sums[16];
        for (int i = 0; i < 16; i++) {
            // 2^exponent is above all
            const int exponent = (bits[i] >> 23) - 126, excess = exponent > 6 ? exponent - 6 : 0;
            down[i] = bits[i] < infinity_bits ? __builtin_ldexp(1, -excess) : __builtin_nan("");
            up[i] = __builtin_ldexp(1, excess);
            sums[i] = sum_start;
        }
        for (int64_t b = 0; b < plan_.chunks; b++) {
            double shares[chunk];
            if (chunks[b]) share_chunk(t, j, b, shares);
            for (int64_t c = b * chunk; chunks[b] && c < least((b + 1) * chunk, p_.n_cells); c++) {
                if (!seen_value(c, x)) continue;
#pragma GCC unroll 2
                for (int i = 0; i < lanes::wides; i++) {
                    const int at = i * (16 / lanes::wides);
                    const wide scaled = lanes::fma(lanes::widen(x, i), lanes::load(down + at), lanes::wide_set(0));
                    lanes::store(sums + at,
                                 lanes::fma(scaled, lanes::wide_set(shares[c % chunk]), lanes::load(sums + at)));
                }
            }
        }
        write(t, j, s, sums, up);
    }

    void write(const attention_tile & t, int64_t j, int64_t s, const double * sums, const double * up) const {
        float * const out =
            (float *) (p_.out + t.text * p_.out_text + row(t, j) * p_.out_row + head(t, j) * p_.out_head) + s * 16;
        const int64_t n = least(16, p_.value_size - s * 16);
        const double total = t.totals[j], share = total / unit_of(total);
        for (int64_t d = 0; d < n; d++) {
            const double sum = (sums[d] - sum_start) / share * (up ? up[d] : 1);
            out[d] = total > 0 ? (float) sum : total < 0 ? __builtin_nanf("") : 0;
        }
    }

    const attention_problem & p_;
    const attention_plan plan_;
    char * tiles_;
    double * sums_;
    double * shares_;
    const float ** rows_;
    float ** scores_;
    double ** concerned_; // sums of the queries for which a chunk matters
    uint8_t * seen_;      // of texts and chunks
    ints largest_value_;
    float factor_;
};

size_t attention_scratch_bytes(const attention_problem & problem, int nth) {
    return attention_plan(problem, nth).bytes(nth);
}

void attend(const attention_problem & problem, void * scratch, int ith, int nth, void (*wait)(void *), void * barrier) {
    if (problem.n_texts * problem.n_rows * problem.n_heads == 0) return;
    attention_work work(problem, scratch, ith, nth);
    const attention_plan & plan = work.plan();
    const int64_t heads = problem.n_kv_heads;
    if (!plan.together) {
        for (int64_t i = ith; i < problem.n_texts * plan.tiles * heads; i += nth) {
            const attention_tile tile = work.tile(i / heads / plan.tiles, i % heads, i / heads % plan.tiles, ith);
            work.start_scores(tile);
            for (int64_t b = 0; b < plan.chunks; b++) {
                if (work.any_sees(tile, b)) work.score(tile, b);
            }
            for (int64_t j = 0; j < work.queries(tile); j++) work.weigh(tile, j);
            work.start_sums(tile);
            for (int64_t b = 0; b < plan.chunks; b++) work.add_values(tile, b, 0, plan.slices);
            work.write_sums(tile, 0, plan.slices);
        }
        return;
    }
    const auto tile = [&](int64_t text, int64_t head) { return work.tile(text, head, 0, text * heads + head); };
    // This thread's part of n.
    const auto first = [&](int64_t n) { return n * ith / nth; };
    const auto last = [&](int64_t n) { return n * (ith + 1) / nth; };

    const int64_t cells = work.find_seen_chunks() * heads; // a head's of a chunk that some row sees, chunk by chunk
    int64_t i = 0;
    for (int64_t text = 0; text < problem.n_texts; text++) {
        for (int64_t b = 0; b < plan.chunks; b++) {
            if (!work.is_seen(text, b)) continue;
            for (int64_t head = 0; head < heads; head++, i++) {
                if (i < first(cells) || i >= last(cells)) continue;
                const attention_tile t = tile(text, head);
                work.start_scores(t);
                work.score(t, b);
            }
        }
    }
    wait(barrier);
    const int64_t rows = problem.n_texts * heads * plan.queries;
    for (i = first(rows); i < last(rows); i++) {
        work.weigh(tile(i / plan.queries / heads, i / plan.queries % heads), i % plan.queries);
    }
    wait(barrier);
    const int64_t of_text = heads * plan.slices, all = problem.n_texts * of_text;
    for (i = first(all); i < last(all);) {
        const int64_t text = i / of_text, begin = i % of_text, end = least(of_text, last(all) - text * of_text);
        const auto for_each_head = [&](auto && f) {
            for (int64_t s = begin; s < end;) {
                const int64_t head = s / plan.slices, until = least(end, (head + 1) * plan.slices);
                f(tile(text, head), s - head * plan.slices, until - head * plan.slices);
                s = until;
            }
        };
        for_each_head([&](const attention_tile & t, int64_t, int64_t) { work.start_sums(t); });
        for (int64_t b = 0; b < plan.chunks; b++) {
            for_each_head([&](const attention_tile & t, int64_t from, int64_t to) { work.add_values(t, b, from, to); });
        }
        for_each_head([&](const attention_tile & t, int64_t from, int64_t to) { work.write_sums(t, from, to); });
        i += end - begin;
    }
}

} // namespace
} // namespace gto
