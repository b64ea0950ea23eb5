// CUDA on the CPU: memory, streams and copies. Launches and copies are done when their stream is synchronised, in their
// order; what CUDA promises to have copied earlier (pageable memory of the host, arguments of kernels) is copied at
// once. Faults of the program end the process with a message; what CUDA reports as an error is reported.
#include "cuda/control.h"
#include "cuda/pending_work.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <set>

namespace cuda_on_cpu {

namespace {

// Work of any stream is run under it: a block's indices are global.
std::recursive_mutex running;
std::mutex state;
std::set<cudaStream_t> streams;
std::vector<std::unique_ptr<cuda_on_cpu_stream>> ended;
std::map<char *, size_t> pinned;
int driver_version = runtime_version, devices = 1;
thread_local cudaError_t last = cudaSuccess;

cudaError_t driver_fault() {
    if (driver_version < runtime_version) return cudaErrorInsufficientDriver;
    return devices == 0 ? cudaErrorNoDevice : cudaSuccess;
}

bool is_pinned(const void * at) {
    std::lock_guard<std::mutex> lock(state);
    auto after = pinned.upper_bound((char *) at);
    if (after == pinned.begin()) return false;
    --after;
    return (char *) at < after->first + after->second;
}

bool is_device(const void * at) { return !memory().describe(at).empty(); }

void run(cudaStream_t handle) {
    std::lock_guard<std::recursive_mutex> lock(running);
    cuda_on_cpu_stream & stream = stream_of(handle);
    if (stream.pending.empty()) return;
    std::vector<cuda_on_cpu_stream::work> work;
    work.swap(stream.pending);
    gto_test::guarded_memory::window open(memory(), work.front().name);
    for (const auto & w : work) {
        memory().set_activity(w.name);
        w.run();
    }
    stream.n_done += (int64_t) work.size();
}

} // namespace

gto_test::guarded_memory & memory() {
    static auto * device =
        new gto_test::guarded_memory("CUDA on the CPU"); // lives as long as buffers that statics hold
    return *device;
}

void set_driver_version(int version) { driver_version = version; }
void set_devices(int count) { devices = count; }

cudaError_t report(cudaError_t error) {
    if (error != cudaSuccess) last = error;
    return error;
}

cuda_on_cpu_stream & stream_of(cudaStream_t handle) {
    static cuda_on_cpu_stream of_default;
    if (!handle) return of_default;
    std::lock_guard<std::mutex> lock(state);
    if (streams.count(handle) == 0) gto_test::die("CUDA on the CPU: a stream that was destroyed, or never created");
    return *handle;
}

} // namespace cuda_on_cpu

using namespace cuda_on_cpu;

cudaError_t cudaDriverGetVersion(int * version) {
    *version = driver_version;
    return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int * version) {
    *version = runtime_version;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceCount(int * count) {
    *count = devices;
    return report(driver_fault());
}

cudaError_t cudaSetDevice(int device) {
    if (const cudaError_t fault = driver_fault()) return report(fault);
    return report(device < 0 || device >= devices ? cudaErrorInvalidDevice : cudaSuccess);
}

cudaError_t cudaGetLastError() {
    const cudaError_t error = last;
    last = cudaSuccess;
    return error;
}

const char * cudaGetErrorString(cudaError_t error) {
    switch (error) {
        case cudaSuccess: return "no error";
        case cudaErrorInvalidValue: return "invalid argument";
        case cudaErrorMemoryAllocation: return "out of memory";
        case cudaErrorInvalidConfiguration: return "invalid configuration argument";
        case cudaErrorInsufficientDriver: return "CUDA driver version is insufficient for CUDA runtime version";
        case cudaErrorNoDevice: return "no CUDA-capable device is detected";
        case cudaErrorInvalidDevice: return "invalid device ordinal";
        case cudaErrorInvalidResourceHandle: return "invalid resource handle";
    }
    return "unrecognized error code";
}

cudaError_t cudaMalloc(void ** out, size_t bytes) {
    *out = memory().allocate(bytes);
    return report(*out ? cudaSuccess : cudaErrorMemoryAllocation);
}

// CUDA waits for the device here. That is no promise to build on: pending work that uses the memory fails.
cudaError_t cudaFree(void * at) {
    std::lock_guard<std::recursive_mutex> lock(running);
    return report(!at || memory().free(at) ? cudaSuccess : cudaErrorInvalidValue);
}

cudaError_t cudaHostAlloc(void ** out, size_t bytes, unsigned) {
    *out = malloc(bytes ? bytes : 1);
    if (!*out) return report(cudaErrorMemoryAllocation);
    std::lock_guard<std::mutex> lock(state);
    pinned[(char *) *out] = bytes;
    return cudaSuccess;
}

cudaError_t cudaFreeHost(void * at) {
    std::lock_guard<std::mutex> lock(state);
    if (at && pinned.erase((char *) at) == 0) return report(cudaErrorInvalidValue);
    free(at);
    return cudaSuccess;
}

cudaError_t cudaMemGetInfo(size_t * free, size_t * total) {
    *total = memory().limit();
    *free = *total - memory().used();
    return cudaSuccess;
}

cudaError_t cudaPointerGetAttributes(cudaPointerAttributes * out, const void * at) {
    *out = {};
    out->type = is_device(at) ? cudaMemoryTypeDevice : is_pinned(at) ? cudaMemoryTypeHost : cudaMemoryTypeUnregistered;
    return cudaSuccess;
}

// The ranges are looked at now and when the copy is done: memory may be freed meanwhile.
cudaError_t cudaMemcpyAsync(void * to, const void * from, size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
    constexpr const char * name = "a copy";
    const bool from_device = kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice;
    const bool to_device = kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice;
    if (!from_device && is_device(from)) gto_test::die("CUDA on the CPU: a copy from the host reads device memory");
    if (!to_device && is_device(to)) gto_test::die("CUDA on the CPU: a copy to the host writes device memory");
    const auto check = [=] {
        if (from_device) memory().require(from, bytes, "source of a copy");
        if (to_device) memory().require(to, bytes, "destination of a copy");
    };
    check();
    auto & traffic = memory().traffic;
    (to_device ? from_device ? traffic.within : traffic.to_device : traffic.to_host) += (int64_t) bytes;
    if (kind == cudaMemcpyHostToDevice && !is_pinned(from)) {
        auto copied = std::make_shared<std::vector<char>>((const char *) from, (const char *) from + bytes);
        defer(stream, name, [=] {
            check();
            memcpy(to, copied->data(), bytes);
        });
        return cudaSuccess;
    }
    defer(stream, name, [=] {
        check();
        memmove(to, from, bytes);
    });
    if (!to_device && !is_pinned(to)) run(stream); // CUDA returns from these when they are done
    return cudaSuccess;
}

cudaError_t cudaMemsetAsync(void * to, int value, size_t bytes, cudaStream_t stream) {
    memory().require(to, bytes, "a memset");
    defer(stream, "a memset", [=] {
        memory().require(to, bytes, "a memset");
        memset(to, value, bytes);
    });
    return cudaSuccess;
}

cudaError_t cudaStreamCreateWithFlags(cudaStream_t * out, unsigned) {
    *out = new cuda_on_cpu_stream;
    std::lock_guard<std::mutex> lock(state);
    streams.insert(*out);
    return cudaSuccess;
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    run(stream);
    std::lock_guard<std::mutex> lock(state);
    if (streams.erase(stream) == 0) return report(cudaErrorInvalidResourceHandle);
    ended.emplace_back(stream); // events may still name it
    return cudaSuccess;
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t * out, unsigned) {
    *out = new cuda_on_cpu_event;
    return cudaSuccess;
}

cudaError_t cudaEventDestroy(cudaEvent_t event) {
    delete event;
    return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
    event->stream = stream;
    event->n_given = stream_of(stream).n_given;
    return cudaSuccess;
}

// All of that stream's work is done where the event's would be enough.
cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
    if (!event->stream) return cudaSuccess;
    stream_of(stream).waited_for[event->stream] = event->n_given;
    defer(stream, "waiting for a stream", [other = event->stream, n = event->n_given] {
        if (other->n_done < n) run(other);
    });
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
    run(stream);
    return cudaSuccess;
}
