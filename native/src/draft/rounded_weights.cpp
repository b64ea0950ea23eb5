#include "draft/rounded_weights.h"

#include "device/record.h"
#include "device/rounded_rows.h"

#include <algorithm>
#include <cstring>

namespace gto {

rounded_copy::rounded_copy(gto_device & device, const float * values, uint64_t revision,
                           std::vector<rounded_part> parts, ggml_type type)
    : revision_(revision), accelerated_(device.is_accelerated()), parts_(std::move(parts)), type_(type),
      packed_(accelerated_ ? nullptr : packed_format_of(type)) {
    size_t n = 0;
    for (const rounded_part & part : parts_) n += bytes(part);
    memory_ = block(device, n);
    if (accelerated_) {
        round_there(device, values);
        return;
    }
    for_each_tile(values, [&](size_t at, const void * tile, size_t size) {
        memcpy((char *) memory_.data() + at, tile, size);
        return true;
    });
}

void rounded_copy::round_there(gto_device & device, const float * values) {
    if (type_ != GGML_TYPE_F16) fail(GTO_E_INTERNAL, "device %s rounds to F16 alone", device.name.c_str());
    queue q(device);
    for (const rounded_part & part : parts_) {
        const matrix from = dense(const_cast<float *>(values) + part.offset, part.rows, part.cols);
        record_rows(q, part.rows, rounded_rows{from, (uint16_t *) const_cast<void *>(at(part.offset)), 0});
    }
    q.run();
}

size_t rounded_copy::bytes(const rounded_part & part) const {
    return packed_ ? packed_->bytes(part.rows, part.cols) : (size_t) part.rows * ggml_row_size(type_, part.cols);
}

template <class F> bool rounded_copy::for_each_tile(const float * values, F && f) const {
    const ggml_from_float_t round = ggml_get_type_traits(type_)->from_float_ref;
    std::vector<uint8_t> rounded, tile;
    size_t at = 0;
    for (const rounded_part & part : parts_) {
        const size_t row = ggml_row_size(type_, part.cols);
        rounded.resize(tile_outputs * row);
        if (packed_) tile.resize(packed_->bytes(tile_outputs, part.cols));
        for (int64_t first = 0; first < part.rows; first += tile_outputs) {
            const int64_t n = std::min(tile_outputs, part.rows - first);
            round(values + part.offset + first * part.cols, rounded.data(), n * part.cols);
            if (packed_) packed_->pack(rounded.data(), row, n, part.cols / packed_->block, tile.data());
            const size_t size = packed_ ? tile.size() : (size_t) n * row;
            if (!f(at, packed_ ? tile.data() : rounded.data(), size)) return false;
            at += size;
        }
    }
    return true;
}

const void * rounded_copy::at(int64_t offset) const {
    size_t at = 0;
    for (const rounded_part & part : parts_) {
        if (part.offset == offset) return (const char *) memory_.data() + at;
        at += bytes(part);
    }
    fail(GTO_E_INTERNAL, "no rounded matrix begins at value %lld", (long long) offset);
}

bool rounded_copy::holds(const float * values, uint64_t revision, const std::vector<rounded_part> & parts) const {
    if (accelerated_) return revision == revision_ && parts == parts_;
    return parts == parts_ && for_each_tile(values, [&](size_t at, const void * tile, size_t size) {
               return memcmp((const char *) memory_.data() + at, tile, size) == 0;
           });
}

std::shared_ptr<const rounded_copy> rounded_weights::of(gto_device & device, const float * values, uint64_t revision,
                                                        const std::vector<rounded_part> & parts, ggml_type type) {
    std::lock_guard<std::mutex> lock(mutex_);
    std::shared_ptr<const rounded_copy> copy = last_[type].lock();
    if (copy && copy->holds(values, revision, parts)) return copy;
    copy = std::make_shared<const rounded_copy>(device, values, revision, parts, type);
    last_[type] = copy;
    return copy;
}

} // namespace gto
