// Reading the rows of the last decode.
#include "kernel/clones.h"
#include "target/logit_kernels.h"
#include "target/session.h"

#include <algorithm>
#include <cmath>

using namespace gto;

int32_t gto_session::rank_of(int32_t row) const {
    const int32_t n = (int32_t) outputs.size();
    if (row < 0 || row >= n) fail(GTO_E_ARGUMENT, "row: expected 0..%d of the last decode, found %d", n - 1, row);
    if (outputs[row] < 0) fail(GTO_E_ARGUMENT, "row %d was decoded without output", row);
    return outputs[row];
}

const float * gto_session::logits(int32_t row) const {
    const int32_t rank = rank_of(row);
    if (kept) return kept->logits_here(rank);
    const float * values = llama_get_logits_ith(context.get(), row);
    if (!values) fail(GTO_E_INTERNAL, "libllama has no logits of row %d", row);
    return values;
}

GTO_CLONES static void run_on_host(const greatest_rows & kernel, int32_t row) { kernel.run(host_group{}, row); }
GTO_CLONES static void run_on_host(const probability_rows & kernel, int32_t i) { kernel.run(host_group{}, i); }

void greatest_rows::operator()(host_group, int32_t row) const { run_on_host(*this, row); }
void probability_rows::operator()(host_group, int32_t i) const { run_on_host(*this, i); }

static void require_finite(const gto_session & session, int32_t row, bool is_finite) {
    if (is_finite) return;
    session.not_finite = true;
    fail(GTO_E_NUMERIC, "the target's logits of row %d are not finite", row);
}

int32_t gto_session::argmax(int32_t row) const {
    int32_t token;
    if (kept) {
        token = kept->greatest(rank_of(row));
    } else {
        greatest_rows{logits(row), target->info.n_vocab, &token}(host_group{}, 0);
    }
    require_finite(*this, row, token >= 0);
    return token;
}

int32_t gto_session::draw(int32_t row, gto_sampler & sampler) const {
    const stopwatch drawing(times.draw);
    const int32_t most_probable = argmax(row); // checks, too: libllama draws from NaN without a word
    return sampler.is_argmax ? most_probable : sampler.draw(logits(row), most_probable);
}

int32_t gto_session::draw(int32_t row, gto_sampler & sampler, gto_drawn_children & drawn, int32_t draw) const {
    const stopwatch drawing(times.draw);
    const int32_t most_probable = argmax(row); // checks, too
    if (sampler.is_argmax) return most_probable;
    if (sampler.whole) {
        return drawn.decide(draw, sampler.whole->weights(logits(row), sampler.n_vocab, most_probable));
    }
    const int32_t token = drawn.decide(draw, sampler.distribution(logits(row), most_probable));
    sampler.take(token);
    return token;
}

void gto_session::require_fit(const gto_features & features) const {
    if (!taps) fail(GTO_E_ARGUMENT, "the session was opened without taps: it has no features");
    if (features.n_taps != n_taps) {
        fail(GTO_E_ARGUMENT, "features: expected %d taps, found %d", n_taps, features.n_taps);
    }
    if (features.n_embd != target->info.n_embd) {
        fail(GTO_E_ARGUMENT, "features: expected hidden size %d, found %d", target->info.n_embd, features.n_embd);
    }
    if (features.with_hidden && !hidden) {
        fail(GTO_E_ARGUMENT, "features hold the hidden state, the session was opened without it");
    }
}

void gto_session::capture(const std::vector<int32_t> & rows, gto_features & features) const {
    const stopwatch copying(times.features);
    std::vector<int32_t> ranks;
    for (int32_t row : rows) ranks.push_back(outputs[row]);
    reader->capture(rows, ranks, features);
}

static void require_rows(const gto_session * session, int32_t n, const int32_t * rows) {
    require(session != nullptr, "session is null");
    if (n < 0) fail(GTO_E_ARGUMENT, "n: expected at least 0, found %d", n);
    require(n == 0 || rows != nullptr, "rows is null");
}

gto_status gto_session_sample(gto_session * session, int32_t n, const int32_t * rows, gto_sampler * const * samplers,
                              int32_t * tokens) {
    return guard([&] {
        require_rows(session, n, rows);
        const stopwatch call(session->times.calls);
        require(n == 0 || (samplers && tokens), "samplers or tokens is null");
        for (int32_t i = 0; i < n; i++) {
            session->rank_of(rows[i]);
            if (!samplers[i]) fail(GTO_E_ARGUMENT, "samplers[%d] is null", i);
            if (samplers[i]->n_vocab != session->target->info.n_vocab) {
                fail(GTO_E_ARGUMENT, "samplers[%d]: expected a vocabulary of %d, found %d", i,
                     session->target->info.n_vocab, samplers[i]->n_vocab);
            }
        }
        for (int32_t i = 0; i < n; i++) tokens[i] = session->draw(rows[i], *samplers[i]);
    });
}

gto_status gto_session_argmax(gto_session * session, int32_t n, const int32_t * rows, int32_t * tokens) {
    return guard([&] {
        require_rows(session, n, rows);
        require(n == 0 || tokens != nullptr, "tokens is null");
        for (int32_t i = 0; i < n; i++) tokens[i] = session->argmax(rows[i]);
    });
}

gto_status gto_session_logits(gto_session * session, int32_t row, float * logits) {
    return guard([&] {
        require(session != nullptr, "session is null");
        require(logits != nullptr, "logits is null");
        const float * values = session->logits(row);
        std::copy(values, values + session->target->info.n_vocab, logits);
    });
}

gto_status gto_session_capture(gto_session * session, int32_t n, const int32_t * rows, gto_features * features) {
    return guard([&] {
        require_rows(session, n, rows);
        require(features != nullptr, "features is null");
        session->require_fit(*features);
        const int32_t held = (int32_t) session->outputs.size();
        for (int32_t i = 0; i < n; i++) {
            if (rows[i] < 0 || rows[i] >= held) {
                fail(GTO_E_ARGUMENT, "rows[%d]: expected 0..%d of the last decode, found %d", i, held - 1, rows[i]);
            }
        }
        const gto_features::whole_append whole(features);
        session->capture({rows, rows + n}, *features);
    });
}

gto_status gto_session_probabilities(gto_session * session, int32_t n, const int32_t * rows, const int32_t * tokens,
                                     float temperature, float * p) {
    return guard([&] {
        require_rows(session, n, rows);
        require(n == 0 || (tokens && p), "tokens or p is null");
        if (!(temperature >= 0) || !std::isfinite(temperature)) {
            fail(GTO_E_ARGUMENT, "temperature: expected at least 0, found %g", temperature);
        }
        // Items of one row beside each other: begin[g] .. begin[g + 1].
        std::vector<int32_t> ranks, begin;
        for (int32_t i = 0; i < n; i++) {
            require_token(*session->target, "tokens", i, tokens[i]);
            if (i > 0 && rows[i] == rows[i - 1]) continue;
            ranks.push_back(session->rank_of(rows[i]));
            begin.push_back(i);
        }
        begin.push_back(n);
        if (session->kept) {
            session->kept->probabilities(ranks, begin, tokens, temperature, p);
        } else {
            constexpr int32_t itself = 0;
            for (size_t g = 0; g < ranks.size(); g++) {
                probability_rows{session->logits(rows[begin[g]]),
                                 session->target->info.n_vocab,
                                 &itself,
                                 &begin[g],
                                 tokens,
                                 p,
                                 temperature}(host_group{}, 0);
            }
        }
        for (size_t g = 0; g < ranks.size(); g++) require_finite(*session, rows[begin[g]], p[begin[g]] == p[begin[g]]);
    });
}
