// Writing when there is no room: one error that names the file, nothing half-written, the old file as it was.
#include "gto4j/trainer.h"
#include "support/handles.h"
#include "support/tiny_draft.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <sys/resource.h>

using namespace gto_test;

namespace {

// While it lives no file of this process can grow beyond `bytes`: to the writer the same as a full disk.
class little_room {
  public:
    explicit little_room(rlim_t bytes) {
        handler_ = signal(SIGXFSZ, SIG_IGN); // the write fails instead
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit less = {bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &less);
    }
    ~little_room() {
        setrlimit(RLIMIT_FSIZE, &before_);
        signal(SIGXFSZ, handler_);
    }

  private:
    rlimit before_;
    void (*handler_)(int);
};

std::string content(const std::string & path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

class full_disk : public testing::Test {
  protected:
    // `write` succeeds, then fails in little room: the file stays, nothing lies beside it.
    template <class F> void check(const std::string & name, F && write) {
        const std::string path = home.file(name);
        ASSERT_OK(write(path));
        const std::string before = content(path);
        ASSERT_GT(before.size(), 8192u);
        for (size_t room : {size_t(0), size_t(100), before.size() / 2, before.size() - 1}) {
            {
                little_room limit(room);
                EXPECT_EQ(write(path), GTO_E_IO) << room;
            }
            EXPECT_NE(std::string(gto_last_error()).find(name), std::string::npos) << gto_last_error();
            EXPECT_EQ(before, content(path)) << room;
            EXPECT_EQ(std::distance(std::filesystem::directory_iterator(std::filesystem::path(path).parent_path()), {}),
                      1)
                << room;
        }
    }

    folder home;
    tiny_draft tiny;
};

TEST_F(full_disk, draft) {
    check("draft.gguf", [&](const std::string & path) { return gto_draft_save(tiny.draft, path.c_str(), "F32"); });
}

TEST_F(full_disk, trainer_state) {
    gto_trainer * trainer = nullptr;
    ASSERT_OK(gto_trainer_open(tiny.target, tiny.draft, gto_trainer_options_default(), &trainer));
    const handle<gto_trainer> owner(trainer, gto_trainer_free);
    check("state.bin", [&](const std::string & path) { return gto_trainer_save_state(trainer, path.c_str()); });
}

TEST_F(full_disk, requantised_target) {
    check("f16.gguf", [&](const std::string & path) {
        return gto_target_requantize(tiny.target_path.c_str(), path.c_str(), "F16", 1);
    });
}

// Appending: what was there stays.
TEST_F(full_disk, features) {
    const random_text text(tiny, {40}, 2, 1);
    const std::string path = home.file("features.bin");
    int64_t offset = -1;
    ASSERT_OK(gto_features_write(text.features[0], path.c_str(), &offset));
    const std::string before = content(path);
    {
        little_room limit(before.size() + 100);
        EXPECT_EQ(gto_features_write(text.features[0], path.c_str(), &offset), GTO_E_IO);
    }
    EXPECT_NE(std::string(gto_last_error()).find("features.bin"), std::string::npos) << gto_last_error();
    EXPECT_EQ(before, content(path));
    ASSERT_OK(gto_features_write(text.features[0], path.c_str(), &offset));
    EXPECT_EQ(offset, (int64_t) before.size());
    EXPECT_EQ(before + before, content(path));
}

} // namespace
