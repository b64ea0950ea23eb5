// UTF-8 byte by byte.
#pragma once

#include <cstdint>

namespace gto {

class utf8_reader {
  public:
    // False: no UTF-8. After true either pending() or character() is whole.
    bool read(uint8_t byte) {
        if (left_ == 0) return first(byte);
        if (byte < low_ || byte > high_) return false;
        low_ = 0x80;
        high_ = 0xBF;
        value_ = value_ << 6 | (byte & 0x3F);
        left_--;
        return true;
    }
    bool pending() const { return left_ > 0; }
    uint32_t character() const { return value_; }

    // The first and last character that what is pending can become.
    uint32_t lowest() const { return (value_ << 6 | (low_ & 0x3F)) << 6 * (left_ - 1); }
    uint32_t highest() const { return ((value_ << 6 | (high_ & 0x3F)) + 1) * (1u << 6 * (left_ - 1)) - 1; }

  private:
    bool first(uint8_t byte) {
        low_ = 0x80;
        high_ = 0xBF;
        if (byte < 0x80) {
            value_ = byte;
        } else if (byte >= 0xC2 && byte < 0xE0) {
            start(byte & 0x1F, 1);
        } else if (byte >= 0xE0 && byte < 0xF0) {
            start(byte & 0x0F, 2);
            if (byte == 0xE0) low_ = 0xA0;
            if (byte == 0xED) high_ = 0x9F;
        } else if (byte >= 0xF0 && byte < 0xF5) {
            start(byte & 0x07, 3);
            if (byte == 0xF0) low_ = 0x90;
            if (byte == 0xF4) high_ = 0x8F;
        } else {
            return false;
        }
        return true;
    }
    void start(uint32_t value, int left) {
        value_ = value;
        left_ = left;
    }

    uint32_t value_ = 0;
    int left_ = 0;
    uint8_t low_ = 0x80, high_ = 0xBF; // of the next byte
};

} // namespace gto
