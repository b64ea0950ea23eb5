#include "grammar/token_pieces.h"

#include <algorithm>
#include <cstddef>
#include <tuple>
#include <utility>

namespace gto {

token_pieces::token_pieces(std::vector<token_piece> pieces) : sorted_(std::move(pieces)), place_(sorted_.size()) {
    std::sort(sorted_.begin(), sorted_.end(), [](const token_piece & a, const token_piece & b) {
        return std::tie(a.bytes, a.token) < std::tie(b.bytes, b.token);
    });
    for (size_t i = 0; i < sorted_.size(); i++) {
        place_[sorted_[i].token] = (int32_t) i;
        if (i == 0) continue;
        const std::string &before = sorted_[i - 1].bytes, &here = sorted_[i].bytes;
        const size_t most = std::min(before.size(), here.size());
        sorted_[i].shared =
            (uint32_t) (std::mismatch(here.begin(), here.begin() + (ptrdiff_t) most, before.begin()).first -
                        here.begin());
    }
}

} // namespace gto
