#include "target/session.h"

#include "common/last_net.h"
#include "target/session_memory.h"

#include <algorithm>

using namespace gto;

gto_session_options gto_session_options_default(void) {
    return {4096, 512, 64, false, {0, 0, 0}, false, false, GTO_CACHE_F16, GTO_FLASH_ATTENTION_AUTO};
}

static void check(const gto_session_options & o) {
    if (o.n_ctx < 8) fail(GTO_E_ARGUMENT, "n_ctx: expected at least 8, found %d", o.n_ctx);
    if (o.n_batch < 1) fail(GTO_E_ARGUMENT, "n_batch: expected at least 1, found %d", o.n_batch);
    const int32_t most = (int32_t) llama_max_parallel_sequences();
    if (o.n_seq_max < 1 || o.n_seq_max > most) {
        fail(GTO_E_ARGUMENT, "n_seq_max: expected 1..%d, found %d", most, o.n_seq_max);
    }
}

gto_status gto_session_open(gto_target * target, gto_session_options options, gto_session ** out) {
    return guard([&] {
        require(target != nullptr, "target is null");
        require(out != nullptr, "out is null");
        target->device->require_usable();
        check(options);
        const cache_options cache = {options.cache_type, options.flash_attention};
        check_cache(*target, cache);
        auto session = std::make_unique<gto_session>();
        session->target = target;
        session->n_seq_max = options.n_seq_max;
        session->many_texts = options.many_texts;
        session->taps = options.taps;
        session->hidden = options.hidden;
        // libllama may compute rows of many texts or with states as several graphs, and the last one alone keeps its
        // tensors.
        if (target->device->is_accelerated() && !options.many_texts && !target->info.recurrent) {
            session->kept = std::make_unique<kept_outputs>(*target->device);
        }
        session->reader = new_feature_reader(*target, options, session->kept.get());

        llama_context_params params = context_params(*target, cache);
        params.n_ctx = options.n_ctx;
        // No more rows than cells, each sequence's rounded up.
        const int64_t n_batch =
            std::min<int64_t>(options.n_batch, (int64_t) options.n_ctx + 256 * (1 + options.n_seq_max));
        params.n_batch = params.n_ubatch = (uint32_t) n_batch;
        params.n_seq_max = options.n_seq_max;
        // libllama makes room for an output of every sequence beforehand.
        params.n_outputs_max = (uint32_t) std::max<int64_t>(n_batch, options.n_seq_max);
        params.kv_unified = !options.many_texts;
        if (session->kept) session->kept->prepare(params);
        if (session->reader) session->reader->prepare(params);
        require_session_memory(*target, params);
        last_net net(target->path);
        session->context = open_context(*target, params);
        if (!session->context) {
            fail(GTO_E_MEMORY, "%s: no session of %d cells: %s", target->path.c_str(), options.n_ctx,
                 net.reported().c_str());
        }
        if (session->kept) {
            session->kept->attach(session->context.get(), options.n_seq_max, target->info.n_vocab);
        }
        if (session->reader) session->reader->attach(session->context.get());
        session->n_batch = (int32_t) llama_n_batch(session->context.get());
        *out = session.release();
    });
}

void gto_session_free(gto_session * session) {
    if (session && session->target->device->is_lost()) (void) session->context.release();
    delete session;
}
int32_t gto_session_n_ctx(const gto_session * session) {
    return session ? (int32_t) llama_n_ctx(session->context.get()) : 0;
}

gto_session_times gto_session_spent(const gto_session * session) {
    return session ? session->times : gto_session_times{};
}

static void require_range(int32_t p0, int32_t p1) {
    if (p0 < 0) fail(GTO_E_ARGUMENT, "p0: expected at least 0, found %d", p0);
    if (p1 >= 0 && p1 < p0) fail(GTO_E_ARGUMENT, "p1: expected at least p0 = %d (or less than 0), found %d", p0, p1);
}

gto_status gto_session_copy_sequence(gto_session * session, int32_t from, int32_t to, int32_t p0, int32_t p1) {
    return guard([&] {
        require(session != nullptr, "session is null");
        require(!session->many_texts, "a session of many texts copies no sequences");
        require(!session->target->info.recurrent, no_branches);
        session->require_sequence("from", from);
        session->require_sequence("to", to);
        require_range(p0, p1);
        llama_memory_seq_cp(session->memory(), from, to, p0, p1);
    });
}

gto_status gto_session_remove(gto_session * session, int32_t seq, int32_t p0, int32_t p1) {
    return guard([&] {
        require(session != nullptr, "session is null");
        session->require_sequence("seq", seq);
        require_range(p0, p1);
        if (!llama_memory_seq_rm(session->memory(), seq, p0, p1)) {
            require(!session->target->info.recurrent, no_branches);
            fail(GTO_E_INTERNAL, "sequence %d: positions from %d on can't be removed", seq, p0);
        }
    });
}

gto_status gto_session_clear(gto_session * session) {
    return guard([&] {
        require(session != nullptr, "session is null");
        session->target->device->require_usable();
        llama_memory_clear(session->memory(), session->not_finite);
        session->not_finite = false;
    });
}
