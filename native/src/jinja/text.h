// Text that knows which of it was said by people and models, and which a template wrote.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gto::jinja {

// Bytes begin..end-1.
struct byte_range {
    size_t begin, end;
};

// UTF-8 with marks. Whatever is made of a text (parts, joined texts, other case, escapes) keeps the marks of the
// characters that it was made from.
class text {
  public:
    text() = default;
    explicit text(std::string bytes, bool is_said = false);

    const std::string & bytes() const { return bytes_; }
    // In order, not touching each other.
    const std::vector<byte_range> & said() const { return said_; }
    size_t size() const { return bytes_.size(); }
    bool empty() const { return bytes_.empty(); }
    bool has_said() const { return !said_.empty(); }

    void append(std::string_view bytes, bool is_said = false);
    void append(const text & other) { append(other, 0, other.size()); }
    // Bytes begin..end-1 of another text.
    void append(const text & other, size_t begin, size_t end);
    text slice(size_t begin, size_t end) const;

    // f of each run of equal marks, joined.
    template <class F> text transformed(F && f) const {
        text result;
        result.markup = markup;
        size_t at = 0;
        const std::string_view all = bytes_;
        for (const byte_range & r : said_) {
            if (r.begin > at) result.append(f(all.substr(at, r.begin - at)), false);
            result.append(f(all.substr(r.begin, r.end - r.begin)), true);
            at = r.end;
        }
        if (at < all.size()) result.append(f(all.substr(at)), false);
        return result;
    }

    // Python's Markup: plain text that is added to it is escaped for HTML.
    bool markup = false;

  private:
    void mark(size_t begin, size_t end);

    std::string bytes_;
    std::vector<byte_range> said_;
};

} // namespace gto::jinja
