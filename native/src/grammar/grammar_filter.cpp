#include "grammar/grammar_filter.h"

#include "common/status.h"

#include <algorithm>
#include <utility>

namespace gto {

grammar_filter::grammar_filter(grammar g, std::shared_ptr<const token_pieces> pieces, uint64_t most_steps)
    : grammar_(std::move(g)), pieces_(std::move(pieces)), most_steps_(most_steps), state_(grammar_) {
    reset();
}

void grammar_filter::reset() {
    state_.allow(most_steps_);
    here_ = {};
    here_.symbols = state_.start();
    here_.mark = state_.now();
}

grammar_filter::place grammar_filter::after_byte(const place & at, uint8_t byte) {
    place next = at;
    if (!next.character.read(byte)) {
        next.dead = true;
    } else if (!next.character.pending()) {
        next.symbols = state_.after_character(at.symbols, next.character.character());
        next.dead = next.symbols.begin == next.symbols.end && !next.symbols.complete;
    }
    next.mark = state_.now();
    return next;
}

grammar_filter::place grammar_filter::after_bytes(std::string_view bytes) {
    place next = here_;
    for (size_t i = 0; i < bytes.size() && !next.dead; i++) next = after_byte(next, (uint8_t) bytes[i]);
    next.dead = next.dead || !may_stop(next);
    return next;
}

bool grammar_filter::may_stop(const place & at) const {
    return !at.dead &&
           (!at.character.pending() || state_.takes_one_of(at.symbols, at.character.lowest(), at.character.highest()));
}

void grammar_filter::allow(std::vector<uint8_t> & allowed) {
    allowed.assign(pieces_->count(), 0);
    state_.allow(most_steps_);
    path_.assign(1, here_); // [n]: after n bytes of the piece; the last may be dead
    const bool whole = !here_.character.pending();
    for (const token_piece & piece : pieces_->sorted()) {
        uint8_t & one = allowed[piece.token];
        if (whole && ((piece.end && here_.symbols.complete) || state_.takes_token(here_.symbols, piece.token))) one = 1;
        // a piece that isn't tried leaves the path as it is, so what it shares with others counts
        path_.resize(std::min<size_t>(path_.size(), (size_t) piece.shared + 1));
        state_.back_to(path_.back().mark);
        if (piece.end || piece.bytes.empty()) continue;
        while (!path_.back().dead && path_.size() <= piece.bytes.size()) {
            path_.push_back(after_byte(path_.back(), (uint8_t) piece.bytes[path_.size() - 1]));
        }
        if (path_.size() == piece.bytes.size() + 1 && may_stop(path_.back())) one = 1;
    }
    state_.back_to(here_.mark);
}

void grammar_filter::accept(int32_t token) {
    state_.allow(most_steps_);
    const token_piece & piece = pieces_->of(token);
    const bool whole = !here_.character.pending();
    if (piece.end && whole && here_.symbols.complete) return;
    place next = after_bytes(piece.bytes);
    next.dead = next.dead || piece.end || piece.bytes.empty();
    if (whole && state_.takes_token(here_.symbols, token)) {
        const active_symbols by_token = state_.after_token(here_.symbols, token);
        next.symbols = next.dead                  ? by_token
                       : next.character.pending() ? next.symbols
                                                  : state_.united(next.symbols, by_token);
        if (next.dead) next.character = {};
        next.dead = false;
    }
    if (next.dead) fail(GTO_E_ARGUMENT, "grammar: token %d isn't allowed here", token);
    next.mark = state_.now();
    here_ = next;
}

void grammar_filter::accept_bytes(std::string_view bytes) {
    state_.allow(most_steps_);
    place next = after_bytes(bytes);
    if (next.dead) {
        fail(GTO_E_ARGUMENT, "grammar: \"%.60s\" isn't allowed here", std::string(bytes).c_str());
    }
    next.mark = state_.now();
    here_ = next;
}

} // namespace gto
