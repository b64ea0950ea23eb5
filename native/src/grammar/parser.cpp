#include "grammar/parser.h"

#include "common/status.h"
#include "grammar/gbnf_text.h"

#include <algorithm>
#include <unordered_map>

namespace gto {

namespace {

constexpr size_t most_bytes = 1 << 20, most_rules = 50000, most_symbols = 500000, deepest_group = 256;

using sequence = std::vector<grammar_symbol>;

struct rule_body {
    std::string name; // empty: made for a group or a repetition
    size_t first_use = 0;
    bool defined = false;
    std::vector<sequence> alternatives;
};

class gbnf_parser {
  public:
    gbnf_parser(std::string_view text, const find_token & token) : text_(text), token_(token) {
        if (text.size() > most_bytes) {
            fail(GTO_E_FORMAT, "grammar: expected at most %zu bytes, found %zu", most_bytes, text.size());
        }
    }

    grammar parse() {
        text_.skip_space(true);
        if (text_.at_end()) fail(GTO_E_FORMAT, "grammar: expected GBNF with a rule \"root\", found no rule");
        while (!text_.at_end()) rule();
        return flattened();
    }

  private:
    void rule() {
        const std::string name = text_.name("the name of a rule");
        const uint32_t id = named(name);
        text_.skip_space(false);
        if (!text_.take("::=")) text_.wrong("\"::=\"");
        text_.skip_space(true);
        std::vector<sequence> body = alternatives(0);
        for (const sequence & alternative : body) count(alternative.size() + 1);
        rules_[id].alternatives = std::move(body);
        rules_[id].defined = true;
        if (!text_.at_end() && !text_.at_line_end()) text_.wrong("the end of the rule");
        text_.skip_space(true);
    }

    std::vector<sequence> alternatives(size_t depth) {
        std::vector<sequence> all;
        all.push_back(one_sequence(depth));
        while (text_.take("|")) {
            text_.skip_space(true);
            all.push_back(one_sequence(depth));
        }
        return all;
    }

    sequence one_sequence(size_t depth) {
        const bool newline_ok = depth > 0;
        sequence all;
        size_t last = 0; // where the item begins that a repetition repeats
        while (!text_.at_end()) {
            const char c = text_.peek();
            if (c == '*' || c == '+' || c == '?' || c == '{') {
                repeat(all, last, newline_ok);
            } else {
                const size_t begin = all.size();
                if (!item(all, c, depth)) break;
                last = begin;
            }
            text_.skip_space(newline_ok);
        }
        return all;
    }

    // Appends what stands here; false: nothing that begins an item.
    bool item(sequence & all, char c, size_t depth) {
        if (c == '"') {
            literal(all);
        } else if (c == '[') {
            add(all, {symbol_kind::char_class, one_class()});
        } else if (c == '<' || c == '!') {
            one_token(all);
        } else if (c == '(') {
            group(all, depth);
        } else if (text_.take(".")) {
            add(all, {symbol_kind::any, 0});
        } else if (gbnf_text::is_word(c)) {
            add(all, {symbol_kind::rule, named(text_.name("the name of a rule"))});
        } else {
            return false;
        }
        return true;
    }

    void literal(sequence & all) {
        text_.take("\"");
        while (!text_.take("\"")) add(all, {symbol_kind::character, text_.character()});
    }

    uint32_t one_class() {
        const size_t begin = text_.at();
        text_.take("[");
        char_class result{{}, text_.take("^")};
        while (!text_.take("]")) {
            const size_t at = text_.at();
            const uint32_t first = text_.character();
            uint32_t last = first;
            if (text_.peek() == '-' && text_.peek(1) != ']') {
                text_.take("-");
                last = text_.character();
            }
            if (last < first) text_.fail_at(at, "a range goes down, from U+%04X to U+%04X", first, last);
            result.ranges.push_back({first, last});
        }
        if (result.ranges.empty()) text_.fail_at(begin, "expected characters between [ and ], found none");
        count(result.ranges.size());
        classes_.push_back(std::move(result));
        return (uint32_t) classes_.size() - 1;
    }

    void one_token(sequence & all) {
        const size_t begin = text_.at();
        const symbol_kind kind = text_.take("!") ? symbol_kind::other_token : symbol_kind::token;
        if (text_.take("<[")) {
            const uint64_t id = text_.number("a token's number");
            if (!text_.take("]>")) text_.wrong("\"]>\"");
            if (id > INT32_MAX) text_.fail_at(begin, "expected a token's number, found %llu", (unsigned long long) id);
            add(all, {kind, (uint32_t) id});
            return;
        }
        const std::string_view name = text_.take_until('>');
        const int32_t id = name.empty() ? -1 : token_(name);
        if (id < 0) text_.fail_at(begin, "expected a token of the model between < and >");
        add(all, {kind, (uint32_t) id});
    }

    void group(sequence & all, size_t depth) {
        const size_t begin = text_.at();
        text_.take("(");
        if (depth == deepest_group) text_.fail_at(begin, "groups are nested deeper than %zu", deepest_group);
        text_.skip_space(true);
        std::vector<sequence> body = alternatives(depth + 1);
        if (!text_.take(")")) text_.wrong("\")\"");
        add(all, {symbol_kind::rule, made(std::move(body))});
    }

    // *, +, ?, {m}, {m,} or {m,n} of what stands from `last` on.
    void repeat(sequence & all, size_t last, bool newline_ok) {
        const size_t begin = text_.at();
        uint64_t least = 0, most = UINT64_MAX;
        if (text_.take("+")) {
            least = 1;
        } else if (text_.take("?")) {
            most = 1;
        } else if (!text_.take("*")) {
            braces(begin, newline_ok, least, most);
        }
        if (last == all.size()) text_.fail_at(begin, "a repetition of nothing");
        sequence item(all.begin() + (ptrdiff_t) last, all.end());
        all.resize(last);
        if (item.size() > 1) item = sequence{grammar_symbol{symbol_kind::rule, made(std::vector<sequence>{item})}};
        const uint64_t copies = most == UINT64_MAX ? least : most;
        if (copies > most_symbols) {
            text_.fail_at(begin, "%llu repetitions; at most %zu symbols are taken", (unsigned long long) copies,
                          most_symbols);
        }
        for (uint64_t i = 0; i < least; i++) add(all, item[0]);
        if (most == UINT64_MAX) {
            const uint32_t id = made(std::vector<sequence>{});
            count(3);
            rules_[id].alternatives = std::vector<sequence>{{item[0], {symbol_kind::rule, id}}, sequence{}};
            add(all, {symbol_kind::rule, id});
        } else if (most > least) {
            uint32_t rest = made(std::vector<sequence>{item, sequence{}});
            for (uint64_t i = least + 1; i < most; i++) {
                rest = made(std::vector<sequence>{{item[0], {symbol_kind::rule, rest}}, sequence{}});
            }
            add(all, {symbol_kind::rule, rest});
        }
    }

    void braces(size_t begin, bool newline_ok, uint64_t & least, uint64_t & most) {
        text_.take("{");
        text_.skip_space(newline_ok);
        least = most = text_.number("a number of repetitions");
        text_.skip_space(newline_ok);
        if (text_.take(",")) {
            text_.skip_space(newline_ok);
            most = text_.peek() == '}' ? UINT64_MAX : text_.number("a number of repetitions or \"}\"");
            text_.skip_space(newline_ok);
        }
        if (!text_.take("}")) text_.wrong("\"}\"");
        if (most < least) {
            text_.fail_at(begin, "at least %llu and at most %llu repetitions", (unsigned long long) least,
                          (unsigned long long) most);
        }
    }

    uint32_t named(const std::string & name) {
        const auto found = ids_.emplace(name, (uint32_t) rules_.size());
        if (found.second) new_rule({name, text_.at() - name.size(), false, {}});
        return found.first->second;
    }

    uint32_t made(std::vector<sequence> alternatives) {
        for (const sequence & alternative : alternatives) count(alternative.size() + 1);
        return new_rule({"", text_.at(), true, std::move(alternatives)});
    }

    uint32_t new_rule(rule_body body) {
        if (rules_.size() == most_rules) {
            text_.fail_at(text_.at(), "more than %zu rules, groups and repetitions", most_rules);
        }
        rules_.push_back(std::move(body));
        return (uint32_t) rules_.size() - 1;
    }

    void add(sequence & all, grammar_symbol symbol) {
        count(1);
        all.push_back(symbol);
    }

    void count(size_t symbols) {
        n_symbols_ += symbols;
        if (n_symbols_ > 2 * most_symbols) {
            text_.fail_at(text_.at(), "more than %zu symbols with repetitions written out", most_symbols);
        }
    }

    grammar flattened() {
        const auto root = ids_.find("root");
        if (root == ids_.end()) {
            fail(GTO_E_FORMAT, "grammar: expected a rule \"root\", found none among %zu rules", ids_.size());
        }
        grammar g;
        g.root = root->second;
        g.classes = std::move(classes_);
        for (const rule_body & body : rules_) {
            if (!body.defined) {
                text_.fail_at(body.first_use, "rule \"%s\" is used and nowhere defined", body.name.c_str());
            }
            g.alternatives.emplace_back();
            for (const sequence & alternative : body.alternatives) {
                g.alternatives.back().push_back((uint32_t) g.symbols.size());
                g.symbols.insert(g.symbols.end(), alternative.begin(), alternative.end());
                g.symbols.push_back({symbol_kind::end, 0});
            }
        }
        return g;
    }

    gbnf_text text_;
    const find_token & token_;
    std::vector<rule_body> rules_;
    std::unordered_map<std::string, uint32_t> ids_;
    std::vector<char_class> classes_;
    size_t n_symbols_ = 0;
};

} // namespace

grammar parse_grammar(std::string_view gbnf, const find_token & token) { return gbnf_parser(gbnf, token).parse(); }

bool char_class::holds_one_of(uint32_t low, uint32_t high) const {
    if (!negated) {
        return std::any_of(ranges.begin(), ranges.end(),
                           [&](const auto & r) { return r.first <= high && low <= r.second; });
    }
    std::vector<std::pair<uint32_t, uint32_t>> sorted = ranges;
    std::sort(sorted.begin(), sorted.end());
    for (const auto & range : sorted) {
        if (range.first > low) return true;
        if (range.second >= low) low = range.second + 1;
        if (low > high) return false;
    }
    return true;
}

} // namespace gto
