// A grammar that the text follows from its beginning, or from where a trigger stands in it.
#pragma once

#include "grammar/grammar_filter.h"

#include <memory>
#include <regex>
#include <string>
#include <vector>

namespace gto {

struct grammar_trigger {
    std::string text;
    bool is_pattern; // an ECMAScript regular expression; its first group, if it has one, is where the grammar begins
};

class triggered_grammar {
  public:
    // How much of the text a pattern sees: its last bytes. "^" is the text's beginning.
    static constexpr size_t pattern_window = 256;

    // No triggers: from the beginning, behind what stands before the text (prefix). Fails with GTO_E_FORMAT if a
    // pattern can't be read, with GTO_E_ARGUMENT if the grammar doesn't take the prefix.
    triggered_grammar(std::unique_ptr<grammar_filter> filter, std::shared_ptr<const token_pieces> pieces,
                      const std::vector<grammar_trigger> & triggers, std::string prefix);

    // As grammar_filter's. Everything is allowed as long as no trigger stands in the text.
    void allow(std::vector<uint8_t> & allowed);
    void accept(int32_t token);
    void reset();

    bool active() const { return active_; }

  private:
    struct seen_token {
        int32_t token;
        size_t begin; // in text_
    };
    void look_for_trigger();
    bool begin_at(size_t place);
    void forget();

    const std::unique_ptr<grammar_filter> filter_;
    const std::shared_ptr<const token_pieces> pieces_;
    const std::string prefix_;
    std::vector<std::string> words_;
    std::vector<std::regex> patterns_;
    size_t window_ = 0; // bytes of the text that may still matter
    bool active_ = false;
    std::string text_; // the end of the text
    std::vector<seen_token> tokens_;
    bool whole_ = true; // text_ is all of the text
};

} // namespace gto
