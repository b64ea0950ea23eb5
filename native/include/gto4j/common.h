/**
 * Conventions of the gto4j C API.
 *
 * - Every fallible call returns a status (GTO_OK or a GTO_E_* code). The message of the calling thread's
 *   last failure is gto_last_error(); it names the file or argument, what was expected and what was found.
 * - No C++ exception and no abort leaves the library: arguments are validated before ggml or libllama see them.
 * - Handles are opaque. *_free(NULL) is a no-op. A handle must outlive what was opened from it. What returns no status
 *   gives nothing (0, "") for NULL.
 * - A call that fails leaves its handles usable: the next call works, and rows, nodes and gradients of the failed one
 *   are gone.
 * - Unless said otherwise a handle may be used by one thread at a time; different handles by different threads.
 *   Computations on one gto_device are serialised by the library.
 * - Arrays are row-major. "row" is the slowest index. Token ids are int32_t, positions are 0-based int32_t.
 */
#ifndef GTO4J_COMMON_H
#define GTO4J_COMMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(_WIN32)
#  if defined(GTO4J_BUILD)
#    define GTO_API __declspec(dllexport)
#  else
#    define GTO_API __declspec(dllimport)
#  endif
#else
#  define GTO_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef int32_t gto_status;

#define GTO_OK         0
#define GTO_E_ARGUMENT 1 /**< an argument is out of range or two arguments disagree */
#define GTO_E_IO       2 /**< a file is missing, unreadable, truncated, or can't be written */
#define GTO_E_FORMAT   3 /**< a file is readable, but isn't what is expected (wrong architecture, shape, type) */
#define GTO_E_MEMORY   4 /**< an allocation failed */
#define GTO_E_CONTEXT  5 /**< the context (KV cells, sequences, rows) is full */
#define GTO_E_NUMERIC  6 /**< NaN or infinity where a finite number is needed */
#define GTO_E_INTERNAL 7 /**< libllama or ggml failed for another reason */

/** Message of the last failed call of this thread; "" if none failed yet. Valid until this thread's next call. */
GTO_API const char * gto_last_error(void);

/** Version of this library, e.g. "0.1.0". */
GTO_API const char * gto_version(void);

/** Version of the llama.cpp that this library was built with, e.g. "0.5.0". */
GTO_API const char * gto_llama_version(void);

/**
 * Bytes that this process may still take: the least of free memory and what its control groups, its own limits (ulimit)
 * and the environment variable GTO4J_MEMORY_LIMIT (bytes, or a number with K, M or G: the most that it may have) leave;
 * -1 where the system doesn't say. Whatever takes more than a few MiB of the CPU's memory asks for it first, and fails
 * with GTO_E_MEMORY. GTO_E_ARGUMENT: the variable is no number. Thread-safe.
 */
GTO_API gto_status gto_memory_available(int64_t * bytes);
/** What leaves no more, by this thread's last gto_memory_available, e.g. "free memory of this machine". Valid until
 *  this thread's next such call. */
GTO_API const char * gto_memory_limit(void);

/** Number of handles that are open in this process (all kinds), for leak tests. Thread-safe. */
GTO_API int64_t gto_live_handles(void);

/** Lowest level of llama.cpp / ggml messages that reach stderr: 0 none, 1 errors (default), 2 warnings, 3 info, 4
 *  debug. Thread-safe. */
GTO_API void gto_log_level(int32_t level);

#ifdef __cplusplus
}
#endif
#endif
