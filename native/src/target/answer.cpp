#include "gto4j/answer.h"

#include "answer/answer_format.h"
#include "answer/answer_rendering.h"
#include "answer/json_schema.h"
#include "common/large_stack.h"
#include "common/last_net.h"
#include "jinja/json.h"
#include "jinja/template.h"
#include "target/chosen_template.h"
#include "target/named_template.h"
#include "target/target.h"

#include <algorithm>

using namespace gto;

struct gto_answer_format : counted {
    std::unique_ptr<answer_format> format;
};

namespace {

// Reading recurses as deep as an answer's JSON is nested, and so does llama.cpp's reading of a schema and its patterns.
constexpr size_t stack_bytes = (size_t) 256 << 20;
constexpr int32_t most_bytes = 1 << 20; // of an answer and of a schema: each takes less than 200 bytes of that stack

std::string json_of(jinja::budget & cost, const jinja::value & v) { return jinja::write_json(cost, v, {}).bytes(); }

std::string token_text(const gto_target & target, llama_token token) {
    const char * text = token == LLAMA_TOKEN_NULL ? nullptr : llama_vocab_get_text(target.vocab, token);
    return text ? text : "";
}

answer_wishes wishes_of(jinja::budget & cost, const gto_target & target, const chat_request & request) {
    answer_wishes wishes;
    const chosen_template chosen = choose_template(target, request);
    if (!is_template_name(chosen.text)) {
        wishes.chat_template = chosen.text;
    } else if (!request.tools.is_none()) {
        fail(GTO_E_FORMAT, "%s is one that libllama knows by name, which has no tools", chosen.source.c_str());
    }
    wishes.bos = token_text(target, llama_vocab_bos(target.vocab));
    wishes.eos = token_text(target, llama_vocab_eos(target.vocab));
    wishes.messages = json_of(cost, request.messages);
    if (!request.tools.is_none()) wishes.tools = json_of(cost, request.tools);
    if (request.variables) {
        for (const auto & [name, v] : request.variables->entries()) {
            wishes.variables.emplace_back(name.as_text()->bytes(), json_of(cost, v));
        }
    }
    wishes.tool_choice = request.tool_choice;
    wishes.parallel_tool_calls = request.parallel_tool_calls;
    if (!request.json_schema.is_undefined()) wishes.json_schema = json_of(cost, request.json_schema);
    return wishes;
}

std::string description_of(const answer_format & format) {
    jinja::budget cost{jinja::limits()};
    const auto text = [&](std::string t) { return jinja::own_text(cost, std::move(t)); };
    const auto list_of = [&](std::vector<jinja::value> items) {
        auto list = std::make_shared<jinja::list>();
        list->items = std::move(items);
        return jinja::value(list);
    };
    std::vector<jinja::value> triggers, stops;
    for (const grammar_trigger & trigger : format.triggers()) {
        auto one = std::make_shared<jinja::dict>();
        one->set(text("text"), text(trigger.text));
        one->set(text("pattern"), jinja::value(trigger.is_pattern));
        triggers.push_back(std::shared_ptr<const jinja::dict>(one));
    }
    for (const std::string & stop : format.stops()) stops.push_back(text(stop));
    auto all = std::make_shared<jinja::dict>();
    all->set(text("grammar"), text(format.grammar()));
    all->set(text("prefix"), text(format.prefix()));
    all->set(text("triggers"), list_of(std::move(triggers)));
    all->set(text("stops"), list_of(std::move(stops)));
    return json_of(cost, std::shared_ptr<const jinja::dict>(all));
}

void check_text(const char * name, const char * text, int32_t bytes) {
    if (!text) fail(GTO_E_ARGUMENT, "%s is null", name);
    if (bytes < 0 || bytes > most_bytes) {
        fail(GTO_E_ARGUMENT, "%s: expected 0 to %d bytes, found %d", name, most_bytes, bytes);
    }
}

void give(const std::string & result, char * out, int32_t capacity, int32_t * n_bytes) {
    require(n_bytes != nullptr, "n_bytes is null");
    if (capacity < 0) fail(GTO_E_ARGUMENT, "capacity: expected at least 0, found %d", capacity);
    if (result.size() > (size_t) INT32_MAX) fail(GTO_E_ARGUMENT, "the result is longer than 2^31 bytes");
    *n_bytes = (int32_t) result.size();
    if (*n_bytes > capacity) return;
    require(capacity == 0 || out != nullptr, "the place of the result is null");
    std::copy(result.begin(), result.end(), out);
}

} // namespace

gto_status gto_answer_format_open(const gto_target * target, const char * request, int64_t request_bytes,
                                  gto_answer_format ** out) {
    return guard([&] {
        require(target != nullptr, "target is null");
        require(out != nullptr, "out is null");
        const std::string_view json = request_text(request, request_bytes);
        auto format = std::make_unique<gto_answer_format>();
        run_on_large_stack(stack_bytes, [&] {
            last_net net(target->path);
            jinja::budget cost{jinja::limits()};
            const chat_request read = read_chat_request(cost, json);
            const answer_rendering bounds(cost, time_of(read));
            format->format = std::make_unique<answer_format>(wishes_of(cost, *target, read));
        });
        *out = format.release();
    });
}

void gto_answer_format_free(gto_answer_format * format) { delete format; }

gto_status gto_answer_format_describe(const gto_answer_format * format, char * json, int32_t capacity,
                                      int32_t * n_bytes) {
    return guard([&] {
        require(format != nullptr, "format is null");
        give(description_of(*format->format), json, capacity, n_bytes);
    });
}

gto_status gto_answer_format_read(const gto_answer_format * format, const char * answer, int32_t answer_bytes,
                                  bool partial, char * json, int32_t capacity, int32_t * n_bytes) {
    return guard([&] {
        require(format != nullptr, "format is null");
        check_text("answer", answer, answer_bytes);
        std::string message;
        run_on_large_stack(stack_bytes, [&] {
            const std::string what = "the answer";
            last_net net(what);
            message = format->format->read({answer, (size_t) answer_bytes}, partial);
        });
        give(message, json, capacity, n_bytes);
    });
}

gto_status gto_json_schema_grammar(const char * schema, int32_t schema_bytes, char * gbnf, int32_t capacity,
                                   int32_t * n_bytes) {
    return guard([&] {
        check_text("schema", schema, schema_bytes);
        std::string grammar;
        run_on_large_stack(stack_bytes, [&] {
            const std::string what = "the JSON schema";
            last_net net(what);
            grammar = json_schema_grammar({schema, (size_t) schema_bytes});
        });
        give(grammar, gbnf, capacity, n_bytes);
    });
}
