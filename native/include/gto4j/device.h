/**
 * A compute device: one ggml backend, and for the CPU one thread pool that the target and the draft share
 * (two pools would spin against each other between their graphs).
 */
#ifndef GTO4J_DEVICE_H
#define GTO4J_DEVICE_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gto_device gto_device;

/**
 * Opens a device.
 * @param name      "CPU-GTO4J": kernels of ours over ggml's CPU backend, whose rows have the same bits whatever is
 *                  computed beside them, and weights packed for them. GTO_E_ARGUMENT where the processor lacks the
 *                  instructions. "CPU": ggml's own kernels. "CUDA0" and the like: ggml's other devices. NULL or "":
 *                  "CPU-GTO4J" where the processor has the instructions, else "CPU"
 * @param n_threads CPU threads, 1..512; 0 means as many as this process may use processors: those of its affinity, or
 *                  its control groups' CPU quota, if that is less
 */
GTO_API gto_status gto_device_open(const char * name, int32_t n_threads, gto_device ** out);
GTO_API void gto_device_free(gto_device * device);

/** E.g. "CPU". */
GTO_API const char * gto_device_name(const gto_device * device);
/** For people: the processor's name and, of "CPU-GTO4J", its kernels. */
GTO_API const char * gto_device_description(const gto_device * device);
GTO_API int32_t gto_device_threads(const gto_device * device);

/** How many devices gto_device_open finds here; the first is what it opens without a name. Thread-safe. */
GTO_API int32_t gto_available_devices(void);
/** Name and description of one of them; "" where i isn't in 0..gto_available_devices() - 1. Valid as long as the
 *  program runs. Thread-safe. */
GTO_API const char * gto_available_device_name(int32_t i);
GTO_API const char * gto_available_device_description(int32_t i);

#ifdef __cplusplus
}
#endif
#endif
