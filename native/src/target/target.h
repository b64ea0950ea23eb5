// What stands behind gto_target.
#pragma once

#include "common/status.h"
#include "device/device.h"
#include "grammar/token_pieces.h"
#include "gto4j/target.h"
#include "target/chat_templates.h"
#include "target/special_tokens.h"

#include "llama.h"

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace gto {

constexpr int n_taps = 3;

// What an architecture does to the head's product: x -> scale * x + bias, or tanh(x); a soft cap is three of them.
struct logit_step {
    bool tanh;
    float scale, bias;
};

// Names of the graph tensors that hold the features.
struct tap_names {
    std::vector<std::string> block_inputs; // one a block, empty if this architecture's can't be read
    bool layer_inputs = false;             // libllama hands the same block inputs out itself
    std::string hidden;                    // input of the head, empty if it can't be read
    bool hidden_kept = false;              // no other tensor gets its memory before the next pass
    std::vector<logit_step> logit_steps;   // from head * hidden to the logits
};

// Where a target's weights lie.
enum class placement {
    device, // where its device has them
    ggml,   // in ggml's CPU backend, though the device has kernels of ours
    mapped, // there, and none is packed
};

// Why a recurrent target takes no trees and no draft.
constexpr char no_branches[] = "a recurrent model's past can't branch into trees or lose its end: it decodes plainly, "
                               "and a draft is of no use to it";

} // namespace gto

struct gto_target : gto::counted {
    gto_device * device = nullptr;
    gto_target_options options = gto_target_options_default();
    gto::placement place = gto::placement::device;
    std::string fallback; // why it isn't the device; empty if it is
    gto_target_loading loading = {};
    std::string path, architecture, description;
    std::optional<std::string> chat_template;
    gto_target_info info = {};
    int32_t max_positions = INT32_MAX; // learned position embeddings end somewhere
    gto::tap_names taps;
    std::unique_ptr<llama_model, void (*)(llama_model *)> model{nullptr, llama_model_free};
    const llama_vocab * vocab = nullptr;
    int64_t cell_bytes = 0;                      // of a cell of keys and values in F16
    int64_t device_cell_bytes = 0;               // of them, in the memory of a device that isn't the CPU
    std::optional<gto::special_tokens> specials; // of the vocabulary
    mutable gto::chat_templates templates;       // that conversations were rendered with
    mutable std::once_flag pieces_made;          // by the first grammar
    mutable std::shared_ptr<const gto::token_pieces> pieces;

    // Whether the device's own kernels compute it, not ggml's CPU backend.
    bool uses_kernels() const { return device->kernels && place == gto::placement::device; }
};

// The device that the target was opened on.
inline gto_device * gto_target_device(const gto_target * target) { return target->device; }

namespace gto {

// How a target is loaded by its placement. The target outlives the parameters.
llama_model_params model_params(const gto_target & target);

// Fails with GTO_E_FORMAT if the target has no use for a draft.
inline void require_branches(const gto_target & target) {
    if (target.info.recurrent) fail(GTO_E_FORMAT, "%s: %s", target.path.c_str(), no_branches);
}

// Fails with GTO_E_ARGUMENT naming `what` if the token isn't in the vocabulary.
inline void require_token(const gto_target & target, const char * what, int32_t i, int32_t token) {
    if (token < 0 || token >= target.info.n_vocab) {
        fail(GTO_E_ARGUMENT, "%s[%d]: expected a token of 0..%d, found %d", what, i, target.info.n_vocab - 1, token);
    }
}

} // namespace gto
