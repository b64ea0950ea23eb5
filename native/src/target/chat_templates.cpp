#include "target/chat_templates.h"

namespace gto {

std::shared_ptr<const jinja::chat_template> chat_templates::read(const std::string & source) {
    constexpr size_t most = 8; // a model has one or two, and callers give one
    const std::lock_guard<std::mutex> locked(lock_);
    const auto known = read_.find(source);
    if (known != read_.end()) return known->second;
    auto fresh = std::make_shared<const jinja::chat_template>(source);
    if (read_.size() >= most) read_.clear();
    read_.emplace(source, fresh);
    return fresh;
}

} // namespace gto
