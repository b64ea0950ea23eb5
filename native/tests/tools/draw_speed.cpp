// What a draw from a vocabulary takes, beside libllama's own sampler chain: draw_speed [N_VOCAB], 49152 by default.
#include "support/stock_chain.h"
#include "target/first_filter.h"
#include "target/softmax_draw.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

using namespace gto_test;

namespace {

constexpr float temperature = 0.8f;

// A few tokens that are probable and many that aren't, as language models have them.
std::vector<float> usual_logits(int32_t n) {
    std::vector<float> logits = normal_logits(n, 3, 1);
    for (int32_t i = 0; i < 30; i++) logits[i * (n / 30)] += 12;
    return logits;
}

// Median of 201 runs in microseconds.
double median_time(const std::function<void()> & run) {
    std::vector<double> times;
    for (int i = 0; i < 201; i++) {
        const auto begin = std::chrono::steady_clock::now();
        run();
        times.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
    }
    std::nth_element(times.begin(), times.begin() + 100, times.end());
    return times[100];
}

struct setting {
    const char * name;
    int32_t top_k;
    float top_p, min_p;
};

std::vector<llama_sampler *> links(const setting & s, bool with_top_p) {
    std::vector<llama_sampler *> links;
    if (s.top_k > 0) links.push_back(llama_sampler_init_top_k(s.top_k));
    if (s.top_p < 1 && with_top_p) links.push_back(llama_sampler_init_top_p(s.top_p, 1));
    if (s.min_p > 0) links.push_back(llama_sampler_init_min_p(s.min_p, 1));
    links.push_back(llama_sampler_init_temp(temperature));
    links.push_back(llama_sampler_init_dist(1));
    return links;
}

double own_time(const setting & s, const std::vector<float> & logits) {
    const int32_t n = (int32_t) logits.size(), best = greatest(logits);
    if (s.top_k == 0 && s.top_p == 1 && s.min_p == 0) {
        gto::softmax_draw draw(temperature, 1);
        return median_time([&] { draw.draw(logits.data(), n, best); });
    }
    gto::first_filter filter(s.top_k, s.top_p, s.min_p);
    stock_chain rest(links(s, !filter.is_nucleus()));
    return median_time([&] {
        llama_token_data_array all = filter.select(logits.data(), n, best);
        llama_sampler_apply(rest.chain.get(), &all);
    });
}

} // namespace

int main(int argc, char ** argv) {
    const int32_t n = argc > 1 ? atoi(argv[1]) : 49152;
    if (argc > 2 || n < 1000) {
        fputs("usage: draw_speed [N_VOCAB], at least 1000\n", stderr);
        return 2;
    }
    const std::vector<float> logits = usual_logits(n);
    printf("microseconds a draw of %d tokens: libllama's chain, gto4j\n", n);
    for (const setting & s : {setting{"temperature", 0, 1, 0}, setting{"top-p 0.9", 0, 0.9f, 0},
                              setting{"top-k 40", 40, 1, 0}, setting{"min-p 0.05", 0, 1, 0.05f}}) {
        stock_chain stock(links(s, true));
        const double theirs = median_time([&] { stock.draw(logits); });
        printf("%-12s %7.0f %7.0f\n", s.name, theirs, own_time(s, logits));
    }
    return 0;
}
