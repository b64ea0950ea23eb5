// Processor time of a target on one thread, by the C API: speed MODEL [DEVICE] prints seconds a token of a prompt of
// 256 tokens, and of 96 tokens one at a time.
#include "gto4j/session.h"

#include <ctime>

#include <cstdio>
#include <cstdlib>
#include <vector>

static void check(gto_status status) {
    if (status == GTO_OK) return;
    fprintf(stderr, "speed: %s\n", gto_last_error());
    exit(1);
}

static double processor_seconds() {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

int main(int argc, char ** argv) {
    if (argc < 2) return fprintf(stderr, "usage: speed MODEL [DEVICE]\n"), 2;
    const int warm = 16, prompt = 256, answer = 96;
    gto_device * device = nullptr;
    gto_target * target = nullptr;
    gto_session * session = nullptr;
    check(gto_device_open(argc > 2 ? argv[2] : nullptr, 1, &device));
    check(gto_target_open(device, argv[1], &target));
    gto_session_options options = gto_session_options_default();
    options.n_ctx = 512;
    options.n_seq_max = 1;
    check(gto_session_open(target, options, &session));
    std::vector<int32_t> tokens(prompt), argmax(prompt);
    for (int i = 0; i < prompt; i++) tokens[i] = 300 + 7 * i;
    int32_t position = 0, token = 300;
    auto read = [&](int n) {
        check(gto_session_prefill(session, 0, position, n, tokens.data(), n - 1, nullptr, argmax.data()));
        position += n;
        token = argmax[n - 1];
    };
    auto write = [&](int n) {
        for (int i = 0; i < n; i++) {
            check(gto_session_prefill(session, 0, position++, 1, &token, 0, nullptr, &token));
        }
    };
    read(warm);
    double start = processor_seconds();
    read(prompt);
    const double reading = (processor_seconds() - start) / prompt;
    write(warm);
    start = processor_seconds();
    write(answer);
    printf("%.9f %.9f\n", reading, (processor_seconds() - start) / answer);
    gto_session_free(session);
    gto_target_free(target);
    gto_device_free(device);
}
