// Where a text stands in a grammar: Earley's algorithm over a graph-structured stack. However ambiguous the grammar, it
// grows with the text by a polynomial; nothing recurses.
#pragma once

#include "grammar/grammar.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gto {

// Alternatives under way, each at a symbol that takes a character or a token.
struct active_symbols {
    uint32_t begin = 0, end = 0; // of parse_state's items
    bool complete = false;       // the text may end here
};

class parse_state {
  public:
    explicit parse_state(const grammar & g);

    // Before the first character.
    active_symbols start();
    // After one more; the empty set if none of `at` takes it.
    active_symbols after_character(const active_symbols & at, uint32_t character);
    active_symbols after_token(const active_symbols & at, int32_t token);
    // Both.
    active_symbols united(const active_symbols & a, const active_symbols & b);

    bool takes_token(const active_symbols & at, int32_t token) const;
    bool takes_one_of(const active_symbols & at, uint32_t low, uint32_t high) const;

    // What was added since can be taken back.
    struct mark {
        size_t items, nodes, links;
    };
    mark now() const { return {items_.size(), nodes_.size(), links_.size()}; }
    void back_to(const mark & m);

    // How many steps may follow; what needs more, or too much memory, fails with GTO_E_ARGUMENT.
    void allow(uint64_t most) { steps_left_ = most; }

  private:
    // A place in an alternative, of one use of its rule. Handed by value: those in links_ move when links are added.
    struct item {
        uint32_t symbol;
        int32_t node;
    };
    // A use of a rule that begins at one position of the text, and who waits for it: symbol and node.
    struct node {
        uint64_t position;
        uint32_t rule;
        int32_t first_link;
        bool empty; // it has ended where it began
    };
    struct link {
        item waiting;
        int32_t next;
    };
    static constexpr uint32_t accept = UINT32_MAX; // the symbol of who waits for the root

    void next_position();
    // The symbols that follow those of `at` that taken(symbol) says were taken.
    template <class Taken> active_symbols after(const active_symbols & at, Taken && taken);
    active_symbols closure();
    void enter(item at);
    void add_waiting(int32_t to, item waiting);
    void resume(item waiting);
    int32_t use_of(uint32_t rule);
    bool first_time(item at);
    void step();

    const grammar & grammar_;
    std::vector<item> items_;
    std::vector<node> nodes_;
    std::vector<link> links_;
    // of the closure that is being made
    std::vector<item> todo_;
    bool complete_ = false;
    uint64_t position_ = 0;         // never the same again, so what older closures left behind doesn't count
    std::vector<int32_t> use_here_; // [rule]: a node, if its rule and position agree
    std::vector<uint64_t> seen_keys_;
    std::vector<uint64_t> seen_at_;
    size_t n_seen_ = 0;
    uint64_t steps_left_ = 0;
};

} // namespace gto
