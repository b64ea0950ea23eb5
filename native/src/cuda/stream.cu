#include "cuda/stream.h"

#include "cuda/error.h"
#include "kernel/launch.cuh"

#include <cstdlib>
#include <new>

namespace gto {

// GTO_CUDA_LANES: threads a block of all kernels, for tests and measurements.
static const char * read_lanes(int32_t & lanes) {
    const char * text = getenv("GTO_CUDA_LANES");
    if (!text || !*text) return nullptr;
    char * end = nullptr;
    const long wanted = strtol(text, &end, 10);
    if (*end || wanted < 32 || wanted > max_lanes || wanted % 32 != 0) {
        return message("GTO_CUDA_LANES: expected a multiple of 32 from 32 to %d, found \"%s\"", max_lanes, text);
    }
    lanes = (int32_t) wanted;
    return nullptr;
}

static const char * fill(accelerator_stream & s, int32_t index) {
    int found = 0;
    if (const char * fault = fault_of(cudaGetDeviceCount(&found), "asking for devices")) return fault;
    if (index < 0 || index >= found) return message("CUDA device: expected 0..%d, found %d", found - 1, index);
    s.device = index;
    if (const char * fault = read_lanes(s.lanes)) return fault;
    if (const char * fault = select_device(s)) return fault;
    // Doesn't wait for the default stream, which others may use.
    if (const char * fault =
            fault_of(cudaStreamCreateWithFlags(&s.stream, cudaStreamNonBlocking), "creating a stream")) {
        return fault;
    }
    const char * fault = nullptr;
    s.blas = shared_blas::of(index, fault);
    return fault;
}

const char * select_device(const accelerator_stream & stream) {
    return fault_of(cudaSetDevice(stream.device), "selecting the device");
}

const char * open_stream(int32_t index, accelerator_stream ** out) {
    *out = nullptr;
    auto * stream = new (std::nothrow) accelerator_stream;
    if (!stream) return "no memory for a stream";
    const char * fault = fill(*stream, index);
    if (fault) {
        close_stream(stream);
    } else {
        *out = stream;
    }
    return fault;
}

// What fails here has been told by wait() or read(), or comes too late to matter.
void close_stream(accelerator_stream * stream) {
    if (!stream) return;
    if (stream->stream) {
        cudaSetDevice(stream->device);
        cudaStreamSynchronize(stream->stream);
    }
    if (stream->blas) stream->blas->forget(stream->stream);
    if (stream->stream) cudaStreamDestroy(stream->stream);
    delete stream;
}

} // namespace gto
