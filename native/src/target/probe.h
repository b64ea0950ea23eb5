// Which tensors of an architecture's graph hold the features, found in the graph itself.
#pragma once

#include "target/target.h"

namespace gto {

// Builds the model's graph for two rows of which one has output, computes nothing, and reads the names off it. Sets
// target.cell_bytes and device_cell_bytes. Fails with GTO_E_FORMAT if the model can't decode (an encoder), naming
// target.path.
tap_names probe_taps(gto_target & target);

} // namespace gto
