// Forward and backward of a ttt_plan: the EAGLE-3 training-time test with the policy term.
#pragma once

#include "draft/forward.h"
#include "draft/ttt_memory.h"
#include "draft/ttt_plan.h"
#include "loss/row_result.h"
#include "target/target.h"

namespace gto {

class ttt {
  public:
    // target_head: the target's head rows of the draft vocabulary [n_draft_vocab x d]; logit_steps: what follows its
    // product.
    ttt(gto_draft & draft, matrix target_head, std::vector<logit_step> logit_steps, int32_t chunk_rows,
        const products & how);

    // Adds the gradient to `gradient` (n_params floats; null = forward only). log_probs, if not null, receives
    // [roots][n_passes] log M of the predicted tokens (-inf where a row had left or the token is outside the draft
    // vocabulary); of trees, log M of plan.labels.
    void run(const ttt_plan & plan, float * gradient, gto_batch_result & result, std::vector<float> * log_probs);

    // Bytes allocated now.
    size_t activation_bytes() const { return memory_.bytes() + net_.products.bytes(); }
    size_t packed_bytes() const { return q_.packed_bytes(); }

  private:
    void reserve(const ttt_plan & plan, bool backward);
    void load_trunk(const ttt_plan & plan);
    void load_offered(const ttt_plan & plan);
    int32_t token_of(const ttt_plan & plan, int32_t column) const;
    float token_weight(const ttt_plan & plan, int32_t root, int32_t step) const;
    void target_distributions(const ttt_plan & plan);
    void forward(const ttt_plan & plan, float * gradient, gto_batch_result & result, std::vector<float> * log_probs);
    void forward_text(const ttt_plan & plan, int32_t step, float * gradient, gto_batch_result & result,
                      std::vector<float> * log_probs);
    void forward_trees(const ttt_plan & plan, int32_t step, float * gradient, gto_batch_result & result,
                       std::vector<float> * log_probs);
    template <class F> void score(const ttt_plan & plan, int32_t step, float * gradient, F && record_loss);
    void score(const ttt_plan & plan, int32_t step, float * gradient, std::vector<loss_row> & rows);
    void next_pass(const ttt_plan & plan, int32_t step, const std::vector<loss_row> & rows);
    void backward(float * gradient);
    void record_pass_backward(int32_t step, float * gradient);
    void record_input_backward(int32_t step, float * gradient);
    void record_weight_gradients(float * gradient);
    void record_fusion_norm_backward(float * gradient);
    void record_bias_gradient(float * gradient, tensor_id id, const matrix & d_y);
    matrix gradient_of(float * gradient, tensor_id id) const;
    // Gradient of a norm's weights, of rows x and d_y whose 1 / rms(x) stand in inverse_.
    void record_norm_gradient(float * gradient, tensor_id id, const matrix & x, const matrix & d_y);
    void record_attention_backward(int32_t step, const matrix & o, const matrix & lse, const matrix & d_o);

    gto_draft & draft_;
    net net_;
    const shape & s_;
    queue q_;
    const matrix target_head_;
    const std::vector<logit_step> logit_steps_;
    const int32_t chunk_rows_;
    const int32_t nth_; // threads that sum up the trunk's gradient, each for itself; 0 on an accelerated device
    const product_memory products_;
    arena memory_;

    activations a_;
    matrix features_;                    // trunk: scaled taps
    matrix normed_, d_normed_;           // of nets with a norm before fc: what fc takes
    matrix hidden_, distribution_;       // target's hidden states and softmax over what the draft can propose
    matrix offered_;                     // the target's head rows of plan.offered_token
    matrix logits_;                      // one chunk
    matrix d_qkv_, d_g_, d_c_;           // pool rows
    matrix d_y_, d_h_, d_u_, d_gate_up_; // output rows
    matrix d_s_, d_n_, d_o_;             // scratch of one TTT pass
    matrix trunk_sums_;                  // [nth x trunk][2 kv_cols]
    matrix inverse_;                     // 1 / rms of the rows whose norm's gradient is made

    std::vector<pass> passes_;
    std::vector<std::vector<int32_t>> roots_; // per TTT pass and output row: root
    // per TTT pass, and by output rows their pool rows in the next one: the first each, then the second, ..; -1 none
    std::vector<std::vector<std::vector<int32_t>>> children_;
    std::vector<std::vector<int32_t>> output_; // per TTT pass and pool row: its output row in the pass, or -1
    std::vector<float> miss_factor_;           // per root: miss_decay^(misses of its passes so far)
};

} // namespace gto
