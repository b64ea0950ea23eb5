/** The target: a GGUF language model, frozen. Immutable after open, may be shared by many sessions and threads. */
#ifndef GTO4J_TARGET_H
#define GTO4J_TARGET_H

#include "device.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gto_target gto_target;

typedef struct gto_target_info {
    int32_t n_vocab;
    int32_t n_embd;
    int32_t n_layer;
    int32_t n_head;
    int32_t n_head_kv;
    int32_t head_dim;
    int32_t n_ff;
    int32_t n_ctx_train;
    float rope_base;
    float rms_eps;
    int32_t token_bos;   /**< -1 if none */
    int32_t token_eos;   /**< -1 if none */
    bool add_bos;        /**< the tokenizer adds BOS by itself when add_special */
    bool taps_supported; /**< block inputs can be read (features) */
    /** The model keeps a state that each token changes (Mamba, LFM2, Qwen3.5, ...), in all blocks or in some. A
     * sequence can go on or be forgotten as a whole, but not branch into a tree or lose its end. */
    bool recurrent;
    int64_t n_params;
    int64_t n_bytes;
} gto_target_info;

/** Where a target's weights lie, and what it took to bring them there. */
typedef struct gto_target_loading {
    int64_t n_bytes_packed; /**< of weights packed for the device's kernels, in memory of their own */
    int64_t n_bytes_mapped; /**< of weights that are read where they lie in the file, which stays mapped */
    int64_t n_bytes_moved;  /**< of weights in a GPU's memory, or packed by ggml's CPU backend */
    int64_t nanos;          /**< what opening took, with packing */
} gto_target_loading;

typedef struct gto_target_options {
    /** Of a device that isn't the CPU: how many of the last layers lie in its memory, the output layer counted as one;
     *  -1: all. The CPU holds and computes the others. */
    int32_t n_gpu_layers;
} gto_target_options;

/** All layers on the device. */
GTO_API gto_target_options gto_target_options_default(void);

/**
 * Opens a GGUF. Where the memory for packed weights isn't there, ggml's CPU backend computes with the mapped file, and
 * where the graph can't be built on the device's kernels, with its own: gto_target_fallback says so. GTO_E_IO: missing,
 * unreadable or truncated; GTO_E_FORMAT: not a GGUF, an architecture that libllama doesn't know, an encoder, a
 * diffusion model or a draft (eagle3). GTO_E_MEMORY: the layers don't fit the memory of a device that isn't the CPU.
 */
GTO_API gto_status gto_target_open(gto_device * device, const char * path, gto_target ** out);
/** The same with options. GTO_E_ARGUMENT: n_gpu_layers isn't in -1..(number of layers + 1), or is above 0 on a CPU. */
GTO_API gto_status gto_target_open_with(gto_device * device, const char * path, gto_target_options options,
                                        gto_target ** out);
GTO_API void gto_target_free(gto_target * target);

GTO_API gto_target_info gto_target_describe(const gto_target * target);
GTO_API gto_target_loading gto_target_loaded(const gto_target * target);
/** Why ggml's CPU backend computes a target rather than its device's kernels, or computes it without packed weights;
 *  NULL where all is as the device does it. */
GTO_API const char * gto_target_fallback(const gto_target * target);
GTO_API const char * gto_target_path(const gto_target * target);
/** general.architecture, e.g. "llama". */
GTO_API const char * gto_target_architecture(const gto_target * target);
/** e.g. "llama 135M F16". */
GTO_API const char * gto_target_description(const gto_target * target);
/** The chat template of the GGUF, NULL if it has none. */
GTO_API const char * gto_target_chat_template(const gto_target * target);
/** Default taps (2, L/2, L-3), clamped for small L; out holds 3. */
GTO_API void gto_target_default_taps(const gto_target * target, int32_t * out);

/**
 * Tokenises UTF-8 text. *n_tokens = number of tokens; if it exceeds capacity nothing is written to tokens and GTO_OK is
 * returned: call again with room. add_bos adds BOS if the model asks for it and the text doesn't begin with it; EOS is
 * never added. parse_special reads "<|im_end|>" etc. as one token. GTO_E_ARGUMENT: the tokenizer can't take the text (a
 * word of more than 262,144 characters).
 */
GTO_API gto_status gto_target_tokenize(const gto_target * target, const char * text, int32_t text_bytes, bool add_bos,
                                       bool parse_special, int32_t * tokens, int32_t capacity, int32_t * n_tokens);
/**
 * Tokenises a text that gto_target_chat made: with BOS as above, with special tokens where the template wrote them, and
 * with none in `contents`, the n_contents byte spans [begin, end) of what people and models said, in order: [2 *
 * n_contents]. Same capacity rule.
 */
GTO_API gto_status gto_target_tokenize_chat(const gto_target * target, const char * text, int32_t text_bytes,
                                            int32_t n_contents, const int32_t * contents, int32_t * tokens,
                                            int32_t capacity, int32_t * n_tokens);
/** Bytes of one token (may be a part of a UTF-8 character). Same capacity rule; no terminator. special = render control
 *  tokens. */
GTO_API gto_status gto_target_token_bytes(const gto_target * target, int32_t token, bool special, char * bytes,
                                          int32_t capacity, int32_t * n_bytes);
/** True for an end-of-generation token. False for an id outside the vocabulary. */
GTO_API bool gto_target_is_end(const gto_target * target, int32_t token);

/**
 * Renders a conversation by the model's chat template, as Python's transformers does (jinja2). `request` is a JSON
 * object in UTF-8, of at most 2^29 bytes:
 *   "messages"               list of objects, at least one; each has a "role" and what else the template reads:
 *                            "content" (text, list of parts or null), "reasoning_content", "tool_calls", ...
 *   "tools"                  list of objects; with it the GGUF's template "tool_use" is taken, if it has one
 *   "add_generation_prompt"  true: end the text with the header of an assistant turn
 *   "variables"              object of further variables, e.g. {"enable_thinking": false}; bos_token and eos_token are
 *                            the model's unless they stand here
 *   "template"               text of a template to take instead of the GGUF's; "template_source" names it in messages
 *   "template_name"          which of the GGUF's named templates to take, e.g. "tool_use"
 *   "now"                    seconds since 1970 on the clock that strftime_now reads, for a fixed date
 * All but "messages" may be left out. A template that is no Jinja but a name that libllama knows ("vicuna", "llama2"),
 * as old files have it, is libllama's.
 *
 * Same capacity rule, for the text and for the spans [2 * spans_capacity]: the bytes [begin, end) of the text that
 * came from messages, tools and variables rather than from the template (but for roles and for variables whose names
 * end with "_token"), in order, not touching each other. So text of a message is never read as a control token
 * (gto_target_tokenize_chat), whatever the template does with it.
 *
 * GTO_E_FORMAT if there is no template, and with its line if it can't be read, raises an exception, or takes too much:
 * 10 million steps, 256 MiB of text, 1 GiB of values, 3000 levels. GTO_E_ARGUMENT names what is wrong with the
 * request, e.g. a role that holds a control token.
 */
GTO_API gto_status gto_target_chat(const gto_target * target, const char * request, int64_t request_bytes, char * text,
                                   int32_t capacity, int32_t * n_bytes, int32_t * spans, int32_t spans_capacity,
                                   int32_t * n_spans);

/**
 * Rewrites a GGUF with other weight types: type is "F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1",
 * "Q2_K", "Q3_K_M", "Q4_K_M", "Q5_K_M", "Q6_K", "IQ4_NL" or "IQ4_XS" (re-quantising is allowed); as in llama-quantize
 * some tensors get another type, and those whose rows a type's blocks don't fit. Writes to a temporary file in out's
 * folder, fsync, rename. GTO_E_ARGUMENT if out is a file of the model in, or no file (a pipe, a device).
 */
GTO_API gto_status gto_target_requantize(const char * in, const char * out, const char * type, int32_t n_threads);

#ifdef __cplusplus
}
#endif
#endif
