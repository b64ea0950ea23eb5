// The greedy text of a target, by the C API of the libraries that ship: greedy MODEL N [DEVICE]. Its tokens go to stdout, and in a second line the logits after
// the prompt; device and kernels to stderr.
// greedy --requantize IN OUT TYPE writes the model with other weights.
#include "gto4j/session.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <vector>

static void check(gto_status status) {
    if (status == GTO_OK) return;
    fprintf(stderr, "greedy: %s\n", gto_last_error());
    exit(1);
}

int main(int argc, char ** argv) {
    if (argc == 5 && strcmp(argv[1], "--requantize") == 0) {
        check(gto_target_requantize(argv[2], argv[3], argv[4], 1));
        return 0;
    }
    if (argc < 3) return fprintf(stderr, "usage: greedy MODEL N [DEVICE]\n"), 2;
    const int n = atoi(argv[2]);
    gto_device * device = nullptr;
    gto_target * target = nullptr;
    gto_session * session = nullptr;
    check(gto_device_open(argc > 3 ? argv[3] : nullptr, 2, &device));
    fprintf(stderr, "%s: %s\n", gto_device_name(device), gto_device_description(device));
    check(gto_target_open(device, argv[1], &target));
    gto_session_options options = gto_session_options_default();
    options.n_ctx = 256;
    options.n_seq_max = 1;
    check(gto_session_open(target, options, &session));
    std::vector<int32_t> tokens(16);
    std::iota(tokens.begin(), tokens.end(), 65);
    std::vector<int32_t> argmax(tokens.size());
    check(gto_session_prefill(session, 0, 0, (int32_t) tokens.size(), tokens.data(), (int32_t) tokens.size() - 1, nullptr, argmax.data()));
    std::vector<float> logits(gto_target_describe(target).n_vocab);
    check(gto_session_logits(session, (int32_t) tokens.size() - 1, logits.data()));
    int32_t token = argmax.back(), position = (int32_t) tokens.size();
    for (int i = 0; i < n; i++) {
        printf("%d%c", token, i + 1 < n ? ' ' : '\n');
        check(gto_session_prefill(session, 0, position++, 1, &token, 0, nullptr, &token));
    }
    for (float logit : logits) printf("%.4f ", logit);
    printf("\n");
    gto_session_free(session);
    gto_target_free(target);
    gto_device_free(device);
}
