// Runs a kernel on the host or on a device, and keeps what comes out, so that the same case can be run on both.
#pragma once

#include "accelerator/test_accelerator.h"
#include "kernel/kernel_list.h"
#include "kernel/launch.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <list>
#include <random>
#include <string>

namespace gto_test {

struct kernel_output {
    std::string name;
    std::vector<double> values;
    double tolerance; // of the distance to the expected values, relative to their norm; 0: exactly those
};

class kernel_runner {
  public:
    explicit kernel_runner(test_accelerator * device = nullptr) : device_(device) {} // null: on the host

    // Memory of where the kernel runs.
    template <class T> T * array(const std::vector<T> & values) {
        if (device_) return device_->array(values);
        kept_.emplace_back((const char *) values.data(), (const char *) (values.data() + values.size()));
        return (T *) kept_.back().data();
    }
    template <class Kernel> void launch(int32_t n, const Kernel & kernel) {
        if (device_) {
            device_->launch(gto::kernel_list::id<Kernel>(), n, kernel);
        } else {
            gto::run_rows(0, 1, n, kernel);
        }
    }
    bool is_host() const { return !device_; }
    template <class T> std::vector<T> values(const T * data, size_t n) {
        return device_ ? device_->values(data, n) : std::vector<T>(data, data + n);
    }
    void keep(kernel_output output) { outputs_.push_back(std::move(output)); }
    template <class T> void output(const char * name, const T * data, size_t n, double tolerance = 0.0) {
        const std::vector<T> found = values(data, n);
        keep({name, {found.begin(), found.end()}, tolerance});
    }
    const std::vector<kernel_output> & outputs() const { return outputs_; }

  private:
    test_accelerator * device_;
    std::list<std::vector<char>> kept_;
    std::vector<kernel_output> outputs_;
};

// Distance relative to the norm of what is expected. Entries that aren't finite must be the same.
inline double relative_distance(const std::vector<double> & found, const std::vector<double> & expected) {
    double distance = 0.0, norm = 0.0;
    for (size_t i = 0; i < expected.size(); i++) {
        if (found[i] == expected[i] || (std::isnan(found[i]) && std::isnan(expected[i]))) {
            norm += std::isfinite(expected[i]) ? expected[i] * expected[i] : 0.0;
            continue;
        }
        distance += (found[i] - expected[i]) * (found[i] - expected[i]);
        norm += expected[i] * expected[i];
    }
    return distance == 0.0 ? 0.0 : std::sqrt(distance / norm);
}

inline void expect_same(const std::vector<kernel_output> & found, const std::vector<kernel_output> & expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (size_t i = 0; i < expected.size(); i++) {
        const kernel_output & e = expected[i];
        ASSERT_EQ(found[i].values.size(), e.values.size());
        if (e.tolerance == 0.0) {
            EXPECT_EQ(found[i].values, e.values) << e.name;
        } else {
            EXPECT_LE(relative_distance(found[i].values, e.values), e.tolerance) << e.name;
        }
    }
}

// Specialised for each kernel of the list:
//   static constexpr int32_t variants;
//   static void run(kernel_runner &, std::mt19937 &, int32_t variant);   the same calls for the same random numbers
template <class Kernel> struct kernel_case { static constexpr int32_t variants = 0; };

} // namespace gto_test
