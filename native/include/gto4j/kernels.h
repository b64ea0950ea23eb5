/** What a device's products with weights take: a benchmark of its kernels. */
#ifndef GTO4J_KERNELS_H
#define GTO4J_KERNELS_H

#include "device.h"

#ifdef __cplusplus
extern "C" {
#endif

/** How many types of weights "CPU-GTO4J" has kernels for. Thread-safe. */
GTO_API int32_t gto_kernel_types(void);
/** One of them, e.g. "Q4_K"; "" where i isn't in 0..gto_kernel_types() - 1. Thread-safe. */
GTO_API const char * gto_kernel_type(int32_t i);

/** Bytes of a row of weights in a GGUF. GTO_E_ARGUMENT: the type isn't known, or its blocks don't fill the row
 *  (1..1048576 columns). Thread-safe. */
GTO_API gto_status gto_kernel_row_bytes(const char * type, int32_t columns, int64_t * n_bytes);

/**
 * Times products of one matrix of random weights, which lies as the device has a target's, with some rows: first once
 * each, then in `repetitions` rounds over all numbers of rows. With ggml_seconds each measurement is followed by the
 * same one with ggml's CPU kernels on the same threads, with weights as these want them.
 * @param type         as in a GGUF, e.g. "Q4_K"
 * @param outputs      rows of the matrix, 1..16777216
 * @param columns      1..1048576, whole blocks of the type
 * @param rows         [n_sizes] of activations, 1..4096 each; n_sizes is 1..64
 * @param repetitions  1..1000
 * @param seconds      [n_sizes] medians
 * @param ggml_seconds [n_sizes]; NULL: not measured. GTO_E_ARGUMENT unless the device has kernels beside ggml's
 *                     ("CPU-GTO4J")
 * @param n_bytes      of the matrix as it lies on the device
 */
GTO_API gto_status gto_kernel_times(gto_device * device, const char * type, int32_t outputs, int32_t columns,
                                    int32_t n_sizes, const int32_t * rows, int32_t repetitions, double * seconds,
                                    double * ggml_seconds, int64_t * n_bytes);

#ifdef __cplusplus
}
#endif
#endif
