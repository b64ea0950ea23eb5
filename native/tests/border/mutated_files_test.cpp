// Sound files with some bytes changed: each is refused with a message that names it, or works. GTO4J_MUTATIONS=n tries
// n of each kind.
#include "support/handles.h"
#include "support/tiny_draft.h"

#include "gguf.h"

#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <random>

using namespace gto_test;

namespace {

int32_t mutations() {
    const char * n = getenv("GTO4J_MUTATIONS");
    return n ? atoi(n) : 200;
}

using bytes = std::vector<char>;

bytes read(const std::string & path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string & path, const bytes & content) {
    std::ofstream(path, std::ios::binary).write(content.data(), (std::streamsize) content.size());
}

// Places of the header but for the vocabulary, which is most of it and seldom matters.
std::vector<size_t> places_of(const std::string & path, const bytes & content) {
    gguf_context * g = gguf_init_from_file(path.c_str(), {true, nullptr});
    const size_t header = gguf_get_data_offset(g);
    gguf_free(g);
    const std::string text(content.begin(), content.begin() + (ptrdiff_t) header);
    const size_t begin = text.find("tokenizer.ggml.tokens") + 40, end = text.find("tokenizer.ggml.bos_token_id");
    std::vector<size_t> places;
    for (size_t at = 0; at + 8 < header; at++) {
        if (at < begin || at >= end || at % 64 == 0) places.push_back(at);
    }
    return places;
}

// Changes up to four places of the header: a byte, or a number at a border; now and then the file is cut, or a weight
// isn't a number.
bytes mutated(const bytes & sound, const std::vector<size_t> & places, std::mt19937_64 & random) {
    static constexpr uint64_t borders[] = {
        0, 1, 2, 3, 5, 255, 1u << 16, INT32_MAX, 1u << 31, UINT32_MAX, 1ull << 32, 1ull << 62, 1ull << 63, UINT64_MAX};
    bytes changed = sound;
    for (uint64_t i = 0, n = 1 + random() % 4; i < n; i++) {
        const size_t at = places[random() % places.size()];
        switch (random() % 4) {
            case 0: changed[at] = (char) random(); break;
            case 1: changed[at] = (char) (changed[at] ^ (1 << random() % 8)); break;
            case 2: memcpy(&changed[at], &borders[random() % std::size(borders)], 4); break;
            default: memcpy(&changed[at], &borders[random() % std::size(borders)], 8);
        }
    }
    if (random() % 16 == 0) {
        const float value = random() % 2 ? NAN : INFINITY;
        memcpy(&changed[changed.size() - 4 - random() % (changed.size() / 8) * 4], &value, 4);
    }
    if (random() % 16 == 0) changed.resize(random() % changed.size());
    return changed;
}

class mutated_files : public testing::Test {
  protected:
    // What `use` says of n changed files.
    void try_all(const std::string & sound_path, const std::function<gto_status(const std::string &)> & use) {
        const bytes sound = read(sound_path);
        const std::vector<size_t> places = places_of(sound_path, sound);
        const std::string path = home.file("changed.gguf");
        int32_t refused = 0;
        for (int32_t i = 0; i < mutations(); i++) {
            std::mt19937_64 random((uint64_t) i);
            write(path, mutated(sound, places, random));
            SCOPED_TRACE("mutation " + std::to_string(i));
            const gto_status status = use(path);
            if (status == GTO_OK) continue;
            refused++;
            EXPECT_STRNE(gto_last_error(), "");
            EXPECT_TRUE(status != GTO_E_INTERNAL && status != GTO_E_MEMORY) << status << " " << gto_last_error();
        }
        EXPECT_GT(refused, mutations() / 4);
        EXPECT_LT(refused, mutations());
        EXPECT_OK(use(sound_path));
    }

    tiny_draft tiny;
    folder home;
};

TEST_F(mutated_files, drafts) {
    const std::string sound = home.file("draft.gguf");
    ASSERT_OK(gto_draft_save(tiny.draft, sound.c_str(), "F16"));
    const random_text text(tiny, {12}, 3, 4);
    try_all(sound, [&](const std::string & path) {
        gto_draft * loaded = nullptr;
        gto_status status = gto_draft_load(tiny.target, path.c_str(), &loaded);
        if (status != GTO_OK) {
            EXPECT_NE(std::string(gto_last_error()).find(path), std::string::npos) << gto_last_error();
            return status;
        }
        const handle<gto_draft> draft(loaded, gto_draft_free);
        gto_draft_session * session = nullptr;
        status = gto_draft_session_open(loaded, 16, 4, GTO_TYPE_F32, &session);
        const int32_t parent = -12, token = 3;
        int32_t child[2];
        float log_prob[2];
        if (status == GTO_OK) {
            status = gto_draft_session_extend(session, text.features[0], 0, 12, text.tokens.data(), 0);
        }
        if (status == GTO_OK) {
            const int32_t k = std::min(2, gto_draft_describe(loaded).n_draft_vocab);
            status =
                gto_draft_session_expand(session, 1, &parent, &token, k, child, log_prob, nullptr, nullptr, nullptr);
        }
        gto_draft_session_free(session);
        if (status == GTO_OK) status = gto_draft_save(loaded, home.file("again.gguf").c_str(), "F32");
        return status;
    });
}

TEST_F(mutated_files, targets) {
    try_all(tiny.target_path, [&](const std::string & path) {
        gto_target * opened = nullptr;
        gto_status status = gto_target_open(tiny.device, path.c_str(), &opened);
        if (status != GTO_OK) {
            EXPECT_NE(std::string(gto_last_error()).find(path), std::string::npos) << gto_last_error();
            return status;
        }
        const handle<gto_target> target(opened, gto_target_free);
        gto_session_options options = gto_session_options_default();
        options.n_ctx = options.n_batch = 64;
        options.n_seq_max = 2;
        gto_session * session = nullptr;
        status = gto_session_open(opened, options, &session);
        int32_t tokens[16], n = 0, argmax[16];
        if (status == GTO_OK) status = gto_target_tokenize(opened, "one two", 7, true, true, tokens, 16, &n);
        if (status == GTO_OK && n > 0 && n <= 16) {
            status = gto_session_prefill(session, 0, 0, n, tokens, 0, nullptr, argmax);
        }
        gto_session_free(session);
        gto_draft * draft = nullptr;
        const int32_t vocabulary[] = {3, 6};
        if (status == GTO_OK) status = gto_draft_create(opened, {2, {0, 0, 0}, GTO_INIT_TARGET, 1}, vocabulary, &draft);
        gto_draft_free(draft);
        return status;
    });
}

} // namespace
