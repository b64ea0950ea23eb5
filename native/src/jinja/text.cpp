#include "jinja/text.h"

#include <algorithm>

namespace gto::jinja {

text::text(std::string bytes, bool is_said) : bytes_(std::move(bytes)) {
    if (is_said) mark(0, bytes_.size());
}

void text::mark(size_t begin, size_t end) {
    if (begin == end) return;
    if (!said_.empty() && said_.back().end == begin) {
        said_.back().end = end;
    } else {
        said_.push_back({begin, end});
    }
}

void text::append(std::string_view bytes, bool is_said) {
    bytes_.append(bytes);
    if (is_said) mark(bytes_.size() - bytes.size(), bytes_.size());
}

void text::append(const text & other, size_t begin, size_t end) {
    const size_t at = bytes_.size();
    bytes_.append(other.bytes_, begin, end - begin);
    const auto first = std::partition_point(other.said_.begin(), other.said_.end(),
                                            [begin](const byte_range & r) { return r.end <= begin; });
    for (auto r = first; r != other.said_.end() && r->begin < end; ++r) {
        mark(at + std::max(r->begin, begin) - begin, at + std::min(r->end, end) - begin);
    }
}

text text::slice(size_t begin, size_t end) const {
    text result;
    result.markup = markup;
    result.append(*this, begin, end);
    return result;
}

} // namespace gto::jinja
