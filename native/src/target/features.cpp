#include "target/features.h"

#include "common/memory_room.h"
#include "common/range.h"

#include "ggml.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

using namespace gto;

// Beyond this an F16 is infinite; tap features of large models do get there.
static constexpr float f16_max = 65504.0f;

void gto_features::append(const float * rows, int64_t n) {
    const size_t end = memory.size(), bytes = (size_t) n * row_bytes();
    memory.resize(end + bytes);
    if (type == GTO_TYPE_F32) {
        memory.write(end, rows, bytes);
        return;
    }
    const int64_t values = n * width();
    ggml_fp16_t * out = (ggml_fp16_t *) (memory.data() + end);
    ggml_fp32_to_fp16_row(rows, out, values);
    for (int64_t i = 0; i < values; i++) {
        if (rows[i] > f16_max) out[i] = ggml_fp32_to_fp16(f16_max);
        if (rows[i] < -f16_max) out[i] = ggml_fp32_to_fp16(-f16_max);
    }
}

float * gto_features::append_there(int64_t n) {
    const size_t end = memory.size();
    memory.resize(end + (size_t) n * row_bytes());
    return (float *) (memory.data() + end);
}

void gto_features::read(int32_t row, int32_t first, int32_t count, float * out) const {
    const size_t begin = (size_t) row * row_bytes();
    if (type == GTO_TYPE_F32) {
        memory.read(begin + (size_t) first * sizeof(float), out, (size_t) count * sizeof(float));
    } else {
        ggml_fp16_to_fp32_row((const ggml_fp16_t *) (memory.data() + begin) + first, out, count);
    }
}

namespace {

struct descriptor {
    descriptor(const char * path, int flags) : fd(open(path, flags | O_CLOEXEC, 0644)) {
        if (fd < 0) fail(GTO_E_IO, "%s: can't be opened: %s", path, strerror(errno));
    }
    ~descriptor() { close(fd); }
    const int fd;
};

void write_all(int fd, const char * path, const uint8_t * bytes, size_t count) {
    for (size_t done = 0; done < count;) {
        const ssize_t n = ::write(fd, bytes + done, count - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            fail(GTO_E_IO, "%s: %zu of %zu bytes written: %s", path, done, count,
                 n < 0 ? strerror(errno) : "nothing more is taken");
        }
        done += (size_t) n;
    }
}

// Leaves the file as it was if the rows can't be written as a whole.
int64_t append_to_file(const char * path, const uint8_t * bytes, size_t count) {
    descriptor file(path, O_WRONLY | O_CREAT);
    const off_t end = lseek(file.fd, 0, SEEK_END);
    if (end < 0) fail(GTO_E_IO, "%s: %s", path, strerror(errno));
    try {
        write_all(file.fd, path, bytes, count);
        if (fsync(file.fd) != 0) fail(GTO_E_IO, "%s: can't be written to disk: %s", path, strerror(errno));
    } catch (const error & e) {
        if (ftruncate(file.fd, end) != 0) {
            fail(e.status, "%s; and its old length of %lld bytes can't be restored", e.what(), (long long) end);
        }
        throw;
    }
    return end;
}

std::vector<uint8_t> read_from_file(const char * path, int64_t offset, size_t count) {
    descriptor file(path, O_RDONLY);
    struct stat st;
    if (fstat(file.fd, &st) != 0) fail(GTO_E_IO, "%s: %s", path, strerror(errno));
    if (offset > st.st_size || count > (size_t) (st.st_size - offset)) {
        fail(GTO_E_IO, "%s: expected %zu bytes from byte %lld on, the file has %lld bytes", path, count,
             (long long) offset, (long long) st.st_size);
    }
    require_memory(std::string(path) + ": features", (int64_t) count);
    std::vector<uint8_t> bytes(count);
    for (size_t done = 0; done < count;) {
        const ssize_t n = pread(file.fd, bytes.data() + done, count - done, offset + (off_t) done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) {
            fail(GTO_E_IO, "%s: can't be read at byte %lld: %s", path, (long long) (offset + done),
                 n < 0 ? strerror(errno) : "it ends there");
        }
        done += (size_t) n;
    }
    return bytes;
}

} // namespace

static void check_width(int32_t n_taps, int32_t n_embd, gto_features ** out) {
    require(out != nullptr, "out is null");
    require_within("n_taps", n_taps, 1, 8);
    require_within("n_embd", n_embd, 1, 1 << 24);
}

static gto_features * new_features(gto_device * device, int32_t n_taps, int32_t n_embd, bool with_hidden,
                                   int32_t type) {
    auto * features = new gto_features(device);
    features->n_taps = n_taps;
    features->n_embd = n_embd;
    features->with_hidden = with_hidden;
    features->type = type;
    return features;
}

gto_status gto_features_create(int32_t n_taps, int32_t n_embd, bool with_hidden, int32_t type, gto_features ** out) {
    return guard([&] {
        check_width(n_taps, n_embd, out);
        if (type != GTO_TYPE_F32 && type != GTO_TYPE_F16) {
            fail(GTO_E_ARGUMENT, "type: expected F32 (0) or F16 (1), found %d", type);
        }
        *out = new_features(nullptr, n_taps, n_embd, with_hidden, type);
    });
}

gto_status gto_features_create_on(gto_device * device, int32_t n_taps, int32_t n_embd, bool with_hidden,
                                  gto_features ** out) {
    return guard([&] {
        require(device != nullptr, "device is null");
        check_width(n_taps, n_embd, out);
        *out = new_features(device, n_taps, n_embd, with_hidden, GTO_TYPE_F32);
    });
}

void gto_features_free(gto_features * features) { delete features; }
int32_t gto_features_rows(const gto_features * features) { return features ? features->rows() : 0; }
int64_t gto_features_row_bytes(const gto_features * features) { return features ? (int64_t) features->row_bytes() : 0; }

gto_status gto_features_truncate(gto_features * features, int32_t n_rows) {
    return guard([&] {
        require(features != nullptr, "features is null");
        require_within("n_rows", n_rows, 0, features->rows());
        features->memory.resize((size_t) n_rows * features->row_bytes());
    });
}

gto_status gto_features_append(gto_features * features, int32_t n_rows, const float * rows) {
    return guard([&] {
        require(features != nullptr, "features is null");
        require_within("n_rows", n_rows, 0, INT32_MAX - features->rows());
        require(n_rows == 0 || rows != nullptr, "rows is null");
        require_memory("features", (int64_t) n_rows * (int64_t) features->row_bytes());
        features->append(rows, n_rows);
    });
}

gto_status gto_features_get(const gto_features * features, int32_t row, float * out) {
    return guard([&] {
        require(features != nullptr, "features is null");
        require(out != nullptr, "out is null");
        require_within("row", row, 0, (int64_t) features->rows() - 1);
        features->read(row, 0, features->width(), out);
    });
}

gto_status gto_features_write(const gto_features * features, const char * path, int64_t * offset) {
    return guard([&] {
        require(features != nullptr, "features is null");
        require(path != nullptr, "path is null");
        require(offset != nullptr, "offset is null");
        const feature_memory & memory = features->memory;
        if (!memory.device()) {
            *offset = append_to_file(path, memory.data(), memory.size());
            return;
        }
        std::vector<uint8_t> here(memory.size());
        memory.read(0, here.data(), here.size());
        *offset = append_to_file(path, here.data(), here.size());
    });
}

gto_status gto_features_read(gto_features * features, const char * path, int64_t offset, int32_t n_rows) {
    return guard([&] {
        require(features != nullptr, "features is null");
        require(path != nullptr, "path is null");
        require_at_least("offset", offset, 0);
        require_at_least("n_rows", n_rows, 0);
        features->memory.replace(read_from_file(path, offset, (size_t) n_rows * features->row_bytes()));
    });
}
