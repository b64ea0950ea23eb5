/** A sampler: a llama.cpp sampler chain. */
#ifndef GTO4J_SAMPLER_H
#define GTO4J_SAMPLER_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gto_sampler gto_sampler;
struct gto_target;

typedef struct gto_sampler_options {
    float temperature;      /**< 0 means greedy (of the other fields penalties, grammar and bias then count); >= 0 */
    int32_t top_k;          /**< 0 = off */
    float top_p;            /**< in (0, 1], 1 = off; added up in double, where libllama may be a token off */
    float min_p;            /**< in [0, 1), 0 = off */
    float typical_p;        /**< in (0, 1], 1 = off */
    int32_t penalty_last_n; /**< 0 = off, -1 = context size; at most 2^24 */
    float penalty_repeat;   /**< 1 = off */
    float penalty_freq;     /**< 0 = off */
    float penalty_present;  /**< 0 = off */
    uint32_t seed;          /**< 0xFFFFFFFF counts as 0xFFFFFFFE */
    const char * grammar;   /**< GBNF whose rule "root" the text follows, from a trigger on if there are; NULL = off */
    int32_t n_bias;         /**< biased tokens, 0 = off */
    const int32_t * bias_tokens;   /**< [n_bias] */
    const float * bias;            /**< [n_bias] added to their logits; -INFINITY forbids a token */
    int32_t n_triggers;            /**< 0: the grammar counts from the text's beginning */
    const char * const * triggers; /**< [n_triggers] texts; the grammar counts from where the first of them stands */
    /** [n_triggers] whether a trigger is a regular expression (ECMAScript) over the last 256 bytes of the text. Its
     *  first group, if it has one, is where the grammar begins. */
    const bool * triggers_are_patterns;
    const char * grammar_prefix; /**< what the grammar has taken before the text; NULL = nothing. Without triggers */
} gto_sampler_options;

/** Greedy: temperature 0, everything else off, seed 0. */
GTO_API gto_sampler_options gto_sampler_options_default(void);

/** Builds the chain: bias, grammar, penalties, top-k, typical, top-p, min-p, temperature, dist (or greedy). The
 *  options' arrays are copied. GTO_E_FORMAT: the grammar can't be read (the message names line and column) or is too
 *  large: more than a MiB, groups deeper than 256, more than 50,000 rules with groups and repetitions written out. One
 *  that is so ambiguous that following a text takes seconds a token ends sampling with GTO_E_ARGUMENT. Where a trigger
 *  is followed by what the grammar doesn't take, the text goes on freely. */
GTO_API gto_status gto_sampler_open(const struct gto_target * target, gto_sampler_options options, gto_sampler ** out);
GTO_API void gto_sampler_free(gto_sampler * sampler);
/** Forgets accepted tokens and restarts the random stream from the seed. */
GTO_API gto_status gto_sampler_reset(gto_sampler * sampler);
/** Tells the penalties about tokens that the chain didn't draw, e.g. the prompt. */
GTO_API gto_status gto_sampler_accept(gto_sampler * sampler, int32_t n, const int32_t * tokens);

#ifdef __cplusplus
}
#endif
#endif
