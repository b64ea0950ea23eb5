#include "grammar/parse_state.h"

#include "common/status.h"

#include <algorithm>

namespace gto {

static constexpr size_t most_stored = 1 << 24, most_seen = 1 << 22;

parse_state::parse_state(const grammar & g)
    : grammar_(g), use_here_(g.alternatives.size(), -1), seen_keys_(64), seen_at_(64) {}

void parse_state::step() {
    if (steps_left_ == 0 || items_.size() + nodes_.size() + links_.size() > most_stored || n_seen_ > most_seen) {
        fail(GTO_E_ARGUMENT, "grammar: it can be read in too many ways to follow it here");
    }
    steps_left_--;
}

void parse_state::back_to(const mark & m) {
    items_.resize(m.items);
    nodes_.resize(m.nodes);
    links_.resize(m.links);
}

// A table of what this closure has met; position_ tells its entries from older ones.
bool parse_state::first_time(item at) {
    if (2 * (n_seen_ + 1) > seen_keys_.size()) {
        const std::vector<uint64_t> keys = std::move(seen_keys_);
        const std::vector<uint64_t> met = std::move(seen_at_);
        seen_keys_.assign(2 * keys.size(), 0);
        seen_at_.assign(2 * keys.size(), 0);
        n_seen_ = 0;
        for (size_t i = 0; i < keys.size(); i++) {
            if (met[i] == position_) first_time({(uint32_t) (keys[i] >> 32), (int32_t) (uint32_t) keys[i]});
        }
    }
    const uint64_t key = (uint64_t) at.symbol << 32 | (uint32_t) at.node;
    size_t i = (key * 0x9E3779B97F4A7C15u) >> 32 & (seen_keys_.size() - 1);
    while (seen_at_[i] == position_) {
        if (seen_keys_[i] == key) return false;
        i = (i + 1) & (seen_keys_.size() - 1);
    }
    seen_at_[i] = position_;
    seen_keys_[i] = key;
    n_seen_++;
    return true;
}

void parse_state::resume(item waiting) {
    if (waiting.symbol == accept) {
        complete_ = true;
    } else if (first_time(waiting)) {
        todo_.push_back(waiting);
    }
}

int32_t parse_state::use_of(uint32_t rule) {
    const int32_t known = use_here_[rule];
    if (known >= 0 && (size_t) known < nodes_.size() && nodes_[known].rule == rule &&
        nodes_[known].position == position_) {
        return known;
    }
    const int32_t made = (int32_t) nodes_.size();
    nodes_.push_back({position_, rule, -1, false});
    use_here_[rule] = made;
    for (const uint32_t begin : grammar_.alternatives[rule]) resume({begin, made});
    return made;
}

void parse_state::add_waiting(int32_t to, item waiting) {
    for (int32_t i = nodes_[to].first_link; i >= 0; i = links_[i].next) {
        step();
        if (links_[i].waiting.symbol == waiting.symbol && links_[i].waiting.node == waiting.node) return;
    }
    links_.push_back({waiting, nodes_[to].first_link});
    nodes_[to].first_link = (int32_t) links_.size() - 1;
    if (nodes_[to].empty) resume(waiting);
}

// At a rule's use. At the end of an alternative whose own use began earlier, those who wait for that wait for the new
// one: a list, which refers to itself at its end, doesn't make a chain as long as the text.
void parse_state::enter(item at) {
    const int32_t used = use_of(grammar_.symbols[at.symbol].value);
    const bool last = grammar_.symbols[at.symbol + 1].kind == symbol_kind::end && nodes_[at.node].position != position_;
    if (!last) {
        add_waiting(used, {at.symbol + 1, at.node});
        return;
    }
    for (int32_t i = nodes_[at.node].first_link; i >= 0; i = links_[i].next) add_waiting(used, links_[i].waiting);
}

// From what is in todo_ to all places that take a character or a token.
active_symbols parse_state::closure() {
    active_symbols result;
    result.begin = (uint32_t) items_.size();
    while (!todo_.empty()) {
        step();
        const item at = todo_.back();
        todo_.pop_back();
        switch (grammar_.symbols[at.symbol].kind) {
            case symbol_kind::rule: enter(at); break;
            case symbol_kind::end:
                if (nodes_[at.node].position == position_) nodes_[at.node].empty = true;
                for (int32_t i = nodes_[at.node].first_link; i >= 0; i = links_[i].next) {
                    step();
                    resume(links_[i].waiting);
                }
                break;
            default: items_.push_back(at);
        }
    }
    result.end = (uint32_t) items_.size();
    result.complete = complete_;
    return result;
}

void parse_state::next_position() {
    position_++;
    n_seen_ = 0;
    complete_ = false;
}

active_symbols parse_state::start() {
    back_to({0, 0, 0});
    next_position();
    const int32_t root = use_of(grammar_.root);
    add_waiting(root, {accept, -1});
    return closure();
}

template <class Taken> active_symbols parse_state::after(const active_symbols & at, Taken && taken) {
    next_position();
    for (uint32_t i = at.begin; i < at.end; i++) {
        step();
        const item here = items_[i];
        if (taken(grammar_.symbols[here.symbol])) resume({here.symbol + 1, here.node});
    }
    return closure();
}

active_symbols parse_state::after_character(const active_symbols & at, uint32_t character) {
    return after(at, [&](const grammar_symbol & symbol) {
        return symbol.kind == symbol_kind::any ||
               (symbol.kind == symbol_kind::character && symbol.value == character) ||
               (symbol.kind == symbol_kind::char_class && grammar_.classes[symbol.value].holds(character));
    });
}

active_symbols parse_state::after_token(const active_symbols & at, int32_t token) {
    return after(at, [&](const grammar_symbol & symbol) {
        return (symbol.kind == symbol_kind::token && symbol.value == (uint32_t) token) ||
               (symbol.kind == symbol_kind::other_token && symbol.value != (uint32_t) token);
    });
}

active_symbols parse_state::united(const active_symbols & a, const active_symbols & b) {
    active_symbols both;
    both.begin = (uint32_t) items_.size();
    for (const active_symbols & one : {a, b}) {
        for (uint32_t i = one.begin; i < one.end; i++) items_.push_back(item(items_[i]));
    }
    both.end = (uint32_t) items_.size();
    both.complete = a.complete || b.complete;
    return both;
}

bool parse_state::takes_token(const active_symbols & at, int32_t token) const {
    return std::any_of(items_.begin() + at.begin, items_.begin() + at.end, [&](const item & i) {
        const grammar_symbol & symbol = grammar_.symbols[i.symbol];
        return (symbol.kind == symbol_kind::token && symbol.value == (uint32_t) token) ||
               (symbol.kind == symbol_kind::other_token && symbol.value != (uint32_t) token);
    });
}

bool parse_state::takes_one_of(const active_symbols & at, uint32_t low, uint32_t high) const {
    return std::any_of(items_.begin() + at.begin, items_.begin() + at.end, [&](const item & i) {
        const grammar_symbol & symbol = grammar_.symbols[i.symbol];
        return symbol.kind == symbol_kind::any ||
               (symbol.kind == symbol_kind::character && low <= symbol.value && symbol.value <= high) ||
               (symbol.kind == symbol_kind::char_class && grammar_.classes[symbol.value].holds_one_of(low, high));
    });
}

} // namespace gto
