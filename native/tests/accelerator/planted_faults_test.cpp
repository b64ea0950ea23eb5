// Faults that the test devices must see, in kernels and groups made for it: where one of these tests fails, the tests
// of the real kernels prove nothing.
#include "accelerator/test_accelerator.h"
#include "cuda/control.h"
#include "kernel/kernel_list.h"
#include "kernel/launch.cuh"

#include <cublas_v2.h>
#include <gtest/gtest.h>
#include <numeric>

using namespace gto;
using namespace gto_test;

namespace {

enum class fault { none, no_first_barrier, no_second_barrier, wrong_shuffle, divergent_sync, divergent_shuffle };

// kernel/block_group.cuh with a fault.
template <fault what> struct faulty_group {
    static constexpr int32_t chunk = 64;
    double * scratch;

    int32_t rank() const { return (int32_t) threadIdx.x; }
    int32_t size() const { return (int32_t) blockDim.x; }
    void sync() const { __syncthreads(); }
    template <class T> T sum(T v) const {
        auto * shared = (T *) scratch;
        if (what == fault::divergent_sync && threadIdx.x == 5) return v;
        for (int offset = what == fault::wrong_shuffle ? 8 : 16; offset > 0; offset /= 2) {
            if (what == fault::divergent_shuffle && threadIdx.x == 5) continue;
            v += __shfl_xor_sync(0xffffffffu, v, offset);
        }
        if (what != fault::no_first_barrier) __syncthreads();
        if (threadIdx.x % 32 == 0) shared[threadIdx.x / 32] = v;
        if (what != fault::no_second_barrier) __syncthreads();
        v = shared[0];
        for (unsigned warp = 1; warp < blockDim.x / 32; ++warp) v += shared[warp];
        return v;
    }
};

// Two sums of what each lane holds.
struct two_sums {
    int32_t * out;
    template <class Group> void operator()(Group g, int32_t row) const {
        const int32_t first = g.sum(g.rank()), second = g.sum(2 * g.rank());
        out[row * g.size() + g.rank()] = first + second;
    }
};

// Each lane reads what its neighbour wrote.
template <bool with_barrier> struct neighbours {
    int32_t * values;
    template <class Group> void operator()(Group g, int32_t) const {
        values[g.rank()] = g.rank();
        if (with_barrier) g.sync();
        const int32_t next = values[(g.rank() + 1) % g.size()];
        if (with_barrier) g.sync();
        values[g.rank()] = next;
    }
};

struct half_syncs {
    template <class Group> void operator()(Group g, int32_t) const {
        if (g.rank() < 64) g.sync();
    }
};

struct two_places {
    template <class Group> void operator()(Group g, int32_t) const {
        if (g.rank() < 64) {
            __syncthreads();
        } else {
            __syncthreads();
        }
    }
};

template <fault what, class Kernel> void on_faulty_group(int32_t, Kernel kernel) {
    static double scratch[max_lanes / 32];
    kernel(faulty_group<what>{scratch}, (int32_t) blockIdx.x);
}

constexpr unsigned lanes = 128;

template <fault what, class Kernel> void launch_faulty(Kernel kernel, unsigned blocks = 1) {
    int32_t n = 1;
    void * arguments[] = {&n, &kernel};
    EXPECT_EQ(cudaLaunchKernel(on_faulty_group<what, Kernel>, dim3(blocks), dim3(lanes), arguments), cudaSuccess);
    EXPECT_EQ(cudaStreamSynchronize(nullptr), cudaSuccess);
}

// In how many of 20 orders of threads an entry isn't what it should be.
template <fault what, class Kernel> int wrong_orders(int32_t *(Kernel::*out), const std::vector<int32_t> & expected) {
    int wrong = 0;
    for (unsigned seed = 1; seed <= 20; seed++) {
        test_accelerator device("SHIM0");
        cuda_on_cpu::set_seed(seed);
        Kernel kernel = {};
        kernel.*out = device.array(std::vector<int32_t>(lanes, -1));
        device.wait();
        launch_faulty<what>(kernel);
        wrong += device.values(kernel.*out, lanes) != expected;
    }
    return wrong;
}

template <fault what> int wrong_sums() {
    return wrong_orders<what>(&two_sums::out, std::vector<int32_t>(lanes, 3 * lanes * (lanes - 1) / 2));
}

template <bool with_barrier> int wrong_neighbours() {
    std::vector<int32_t> expected(lanes);
    std::iota(expected.begin(), expected.end(), 1);
    expected.back() = 0;
    return wrong_orders<fault::none>(&neighbours<with_barrier>::values, expected);
}

class PlantedFault : public testing::TestWithParam<const char *> {
  protected:
    // A product of a [4 x 4] matrix with itself.
    static matrix_product product(test_accelerator & device) {
        const float * a = device.array(std::vector<float>(16, 1.0f));
        const float * b = device.array(std::vector<float>(16, 1.0f));
        return {4, 4, 4, a, 4, false, b, 4, false, device.array<float>(16), 4, false, number_type::f32, 1, 0, 0, 0};
    }
};

} // namespace

TEST(FaultyKernel, NoneIsFoundWhereNoneIs) {
    EXPECT_EQ(wrong_sums<fault::none>(), 0);
    EXPECT_EQ(wrong_neighbours<true>(), 0);
}

TEST(FaultyKernel, MissingBarriersGiveOtherResults) {
    EXPECT_GT(wrong_sums<fault::no_first_barrier>(), 0);
    EXPECT_GT(wrong_sums<fault::no_second_barrier>(), 0);
}

TEST(FaultyKernel, AWrongShuffleGivesOtherResults) { EXPECT_EQ(wrong_sums<fault::wrong_shuffle>(), 20); }

TEST(FaultyKernel, ARaceGivesOtherResults) { EXPECT_GT(wrong_neighbours<false>(), 0); }

TEST(FaultyKernel, ThreadsThatDoNotMeetEndTheProcess) {
    test_accelerator device("SHIM0");
    const two_sums kernel = {device.array<int32_t>(lanes)};
    EXPECT_DEATH(launch_faulty<fault::divergent_sync>(kernel), "not all lanes of the warp are at the shuffle");
    EXPECT_DEATH(launch_faulty<fault::divergent_shuffle>(kernel), "not all lanes of the warp are at the shuffle");

    EXPECT_DEATH(launch_faulty<fault::none>(half_syncs()), "a thread has ended that others wait for");
    EXPECT_DEATH(launch_faulty<fault::none>(two_places()), "at another __syncthreads");
}

// A kernel of the list that reads and writes z.
scaled_rows squares_of(float * z, int32_t n) { return {dense(z, 1, n), 0, z, dense(z, 1, n)}; }

void free_before_work_is_done(test_accelerator & device) {
    float * z = device.array(std::vector<float>(64));
    device.wait();
    device.launch(kernel_list::id<scaled_rows>(), 1, squares_of(z, 64));
    device.free_arrays();
    device.wait();
}

TEST(FaultyKernel, WorkOnFreedMemoryEndsTheProcess) {
    test_accelerator device("SHIM0");
    EXPECT_EXIT(free_before_work_is_done(device), testing::KilledBySignal(SIGSEGV),
                "scaled_rows.*touches .*freed allocation");
}

// Two products in one workspace on two streams.
void multiply_on_two_streams(bool waits) {
    test_accelerator device("SHIM0");
    float *workspace = device.array<float>(16), *a = device.array<float>(1), *c = device.array<float>(2);
    cudaStream_t streams[2];
    cudaEvent_t done;
    cublasHandle_t blas;
    cudaEventCreateWithFlags(&done, cudaEventDisableTiming);
    cublasCreate(&blas);
    const float one = 1.0f, none = 0.0f;
    for (int i = 0; i < 2; i++) {
        cudaStreamCreateWithFlags(&streams[i], cudaStreamNonBlocking);
        if (i == 1 && waits) cudaStreamWaitEvent(streams[1], done, 0);
        cublasSetStream(blas, streams[i]);
        cublasSetWorkspace(blas, workspace, 64);
        cublasGemmEx(blas, CUBLAS_OP_N, CUBLAS_OP_N, 1, 1, 1, &one, a, CUDA_R_32F, 1, a, CUDA_R_32F, 1, &none, c + i,
                     CUDA_R_32F, 1, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
        cudaEventRecord(done, streams[i]);
    }
    for (cudaStream_t stream : streams) cudaStreamDestroy(stream);
    cublasDestroy(blas);
    cudaEventDestroy(done);
}

TEST(FaultyKernel, AWorkspaceThatTwoStreamsUseEndsTheProcess) {
    multiply_on_two_streams(true);
    EXPECT_DEATH(multiply_on_two_streams(false), "a workspace that another stream's product may be using");
}

void free_before_copy_is_done(test_accelerator & device) {
    auto *a = device.array(std::vector<float>(64)), *b = device.array(std::vector<float>(64));
    device.wait();
    device.check(device.table().copy(device.stream(), a, b, 64));
    device.free_arrays();
    device.wait();
}

TEST(FaultyKernel, ACopyWhoseMemoryIsFreedBeforeItIsDoneEndsTheProcess) {
    test_accelerator device("SHIM0");
    EXPECT_DEATH(free_before_copy_is_done(device),
                 "a copy: expected 64 bytes in one allocation of the device, found .*freed allocation");
}

void overrun(test_accelerator & device, float * z, int32_t n) {
    device.launch(kernel_list::id<scaled_rows>(), 1, squares_of(z, n));
    device.wait();
}

TEST_P(PlantedFault, TheHostTouchesDeviceMemory) {
    test_accelerator device(GetParam());
    const float * values = device.array(std::vector<float>(3));
    device.wait();
    EXPECT_EXIT(printf("%g", *(const volatile float *) values), testing::KilledBySignal(SIGSEGV),
                "host code touches byte 0 of an allocation of 12 bytes");
}

TEST_P(PlantedFault, AKernelIsGivenHostMemory) {
    test_accelerator device(GetParam());
    std::vector<float> host(64);
    EXPECT_DEATH(device.launch(kernel_list::id<scaled_rows>(), 1, squares_of(host.data(), 64)),
                 "scaled_rows.*points to memory of the host");
}

TEST_P(PlantedFault, AKernelIsGivenFreedMemory) {
    test_accelerator device(GetParam());
    float * z = device.array(std::vector<float>(64));
    device.wait();
    device.free_arrays();
    EXPECT_DEATH(device.launch(kernel_list::id<scaled_rows>(), 1, squares_of(z, 64)),
                 "scaled_rows.*points to .*freed allocation");
}

TEST_P(PlantedFault, AKernelWritesBehindItsMemory) {
    test_accelerator device(GetParam());
    float * z = device.array(std::vector<float>(63));
    device.wait();
    EXPECT_DEATH(overrun(device, z, 64), "wrote to byte 252 of an allocation of 252 bytes");
}

TEST_P(PlantedFault, AKernelReadsFarBehindItsMemory) {
    test_accelerator device(GetParam());
    float * z = device.array(std::vector<float>(64));
    device.wait();
    EXPECT_EXIT(overrun(device, z, 640), testing::KilledBySignal(SIGSEGV),
                "scaled_rows.*touches byte .* of an allocation of 256 bytes");
}

TEST_P(PlantedFault, ACopyAfterFree) {
    test_accelerator device(GetParam());
    auto * values = device.array(std::vector<float>(4));
    device.wait();
    device.free_arrays();
    EXPECT_DEATH(device.values(values, 4), "expected 16 bytes in one allocation of the device, found .*freed");
    EXPECT_DEATH(device.table().zero(device.stream(), values, 4), "expected 4 bytes in one allocation");
}

TEST_P(PlantedFault, ACopyLongerThanItsMemory) {
    test_accelerator device(GetParam());
    auto * values = device.array(std::vector<float>(4));
    device.wait();
    EXPECT_DEATH(device.values(values, 5), "expected 20 bytes in one allocation of the device");
}

TEST_P(PlantedFault, ACopyInTheWrongDirection) {
    test_accelerator device(GetParam());
    auto * values = device.array(std::vector<float>(4));
    device.wait();
    EXPECT_DEATH(device.table().write(device.stream(), values, values, 16),
                 "source of a copy from the host|a copy from the host reads device memory");
    float host[4];
    EXPECT_DEATH(device.table().read(device.stream(), host, host, 16), "source of a copy");
}

TEST_P(PlantedFault, AWrongLeadingDimension) {
    test_accelerator device(GetParam());
    const matrix_product right = product(device);
    device.multiply(right);
    for (int64_t matrix_product::*ld : {&matrix_product::lda, &matrix_product::ldb, &matrix_product::ldc}) {
        matrix_product p = right;
        p.*ld = 3;
        EXPECT_NE(device.table().multiply(device.stream(), p), nullptr);
        p.*ld = 5; // the last row ends behind the matrix
        EXPECT_DEATH(device.multiply(p), "of a product: expected 76 bytes in one allocation of the device");
    }
}

TEST_P(PlantedFault, AProductOfHostMemory) {
    test_accelerator device(GetParam());
    matrix_product p = product(device);
    const std::vector<float> host(16);
    p.b = host.data();
    EXPECT_DEATH(device.multiply(p), "of a product: .*found an address that isn't the device's");
}

TEST_P(PlantedFault, AStepBeyondTheBatch) {
    test_accelerator device(GetParam());
    matrix_product p = product(device);
    p.batch = 2;
    p.step_a = 16;
    EXPECT_DEATH(device.multiply(p), "of a product: expected 128 bytes");
}

INSTANTIATE_TEST_SUITE_P(Devices, PlantedFault, testing::Values("GUARD0", "SHIM0"),
                         [](const auto & device) { return std::string(device.param); });
