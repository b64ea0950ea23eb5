// Reads features off what a pass leaves on an accelerated device.
#pragma once

#include "target/feature_reader.h"

namespace gto {

class device_reader : public feature_reader {
  public:
    device_reader(const gto_target & target, const gto_session_options & options, kept_outputs & kept);
    void begin(int32_t n_rows, int32_t n_outputs) override;
    void end() override {}
    // Features in that device's memory are written there; others take one copy of all rows.
    void capture(const std::vector<int32_t> & rows, const std::vector<int32_t> & ranks,
                 gto_features & features) override;

  private:
    void record(const std::vector<int32_t> & rows, const std::vector<int32_t> & ranks, bool with_hidden, matrix to);

    kept_outputs & kept_;
    const int32_t n_embd_;
    std::vector<int32_t> taps_;
    int32_t hidden_ = -1; // index of the kept tensor, -1 = none
    int32_t n_rows_ = 0, n_outputs_ = 0;
};

} // namespace gto
