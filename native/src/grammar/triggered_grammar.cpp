#include "grammar/triggered_grammar.h"

#include "common/status.h"

#include <algorithm>

namespace gto {

namespace {

// Of libstdc++: time that is a polynomial of the text's length, and no recursion along it.
constexpr auto bounded_pattern = std::regex_constants::ECMAScript | std::regex_constants::__polynomial;

std::regex read_pattern(const std::string & text) {
    try {
        return std::regex(text, bounded_pattern);
    } catch (const std::regex_error & e) {
        fail(GTO_E_FORMAT, "grammar trigger \"%.60s\": expected a regular expression: %s", text.c_str(), e.what());
    }
}

} // namespace

triggered_grammar::triggered_grammar(std::unique_ptr<grammar_filter> filter, std::shared_ptr<const token_pieces> pieces,
                                     const std::vector<grammar_trigger> & triggers, std::string prefix)
    : filter_(std::move(filter)), pieces_(std::move(pieces)), prefix_(std::move(prefix)) {
    for (const grammar_trigger & trigger : triggers) {
        if (trigger.text.empty()) fail(GTO_E_FORMAT, "grammar trigger: expected a text, found an empty one");
        if (trigger.is_pattern) {
            patterns_.push_back(read_pattern(trigger.text));
        } else {
            words_.push_back(trigger.text);
        }
        window_ = std::max(window_, trigger.is_pattern ? pattern_window : trigger.text.size());
    }
    reset();
}

void triggered_grammar::reset() {
    filter_->reset();
    active_ = words_.empty() && patterns_.empty();
    if (active_ && !prefix_.empty()) filter_->accept_bytes(prefix_);
    text_.clear();
    tokens_.clear();
    whole_ = true;
}

void triggered_grammar::allow(std::vector<uint8_t> & allowed) {
    if (active_) {
        filter_->allow(allowed);
    } else {
        allowed.assign((size_t) pieces_->count(), 1);
    }
}

void triggered_grammar::accept(int32_t token) {
    if (active_) {
        filter_->accept(token);
        return;
    }
    const token_piece & piece = pieces_->of(token);
    tokens_.push_back({token, text_.size()});
    text_ += piece.bytes;
    look_for_trigger();
    if (!active_) forget();
}

void triggered_grammar::look_for_trigger() {
    const size_t fresh = tokens_.back().begin; // what ends before it was looked at before
    for (const std::string & word : words_) {
        const size_t from = fresh + 1 > word.size() ? fresh + 1 - word.size() : 0;
        const size_t at = text_.find(word, from);
        if (at != std::string::npos && begin_at(at)) return;
    }
    const size_t from = text_.size() > pattern_window ? text_.size() - pattern_window : 0;
    const auto flags = whole_ && from == 0 ? std::regex_constants::match_default : std::regex_constants::match_not_bol;
    for (const std::regex & pattern : patterns_) {
        std::smatch found;
        if (!std::regex_search(text_.cbegin() + (std::ptrdiff_t) from, text_.cend(), found, pattern, flags)) continue;
        const size_t group = found.size() > 1 && found[1].matched ? 1 : 0;
        if (begin_at(from + (size_t) found.position(group))) return;
    }
}

// False if what stands there isn't the grammar's: then it was no call, and the text goes on freely.
bool triggered_grammar::begin_at(size_t place) {
    filter_->reset();
    try {
        for (const seen_token & seen : tokens_) {
            const token_piece & piece = pieces_->of(seen.token);
            if (seen.begin >= place) {
                filter_->accept(seen.token);
            } else if (seen.begin + piece.bytes.size() > place) {
                filter_->accept_bytes(std::string_view(piece.bytes).substr(place - seen.begin));
            }
        }
    } catch (const error & e) {
        if (e.status != GTO_E_ARGUMENT) throw;
        return false;
    }
    active_ = true;
    text_.clear();
    tokens_.clear();
    return true;
}

void triggered_grammar::forget() {
    if (text_.size() <= 2 * window_) return;
    const size_t least = text_.size() - window_;
    const auto kept = std::find_if(tokens_.begin(), tokens_.end(), [&](const seen_token & seen) {
        return seen.begin + pieces_->of(seen.token).bytes.size() > least;
    });
    const size_t cut = kept == tokens_.end() ? text_.size() : kept->begin;
    tokens_.erase(tokens_.begin(), kept);
    for (seen_token & seen : tokens_) seen.begin -= cut;
    text_.erase(0, cut);
    whole_ = whole_ && cut == 0;
}

} // namespace gto
