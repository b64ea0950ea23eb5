#include "border/gguf_image.h"

namespace gto_test {

namespace {

std::vector<uint8_t> value_of(const gguf_context * g, int64_t i) {
    std::vector<uint8_t> value;
    const gguf_type type = gguf_get_kv_type(g, i);
    const auto add_text = [&](const char * text) {
        gguf_image::add<uint64_t>(value, strlen(text));
        value.insert(value.end(), text, text + strlen(text));
    };
    const auto add_raw = [&](gguf_type of, const void * data, size_t n) {
        const size_t size = of == GGUF_TYPE_BOOL || of == GGUF_TYPE_INT8 || of == GGUF_TYPE_UINT8 ? 1
                            : of == GGUF_TYPE_UINT64 || of == GGUF_TYPE_INT64                     ? 8
                                                                                                  : 4;
        value.insert(value.end(), (const uint8_t *) data, (const uint8_t *) data + n * size);
    };
    gguf_image::add<uint32_t>(value, type);
    if (type == GGUF_TYPE_STRING) {
        add_text(gguf_get_val_str(g, i));
    } else if (type != GGUF_TYPE_ARRAY) {
        add_raw(type, gguf_get_val_data(g, i), 1);
    } else {
        const gguf_type element = gguf_get_arr_type(g, i);
        const size_t n = gguf_get_arr_n(g, i);
        gguf_image::add<uint32_t>(value, element);
        gguf_image::add<uint64_t>(value, n);
        if (element == GGUF_TYPE_STRING) {
            for (size_t j = 0; j < n; j++) add_text(gguf_get_arr_str(g, i, j));
        } else {
            add_raw(element, gguf_get_arr_data(g, i), n);
        }
    }
    return value;
}

} // namespace

gguf_image gguf_image::read(const std::string & path) {
    const gto::gguf_file file(path);
    const gguf_context * g = file.keys();
    gguf_image image;
    for (int64_t i = 0; i < gguf_get_n_kv(g); i++) image.keys.push_back({gguf_get_key(g, i), value_of(g, i)});
    for (int64_t i = 0; i < gguf_get_n_tensors(g); i++) {
        const ggml_tensor * t = file.find(gguf_get_tensor_name(g, i));
        tensor copy = {
            t->name, {t->ne, t->ne + ggml_n_dims(t)}, (uint32_t) t->type, std::vector<uint8_t>(ggml_nbytes(t))};
        file.read_raw(t, copy.data.data());
        image.tensors.push_back(std::move(copy));
    }
    return image;
}

void gguf_image::write(const std::string & path) const {
    constexpr size_t alignment = 32;
    const auto pad = [](std::vector<uint8_t> & to) { to.resize((to.size() + alignment - 1) / alignment * alignment); };
    const auto add_name = [](std::vector<uint8_t> & to, const std::string & name) {
        add<uint64_t>(to, name.size());
        to.insert(to.end(), name.begin(), name.end());
    };
    std::vector<uint8_t> out = {'G', 'G', 'U', 'F'}, data;
    add<uint32_t>(out, version);
    add<uint64_t>(out, tensors.size());
    add<uint64_t>(out, keys.size());
    for (const key & k : keys) {
        add_name(out, k.name);
        out.insert(out.end(), k.value.begin(), k.value.end());
    }
    for (const tensor & t : tensors) {
        add_name(out, t.name);
        add<uint32_t>(out, (uint32_t) t.shape.size());
        for (int64_t n : t.shape) add<int64_t>(out, n);
        add<uint32_t>(out, t.type);
        add<uint64_t>(out, data.size());
        data.insert(data.end(), t.data.begin(), t.data.end());
        pad(data);
    }
    pad(out);
    std::ofstream file(path, std::ios::binary);
    file.write((const char *) out.data(), (std::streamsize) out.size());
    file.write((const char *) data.data(), (std::streamsize) data.size());
    if (!file) throw std::runtime_error(path + ": can't be written");
}

} // namespace gto_test
