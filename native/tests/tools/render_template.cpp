// Renders chat templates for tests/peer/chat_templates.py: of each line "TEMPLATE\tVARIABLES\tSECONDS" on standard
// input (two files and the clock) it writes "STATUS BYTES\n" and as many bytes, the text (status 0) or what is wrong
// (1).
#include "common/large_stack.h"
#include "jinja/json.h"
#include "jinja/template.h"

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

namespace {

std::string contents(const std::string & file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

int main() {
    std::string line;
    while (std::getline(std::cin, line)) {
        const size_t first = line.find('\t'), second = line.find('\t', first + 1);
        bool fails = false;
        std::string text;
        try {
            gto::run_on_large_stack(gto::jinja::stack_bytes, [&] {
                const gto::jinja::chat_template t(contents(line.substr(0, first)));
                gto::jinja::budget cost{gto::jinja::limits()};
                const std::string json = contents(line.substr(first + 1, second - first - 1));
                const gto::jinja::value variables =
                    gto::jinja::read_json(cost, json, [](const auto &) { return false; });
                text = t.render(cost, *variables.as_dict(), std::stoll(line.substr(second + 1))).bytes();
            });
        } catch (const gto::jinja::template_error & e) {
            fails = true;
            text = "line " + std::to_string(e.line) + ": " + e.what();
        }
        std::cout << (fails ? "1 " : "0 ") << text.size() << "\n" << text << std::flush;
    }
}
