#include "target/feature_reader.h"

#include "target/combined_reader.h"
#include "target/device_reader.h"
#include "target/graph_reader.h"
#include "target/layer_input_reader.h"

namespace gto {

void host_reader::capture(const std::vector<int32_t> & rows, const std::vector<int32_t> & ranks,
                          gto_features & features) {
    std::vector<float> values(features.width());
    for (size_t i = 0; i < rows.size(); i++) {
        row(rows[i], ranks[i], features.with_hidden, values.data());
        features.append(values.data());
    }
}

static void check_taps(const gto_target & target, const int32_t * layers) {
    if (target.info.recurrent) {
        fail(GTO_E_ARGUMENT, "%s: %s", target.path.c_str(), no_branches);
    }
    for (int i = 0; i < n_taps; i++) {
        if (layers[i] < 0 || layers[i] >= target.info.n_layer) {
            fail(GTO_E_ARGUMENT, "tap_layers[%d]: expected 0..%d, found %d", i, target.info.n_layer - 1, layers[i]);
        }
        if (target.taps.block_inputs[layers[i]].empty()) {
            fail(GTO_E_ARGUMENT, "%s: the input of block %d of architecture %s can't be read", target.path.c_str(),
                 layers[i], target.architecture.c_str());
        }
    }
}

static void check_hidden(const gto_target & target) {
    if (target.taps.hidden.empty()) {
        fail(GTO_E_ARGUMENT, "%s: the final hidden state of architecture %s can't be read", target.path.c_str(),
             target.architecture.c_str());
    }
}

// libllama may compute rows of many texts as several graphs, and the last one alone keeps its tensors.
static graph_reader::hidden_state way_to_hidden(const gto_target & target, const gto_session_options & options) {
    using way = graph_reader::hidden_state;
    if (!options.hidden) return way::none;
    return target.taps.hidden_kept && !options.many_texts ? way::kept : way::cut;
}

std::unique_ptr<feature_reader> new_feature_reader(const gto_target & target, const gto_session_options & options,
                                                   kept_outputs * kept) {
    if (options.taps) check_taps(target, options.tap_layers);
    if (options.hidden) check_hidden(target);
    if (!options.taps && !options.hidden) return nullptr;
    if (kept) return std::make_unique<device_reader>(target, options, *kept);
    const auto hidden = way_to_hidden(target, options);
    if (!options.taps || !target.taps.layer_inputs) {
        return std::make_unique<graph_reader>(target, options.taps ? options.tap_layers : nullptr, hidden);
    }
    auto taps = std::make_unique<layer_input_reader>(target, options.tap_layers);
    if (!options.hidden) return taps;
    return std::make_unique<combined_reader>(std::move(taps), std::make_unique<graph_reader>(target, nullptr, hidden),
                                             target.info.n_embd);
}

} // namespace gto
