// GGUF headers that lie: one error that names the file and the key or tensor, for targets and drafts alike.
#include "border/gguf_image.h"
#include "support/handles.h"

#include <cmath>
#include <sys/stat.h>

using namespace gto_test;

namespace {

constexpr uint64_t huge = (uint64_t) 1 << 62;

// Writes a header field by field.
struct header {
    std::vector<uint8_t> bytes = {'G', 'G', 'U', 'F'};

    template <class T> header & number(T value) {
        gguf_image::add<T>(bytes, value);
        return *this;
    }
    header & text(const std::string & value) {
        number<uint64_t>(value.size());
        bytes.insert(bytes.end(), value.begin(), value.end());
        return *this;
    }
    header & counts(int64_t tensors, int64_t keys) {
        return number<uint32_t>(3).number<int64_t>(tensors).number<int64_t>(keys);
    }
    header & key(const std::string & name, gguf_type type) { return text(name).number<uint32_t>(type); }
    header & tensor(const std::string & name, const std::vector<int64_t> & shape, uint32_t type, uint64_t offset) {
        text(name).number<uint32_t>((uint32_t) shape.size());
        for (int64_t n : shape) number<int64_t>(n);
        return number<uint32_t>(type).number<uint64_t>(offset);
    }
};

class gguf_header : public testing::Test {
  protected:
    void refused(const header & h, const std::string & word, gto_status status = GTO_E_FORMAT) {
        SCOPED_TRACE(word);
        const std::string path = home.file("header.gguf");
        std::ofstream(path, std::ios::binary).write((const char *) h.bytes.data(), (std::streamsize) h.bytes.size());
        refused(path, word, status);
    }
    void refused(const std::string & path, const std::string & word, gto_status status) {
        gto_target * target = nullptr;
        EXPECT_EQ(gto_target_open(model.device.get(), path.c_str(), &target), status) << gto_last_error();
        expect_message(path, word);
        gto_draft * draft = nullptr;
        EXPECT_EQ(gto_draft_load(model.target.get(), path.c_str(), &draft), status) << gto_last_error();
        expect_message(path, word);
        EXPECT_EQ(gto_target_requantize(path.c_str(), home.file("out.gguf").c_str(), "F16", 1), status)
            << gto_last_error();
        expect_message(path, word);
    }
    static void expect_message(const std::string & path, const std::string & word) {
        const std::string message = gto_last_error();
        EXPECT_NE(message.find(word), std::string::npos) << message;
        EXPECT_NE(message.find(path), std::string::npos) << message;
        for (char c : message) EXPECT_GE((unsigned char) c, 0x20) << "a control character in: " << message;
    }

    tiny model;
    folder home;
};

TEST_F(gguf_header, versions) {
    refused(header().number<uint32_t>(__builtin_bswap32(3)).number<uint64_t>(0).number<uint64_t>(0), "big-endian");
    refused(header().number<uint32_t>(1).number<uint32_t>(0).number<uint32_t>(0), "version 1");
    refused(header().number<uint32_t>(4).number<uint64_t>(0).number<uint64_t>(0), "version 4");
    refused(header().number<uint32_t>(0).number<uint64_t>(0).number<uint64_t>(0), "version 0");
    refused(header().number<uint32_t>(UINT32_MAX).number<uint64_t>(0).number<uint64_t>(0), "version 4294967295");
}

TEST_F(gguf_header, counts) {
    for (int64_t n : {(int64_t) -1, INT64_MIN, INT64_MAX, (int64_t) huge, (int64_t) 1 << 31}) {
        refused(header().counts(n, 0), "number of tensors");
        refused(header().counts(0, n), "number of keys");
    }
    refused(header().counts(1, 0), "tensor 0", GTO_E_IO);
    refused(header().counts(0, 1), "key 0", GTO_E_IO);
    refused(header(), "version", GTO_E_IO);
}

TEST_F(gguf_header, keys) {
    refused(header().counts(0, 1).number<uint64_t>(huge), "key 0");
    refused(header().counts(0, 1).text(""), "key 0");
    refused(header()
                .counts(0, 2)
                .key("a.b", GGUF_TYPE_UINT8)
                .number<uint8_t>(1)
                .key("a.b", GGUF_TYPE_UINT8)
                .number<uint8_t>(1),
            "a.b");
    refused(header().counts(0, 1).key("a.b", (gguf_type) 13).number<uint64_t>(0), "a.b");
    refused(header().counts(0, 1).key("a.b", (gguf_type) -1).number<uint64_t>(0), "a.b");
    refused(header().counts(0, 1).key("a\x1b[2Jb", (gguf_type) 77).number<uint64_t>(0), "a?[2Jb");
    refused(header().counts(0, 1).key("a.b", GGUF_TYPE_STRING).number<uint64_t>(huge), "a.b", GTO_E_IO);
    refused(header().counts(0, 1).key("a.b", GGUF_TYPE_STRING).number<uint64_t>(UINT64_MAX), "a.b", GTO_E_IO);
}

TEST_F(gguf_header, lists) {
    const auto list = [](gguf_type element, uint64_t n) {
        header h;
        h.counts(0, 1).key("a.list", GGUF_TYPE_ARRAY).number<uint32_t>(element).number<uint64_t>(n);
        return h;
    };
    for (uint64_t n : {(uint64_t) 2, (uint64_t) 1 << 31, huge, UINT64_MAX, UINT64_MAX / 8 + 1}) {
        refused(list(GGUF_TYPE_UINT64, n), "a.list", GTO_E_IO);
        refused(list(GGUF_TYPE_BOOL, n), "a.list", GTO_E_IO);
        refused(list(GGUF_TYPE_STRING, n), "a.list", GTO_E_IO);
    }
    refused(list(GGUF_TYPE_ARRAY, 1).number<uint32_t>(0).number<uint64_t>(0), "a.list");
    refused(list((gguf_type) 99, 1), "a.list");
    refused(list(GGUF_TYPE_STRING, 2).number<uint64_t>(1).number<char>('x').number<uint64_t>(huge), "a.list", GTO_E_IO);
}

TEST_F(gguf_header, alignments) {
    for (uint32_t alignment : {0u, 3u, 33u, 1u << 31, UINT32_MAX}) {
        refused(header().counts(0, 1).key("general.alignment", GGUF_TYPE_UINT32).number<uint32_t>(alignment),
                "general.alignment");
    }
    refused(header().counts(0, 1).key("general.alignment", GGUF_TYPE_UINT64).number<uint64_t>(32), "general.alignment");
}

TEST_F(gguf_header, tensors) {
    const auto with = [](const std::vector<int64_t> & shape, uint32_t type, uint64_t offset) {
        header h;
        h.counts(1, 0).tensor("x.weight", shape, type, offset);
        h.bytes.resize(512);
        return h;
    };
    for (int64_t n : {(int64_t) 0, (int64_t) -1, INT64_MIN}) {
        refused(with({n, 4}, GGML_TYPE_F32, 0), "x.weight");
        refused(with({4, n}, GGML_TYPE_F32, 0), "x.weight");
    }
    refused(with({INT64_MAX}, GGML_TYPE_F32, 0), "x.weight");
    refused(with({(int64_t) 1 << 32, (int64_t) 1 << 32}, GGML_TYPE_F32, 0), "x.weight"); // the product is 0 in 64 bits
    refused(with({(int64_t) 1 << 32, (int64_t) 1 << 31, 2}, GGML_TYPE_F32, 0), "x.weight");
    refused(with({(int64_t) huge}, GGML_TYPE_F32, 0), "x.weight");
    refused(with({(int64_t) 1 << 40}, GGML_TYPE_F32, 0), "x.weight", GTO_E_IO);
    refused(with({1, 1, 1, 1, 1}, GGML_TYPE_F32, 0), "x.weight");
    refused(with({4}, GGML_TYPE_COUNT, 0), "x.weight");
    refused(with({4}, UINT32_MAX, 0), "x.weight");
    refused(with({4}, 4, 0), "x.weight"); // a type that is no more
    refused(with({33}, GGML_TYPE_Q8_0, 0), "x.weight");
    for (uint64_t offset : {(uint64_t) 32, huge, UINT64_MAX}) refused(with({4}, GGML_TYPE_F32, offset), "x.weight");
    refused(header().counts(1, 0).tensor(std::string(64, 'x'), {4}, GGML_TYPE_F32, 0), "tensor 0");
    header twins;
    twins.counts(2, 0).tensor("x.weight", {4}, GGML_TYPE_F32, 0).tensor("x.weight", {4}, GGML_TYPE_F32, 32);
    refused(twins, "x.weight");
    header overlapping;
    overlapping.counts(2, 0).tensor("x.weight", {64}, GGML_TYPE_F32, 0).tensor("y.weight", {4}, GGML_TYPE_F32, 32);
    overlapping.bytes.resize(1024);
    refused(overlapping, "y.weight");
}

TEST_F(gguf_header, not_regular_files) {
    const std::string pipe = home.file("pipe.gguf");
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    refused(pipe, "expected a file", GTO_E_IO);
    refused(home.file("."), "directory", GTO_E_IO);
    refused("/dev/zero", "expected a file", GTO_E_IO);
}

// What a target's sizes and types may not be; each is fatal in libllama or in a graph.
TEST_F(gguf_header, targets) {
    const gguf_image good = gguf_image::read(model.path());
    const auto refused_image = [&](const gguf_image & image, const std::string & word) {
        const std::string path = home.file("target.gguf");
        image.write(path);
        gto_target * target = nullptr;
        EXPECT_EQ(gto_target_open(model.device.get(), path.c_str(), &target), GTO_E_FORMAT) << gto_last_error();
        expect_message(path, word);
        gto_target_free(target);
    };
    for (const char * key : {"block_count", "embedding_length", "attention.head_count", "attention.head_count_kv",
                             "attention.key_length", "feed_forward_length"}) {
        for (uint64_t value : {(uint64_t) 1 << 31, huge, UINT64_MAX}) {
            gguf_image image = good;
            image.set(std::string("llama.") + key, value);
            refused_image(image, key);
        }
    }
    for (const char * name : {"blk.0.attn_q.weight", "token_embd.weight", "output_norm.weight"}) {
        gguf_image image = good;
        image.find(name).type = GGML_TYPE_I32;
        refused_image(image, name);
    }
    gguf_image image = good;
    image.set("llama.rope.freq_base", NAN);
    refused_image(image, "rope.freq_base");
}

} // namespace
