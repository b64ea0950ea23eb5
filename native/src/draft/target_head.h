// Rows of the target's head, for tokens that a draft's own head lacks.
#pragma once

#include "draft/draft.h"

namespace gto {

// In the type of the target's file, on the host. A tied head is the embedding: on a CPU it isn't read twice.
class target_head {
  public:
    // Fails with GTO_E_FORMAT if the draft isn't as wide as the target, or the head isn't one that can be read.
    explicit target_head(const gto_draft & draft);
    // The row of a target id, F32 [d_target].
    void load(int32_t token, float * out) const { load_row(host_group{}, rows_, token, out); }

  private:
    std::shared_ptr<const embedding> tied_;
    std::vector<uint8_t> own_;
    embedding_table rows_;
};

} // namespace gto
