#include "target/special_tokens.h"

#include <algorithm>
#include <cctype>

namespace gto {

namespace {

bool begins(std::string_view text, std::string_view with) { return text.substr(0, with.size()) == with; }
bool ends(std::string_view text, std::string_view with) {
    return text.size() >= with.size() && text.substr(text.size() - with.size()) == with;
}

// The shapes of turn markers; models of some families have them as user-defined tokens.
bool looks_like_control(std::string_view text) {
    const std::string_view wide = "\xEF\xBD\x9C"; // the vertical line of DeepSeek's tokens
    return (begins(text, "<|") && ends(text, "|>")) ||
           (begins(text, "<" + std::string(wide)) && ends(text, std::string(wide) + ">"));
}

// Whether bytes of a match lie in a span. Matches must be asked for in order of where they begin.
class content_cursor {
  public:
    explicit content_cursor(const std::vector<byte_span> & contents) : contents_(contents) {}
    bool meets(size_t begin, size_t end) {
        while (next_ < contents_.size() && (size_t) contents_[next_].end <= begin) next_++;
        for (size_t i = next_; i < contents_.size() && (size_t) contents_[i].begin < end; i++) {
            if (contents_[i].end > contents_[i].begin) return true;
        }
        return false;
    }

  private:
    const std::vector<byte_span> & contents_;
    size_t next_ = 0;
};

size_t first_character(std::string_view text) {
    size_t size = 1;
    while (size < text.size() && ((uint8_t) text[size] & 0xC0) == 0x80) size++;
    return size;
}

} // namespace

special_tokens::special_tokens(const llama_vocab * vocab) {
    const int32_t n = llama_vocab_n_tokens(vocab);
    for (llama_token id = 0; id < n; id++) {
        const llama_token_attr attr = llama_vocab_get_attr(vocab, id);
        if (!(attr & (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_USER_DEFINED | LLAMA_TOKEN_ATTR_UNKNOWN))) continue;
        const std::string text = llama_vocab_get_text(vocab, id);
        if (text.empty()) continue;
        const bool unparsed = attr & (LLAMA_TOKEN_ATTR_CONTROL | LLAMA_TOKEN_ATTR_UNKNOWN);
        all_.push_back({id, text, unparsed || looks_like_control(text) || llama_vocab_is_eog(vocab, id), !unparsed,
                        bool(attr & LLAMA_TOKEN_ATTR_LSTRIP), bool(attr & LLAMA_TOKEN_ATTR_RSTRIP)});
    }
    // the same sort as libllama's: tokens of one length stay in the same order
    std::sort(all_.begin(), all_.end(),
              [](const special & a, const special & b) { return a.text.size() > b.text.size(); });
}

bool special_tokens::any_in(std::string_view text) const {
    return std::any_of(all_.begin(), all_.end(),
                       [&](const special & s) { return s.control && text.find(s.text) != std::string_view::npos; });
}

void special_tokens::cut_out(const special & s, std::string_view text, const std::vector<byte_span> & contents,
                             split_text & split) {
    content_cursor content(contents);
    std::vector<fragment> next;
    const auto add_text = [&](size_t from, size_t to) {
        if (to > from) next.push_back({{(int32_t) from, (int32_t) to}, -1});
    };
    for (const fragment & part : split.parts) {
        if (part.token >= 0) {
            next.push_back(part);
            continue;
        }
        size_t begin = part.span.begin, search = begin;
        const size_t end = part.span.end;
        while (true) {
            const size_t match = text.substr(0, end).find(s.text, search), after = match + s.text.size();
            if (match == std::string_view::npos) break;
            if (s.control && content.meets(match, after)) {
                if (s.user_defined) split.cuts.push_back(match + first_character(s.text));
                search = match + 1;
                continue;
            }
            size_t left = match;
            while (s.strips_left && left > begin && isspace((uint8_t) text[left - 1])) left--;
            add_text(begin, left);
            next.push_back({{(int32_t) match, (int32_t) after}, s.id});
            begin = after;
            while (s.strips_right && begin < end && isspace((uint8_t) text[begin])) begin++;
            search = begin;
        }
        add_text(begin, end);
    }
    split.parts = std::move(next);
}

std::vector<fragment> special_tokens::split(std::string_view text, const std::vector<byte_span> & contents) const {
    split_text split;
    if (!text.empty()) split.parts.push_back({{0, (int32_t) text.size()}, -1});
    for (const special & s : all_) {
        if (text.find(s.text) != std::string_view::npos) cut_out(s, text, contents, split);
    }
    std::sort(split.cuts.begin(), split.cuts.end());
    std::vector<fragment> fragments;
    auto cut = split.cuts.begin();
    for (const fragment & part : split.parts) {
        int32_t begin = part.span.begin;
        while (cut != split.cuts.end() && *cut <= (size_t) begin) ++cut;
        for (; part.token < 0 && cut != split.cuts.end() && *cut < (size_t) part.span.end; ++cut) {
            if (*cut == (size_t) begin) continue;
            fragments.push_back({{begin, (int32_t) *cut}, -1, begin != part.span.begin});
            begin = (int32_t) *cut;
        }
        fragments.push_back({{begin, part.span.end}, part.token, begin != part.span.begin});
    }
    return fragments;
}

} // namespace gto
