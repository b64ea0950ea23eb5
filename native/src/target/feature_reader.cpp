#include "target/feature_reader.h"

#include "target/graph_reader.h"
#include "target/layer_input_reader.h"

namespace gto {

static void check_taps(const gto_target & target, const int32_t * layers) {
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

std::unique_ptr<feature_reader> new_feature_reader(const gto_target & target, const gto_session_options & options) {
    if (options.taps) check_taps(target, options.tap_layers);
    if (options.hidden) check_hidden(target);
    if (!options.taps && !options.hidden) return nullptr;
    if (target.taps.layer_inputs && !options.hidden) {
        return std::make_unique<layer_input_reader>(target, options.tap_layers);
    }
    return std::make_unique<graph_reader>(target, options.taps ? options.tap_layers : nullptr, options.hidden);
}

} // namespace gto
