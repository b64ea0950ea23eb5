#include "draft/context_vocabulary.h"

#include <algorithm>

namespace gto {

context_vocabulary::context_vocabulary(const gto_draft & draft, int32_t n_ctx)
    : draft_(draft), head_(draft.head_of_target), most_(std::min(n_ctx, draft.s.n_vocab - draft.s.n_draft_vocab)),
      row_((size_t) draft.s.d) {}

void context_vocabulary::make_room() {
    if ((int64_t) tokens_.size() < room_) return;
    constexpr int64_t first = 64;
    const int64_t room = std::min<int64_t>(most_, std::max(first, 2 * room_)), d = draft_.s.d;
    block rows(draft_.device, (size_t) (room * d) * sizeof(float)), ids(draft_.device, (size_t) room * sizeof(int32_t));
    if (room_ > 0) {
        draft_.device.copy(rows.data(), rows_.data(), (size_t) (room_ * d) * sizeof(float));
        draft_.device.copy(ids.data(), ids_.data(), (size_t) room_ * sizeof(int32_t));
    }
    rows_ = std::move(rows);
    ids_ = std::move(ids);
    room_ = room;
}

void context_vocabulary::add(int32_t row, int32_t token) {
    text_.push_back(token);
    if (draft_.t2d[token] >= 0) return;
    if (!known_.count(token)) load(row, token);
    if (row > 0) bigrams_.add(row, text_[row - 1], known_.at(token));
}

void context_vocabulary::load(int32_t row, int32_t token) {
    make_room();
    const int64_t at = (int64_t) tokens_.size();
    head_->load(token, row_.data());
    draft_.device.write(rows_.data() + at * draft_.s.d, row_.data(), row_.size() * sizeof(float));
    draft_.device.write((int32_t *) ids_.data() + at, &token, sizeof token);
    known_.emplace(token, (int32_t) at);
    tokens_.push_back(token);
    since_.push_back(row);
}

void context_vocabulary::truncate(int32_t n_rows) {
    text_.resize(std::min(text_.size(), (size_t) n_rows));
    bigrams_.truncate(n_rows);
    while (!since_.empty() && since_.back() >= n_rows) {
        known_.erase(tokens_.back());
        tokens_.pop_back();
        since_.pop_back();
    }
}

int32_t context_vocabulary::offered(int32_t row) const {
    return (int32_t) (std::upper_bound(since_.begin(), since_.end(), row) - since_.begin());
}

offered_tokens context_vocabulary::of(const std::vector<int32_t> & trunk_rows,
                                      const std::vector<int32_t> & row_tokens) const {
    offered_tokens all = {dense(rows_.data(), 0, draft_.s.d), (const int32_t *) ids_.data(), {}, *draft_.context, {}};
    for (size_t i = 0; i < trunk_rows.size(); i++) {
        all.count.push_back(offered(trunk_rows[i]));
        bigrams_.append(row_tokens[i], trunk_rows[i], all.bigrams);
    }
    // what no row offers isn't multiplied
    all.rows.rows = all.count.empty() ? 0 : *std::max_element(all.count.begin(), all.count.end());
    return all;
}

} // namespace gto
