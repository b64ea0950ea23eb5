#include "common/file.h"
#include "common/gguf_file.h"
#include "common/last_net.h"
#include "common/status.h"
#include "gto4j/target.h"

#include "llama.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

using namespace gto;

static llama_ftype file_type(const char * name) {
    static const struct {
        const char * name;
        llama_ftype type;
    } known[] = {{"F32", LLAMA_FTYPE_ALL_F32},          {"F16", LLAMA_FTYPE_MOSTLY_F16},
                 {"BF16", LLAMA_FTYPE_MOSTLY_BF16},     {"Q8_0", LLAMA_FTYPE_MOSTLY_Q8_0},
                 {"Q4_0", LLAMA_FTYPE_MOSTLY_Q4_0},     {"Q4_1", LLAMA_FTYPE_MOSTLY_Q4_1},
                 {"Q5_0", LLAMA_FTYPE_MOSTLY_Q5_0},     {"Q5_1", LLAMA_FTYPE_MOSTLY_Q5_1},
                 {"Q2_K", LLAMA_FTYPE_MOSTLY_Q2_K},     {"Q3_K_M", LLAMA_FTYPE_MOSTLY_Q3_K_M},
                 {"Q4_K_M", LLAMA_FTYPE_MOSTLY_Q4_K_M}, {"Q5_K_M", LLAMA_FTYPE_MOSTLY_Q5_K_M},
                 {"Q6_K", LLAMA_FTYPE_MOSTLY_Q6_K},     {"IQ4_NL", LLAMA_FTYPE_MOSTLY_IQ4_NL},
                 {"IQ4_XS", LLAMA_FTYPE_MOSTLY_IQ4_XS}};
    std::string names;
    for (const auto & k : known) {
        if (strcmp(k.name, name) == 0) return k.type;
        names += (names.empty() ? "" : ", ") + std::string(k.name);
    }
    fail(GTO_E_ARGUMENT, "type: expected one of %s, found \"%s\"", names.c_str(), name);
}

static void check_folder(const std::string & path) {
    const size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
    if (access(folder.c_str(), W_OK | X_OK) != 0) {
        fail(GTO_E_IO, "%s: can't be written to: %s", folder.c_str(), strerror(errno));
    }
}

gto_status gto_target_requantize(const char * in, const char * out, const char * type, int32_t n_threads) {
    return guard([&] {
        require(in != nullptr, "in is null");
        require(out != nullptr, "out is null");
        require(type != nullptr, "type is null");
        if (n_threads < 0 || n_threads > 512) fail(GTO_E_ARGUMENT, "n_threads: expected 0..512, found %d", n_threads);
        llama_model_quantize_params params = llama_model_quantize_default_params();
        params.ftype = file_type(type);
        params.nthread = n_threads;
        params.allow_requantize = true;
        { gguf_file check(in); }
        require_not_model(out, in);
        require_replaceable(out);
        check_folder(out);
        const std::string source = in;
        write_atomically(out, [&](const std::string & temporary) {
            last_net net(source);
            if (llama_model_quantize(in, temporary.c_str(), &params) != 0) {
                fail(GTO_E_IO, "%s: can't be rewritten as %s in %s: %s", in, type, temporary.c_str(),
                     net.reported().c_str());
            }
        });
    });
}
