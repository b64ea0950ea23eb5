#include "target/session.h"

#include "common/last_net.h"
#include "common/range.h"

#include <algorithm>
#include <numeric>

using namespace gto;

namespace {

const char batch_rule[] = "rows of a sequence must be consecutive, from the end of what it holds on; sequences that "
                          "share a row must share their past";

// With separate cells libllama deals rows out by sequence; only these batches keep their order.
void check_many_texts(const rows & r) {
    for (int32_t i = 0; i < r.n; i++) {
        if (r.seq_begin[i + 1] - r.seq_begin[i] != 1) {
            fail(GTO_E_ARGUMENT, "row %d: a session of many texts takes one sequence a row", i);
        }
    }
    const bool one_text = r.seqs[0] == r.seqs[r.n - 1];
    for (int32_t i = 1; i < r.n; i++) {
        if (one_text ? r.seqs[i] != r.seqs[0] : r.seqs[i] <= r.seqs[i - 1]) {
            fail(GTO_E_ARGUMENT,
                 "row %d: a session of many texts takes rows of one sequence, or one row each of ascending sequences",
                 i);
        }
    }
}

void check(const gto_session & s, const rows & r) {
    if (r.n < 1 || r.n > s.n_batch) fail(GTO_E_ARGUMENT, "n: expected 1..%d (n_batch) rows, found %d", s.n_batch, r.n);
    require(r.tokens && r.positions && r.seq_begin && r.seqs && r.output,
            "tokens, positions, seq_begin, seqs or output is null");
    if (r.seq_begin[0] != 0) fail(GTO_E_ARGUMENT, "seq_begin[0]: expected 0, found %d", r.seq_begin[0]);
    std::vector<int32_t> last(s.n_seq_max, -1); // position of a sequence's last row so far
    for (int32_t i = 0; i < r.n; i++) {
        require_token(*s.target, "tokens", i, r.tokens[i]);
        const int32_t position = r.positions[i];
        if (position < 0 || position >= s.target->max_positions) {
            fail(GTO_E_ARGUMENT, "positions[%d]: expected 0..%d, found %d", i, s.target->max_positions - 1, position);
        }
        if (r.seq_begin[i + 1] <= r.seq_begin[i]) fail(GTO_E_ARGUMENT, "row %d belongs to no sequence", i);
        if (r.seq_begin[i + 1] - r.seq_begin[i] > s.n_seq_max) {
            fail(GTO_E_ARGUMENT, "row %d: expected at most %d sequences, found %d", i, s.n_seq_max,
                 r.seq_begin[i + 1] - r.seq_begin[i]);
        }
        for (int32_t j = r.seq_begin[i]; j < r.seq_begin[i + 1]; j++) {
            const int32_t seq = r.seqs[j];
            if (seq < 0 || seq >= s.n_seq_max) {
                fail(GTO_E_ARGUMENT, "row %d: expected a sequence of 0..%d, found %d", i, s.n_seq_max - 1, seq);
            }
            const int32_t next = last[seq] >= 0 ? last[seq] + 1 : s.end_of(seq);
            // An unused sequence may start anywhere; equal positions are for libllama to judge.
            if (position != next && position != last[seq] && !(next == 0 && last[seq] < 0)) {
                fail(GTO_E_ARGUMENT, "positions[%d]: expected %d for sequence %d, found %d (%s)", i, next, seq,
                     position, batch_rule);
            }
            last[seq] = position;
        }
    }
    if (s.many_texts) check_many_texts(r);
}

int32_t decode_and_wait(llama_context * context, const llama_batch & batch) {
    const int32_t status = llama_decode(context, batch);
    llama_synchronize(context);
    return status;
}

// A driver's error ends in an assertion of ggml. Its backend computes on this thread, so that an exception may end the
// pass; the CPU's has other threads, which would wait for ever. `reported`: what was said of a failure.
int32_t decode_on(gto_device & device, const gto_session & s, const llama_batch & batch, std::string & reported) {
    device.require_usable();
    if (device.is_cpu()) return decode_and_wait(s.context.get(), batch);
    last_net net(s.target->path);
    try {
        const int32_t status = decode_and_wait(s.context.get(), batch);
        reported = net.reported();
        return status;
    } catch (const error & e) {
        reported = net.reported();
        device.lose((reported.empty() ? "" : reported + "; ") + std::string(e.what()));
    }
    device.require_usable();
    return -1;
}

} // namespace

void gto_session::decode(const rows & r) {
    outputs.clear();
    std::vector<int32_t> n_seqs(r.n);
    std::vector<llama_seq_id *> seqs(r.n);
    int32_t n_outputs = 0;
    for (int32_t i = 0; i < r.n; i++) {
        n_seqs[i] = r.seq_begin[i + 1] - r.seq_begin[i];
        seqs[i] = const_cast<llama_seq_id *>(r.seqs + r.seq_begin[i]);
        n_outputs += r.output[i] != 0;
    }
    llama_batch batch = {};
    batch.n_tokens = r.n;
    batch.token = const_cast<llama_token *>(r.tokens);
    batch.pos = const_cast<llama_pos *>(r.positions);
    batch.n_seq_id = n_seqs.data();
    batch.seq_id = seqs.data();
    batch.logits = const_cast<int8_t *>(r.output);

    int32_t status;
    std::string reported;
    {
        const auto lock = target->device->lock(times.waited);
        if (kept) kept->begin(n_outputs);
        if (reader) reader->begin(r.n, n_outputs);
        const stopwatch pass(times.decode);
        status = decode_on(*target->device, *this, batch, reported);
    }
    const int64_t copied = reader ? reader->copied() : 0;
    times.decode -= copied;
    times.features += copied;
    if (status == 1) {
        fail(GTO_E_CONTEXT, "no free cell for %d rows: the session holds %u", r.n, llama_n_ctx(context.get()));
    }
    if (status == -1) fail(GTO_E_ARGUMENT, "libllama refuses the batch: %s", batch_rule);
    if (status != 0) {
        constexpr int32_t no_memory = -2;
        fail(status == no_memory ? GTO_E_MEMORY : GTO_E_INTERNAL, "device %s failed to compute %d rows (%d)%s%s",
             target->device->name.c_str(), r.n, status, reported.empty() ? "" : ": ", reported.c_str());
    }
    if (reader) reader->end();
    outputs.assign(r.n, -1);
    for (int32_t i = 0, rank = 0; i < r.n; i++) {
        if (r.output[i]) outputs[i] = rank++;
    }
}

// Drops what a decode that failed has left of its rows.
static void forget(gto_session & s, const rows & r) {
    s.outputs.clear();
    std::vector<bool> seen(s.n_seq_max, false);
    for (int32_t i = 0; i < r.n; i++) {
        for (int32_t j = r.seq_begin[i]; j < r.seq_begin[i + 1]; j++) {
            if (!seen[r.seqs[j]]) s.remove_from(r.seqs[j], r.positions[i]);
            seen[r.seqs[j]] = true;
        }
    }
}

gto_status gto_session_decode(gto_session * session, int32_t n, const int32_t * tokens, const int32_t * positions,
                              const int32_t * seq_begin, const int32_t * seqs, const int8_t * output) {
    return guard([&] {
        require(session != nullptr, "session is null");
        const stopwatch call(session->times.calls);
        const rows r = {n, tokens, positions, seq_begin, seqs, output};
        check(*session, r);
        try {
            session->decode(r);
        } catch (...) {
            forget(*session, r);
            throw;
        }
    });
}

namespace {

struct consecutive {
    consecutive(int32_t seq, int32_t first, int32_t n, int32_t output_from)
        : positions(n), begins(n + 1), seqs(n, seq), output(n) {
        for (int32_t i = 0; i < n; i++) {
            positions[i] = first + i;
            begins[i + 1] = i + 1;
            output[i] = i >= output_from;
        }
    }
    std::vector<int32_t> positions, begins, seqs;
    std::vector<int8_t> output;
};

void prefill(gto_session & s, int32_t seq, int32_t position, int32_t n, const int32_t * tokens, int32_t output_from,
             gto_features * capture, int32_t * argmax) {
    for (int32_t done = 0; done < n;) {
        const int32_t part = std::min(n - done, s.n_batch);
        const consecutive c(seq, position + done, part, output_from - done);
        s.decode({part, tokens + done, c.positions.data(), c.begins.data(), c.seqs.data(), c.output.data()});
        if (capture) {
            std::vector<int32_t> all(part);
            std::iota(all.begin(), all.end(), 0);
            s.capture(all, *capture);
        }
        for (int32_t i = 0; argmax && i < part; i++) argmax[done + i] = c.output[i] ? s.argmax(i) : -1;
        done += part;
    }
}

} // namespace

gto_status gto_session_prefill(gto_session * session, int32_t seq, int32_t position, int32_t n, const int32_t * tokens,
                               int32_t output_from, gto_features * capture, int32_t * argmax) {
    return guard([&] {
        require(session != nullptr, "session is null");
        const stopwatch call(session->times.calls);
        session->require_sequence("seq", seq);
        require_at_least("n", n, 1);
        require(tokens != nullptr, "tokens is null");
        require_within("output_from", output_from, 0, n);
        if (position != session->end_of(seq)) {
            fail(GTO_E_ARGUMENT, "position: expected %d, the end of sequence %d, found %d", session->end_of(seq), seq,
                 position);
        }
        if (n > session->target->max_positions - position) {
            fail(GTO_E_CONTEXT, "%d tokens from position %d on: the model has %d positions", n, position,
                 session->target->max_positions);
        }
        const int64_t n_ctx = llama_n_ctx(session->context.get());
        if (n > n_ctx) fail(GTO_E_CONTEXT, "%d tokens: the session holds %lld", n, (long long) n_ctx);
        for (int32_t i = 0; i < n; i++) require_token(*session->target, "tokens", i, tokens[i]);
        if (capture) session->require_fit(*capture);
        const gto_features::whole_append whole(capture);
        try {
            prefill(*session, seq, position, n, tokens, output_from, capture, argmax);
        } catch (...) {
            session->outputs.clear();
            session->remove_from(seq, position);
            throw;
        }
    });
}
