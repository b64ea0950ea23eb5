// Templates that were read once.
#pragma once

#include "jinja/template.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace gto {

// Thread-safe. Reads on a thread with a large stack.
class chat_templates {
  public:
    std::shared_ptr<const jinja::chat_template> read(const std::string & source);

  private:
    std::mutex lock_;
    std::map<std::string, std::shared_ptr<const jinja::chat_template>> read_;
};

} // namespace gto
