#include "draft/text_bigrams.h"

#include <algorithm>

namespace gto {

void text_bigrams::add(int32_t row, int32_t before, int32_t column) {
    std::vector<follower> & known = followers_[before];
    if (std::any_of(known.begin(), known.end(), [=](const follower & f) { return f.column == column; })) return;
    known.push_back({column, row});
    order_.push_back(before);
}

void text_bigrams::truncate(int32_t n_rows) {
    while (!order_.empty()) {
        std::vector<follower> & last = followers_[order_.back()];
        if (last.back().since < n_rows) return;
        last.pop_back();
        order_.pop_back();
    }
}

void text_bigrams::append(int32_t token, int32_t row, bigram_columns & out) const {
    const auto found = followers_.find(token);
    if (found != followers_.end()) {
        for (const follower & f : found->second) {
            if (f.since <= row) out.column.push_back(f.column);
        }
    }
    out.begin.push_back((int32_t) out.column.size());
}

} // namespace gto
