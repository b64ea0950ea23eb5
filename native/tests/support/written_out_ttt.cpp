#include "support/written_out_ttt.h"

#include "draft/target_head.h"
#include "target/features.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <stdexcept>

namespace gto_test {

using namespace gto;

const written_out_result::scored * written_out_result::find(const cell & at) const {
    const auto found = std::find_if(scores.begin(), scores.end(), [&](const scored & s) { return s.at == at; });
    return found == scores.end() ? nullptr : &*found;
}

written_out_ttt::written_out_ttt(const gto_trainer & trainer, const gto_batch & batch)
    : draft_(trainer.draft), batch_(batch) {
    for (int32_t s = 0, offset = 0; s < batch.n_sequences; offset += batch.lengths[s], s++) offset_.push_back(offset);
    weights_.resize(T_COUNT);
    for (const parameter & p : draft_.parameters) weights_[p.id] = draft_.read(p.id);
    target_head_.resize((size_t) draft_.s.n_draft_vocab * draft_.s.d_target);
    draft_.device.read(target_head_.data(), trainer.target_head.data(), target_head_.size() * sizeof(float));
    embedding_.resize((size_t) draft_.s.n_vocab * draft_.s.d);
    if (gto_draft_get_embedding(&draft_, 0, (int64_t) embedding_.size(), embedding_.data()) != GTO_OK) {
        throw std::runtime_error(gto_last_error());
    }
}

written_out_ttt::row written_out_ttt::product(tensor_id id, const row & x) const {
    const parameter & p = draft_.parameters[id];
    row y(p.rows);
    for (int64_t i = 0; i < p.rows; i++) {
        for (int64_t k = 0; k < p.cols; k++) y[i] += (double) weights_[id][i * p.cols + k] * x[k];
    }
    const std::map<tensor_id, tensor_id> biases = {
        {T_FC, T_FC_BIAS}, {T_Q, T_Q_BIAS}, {T_K, T_K_BIAS}, {T_V, T_V_BIAS}, {T_O, T_O_BIAS}};
    const auto bias = biases.find(id);
    if (bias == biases.end() || weights_[bias->second].empty()) return y;
    for (int64_t i = 0; i < p.rows; i++) y[i] += weights_[bias->second][i];
    return y;
}

written_out_ttt::row written_out_ttt::rms(const row & x, tensor_id norm) const {
    double squares = 0;
    for (const double v : x) squares += v * v;
    row y(x.size());
    for (size_t i = 0; i < x.size(); i++) {
        y[i] = x[i] / std::sqrt(squares / x.size() + draft_.s.rms_eps) * weights_[norm][i];
    }
    return y;
}

void written_out_ttt::rotate(row & heads, int32_t position) const {
    const int32_t D = draft_.s.head_dim;
    for (size_t i = 0; i < heads.size(); i += 2) {
        double magnitude = 1;
        const double angle = position * frequency((int32_t) (i % D) / 2, magnitude), x = heads[i], y = heads[i + 1];
        heads[i] = magnitude * (x * std::cos(angle) - y * std::sin(angle));
        heads[i + 1] = magnitude * (x * std::sin(angle) + y * std::cos(angle));
    }
}

// As the papers write them: position interpolation, YaRN's mixture by turns within the context, Llama 3.1's by waves.
double written_out_ttt::frequency(int32_t pair, double & magnitude) const {
    const gto_rope_scaling & r = draft_.s.rope_scaling;
    const double base = draft_.s.rope_base, D = draft_.s.head_dim;
    const double plain = std::pow(base, -2.0 * pair / D), circle = 2 * M_PI;
    if (r.kind == GTO_ROPE_LINEAR) return plain / r.factor;
    if (r.kind == GTO_ROPE_YARN) {
        const auto pair_that_turns = [&](double times) {
            return D * std::log(r.original_context / (times * circle)) / (2 * std::log(base));
        };
        const double low = std::max(std::floor(pair_that_turns(r.beta_fast)), 0.0),
                     high = std::min(std::ceil(pair_that_turns(r.beta_slow)), D - 1),
                     ramp = std::clamp((pair - low) / std::max(high - low, 0.001), 0.0, 1.0);
        magnitude = (0.1 * std::log(r.factor) + 1) * r.attention_factor;
        return plain / r.factor * ramp + plain * (1 - ramp);
    }
    if (r.kind == GTO_ROPE_LLAMA3) {
        const double wave = circle / plain;
        if (wave < r.original_context / r.high_frequency_factor) return plain;
        if (wave > r.original_context / r.low_frequency_factor) return plain / r.factor;
        const double smooth =
            (r.original_context / wave - r.low_frequency_factor) / (r.high_frequency_factor - r.low_frequency_factor);
        return (1 - smooth) * plain / r.factor + smooth * plain;
    }
    return plain;
}

written_out_ttt::row written_out_ttt::fused(const std::vector<float> & taps) const {
    const row x(taps.begin(), taps.end());
    return product(T_FC, draft_.s.has(GTO_NET_NORM_BEFORE_FC) ? rms(x, T_FC_NORM) : x);
}

// concat(RMSNorm(embedding), RMSNorm(g))
written_out_ttt::row written_out_ttt::input(const row & g, int32_t token) const {
    const float * embedding = embedding_.data() + (int64_t) token * draft_.s.d;
    row c = rms(row(embedding, embedding + draft_.s.d), T_ATTN_NORM);
    const row b = rms(g, T_HIDDEN_NORM);
    c.insert(c.end(), b.begin(), b.end());
    return c;
}

written_out_ttt::keys written_out_ttt::key_of(const cell & at, const row & c) const {
    keys made = {at, product(T_K, c), product(T_V, c)};
    rotate(made.k, at.row + at.pass);
    return made;
}

written_out_ttt::output written_out_ttt::evaluate(const cell & at, const row & g, const row & c,
                                                  const std::vector<keys> & pool, const mask & may) const {
    const shape & s = draft_.s;
    const int32_t D = s.head_dim, group = s.n_head / s.n_head_kv;
    row q = product(T_Q, c), attended(s.q_cols());
    rotate(q, at.row + at.pass);
    for (int32_t head = 0; head < s.n_head; head++) {
        double sum = 0;
        row weighted(D);
        for (const keys & key : pool) {
            if (!may(at, key.at)) continue;
            const double *k = &key.k[head / group * D], *v = &key.v[head / group * D];
            double dot = 0;
            for (int32_t i = 0; i < D; i++) dot += q[head * D + i] * k[i];
            const double p = std::exp(dot / std::sqrt((double) D)); // scores are small here
            sum += p;
            for (int32_t i = 0; i < D; i++) weighted[i] += p * v[i];
        }
        for (int32_t i = 0; i < D; i++) attended[head * D + i] = weighted[i] / sum;
    }
    row h = product(T_O, attended);
    for (int32_t i = 0; i < s.d; i++) h[i] += s.has(GTO_NET_NORM_BEFORE_RESIDUAL) ? c[s.d + i] : g[i];
    const row n = rms(h, T_FFN_NORM), gate = product(T_GATE, n), up = product(T_UP, n);
    row silu(s.n_ff);
    for (int32_t i = 0; i < s.n_ff; i++) silu[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
    const row down = product(T_DOWN, silu);
    for (int32_t i = 0; i < s.d; i++) h[i] += down[i];
    const row y = rms(h, T_OUTPUT_NORM);
    row z = product(T_HEAD, y);
    const std::vector<int32_t> more = offered(at.sequence, at.row);
    for (size_t m = 0; m < more.size(); m++) {
        const row head = head_row(s.n_draft_vocab + (int64_t) m, more);
        const double bonus = continues_bigram(at, more[m]) ? draft_.context->bigram_bonus : 0;
        z.push_back(std::inner_product(y.begin(), y.end(), head.begin(), bonus - draft_.context->offset));
    }
    double sum = 0;
    for (const double v : z) sum += std::exp(v);
    for (double & v : z) v -= std::log(sum);
    return {h, z};
}

std::vector<int32_t> written_out_ttt::offered(int32_t sequence, int32_t row) const {
    std::vector<int32_t> tokens;
    if (!draft_.context) return tokens;
    const int32_t * text = batch_.tokens + offset_[sequence];
    for (int32_t i = 1; i <= row + 1; i++) {
        const bool is_known = std::count(tokens.begin(), tokens.end(), text[i]) > 0;
        if (draft_.t2d[text[i]] < 0 && !is_known) tokens.push_back(text[i]);
    }
    return tokens;
}

bool written_out_ttt::continues_bigram(const cell & at, int32_t token) const {
    const int32_t * text = batch_.tokens + offset_[at.sequence];
    for (int32_t i = 2; i <= at.row + 1; i++) {
        if (text[i - 1] == text[at.row + 1 + at.pass] && text[i] == token) return true;
    }
    return false;
}

int32_t written_out_ttt::column(int32_t token, const std::vector<int32_t> & offered) const {
    if (token < 0) return -1;
    if (draft_.t2d[token] >= 0) return draft_.t2d[token];
    const auto at = std::find(offered.begin(), offered.end(), token);
    return at == offered.end() ? -1 : draft_.s.n_draft_vocab + (int32_t) (at - offered.begin());
}

written_out_ttt::row written_out_ttt::head_row(int64_t column, const std::vector<int32_t> & offered) const {
    const size_t d = (size_t) draft_.s.d_target;
    if (column < draft_.s.n_draft_vocab) {
        const float * own = target_head_.data() + (size_t) column * d;
        return row(own, own + d);
    }
    std::vector<float> values(d);
    draft_.head_of_target->load(offered[(size_t) (column - draft_.s.n_draft_vocab)], values.data());
    return row(values.begin(), values.end());
}

written_out_result::scored written_out_ttt::score(const cell & at, const row & log_q, int64_t & rank,
                                                  bool & near) const {
    const int32_t i = at.row + 1 + at.pass; // its next token is predicted
    const std::vector<int32_t> more = offered(at.sequence, at.row);
    const int32_t label = column(token(at, i + 1), more), argmax = batch_.argmax[offset_[at.sequence] + i];
    // nothing new stands between the root and what is predicted
    const bool in_reach = more.size() == offered(at.sequence, i - 1).size();
    written_out_result::scored made = {
        at, column(argmax, more) >= 0 && in_reach, std::numeric_limits<double>::quiet_NaN(), 0, false, false};
    made.correct = column(argmax, more) == std::max_element(log_q.begin(), log_q.end()) - log_q.begin();
    rank = (int64_t) log_q.size();
    near = false;
    if (label >= 0) {
        made.log_prob = log_q[label];
        const auto above = [&](double slack) {
            return std::count_if(log_q.begin(), log_q.end(), [&](double v) { return v > made.log_prob + slack; });
        };
        rank = above(0);
        const int32_t top = batch_.keep_top_k > 0 ? batch_.keep_top_k : 10;
        near = (above(-1e-4) - 1 >= top) != (above(1e-4) >= top);
        made.kept = rank < top;
        made.missed = rank > 0;
        made.near_miss = (above(-1e-4) - 1 > 0) != (above(1e-4) > 0);
    }
    if (made.in_loss) {
        std::vector<float> values(draft_.s.d_target);
        const gto_features & features = *batch_.features[at.sequence];
        features.read(i, features.taps_width(), draft_.s.d_target, values.data());
        row p(log_q.size());
        double sum = 0;
        for (size_t v = 0; v < p.size(); v++) {
            const row head = head_row((int64_t) v, more);
            sum += p[v] = std::exp(std::inner_product(head.begin(), head.end(), values.begin(), 0.0));
        }
        const double hard = label < 0 ? 0 : batch_.hard_label_share;
        for (size_t v = 0; v < p.size(); v++) made.loss -= (1 - hard) * p[v] / sum * log_q[v];
        if (hard > 0) made.loss -= hard * log_q[label];
    }
    return made;
}

written_out_result written_out_ttt::run(const mask & may, const judge & stays) const {
    struct chain {
        cell at;
        row g, c;
        double weight;
    };
    written_out_result result;
    std::vector<keys> pool;
    std::vector<chain> chains;
    for (int32_t s = 0; s < batch_.n_sequences; s++) {
        for (int32_t t = 0; t + 1 < batch_.lengths[s]; t++) {
            const cell at = {s, t, 0};
            std::vector<float> taps(draft_.s.features());
            batch_.features[s]->read(t, 0, (int32_t) taps.size(), taps.data());
            const row g = fused(taps), c = input(g, token(at, t + 1));
            pool.push_back(key_of(at, c));
            if (in_response(s, t + 2)) chains.push_back({at, g, c, batch_.token_weight});
        }
    }
    for (int32_t pass = 0; pass < batch_.n_passes && !chains.empty(); pass++) {
        std::vector<chain> next;
        for (const chain & one : chains) {
            const output out = evaluate(one.at, one.g, one.c, pool, may);
            int64_t rank;
            bool near;
            result.scores.push_back(score(one.at, out.log_q, rank, near));
            written_out_result::scored & scored = result.scores.back();
            scored.weight = scored.in_loss ? one.weight : 0;
            const double after = one.weight * batch_.step_decay * (scored.missed ? batch_.miss_decay : 1);
            const cell child = {one.at.sequence, one.at.row, pass + 1};
            if (pass + 1 == batch_.n_passes || !in_response(child.sequence, child.row + 2 + child.pass)) continue;
            const float * policy =
                batch_.policy_weight
                    ? batch_.policy_weight + (int64_t) (offset_[child.sequence] + child.row) * batch_.n_passes
                    : nullptr;
            const bool leaves =
                batch_.keep_top_k > 0 && rank >= batch_.keep_top_k && !(policy && policy[child.pass] != 0);
            if (near && batch_.keep_top_k > 0 && !(policy && policy[child.pass] != 0) ? stays(child) : !leaves) {
                next.push_back({child, out.h, input(out.h, token(child, child.row + 1 + child.pass)), after});
            }
        }
        for (const chain & one : next) pool.push_back(key_of(one.at, one.c));
        chains = std::move(next);
    }
    for (const keys & key : pool) result.cells.push_back(key.at);
    return result;
}

} // namespace gto_test
