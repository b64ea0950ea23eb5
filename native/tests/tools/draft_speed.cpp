// What training and tree growing take on a device: draft_speed --model TARGET.gguf [options], see usage(). The features
// are random, so the losses mean nothing; they are the same on every device.
#include "gto4j/draft.h"
#include "gto4j/trainer.h"
#include "support/gaussian.h"
#include "support/test_device.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

struct options {
    std::string model, device, precision = "F32", type = "Q8_0";
    int32_t threads = 1, tokens = 256, passes = 4, vocabulary = 0, steps = 5, trees = 50;
};

int usage() {
    fputs("usage: draft_speed --model TARGET.gguf [--device NAME] [--threads 1] [--tokens 256] [--passes 4]\n"
          "         [--vocabulary N] [--precision F32|BF16|AUTO] [--steps 5] [--trees 50] [--type F32|F16|Q8_0|BF16]\n"
          "Trains a draft for --steps micro-batches of --tokens tokens, then grows --trees trees of 5 levels of 10 "
          "nodes.\n"
          "--vocabulary: of the draft, a quarter of the target's by default. Prints one JSON object.\n",
          stderr);
    return 2;
}

options parse(int argc, char ** argv) {
    options o;
    const struct {
        const char * name;
        std::string * text;
        int32_t * number;
    } known[] = {{"--model", &o.model, nullptr},         {"--device", &o.device, nullptr},
                 {"--precision", &o.precision, nullptr}, {"--type", &o.type, nullptr},
                 {"--threads", nullptr, &o.threads},     {"--tokens", nullptr, &o.tokens},
                 {"--passes", nullptr, &o.passes},       {"--vocabulary", nullptr, &o.vocabulary},
                 {"--steps", nullptr, &o.steps},         {"--trees", nullptr, &o.trees}};
    for (int i = 1; i < argc; i += 2) {
        const auto found = std::find_if(std::begin(known), std::end(known),
                                        [&](const auto & option) { return strcmp(option.name, argv[i]) == 0; });
        if (found == std::end(known) || i + 1 == argc) throw std::invalid_argument(argv[i]);
        if (found->text) {
            *found->text = argv[i + 1];
        } else {
            *found->number = atoi(argv[i + 1]);
        }
    }
    if (o.model.empty()) throw std::invalid_argument("--model is missing");
    if (o.tokens < 80) throw std::invalid_argument("--tokens: expected at least 80");
    return o;
}

void check(gto_status status) {
    if (status != GTO_OK) throw std::runtime_error(gto_last_error());
}

double seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

double median(std::vector<double> values) {
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct text {
    text(const gto_target_info & info, const std::vector<int32_t> & vocabulary, int32_t n)
        : tokens(n), argmax(n), mask(n, 1) {
        gto_test::gaussian random(1);
        check(gto_features_create(3, info.n_embd, true, GTO_TYPE_F16, &features));
        std::vector<float> row(4 * (size_t) info.n_embd);
        for (int32_t i = 0; i < n; i++) {
            for (float & value : row) value = random();
            check(gto_features_append(features, 1, row.data()));
            tokens[i] = vocabulary[random.integer((uint32_t) vocabulary.size())];
            argmax[i] = vocabulary[random.integer((uint32_t) vocabulary.size())];
        }
    }
    gto_features * features = nullptr;
    std::vector<int32_t> tokens, argmax;
    std::vector<int8_t> mask;
};

struct training {
    std::vector<double> step, update;
    double objective = 0;
    float norm = 0;
    gto_training_memory planned = {}, taken = {};
};

training train(const options & o, gto_target * target, gto_draft * draft, int32_t n_draft_vocab, const text & text) {
    gto_trainer_options how = gto_trainer_options_default();
    how.precision = o.precision == "F32"    ? GTO_PRECISION_F32
                    : o.precision == "BF16" ? GTO_PRECISION_BF16
                                            : GTO_PRECISION_AUTO;
    training t;
    check(gto_trainer_plan_memory(target, n_draft_vocab, false, how, o.tokens, o.passes, &t.planned));
    gto_trainer * trainer = nullptr;
    check(gto_trainer_open(target, draft, how, &trainer));
    const gto_features * features = text.features;
    gto_batch batch = {};
    batch.n_sequences = 1;
    batch.features = &features;
    batch.lengths = &o.tokens;
    batch.tokens = text.tokens.data();
    batch.loss_mask = text.mask.data();
    batch.argmax = text.argmax.data();
    batch.n_passes = o.passes;
    batch.step_decay = 0.8f;
    batch.token_weight = batch.miss_decay = 1;
    for (int32_t i = 0; i <= o.steps; i++) { // the first takes memory
        gto_batch_result result;
        const double begin = seconds();
        check(gto_trainer_accumulate(trainer, batch, &result));
        const double between = seconds();
        check(gto_trainer_step(trainer, 1e-5f, 0.5f, &t.norm));
        t.objective = result.objective;
        if (i == 0) continue;
        t.step.push_back(seconds() - begin);
        t.update.push_back(seconds() - between);
    }
    check(gto_trainer_memory(trainer, &t.taken));
    gto_trainer_free(trainer);
    return t;
}

int64_t sum_of(const gto_training_memory & m) {
    return m.weights + m.embedding + m.target_head + m.gradient + m.moments + m.activations + m.packed;
}

// Seconds of a cycle: three rows more, the root's children, and four levels below.
std::vector<double> grow(const options & o, gto_draft * draft, const text & text, double & log_prob) {
    constexpr int32_t k = 10, held = 60;
    const int32_t type = o.type == "F32"    ? GTO_TYPE_F32
                         : o.type == "F16"  ? GTO_TYPE_F16
                         : o.type == "BF16" ? GTO_TYPE_BF16
                                            : GTO_TYPE_Q8_0;
    gto_draft_session * session = nullptr;
    check(gto_draft_session_open(draft, o.tokens, 64, type, &session));
    check(gto_draft_session_extend(session, text.features, 0, held, text.tokens.data() + 1, held - 1));
    std::vector<int32_t> ids(k * k), level(k), parents(k);
    std::vector<float> log_probs(k * k);
    std::vector<double> cycles;
    for (int32_t i = 0; i <= o.trees; i++) {
        const double begin = seconds();
        const int32_t root = held + 2;
        check(gto_draft_session_truncate(session, held));
        check(gto_draft_session_extend(session, text.features, held, 3, text.tokens.data() + held + 1, 2));
        check(gto_draft_session_roots(session, 1, &root, k, ids.data(), log_probs.data(), nullptr, nullptr));
        std::copy_n(ids.begin(), k, level.begin());
        std::fill(parents.begin(), parents.end(), -1 - root);
        for (int32_t depth = 1; depth < 5; depth++) {
            int32_t first = 0;
            check(gto_draft_session_expand(session, k, parents.data(), level.data(), k, ids.data(), log_probs.data(),
                                           nullptr, nullptr, &first));
            for (int32_t j = 0; j < k; j++) {
                parents[j] = first + j;
                level[j] = ids[j * k];
            }
        }
        log_prob = log_probs[0];
        if (i > 0) cycles.push_back(seconds() - begin);
    }
    gto_draft_session_free(session);
    return cycles;
}

void run(const options & o) {
    gto_device * device = nullptr;
    gto_target * target = nullptr;
    gto_draft * draft = nullptr;
    gto_test::load_test_device(o.device);
    check(gto_device_open(o.device.c_str(), o.threads, &device));
    check(gto_target_open(device, o.model.c_str(), &target));
    const gto_target_info info = gto_target_describe(target);
    const int32_t n = o.vocabulary > 0 ? o.vocabulary : std::max(1, info.n_vocab / 4);
    std::vector<int32_t> vocabulary(n);
    for (int32_t i = 0; i < n; i++) vocabulary[i] = (int32_t) ((int64_t) i * info.n_vocab / n);
    gto_draft_config config = {};
    config.n_draft_vocab = n;
    gto_target_default_taps(target, config.tap_layers);
    config.init = GTO_INIT_TARGET;
    config.seed = 1;
    check(gto_draft_create(target, config, vocabulary.data(), &draft));
    const text text(info, vocabulary, o.tokens);
    const training t = train(o, target, draft, n, text);
    double log_prob = 0;
    const std::vector<double> cycles = grow(o, draft, text, log_prob);
    printf("{\"device\": \"%s\", \"parameters\": %lld, \"tokens\": %d, \"passes\": %d, \"precision\": \"%s\", "
           "\"step_s\": %.6f, \"update_s\": %.6f, \"tokens_per_s\": %.1f, \"objective\": %.9g, \"norm\": %.9g, "
           "\"planned_bytes\": %lld, \"taken_bytes\": %lld, \"type\": \"%s\", \"tree_s\": %.6f, \"log_prob\": %.9g}\n",
           gto_device_name(device), (long long) t.taken.n_params, o.tokens, o.passes, o.precision.c_str(),
           median(t.step), median(t.update), t.step.empty() ? 0.0 : o.tokens / median(t.step), t.objective,
           (double) t.norm, (long long) sum_of(t.planned), (long long) sum_of(t.taken), o.type.c_str(), median(cycles),
           log_prob);
    gto_features_free(text.features);
    gto_draft_free(draft);
    gto_target_free(target);
    gto_device_free(device);
}

} // namespace

int main(int argc, char ** argv) {
    try {
        run(parse(argc, argv));
        return 0;
    } catch (const std::invalid_argument & e) {
        fprintf(stderr, "draft_speed: %s\n", e.what());
        return usage();
    } catch (const std::exception & e) {
        fprintf(stderr, "draft_speed: %s\n", e.what());
        return 1;
    }
}
