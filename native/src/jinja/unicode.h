// Characters of UTF-8 texts as Python sees them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gto::jinja {

// Bytes of the character that begins at a byte; a byte that is no UTF-8 counts as one character.
size_t character_size(std::string_view text, size_t at);
// The character; of what is no UTF-8, U+FFFD.
uint32_t character(std::string_view text, size_t at);
void append_character(std::string & out, uint32_t c);
size_t count_characters(std::string_view text);
// Byte where character n begins, the text's size if it has no more.
size_t byte_of_character(std::string_view text, size_t n);
// Bytes at which characters begin, and the text's size.
std::vector<size_t> character_borders(std::string_view text);

// str.isspace()
bool is_space(uint32_t c);
bool is_upper(uint32_t c);
bool is_lower(uint32_t c);
bool is_alpha(uint32_t c);
bool is_digit(uint32_t c);
// Whether repr() writes it as it is.
bool is_printable(uint32_t c);

void append_upper(std::string & out, uint32_t c);
void append_lower(std::string & out, uint32_t c);

} // namespace gto::jinja
