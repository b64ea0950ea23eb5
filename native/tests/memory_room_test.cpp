// Room for memory and processors by what Linux says, and what is refused before it is taken.
#include "common/memory_room.h"
#include "common/processors.h"
#include "common/status.h"
#include "support/handles.h"
#include "support/memory_limit.h"
#include "support/tiny_draft.h"

#include <fstream>

using namespace gto_test;

namespace {

constexpr int64_t mib = 1 << 20;

// A file system of a few files.
class linux_root : public testing::Test {
  protected:
    void file(const std::string & name, const std::string & text) {
        const std::filesystem::path path = folder_.file(name);
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
    }
    int64_t room() const { return gto::room_for_memory(folder_.file("")).value_or(gto::memory_room{-1, ""}).bytes; }
    std::string limit() const { return gto::room_for_memory(folder_.file("")).value().limit; }
    int32_t processors() const { return gto::usable_processors(folder_.file("")); }
    void free_memory(int64_t mebibytes) {
        file("proc/meminfo",
             "MemTotal: 24633344 kB\nMemFree: 1000 kB\nMemAvailable:    " + std::to_string(mebibytes * 1024) + " kB\n");
    }
    static std::string mebibytes(int64_t n) { return std::to_string(n * mib) + "\n"; }

    folder folder_;
};

void expect_refused(gto_status status, const std::string & part) {
    EXPECT_EQ(GTO_E_MEMORY, status);
    const std::string message = gto_last_error();
    for (const std::string & words : {part, std::string(" needed, "), std::string(" left of GTO4J_MEMORY_LIMIT")}) {
        EXPECT_NE(std::string::npos, message.find(words)) << message;
    }
}

} // namespace

TEST_F(linux_root, that_says_nothing_has_no_answer) {
    EXPECT_EQ(-1, room());
    EXPECT_GE(processors(), 1);
}

TEST_F(linux_root, free_memory) {
    free_memory(8);
    EXPECT_EQ(8 * mib, room());
    EXPECT_EQ("free memory of this machine", limit());
}

TEST_F(linux_root, narrowest_control_group_counts_without_file_cache) {
    free_memory(8);
    file("proc/self/cgroup", "0::/a/b\n");
    file("sys/fs/cgroup/a/b/memory.max", "max\n");
    file("sys/fs/cgroup/a/b/memory.current", "123\n");
    EXPECT_EQ(8 * mib, room());
    file("sys/fs/cgroup/a/memory.max", mebibytes(5));
    file("sys/fs/cgroup/a/memory.current", mebibytes(4));
    file("sys/fs/cgroup/a/memory.stat", "anon 7\ninactive_file " + mebibytes(1) + "active_file " + mebibytes(2));
    EXPECT_EQ(4 * mib, room());
    EXPECT_NE(std::string::npos, limit().find("limit of 5.0 MiB (" + folder_.file("") + "/sys/fs/cgroup/a/memory.max)"))
        << limit();
    file("sys/fs/cgroup/a/memory.current", mebibytes(9)); // more than the limit for a moment
    EXPECT_EQ(0, room());
}

TEST_F(linux_root, control_groups_of_the_first_version) {
    free_memory(8);
    file("proc/self/cgroup", "5:devices:/\n4:memory:/x\n0::/\n");
    file("sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9223372036854771712\n");
    file("sys/fs/cgroup/memory/x/memory.usage_in_bytes", "5\n");
    EXPECT_EQ(8 * mib, room());
    file("sys/fs/cgroup/memory/x/memory.limit_in_bytes", mebibytes(2));
    file("sys/fs/cgroup/memory/x/memory.usage_in_bytes", mebibytes(1));
    file("sys/fs/cgroup/memory/x/memory.stat", "inactive_file 77\ntotal_inactive_file " + mebibytes(0));
    EXPECT_EQ(1 * mib, room());
}

// The paths are the host's; what is mounted is the container's own group.
TEST_F(linux_root, a_container_sees_its_own_group_alone) {
    free_memory(8);
    for (const char * path : {"/docker/0123abc", "/../../other", "/"}) {
        file("proc/self/cgroup", std::string("4:memory:") + path + "\n3:cpu,cpuacct:" + path + "\n");
        file("sys/fs/cgroup/memory/memory.limit_in_bytes", mebibytes(3));
        file("sys/fs/cgroup/memory/memory.usage_in_bytes", mebibytes(1));
        file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "100000\n");
        file("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
        EXPECT_EQ(2 * mib, room()) << path;
        EXPECT_EQ(1, processors()) << path;
    }
}

TEST_F(linux_root, limits_of_the_process) {
    free_memory(8);
    file("proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units\n"
                             "Max data size             unlimited            unlimited            bytes\n"
                             "Max address space         " +
                                 std::to_string(6 * mib) + "              unlimited            bytes\n");
    file("proc/self/status", "Name:\tjava\nVmSize:\t    2048 kB\nVmData:\t  100 kB\n");
    EXPECT_EQ(4 * mib, room());
    file("proc/self/status", "VmSize:\t    20480 kB\n");
    EXPECT_EQ(0, room());
}

TEST_F(linux_root, the_variable) {
    free_memory(8);
    file("proc/self/status", "RssAnon:\t    2048 kB\n");
    for (const auto & [text, bytes] :
         {std::pair<const char *, int64_t>{"5M", 3 * mib}, {"3145728", mib}, {"0.5G", 8 * mib}, {"1K", 0}, {"0", 0}}) {
        const memory_limit set(text);
        EXPECT_EQ(bytes, room()) << text;
    }
    for (const char * text : {"much", "5X", "5MB", "-1", "nan"}) {
        const memory_limit set(text);
        EXPECT_THROW(room(), gto::error) << text;
    }
}

TEST_F(linux_root, processor_quotas_round_up_and_the_narrowest_counts) {
    const int32_t all = processors();
    file("proc/self/cgroup", "0::/a/b\n");
    file("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
    EXPECT_EQ(all, processors());
    file("sys/fs/cgroup/a/cpu.max", "25000 50000\n");
    EXPECT_EQ(1, processors());
    file("sys/fs/cgroup/a/cpu.max", "75000 50000\n");
    EXPECT_EQ(std::min(all, 2), processors());
    file("sys/fs/cgroup/a/cpu.max", "");
    EXPECT_EQ(all, processors());
}

TEST_F(linux_root, processor_quotas_of_the_first_version) {
    const int32_t all = processors();
    file("proc/self/cgroup", "2:cpuacct:/y\n1:cpu:/x\n");
    file("sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "-1\n");
    file("sys/fs/cgroup/cpu/x/cpu.cfs_period_us", "100000\n");
    EXPECT_EQ(all, processors());
    file("sys/fs/cgroup/cpu/x/cpu.cfs_quota_us", "1000\n");
    EXPECT_EQ(1, processors());
}

TEST(MemoryRoom, ThisMachineSays) {
    int64_t bytes = 0;
    EXPECT_OK(gto_memory_available(&bytes));
    EXPECT_GT(bytes, mib);
    EXPECT_EQ(GTO_E_ARGUMENT, gto_memory_available(nullptr));
}

TEST(MemoryRoom, ASessionsKeysAndValues) {
    tiny model;
    const memory_limit set(above_now(64));
    for (int32_t n_ctx : {1'000'000, 300'000'000, 2'000'000'000, INT32_MAX}) {
        for (bool many : {false, true}) {
            gto_session_options options = gto_session_options_default();
            options.n_ctx = n_ctx;
            options.many_texts = many;
            gto_session * session = nullptr;
            expect_refused(gto_session_open(model.target.get(), options, &session),
                           "a session of " + std::to_string(n_ctx) + " cells");
            EXPECT_EQ(nullptr, session);
        }
    }
    open_session(model.target, gto_session_options_default());
}

// Few cells, but many rows a pass: what counts are the compute buffers, which only a simulated context knows.
TEST(MemoryRoom, ASessionsComputeBuffers) {
    tiny model;
    const memory_limit set(above_now(64));
    gto_session_options options = gto_session_options_default();
    options.n_ctx = options.n_batch = 16384;
    gto_session * session = nullptr;
    expect_refused(gto_session_open(model.target.get(), options, &session),
                   "a session of 16384 cells with 16384 rows a pass: ");
    options.n_ctx = options.n_batch = 512;
    open_session(model.target, options);
}

TEST(MemoryRoom, DraftsAndTheirTrainers) {
    tiny_draft tiny{2};
    const memory_limit set(above_now(64));
    gto_draft_session * session = nullptr;
    for (int32_t rows : {1'000'000, INT32_MAX - 10}) {
        expect_refused(gto_draft_session_open(tiny.draft, rows, 10, GTO_TYPE_F32, &session),
                       "a draft session of " + std::to_string(rows) + " rows");
    }
    ASSERT_OK(gto_draft_session_open(tiny.draft, 100, 10, GTO_TYPE_F32, &session));
    gto_draft_session_free(session);
    random_text text(tiny, {20'000}, 0, 1);
    gto_trainer * trainer = nullptr;
    ASSERT_OK(gto_trainer_open(tiny.target, tiny.draft, gto_trainer_options_default(), &trainer));
    gto_batch_result result;
    expect_refused(gto_trainer_accumulate(trainer, text.batch(7, 0), &result),
                   "a micro-batch of 19999 rows in 7 passes");
    random_text small(tiny, {20}, 0, 1);
    EXPECT_OK(gto_trainer_accumulate(trainer, small.batch(7, 0), &result));
    gto_trainer_free(trainer);
}
