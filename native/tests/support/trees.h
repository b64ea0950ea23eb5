// Random draft trees, and the text that they are to meet.
#pragma once

#include "support/handles.h"

#include <random>
#include <set>
#include <vector>

namespace gto_test {

struct tree {
    std::vector<int32_t> tokens, parents;
    int32_t size() const { return (int32_t) tokens.size(); }
    int32_t leaves() const {
        const std::set<int32_t> inner(parents.begin(), parents.end());
        int32_t n = 0;
        for (int32_t i = 0; i < size(); i++) n += !inner.count(i);
        return n;
    }
    std::vector<int32_t> path_to(int32_t node) const {
        std::vector<int32_t> path;
        for (; node >= 0; node = parents[node]) path.insert(path.begin(), node);
        return path;
    }
};

// A random tree that contains the first `truth` tokens of `text` below the root, among other nodes.
inline tree random_tree(std::mt19937 & random, const std::vector<int32_t> & text, int32_t truth, int32_t others) {
    tree t;
    std::set<std::pair<int32_t, int32_t>> edges;
    const auto add = [&](int32_t parent, int32_t token) {
        if (!edges.insert({parent, token}).second) return;
        t.parents.push_back(parent);
        t.tokens.push_back(token);
    };
    for (int32_t i = 0; i < truth; i++) add(i - 1, text[i]);
    while (t.size() < truth + others) add((int32_t) (random() % (t.size() + 1)) - 1, (int32_t) (random() % 256));
    return t;
}

// The target's greedy text after a prompt.
inline std::vector<int32_t> greedy_text(const tiny & model, std::vector<int32_t> prompt, int n) {
    auto session = open_session(model.target, exact_options());
    std::vector<int32_t> text;
    int32_t position = 0;
    while ((int) text.size() < n) {
        std::vector<int32_t> argmax(prompt.size());
        EXPECT_OK(gto_session_prefill(session.get(), 0, position, (int32_t) prompt.size(), prompt.data(),
                                      (int32_t) prompt.size() - 1, nullptr, argmax.data()));
        position += (int32_t) prompt.size();
        text.push_back(argmax.back());
        prompt = {argmax.back()};
    }
    return text;
}

} // namespace gto_test
