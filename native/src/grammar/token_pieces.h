// The texts of a vocabulary's tokens, in order, so that tokens that begin alike are tried together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gto {

struct token_piece {
    std::string bytes; // empty: a grammar never allows the token by its text
    int32_t token;
    bool end;            // ends an answer
    uint32_t shared = 0; // leading bytes that it has in common with the piece before
};

class token_pieces {
  public:
    explicit token_pieces(std::vector<token_piece> pieces);

    const std::vector<token_piece> & sorted() const { return sorted_; }
    const token_piece & of(int32_t token) const { return sorted_[place_[token]]; }
    int32_t count() const { return (int32_t) place_.size(); }

  private:
    std::vector<token_piece> sorted_;
    std::vector<int32_t> place_; // [token]
};

} // namespace gto
