// Trainer state on disk: [magic, version, parameters, draft vocabulary, features, steps][scale][weights][first
// moment][second moment][checksum].
#include "common/file.h"
#include "draft/trainer.h"

#include <cerrno>
#include <cstring>

using namespace gto;

namespace {

struct header {
    char magic[8];
    int64_t version, n_params, n_draft_vocab, n_features, steps;
};

constexpr char magic[8] = {'g', 't', 'o', '4', 'j', 's', 't', '\n'};

header header_of(const gto_trainer & trainer) {
    header h = {
        {}, 1, trainer.draft.n_params, trainer.draft.s.n_draft_vocab, trainer.draft.s.features(), trainer.adamw.steps};
    memcpy(h.magic, magic, sizeof magic);
    return h;
}

// FNV-1a over 64-bit words: tells a torn file from a whole one.
struct checksum {
    uint64_t value = 1469598103934665603ull;
    void add(const void * data, size_t bytes) {
        const uint8_t * p = (const uint8_t *) data;
        for (size_t i = 0; i < bytes; i += 8) {
            uint64_t word = 0;
            memcpy(&word, p + i, std::min<size_t>(8, bytes - i));
            value = (value ^ word) * 1099511628211ull;
        }
    }
};

struct part {
    void * data;
    size_t bytes;
    bool of_device;
};

std::vector<part> parts_of(header & h, gto_draft & draft, const optimizer & adamw) {
    return {{&h, sizeof h, false},
            {draft.scale.data(), draft.scale.size() * sizeof(float), false},
            {draft.memory.data(), draft.memory.bytes(), true},
            {adamw.first_moment(), draft.memory.bytes(), true},
            {adamw.second_moment(), draft.memory.bytes(), true}};
}

// f(values, bytes) for piece after piece of a part, in the host's memory, until it returns false. A piece is a multiple
// of 8 bytes, but the last.
template <class F> bool for_each_piece(gto_device & device, const part & p, F && f) {
    constexpr size_t most = (size_t) 16 << 20;
    if (!p.of_device) return f(p.data, p.bytes);
    std::vector<uint8_t> piece(std::min(most, p.bytes));
    for (size_t at = 0; at < p.bytes; at += most) {
        const size_t n = std::min(most, p.bytes - at);
        device.read(piece.data(), (const char *) p.data + at, n);
        if (!f(piece.data(), n)) return false;
    }
    return true;
}

void read_part(FILE * file, const char * path, void * data, size_t bytes) {
    if (fread(data, 1, bytes, file) != bytes) fail(GTO_E_IO, "%s: truncated trainer state", path);
}

} // namespace

gto_status gto_trainer_save_state(const gto_trainer * trainer, const char * path) {
    return guard([&] {
        require(trainer && path, "trainer and path must not be null");
        require_not_model(path, trainer->draft.target_path);
        write_atomically(path, [&](const std::string & temporary) {
            const file_ptr file = open_file(temporary, "wb");
            header h = header_of(*trainer);
            checksum sum;
            bool ok = true;
            for (const part & p : parts_of(h, trainer->draft, trainer->adamw)) {
                ok = ok && for_each_piece(trainer->draft.device, p, [&](const void * values, size_t n) {
                         sum.add(values, n);
                         return fwrite(values, 1, n, file.get()) == n;
                     });
            }
            ok = ok && fwrite(&sum.value, sizeof sum.value, 1, file.get()) == 1 && fflush(file.get()) == 0;
            if (!ok) fail(GTO_E_IO, "%s: can't be written: %s", path, strerror(errno));
        });
    });
}

gto_status gto_trainer_load_state(gto_trainer * trainer, const char * path) {
    return guard([&] {
        require(trainer && path, "trainer and path must not be null");
        const file_ptr file = open_file(path, "rb");
        header h, own = header_of(*trainer);
        read_part(file.get(), path, &h, sizeof h);
        if (memcmp(h.magic, magic, sizeof magic) != 0 || h.version != own.version) {
            fail(GTO_E_FORMAT, "%s: not a trainer state of version %lld", path, (long long) own.version);
        }
        if (h.steps < 0) fail(GTO_E_FORMAT, "%s: expected at least 0 steps, found %lld", path, (long long) h.steps);
        if (h.n_params != own.n_params || h.n_draft_vocab != own.n_draft_vocab || h.n_features != own.n_features) {
            fail(GTO_E_FORMAT,
                 "%s: state of another draft: expected %lld parameters and %lld draft tokens, found %lld and %lld",
                 path, (long long) own.n_params, (long long) own.n_draft_vocab, (long long) h.n_params,
                 (long long) h.n_draft_vocab);
        }
        // everything is read and checked before anything is replaced
        std::vector<std::vector<uint8_t>> contents;
        checksum sum;
        const std::vector<part> parts = parts_of(h, trainer->draft, trainer->adamw);
        sum.add(&h, sizeof h);
        for (size_t i = 1; i < parts.size(); i++) {
            contents.emplace_back(parts[i].bytes);
            read_part(file.get(), path, contents.back().data(), parts[i].bytes);
            sum.add(contents.back().data(), parts[i].bytes);
        }
        uint64_t expected;
        read_part(file.get(), path, &expected, sizeof expected);
        if (expected != sum.value) fail(GTO_E_IO, "%s: checksum differs: the file is damaged", path);
        for (size_t i = 1; i < parts.size(); i++) {
            if (parts[i].of_device) {
                trainer->draft.device.write(parts[i].data, contents[i - 1].data(), parts[i].bytes);
            } else {
                memcpy(parts[i].data, contents[i - 1].data(), parts[i].bytes);
            }
        }
        trainer->adamw.steps = h.steps;
        trainer->adamw.zero();
        trainer->draft.revision++;
    });
}
