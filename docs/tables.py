#!/usr/bin/env python3
"""Makes the tables of README.md and docs/*.md from the figures in docs/results.

    python3 docs/tables.py            rewrites what stands between <!-- table: NAME --> and <!-- end -->
    python3 docs/tables.py --check    changes nothing; exit 1, with page and table, where a page isn't what the figures say

Each function below that is marked @table(NAME) is one table: it returns rows of cells, the header first.
A table may stand on several pages. The index of claims in docs/RESULTS.md is made of such tables, too.
"""
import functools
import json
import pathlib
import random
import re
import statistics
import sys

DOCS = pathlib.Path(__file__).resolve().parent
RESULTS = DOCS / "results"
PAGES = [DOCS.parent / "README.md", *sorted(DOCS.glob("*.md"))]
BLOCK = re.compile(r"(?P<open><!-- table: (?P<name>\S+) -->\n)(?P<body>.*?)(?P<end><!-- end -->)", re.DOTALL)
SETS = {"mt_bench": "MT-Bench", "humaneval": "HumanEval", "gsm8k": "GSM8K"}
TABLES = {}


def table(name):
    """Declares a table: its name in the pages' markers, and the function that makes its rows."""
    def declare(rows):
        TABLES[name] = rows
        return rows
    return declare


# Figures and how they are written

@functools.lru_cache(maxsize=None)
def figures(name):
    return json.loads((RESULTS / (name + ".json")).read_text())


def link(name, text):
    return f"[{text}](results/{name}.json)"


def fixed(value, digits=2):
    return f"{value:.{digits}f}"


def signed(value, digits=2):
    return f"{value:+.{digits}f}"


def percent(share, digits=0):
    return f"{100 * share:.{digits}f}%"


def thousands(count):
    return f"{count:,}"


def spread(value, interval, write=fixed):
    return f"{write(value)} ({write(interval[0])} to {write(interval[1])})"


def tau(row):
    return spread(row["tau"], row["tau_ci95"])


def speedup(row):
    return spread(row["speedup"], row["speedup_ci95"])


def over_stock(row):
    return spread(row["over_stock"], row["over_stock_ci95"])


def estimate(figure, write=fixed):
    return spread(figure["value"], figure["ci95"], write)


def by_policy(name, policy, dataset="all"):
    """The row of one way of decoding in a file of `gto4j bench` or `eval`; None where that way wasn't measured."""
    rows = figures(name)
    found = [row for row in (rows if isinstance(rows, list) else rows["rows"]) if row["policy"] == policy and row["dataset"] == dataset]
    return found[0] if found else None


# docs/decoding.md: with kernels of our own

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


QWEN_ZEN4 = "bench-zen4-qwen2.5-coder-1.5b-q4_k_m"


@table("qwen")
def qwen():
    yield ["way", "tau", "SR over our plain", "over stock's plain", "texts that differ from our plain's"]
    for policy, title in {"plain": "our plain decoding", "cost-aware without lookup": "cost-aware trees without a lookup branch", "cost-aware": "cost-aware trees"}.items():
        row = by_policy(QWEN_ZEN4, policy, "humaneval")
        yield [title, tau(row), speedup(row), over_stock(row), f"{row['differing']} of {row['prompts']}"]


LOOKUP, LOOKUP_Q4, LOOKUP_COPIES = "bench-zen4-smollm2-135m-q8_0", "bench-zen4-smollm2-135m-q4_0", "lookup-copies-smollm2-135m-q8_0"
COPIES = {"edits": "edits of code", "corrections": "texts to correct", "questions": "texts to quote from", "all": "all"}


def by_lookup_branch(name):
    yield ["questions", "tau without", "tau with it", "SR over our plain, without", "with it", "over stock's plain, with it"]
    for dataset, title in {**SETS, "all": "all"}.items():
        without, drafted = (by_policy(name, way, dataset) for way in ("cost-aware without lookup", "cost-aware"))
        yield [title, tau(without), tau(drafted), speedup(without), speedup(drafted), over_stock(drafted)]


@table("lookup-branch")
def lookup_branch():
    return by_lookup_branch(LOOKUP)


@table("lookup-branch-q4_0")
def lookup_branch_of_4_bits():
    return by_lookup_branch(LOOKUP_Q4)


MORE_TEXT = "bench-zen4-more-text-smollm2-135m-q8_0"


@table("more-text")
def more_text():
    return by_lookup_branch(MORE_TEXT)


TOGETHER = {"": "the draft alone", " + lookup scored": "with a lookup branch, scored", " drawn": "with drawn children", " + lookup drawn scored": "with all three"}
MORE_TEXT_TAU = {dataset: f"more-text-{dataset}-smollm2-135m-q8_0" for dataset in SETS}


@table("more-text-tau")
def more_text_tau():
    """Trees of 60 nodes at both temperatures."""
    yield ["temperature", "questions", *TOGETHER.values()]
    for temperature, suffix in (("0", ""), ("1", "-t1")):
        rows = {dataset: rows_by_policy(MORE_TEXT_TAU[dataset] + suffix) for dataset in SETS}
        known = [way for way in TOGETHER if "tree 60/7/10" + way in rows["gsm8k"]]
        for dataset, title in SETS.items():
            yield [temperature, title, *(tau(rows[dataset]["tree 60/7/10" + way]) if way in known else "" for way in TOGETHER)]
        yield [temperature, "mean of the sets", *(mean_tau(rows.values(), "tree 60/7/10" + way) if way in known else "" for way in TOGETHER)]


THREE_TIMES_THE_TEXT = {dataset: f"more-text-3m-{dataset}-smollm2-135m-q8_0" for dataset in SETS}


@table("three-times-the-text")
def three_times_the_text():
    tree = "tree 60/7/10"
    yield ["temperature", "questions", "1.1 million tokens: the draft alone", "3.3 million", "1.1 million: with all that helps", "3.3 million"]
    for temperature, suffix, with_all in (("0", "", " + lookup scored"), ("1", "-t1", " + lookup drawn scored")):
        corpora = [{dataset: rows_by_policy(files[dataset] + suffix) for dataset in SETS} for files in (MORE_TEXT_TAU, THREE_TIMES_THE_TEXT)]
        ways = [(rows, policy) for policy in (tree, tree + with_all) for rows in corpora]
        for dataset, title in SETS.items():
            yield [temperature, title, *(tau(rows[dataset][policy]) for rows, policy in ways)]
        yield [temperature, "mean of the sets", *(mean_tau(rows.values(), policy) for rows, policy in ways)]


def mean_tau(sets, policy):
    """The mean over the sets."""
    return fixed(statistics.fmean(rows[policy]["tau"] for rows in sets))


COPY_WAYS = {"lookup 3/15": "lookup alone", "tree 15/5/4": "tree 15/5/4 alone", "tree 15/5/4 + lookup": "both in one tree",
             "cost-aware without lookup": "cost-aware without it", "cost-aware": "cost-aware"}


@table("lookup-branch-copies")
def lookup_branch_where_answers_copy():
    yield ["answers", *COPY_WAYS.values()]
    for dataset, title in COPIES.items():
        yield [title, *(tau(by_policy(LOOKUP_COPIES, way, dataset)) for way in COPY_WAYS)]


QWEN_EDITS = "bench-zen4-edits-qwen2.5-coder-1.5b-q4_k_m"


@table("qwen-edits")
def edits_by_a_model_that_does_them():
    yield ["way", "tau", "SR over our plain"]
    for way, title in COPY_WAYS.items():
        row = by_policy(QWEN_EDITS, way, "edits")
        yield [title, tau(row), speedup(row)]


CONTEXT = "context-vocabulary-smollm2-135m-q8_0"


def rows_by_draft(name):
    """Rows of a file of `gto4j simulate` by draft and policy."""
    return {(row["draft"], row["policy"]): row for row in figures(name)["rows"]}


@table("context-vocabulary")
def context_vocabulary():
    drafts = {"f16": "its own vocabulary alone", **{f"context-{offset}": f"and the text's, offset {offset}" for offset in (2, 3, 4, 6)}}
    rows = rows_by_draft(CONTEXT)
    yield ["the draft proposes", "tau of the tree 60/7/10", "of the tree 8/4/4"]
    for draft, title in drafts.items():
        yield [title, *(tau(rows[draft, tree]) for tree in ("tree 60/7/10", "tree 8/4/4"))]


TRAINED = {dataset: f"context-vocabulary-trained-{dataset}-smollm2-135m-q8_0" for dataset in SETS}


@table("context-vocabulary-trained")
def context_vocabulary_trained():
    drafts = {"control": "trained without", "context": "trained with, offset 0", "context-less-2": "decoded with offset 2"}
    yield ["temperature", "questions", "tree", *drafts.values()]
    for temperature, suffix in (("0", ""), ("1", "-t1")):
        for dataset, title in SETS.items():
            rows = rows_by_draft(TRAINED[dataset] + suffix)
            for tree in ("tree 60/7/10", "tree 8/4/4"):
                yield [temperature, title, tree, *(tau(rows[draft, tree]) for draft in drafts)]


SEEDS = {dataset: f"context-vocabulary-seeds-{dataset}-smollm2-135m-q8_0" for dataset in SETS}


def tau_of_all(files, draft, policy):
    """Tokens over cycles, summed over the texts of all files."""
    rows = [rows_by_draft(file)[draft, policy] for file in files]
    return sum(row["tokens"] for row in rows) / sum(row["cycles"] for row in rows)


@table("context-vocabulary-seeds")
def context_vocabulary_seeds():
    yield ["temperature", "tree", "tau, trained without", "with", *(f"gain, seed {seed}" for seed in THREE_SEEDS), "mean gain"]
    for temperature, suffix in (("0", ""), ("1", "-t1")):
        files = [name + suffix for name in SEEDS.values()]
        for tree in ("tree 60/7/10", "tree 8/4/4"):
            yield [temperature, tree, *gain_of_seeds((files, "plain"), (files, "context"), tree)]


THREE_SEEDS = (11, 12, 13)


def gain_of_seeds(control, way, tree):
    """Mean tau of two ways, each (files, drafts' name), each seed's gain, and the mean gain with Student's t, 2 degrees of freedom."""
    plain, other = ([tau_of_all(files, f"{name}-{seed}", tree) for seed in THREE_SEEDS] for files, name in (control, way))
    gains = [b / a - 1 for a, b in zip(plain, other)]
    mean, half = statistics.fmean(gains), 4.303 * statistics.stdev(gains) / len(gains) ** 0.5
    write = functools.partial(signed_percent, digits=1)
    return [fixed(statistics.fmean(plain)), fixed(statistics.fmean(other)), *map(write, gains), spread(mean, (mean - half, mean + half), write)]


BIGRAMS = {dataset: f"context-vocabulary-bigrams-{dataset}-smollm2-135m-q8_0" for dataset in SETS}


@table("context-vocabulary-bigrams")
def context_vocabulary_with_bigrams():
    yield ["temperature", "tree", "tau, trained without", "with, and a bigram bonus", *(f"gain, seed {seed}" for seed in THREE_SEEDS), "mean gain"]
    for temperature, suffix in (("0", ""), ("1", "-t1")):
        control, way = (([name + suffix for name in files.values()], drafts) for files, drafts in ((SEEDS, "plain"), (BIGRAMS, "context")))
        for tree in ("tree 60/7/10", "tree 8/4/4"):
            yield [temperature, tree, *gain_of_seeds(control, way, tree)]


LACKING = "lacking-tokens-smollm2-135m-q8_0"


@table("lacking-tokens")
def lacking_tokens():
    counts = {row["corpus"]: row for row in figures(LACKING)}
    yield ["temperature", "questions", "response tokens that the draft lacks", "of which in the text", "after the same token", "tau without", "most that tau can gain"]
    for temperature, corpus, suffix in (("0", "answers", ""), ("1", "sampled", "-t1")):
        for dataset, title in SETS.items():
            row = counts[f"{corpus}-{dataset}"]
            plain = rows_by_draft(SEEDS[dataset] + suffix)["plain-11", "tree 60/7/10"]["tau"]
            yield [temperature, title, percent(row["lacking"] / row["tokens"], 1), percent(row["in_text"] / row["lacking"]), percent(row["after_the_same"] / row["lacking"]),
                   fixed(plain), signed_percent(1 / (1 - plain * row["in_text"] / row["tokens"]) - 1, 1)]


def rows_by_policy(name):
    """Rows of a file of `gto4j simulate` with one draft by policy."""
    return {row["policy"]: row for row in figures(name)["rows"]}


SCORED = {dataset: f"node-scorer-{dataset}-smollm2-135m-q8_0" for dataset in SETS}


def by_scorer(suffix):
    yield ["questions", "tree", "tau by the draft alone", "scored", "with a lookup branch", "with both"]
    for dataset, title in SETS.items():
        rows = rows_by_policy(SCORED[dataset] + suffix)
        for tree in ("chain 3", "static 4/2-1/1", "tree 8/4/4", "tree 60/7/10"):
            ways = (tree, tree + " scored", tree + " + lookup", tree + " + lookup scored")
            yield [title, tree, *(tau(rows[way]) if way in rows else "" for way in ways)]


@table("node-scorer")
def node_scorer():
    return by_scorer("")


@table("node-scorer-t1")
def node_scorer_sampled():
    return by_scorer("-t1")


DRAWN = "drawn-children-smollm2-135m-q8_0-t1"


@table("drawn-children")
def drawn_children():
    yield ["tau at temperature 1", *(title + part for title in SETS.values() for part in ("", ", drawn")), "all", "all, drawn", "gain"]
    for policy in ("chain 1", "chain 3", "static 4", "static 4/2-1/1", "tree 8/4/4"):
        plain, drawn = (by_policy(DRAWN, name) for name in (policy, policy + " drawn"))
        yield [policy, *(fixed(by_policy(DRAWN, name, dataset)["tau"]) for dataset in SETS for name in (policy, policy + " drawn")), tau(plain), tau(drawn),
               "+" + percent(drawn["tau"] / plain["tau"] - 1)]


DRAWN_ALL, DRAWN_3M = ({dataset: f"drawn-children-{draft}-{dataset}-smollm2-135m-q8_0" for dataset in SETS} for draft in ("all", "3m"))


def by_drawn(files, suffix, ways, trees):
    """Tau of each set without and with drawn children in simulated decoding, and the mean gain of the sets."""
    rows = {dataset: rows_by_policy(name + suffix) for dataset, name in files.items()}
    yield ["tree", *(title + part for title in SETS.values() for part in ("", ", drawn")), "mean gain"]
    for tree in trees:
        pairs = [(rows[dataset][tree], rows[dataset][tree + ways]) for dataset in SETS]
        yield [tree, *(tau(row) for pair in pairs for row in pair), signed_percent(drawn_gain(files, suffix, tree, tree + ways), 1)]


def drawn_gain(files, suffix, plain, drawn):
    """By how much drawn children raise the mean tau of the sets."""
    means = [statistics.fmean(rows_by_policy(name + suffix)[way]["tau"] for name in files.values()) for way in (plain, drawn)]
    return means[1] / means[0] - 1


@table("drawn-children-all")
def drawn_children_of_all_questions():
    return by_drawn(DRAWN_ALL, "-t1", " drawn", ("chain 1", "chain 3", "static 4", "static 4/2-1/1", "tree 8/4/4", "tree 60/7/10"))


@table("drawn-children-3m")
def drawn_children_of_a_better_draft():
    return by_drawn(DRAWN_3M, "-t1", " drawn", ("tree 8/4/2", "tree 8/4/3", "tree 8/4/4", "tree 60/7/4", "tree 60/7/10"))


@table("drawn-children-cooler")
def drawn_children_at_a_lower_temperature():
    return by_drawn(DRAWN_3M, "-t0.7", " drawn at 0.5", ("static 4", "static 2/1/1", "static 2/2-1/2-1", "static 3/2-1-1/1-1", "tree 8/4/4", "tree 60/7/10"))


@table("drawn-children-together")
def drawn_children_with_branches_and_scores():
    rows = {dataset: rows_by_policy(DRAWN_ALL[dataset] + "-t1") for dataset in SETS}
    yield ["tree", "questions", *TOGETHER.values()]
    for tree in ("tree 8/4/4", "tree 60/7/10"):
        for dataset, title in SETS.items():
            yield [tree, title, *(tau(rows[dataset][tree + way]) for way in TOGETHER)]
        yield [tree, "mean of the sets", *(mean_tau(rows.values(), tree + way) for way in TOGETHER)]


LEVER_COSTS, DRAWN_COST_AWARE = "lever-costs-smollm2-135m-q8_0-t1", "drawn-children-cost-aware-smollm2-135m-q8_0-t1"


@table("drawn-children-cost-aware")
def drawn_children_of_cost_aware_trees():
    yield ["cost-aware trees at temperature 1", "tau", "SR over our plain"]
    ways = {" without lookup": "without a lookup branch", "": "with it"}
    for way, title in ways.items():
        for drawn in ("", " drawn"):
            row = by_policy(DRAWN_COST_AWARE, "cost-aware" + way + drawn)
            yield [title + (", drawn children" if drawn else ""), tau(row), speedup(row)]


@table("lever-costs")
def lever_costs():
    ways = {"": "the draft alone", " scored": "a node scorer", " + lookup": "a lookup branch", " drawn": "drawn children", " + lookup drawn scored": "all three"}
    yield ["tree", "with", "tau", "time of a cycle", "speed"]
    for tree in ("tree 8/4/4", "tree 60/7/10"):
        alone = by_policy(LEVER_COSTS, tree)
        for way, title in ways.items():
            row = by_policy(LEVER_COSTS, tree + way)
            speed = row["tokens_per_second"] / alone["tokens_per_second"]
            yield [tree, title, tau(row), fixed(row["tau"] / alone["tau"] / speed), fixed(speed)]


BATCHES = {"Q8_0": "q8_0", "Q4_0": "q4_0", "Q4_K_M": "q4_k_m", "Q8_0, temperature 1": "q8_0-t1", "Q4_0, temperature 1": "q4_0-t1",
           "Q4_K_M, temperature 1": "q4_k_m-t1"}


@table("parity-batches")
def parity_of_batches():
    yield ["SmolLM2-135M", "way", "texts", "tokens", "texts that differ from plain decoding's"]
    for weights, suffix in BATCHES.items():
        name = "parity-batches-smollm2-135m-" + suffix
        for way in figures(name)["ways"]:
            yield [link(name, weights), way["policy"], thousands(way["texts"]), thousands(way["tokens"]), thousands(way["differing"])]


# docs/decoding.md: with ggml's kernels

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


# docs/KERNELS.md

@table("kernels-avx512")
def kernels_avx512():
    kernels = figures("kernels-avx512")["kernels"]
    yield ["rows", *map(str, kernels[0]["rows"]), "one row, GB/s"]
    for kernel in kernels:
        yield [kernel["type"], *ours_and_ratio(kernel["seconds"], kernel["ggml_seconds"]), fixed(kernel["bytes"] / kernel["seconds"][0] / 1e9, 0)]


@table("kernels-avx2")
def kernels_avx2():
    kernels = figures("kernels-avx2")["kernels"]
    yield ["rows", *map(str, kernels[0]["rows"]), "one row, GB/s"]
    for kernel in kernels:
        ours, theirs = kernel["seconds"], kernel["ggml_seconds"]
        yield [kernel["type"] + ": passes of one row", *(fixed(time / ours[0]) for time in ours), fixed(kernel["bytes"] / ours[0] / 1e9, 1)]
        yield ["ggml's", *(fixed(time / theirs[0]) for time in theirs), ""]
        yield ["ggml's time by ours", *(bold_if_faster(there / here) for there, here in zip(theirs, ours)), ""]


@table("passes-avx512")
def passes_avx512():
    yield ["model, context", "1 row, ms", "2", "3", "4", "6", "8", "16", "60"]
    for model, ours, theirs in both_devices("passes-avx512"):
        for mine, other in zip(ours["passes"], theirs["passes"]):
            yield [f"{model}, {thousands(mine['context'])}", *pass_cells(mine, other)]


@table("prompts-avx512")
def prompts_avx512():
    yield ["prompts, tokens/s", "60 tokens", "512 tokens"]
    for model, ours, theirs in both_devices("passes-avx512"):
        yield [model, *prompt_cells(ours["passes"][0], theirs["passes"][0])]


@table("passes-zen4")
def passes_zen4():
    """Medians over the runs of each model; tokens/s of prompts where a context has them."""
    yield ["model, context", "1 row, ms", "2", "4", "8", "16", "prompt of 60, tokens/s", "prompt of 512, tokens/s"]
    for model, ours, theirs in [*median_passes("passes-zen4"), *((model + ", another day", *devices) for model, *devices in median_passes("passes-zen4-again"))]:
        for mine, other in zip(ours, theirs):
            yield [f"{model}, {thousands(mine['context'])}", *pass_cells(mine, other), *(prompt_cells(mine, other) or ["", ""])]


def pass_cells(ours, theirs):
    mine, other = ours["seconds"], theirs["seconds"]
    return [f"{1000 * mine[0]:.1f} **{other[0] / mine[0]:.2f}**", *ours_and_ratio(mine, other)[1:]]


def prompt_cells(ours, theirs):
    return [f"{thousands(round(tokens / here))} **{there / here:.2f}**" for tokens, here, there in zip(ours["prompts"], ours["prompt_seconds"], theirs["prompt_seconds"])]


def median_passes(name):
    """The passes of each model on both devices, medians over the runs of the file."""
    runs = {}
    for model, *devices in both_devices(name):
        runs.setdefault(model, []).append([device["passes"] for device in devices])
    for model, pairs in runs.items():
        yield model, *([median_of(contexts) for contexts in zip(*runs_of_device)] for runs_of_device in zip(*pairs))


def median_of(runs):
    return {**runs[0], **{part: [statistics.median(times) for times in zip(*(run[part] for run in runs))] for part in ("seconds", "prompt_seconds")}}


def both_devices(name):
    runs = figures(name)
    for ours, theirs in zip(runs[::2], runs[1::2]):
        assert ours["file"] == theirs["file"] and ours["device_name"] == "CPU-GTO4J" and theirs["device_name"] == "CPU"
        yield title_of(ours["file"]), ours, theirs


def title_of(file):
    if file == "qwen2.5-coder-1.5b-q4_k_m.gguf":
        return "Qwen2.5-Coder-1.5B Q4_K_M"
    model, weights = file.removesuffix(".gguf").rsplit(".", 1)
    return f"{model.removesuffix('-Instruct')} {weights}"


def ours_and_ratio(ours, theirs):
    return [f"{here / ours[0]:.2f} **{there / here:.2f}**" for here, there in zip(ours, theirs)]


def bold_if_faster(ratio):
    return f"**{ratio:.2f}**" if ratio >= 1.005 else fixed(ratio)


# docs/phase1.md

@table("chain-beside-stock")
def chain_beside_stock():
    name = "chain7-stock-smollm2-135m-q8_0"
    yield ["chain of 7, tau", *SETS.values(), "all"]
    for title, way in {"gto4j": "chain 7", "stock llama-server": "stock-chain 7"}.items():
        yield [title, *(tau(by_policy(name, way, dataset)) for dataset in (*SETS, "all"))]


def diagnosed(draft, texts):
    return next(row for row in figures("diagnosis-smollm2-135m")["rows"] if row["draft"] == draft and row["texts_of"] == texts)


@table("why-paths-end")
def why_paths_end():
    yield ["", "the tree isn't deeper", "not in the draft's vocabulary", "not among the 10 best", "lost in ranking", "tree's tau", "tau of all that was offered"]
    for texts, title in {**{dataset + "-t0": name for dataset, name in SETS.items()}, "all": "all"}.items():
        row = diagnosed("phase-1", texts)
        yield [title, *(fixed(row["ends"][end]["value"]) for end in ("depth", "vocabulary", "top_k", "ranking")),
               estimate(row["tree_length"]), estimate(row["offered_length"])]


def evaluated(name, draft, mode, dataset, temperature=0.0):
    return next(row for row in figures(name) if (row["draft"], row["mode"], row["dataset"], row["temperature"]) == (draft, mode, dataset, temperature))


@table("start-of-a-draft")
def start_of_a_draft():
    yield ["a draft of 213 steps that started from", "chain of 7", "tree 60/7/10"]
    for title, draft in {"random weights": "random", "the target's weights": "target"}.items():
        yield [title, *(tau(evaluated("init-smollm2-135m", draft, mode, "all")) for mode in ("chain", "tree"))]


@table("quickstart-benchmarks")
def quickstart_on_benchmarks():
    yield ["tau", *SETS.values(), "all"]
    for title, mode in {"chain of 7": "chain", "tree 60/7/10": "tree"}.items():
        yield [title, *(tau(evaluated("eval-smollm2-135m", "eagle3", mode, dataset)) for dataset in (*SETS, "all"))]


QUICKSTART = "quickstart-smollm2-135m"


def quickstart_row(draft, mode):
    """A greedy row of quickstart's results."""
    found = figures(QUICKSTART)
    return next(row for row in found["default"] + found["fixed"] if (row["draft"], row["mode"], row["temperature"]) == (draft, mode, 0.0))


TOKEN_LOSS = {"tree 60/7/10": "token-loss-seeds-smollm2-135m", "tree 8/4/4": "token-loss-seeds-8-4-4-smollm2-135m",
              "tree 60/7/10 at temperature 1": "token-loss-seeds-smollm2-135m-t1"}
TOKEN_LOSSES = {"control": "the default", "miss-decay-0.5": "miss decay 0.5", "hard-labels-0.3": "hard label share 0.3"}


def token_loss_row(tree, way, sets):
    """A way of training in the figures of docs/experiments/paired_seeds.py: over some of the sets of questions, or all."""
    rows = [row for row in figures(TOKEN_LOSS[tree])["rows"] if row["way"] == way]
    return next(row for row in rows if {name.split("-")[1] for name in row["texts_of"].split(" + ")} == set(sets))


def signed_percent(value, digits=2):
    text = signed(100 * value, digits)
    return f"{text if float(text) else text[1:]}%"


def token_loss_gain(tree, way, sets=tuple(SETS)):
    row = token_loss_row(tree, way, sets)
    return spread(row["gain"], row["gain_ci95"], signed_percent) if "gain" in row else ""


@table("token-loss")
def token_loss():
    yield ["measured with", "token loss", "tau", "over the default", "by seed"]
    for tree in TOKEN_LOSS:
        for way, title in TOKEN_LOSSES.items():
            row = token_loss_row(tree, way, SETS)
            yield [tree, title, tau(row), token_loss_gain(tree, way), ", ".join(map(signed_percent, row.get("gain_by_seed", [])))]


@table("token-loss-sets")
def token_loss_by_questions():
    yield ["gain of the tree 60/7/10 over the default", *SETS.values()]
    for way, title in list(TOKEN_LOSSES.items())[1:]:
        yield [title, *(token_loss_gain("tree 60/7/10", way, (dataset,)) for dataset in SETS)]


@table("quickstart")
def quickstart():
    yield ["temperature", "prompts", "draft", "way", "tau", "tokens/s", "speed over plain"]
    for row in figures(QUICKSTART)["default"] + figures(QUICKSTART)["fixed"]:
        way = "the default decoder" if row["mode"] == "cost-aware" else row["policy"]
        yield [fixed(row["temperature"], 0), str(row["prompts"]), row["draft"], way, tau(row), fixed(row["tokens_per_second"], 1), speedup(row)]


# docs/gto.md

def arms(name, texts="all texts, greedy"):
    """Arms of an experiment by name, measured on one group of texts."""
    group = next(group for group in figures(name)["held_back"] if group["texts"] == texts)
    return {arm["arm"]: arm for arm in group["arms"]}


def tree_tau(arm):
    return fixed(arm["tau_tree"]["value"], 3)


def gain(name, arm, texts="all texts, greedy"):
    """How much more tau than the experiment's control, in percent of the control's; nothing for the control itself."""
    found = arms(name, texts)
    control = found[figures(name)["control"]]["tau_tree"]["value"]
    if found[arm]["control"]:
        return ""
    return estimate(found[arm]["gain_tree"], lambda value: f"{100 * value / control:+.2f}%".replace("-0.00", "0.00").replace("+0.00", "0.00"))


def step_count(arm):
    return str(arm["steps"] or "")


GTO = "gto-smollm2-135m"
TREE_GRADIENT_EARLY, TREE_GRADIENT_ALONE = "tree-gradient-early-smollm2-135m", "tree-gradient-alone-smollm2-135m"
TREE_GRADIENT_NEAR, TREE_GRADIENT_SEEDS = "tree-gradient-smollm2-135m", "tree-gradient-seeds-smollm2-135m"
TREE_GRADIENT_EARLY_SEEDS = "tree-gradient-early-seeds-smollm2-135m"


@table("gto")
def gto_after_convergence():
    named = {"phase-1": "Phase I", **{f"{kind}-{seed}": f"{title}, seed {seed}" for seed in (11, 12, 13)
                                      for kind, title in (("control", "plain"), ("gto", "GTO"))}}
    yield ["arm", "steps", *SETS.values(), "all, T=0", "over plain, seed 11", "all, T=1", "over plain, seed 11"]
    sets = [arms(GTO, dataset + "-t0, greedy") for dataset in SETS]
    for arm, title in named.items():
        greedy, sampled = arms(GTO)[arm], arms(GTO, "all texts, sampled")[arm]
        yield [title, step_count(greedy), *(fixed(found[arm]["tau_tree"]["value"]) for found in sets), tree_tau(greedy), gain(GTO, arm),
               tree_tau(sampled), gain(GTO, arm, "all texts, sampled")]


def arm_table(name, titles, header="arm"):
    yield [header, "steps", "tau", "over plain"]
    for arm, title in titles.items():
        found = arms(name)[arm]
        yield [title, step_count(found), tree_tau(found), gain(name, arm)]


@table("gto-converged")
def gto_converged():
    return arm_table("gto-converged-ablation-smollm2-135m", {
        "phase-1": "Phase I, where all arms start", "plain": "plain", "omega-8": "LSE reward, groups of 8", "max": "reward (Table 3): max", "mean": "reward: mean",
        "exact": "reward: exact expected length", "greedy": "reward: greedy length", "m-2": "m (Table 4): groups of 2", "m-4": "groups of 4", "m-16": "groups of 16",
        "m-32": "groups of 32", "no-reference": "no reference (Table 5)", "positive": "positive advantages only", "minus-8": "the term with its sign turned round (omega -8)"})


@table("gto-early")
def gto_early():
    return arm_table("gto-early-ablation-smollm2-135m", {
        "start": "the draft that all arms start from", "plain": "plain", "lse-omega-0.5": "GTO as in the paper (LSE, omega 0.5, no dual clip)", "lse-omega-1-dual-3": "LSE, omega 1",
        "lse-dual-3": "LSE", "lse": "LSE, no dual clip", "exact-dual-3": "exact expected length", "greedy-dual-3": "greedy length", "no-reference-dual-3": "no reference",
        "positive": "positive advantages only, no dual clip", "sequence-dual-3": "advantages over the whole text (`sequence`)", "refresh-30-dual-3": "reference refreshed every 30 steps",
        "plain-lk-alpha": "LK-alpha as the token loss, plain", "lk-alpha-dual-3": "LK-alpha as the token loss, GTO", "minus-dual-3": "the term with its sign turned round (omega -8)"},
        "arm (omega 8 and dual clip 3 unless said)")


@table("gto-fresh")
def gto_fresh_texts():
    name = "gto-fresh-texts-smollm2-135m"
    yield ["arm", "steps", "tau, T=0", "over plain", "tau, T=1", "over plain"]
    for arm, title in {"phase-1": "Phase I", "plain": "plain", "gto": "GTO, LSE, omega 0.5", "gto-exact-8": "GTO, exact, omega 8"}.items():
        greedy, sampled = arms(name)[arm], arms(name, "all texts, sampled")[arm]
        yield [title, step_count(greedy), tree_tau(greedy), gain(name, arm), tree_tau(sampled), gain(name, arm, "all texts, sampled")]


@table("gto-small-trees")
def gto_small_trees():
    return arm_table("gto-small-trees-smollm2-135m", {"phase-1": "Phase I", "plain": "plain", "gto-small-trees": "GTO, trees 8/4/4", "gto-large-trees": "GTO, trees 60/7/10",
                                                      "exact-small-trees": "GTO, trees 8/4/4, exact reward"})


@table("gto-gemma")
def gto_gemma():
    name, texts = "gto-gemma-3-270m", "eval-t0, greedy"
    yield ["arm", "steps", "tau", "over plain"]
    for arm, title in {"phase-1": "Phase I", "plain": "plain", "gto": "GTO, LSE, omega 0.5", "gto-exact-8": "GTO, exact, omega 8"}.items():
        found = arms(name, texts)[arm]
        yield [title, step_count(found), tree_tau(found), gain(name, arm, texts)]


@table("trees")
def depth_and_nodes():
    measured = {(dataset, row["draft"], row["policy"]): row["tau"] for dataset, rows in figures("trees-smollm2-135m").items() for row in rows}
    yield ["nodes", "depth 6: " + ", ".join(SETS.values()), "depth 7", "depth 8"]
    for nodes in (50, 60, 70):
        yield [str(nodes), *(" ".join("/".join(fixed(measured[dataset, draft, f"tree {nodes}/{depth}/10"]) for draft in ("phase-1", "gto")) for dataset in SETS)
                             for depth in (6, 7, 8))]


@table("before-and-after")
def before_and_after_gto():
    yield ["", "greedy path pruned", "accepted path is the greedy one", "greedy length", "tree's tau"]
    for draft, title in {"phase-1": "Phase I", "gto": "after GTO, seed 11"}.items():
        row = diagnosed(draft, "all")
        yield [title, *(estimate(row[what], percent) for what in ("pruned", "on_greedy_path")), *(estimate(row[what]) for what in ("greedy_length", "tree_length"))]


@table("own-reward")
def own_reward():
    yield ["arm", "change of the expected length against the reference"]
    for arm, title in {"omega 100": "policy term, omega 100", "omega -100": "the same with its sign turned round, omega -100", "omega 0": "plain steps of the same size, omega 0"}.items():
        steps = [step for step in figures("own-reward-smollm2-135m")[arm] if 21 <= step["step"] <= 60]
        yield [title, spread(gain_of_steps(steps), bootstrap(steps, gain_of_steps), functools.partial(signed, digits=3))]


@table("tree-gradient-alone")
def tree_gradient_alone():
    yield ["steps, learning rate", "positions a step", "tree gradient (omega 100)", "its sign turned round (omega -100)", "token loss alone"]
    for title, positions, key in (("40, 3e-5", "37", "3e-5"), ("60, 2e-4", "17", "2e-4")):
        found = figures(TREE_GRADIENT_ALONE)
        yield [title, positions, *(longer(found[f"{key}, {arm}"]) if f"{key}, {arm}" in found else "" for arm in ("omega 100", "omega -100", "token loss"))]


def longer(found):
    return estimate(found["length_gain"], functools.partial(signed, digits=3))


@table("tree-gradient-far")
def tree_gradient_far():
    return tree_gradient_arms(TREE_GRADIENT_EARLY, TREE_GRADIENT_EARLY_SEEDS)


@table("tree-gradient-near")
def tree_gradient_near():
    return tree_gradient_arms(TREE_GRADIENT_NEAR, TREE_GRADIENT_SEEDS)


def tree_gradient_arms(experiment, seeds):
    sets = [arms(experiment, f"answers-{dataset}, greedy") for dataset in SETS]
    yield ["arm", "steps", *SETS.values(), "all", "over plain of that seed"]
    pooled = all_seeds_of_tree_gradient(seeds)
    for arm, found in arms(experiment).items():
        way, _, seed = arm.rpartition("-")
        title = {"plain": f"plain, seed {seed}", "tree": f"tree gradient, seed {seed}"}.get(way, "the draft that all arms start from")
        yield [title, step_count(found), *(fixed(of_set[arm]["tau_tree"]["value"]) for of_set in sets), tree_tau(found),
               signed_percent(pooled["gain_by_seed"][int(seed) - 11]) if way == "tree" else ""]
    yield ["tree gradient, all seeds", "", *("" for _ in SETS), tau(pooled), spread(pooled["gain"], pooled["gain_ci95"], signed_percent)]


TREE_GRADIENT_SAMPLED = [f"tree-gradient-early-{dataset}-smollm2-135m-t1" for dataset in SETS]


@table("tree-gradient-sampled")
def tree_gradient_sampled():
    yield ["tau at temperature 1, the draft that all arms start from", "plain", "tree gradient", *(f"gain, seed {seed}" for seed in THREE_SEEDS), "mean gain"]
    tree = "tree 60/7/10"
    yield [fixed(tau_of_all(TREE_GRADIENT_SAMPLED, "early", tree)), *gain_of_seeds((TREE_GRADIENT_SAMPLED, "plain"), (TREE_GRADIENT_SAMPLED, "tree"), tree)]


def all_seeds_of_tree_gradient(seeds):
    """The three seeds together, over all texts."""
    return next(row for row in figures(seeds)["rows"] if row["way"] == "tree" and "+" in row["texts_of"])


def gain_of_steps(steps):
    return sum(step["reward_gain"] * step["positions"] for step in steps) / sum(step["positions"] for step in steps)


def bootstrap(items, statistic, draws=10_000):
    """95% interval of a statistic over items drawn with replacement; the same in every run."""
    chance = random.Random(1)
    drawn = sorted(statistic([items[int(chance.random() * len(items))] for _ in items]) for _ in range(draws))
    return drawn[draws // 40], drawn[-draws // 40 - 1]


@table("gradients")
def gradients():
    plain, over_early, under = "plain, {}", "phase 1 over its early draft, {}", "early draft under phase 1, {}"
    drafts = {"plain training (483 steps) after Phase I": [plain.format("lse"), plain.format("exact")], "GTO (290 steps) after Phase I": ["gto-11, lse"],
              "Phase I, its early draft as reference": [over_early.format(reward) for reward in ("lse", "exact", "lse, dual clip 3", "exact, dual clip 3")],
              "the other way round: early draft, Phase I as reference": [under.format("lse"), under.format("exact")]}
    yield ["draft, reference", "term", "norm", "cosine of two texts", "cosine with the drift", "of the mean pull", "cosine of the two terms"]
    for title, keys in drafts.items():
        found = figures("gradients-smollm2-135m")
        yield [f"{title} (drift {percent(found[keys[0]]['drift'], 2)} of the weights' norm)", "token loss", *pull(found[keys[0]]["token"]), ""]
        for key in keys:
            reward = key.split(", ", 1)[1].replace("lse", "LSE")
            yield ["", "policy, " + reward, *pull(found[key]["policy"]), estimate(found[key]["together"], signed)]


def pull(term):
    along = term["along_drift"]
    return [fixed(term["norm"], 1), f"{term['agreement']:.4f}", estimate(along, functools.partial(signed, digits=4)), signed(along["value"] / term["agreement"] ** 0.5)]


REWARDS = {"LSE, draft and reference, F32, threshold 3e-4": "rewards-smollm2-135m-f32", "exact, draft alone, Q8_0, threshold 1e-3": "rewards-exact-smollm2-135m-q8_0",
           "the same on 27 texts": "rewards-exact-27-texts-smollm2-135m-q8_0"}


@table("rewards")
def cost_of_rewards():
    yield ["reward", "positions", "nodes a position: naive", "distinct", "scored", "error of rewards: mean", "largest", "naive scorer's time over ours"]
    for title, name in REWARDS.items():
        row = figures(name)
        yield [link(name, title), thousands(row["positions"]), fixed(row["nodes_naive"], 0), fixed(row["nodes_distinct"], 1), fixed(row["nodes_scored"], 1),
               f"{row['error_mean']:.1e}", f"{row['error_largest']:.1e}", f"{row['speedup']:.1f} ({row['naive_positions']} positions)"]


@table("expected-lengths")
def expected_lengths():
    yield ["texts", "positions", "accepted by one walk", "expected (exact reward)", "difference"]
    for name in list(REWARDS.values())[1:]:
        row = figures(name)
        yield [link(name, str(row["texts"])), thousands(row["positions"]), fixed(row["accepted_length"], 3), fixed(row["expected_length"], 3),
               estimate(row["difference"], functools.partial(signed, digits=3))]


# docs/training-cost.md

@table("peers")
def peers():
    found = figures("peers-smollm2-135m")["against"]
    titles = {"jax-f32": "JAX F32", "jax-bf16": "JAX BF16", "torch-f32": "PyTorch F32", "torch-bf16": "PyTorch BF16", "torch-compiled-f32": "PyTorch compiled F32",
              "torch-compiled-bf16": "PyTorch compiled BF16", "openblas": "OpenBLAS, products alone"}
    yield ["gto4j's step", *titles.values()]
    for title, key in {"by default (BF16 operands here)": "gto4j-auto", "F32": "gto4j-f32"}.items():
        yield [title, *(spread(found[key][peer][0], found[key][peer][1:]) for peer in titles)]


@table("recipe")
def recipe():
    name = "recipe-smollm2-135m"
    yield ["recipe", "steps", "response tokens", "CPU s", "chain of 7", "tree 60/7/10", "tree's tau per CPU hour"]
    for title, key in {"prototype's": "prototype", "ours, 3 epochs": "ours-3"}.items():
        arm = figures(name)["arms"][key]
        yield [title, str(arm["steps"]), thousands(arm["response_tokens"]), fixed(arm["cpu_seconds"], 0), tau(arm["tau"]["chain 7"]), tau(arm["tau"]["tree 60/7/10"]),
               fixed(figures(name)["tau_per_cpu_hour"][key], 0)]


@table("recipe-arms")
def recipe_arms():
    parts, start, vocabulary = ("recipe-arms-" + part for part in ("smollm2-135m", "init-smollm2-135m", "vocabulary-smollm2-135m"))
    yield ["arm", "steps", *("tree 60/7/10: " * (dataset == "mt_bench") + title for dataset, title in SETS.items()), "against the default, paired"]
    for name, arm, title in ((parts, "default", "default (vocabulary 8,192; 2 passes, then 7; rows leave)"), (parts, "vocabulary-16384", "vocabulary 16,384"),
                             (parts, "seven-passes-always", "seven passes always"), (parts, "no-row-leaves", "no row leaves"),
                             (start, "random-init", "random weights to start from"), (vocabulary, "vocabulary-4096", "vocabulary 4,096")):
        yield [title, str(arms(name)[arm]["steps"]), *(fixed(arms(name, dataset + "-t0, greedy")[arm]["tau_tree"]["value"]) for dataset in SETS), gain(name, arm)]


# docs/RESULTS.md

RECORDED = {  # the commit that recorded a file, by `git log --format=%h -1 -- docs/results/NAME.json`
    "0120684": [*AVX512.values(), QWEN, "kernels-avx512", "passes-avx512", "parity-batches-smollm2-135m-q8_0", "parity-batches-smollm2-135m-q8_0-t1"],
    "d43b468": [QWEN_ZEN4], "ecbe69c": [QWEN_EDITS, MORE_TEXT, *(name + suffix for name in MORE_TEXT_TAU.values() for suffix in ("", "-t1"))], "93ba330": ["passes-zen4"], "95ae46a": ["passes-zen4-again"],
    "6f0f68a": [LOOKUP, LOOKUP_Q4, *SCORED.values(), *(name + "-t1" for name in SCORED.values())], "49bfc9d": [LOOKUP_COPIES, CONTEXT],
    "88e681e": [name + "-t1" for name in DRAWN_ALL.values()],
    "db1561b": [*TRAINED.values()], "14d283b": [*SEEDS.values(), *(name + "-t1" for name in SEEDS.values())], "8804795": [DRAWN], "13ce316": ["parity-batches-smollm2-135m-q4_0", "parity-batches-smollm2-135m-q4_0-t1", "parity-batches-smollm2-135m-q4_k_m"],
    "3417bc5": ["kernels-avx2"],
    "3bb3fa0": ["bench-smollm2-135m-" + suffix for suffix in ("f32", "f16", "q8_0", "q4_0", "q4_1")],
    "68fe531": ["parity-smollm2-135m-f32"], "c7067c6": ["parity-smollm2-135m-f16"],
    "1e71f7a": ["parity-smollm2-135m-q8_0", "profile-smollm2-135m-f32", "profile-smollm2-135m-f16", "profile-smollm2-135m-q8_0"],
    "0a04433": ["chain7-stock-smollm2-135m-q8_0"], "09ddcfa": ["diagnosis-smollm2-135m", "rewards-exact-smollm2-135m-q8_0"],
    "611e5fe": ["eval-smollm2-135m"], "9130309": [QUICKSTART], "d0b87c5": ["init-smollm2-135m"], "4d4ed95": [GTO],
    "5224a26": ["gto-converged-ablation-smollm2-135m", "rewards-exact-27-texts-smollm2-135m-q8_0"],
    "841d567": ["gto-early-ablation-smollm2-135m", "gto-fresh-texts-smollm2-135m", "gto-gemma-3-270m", "gto-small-trees-smollm2-135m", "gradients-smollm2-135m"],
    "725094a": [name + suffix for name in BIGRAMS.values() for suffix in ("", "-t1")],
    "21da220": [name + suffix for name in DRAWN_3M.values() for suffix in ("-t1", "-t0.7")],
    "ec135e4": [*(name + suffix for name in THREE_TIMES_THE_TEXT.values() for suffix in ("", "-t1")), *TREE_GRADIENT_SAMPLED, LEVER_COSTS, DRAWN_COST_AWARE],
    "c38e5f4": [TREE_GRADIENT_ALONE], "af51741": [TREE_GRADIENT_EARLY, TREE_GRADIENT_EARLY_SEEDS], "997afde": [TREE_GRADIENT_NEAR, TREE_GRADIENT_SEEDS],
    "32e327b": ["parity-batches-smollm2-135m-q4_k_m-t1"],
    "53fb6d6": ["own-reward-smollm2-135m", "trees-smollm2-135m"], "f4f48d8": ["rewards-smollm2-135m-f32"], "6964f1e": ["peers-smollm2-135m"],
    "77ac994": ["token-loss-smollm2-135m", *TOKEN_LOSS.values()],
    "6dbdb5c": ["recipe-smollm2-135m"], "1b31d42": ["recipe-arms-smollm2-135m"], "ffcf93c": ["recipe-arms-init-smollm2-135m", "recipe-arms-vocabulary-smollm2-135m"],
}
MACHINES = {"AMD EPYC (AVX-512": "EPYC, AVX-512 VNNI", "AMD EPYC (AVX2": "EPYC, AVX2", "Intel(R) Xeon(R)": "Xeon, AMX"}
NOT_IN_JSON = "Xeon, AMX (by the text)"


def machine(name):
    """The machine that a file of figures names; where it names none, the one that the pages name."""
    found = figures(name)
    found = found[0] if isinstance(found, list) else found
    known = [title for start, title in MACHINES.items() if str(found.get("device", "")).startswith(start)]
    return known[0] + f", {found['threads']} threads".replace("1 threads", "1 thread") if known else NOT_IN_JSON


def commit(name):
    return next(commit for commit, names in RECORDED.items() if name in names)


def claim(sentence, page, number, command, *names, on=None):
    """A row of the index: with files of figures their commits and machines are known, without any no JSON was kept."""
    short = [link(name, "JSON" if len(names) == 1 else str(place)) for place, name in enumerate(names, 1)]
    return [sentence, number, f"[{command}]({page})", " ".join(short) or "no JSON was kept", ", ".join(dict.fromkeys(map(commit, names))) or "not known",
            on or ", ".join(dict.fromkeys(map(machine, names))) or NOT_IN_JSON]


CLAIM_HEADER = ["claim", "number (95% interval)", "command", "JSON", "commit", "machine"]


def each(way, write, files=None):
    """One figure of each target: "Q8_0 2.41 (2.28 to 2.53), ..."."""
    return ", ".join(f"{target.split()[-1]} {write(by_policy(name, way))}" for target, name in (files or AVX512).items())


def differing(names):
    found = [figures(name) for name in names]
    return f"{sum(one['differing'] for one in found)} of {thousands(sum(one['texts'] for one in found))} texts"


@table("claims-decoding")
def claims_of_decoding():
    own, ggml, parity = "decoding.md#with-kernels-of-our-own", "decoding.md#with-ggmls-kernels", "decoding.md#text-against-libllamas-own-loop"
    batches = ["parity-batches-smollm2-135m-" + suffix for suffix in BATCHES.values()]
    qwen = by_policy(QWEN, "cost-aware", "humaneval")
    kernels, kernels_2 = ({kernel["type"]: kernel for kernel in figures(name)["kernels"]} for name in ("kernels-avx512", "kernels-avx2"))
    passes = figures("passes-avx512")[0]["passes"][0]["seconds"]
    yield CLAIM_HEADER
    yield claim("SmolLM2-135M with a draft decodes faster than stock llama.cpp without one.", own, each("cost-aware", over_stock), "`bench --stock`", *AVX512.values())
    yield claim("Most of that comes from our kernels where weights are quantised: this is gto4j without a draft over stock without a draft.", own, each("plain", over_stock),
                "`bench --stock`", *AVX512.values())
    yield claim("The draft adds this much over our own plain decoding; with Q4_0 little.", own, each("cost-aware", speedup), "`bench`", *AVX512.values())
    yield claim("The same draft makes stock llama.cpp slower on this machine.", own, each("stock-chain 1", over_stock), "`bench --stock`", *AVX512.values())
    yield claim("Qwen2.5-Coder-1.5B Q4_K_M on HumanEval: the draft makes our plain decoding faster.", own, speedup(qwen), "`bench`", QWEN)
    newer = by_policy(QWEN_ZEN4, "cost-aware", "humaneval")
    yield claim("Qwen2.5-Coder-1.5B Q4_K_M on HumanEval with a draft (Zen 4, slow memory): over our plain decoding, and over stock's.",
                "decoding.md#a-model-that-people-run-qwen25-coder-15b", f"{speedup(newer)}; {over_stock(newer)}", "`bench --stock`", QWEN_ZEN4)
    more = "tau.md#a-draft-of-more-text-greedy-and-sampled"
    drafted = by_policy(MORE_TEXT, "cost-aware")
    yield claim("A draft of more text with lookup branches makes SmolLM2-135M Q8_0 faster (Zen 4, slow memory): over our plain decoding, and over stock's.", more,
                f"{speedup(drafted)}; {over_stock(drafted)}", "`bench --lookup-branch --stock`", MORE_TEXT)
    tree = "tree 60/7/10"
    greedy, sampled = ([rows_by_policy(name + suffix) for name in MORE_TEXT_TAU.values()] for suffix in ("", "-t1"))
    yield claim("That draft's trees of 60 nodes, mean tau of the sets: alone and with lookup branches and node scorers at temperature 0; alone, and with drawn children, too, at temperature 1.", more,
                "; ".join(f"{mean_tau(rows, tree)} and {mean_tau(rows, tree + all_of_it)}" for rows, all_of_it in ((greedy, " + lookup scored"), (sampled, " + lookup drawn scored"))), "`simulate`",
                *(name + suffix for suffix in ("", "-t1") for name in MORE_TEXT_TAU.values()), on="EPYC, AVX-512 VNNI, 1 thread")
    means = {row[0]: row[2:] for row in three_times_the_text() if row[1] == "mean of the sets"}
    yield claim("Three times the text, more of it sampled, in equal training time (one seed): mean tau of trees 60/7/10, the draft alone and with all that helps.", more,
                "; ".join(f"temperature {temperature} {a} to {b} and {c} to {d}" for temperature, (a, b, c, d) in means.items()), "`train`, `simulate`",
                *(name + suffix for suffix in ("", "-t1") for name in THREE_TIMES_THE_TEXT.values()), on="EPYC, AVX-512 VNNI, 1 thread")
    yield claim("Qwen2.5-Coder-1.5B Q4_K_M: our plain decoding over stock's, 8 questions.", own, "1.67", "`bench --stock`", on="EPYC, AVX-512 VNNI")
    yield claim("Answers from the model run faster than with ggml's kernels (`regenerate`, tokens/s).", own, "Q8_0 640 to 275, Q4_0 985 to 426, F16 490 to 318, Qwen 174 to 50",
                "`regenerate`", on="EPYC, AVX-512 VNNI")
    yield claim("A draft changes no text on the device CPU-GTO4J (cost-aware trees and trees 7/3/4, 90 questions with each of three targets).", own,
                f"{sum(by_policy(name, way)['differing'] for name in AVX512.values() for way in ('cost-aware', 'tree 7/3/4'))} of "
                f"{sum(by_policy(name, way)['prompts'] for name in AVX512.values() for way in ('cost-aware', 'tree 7/3/4'))} texts; Qwen "
                f"{sum(by_policy(QWEN, way, 'humaneval')['differing'] for way in ('cost-aware', 'tree 7/3/4'))} of 60", "`bench`", *AVX512.values(), QWEN)
    lookup = "tau.md#lookup-branches-where-answers-copy"
    without, drafted = (by_policy(LOOKUP, way) for way in ("cost-aware without lookup", "cost-aware"))
    yield claim("A branch that copies the text makes the default decoder's trees better: tau, and speed over our own plain decoding (Q8_0, 90 questions).", lookup,
                f"tau {tau(without)} to {tau(drafted)}, SR {speedup(without)} to {speedup(drafted)}", "`bench --lookup-branch`", LOOKUP)
    without, drafted = (by_policy(LOOKUP_Q4, way) for way in ("cost-aware without lookup", "cost-aware"))
    yield claim("The same with Q4_0 weights.", lookup, f"tau {tau(without)} to {tau(drafted)}, SR {speedup(without)} to {speedup(drafted)}", "`bench --lookup-branch`", LOOKUP_Q4)
    trees = [{row["policy"]: row["tau"] for row in figures(name)["rows"]} for name in SCORED.values()]
    yield claim("Scoring a draft's nodes by the text, too, raises tau of trees of 60 nodes at temperature 0, without a lookup branch much and with one a little (MT-Bench, HumanEval, GSM8K; 240 questions).",
                "tau.md#node-scorer-which-of-the-drafts-guesses-to-believe",
                "; ".join(", ".join(f"{taus[before]:.2f} to {taus[before + ' scored']:.2f}" for taus in trees) for before in (tree, tree + " + lookup")), "`simulate --node-scorer`",
                *SCORED.values(), on="EPYC, AVX-512 VNNI, 1 thread")
    both, best = (by_policy(LOOKUP_COPIES, way)["tau"] for way in ("tree 15/5/4 + lookup", "lookup 3/15"))
    yield claim("Where answers copy much, a tree of draft and text accepts more than the better of both alone with as many nodes.", lookup, f"{both / best:.2f} times the tokens a pass",
                "`eval --lookup-branch`", LOOKUP_COPIES, on="EPYC, AVX-512 VNNI, 1 thread")
    edits = [by_policy(QWEN_EDITS, way, "edits") for way in ("lookup 3/15", "cost-aware")]
    yield claim("Where a model copies nearly all (Qwen2.5-Coder-1.5B, edits of code), the default, cost-aware trees, is faster than lookup alone: both over our plain decoding.", lookup,
                " and ".join(map(speedup, edits)), "`bench --mode lookup,cost-aware`", QWEN_EDITS)
    yield claim("In texts sampled at temperature 1 a drawn child a node raises tau (60 questions).", "tau.md#drawn-children-more-accepted-tokens-in-sampled-texts",
                ", ".join(f"{policy} +{percent(by_policy(DRAWN, policy + ' drawn')['tau'] / by_policy(DRAWN, policy)['tau'] - 1)}" for policy in ("chain 3", "static 4", "static 4/2-1/1", "tree 8/4/4")),
                "`eval --drawn-child`", DRAWN, on="EPYC, AVX-512 VNNI, 1 thread")
    sets = [{row["policy"]: row["tau"] for row in figures(name + "-t1")["rows"]} for name in DRAWN_ALL.values()]
    mean = {policy: statistics.fmean(taus[policy] for taus in sets) for policy in sets[0]}
    sampled = [name + "-t1" for name in DRAWN_ALL.values()]
    yield claim("The same in simulated decoding of all 240 questions: mean tau of the sets.", "tau.md#drawn-children-more-accepted-tokens-in-sampled-texts",
                ", ".join(f"{policy} {mean[policy]:.2f} to {mean[policy + ' drawn']:.2f}" for policy in ("chain 3", "static 4", "tree 8/4/4", "tree 60/7/10")),
                "`simulate --drawn-child`", *sampled, on="EPYC, AVX-512 VNNI, 1 thread")
    yield claim("Drawn children, lookup branches and node scorers add up: mean tau of the sets at temperature 1.", "tau.md#drawn-children-more-accepted-tokens-in-sampled-texts",
                ", ".join(f"{policy} {mean[policy]:.2f} to {mean[policy + ' + lookup drawn scored']:.2f}" for policy in ("tree 8/4/4", "tree 60/7/10")),
                "`simulate --drawn-child --lookup-branch --node-scorer`", *sampled, on="EPYC, AVX-512 VNNI, 1 thread")
    yield claim("A draft of 3.3 million tokens, most of them sampled, gains more by drawn children: mean of all 240 questions at temperature 1.", "tau.md#drawn-children-more-accepted-tokens-in-sampled-texts",
                ", ".join(f"{tree} {signed_percent(drawn_gain(DRAWN_3M, '-t1', tree, tree + ' drawn'), 1)}" for tree in ("tree 8/4/4", "tree 60/7/10")),
                "`simulate --drawn-child 1`", *(name + "-t1" for name in DRAWN_3M.values()), on="EPYC, AVX-512 VNNI, 1 thread")
    yield claim("The same at temperature 0.7: trees of fixed shape gain more than trees that choose their nodes by score.", "tau.md#drawn-children-more-accepted-tokens-in-sampled-texts",
                ", ".join(f"{tree} {signed_percent(drawn_gain(DRAWN_3M, '-t0.7', tree, tree + ' drawn at 0.5'), 1)}" for tree in ("static 2/1/1", "static 2/2-1/2-1", "tree 8/4/4")),
                "`simulate --drawn-child 0.5`", *(name + "-t0.7" for name in DRAWN_3M.values()), on="EPYC, AVX-512 VNNI, 1 thread")
    rows = rows_by_draft(CONTEXT)
    yield claim("A draft that may also propose tokens of the text, without having been trained for it, accepts less (MT-Bench, tree 60/7/10).", "tau.md#context-vocabulary-tokens-that-the-draft-lacks",
                f"tau {tau(rows['f16', 'tree 60/7/10'])} to {tau(rows['context-6', 'tree 60/7/10'])} at best", "`simulate`", CONTEXT,
                on="EPYC, AVX-512 VNNI, 1 thread")
    trained = [rows_by_draft(name) for name in TRAINED.values()]
    yield claim("One that was trained with these tokens for the same time accepts a little more (tree 60/7/10, temperature 0; MT-Bench, HumanEval, GSM8K; one seed).",
                "tau.md#context-vocabulary-tokens-that-the-draft-lacks",
                ", ".join(f"{rows['control', tree]['tau']:.2f} to {rows['context-less-2', tree]['tau']:.2f}" for rows in trained), "`train --context-vocab`, `simulate`",
                *TRAINED.values(), on="EPYC, AVX-512 VNNI, 1 thread")
    seeds = {(row[0], row[1]): row[-1] for row in context_vocabulary_seeds()}
    yield claim("The same with three seeds and a quarter of the time: mean gain of tau in trees 60/7/10, all 240 questions.", "tau.md#context-vocabulary-tokens-that-the-draft-lacks",
                f"temperature 0 {seeds['0', 'tree 60/7/10']}, temperature 1 {seeds['1', 'tree 60/7/10']}", "`train --context-vocab`, `simulate`",
                *SEEDS.values(), *(name + "-t1" for name in SEEDS.values()), on="EPYC, AVX-512 VNNI, 1 thread")
    bigrams = {tuple(row[:2]): row[-1] for row in context_vocabulary_with_bigrams()}
    yield claim("The same six drafts, decoded with a bigram bonus for such tokens.", "tau.md#context-vocabulary-tokens-that-the-draft-lacks",
                f"temperature 0 {bigrams['0', 'tree 60/7/10']}, temperature 1 {bigrams['1', 'tree 60/7/10']}", "`export --context-bigram`, `simulate`",
                *BIGRAMS.values(), *(name + "-t1" for name in BIGRAMS.values()), on="EPYC, AVX-512 VNNI, 1 thread")
    yield claim("Eight texts decoded at once are the texts decoded alone, greedy and at temperature 1.", own, differing(batches) + " differ", "`parity --slots 8 --tie 0`", *batches)
    yield claim("A product of one row with Q8_0 weights is faster than ggml's; one of 8 rows much faster.", "KERNELS.md#how-fast",
                "{:.2f} and {:.2f} times".format(*(kernels["Q8_0"]["ggml_seconds"][row] / kernels["Q8_0"]["seconds"][row] for row in (0, 3))), "`bench --kernels`", "kernels-avx512")
    yield claim("With AVX2 one row isn't faster, 8 rows are.", "KERNELS.md#how-fast",
                "{:.2f} and {:.2f} times".format(*(kernels_2["Q8_0"]["ggml_seconds"][row] / kernels_2["Q8_0"]["seconds"][row] for row in (0, 3))), "`bench --kernels`", "kernels-avx2")
    yield claim("A whole pass of 8 rows costs 1.2 to 1.7 passes of 1 row, by the memory's speed at the time (SmolLM2 Q8_0, 128 tokens of context).", "KERNELS.md#how-fast",
                f"{passes[5] / passes[0]:.2f} passes", "`bench --passes`", "passes-avx512")
    days = {name: next((ours[0]["seconds"], theirs[0]["seconds"]) for model, ours, theirs in median_passes(name) if model == "SmolLM2-135M Q8_0") for name in ("passes-zen4", "passes-zen4-again")}
    yield claim("Where memory is slow, 2, 4, 8 and 16 rows cost (same model and context; medians of three runs on two days).", "KERNELS.md#how-fast",
                "; ".join(", ".join(fixed(time / ours[0]) for time in ours[1:]) for ours, _ in days.values()) + " passes", "`bench --passes`", *days)
    yield claim("One row beside ggml's kernels, on the same two days.", "KERNELS.md#how-fast", " and ".join(fixed(theirs[0] / ours[0]) for ours, theirs in days.values()) + " times as fast",
                "`bench --passes`", *days)
    ggml_files = {target: "bench-smollm2-135m-" + suffix for target, suffix in GGML_TARGETS.items()}
    yield claim("With ggml's kernels and AMX a draft pays with F32 and F16 weights, and not with quantised ones.", ggml, each("cost-aware", speedup, ggml_files), "`bench --device CPU`",
                *ggml_files.values())
    single = ["parity-smollm2-135m-" + suffix for suffix in ("f32", "f16", "q8_0")]
    yield claim("With ggml's kernels every text that differs from libllama's does so at a near-tie.", parity,
                "; ".join(f"{title} {differing([name])} differ, {figures(name)['failing']} not at a near-tie" for title, name in zip(("F32", "F16", "Q8_0"), single)), "`parity`", *single)
    yield claim("The same with Q4_0.", parity, "193 of 240 texts differ, 0 not at a near-tie", "`parity`")
    profiles = ["profile-smollm2-135m-" + suffix for suffix in ("f32", "f16", "q8_0")]
    yield claim("gto4j's own code (all but the products of target and draft) takes a small share of a cycle.", "decoding.md#where-decoding-spends-its-time",
                ", ".join(f"{title} {percent(figures(name)['profiles'][0]['parts']['own']['share'], 1)}" for title, name in zip(("F32", "F16", "Q8_0"), profiles)), "`profile`", *profiles)


@table("claims-phase1")
def claims_of_phase_1():
    chain, diagnosis = "chain7-stock-smollm2-135m-q8_0", diagnosed("phase-1", "all")
    start, recipe_start, vocabulary = "init-smollm2-135m", "recipe-arms-init-smollm2-135m", "recipe-arms-vocabulary-smollm2-135m"
    gemma = "gto-gemma-3-270m"
    smollm = "phase1.md#a-draft-for-smollm2-135m"
    yield CLAIM_HEADER
    yield claim("Tau of the tree 60/7/10 after 20 minutes of training (822,000 tokens), greedy, all 80 questions a set.", smollm,
                "MT-Bench 2.49 (2.34 to 2.67), HumanEval 2.88 (2.71 to 3.06), GSM8K 3.93 (3.78 to 4.07)", "`simulate`")
    yield claim("The same, as the experiments of gto.md measured it.", "gto.md#after-a-phase-i-that-has-converged",
                ", ".join(f"{title} {estimate(arms(GTO, dataset + '-t0, greedy')['phase-1']['tau_tree'])}" for dataset, title in SETS.items()), "`experiment gto.json`", GTO)
    yield claim("Stock llama-server accepts as many tokens from the exported draft as we do.", "phase1.md#the-same-draft-in-stock-llamacpp",
                f"{tau(by_policy(chain, 'chain 7'))} beside {tau(by_policy(chain, 'stock-chain 7'))}", "`bench --stock`", chain)
    yield claim("Most accepted paths end because the next token isn't among the draft's ten best, or isn't in its vocabulary.", "phase1.md#what-limits-it",
                f"{percent(diagnosis['ends']['top_k']['value'])} and {percent(diagnosis['ends']['vocabulary']['value'])} of the cycles", "`diagnose`", "diagnosis-smollm2-135m")
    yield claim("A perfect ranking of what the draft offers can gain at most a tenth of tau.", "phase1.md#what-limits-it",
                f"{estimate(diagnosis['tree_length'])} to {estimate(diagnosis['offered_length'])}", "`diagnose`", "diagnosis-smollm2-135m")
    yield claim("A draft that starts from its target's weights is ahead of one that starts at random, after 213 steps.", "phase1.md#where-a-draft-starts",
                f"{tau(evaluated(start, 'target', 'tree', 'all'))} against {tau(evaluated(start, 'random', 'tree', 'all'))}", "`train --init`", start)
    yield claim("Random weights lose against the default after equal processor time, too.", "training-cost.md#our-recipe-beside-the-prototypes", gain(recipe_start, "random-init"),
                "`experiment`", recipe_start)
    yield claim("In three minutes of training a draft vocabulary of 4,096 beats the default of 8,192.", "training-cost.md#our-recipe-beside-the-prototypes",
                gain(vocabulary, "vocabulary-4096"), "`experiment`", vocabulary)
    yield claim("Gemma 3 270M, trained for 7 minutes: tau of the tree 60/7/10.", "phase1.md#a-second-family-gemma-3-270m",
                estimate(arms(gemma, "eval-t0, greedy")["phase-1"]["tau_tree"]), "`simulate`", gemma)
    yield claim("Gemma 3 270M decoded for real, 15 questions: cost-aware trees over plain decoding.", "phase1.md#a-second-family-gemma-3-270m", "1.13", "`eval`")
    yield claim("Far from convergence neither a miss decay of 0.5 nor a hard label share of 0.3 can be told from the default loss (two minutes, three seeds, T=0).",
                "phase1.md#token-loss-for-trees", "; ".join(f"{TOKEN_LOSSES[way]} {token_loss_gain('tree 60/7/10', way)}" for way in list(TOKEN_LOSSES)[1:]),
                "`experiment token-loss.json`", *TOKEN_LOSS.values(), on="EPYC, AVX-512 VNNI, 1 thread (by the text)")
    on = "EPYC, AVX2, 2 threads (by the text)"
    yield claim("Quickstart's draft: answers of the default decoder over those without a draft, F16 target, 24 questions.", "phase1.md#quickstart",
                speedup(quickstart_row("gto", "cost-aware")), "`quickstart`", QUICKSTART, on=on)
    yield claim("Quickstart's draft: tau of the tree 60/7/10 after Phase I and after GTO, 3 questions. They can't be told apart.", "phase1.md#quickstart",
                f"{tau(quickstart_row('eagle3', 'tree'))} and {tau(quickstart_row('gto', 'tree'))}", "`quickstart`", QUICKSTART, on=on)
    yield claim("The Phase I draft of an earlier quickstart (24 minutes in all) on 60 benchmark questions: tau of the tree.", "phase1.md#quickstart", tau(evaluated("eval-smollm2-135m", "eagle3", "tree", "all")), "`eval`",
                "eval-smollm2-135m", on="EPYC, AVX2 (by the text)")


@table("claims-gto")
def claims_of_gto():
    def gains(name, leave_out=("phase-1", "start")):
        found = [arm["gain_tree"]["value"] / arms(name)["plain"]["tau_tree"]["value"] for arm in arms(name).values() if not arm["control"] and arm["arm"] not in leave_out]
        return f"{len(found)} arms, {100 * min(found):+.2f}% to {100 * max(found):+.2f}%"
    converged, early, fresh, small, gemma, rewards = ("gto-converged-ablation-smollm2-135m", "gto-early-ablation-smollm2-135m", "gto-fresh-texts-smollm2-135m",
                                                      "gto-small-trees-smollm2-135m", "gto-gemma-3-270m", "rewards-smollm2-135m-f32")
    lengths, lengths_27 = (figures(name)["difference"] for name in ("rewards-exact-smollm2-135m-q8_0", "rewards-exact-27-texts-smollm2-135m-q8_0"))
    yield CLAIM_HEADER
    yield claim("After a Phase I that has converged, GTO gains nothing over plain training of the same processor time (T=0; each seed over plain training of seed 11).",
                "gto.md#after-a-phase-i-that-has-converged", "; ".join(f"seed {seed} {gain(GTO, f'gto-{seed}')}" for seed in (11, 12, 13)), "`experiment gto.json`", GTO)
    yield claim("The same with all three seeds pooled, T=0 and T=1.", "gto.md#after-a-phase-i-that-has-converged", "-0.11% (-0.26 to +0.02), -0.07% (-0.19 to +0.04)", "`experiment gto.json`")
    yield claim("Near convergence no variant of reward, group size, reference or sign moves tau.", "gto.md#variants-near-convergence", gains(converged),
                "`experiment converged-ablation.json`", converged)
    yield claim("Far from convergence every variant loses against plain training of the same steps.", "gto.md#variants-far-from-convergence", gains(early), "`experiment early-ablation.json`", early)
    yield claim("On new texts GTO gains less than plain training of the same time (T=1).", "gto.md#new-texts", gain(fresh, "gto", "all texts, sampled"), "`experiment fresh-texts.json`", fresh)
    yield claim("Trained for small trees and measured with them, GTO gains nothing.", "gto.md#small-trees", gain(small, "gto-small-trees"), "`experiment small-trees.json`", small)
    yield claim("On Gemma 3 270M GTO gains less than plain training of the same time.", "gto.md#gemma-3-270m", gain(gemma, "gto", "eval-t0, greedy"), "`experiment gemma.json`", gemma)
    yield claim("Where two trees differ in LSE reward, the one with more reward is longer about as often as not.", "gto.md#what-rewards-cost",
                f"{percent(figures(rewards)['agreement'])} of {figures(rewards)['pairs']}", "`rewards`", rewards, on=NOT_IN_JSON)
    yield claim("Left almost alone, the policy term lowers its own reward, whatever its sign.", "gto.md#why", next(row[1] for row in own_reward() if row[0].startswith("policy")), "`train --omega 100`",
                "own-reward-smollm2-135m")
    yield claim("Followed almost alone (lr 2e-4) with its sign turned round, the true gradient of the tree reward makes trees much shorter; as it is, it hasn't made them longer.",
                "gto.md#the-true-gradient-of-the-tree-reward", "; ".join(longer(figures(TREE_GRADIENT_ALONE)[f"2e-4, omega {omega}"]) for omega in (-100, 100)),
                "`train --objective tree-gradient --omega 100`", TREE_GRADIENT_ALONE)
    far, near = (all_seeds_of_tree_gradient(seeds) for seeds in (TREE_GRADIENT_EARLY_SEEDS, TREE_GRADIENT_SEEDS))
    yield claim("Far from convergence the tree gradient beside the token loss, against plain training of the same processor time (three seeds, 240 texts).",
                "gto.md#the-true-gradient-of-the-tree-reward", spread(far["gain"], far["gain_ci95"], signed_percent), "`experiment tree-gradient-early.json`", TREE_GRADIENT_EARLY_SEEDS, TREE_GRADIENT_EARLY,
                on="EPYC, AVX-512 VNNI, 1 thread (by the text)")
    yield claim("Near convergence it changes nothing (three seeds, 120 texts).", "gto.md#the-true-gradient-of-the-tree-reward",
                spread(near["gain"], near["gain_ci95"], signed_percent), "`experiment tree-gradient.json`", TREE_GRADIENT_SEEDS, TREE_GRADIENT_NEAR, on="EPYC, AVX-512 VNNI, 1 thread (by the text)")
    yield claim("GTO leaves the share of pruned greedy paths where it was.", "gto.md#why", " and ".join(estimate(diagnosed(draft, "all")["pruned"], percent) for draft in ("phase-1", "gto")), "`diagnose`",
                "diagnosis-smollm2-135m")
    yield claim("Near its reference the policy term pulls the draft on along its own drift (cosine).", "gto.md#where-the-two-terms-pull",
                estimate(figures("gradients-smollm2-135m")["plain, lse"]["policy"]["along_drift"], functools.partial(signed, digits=4)), "`gradients`", "gradients-smollm2-135m")
    yield claim("Real walks accept as many tokens as the exact reward says (Lemma 1): difference on 8 and on 27 texts.", "gto.md#what-rewards-cost",
                "; ".join(estimate(one, functools.partial(signed, digits=3)) for one in (lengths, lengths_27)), "`rewards --reward exact`", "rewards-exact-smollm2-135m-q8_0",
                "rewards-exact-27-texts-smollm2-135m-q8_0")
    yield claim("Scoring trees together is faster than scoring each by itself.", "gto.md#what-rewards-cost", f"{figures(rewards)['speedup']:.1f} times", "`rewards --naive`", rewards)
    yield claim("More nodes help up to 70, more depth helps GSM8K alone; GTO changes no size of tree by 1% or more.", "gto.md#depth-and-nodes", changes_of_trees(), "`simulate --tree`", "trees-smollm2-135m")


def changes_of_trees():
    found = {(dataset, row["draft"], row["policy"]): row["tau"] for dataset, rows in figures("trees-smollm2-135m").items() for row in rows}
    changes = [100 * (tau_of / found[dataset, "phase-1", policy] - 1) for (dataset, draft, policy), tau_of in found.items() if draft == "gto"]
    return f"{min(changes):+.1f}% to {max(changes):+.1f}%"


@table("claims-training")
def claims_of_training():
    against = figures("peers-smollm2-135m")["against"]
    written = {peer: spread(found[0], found[1:]) for peer, found in against["gto4j-auto"].items()}
    prototype, ours = (figures("recipe-smollm2-135m")["arms"][key] for key in ("prototype", "ours-3"))
    step, cost = "training-cost.md#a-training-step-beside-jax-pytorch-and-openblas", "training-cost.md#what-training-takes-by-its-sizes"
    yield CLAIM_HEADER
    yield claim("Our training step is faster than JAX's and PyTorch's of the same update; PyTorch's compiler with BF16 comes nearest.", step,
                f"JAX BF16 {written['jax-bf16']}, PyTorch compiled BF16 {written['torch-compiled-bf16']}", "`compare.py`", "peers-smollm2-135m")
    yield claim("In F32 alone PyTorch with BF16 is faster than we are.", step, spread(against["gto4j-f32"]["torch-bf16"][0], against["gto4j-f32"]["torch-bf16"][1:]), "`compare.py`", "peers-smollm2-135m")
    yield claim("Our recipe takes this part of the prototype's processor time and ends this much below its tau (within both intervals).", "training-cost.md#our-recipe-beside-the-prototypes",
                f"{fixed(ours['cpu_seconds'] / prototype['cpu_seconds'])}, {100 * (ours['tau']['tree 60/7/10']['tau'] / prototype['tau']['tree 60/7/10']['tau'] - 1):+.1f}%", "`recipe.py`",
                "recipe-smollm2-135m")
    yield claim("Products with BF16 operands on AMX make training faster than F32 (30 steps of 1,024 rows, one thread).", "training-cost.md#bf16-operands", "31.5 s to 10.3 s", "`train --precision`")
    yield claim("A GTO step with the default share of groups (1/80) costs this many plain steps.", "training-cost.md#what-a-gto-step-costs", "1.29", "`train --phase 2`")
    yield claim("On a quiet machine the plan's fitted costs meet the steps that they come from.", cost, "within 8%; on another machine 15%", "`plan --measure --scale`")


# Pages

def rendered(rows):
    header, *rows = rows
    assert all(len(row) == len(header) for row in rows), header
    return "".join("|" + "|".join(f" {cell} " if cell else " " for cell in row) + "|\n" for row in [header]) + "|" + "---|" * len(header) + "\n" \
        + "".join("|" + "|".join(f" {cell} " if cell else " " for cell in row) + "|\n" for row in rows)


def with_tables(page, text, problems):
    """The page's text with all its tables made anew; says of each that wasn't what the figures say."""
    def made(block):
        name = block["name"]
        if name not in TABLES:
            problems.append(f"{page.name}: there is no table {name} in docs/tables.py")
            return block[0]
        body = rendered(TABLES[name]())
        body = body.replace("](results/", "](docs/results/") if page.parent == DOCS.parent else body
        if body != block["body"]:
            problems.append(f"{page.name}: the table {name} isn't what docs/results says")
        return block["open"] + body + block["end"]
    return BLOCK.sub(made, text)


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    problems, shown = [], set()
    for page in PAGES:
        text = page.read_text()
        shown.update(block["name"] for block in BLOCK.finditer(text))
        if text.count("<!-- table: ") != sum(1 for _ in BLOCK.finditer(text)):
            problems.append(f"{page.name}: a table's marker isn't on a line of its own, or has no end")
        new = with_tables(page, text, problems)
        if new != text and not arguments:
            page.write_text(new)
    unused = [f"docs/tables.py: no page shows the table {name}" for name in TABLES if name not in shown]
    lasting = [problem for problem in problems if "isn't what" not in problem] + unused
    for problem in (problems + unused if arguments else lasting):
        print(problem, file=sys.stderr)
    return 1 if (problems + unused if arguments else lasting) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
