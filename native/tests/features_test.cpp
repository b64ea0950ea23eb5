#include "support/handles.h"

#include <cstring>
#include <filesystem>
#include <vector>

using namespace gto_test;

static std::vector<float> ramp(int32_t n) {
    std::vector<float> values(n);
    for (int32_t i = 0; i < n; i++) values[i] = 0.25f * (float) i - 3;
    return values;
}

static std::vector<float> row_of(const handle<gto_features> & f, int32_t row, int32_t width) {
    std::vector<float> values(width);
    EXPECT_OK(gto_features_get(f.get(), row, values.data()));
    return values;
}

TEST(Features, KeepRowsInBothTypes) {
    for (int32_t type : {GTO_TYPE_F32, GTO_TYPE_F16}) {
        auto f = new_features(2, true, type);
        const std::vector<float> rows = ramp(16);
        ASSERT_OK(gto_features_append(f.get(), 2, rows.data()));
        EXPECT_EQ(2, gto_features_rows(f.get()));
        EXPECT_EQ(type == GTO_TYPE_F32 ? 32 : 16, gto_features_row_bytes(f.get()));
        EXPECT_EQ(std::vector<float>(rows.begin() + 8, rows.end()), row_of(f, 1, 8));
        ASSERT_OK(gto_features_truncate(f.get(), 1));
        EXPECT_EQ(1, gto_features_rows(f.get()));
        EXPECT_EQ(GTO_E_ARGUMENT, gto_features_truncate(f.get(), 2));
        EXPECT_EQ(GTO_E_ARGUMENT, gto_features_get(f.get(), 1, nullptr));
    }
}

TEST(Features, F16StaysFinite) {
    auto f = new_features(1, false, GTO_TYPE_F16);
    const float row[] = {1e6f, -1e6f, 65504.0f};
    ASSERT_OK(gto_features_append(f.get(), 1, row));
    EXPECT_EQ((std::vector<float>{65504.0f, -65504.0f, 65504.0f}), row_of(f, 0, 3));
}

TEST(Features, FileHoldsSeveralRuns) {
    folder home;
    const std::string path = home.file("features");
    auto a = new_features(2, false, GTO_TYPE_F16), b = new_features(2, false, GTO_TYPE_F16);
    const std::vector<float> rows = ramp(18);
    ASSERT_OK(gto_features_append(a.get(), 1, rows.data()));
    ASSERT_OK(gto_features_append(b.get(), 2, rows.data() + 6));
    int64_t first = -1, second = -1;
    ASSERT_OK(gto_features_write(a.get(), path.c_str(), &first));
    ASSERT_OK(gto_features_write(b.get(), path.c_str(), &second));
    EXPECT_EQ(0, first);
    EXPECT_EQ(12, second);

    auto c = new_features(2, false, GTO_TYPE_F16);
    ASSERT_OK(gto_features_read(c.get(), path.c_str(), second, 2));
    EXPECT_EQ(2, gto_features_rows(c.get()));
    EXPECT_EQ(std::vector<float>(rows.begin() + 12, rows.end()), row_of(c, 1, 6));

    std::filesystem::resize_file(path, 35);
    EXPECT_EQ(GTO_E_IO, gto_features_read(c.get(), path.c_str(), second, 2));
    EXPECT_NE(nullptr, strstr(gto_last_error(), "35")) << gto_last_error();
    EXPECT_EQ(2, gto_features_rows(c.get())) << "a failed read must not change anything";
}

TEST(Features, SayWhatIsWrong) {
    gto_features * f = nullptr;
    EXPECT_EQ(GTO_E_ARGUMENT, gto_features_create(0, 2, false, GTO_TYPE_F32, &f));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_features_create(9, 2, false, GTO_TYPE_F32, &f));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_features_create(3, 0, false, GTO_TYPE_F32, &f));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_features_create(3, 2, false, 7, &f));
    EXPECT_EQ(nullptr, f);
    auto g = new_features(2);
    int64_t offset;
    EXPECT_EQ(GTO_E_IO, gto_features_write(g.get(), "/nowhere/features", &offset));
    EXPECT_NE(nullptr, strstr(gto_last_error(), "/nowhere/features"));
    EXPECT_EQ(GTO_E_IO, gto_features_read(g.get(), "/nowhere/features", 0, 1));
    EXPECT_EQ(GTO_E_ARGUMENT, gto_features_read(g.get(), "/nowhere/features", -1, 1));
}

// A full disk: the rows that were there stay there, and nothing half is added.
TEST(Features, FullDiskLosesNothing) {
    if (!std::filesystem::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
    auto f = new_features(2);
    const std::vector<float> rows = ramp(8);
    ASSERT_OK(gto_features_append(f.get(), 1, rows.data()));
    int64_t offset;
    EXPECT_EQ(GTO_E_IO, gto_features_write(f.get(), "/dev/full", &offset));
}
