#include "target/draft_tree.h"

#include <algorithm>

namespace gto {

void draft_tree::check(const gto_target & target) const {
    require(n == 0 || (tokens && parents), "tokens or parents is null");
    std::vector<std::pair<int32_t, int32_t>> edges(n);
    for (int32_t i = 0; i < n; i++) {
        require_token(target, "tokens", i, tokens[i]);
        if (parents[i] < -1 || parents[i] >= i) {
            fail(GTO_E_ARGUMENT, "parents[%d]: expected -1..%d, found %d", i, i - 1, parents[i]);
        }
        edges[i] = {parents[i], tokens[i]};
    }
    std::sort(edges.begin(), edges.end());
    const auto twin = std::adjacent_find(edges.begin(), edges.end());
    if (twin != edges.end()) fail(GTO_E_ARGUMENT, "node %d has two children with token %d", twin->first, twin->second);
}

std::vector<int32_t> draft_tree::leaves() const {
    std::vector<bool> has_child(n, false);
    for (int32_t i = 0; i < n; i++) {
        if (parents[i] >= 0) has_child[parents[i]] = true;
    }
    std::vector<int32_t> found;
    for (int32_t i = 0; i < n; i++) {
        if (!has_child[i]) found.push_back(i);
    }
    return found;
}

int32_t draft_tree::child(int32_t node, int32_t token) const {
    for (int32_t i = node + 1; i < n; i++) {
        if (parents[i] == node && tokens[i] == token) return i;
    }
    return -1;
}

} // namespace gto
