#include "target/target_grammar.h"

#include "common/last_net.h"
#include "grammar/parser.h"
#include "target/target.h"
#include "target/tokenizer.h"

#include <algorithm>

namespace gto {

static std::string piece_of(const gto_target & target, int32_t token) {
    std::string bytes(32, '\0');
    int32_t n = llama_token_to_piece(target.vocab, token, bytes.data(), (int32_t) bytes.size(), 0, true);
    if (n < 0) {
        bytes.resize((size_t) -n);
        n = llama_token_to_piece(target.vocab, token, bytes.data(), (int32_t) bytes.size(), 0, true);
    }
    bytes.resize((size_t) std::max(n, 0));
    return !bytes.empty() && bytes[0] == 0 ? "" : bytes; // as in libllama, a text never has U+0000
}

static std::shared_ptr<const token_pieces> pieces_of(const gto_target & target) {
    std::call_once(target.pieces_made, [&] {
        last_net net(target.path);
        std::vector<token_piece> pieces;
        for (int32_t token = 0; token < target.info.n_vocab; token++) {
            pieces.push_back({piece_of(target, token), token, llama_vocab_is_eog(target.vocab, token)});
        }
        target.pieces = std::make_shared<const token_pieces>(std::move(pieces));
    });
    return target.pieces;
}

std::unique_ptr<grammar_filter> open_grammar(const gto_target & target, const char * gbnf, uint64_t most_steps) {
    const find_token find = [&](std::string_view text) {
        const std::vector<llama_token> tokens = tokenize(target, text, false, {});
        return tokens.size() == 1 ? tokens[0] : -1;
    };
    return std::make_unique<grammar_filter>(parse_grammar(gbnf, find), pieces_of(target), most_steps);
}

std::unique_ptr<triggered_grammar> open_triggered_grammar(const gto_target & target, const char * gbnf,
                                                          const std::vector<grammar_trigger> & triggers,
                                                          const std::string & prefix) {
    return std::make_unique<triggered_grammar>(open_grammar(target, gbnf), pieces_of(target), triggers, prefix);
}

} // namespace gto
