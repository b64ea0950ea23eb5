// What llama.cpp's chat parsers call of the rest of its common library. They get no model, so that nothing asks for a
// token's text; their log isn't ours: what matters is an error.
#include "common/status.h"

#include "common.h"
#include "log.h"

int common_log_get_verbosity_thold(void) { return -1; }
struct common_log * common_log_main() {
    return nullptr;
}
void common_log_add(struct common_log *, enum ggml_log_level, const char *, ...) {}

[[noreturn]] static void refuse_tokens() { gto::fail(GTO_E_INTERNAL, "tokens are asked for without a model"); }

std::string common_token_to_piece(const struct llama_vocab *, llama_token, bool) { refuse_tokens(); }
std::vector<llama_token> common_tokenize(const struct llama_vocab *, const std::string &, bool, bool) {
    refuse_tokens();
}

std::string string_join(const std::vector<std::string> & values, const std::string & separator) {
    std::string all;
    for (const std::string & one : values) {
        if (&one != &values.front()) all += separator;
        all += one;
    }
    return all;
}

std::vector<std::string> string_split(const std::string & text, const std::string & separator) {
    std::vector<std::string> parts;
    size_t begin = 0;
    for (size_t at; !separator.empty() && (at = text.find(separator, begin)) != std::string::npos;) {
        parts.push_back(text.substr(begin, at - begin));
        begin = at + separator.size();
    }
    parts.push_back(text.substr(begin));
    return parts;
}

std::string string_repeat(const std::string & text, size_t n) {
    std::string all;
    for (size_t i = 0; i < n; i++) all += text;
    return all;
}

void string_replace_all(std::string & text, const std::string & what, const std::string & by) {
    if (!what.empty()) text = string_join(string_split(text, what), by);
}
