// The sequences that the paths of a tree live in while it is verified.
//
// A leaf's path is a sequence of libllama: the first leaf's is the request's own, every other leaf takes an unused id
// and shares the cells of the request's past. A node belongs to the sequences of the leaves below it, so that it
// attends to its ancestors and to nothing else of its tree or of another one.
#pragma once

#include "target/session.h"

namespace gto {

// Ids of a session's unused sequences; the highest are taken first.
class spare_sequences {
  public:
    // `taken`: sequences that are not spare, even if they hold nothing yet.
    spare_sequences(const gto_session & session, const std::vector<int32_t> & taken);
    size_t size() const { return ids_.size(); }
    int32_t take();

  private:
    std::vector<int32_t> ids_; // ascending
};

// Gives all but the request's own sequence back, and cuts that one back to its past unless keep() was called.
class lanes {
  public:
    // `position` is the end of the request's sequence. Takes n - 1 spare sequences; n is at least the number of leaves,
    // what is beyond holds the root alone.
    lanes(gto_session & session, int32_t seq, int32_t position, size_t n, spare_sequences & spare);
    ~lanes();
    lanes(const lanes &) = delete;
    lanes & operator=(const lanes &) = delete;

    // The leaves' sequences in the leaves' order, then those beyond; the request's own one alone if there are no
    // leaves.
    const std::vector<int32_t> & ids() const { return ids_; }

    // The request's sequence keeps what `lane` holds of positions up to end-1.
    void keep(int32_t lane, int32_t end);

  private:
    gto_session & session_;
    int32_t position_, end_ = -1;
    std::vector<int32_t> ids_;
};

} // namespace gto
