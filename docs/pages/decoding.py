"""Tables of docs/decoding.md, and those of README.md."""
from pages.figures import SETS, by_policy, figures, fixed, link, over_stock, percent, speedup, spread, table, tau, thousands
from pages.tau import LOOKUP_Q4, MORE_TEXT


AVX512 = {"SmolLM2-135M Q8_0": "bench-avx512-smollm2-135m-q8_0", "SmolLM2-135M Q4_0": "bench-avx512-smollm2-135m-q4_0",
          "SmolLM2-135M F16": "bench-avx512-smollm2-135m-f16"}
QWEN = "bench-avx512-qwen2.5-coder-1.5b-q4_k_m"


@table("will-it-help")
def will_it_help():
    """Speed over stock llama.cpp without a draft: gto4j's without and with a draft. What isn't in a file of figures is said in words."""
    weights = {"F16": "f16", "Q8_0": "q8_0", "Q4_0": "q4_0"}
    yield ["SmolLM2-135M on", *weights]
    yield ["AVX-512 VNNI (AMD EPYC, Zen 5)", *(without_and_with_draft("bench-avx512-smollm2-135m-" + suffix) for suffix in weights.values())]
    yield ["the same (Zen 4, slower memory), with lookup branches", "not measured", *map(without_and_with_draft, (MORE_TEXT, LOOKUP_Q4))]
    yield ["AVX-512 and AMX (Intel Xeon), `--device CPU`: ggml's kernels", *(without_and_with_draft("bench-smollm2-135m-" + suffix) for suffix in weights.values())]
    yield ["AVX2 (AMD EPYC, Zen 3), one token at a time, over ggml's kernels in gto4j", "1.1, draft not measured", "1.5, draft not measured", "1.3, draft not measured"]
    yield ["arm64 with dot products", *["not measured"] * 3]
    yield ["GPU", *["built, run on none yet"] * 3]


def without_and_with_draft(name):
    stock = by_policy(name, "stock")["speedup"]
    plain, drafted = (f"{by_policy(name, way)['speedup'] / stock:.1f}" for way in ("plain", "cost-aware"))
    return f"{plain}, with a draft **{drafted}**"


@table("results")
def results_in_short():
    yield ["model", "stock, no draft", "stock with the draft", "gto4j, no draft", "gto4j with the draft", "tau", "texts that the draft changed"]
    for model, name in AVX512.items():
        plain, drafted, chain = (by_policy(name, way) for way in ("plain", "cost-aware", "stock-chain 1"))
        yield [model, "1", over_stock(chain), over_stock(plain), over_stock(drafted), tau(drafted), f"{drafted['differing']} of {drafted['prompts']}"]


@table("decoding-avx512")
def decoding_avx512():
    yield ["target", "questions", "cost-aware: tau", "SR over our plain", "tree 7/3/4 over our plain", "our plain over stock's",
           "cost-aware over stock's plain", "stock's chain of 1 over stock's plain", "of the cost model's bound"]
    for model, name in AVX512.items():
        plain, drafted, tree, chain = (by_policy(name, way) for way in ("plain", "cost-aware", "tree 7/3/4", "stock-chain 1"))
        yield [link(name, model), str(drafted["prompts"]), tau(drafted), speedup(drafted), speedup(tree), over_stock(plain), over_stock(drafted),
               over_stock(chain), percent(figures(name)["bounds"][0]["share"])]
    drafted, tree = by_policy(QWEN, "cost-aware", "humaneval"), by_policy(QWEN, "tree 7/3/4", "humaneval")
    yield [link(QWEN, "Qwen2.5-Coder-1.5B Q4_K_M") + ", HumanEval", str(drafted["prompts"]), tau(drafted), speedup(drafted), speedup(tree),
           "not in this run", "not in this run", "aborts", percent(figures(QWEN)["bounds"][0]["share"])]


@table("decoding-avx512-sets")
def decoding_avx512_by_questions():
    yield ["target", "questions", "tau", "SR over our plain", "over stock's plain"]
    for model, name in AVX512.items():
        for dataset, title in SETS.items():
            row = by_policy(name, "cost-aware", dataset)
            yield [model, title, tau(row), speedup(row), over_stock(row)]


PAYS_LEAST = {(f"SmolLM2-135M {weights}", temperature): f"bench-xeon-smollm2-135m-{weights.lower()}{suffix}" for weights in ("Q8_0", "Q4_1") for temperature, suffix in (("0", ""), ("1", "-t1"))}


def default_beside_plain(results):
    """The default decoder with a draft beside plain decoding, by set of questions."""
    yield ["target", "temperature", "questions", "tau", "SR over our plain"]
    for (model, temperature), name in results.items():
        for dataset, title in {**SETS, "all": "all"}.items():
            row = by_policy(name, "cost-aware", dataset, draft="plain")
            yield [link(name, model), temperature, title, tau(row), speedup(row)]


ALLOWED = {(f"SmolLM2-135M {weights}", temperature): f"bench-zen5-smollm2-135m-{weights.lower()}{suffix}" for weights in ("Q8_0", "Q4_1") for temperature, suffix in (("0", ""), ("1", "-t1"))}


@table("with-an-allowance")
def with_an_allowance():
    """The same since drafts have an allowance."""
    return default_beside_plain(ALLOWED)


@table("pays-least")
def where_a_draft_pays_least():
    """Before drafts had an allowance."""
    return default_beside_plain(PAYS_LEAST)


QWEN_ZEN4 = "bench-zen4-qwen2.5-coder-1.5b-q4_k_m"


@table("qwen")
def qwen():
    yield ["way", "tau", "SR over our plain", "over stock's plain", "texts that differ from our plain's"]
    for policy, title in {"plain": "our plain decoding", "cost-aware without lookup": "cost-aware trees without a lookup branch", "cost-aware": "cost-aware trees"}.items():
        row = by_policy(QWEN_ZEN4, policy, "humaneval")
        yield [title, tau(row), speedup(row), over_stock(row), f"{row['differing']} of {row['prompts']}"]


BATCHES = {"Q8_0": "q8_0", "Q4_0": "q4_0", "Q4_K_M": "q4_k_m", "Q8_0, temperature 1": "q8_0-t1", "Q4_0, temperature 1": "q4_0-t1",
           "Q4_K_M, temperature 1": "q4_k_m-t1"}


@table("parity-batches")
def parity_of_batches():
    yield ["SmolLM2-135M", "way", "texts", "tokens", "texts that differ from plain decoding's"]
    for weights, suffix in BATCHES.items():
        name = "parity-batches-smollm2-135m-" + suffix
        for way in figures(name)["ways"]:
            yield [link(name, weights), way["policy"], thousands(way["texts"]), thousands(way["tokens"]), thousands(way["differing"])]


GGML_TARGETS = {"F32": "f32", "F16": "f16", "Q8_0": "q8_0", "Q4_0": "q4_0", "Q4_1": "q4_1"}


@table("decoding-ggml")
def decoding_with_ggml():
    yield ["target", "questions", "cost-aware: tau", "SR", "best stock setting", "cost-aware over it", "of the cost model's bound",
           "greedy texts that differ from plain's"]
    for target, suffix in GGML_TARGETS.items():
        name = "bench-smollm2-135m-" + suffix
        row, best, bound = by_policy(name, "cost-aware"), figures(name)["best_stock"][0], figures(name)["bounds"][0]
        yield [link(name, target), str(row["prompts"]), tau(row), speedup(row), f"{best['policy']}, {fixed(best['speedup'])}", over_stock(row),
               spread(bound["share"], bound["share_ci95"], percent), str(row["differing"])]


@table("decoding-ggml-ways")
def all_ways_with_ggml():
    runs = {"F32": "f32", "F16": "f16", "Q8_0": "q8_0-chains", "Q4_0": "q4_0-chains", "Q4_1": "q4_1-chains"}
    yield ["way", *(f"{target}: {what}" for target in runs for what in ("tau", "SR"))]
    for way in ("plain", "chain 1", "chain 2", "chain 3", "cost-aware", "stock", "stock-chain 1", "stock-chain 2", "stock-chain 3"):
        cells = [way]
        for suffix in runs.values():
            row = by_policy("bench-smollm2-135m-" + suffix, way)
            cells += ["", ""] if row is None else [fixed(row["tau"]), "1.00" if way == "plain" else speedup(row)]
        yield cells


PARITY_PLAIN = "parity-plain-smollm2-135m-q8_0"
PARITY_HEADER = ["target", "texts", "tokens compared", "differ", "not at a near-tie", "widest gap", "of positions", "the target's own rounding"]


@table("parity-ggml")
def parity_with_ggml():
    yield PARITY_HEADER
    for target, suffix in {"F32": "f32", "F16": "f16", "Q8_0": "q8_0"}.items():
        yield parity_row("parity-smollm2-135m-" + suffix, target)


@table("parity-plain")
def parity_of_kernels():
    yield PARITY_HEADER
    yield parity_row(PARITY_PLAIN, "Q8_0")


@table("regeneration-profile")
def where_regeneration_spends_its_time():
    yield ["part", "share of processor time"]
    for row in figures("regeneration-profile-xeon-smollm2-135m-q8_0"):
        yield [row["part"], percent(row["share"], 1)]


PARITY_F32 = {"a draft": "parity-levers-smollm2-135m-f32", "the same with a context vocabulary and a bigram bonus": "parity-levers-bigrams-smollm2-135m-f32",
              "the first draft, other ways": "parity-ways-smollm2-135m-f32"}


@table("parity-levers")
def parity_of_levers():
    yield ["draft", "way", "texts", "tokens compared", "differ"]
    for title, name in PARITY_F32.items():
        for way in figures(name)["ways"]:
            yield [link(name, title), way["policy"], thousands(way["texts"]), thousands(way["tokens"]), thousands(way["differing"])]


def parity_row(name, target):
    found, rounding = figures(name), figures(name).get("rounding")
    return [link(name, target), str(found["texts"]), thousands(found["tokens"]), str(found["differing"]), str(found["failing"]),
            fixed(found["widest_gap"], 3) if found["differing"] else "", percent(found["differing"] / (found["tokens"] + found["differing"]), 2),
            f"{percent(rounding['flips'] / rounding['positions'], 2)}, gaps moved by up to {fixed(rounding['widest'], 3)}" if rounding else ""]


@table("profile")
def profile():
    yield ["target", "llama_decode", "the draft's products", "gto4j's own", "of which trees in Java", "calls from Java", "all else"]
    for target, suffix in {"F32": "f32", "F16": "f16", "Q8_0": "q8_0"}.items():
        name = "profile-smollm2-135m-" + suffix
        share = {part: found["share"] for part, found in figures(name)["profiles"][0]["parts"].items()}
        rest = share["own"] - share["own: trees in Java"] - share["own: calls from Java"]
        yield [link(name, target), *(percent(value, 1) for value in (share["llama_decode"], share["draft products"], share["own"],
                                                                    share["own: trees in Java"], share["own: calls from Java"], rest))]
