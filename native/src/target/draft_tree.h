// A draft tree as the target verifies it.
#pragma once

#include "target/session.h"

namespace gto {

// Node i holds tokens[i]; parents[i] is a node before it, or -1 for a child of the root, which isn't among the nodes.
// draws[i] is its draw in `drawn` if it is a drawn child, else -1; null if none is.
struct draft_tree {
    int32_t n = 0;
    const int32_t * tokens = nullptr;
    const int32_t * parents = nullptr;
    const int32_t * draws = nullptr;
    gto_drawn_children * drawn = nullptr;

    // Fails with GTO_E_ARGUMENT: parents out of order, siblings with one token, a token outside the vocabulary, draws
    // that aren't these children's.
    void check(const gto_target & target) const;
    // Nodes without children, ascending.
    std::vector<int32_t> leaves() const;
    // The node's child that holds the token, -1 if none does; node -1 is the root.
    int32_t child(int32_t node, int32_t token) const;
    // The draw of the node's drawn child, -1 if it has none.
    int32_t draw_below(int32_t node) const;

  private:
    void check_draws() const;
};

} // namespace gto
