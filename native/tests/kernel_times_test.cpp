// Times of products: all that is asked for is measured, and what can't be is refused.
#include "gto4j/kernels.h"
#include "support/handles.h"

#include <cstring>
#include <vector>

using namespace gto_test;

namespace {

struct timed {
    gto_status status;
    std::vector<double> seconds, ggml;
    int64_t n_bytes = 0;
};

timed measure(const handle<gto_device> & device, const char * type, int32_t outputs, int32_t columns,
              const std::vector<int32_t> & rows, bool with_ggml) {
    timed t;
    t.seconds.assign(rows.size(), -1);
    t.ggml.assign(rows.size(), -1);
    t.status = gto_kernel_times(device.get(), type, outputs, columns, (int32_t) rows.size(), rows.data(), 3,
                                t.seconds.data(), with_ggml ? t.ggml.data() : nullptr, &t.n_bytes);
    return t;
}

handle<gto_device> open_named(const char * name) {
    gto_device * device = nullptr;
    EXPECT_OK(gto_device_open(name, 2, &device));
    return {device, gto_device_free};
}

} // namespace

TEST(KernelTimes, EveryTypeOnEveryCpuDevice) {
    const std::vector<int32_t> rows = {1, 3, 64};
    ASSERT_GT(gto_kernel_types(), 3);
    for (const char * name : {"CPU", gto_available_device_name(0)}) {
        const auto device = open_named(name);
        const bool ours = strcmp(name, "CPU") != 0;
        for (int32_t i = 0; i < gto_kernel_types(); i++) {
            const char * type = gto_kernel_type(i);
            // 50 outputs fill no whole number of tiles.
            const timed t = measure(device, type, 50, 512, rows, ours);
            ASSERT_OK(t.status) << type;
            int64_t row_bytes = 0;
            ASSERT_OK(gto_kernel_row_bytes(type, 512, &row_bytes));
            EXPECT_GE(t.n_bytes, 50 * row_bytes) << type;
            EXPECT_LT(t.n_bytes, 3 * 50 * row_bytes) << type;
            for (size_t size = 0; size < rows.size(); size++) {
                EXPECT_GT(t.seconds[size], 0) << type;
                if (ours) {
                    EXPECT_GT(t.ggml[size], 0) << type;
                }
            }
        }
    }
}

TEST(KernelTimes, RowsOfAGguf) {
    int64_t bytes = 0;
    ASSERT_OK(gto_kernel_row_bytes("Q8_0", 64, &bytes));
    EXPECT_EQ(68, bytes);
    ASSERT_OK(gto_kernel_row_bytes("Q4_K", 256, &bytes));
    EXPECT_EQ(144, bytes);
    ASSERT_OK(gto_kernel_row_bytes("F16", 3, &bytes));
    EXPECT_EQ(6, bytes);
    for (const char * type : {"", "Q9", "q8_0", "F64"}) {
        EXPECT_EQ(GTO_E_ARGUMENT, gto_kernel_row_bytes(type, 256, &bytes)) << type;
    }
    EXPECT_EQ(GTO_E_ARGUMENT, gto_kernel_row_bytes("Q4_K", 128, &bytes));
    EXPECT_NE(nullptr, strstr(gto_last_error(), "256")) << gto_last_error();
    for (int32_t i : {-1, gto_kernel_types(), INT32_MAX}) EXPECT_STREQ("", gto_kernel_type(i));
}

TEST(KernelTimes, WhatCantBeMeasured) {
    const auto device = open_device(), ggml = open_named("CPU");
    EXPECT_EQ(GTO_E_ARGUMENT, measure(device, "Q4_K", 16, 32, {1}, false).status);
    EXPECT_EQ(GTO_E_ARGUMENT, measure(device, "Q8_0", 0, 32, {1}, false).status);
    EXPECT_EQ(GTO_E_ARGUMENT, measure(device, "Q8_0", 16, 32, {1, 0}, false).status);
    EXPECT_EQ(GTO_E_ARGUMENT, measure(device, "Q8_0", 16, 32, {4097}, false).status);
    EXPECT_EQ(GTO_E_ARGUMENT, measure(device, "Q8_0", 16, 32, {}, false).status);
    EXPECT_EQ(GTO_E_ARGUMENT, measure(ggml, "Q8_0", 16, 32, {1}, true).status) << "beside itself";
    EXPECT_EQ(GTO_E_MEMORY, measure(device, "F32", 1 << 24, 1 << 20, {1}, false).status);
}
