// A GGUF file in parts that a test can change one by one, written anew with consistent offsets.
#pragma once

#include "common/gguf_file.h"

#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <stdexcept>

namespace gto_test {

struct gguf_image {
    struct tensor {
        std::string name;
        std::vector<int64_t> shape;
        uint32_t type;
        std::vector<uint8_t> data;
    };
    // `value` holds type and value as the file does.
    struct key {
        std::string name;
        std::vector<uint8_t> value;
    };

    uint32_t version = 3;
    std::vector<key> keys;
    std::vector<tensor> tensors;

    static gguf_image read(const std::string & path);
    void write(const std::string & path) const;

    tensor & find(const std::string & name) {
        for (tensor & t : tensors) {
            if (t.name == name) return t;
        }
        throw std::runtime_error("no tensor " + name);
    }
    void remove_key(const std::string & name) {
        for (size_t i = 0; i < keys.size(); i++) {
            if (keys[i].name == name) keys.erase(keys.begin() + (ptrdiff_t) i);
        }
    }
    // Replaces or adds a key; T: uint32_t, int32_t, uint64_t, float, bool or a vector of int32_t or float.
    template <class T> void set(const std::string & name, const T & value) {
        remove_key(name);
        keys.push_back({name, encoded(value)});
    }
    void set_text(const std::string & name, const std::string & text) {
        remove_key(name);
        std::vector<uint8_t> value;
        add<uint32_t>(value, GGUF_TYPE_STRING);
        add<uint64_t>(value, text.size());
        value.insert(value.end(), text.begin(), text.end());
        keys.push_back({name, value});
    }

    template <class T> static void add(std::vector<uint8_t> & to, T value) {
        const uint8_t * bytes = (const uint8_t *) &value;
        to.insert(to.end(), bytes, bytes + sizeof value);
    }

  private:
    static gguf_type type_of(uint32_t) { return GGUF_TYPE_UINT32; }
    static gguf_type type_of(int32_t) { return GGUF_TYPE_INT32; }
    static gguf_type type_of(uint64_t) { return GGUF_TYPE_UINT64; }
    static gguf_type type_of(float) { return GGUF_TYPE_FLOAT32; }
    static gguf_type type_of(bool) { return GGUF_TYPE_BOOL; }
    template <class T> static std::vector<uint8_t> encoded(T value) {
        std::vector<uint8_t> bytes;
        add<uint32_t>(bytes, type_of(value));
        add<T>(bytes, value);
        return bytes;
    }
    template <class T> static std::vector<uint8_t> encoded(const std::vector<T> & values) {
        std::vector<uint8_t> bytes;
        add<uint32_t>(bytes, GGUF_TYPE_ARRAY);
        add<uint32_t>(bytes, type_of(T()));
        add<uint64_t>(bytes, values.size());
        for (T value : values) add<T>(bytes, value);
        return bytes;
    }
};

} // namespace gto_test
