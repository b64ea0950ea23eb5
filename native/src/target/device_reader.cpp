#include "target/device_reader.h"

#include "device/record.h"

namespace gto {

device_reader::device_reader(const gto_target & target, const gto_session_options & options, kept_outputs & kept)
    : kept_(kept), n_embd_(target.info.n_embd) {
    for (int i = 0; options.taps && i < n_taps; i++) {
        taps_.push_back(kept.keep(target.taps.block_inputs[options.tap_layers[i]]));
    }
    if (options.hidden) hidden_ = kept.keep(target.taps.hidden);
}

void device_reader::begin(int32_t n_rows, int32_t n_outputs) {
    n_rows_ = n_rows;
    n_outputs_ = n_outputs;
}

void device_reader::record(const std::vector<int32_t> & rows, const std::vector<int32_t> & ranks, bool with_hidden,
                           matrix to) {
    queue & q = kept_.work();
    const int32_t * from = q.here(rows);
    for (size_t i = 0; i < taps_.size(); i++) {
        record_rows(q, to.rows,
                    copied_rows{kept_.rows(taps_[i], n_rows_, n_embd_), from,
                                to.columns((int64_t) i * n_embd_, n_embd_), nullptr});
    }
    if (!with_hidden) return;
    const matrix hidden = to.columns((int64_t) taps_.size() * n_embd_, n_embd_);
    std::vector<int32_t> places, outputs;
    for (int32_t i = 0; i < (int32_t) ranks.size(); i++) {
        if (ranks[i] < 0) {
            q.zero(hidden.row(i), n_embd_);
        } else {
            places.push_back(i);
            outputs.push_back(ranks[i]);
        }
    }
    if (places.empty()) return;
    record_rows(q, (int64_t) places.size(),
                copied_rows{kept_.rows(hidden_, n_outputs_, n_embd_), q.here(outputs), hidden, q.here(places)});
}

void device_reader::capture(const std::vector<int32_t> & rows, const std::vector<int32_t> & ranks,
                            gto_features & features) {
    queue & q = kept_.work();
    const int64_t n = (int64_t) rows.size(), width = features.width();
    const queue::recording whole(q);
    if (features.memory.device() == &q.device()) {
        const gto_features::whole_append all(&features);
        record(rows, ranks, features.with_hidden, dense(features.append_there(n), n, width));
        q.run();
        return;
    }
    std::vector<float> values((size_t) (n * width));
    record(rows, ranks, features.with_hidden, dense(q.back(values.data(), values.size()), n, width));
    q.run();
    features.append(values.data(), n);
}

} // namespace gto
