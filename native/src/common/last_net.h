// The last net under libllama's assertions while it reads what others wrote (a file, a text).
//
// What can be checked beforehand is checked beforehand. For the rest, ggml_abort() calls a callback before it ends the
// process; inside a last_net scope that callback throws, so that a bad file costs an error and not the process. Only
// for calls that compute nothing: a throw out of a running graph would leave its other threads waiting.
#pragma once

#include <string>

namespace gto {

class last_net {
  public:
    // `what` starts the error's message, e.g. the file's path. It must outlive the scope.
    explicit last_net(const std::string & what);
    ~last_net();
    last_net(const last_net &) = delete;
    last_net & operator=(const last_net &) = delete;

    // What libllama and ggml reported as errors in this scope, on one line; "" if nothing.
    std::string reported() const;

  private:
    const std::string * around_; // what a scope around this one protects
};

} // namespace gto
