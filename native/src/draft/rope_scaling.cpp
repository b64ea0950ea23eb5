#include "draft/rope_scaling.h"

#include "common/gguf_scan.h"
#include "common/status.h"

#include <algorithm>
#include <cmath>

namespace gto {

namespace {

bool is_positive(float value) { return value > 0 && std::isfinite(value); }

std::string expected_positive(const char * field, float found) {
    char text[96];
    snprintf(text, sizeof text, "%s: expected a positive number, found %g", field, found);
    return text;
}

void require_default(const gguf_file & file, const char * key, float expected) {
    const float value = file.real(key, expected);
    if (value != expected) {
        fail(GTO_E_FORMAT, "%s: key eagle3.%s: drafts with another value than %g aren't supported, found %g",
             file.path().c_str(), key, expected, value);
    }
}

std::string type_of(const gguf_file & file) {
    const int64_t id = gguf_find_key(file.keys(), "eagle3.rope.scaling.type");
    if (id < 0) return file.has("rope.scaling.factor") ? "linear" : "none";
    if (gguf_get_kv_type(file.keys(), id) != GGUF_TYPE_STRING) {
        fail(GTO_E_FORMAT, "%s: key eagle3.rope.scaling.type: expected a text", file.path().c_str());
    }
    return gguf_get_val_str(file.keys(), id);
}

// Kept beside factors that were made by us.
bool read_llama3(const gguf_file & file, gto_rope_scaling & scaling) {
    const int64_t id = gguf_find_key(file.keys(), llama3_key);
    if (id < 0) return false;
    if (gguf_get_kv_type(file.keys(), id) != GGUF_TYPE_ARRAY ||
        gguf_get_arr_type(file.keys(), id) != GGUF_TYPE_FLOAT32 || gguf_get_arr_n(file.keys(), id) != 4) {
        fail(GTO_E_FORMAT, "%s: key %s: expected 4 floats", file.path().c_str(), llama3_key);
    }
    const float * values = (const float *) gguf_get_arr_data(file.keys(), id);
    if (!(values[3] >= 1 && values[3] < 2147483648.0f)) {
        fail(GTO_E_FORMAT, "%s: key %s[3]: expected a context, found %g", file.path().c_str(), llama3_key, values[3]);
    }
    scaling.kind = GTO_ROPE_LLAMA3;
    scaling.factor = values[0];
    scaling.low_frequency_factor = values[1];
    scaling.high_frequency_factor = values[2];
    scaling.original_context = (int32_t) values[3];
    return true;
}

} // namespace

std::string fault_of(const gto_rope_scaling & r) {
    if (r.kind < GTO_ROPE_PLAIN || r.kind > GTO_ROPE_LLAMA3) {
        return "kind: expected " + std::to_string(GTO_ROPE_PLAIN) + ".." + std::to_string(GTO_ROPE_LLAMA3) +
               ", found " + std::to_string(r.kind);
    }
    if (r.kind == GTO_ROPE_PLAIN) return "";
    if (!is_positive(r.factor)) return expected_positive("factor", r.factor);
    if (r.kind == GTO_ROPE_LINEAR) return "";
    if (r.original_context < 1) {
        return "original_context: expected at least 1, found " + std::to_string(r.original_context);
    }
    if (r.kind == GTO_ROPE_YARN) {
        if (!is_positive(r.attention_factor)) return expected_positive("attention_factor", r.attention_factor);
        if (!is_positive(r.beta_fast)) return expected_positive("beta_fast", r.beta_fast);
        if (!is_positive(r.beta_slow)) return expected_positive("beta_slow", r.beta_slow);
        return is_positive(1.0f + 0.1f * std::log(r.factor)) ? "" : expected_positive("factor", r.factor);
    }
    if (!is_positive(r.low_frequency_factor)) {
        return expected_positive("low_frequency_factor", r.low_frequency_factor);
    }
    if (!(r.high_frequency_factor > r.low_frequency_factor && std::isfinite(r.high_frequency_factor))) {
        return "high_frequency_factor: expected more than low_frequency_factor";
    }
    return "";
}

gto_rope_scaling read_rope_scaling(const gguf_file & file) {
    gto_rope_scaling scaling = shape().rope_scaling;
    const std::string type = type_of(file);
    require_default(file, "rope.scale_linear", 0.0f);
    require_default(file, "rope.scaling.alpha", 0.0f);
    require_default(file, "rope.scaling.yarn_log_multiplier", 0.0f);
    if (type == "yarn") {
        scaling.kind = GTO_ROPE_YARN;
        require_default(file, "rope.scaling.yarn_ext_factor", 1.0f);
        scaling.factor = file.real("rope.scaling.factor");
        scaling.attention_factor = file.real("rope.scaling.attn_factor", 1.0f);
        scaling.beta_fast = file.real("rope.scaling.yarn_beta_fast", 32.0f);
        scaling.beta_slow = file.real("rope.scaling.yarn_beta_slow", 1.0f);
        const char * context = file.has("rope.scaling.original_context_length") ? "rope.scaling.original_context_length"
                                                                                : "context_length";
        scaling.original_context = (int32_t) file.within(context, file.integer(context), 1, INT32_MAX);
    } else {
        require_default(file, "rope.scaling.attn_factor", 1.0f);
        require_default(file, "rope.scaling.yarn_attn_factor", 1.0f);
        require_default(file, "rope.scaling.yarn_ext_factor", 0.0f);
        if (type == "linear") {
            const float factor = file.real("rope.scaling.factor", 1.0f);
            if (factor != 0 && factor != 1) { // 0 is how some files say that there is none
                scaling.kind = GTO_ROPE_LINEAR;
                scaling.factor = factor;
            }
        } else if (type != "none") {
            fail(GTO_E_FORMAT, "%s: key eagle3.rope.scaling.type: expected none, linear or yarn, found %s",
                 file.path().c_str(), printable(type).c_str());
        } else {
            read_llama3(file, scaling);
        }
    }
    const std::string fault = fault_of(scaling);
    if (!fault.empty()) fail(GTO_E_FORMAT, "%s: key eagle3.rope.scaling: %s", file.path().c_str(), fault.c_str());
    return scaling;
}

std::vector<float> rope_factors(const gguf_file & file, const shape & s) {
    const ggml_tensor * t = file.find("rope_freqs.weight");
    if (!t || ggml_nelements(t) != s.head_dim / 2) return {};
    const std::vector<float> factors = file.read_f32(t);
    for (size_t i = 0; i < factors.size(); i++) {
        if (!is_positive(factors[i])) {
            fail(GTO_E_FORMAT, "%s: tensor rope_freqs.weight[%zu]: expected a positive number, found %g",
                 file.path().c_str(), i, factors[i]);
        }
    }
    return factors;
}

// Of a pair whose wave is w positions long: 1 below context / high, `factor` above context / low, and between them the
// frequency is mixed of both in the share of context / w between low and high.
std::vector<float> llama3_factors(const shape & s) {
    const gto_rope_scaling & r = s.rope_scaling;
    std::vector<float> factors;
    for (int32_t i = 0; i < s.head_dim / 2; i++) {
        const double wave = 2 * M_PI * std::pow((double) s.rope_base, 2.0 * i / s.head_dim);
        const double turns = r.original_context / wave;
        const double share = (turns - r.low_frequency_factor) / (r.high_frequency_factor - r.low_frequency_factor);
        const double mixed = 1 / ((1 - share) / r.factor + share);
        factors.push_back((float) (share > 1 ? 1 : share < 0 ? r.factor : mixed));
    }
    return factors;
}

gto_rope_scaling scaling_of_factors(const shape & s, const std::vector<float> & factors) {
    shape guess = s;
    if (factors.empty() || s.rope_scaling.kind != GTO_ROPE_PLAIN) return s.rope_scaling;
    const auto [least, largest] = std::minmax_element(factors.begin(), factors.end());
    const float most = *largest;
    if (*least == 1 && most == 1) return s.rope_scaling;
    guess.rope_scaling = {GTO_ROPE_LLAMA3, most, 0, 0, 0, 1.0f, 4.0f, 8192};
    const std::vector<float> made = llama3_factors(guess);
    for (size_t i = 0; i < made.size(); i++) {
        if (!(std::fabs(factors[i] - made[i]) <= 1e-4f * made[i])) {
            guess.rope_scaling.kind = GTO_ROPE_FACTORS;
            break;
        }
    }
    return guess.rope_scaling;
}

} // namespace gto
