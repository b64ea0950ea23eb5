/**
 * Features: what the target tells the draft about a run of tokens, one row a token.
 *
 * A row is [taps: n_taps * n_embd | hidden: n_embd]. taps are the inputs of the target's tapped blocks, concatenated;
 * hidden is the target's final normed hidden state (the input of its head). Rows of tokens whose hidden state was not
 * computed hold zeros there. Rows are kept in F32 or F16 (where values beyond +-65504 are cut off there). The native
 * currency between target, draft and trainer: its contents never cross to Java.
 */
#ifndef GTO4J_FEATURES_H
#define GTO4J_FEATURES_H

#include "device.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gto_features gto_features;

#define GTO_TYPE_F32  0
#define GTO_TYPE_F16  1
#define GTO_TYPE_Q8_0 2 /**< weights of draft sessions only */
#define GTO_TYPE_BF16 3 /**< products of draft sessions only */
#define GTO_TYPE_Q4_0 4 /**< weights of draft sessions only */

/** An empty matrix. n_taps 1..8, n_embd >= 1; with_hidden = false leaves the hidden part out; type GTO_TYPE_F32 or
 *  _F16. */
GTO_API gto_status gto_features_create(int32_t n_taps, int32_t n_embd, bool with_hidden, int32_t type,
                                       gto_features ** out);
/** The same in F32, in the memory of a device that computes drafts beside a target (gto_device_computes_drafts), so
 * that rows of a pass there never come to the host; on a CPU in the host's. The device outlives them. */
GTO_API gto_status gto_features_create_on(gto_device * device, int32_t n_taps, int32_t n_embd, bool with_hidden,
                                          gto_features ** out);
GTO_API void gto_features_free(gto_features * features);

GTO_API int32_t gto_features_rows(const gto_features * features);
/** Bytes of one row as kept in memory and on disk. */
GTO_API int64_t gto_features_row_bytes(const gto_features * features);
/** Keeps the first n_rows rows. */
GTO_API gto_status gto_features_truncate(gto_features * features, int32_t n_rows);
/** Appends n_rows rows given as F32 [n_rows][width] with width = n_taps * n_embd (+ n_embd with hidden). For tests and
 *  importers. */
GTO_API gto_status gto_features_append(gto_features * features, int32_t n_rows, const float * rows);
/** Copies row `row` as F32 [width]. For tests. */
GTO_API gto_status gto_features_get(const gto_features * features, int32_t row, float * out);

/** Appends all rows to the file (created if absent), then fsync. *offset = byte offset of the first row written. */
GTO_API gto_status gto_features_write(const gto_features * features, const char * path, int64_t * offset);
/** Replaces the contents by n_rows rows read from byte `offset` of the file. GTO_E_IO if the file ends early. */
GTO_API gto_status gto_features_read(gto_features * features, const char * path, int64_t offset, int32_t n_rows);

#ifdef __cplusplus
}
#endif
#endif
