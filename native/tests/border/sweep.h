// A call with its arguments, and what it does when one of them is something else.
#pragma once

#include "gto4j/common.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace gto_test {

// What a call is tried with.
class swept {
  public:
    int64_t wide(const char * name, int64_t valid) { return next(name, kind::wide, valid); }
    int32_t number(const char * name, int32_t valid) { return (int32_t) next(name, kind::narrow, valid); }
    // `needed`: a call without it must fail.
    template <class T> T * pointer(const char * name, T * valid, bool needed = true) {
        return next(name, needed ? kind::needed : kind::optional, 1) ? valid : nullptr;
    }
    // An array whose first entry is swept; it ends in `end`, an entry that is refused: a count beyond the array meets
    // it.
    std::vector<int32_t> list(const char * name, std::vector<int32_t> valid, int32_t end) {
        valid[0] = number(name, valid[0]);
        valid.push_back(end);
        return valid;
    }

    // Runs the call as it is, then with each argument at each border, and after each of these as it is again.
    void run(const char * call, const std::function<gto_status(swept &)> & body) {
        const auto valid = [&] {
            begin(-1, 0);
            ASSERT_EQ(body(*this), GTO_OK) << call << " as it is: " << gto_last_error();
        };
        valid();
        const std::vector<argument> arguments = seen_;
        for (int i = 0; i < (int) arguments.size() && !testing::Test::HasFatalFailure(); i++) {
            for (int64_t value : borders(arguments[i].of)) {
                begin(i, value);
                const std::string what =
                    std::string(call) + " with " + arguments[i].name + " = " + std::to_string(value);
                const gto_status status = body(*this);
                if (status != GTO_OK) {
                    EXPECT_STRNE(gto_last_error(), "") << what;
                }
                EXPECT_TRUE(status == GTO_OK || (status >= GTO_E_ARGUMENT && status <= GTO_E_NUMERIC))
                    << what << ": " << status << " " << gto_last_error();
                if (arguments[i].of == kind::needed) {
                    EXPECT_EQ(status, GTO_E_ARGUMENT) << what << ": " << gto_last_error();
                }
                valid();
            }
        }
    }

  private:
    enum class kind { narrow, wide, needed, optional };
    struct argument {
        std::string name;
        kind of;
    };

    static std::vector<int64_t> borders(kind of) {
        if (of == kind::needed || of == kind::optional) return {0};
        std::vector<int64_t> values = {0, -1, INT32_MIN, INT32_MAX};
        if (of == kind::wide) values.insert(values.end(), {INT64_MIN, INT64_MAX, INT64_MAX / 2 + 1});
        return values;
    }
    void begin(int changed, int64_t value) {
        seen_.clear();
        changed_ = changed;
        value_ = value;
    }
    int64_t next(const char * name, kind of, int64_t valid) {
        seen_.push_back({name, of});
        return (int) seen_.size() - 1 == changed_ ? value_ : valid;
    }

    std::vector<argument> seen_;
    int changed_ = -1;
    int64_t value_ = 0;
};

} // namespace gto_test
