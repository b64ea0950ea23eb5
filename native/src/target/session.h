// What stands behind gto_session: a context, and the rows of its last decode.
#pragma once

#include "target/context.h"
#include "target/drawn_children.h"
#include "target/feature_reader.h"
#include "target/features.h"
#include "target/sampler.h"
#include "target/target.h"

#include "gto4j/session.h"

namespace gto {

// Rows to decode; seqs of row i are seqs[seq_begin[i] .. seq_begin[i+1]).
struct rows {
    int32_t n = 0;
    const int32_t * tokens = nullptr;
    const int32_t * positions = nullptr;
    const int32_t * seq_begin = nullptr;
    const int32_t * seqs = nullptr;
    const int8_t * output = nullptr;
};

} // namespace gto

struct gto_session : gto::counted {
    gto_target * target = nullptr;
    int32_t n_seq_max = 0, n_batch = 0;
    bool many_texts = false;                 // separate cells for each sequence
    bool taps = false, hidden = false;       // what the reader reads
    std::unique_ptr<gto::kept_outputs> kept; // what passes leave on an accelerated device; null: nothing
    std::unique_ptr<gto::feature_reader> reader;
    gto::context_ptr context{nullptr, llama_free};

    mutable gto_session_times times = {};
    mutable bool not_finite = false; // logits were NaN or infinite: so may be keys and values

    // Rank among the outputs of each row of the last decode, -1 = no output. Empty after a decode that failed.
    std::vector<int32_t> outputs;
    // Message of each request of the last verification, empty if it didn't fail.
    std::vector<std::string> verify_errors;

    llama_memory_t memory() const { return llama_get_memory(context.get()); }
    // Positions 0..end-1 are held; 0 if the sequence is unused.
    int32_t end_of(int32_t seq) const { return llama_memory_seq_pos_max(memory(), seq) + 1; }
    // All of it where a recurrent target's state can't go back.
    void remove_from(int32_t seq, int32_t position) const {
        if (!llama_memory_seq_rm(memory(), seq, position, -1)) llama_memory_seq_rm(memory(), seq, 0, -1);
    }

    void require_sequence(const char * what, int32_t seq) const {
        if (seq < 0 || seq >= n_seq_max) {
            gto::fail(GTO_E_ARGUMENT, "%s: expected a sequence of 0..%d, found %d", what, n_seq_max - 1, seq);
        }
    }

    // One target pass over checked rows. Fails with GTO_E_CONTEXT (nothing changed), GTO_E_ARGUMENT (libllama refuses
    // the batch) or GTO_E_INTERNAL.
    void decode(const gto::rows & rows);

    // Rank of a row among those with output. Fails with GTO_E_ARGUMENT if it has none.
    int32_t rank_of(int32_t row) const;
    // Logits of a row with output, n_vocab floats on the host; valid until the next call.
    const float * logits(int32_t row) const;
    // Fails with GTO_E_NUMERIC if the row's logits are not a distribution.
    int32_t draw(int32_t row, gto_sampler & sampler) const;
    // The same where a drawn child stands: draw `draw` of `drawn`.
    int32_t draw(int32_t row, gto_sampler & sampler, gto_drawn_children & drawn, int32_t draw) const;
    int32_t argmax(int32_t row) const;

    // Fails with GTO_E_ARGUMENT if rows of this session don't fit into `features`.
    void require_fit(const gto_features & features) const;
    void capture(const std::vector<int32_t> & rows, gto_features & features) const;
};
