#include "draft/target_head.h"

#include "draft/target_block.h"

#include <cstring>

namespace gto {

target_head::target_head(const gto_draft & draft) {
    const shape & s = draft.s;
    const gguf_file file(draft.target_path);
    const char * name = head_name(file);
    if (s.d != s.d_target) {
        fail(GTO_E_FORMAT, "%s: a draft of width %d can't use rows of the target's head (%s), which has %d",
             draft.target_path.c_str(), s.d, name, s.d_target);
    }
    const ggml_tensor * head = file.expect(name, s.n_vocab, s.d_target);
    if (!is_real(head->type)) {
        fail(GTO_E_FORMAT, "%s: tensor %s: type %s holds no real numbers", file.path().c_str(), name,
             ggml_type_name(head->type));
    }
    if (strcmp(name, "token_embd.weight") == 0 && !draft.embedding->own && !draft.device.is_accelerated()) {
        tied_ = draft.embedding;
        rows_ = tied_->rows;
        return;
    }
    own_.resize(ggml_nbytes(head));
    file.read_raw(head, own_.data());
    rows_ = {own_.data(), (int32_t) head->type, s.d_target, (int64_t) ggml_row_size(head->type, s.d_target)};
}

} // namespace gto
