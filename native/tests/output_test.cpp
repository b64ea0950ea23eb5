// Where an output goes: never over the model that is read, through a link to its file, into a pipe or a device without
// replacing it.
#include "gto4j/trainer.h"
#include "support/handles.h"
#include "support/tiny_draft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <future>
#include <sys/stat.h>

using namespace gto_test;
namespace fs = std::filesystem;

namespace {

std::string content(const std::string & path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

class output : public testing::Test {
  protected:
    gto_status save(const std::string & path) const { return gto_draft_save(tiny.draft, path.c_str(), "F32"); }
    static size_t files(const fs::path & folder) { return std::distance(fs::directory_iterator(folder), {}); }

    tiny_draft tiny;
    folder home;
};

TEST_F(output, never_goes_over_the_model) {
    const std::string before = content(tiny.target_path), link = home.file("link.gguf"), hard = home.file("hard.gguf");
    fs::create_symlink(tiny.target_path, link);
    fs::create_hard_link(tiny.target_path, hard);
    const std::string relative = fs::relative(tiny.target_path).string();
    gto_trainer * trainer = nullptr;
    ASSERT_OK(gto_trainer_open(tiny.target, tiny.draft, gto_trainer_options_default(), &trainer));
    const handle<gto_trainer> owner(trainer, gto_trainer_free);
    for (const std::string & path : {tiny.target_path, link, hard, relative}) {
        EXPECT_EQ(GTO_E_ARGUMENT, save(path)) << path;
        EXPECT_NE(std::string(gto_last_error()).find(path), std::string::npos) << gto_last_error();
        EXPECT_EQ(GTO_E_ARGUMENT, gto_trainer_save_state(trainer, path.c_str())) << path;
        EXPECT_EQ(GTO_E_ARGUMENT, gto_target_requantize(tiny.target_path.c_str(), path.c_str(), "F16", 1)) << path;
    }
    EXPECT_EQ(before, content(tiny.target_path));
    EXPECT_EQ(2u, files(fs::path(link).parent_path()));
}

TEST_F(output, goes_over_the_draft_that_was_loaded) {
    const std::string path = home.file("draft.gguf");
    ASSERT_OK(save(path));
    const std::string before = content(path);
    gto_draft * loaded = nullptr;
    ASSERT_OK(gto_draft_load(tiny.target, path.c_str(), &loaded));
    const handle<gto_draft> owner(loaded, gto_draft_free);
    ASSERT_OK(gto_draft_save(loaded, path.c_str(), "F32"));
    EXPECT_EQ(before, content(path));
}

TEST_F(output, goes_where_a_link_leads) {
    fs::create_directory(home.file("far"));
    const std::string there = home.file("far/there.gguf"), link = home.file("link.gguf"),
                      dangling = home.file("dangling.gguf");
    std::ofstream(there) << "old";
    fs::permissions(there, fs::perms::owner_read | fs::perms::owner_write);
    fs::create_symlink("far/there.gguf", link);
    fs::create_symlink(home.file("far/new.gguf"), dangling);
    const std::string plain = home.file("plain.gguf");
    ASSERT_OK(save(plain));
    for (const std::string & path : {link, dangling}) {
        ASSERT_OK(save(path));
        EXPECT_TRUE(fs::is_symlink(path));
        EXPECT_EQ(content(plain), content(path));
    }
    EXPECT_EQ(fs::perms::owner_read | fs::perms::owner_write, fs::status(there).permissions());
    EXPECT_EQ(2u, files(home.file("far")));

    fs::create_symlink(home.file("round"), home.file("and"));
    fs::create_symlink(home.file("and"), home.file("round"));
    EXPECT_EQ(GTO_E_IO, save(home.file("round")));
}

TEST_F(output, is_written_to_a_pipe) {
    const std::string plain = home.file("plain.gguf"), pipe = home.file("pipe");
    ASSERT_OK(save(plain));
    ASSERT_EQ(0, mkfifo(pipe.c_str(), 0600));
    std::future<std::string> read = std::async(std::launch::async, [&] { return content(pipe); });
    ASSERT_OK(save(pipe));
    EXPECT_EQ(content(plain), read.get());
    EXPECT_TRUE(fs::is_fifo(pipe));
    // goes back to the file's head at its end
    EXPECT_EQ(GTO_E_ARGUMENT, gto_target_requantize(tiny.target_path.c_str(), pipe.c_str(), "F16", 1));
    EXPECT_TRUE(fs::is_fifo(pipe));
}

TEST_F(output, is_written_to_a_device) {
    ASSERT_OK(save("/dev/null"));
    EXPECT_TRUE(fs::is_character_file("/dev/null"));
    EXPECT_EQ(GTO_E_IO, save("/dev/full"));
    EXPECT_NE(std::string(gto_last_error()).find("/dev/full"), std::string::npos) << gto_last_error();
    EXPECT_TRUE(fs::is_character_file("/dev/full"));
}

TEST_F(output, holds_numbers_only) {
    const std::string path = home.file("draft.gguf");
    ASSERT_OK(save(path));
    const std::string before = content(path);
    const std::vector<float> weights = tiny.get(0);
    for (float bad : {NAN, INFINITY, -INFINITY, 1e5f}) {
        std::vector<float> changed = weights;
        changed[3] = bad;
        tiny.set(0, changed);
        EXPECT_EQ(GTO_E_NUMERIC, gto_draft_save(tiny.draft, path.c_str(), "F16")) << bad;
        EXPECT_NE(std::string(gto_last_error()).find("[3] is "), std::string::npos) << gto_last_error();
        if (!std::isfinite(bad)) {
            EXPECT_EQ(GTO_E_NUMERIC, save(path));
        }
    }
    EXPECT_EQ(before, content(path));
}

TEST_F(output, is_no_folder_and_no_file_of_somebody_else) {
    EXPECT_EQ(GTO_E_IO, save(home.file("")));
    EXPECT_EQ(GTO_E_IO, save(home.file("none/draft.gguf")));
    const std::string path = home.file("draft.gguf"), other = path + ".tmp" + std::to_string(getpid());
    std::ofstream(other) << "not a leftover";
    ASSERT_OK(save(path));
    EXPECT_EQ("not a leftover", content(other));
    EXPECT_EQ(2u, files(fs::path(path).parent_path()));
}

} // namespace
