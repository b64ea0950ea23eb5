// The training-time test in double precision, cell by cell, with what each cell may attend to written out: the oracle
// of the trainer's masks.
#pragma once

#include "draft/trainer.h"

#include <functional>
#include <vector>

namespace gto_test {

// A pass of a row of a sequence. Trunk rows are the cells of pass 0.
struct cell {
    int32_t sequence, row, pass;
    bool operator==(const cell & other) const {
        return sequence == other.sequence && row == other.row && pass == other.pass;
    }
};

// The mask of gto4j/trainer.h: trunk rows up to its own, and its own passes 1..pass.
inline bool may_attend(const cell & query, const cell & key) {
    if (query.sequence != key.sequence) return false;
    return key.pass == 0 ? key.row <= query.row : key.row == query.row && key.pass <= query.pass;
}

struct written_out_result {
    struct scored {
        cell at;
        bool in_loss;
        double log_prob; // of the token to predict; NaN if the row can't propose it
        double loss;     // cross-entropy against soft and hard labels; 0 if not in the loss
        bool correct, kept;
        bool missed = true;     // another token has a greater logit, or the row can't propose this one
        bool near_miss = false; // the logit and the greatest of the others are too near to call
        double weight = 0;      // of the token loss, but for what it is averaged over
    };
    std::vector<cell> cells;    // all that have keys, in the order of passes
    std::vector<scored> scores; // those that predict a token of the response
    const scored * find(const cell & at) const;
};

class written_out_ttt {
  public:
    using mask = std::function<bool(const cell & query, const cell & key)>;
    // Whether a cell is evaluated, asked where ranks are too near to call.
    using judge = std::function<bool(const cell & next)>;

    written_out_ttt(const gto_trainer & trainer, const gto_batch & batch);
    written_out_result run(const mask & may, const judge & stays) const;

  private:
    using row = std::vector<double>;
    struct keys {
        cell at;
        row k, v;
    };
    struct output {
        row h, log_q;
    };

    row product(gto::tensor_id id, const row & x) const;
    row rms(const row & x, gto::tensor_id norm) const;
    void rotate(row & heads, int32_t position) const;
    double frequency(int32_t pair, double & magnitude) const;
    row fused(const std::vector<float> & taps) const;
    row input(const row & g, int32_t token) const;
    keys key_of(const cell & at, const row & c) const;
    output evaluate(const cell & at, const row & g, const row & c, const std::vector<keys> & pool,
                    const mask & may) const;
    // What a row can propose beside the draft vocabulary: tokens of the text up to the one that it takes, in its order.
    // Whether the text up to the cell's trunk row has the token behind the one that the cell takes.
    bool continues_bigram(const cell & at, int32_t token) const;
    std::vector<int32_t> offered(int32_t sequence, int32_t row) const;
    // Where a token's logit stands among a row's; -1: the row can't propose it.
    int32_t column(int32_t token, const std::vector<int32_t> & offered) const;
    // Of the target's head, of the token of such a column.
    row head_row(int64_t column, const std::vector<int32_t> & offered) const;
    written_out_result::scored score(const cell & at, const row & log_q, int64_t & rank, bool & near) const;
    int32_t token(const cell & at, int32_t i) const { return batch_.tokens[offset_[at.sequence] + i]; }
    bool in_response(int32_t sequence, int32_t i) const {
        return i < batch_.lengths[sequence] && batch_.loss_mask[offset_[sequence] + i];
    }

    const gto_draft & draft_;
    const gto_batch & batch_;
    std::vector<int32_t> offset_;
    std::vector<std::vector<float>> weights_;    // by tensor
    std::vector<float> embedding_, target_head_; // [n_vocab x d], [n_draft_vocab x d]
};

} // namespace gto_test
