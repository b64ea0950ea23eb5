#include "common/gguf_scan.h"

#include "common/status.h"

#include "ggml.h"
#include "gguf.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <unordered_set>
#include <vector>

namespace gto {

std::string printable(const std::string & text) {
    constexpr size_t most = 96;
    std::string shown = text.substr(0, most);
    for (char & c : shown) {
        if ((unsigned char) c < 0x20 || c == 0x7f) c = '?';
    }
    return text.size() > most ? shown + "..." : shown;
}

namespace {

// ggml compares the names of all with all.
constexpr int64_t most_entries = 1 << 15;
constexpr uint64_t most_alignment = 1 << 20;
constexpr uint64_t most_key_bytes = UINT16_MAX;

// The file's bytes in order.
class cursor {
  public:
    explicit cursor(const std::string & path) : path_(path) {
        struct stat st;
        if (stat(path.c_str(), &st) != 0) fail(GTO_E_IO, "%s: %s", path.c_str(), strerror(errno));
        if (!S_ISREG(st.st_mode)) {
            fail(GTO_E_IO, "%s: expected a file, found %s", path.c_str(),
                 S_ISDIR(st.st_mode) ? "a directory" : "something else");
        }
        fd_ = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd_ < 0) fail(GTO_E_IO, "%s: can't be read: %s", path.c_str(), strerror(errno));
        size_ = (uint64_t) st.st_size;
    }
    ~cursor() {
        if (fd_ >= 0) close(fd_);
    }
    cursor(const cursor &) = delete;
    cursor & operator=(const cursor &) = delete;

    const char * path() const { return path_.c_str(); }
    uint64_t size() const { return size_; }
    uint64_t position() const { return position_; }
    uint64_t left() const { return size_ - position_; }

    // `what` is being read, for the message.
    void need(uint64_t bytes, const std::string & what) const {
        if (bytes > left()) {
            fail(GTO_E_IO, "%s: truncated: %s needs %llu bytes from byte %llu on, the file has %llu", path(),
                 what.c_str(), (unsigned long long) bytes, (unsigned long long) position_, (unsigned long long) size_);
        }
    }
    void skip(uint64_t bytes, const std::string & what) {
        need(bytes, what);
        position_ += bytes;
    }
    template <class T> T number(const std::string & what) {
        T value;
        read(&value, sizeof value, what);
        return value;
    }
    std::string text(uint64_t most, const std::string & what) {
        const uint64_t length = number<uint64_t>(what);
        if (length > most) {
            fail(GTO_E_FORMAT, "%s: %s: expected a text of at most %llu bytes, found %llu", path(), what.c_str(),
                 (unsigned long long) most, (unsigned long long) length);
        }
        need(length, what);
        std::string value(length, 0);
        read(value.data(), length, what);
        return value;
    }

  private:
    void read(void * to, uint64_t bytes, const std::string & what) {
        need(bytes, what);
        for (char * out = (char *) to; bytes > 0;) {
            if (position_ < begin_ || position_ >= begin_ + held_.size()) fill();
            const uint64_t part = std::min<uint64_t>(bytes, begin_ + held_.size() - position_);
            memcpy(out, held_.data() + (position_ - begin_), part);
            out += part;
            bytes -= part;
            position_ += part;
        }
    }
    void fill() {
        held_.resize(1 << 16);
        const ssize_t n = pread(fd_, held_.data(), held_.size(), (off_t) position_);
        if (n <= 0) {
            fail(GTO_E_IO, "%s: can't be read at byte %llu: %s", path(), (unsigned long long) position_,
                 n < 0 ? strerror(errno) : "it ends there");
        }
        held_.resize((size_t) n);
        begin_ = position_;
    }

    const std::string path_;
    int fd_ = -1;
    uint64_t size_ = 0, position_ = 0, begin_ = 0;
    std::vector<char> held_;
};

void scan_magic(cursor & file) {
    if (file.size() < 4) {
        fail(GTO_E_FORMAT, "%s: not a GGUF file: expected at least 4 bytes, found %llu", file.path(),
             (unsigned long long) file.size());
    }
    if (file.number<uint32_t>("the magic number") != 0x46554747) {
        fail(GTO_E_FORMAT, "%s: not a GGUF file: its first four bytes aren't \"GGUF\"", file.path());
    }
    const uint32_t version = file.number<uint32_t>("the version"), swapped = __builtin_bswap32(version);
    if (version == 2 || version == 3) return;
    if (swapped >= 1 && swapped < 0x10000) {
        fail(GTO_E_FORMAT, "%s: a big-endian GGUF (version %u); expected a little-endian one", file.path(), swapped);
    }
    fail(GTO_E_FORMAT, "%s: a GGUF of version %u; expected version 2 or 3", file.path(), version);
}

int64_t scan_count(cursor & file, const char * what) {
    const int64_t n = file.number<int64_t>(what);
    if (n < 0 || n > most_entries) {
        fail(GTO_E_FORMAT, "%s: %s: expected 0..%lld, found %lld", file.path(), what, (long long) most_entries,
             (long long) n);
    }
    return n;
}

// Bytes of a value of a fixed size, 0 if the type has none.
uint64_t size_of(uint32_t type) {
    switch (type) {
        case GGUF_TYPE_UINT8:
        case GGUF_TYPE_INT8:
        case GGUF_TYPE_BOOL: return 1;
        case GGUF_TYPE_UINT16:
        case GGUF_TYPE_INT16: return 2;
        case GGUF_TYPE_UINT32:
        case GGUF_TYPE_INT32:
        case GGUF_TYPE_FLOAT32: return 4;
        case GGUF_TYPE_UINT64:
        case GGUF_TYPE_INT64:
        case GGUF_TYPE_FLOAT64: return 8;
        default: return 0;
    }
}

void scan_values(cursor & file, uint32_t type, uint64_t n, const std::string & what) {
    if (type == GGUF_TYPE_STRING) {
        for (uint64_t i = 0; i < n; i++) file.skip(file.number<uint64_t>(what), what);
        return;
    }
    const uint64_t size = size_of(type);
    if (size == 0) {
        fail(GTO_E_FORMAT, "%s: %s: type %u %s", file.path(), what.c_str(), type,
             type == GGUF_TYPE_ARRAY ? "in a list: lists don't nest" : "is unknown");
    }
    if (n > file.left() / size) file.need(UINT64_MAX, what + " of " + std::to_string(n) + " values");
    file.skip(n * size, what);
}

// Returns the alignment, if this is its key; else `otherwise`.
uint64_t scan_key(cursor & file, std::unordered_set<std::string> & names, uint64_t otherwise) {
    const std::string place = "key " + std::to_string(names.size()), name = file.text(most_key_bytes, place),
                      what = "key " + printable(name);
    if (name.empty()) fail(GTO_E_FORMAT, "%s: %s has no name", file.path(), place.c_str());
    if (!names.insert(name).second) fail(GTO_E_FORMAT, "%s: %s is there twice", file.path(), what.c_str());
    const uint32_t type = file.number<uint32_t>(what);
    if (name == "general.alignment") {
        if (type != GGUF_TYPE_UINT32) {
            fail(GTO_E_FORMAT, "%s: %s: expected a u32 (type 4), found type %u", file.path(), what.c_str(), type);
        }
        const uint32_t alignment = file.number<uint32_t>(what);
        if (alignment == 0 || alignment > most_alignment || (alignment & (alignment - 1)) != 0) {
            fail(GTO_E_FORMAT, "%s: %s: expected a power of two of 1..%llu, found %u", file.path(), what.c_str(),
                 (unsigned long long) most_alignment, alignment);
        }
        return alignment;
    }
    if (type == GGUF_TYPE_ARRAY) {
        const uint32_t element = file.number<uint32_t>(what);
        const uint64_t n = file.number<uint64_t>(what);
        scan_values(file, element, n, what);
    } else {
        scan_values(file, type, 1, what);
    }
    return otherwise;
}

struct tensor {
    std::string name;
    uint64_t bytes, offset;
};

uint64_t scan_shape(cursor & file, const std::string & what, int64_t & cols) {
    const uint32_t n_dims = file.number<uint32_t>(what);
    if (n_dims > GGML_MAX_DIMS) {
        fail(GTO_E_FORMAT, "%s: %s: expected at most %d dimensions, found %u", file.path(), what.c_str(), GGML_MAX_DIMS,
             n_dims);
    }
    int64_t elements = 1;
    cols = 1;
    for (uint32_t i = 0; i < n_dims; i++) {
        const int64_t n = file.number<int64_t>(what);
        if (n < 1) {
            fail(GTO_E_FORMAT, "%s: %s: dimension %u: expected at least 1, found %lld", file.path(), what.c_str(), i,
                 (long long) n);
        }
        if (i == 0) cols = n;
        if (__builtin_mul_overflow(elements, n, &elements)) {
            fail(GTO_E_FORMAT, "%s: %s: more values than can be counted", file.path(), what.c_str());
        }
    }
    return (uint64_t) elements;
}

tensor scan_tensor(cursor & file, std::unordered_set<std::string> & names) {
    const std::string place = "tensor " + std::to_string(names.size());
    tensor t = {file.text(GGML_MAX_NAME - 1, place), 0, 0};
    const std::string what = "tensor " + printable(t.name);
    if (!names.insert(t.name).second) fail(GTO_E_FORMAT, "%s: %s is there twice", file.path(), what.c_str());
    int64_t cols;
    const uint64_t elements = scan_shape(file, what, cols);
    const uint32_t type = file.number<uint32_t>(what);
    const int64_t block = type < GGML_TYPE_COUNT ? ggml_blck_size((ggml_type) type) : 0;
    if (block == 0) fail(GTO_E_FORMAT, "%s: %s: type %u is unknown", file.path(), what.c_str(), type);
    if (cols % block != 0) {
        fail(GTO_E_FORMAT, "%s: %s: expected rows of whole blocks of %lld (type %s), found %lld values", file.path(),
             what.c_str(), (long long) block, ggml_type_name((ggml_type) type), (long long) cols);
    }
    if (__builtin_mul_overflow(elements / (uint64_t) block, (uint64_t) ggml_type_size((ggml_type) type), &t.bytes)) {
        fail(GTO_E_FORMAT, "%s: %s: more bytes than can be counted", file.path(), what.c_str());
    }
    t.offset = file.number<uint64_t>(what);
    return t;
}

uint64_t padded(uint64_t bytes, uint64_t alignment) { return (bytes + alignment - 1) / alignment * alignment; }

// Tensors follow each other from the start of the data on.
void scan_offsets(const cursor & file, const std::vector<tensor> & tensors, uint64_t alignment) {
    const uint64_t data = padded(file.position(), alignment);
    uint64_t next = 0;
    for (const tensor & t : tensors) {
        const std::string name = printable(t.name);
        if (t.offset != next) {
            fail(GTO_E_FORMAT, "%s: tensor %s: expected its data at byte %llu, behind the tensor before, found %llu",
                 file.path(), name.c_str(), (unsigned long long) next, (unsigned long long) t.offset);
        }
        if (t.bytes > file.size() || data + next > file.size() - t.bytes) {
            fail(GTO_E_IO, "%s: truncated: tensor %s has %llu bytes from byte %llu on, the file has %llu", file.path(),
                 name.c_str(), (unsigned long long) t.bytes, (unsigned long long) (data + next),
                 (unsigned long long) file.size());
        }
        next = padded(next + t.bytes, alignment);
    }
}

} // namespace

void scan_gguf(const std::string & path) {
    cursor file(path);
    scan_magic(file);
    const int64_t n_tensors = scan_count(file, "the number of tensors"),
                  n_keys = scan_count(file, "the number of keys");
    std::unordered_set<std::string> names;
    uint64_t alignment = GGUF_DEFAULT_ALIGNMENT;
    for (int64_t i = 0; i < n_keys; i++) alignment = scan_key(file, names, alignment);
    names.clear();
    std::vector<tensor> tensors;
    for (int64_t i = 0; i < n_tensors; i++) tensors.push_back(scan_tensor(file, names));
    scan_offsets(file, tensors, alignment);
}

} // namespace gto
