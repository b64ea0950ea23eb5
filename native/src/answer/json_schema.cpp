#include "answer/json_schema.h"

#include "common/status.h"
#include "jinja/json.h"

#include "json-schema-to-grammar.h"

#include <new>

namespace gto {

std::string json_schema_grammar(std::string_view schema) {
    try {
        jinja::budget cost{jinja::limits()};
        jinja::read_json(cost, schema, [](const auto &) { return false; }); // it isn't nested too deep
        return json_schema_to_grammar(common_json::parse(std::string(schema)));
    } catch (const std::bad_alloc &) {
        throw;
    } catch (const std::exception & e) {
        fail(GTO_E_ARGUMENT, "JSON schema: %s", e.what());
    }
}

} // namespace gto
