#include "target/target.h"

#include "common/last_net.h"
#include "target/device_memory.h"
#include "target/gguf_check.h"
#include "target/probe.h"
#include "target/session_memory.h"

#include <algorithm>
#include <filesystem>
#include <mutex>

using namespace gto;

static void start_libllama() {
    static std::once_flag once;
    std::call_once(once, llama_backend_init);
}

static gguf_summary check(const std::string & path) {
    last_net net(path);
    return check_target_file(path);
}

llama_model_params gto::model_params(const gto_target & target) {
    llama_model_params params = llama_model_default_params();
    static ggml_backend_dev_t none[] = {nullptr};
    params.devices = target.place == placement::device ? target.device->offload.data() : none;
    params.n_gpu_layers = !params.devices[0] ? 0 : target.device->is_cpu() ? -1 : target.options.n_gpu_layers;
    params.use_extra_bufts = target.place != placement::mapped;
    return params;
}

// 0 if it can't be told: reading it says why.
static int64_t file_bytes(const std::string & path) {
    std::error_code failed;
    const auto bytes = std::filesystem::file_size(path, failed);
    return failed ? 0 : (int64_t) bytes;
}

static void load(gto_target & target) {
    target.model.reset();
    if (target.device->is_cpu() && target.place != placement::mapped) {
        require_model_memory(target, file_bytes(target.path));
    }
    if (!target.device->is_cpu()) require_device_memory(target);
    last_net net(target.path);
    target.model.reset(llama_model_load_from_file(target.path.c_str(), model_params(target)));
    if (!target.model) {
        const std::string reason = net.reported();
        const char * key = reason.find("n_rot") == std::string::npos
                               ? ""
                               : " (n_rot is the key rope.dimension_count; attention.key_length is expected of it)";
        const bool no_memory = !target.device->is_cpu() && reason.find("allocate") != std::string::npos;
        fail(no_memory ? GTO_E_MEMORY : GTO_E_FORMAT, "%s: libllama can't load it: %s%s", target.path.c_str(),
             reason.c_str(), key);
    }
    target.vocab = llama_model_get_vocab(target.model.get());
    target.specials.emplace(target.vocab);
}

// Null if it decodes token by token.
static const char * other_kind(const llama_model * model) {
    return llama_model_has_encoder(model) || !llama_model_has_decoder(model) ? "an encoder"
           : llama_model_is_diffusion(model)                                 ? "a diffusion model"
                                                                             : nullptr;
}

static void require_decoder(const gto_target & target) {
    if (const char * kind = other_kind(target.model.get())) {
        fail(GTO_E_FORMAT, "%s: architecture %s is %s; expected a language model that decodes token by token",
             target.path.c_str(), target.architecture.c_str(), kind);
    }
}

static gto_target_info describe(const gto_target & target, const gguf_summary & file) {
    const llama_model * model = target.model.get();
    gto_target_info info = {};
    info.n_vocab = llama_vocab_n_tokens(target.vocab);
    info.n_embd = llama_model_n_embd(model);
    info.n_layer = llama_model_n_layer(model);
    info.n_head = llama_model_n_head(model);
    info.n_head_kv = llama_model_n_head_kv(model);
    info.head_dim = file.head_dim;
    info.n_ff = file.n_ff;
    info.n_ctx_train = llama_model_n_ctx_train(model);
    info.rope_base = file.rope_base;
    info.rms_eps = file.rms_eps;
    info.token_bos = llama_vocab_bos(target.vocab);
    info.token_eos = llama_vocab_eos(target.vocab);
    info.add_bos = llama_vocab_get_add_bos(target.vocab);
    info.recurrent = llama_model_is_recurrent(model) || llama_model_is_hybrid(model);
    info.n_params = (int64_t) llama_model_n_params(model);
    info.n_bytes = (int64_t) llama_model_size(model);
    return info;
}

static std::string description(const llama_model * model) {
    char text[256] = "";
    llama_model_desc(model, text, sizeof text);
    return text;
}

static void load_and_probe(gto_target & target, const gguf_summary & file) {
    load(target);
    target.info = describe(target, file);
    if (!other_kind(target.model.get())) target.taps = probe_taps(target);
}

// What to try where that has failed: the placement stays where there is nothing else.
static placement after(const gto_target & target, gto_status failure) {
    if (!target.device->is_cpu()) return target.place;
    if (failure == GTO_E_MEMORY) return placement::mapped;
    return failure == GTO_E_FORMAT && target.uses_kernels() ? placement::ggml : target.place;
}

static void load_somewhere(gto_target & target, const gguf_summary & file) {
    for (;;) {
        try {
            return load_and_probe(target, file);
        } catch (const error & e) {
            const placement next = after(target, e.status);
            if (next == target.place) throw;
            target.place = next;
            target.fallback += (target.fallback.empty() ? "" : "; ") + std::string(e.what());
        }
    }
}

static void check(const gto_device & device, const gguf_summary & file, const gto_target_options & options) {
    if (options.n_gpu_layers > 0 && device.is_cpu()) {
        fail(GTO_E_ARGUMENT, "n_gpu_layers: device %s is no GPU; expected 0 or -1, found %d", device.name.c_str(),
             options.n_gpu_layers);
    }
    if (options.n_gpu_layers < -1 || options.n_gpu_layers > file.n_layer + 1) {
        fail(GTO_E_ARGUMENT, "n_gpu_layers: expected 0..%d (%d layers and the output layer) or -1 for all, found %d",
             file.n_layer + 1, file.n_layer, options.n_gpu_layers);
    }
}

gto_target_options gto_target_options_default(void) { return {-1}; }

gto_status gto_target_open(gto_device * device, const char * path, gto_target ** out) {
    return gto_target_open_with(device, path, gto_target_options_default(), out);
}

gto_status gto_target_open_with(gto_device * device, const char * path, gto_target_options options, gto_target ** out) {
    return guard([&] {
        require(device != nullptr, "device is null");
        require(path != nullptr, "path is null");
        require(out != nullptr, "out is null");
        device->require_usable();
        start_libllama();
        auto target = std::make_unique<gto_target>();
        target->device = device;
        target->path = path;
        const gguf_summary file = check(target->path);
        check(*device, file, options);
        target->options = options;
        target->architecture = file.architecture;
        const stopwatch watch(target->loading.nanos);
        load_somewhere(*target, file);
        require_decoder(*target);
        target->description = description(target->model.get());
        if (file.learned_positions) target->max_positions = target->info.n_ctx_train;
        if (const char * text = llama_model_chat_template(target->model.get(), nullptr)) target->chat_template = text;
        target->info.taps_supported =
            !target->info.recurrent && !target->taps.hidden.empty() &&
            std::all_of(target->taps.block_inputs.begin() + 1, target->taps.block_inputs.end(),
                        [](const auto & name) { return !name.empty(); });
        *out = target.release();
    });
}

void gto_target_free(gto_target * target) {
    if (target && target->device->is_lost()) (void) target->model.release();
    delete target;
}

gto_target_info gto_target_describe(const gto_target * target) { return target ? target->info : gto_target_info{}; }
gto_target_loading gto_target_loaded(const gto_target * target) {
    return target ? target->loading : gto_target_loading{};
}
const char * gto_target_fallback(const gto_target * target) {
    return target && !target->fallback.empty() ? target->fallback.c_str() : nullptr;
}
const char * gto_target_path(const gto_target * target) { return target ? target->path.c_str() : ""; }
const char * gto_target_architecture(const gto_target * target) { return target ? target->architecture.c_str() : ""; }
const char * gto_target_description(const gto_target * target) { return target ? target->description.c_str() : ""; }
const char * gto_target_chat_template(const gto_target * target) {
    return target && target->chat_template ? target->chat_template->c_str() : nullptr;
}

void gto_target_default_taps(const gto_target * target, int32_t * out) {
    if (!target || !out) return;
    const int32_t n = target->info.n_layer, wanted[3] = {2, n / 2, n - 3};
    for (int i = 0; i < 3; i++) out[i] = std::clamp(wanted[i], std::min(1, n - 1), n - 1);
}
