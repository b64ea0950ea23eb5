// Prints a digest of the results of float_rows and of attention for fixed inputs, one line a type: the same on every
// processor. Fails where two kernels of this processor differ. Needs no library, so that it can be compiled for another
// processor.
#include "cpu/attention.h"
#include "cpu/float_rows.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>
#include <vector>

using namespace gto;

namespace {

struct digest {
    uint64_t value = 14695981039346656037u;

    void add(const std::vector<float> & values) {
        for (float x : values) {
            uint32_t bits = 0x7fc00000; // of all NaNs: which one it is may differ
            if (!std::isnan(x)) memcpy(&bits, &x, 4);
            for (int i = 0; i < 4; i++) value = (value ^ (bits >> (8 * i) & 255)) * 1099511628211u;
        }
    }
};

size_t row_bytes(ggml_type type, int64_t n) {
    return type == GGML_TYPE_Q8_0 ? (size_t) n / 32 * 34 : (size_t) n * (type == GGML_TYPE_F32 ? 4 : 2);
}

float value(std::mt19937 & random) { return std::ldexp((float) ((int32_t) random() >> 8), -22); }

std::vector<float> floats(size_t n, std::mt19937 & random) {
    std::vector<float> x(n);
    for (float & v : x) v = value(random);
    return x;
}

// n rows of a type, of values about 1.
std::vector<uint8_t> stored(ggml_type type, int64_t n, int64_t size, std::mt19937 & random) {
    std::vector<uint8_t> data((size_t) n * row_bytes(type, size));
    for (size_t i = 0; i < data.size();) {
        const float x = value(random);
        uint32_t bits;
        memcpy(&bits, &x, 4);
        // halves below 2, denormals too
        const uint16_t half = (uint16_t) (random() & 0xbfff), brain = (uint16_t) (bits >> 16);
        const uint16_t scale = (uint16_t) (0x1c00 + random() % 0x800);
        if (type == GGML_TYPE_F32) memcpy(&data[i], &bits, 4);
        if (type == GGML_TYPE_F16) memcpy(&data[i], &half, 2);
        if (type == GGML_TYPE_BF16) memcpy(&data[i], &brain, 2);
        if (type == GGML_TYPE_Q8_0) {
            memcpy(&data[i], &scale, 2);
            for (int k = 0; k < 32; k++) data[i + 2 + k] = (uint8_t) random();
        }
        i += type == GGML_TYPE_Q8_0 ? 34 : type == GGML_TYPE_F32 ? 4 : 2;
    }
    return data;
}

// Runs all kernels; false where they differ.
template <class Kernels, class F> bool same_of_all(const Kernels & kernels, digest & all, F && run) {
    const std::vector<float> first = run(*kernels.front());
    digest of_first;
    of_first.add(first);
    all.add(first);
    for (const auto * kernel : kernels) {
        digest other;
        other.add(run(*kernel));
        if (other.value != of_first.value) {
            fprintf(stderr, "%s and %s differ\n", kernel->name, kernels.front()->name);
            return false;
        }
    }
    return true;
}

bool rows(ggml_type type, digest & all, std::mt19937 & random) {
    for (int64_t n = 1; n <= 14; n++) {
        const int64_t outputs = 1 + (int64_t) (random() % 40), columns = 1 + (int64_t) (random() % 300);
        const std::vector<uint8_t> weights = stored(type, outputs, columns, random);
        const std::vector<float> x = floats((size_t) (n * columns), random);
        const bool same = same_of_all(float_rows_kernels(), all, [&](const float_rows_kernel & kernel) {
            std::vector<float> y((size_t) (n * outputs));
            std::vector<const float *> in;
            std::vector<float *> out;
            for (int64_t r = 0; r < n; r++) {
                in.push_back(x.data() + r * columns);
                out.push_back(y.data() + r * outputs);
            }
            kernel.multiply({type, weights.data(), row_bytes(type, columns), columns, in.data(), out.data(), n}, 0,
                            outputs);
            return y;
        });
        if (!same) return false;
    }
    return true;
}

bool attention(ggml_type type, digest & all, std::mt19937 & random) {
    for (int trial = 0; trial < 12; trial++) {
        attention_problem p = {};
        p.head_size = 32 * (1 + random() % 4), p.value_size = 32 * (1 + random() % 4);
        if (type != GGML_TYPE_Q8_0 && trial % 2) p.head_size -= 5, p.value_size -= 9;
        p.n_rows = trial == 11 ? 70 : 1 + random() % 9, p.n_kv_heads = 1 + random() % 3,
        p.n_heads = p.n_kv_heads * (1 + random() % 4);
        p.n_texts = 1, p.n_cells = 1 + random() % 300;
        const std::vector<float> q = floats((size_t) (p.n_heads * p.n_rows * p.head_size), random),
                                 sinks = floats((size_t) p.n_heads, random);
        const std::vector<uint8_t> k = stored(type, p.n_cells * p.n_kv_heads, p.head_size, random);
        const std::vector<uint8_t> v = stored(type, p.n_cells * p.n_kv_heads, p.value_size, random);
        std::vector<uint16_t> mask((size_t) (p.n_rows * p.n_cells));
        for (uint16_t & m : mask) m = random() % 3 ? 0 : random() % 2 ? 0xfc00 : (uint16_t) (0xc000 + random() % 0x800);
        p.q = (const char *) q.data(), p.q_row = p.head_size * 4, p.q_head = p.n_rows * p.q_row;
        p.k_type = p.v_type = type;
        p.k = (const char *) k.data(), p.k_head = row_bytes(type, p.head_size), p.k_cell = p.n_kv_heads * p.k_head;
        p.v = (const char *) v.data(), p.v_head = row_bytes(type, p.value_size), p.v_cell = p.n_kv_heads * p.v_head;
        p.mask = (const char *) mask.data(), p.mask_row = p.n_cells * 2;
        p.sinks = trial % 3 ? nullptr : sinks.data();
        p.scale = 0.125f, p.max_bias = trial % 4 == 1 ? 8 : 0, p.soft_cap = trial % 4 == 2 ? 3 : 0;
        p.out_head = p.value_size * 4, p.out_row = p.n_heads * p.out_head;
        const bool same = same_of_all(attention_kernels(), all, [&](const attention_kernel & kernel) {
            std::vector<float> out((size_t) (p.n_rows * p.n_heads * p.value_size));
            std::vector<char> scratch(kernel.scratch_bytes(p, 1));
            attention_problem with_out = p;
            with_out.out = (char *) out.data();
            kernel.attend(
                with_out, scratch.data(), 0, 1, [](void *) {}, nullptr);
            return out;
        });
        if (!same) return false;
    }
    return true;
}

} // namespace

int main() {
    for (const float_rows_kernel * kernel : float_rows_kernels()) fprintf(stderr, "%s\n", kernel->name);
    std::mt19937 random(16);
    for (const ggml_type type : {GGML_TYPE_F32, GGML_TYPE_F16, GGML_TYPE_BF16, GGML_TYPE_Q8_0}) {
        digest of_rows, of_attention;
        if (type != GGML_TYPE_Q8_0 && !rows(type, of_rows, random)) return 1;
        if (!attention(type, of_attention, random)) return 1;
        printf("type %d %016llx %016llx\n", (int) type, (unsigned long long) of_rows.value,
               (unsigned long long) of_attention.value);
    }
    return 0;
}
