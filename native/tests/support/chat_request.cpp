#include "support/chat_request.h"

#include <cstdio>

namespace gto_test {

std::string quoted(const std::string & text) {
    std::string out = "\"";
    char code[8];
    for (const char c : text) {
        if ((unsigned char) c < 0x20) {
            snprintf(code, sizeof code, "\\u%04x", (unsigned) c & 0x1F);
            out += code;
        } else {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
    }
    return out + "\"";
}

std::string chat_request(const std::vector<std::pair<std::string, std::string>> & messages) {
    std::string json = "{\"messages\": [";
    for (size_t i = 0; i < messages.size(); i++) {
        json += std::string(i > 0 ? ", " : "") + "{\"role\": " + quoted(messages[i].first) +
                ", \"content\": " + quoted(messages[i].second) + "}";
    }
    return json + "], \"add_generation_prompt\": true}";
}

} // namespace gto_test
