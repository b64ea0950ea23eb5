/** How a model writes answers with reasoning and calls of tools, and how such an answer is read. */
#ifndef GTO4J_ANSWER_H
#define GTO4J_ANSWER_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

struct gto_target;
typedef struct gto_answer_format gto_answer_format;

/** The format of the answer to a conversation, found in the chat template by llama.cpp's chat parsers. `request` is
 * that of gto_target_chat. It may have three further fields: tool_choice, "auto", "required" or "none";
 * parallel_tool_calls, true if one answer may have several calls; json_schema, the schema of the whole answer, which
 * goes without tools. GTO_E_ARGUMENT names the field that is wrong, GTO_E_FORMAT says why no format is found in the
 * template. */
GTO_API gto_status gto_answer_format_open(const struct gto_target * target, const char * request, int64_t request_bytes,
                                          gto_answer_format ** out);
GTO_API void gto_answer_format_free(gto_answer_format * format);
/** The format as a JSON object: "grammar", GBNF that the answer follows behind "prefix", "" if any text is one;
 * "triggers", a list of
 *  {"text", "pattern"} as gto_sampler_options has them; "stops", texts that end an answer. UTF-8 without a terminating
 *  zero; as elsewhere, n_bytes is always set and nothing is written if capacity is too small. Thread-safe. */
GTO_API gto_status gto_answer_format_describe(const gto_answer_format * format, char * json, int32_t capacity,
                                              int32_t * n_bytes);
/** Reads an answer, special tokens written out. `partial`: it goes on. The result is a JSON object as clients get it:
 *  "role", "content" and, where there are any, "reasoning_content" and "tool_calls" with "id", "name" and "arguments"
 *  (a text) in "function". Same capacity rule. Thread-safe. GTO_E_FORMAT: the answer doesn't have the format. */
GTO_API gto_status gto_answer_format_read(const gto_answer_format * format, const char * answer, int32_t answer_bytes,
                                          bool partial, char * json, int32_t capacity, int32_t * n_bytes);

/** The GBNF of the JSON texts that a JSON schema describes. Same capacity rule. GTO_E_ARGUMENT: it isn't JSON, or has
 *  what no grammar can say; the message names it. */
GTO_API gto_status gto_json_schema_grammar(const char * schema, int32_t schema_bytes, char * gbnf, int32_t capacity,
                                           int32_t * n_bytes);

#ifdef __cplusplus
}
#endif
#endif
