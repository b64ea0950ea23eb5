/**
 * A compute device: one ggml backend or several GPUs, and for the CPU one thread pool that the target and the draft
 * share (two pools would spin against each other between their graphs).
 */
#ifndef GTO4J_DEVICE_H
#define GTO4J_DEVICE_H

#include "common.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct gto_device gto_device;

#define GTO_DEVICE_CPU            0
#define GTO_DEVICE_GPU            1
#define GTO_DEVICE_INTEGRATED_GPU 2 /**< its memory is the CPU's */
#define GTO_DEVICE_OTHER          3

/**
 * Opens a device.
 * @param name      "CPU-GTO4J": kernels of ours over ggml's CPU backend, whose rows have the same bits whatever is
 *                  computed beside them, and weights packed for them. GTO_E_ARGUMENT where the processor lacks the
 *                  instructions. "CPU": ggml's own kernels. "CUDA0" and the like: ggml's other devices, whose modules
 *                  lie beside libggml or in the folder that the environment variable GTO4J_BACKENDS names.
 * "CUDA0,CUDA1": a target's layers are shared out between several GPUs. NULL or "": "CPU-GTO4J" where the processor has
 * the instructions, else "CPU". GTO_E_ARGUMENT: no such device (the message says which there are, and what is missing
 * for this one), one named twice, or a CPU beside GPUs
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
/** GTO_DEVICE_*, of the first of several. */
GTO_API int32_t gto_device_kind(const gto_device * device);
/** Whether drafts compute on the device that their target is on: a CPU, or a device that gto4j has kernels for.
 *  Otherwise they compute on the CPU beside it. */
GTO_API bool gto_device_computes_drafts(const gto_device * device);
/** Why they don't; "" if they do. Lives as long as the device. */
GTO_API const char * gto_device_why_no_drafts(const gto_device * device);
/** Bytes of the devices' memory together: what is free now, and all; -1 where it isn't known. On the CPU `free` is what
 *  gto_memory_available says. */
GTO_API gto_status gto_device_memory(const gto_device * device, int64_t * free, int64_t * total);

/** How many devices gto_device_open finds here; the first is what it opens without a name. Thread-safe. */
GTO_API int32_t gto_available_devices(void);
/** Name and description of one of them; "" where i isn't in 0..gto_available_devices() - 1. Valid as long as the
 *  program runs. Thread-safe. */
GTO_API const char * gto_available_device_name(int32_t i);
GTO_API const char * gto_available_device_description(int32_t i);
/** GTO_DEVICE_* of one of them. Thread-safe. */
GTO_API int32_t gto_available_device_kind(int32_t i);
/** Its memory, as gto_device_memory. GTO_E_ARGUMENT: i isn't in 0..gto_available_devices() - 1. Thread-safe. */
GTO_API gto_status gto_available_device_memory(int32_t i, int64_t * free, int64_t * total);

#ifdef __cplusplus
}
#endif
#endif
