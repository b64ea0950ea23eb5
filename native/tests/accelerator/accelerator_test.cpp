// What the accelerators of the test devices promise: copies, order, traffic, and errors in words.
#include "accelerator/test_accelerator.h"
#include "cuda/control.h"
#include "kernel/kernel_list.h"

#include <gtest/gtest.h>

using namespace gto;
using namespace gto_test;

namespace {

class Accelerator : public testing::TestWithParam<const char *> {};

std::string opening_fault(const char * device, int32_t index = 0) {
    accelerator_stream * stream = nullptr;
    const char * fault = test_accelerator::table_of(device).open(index, &stream);
    EXPECT_EQ(stream == nullptr, fault != nullptr);
    const std::string text = fault ? fault : "";
    if (stream) test_accelerator::table_of(device).close(stream);
    return text;
}

bool has(const std::string & text, const char * part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_P(Accelerator, SaysWhatItWasBuiltWith) {
    const accelerator & table = test_accelerator::table_of(GetParam());
    EXPECT_EQ(table.version, accelerator::current_version);
    EXPECT_EQ(table.kernels, kernel_list::count);
    EXPECT_NE(opening_fault(GetParam(), 1), "");
    EXPECT_NE(opening_fault(GetParam(), -1), "");
}

TEST_P(Accelerator, CopiesInTheOrderOfTheCalls) {
    test_accelerator device(GetParam());
    std::vector<int32_t> values = {1, 2, 3, 4};
    auto *a = device.array<int32_t>(4), *b = device.array<int32_t>(4);
    const size_t bytes = 4 * sizeof(int32_t);
    EXPECT_EQ(device.table().write(device.stream(), a, values.data(), bytes), nullptr);
    std::fill(values.begin(), values.end(), 9); // has been copied
    EXPECT_EQ(device.table().copy(device.stream(), b, a, bytes), nullptr);
    EXPECT_EQ(device.table().zero(device.stream(), a, bytes), nullptr);
    EXPECT_EQ(device.values(b, 4), (std::vector<int32_t>{1, 2, 3, 4}));
    EXPECT_EQ(device.values(a, 4), (std::vector<int32_t>{0, 0, 0, 0}));
    EXPECT_EQ(device.table().write(device.stream(), nullptr, nullptr, 0), nullptr);
    EXPECT_EQ(device.table().read(device.stream(), nullptr, nullptr, 0), nullptr);
    EXPECT_EQ(device.table().copy(device.stream(), nullptr, nullptr, 0), nullptr);
    EXPECT_EQ(device.table().zero(device.stream(), nullptr, 0), nullptr);
}

TEST_P(Accelerator, CountsWhatCrosses) {
    test_accelerator device(GetParam());
    auto & traffic = device.memory().traffic;
    auto * data = device.array<char>(100);
    traffic.to_device = traffic.to_host = traffic.within = 0;
    char host[100] = {};
    device.check(device.table().write(device.stream(), data, host, 100));
    device.check(device.table().copy(device.stream(), data + 50, data, 30));
    device.check(device.table().read(device.stream(), host, data, 20));
    EXPECT_EQ(traffic.to_device, 100);
    EXPECT_EQ(traffic.within, 30);
    EXPECT_EQ(traffic.to_host, 20);
}

INSTANTIATE_TEST_SUITE_P(Devices, Accelerator, testing::Values("GUARD0", "SHIM0"),
                         [](const auto & device) { return std::string(device.param); });

// A kernel's object has been copied when the launch returns, and so has host memory that CUDA reads later by itself.
TEST(CudaAccelerator, TakesWhatItIsGivenAtOnce) {
    test_accelerator device("SHIM0");
    float * z = device.array(std::vector<float>{0.5f, 3.0f});
    scaled_rows kernel = {dense(z, 1, 2), 0, z, dense(z, 1, 2)};
    device.launch(kernel_list::id<scaled_rows>(), 1, kernel);
    kernel = {};
    EXPECT_EQ(device.values(z, 2), (std::vector<float>{0.25f, 9.0f}));

    void * pinned = nullptr;
    ASSERT_EQ(cudaHostAlloc(&pinned, sizeof(float), cudaHostAllocDefault), cudaSuccess);
    *(float *) pinned = 3.0f;
    device.check(device.table().write(device.stream(), z, pinned, sizeof(float)));
    *(float *) pinned = 4.0f;
    EXPECT_EQ(device.values(z, 1)[0], 3.0f);
    cudaFreeHost(pinned);
}

// As on a GPU, nothing is done before somebody waits: other ways to the memory see what was there before.
TEST(CudaAccelerator, WorksLate) {
    test_accelerator device("SHIM0");
    float * z = device.array(std::vector<float>{1.0f});
    device.wait();
    device.check(device.table().zero(device.stream(), z, sizeof(float)));
    const auto seen = [&] {
        const guarded_memory::window open(device.memory(), "the test");
        return *z;
    };
    EXPECT_EQ(seen(), 1.0f);
    device.wait();
    EXPECT_EQ(seen(), 0.0f);
}

TEST(CudaAccelerator, SaysWhatIsMissing) {
    load_test_device("SHIM0");
    cuda_on_cpu::set_driver_version(0);
    EXPECT_EQ(opening_fault("SHIM0"), "no CUDA driver: expected one for CUDA 13.0 or later");
    cuda_on_cpu::set_driver_version(12040);
    EXPECT_EQ(opening_fault("SHIM0"), "CUDA driver too old: expected one for CUDA 13.0 or later, found CUDA 12.4");
    cuda_on_cpu::set_driver_version(cuda_on_cpu::runtime_version);
    cuda_on_cpu::set_devices(0);
    EXPECT_EQ(opening_fault("SHIM0"), "no CUDA device found, though there is a driver");
    cuda_on_cpu::set_devices(1);
    EXPECT_EQ(opening_fault("SHIM0", 2), "CUDA device: expected 0..0, found 2");
    EXPECT_EQ(opening_fault("SHIM0"), "");
}

TEST(CudaAccelerator, SaysHowMuchMemoryWasAskedAndFree) {
    load_test_device("SHIM0");
    guarded_memory & memory = cuda_on_cpu::memory();
    const size_t before = memory.limit();
    memory.set_limit(memory.used() + 1000);
    EXPECT_EQ(opening_fault("SHIM0"),
              "CUDA: out of memory: 33554432 bytes asked, 1000 of " + std::to_string(memory.used() + 1000) + " free");
    memory.set_limit(before);
    EXPECT_EQ(opening_fault("SHIM0"), "");
}

TEST(CudaAccelerator, RefusesLanesThatNoBlockHas) {
    for (const char * lanes : {"31", "0", "544", "64x", "-32"}) {
        setenv("GTO_CUDA_LANES", lanes, 1);
        EXPECT_TRUE(has(opening_fault("SHIM0"), "GTO_CUDA_LANES: expected a multiple of 32 from 32 to 512")) << lanes;
    }
    unsetenv("GTO_CUDA_LANES");
}

// A stream that is closed leaves nothing on the device.
TEST(CudaAccelerator, GivesItsMemoryBack) {
    load_test_device("SHIM0");
    const size_t before = cuda_on_cpu::memory().used();
    for (int i = 0; i < 3; i++) EXPECT_EQ(opening_fault("SHIM0"), "");
    EXPECT_EQ(cuda_on_cpu::memory().used(), before);
}
