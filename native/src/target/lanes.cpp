#include "target/lanes.h"

#include <algorithm>

namespace gto {

spare_sequences::spare_sequences(const gto_session & session, const std::vector<int32_t> & taken) {
    for (int32_t id = 0; id < session.n_seq_max; id++) {
        if (session.end_of(id) == 0 && std::find(taken.begin(), taken.end(), id) == taken.end()) ids_.push_back(id);
    }
}

int32_t spare_sequences::take() {
    if (ids_.empty()) fail(GTO_E_CONTEXT, "the session has no unused sequence for another leaf");
    const int32_t id = ids_.back();
    ids_.pop_back();
    return id;
}

lanes::lanes(gto_session & session, int32_t seq, int32_t position, size_t n, spare_sequences & spare)
    : session_(session), position_(position), ids_{seq} {
    while (ids_.size() < n) ids_.push_back(spare.take());
    for (size_t i = 1; i < ids_.size() && position > 0; i++) {
        llama_memory_seq_cp(session.memory(), seq, ids_[i], 0, position);
    }
}

lanes::~lanes() {
    session_.remove_from(ids_[0], end_ < 0 ? position_ : end_);
    for (size_t i = 1; i < ids_.size(); i++) session_.remove_from(ids_[i], 0);
}

void lanes::keep(int32_t lane, int32_t end) {
    if (lane != ids_[0]) {
        session_.remove_from(ids_[0], position_);
        llama_memory_seq_cp(session_.memory(), lane, ids_[0], position_, end);
    }
    end_ = end;
}

} // namespace gto
