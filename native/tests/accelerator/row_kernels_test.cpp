// Every kernel of the list on the test devices against the host. On CUDA on the CPU: blocks of several sizes, orders of
// threads by several seeds.
#include "accelerator/attention_kernel_cases.h"
#include "accelerator/draft_kernel_cases.h"
#include "accelerator/kernel_cases.h"
#include "accelerator/logit_kernel_cases.h"
#include "accelerator/training_kernel_cases.h"
#include "cuda/control.h"

#include <cstdlib>

using namespace gto;
using namespace gto_test;

namespace {

template <class Kernel> void compare(test_accelerator & device, unsigned seed) {
    EXPECT_GT(kernel_case<Kernel>::variants, 0) << "kernel " << kernel_list::id<Kernel>() << " of the list has no case";
    if constexpr (kernel_case<Kernel>::variants > 0) {
        for (int32_t variant = 0; variant < kernel_case<Kernel>::variants; variant++) {
            SCOPED_TRACE("kernel " + std::to_string(kernel_list::id<Kernel>()) + ", variant " +
                         std::to_string(variant) + ", seed " + std::to_string(seed));
            std::mt19937 of_host(seed), of_device(seed);
            kernel_runner host, other(&device);
            kernel_case<Kernel>::run(host, of_host, variant);
            kernel_case<Kernel>::run(other, of_device, variant);
            expect_same(other.outputs(), host.outputs());
            device.free_arrays();
        }
    }
}

template <class... Kernels> void compare_all(kernel_types<Kernels...>, test_accelerator & device, unsigned seed) {
    (compare<Kernels>(device, seed), ...);
}

// The last variant of the kernel in five orders of threads.
template <class Kernel> void compare_orders(test_accelerator & device) {
    SCOPED_TRACE("kernel " + std::to_string(kernel_list::id<Kernel>()));
    std::vector<kernel_output> first;
    for (unsigned seed = 1; seed <= 5; seed++) {
        cuda_on_cpu::set_seed(seed);
        std::mt19937 random(1);
        kernel_runner runner(&device);
        kernel_case<Kernel>::run(runner, random, kernel_case<Kernel>::variants - 1);
        if (seed == 1) first = runner.outputs();
        for (size_t i = 0; i < first.size(); i++) {
            EXPECT_EQ(relative_distance(runner.outputs()[i].values, first[i].values), 0.0) << first[i].name;
        }
        device.free_arrays();
    }
}

template <class... Kernels> void compare_orders_of_all(kernel_types<Kernels...>, test_accelerator & device) {
    (compare_orders<Kernels>(device), ...);
}

} // namespace

TEST(RowKernels, AgreeWithTheHostBehindAGuard) {
    test_accelerator device("GUARD0");
    for (unsigned seed = 1; seed <= 3; seed++) compare_all(kernel_list(), device, seed);
}

TEST(RowKernels, AgreeWithTheHostOnTheNamedDevice) {
    const char * name = getenv("GTO_TEST_DEVICE");
    if (!name || !*name) GTEST_SKIP() << "GTO_TEST_DEVICE names no device";
    test_accelerator device(name);
    for (unsigned seed = 1; seed <= 3; seed++) compare_all(kernel_list(), device, seed);
}

TEST(RowKernels, AgreeWithTheHostOnCuda) {
    for (const char * lanes : {"", "32", "64", "512"}) { // "": as each kernel says
        SCOPED_TRACE(std::string("lanes: ") + lanes);
        setenv("GTO_CUDA_LANES", lanes, 1);
        test_accelerator device("SHIM0");
        for (unsigned seed = 1; seed <= 3; seed++) {
            cuda_on_cpu::set_seed(seed);
            compare_all(kernel_list(), device, seed);
        }
    }
    unsetenv("GTO_CUDA_LANES");
}

TEST(RowKernels, HaveTheSameBitsInAnyOrderOfThreads) {
    test_accelerator device("SHIM0");
    compare_orders_of_all(kernel_list(), device);
}

// Blocks take further rows in turn.
TEST(RowKernels, TakeMoreRowsThanAGridHasBlocks) {
    setenv("GTO_CUDA_LANES", "32", 1);
    test_accelerator device("SHIM0");
    unsetenv("GTO_CUDA_LANES");
    constexpr int32_t n = 66000;
    float * z = device.array(std::vector<float>(n, 3.0f));
    const float * scale = device.array(std::vector<float>{2.0f});
    device.launch(kernel_list::id<scaled_rows>(), n, scaled_rows{dense(z, n, 1), 0, scale, dense(z, n, 1)});
    EXPECT_EQ(device.values(z, n), std::vector<float>(n, 6.0f));
}

TEST(RowKernels, AreRefusedByAnotherIdOrSize) {
    for (const char * name : {"GUARD0", "SHIM0"}) {
        test_accelerator device(name);
        const scaled_rows kernel = {};
        const int32_t id = kernel_list::id<scaled_rows>();
        EXPECT_NE(device.table().launch(device.stream(), -1, 1, &kernel, sizeof kernel), nullptr);
        EXPECT_NE(device.table().launch(device.stream(), kernel_list::count, 1, &kernel, sizeof kernel), nullptr);
        EXPECT_NE(device.table().launch(device.stream(), id, 1, &kernel, sizeof kernel - 8), nullptr);
        EXPECT_EQ(device.table().launch(device.stream(), id, 0, &kernel, sizeof kernel), nullptr);
    }
}
