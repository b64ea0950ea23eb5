// Which tokens a grammar allows next.
#pragma once

#include "grammar/parse_state.h"
#include "grammar/token_pieces.h"
#include "grammar/utf8.h"

#include <memory>
#include <string_view>
#include <vector>

namespace gto {

class grammar_filter {
  public:
    // A few seconds of work.
    static constexpr uint64_t default_steps = 100000000;

    // most_steps: of allow() or accept(), each.
    grammar_filter(grammar g, std::shared_ptr<const token_pieces> pieces, uint64_t most_steps = default_steps);

    // allowed [number of tokens]: 1 for those that may come next, 0 for the others. A token that ends an answer may
    // come where the text may end. Fails with GTO_E_ARGUMENT if the grammar is too ambiguous.
    void allow(std::vector<uint8_t> & allowed);
    // Goes on behind a token. Fails with GTO_E_ARGUMENT if it isn't allowed.
    void accept(int32_t token);
    // Goes on behind the end of a token, of which the rest belongs to what stands before the text. Fails likewise.
    void accept_bytes(std::string_view bytes);
    // Back to the beginning.
    void reset();

  private:
    // The text so far, maybe within a character.
    struct place {
        active_symbols symbols;
        utf8_reader character;
        bool dead = false;
        parse_state::mark mark;
    };
    place after_byte(const place & at, uint8_t byte);
    place after_bytes(std::string_view bytes);
    bool may_stop(const place & at) const;

    const grammar grammar_;
    const std::shared_ptr<const token_pieces> pieces_;
    const uint64_t most_steps_;
    parse_state state_;
    place here_;
    std::vector<place> path_;
};

} // namespace gto
