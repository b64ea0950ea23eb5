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
    if (draws) check_draws();
}

void draft_tree::check_draws() const {
    std::vector<int32_t> below(n + 1, -1); // of each node, the root's last
    std::vector<int8_t> seen(drawn ? drawn->count() : 0);
    for (int32_t i = 0; i < n; i++) {
        if (draws[i] == -1) continue;
        if (!drawn)
            fail(GTO_E_ARGUMENT, "draws[%d]: expected -1, as there are no drawn children, found %d", i, draws[i]);
        if (draws[i] < 0 || draws[i] >= drawn->count()) {
            fail(GTO_E_ARGUMENT, "draws[%d]: expected -1..%d, found %d", i, drawn->count() - 1, draws[i]);
        }
        if (tokens[i] != drawn->token(draws[i])) {
            fail(GTO_E_ARGUMENT, "tokens[%d]: expected %d, the token of draw %d, found %d", i, drawn->token(draws[i]),
                 draws[i], tokens[i]);
        }
        if (seen[draws[i]]++) fail(GTO_E_ARGUMENT, "draws[%d]: draw %d has a node before", i, draws[i]);
        int32_t & of_parent = below[parents[i] < 0 ? n : parents[i]];
        if (of_parent >= 0) fail(GTO_E_ARGUMENT, "node %d has two drawn children", parents[i]);
        of_parent = draws[i];
    }
    for (int32_t i = 0; i < n; i++) {
        const int32_t draw = below[parents[i] < 0 ? n : parents[i]];
        if (draw >= 0 && draws[i] == -1 && drawn->probability(draw, tokens[i]) > 0) {
            fail(GTO_E_ARGUMENT, "tokens[%d]: %d could have been the drawn child beside it", i, tokens[i]);
        }
    }
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

int32_t draft_tree::draw_below(int32_t node) const {
    for (int32_t i = node + 1; draws && i < n; i++) {
        if (parents[i] == node && draws[i] >= 0) return draws[i];
    }
    return -1;
}

} // namespace gto
