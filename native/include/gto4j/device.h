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
 * @param name      ggml device name ("CPU", "CUDA0", ...); NULL or "" means "CPU"
 * @param n_threads CPU threads, 1..512; 0 means as many as this process may use processors: those of its affinity, or its control
 *                  groups' CPU quota, if that is less
 */
GTO_API gto_status gto_device_open(const char * name, int32_t n_threads, gto_device ** out);
GTO_API void       gto_device_free(gto_device * device);

/** ggml name of the device, e.g. "CPU". */
GTO_API const char * gto_device_name(const gto_device * device);
/** Human-readable description, e.g. the processor's name. */
GTO_API const char * gto_device_description(const gto_device * device);
GTO_API int32_t      gto_device_threads(const gto_device * device);

#ifdef __cplusplus
}
#endif
#endif
