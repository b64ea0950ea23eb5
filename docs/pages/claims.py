"""The index of claims in docs/RESULTS.md."""
import functools

from pages.decoding import AVX512, BATCHES, GGML_TARGETS, PARITY_F32, PAYS_LEAST, QWEN, QWEN_ZEN4, qwen
from pages.figures import (
    SETS, by_policy, estimate, figures, fixed, link, over_stock, percent, rows_by_draft, signed, signed_percent, speedup,
    spread, table, tau, thousands,
)
from pages.gto import (
    GTO, TREE_GRADIENT_ALONE, TREE_GRADIENT_EARLY, TREE_GRADIENT_BETTER, TREE_GRADIENT_BETTER_SEEDS, TREE_GRADIENT_EARLY_SEEDS, TREE_GRADIENT_NEAR,
    TREE_GRADIENT_NEAR_SEEDS, TREE_GRADIENT_SAMPLED,
    all_seeds_of_tree_gradient, arms, gain, longer, own_reward,
)
from pages.kernels import median_passes
from pages.levers import COSTS, DRAWN_WAYS, SPEED, UNSEEN, gains_on_prompts_that_nothing_was_chosen_on
from pages.phase1 import CHAIN_7, LARGE_TREES, LK_LOSS, QUICKSTART, SMALL_TREES, TOKEN_LOSS, TOKEN_LOSSES, diagnosed, evaluated, lk_loss, quickstart_row, token_loss_gain
from pages.tau import (
    BIGRAMS, CONTEXT, DRAWN, DRAWN_3M, DRAWN_ALL, LOOKUP, LOOKUP_COPIES, LOOKUP_Q4, MORE_TEXT, MORE_TEXT_TAU,
    QWEN_EDITS, SCORED, SEEDS, THREE_TIMES_THE_TEXT, TRAINED, context_vocabulary_seeds, context_vocabulary_with_bigrams, drawn_gain, mean_tau,
    rows_by_set, three_times_the_text,
)


RECORDED = {  # the commit that recorded a file, by `git log --format=%h -1 -- docs/results/NAME.json`
    "0120684": [*AVX512.values(), QWEN, "kernels-avx512", "passes-avx512", "parity-batches-smollm2-135m-q8_0", "parity-batches-smollm2-135m-q8_0-t1"],
    "d43b468": [QWEN_ZEN4], "ecbe69c": [QWEN_EDITS, MORE_TEXT, *(name + suffix for name in MORE_TEXT_TAU.values() for suffix in ("", "-t1"))], "93ba330": ["passes-zen4"], "95ae46a": ["passes-zen4-again"],
    "6f0f68a": [LOOKUP, LOOKUP_Q4, *SCORED.values(), *(name + "-t1" for name in SCORED.values())], "49bfc9d": [CONTEXT],
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
    "b86238f": [name + suffix for name in LK_LOSS.values() for suffix in ("", "-t1")],
    "21da220": [name + suffix for name in DRAWN_3M.values() for suffix in ("-t1", "-t0.7")],
    "ec135e4": [*(name + suffix for name in THREE_TIMES_THE_TEXT.values() for suffix in ("", "-t1")), *TREE_GRADIENT_SAMPLED, COSTS],
    "c38e5f4": [TREE_GRADIENT_ALONE], "af51741": [TREE_GRADIENT_EARLY, TREE_GRADIENT_EARLY_SEEDS], "997afde": [TREE_GRADIENT_BETTER, TREE_GRADIENT_BETTER_SEEDS],
    "32e327b": ["parity-batches-smollm2-135m-q4_k_m-t1"],
    "53fb6d6": ["own-reward-smollm2-135m", "trees-smollm2-135m"], "f4f48d8": ["rewards-smollm2-135m-f32"], "6964f1e": ["peers-smollm2-135m"],
    "c1de91a": [*SMALL_TREES.values()],
    "8b60421": ["token-loss-smollm2-135m", *LARGE_TREES.values(), TREE_GRADIENT_NEAR, TREE_GRADIENT_NEAR_SEEDS, TREE_GRADIENT_NEAR_SEEDS + "-t1"],
    "f80f115": ["parity-levers-smollm2-135m-f32", "parity-levers-bigrams-smollm2-135m-f32"],
    "15d17f7": [*PAYS_LEAST.values()],
    "aee0083": [*SPEED.values(), "chain7-stock-xeon-smollm2-135m-q8_0"],
    "62fd68a": [DRAWN_WAYS],
    "67bb0db": [LOOKUP_COPIES, "parity-ways-smollm2-135m-f32", *(UNSEEN.format(corpus, suffix) for corpus in (*SETS, "unseen") for suffix in ("", "-t1"))],
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
    greedy, sampled = (rows_by_set(MORE_TEXT_TAU, suffix) for suffix in ("", "-t1"))
    yield claim("That draft's trees of 60 nodes, mean tau of the sets: alone and with lookup branches and node scorers at temperature 0; alone, and with drawn children, too, at temperature 1.", more,
                "; ".join(f"{mean_tau(rows, tree):.2f} and {mean_tau(rows, tree + all_of_it):.2f}" for rows, all_of_it in ((greedy, " + lookup scored"), (sampled, " + lookup drawn scored"))), "`simulate`",
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
                "`eval --lookup-branch`", LOOKUP_COPIES, on="Xeon, AVX-512 VNNI, 1 thread")
    edits = [by_policy(QWEN_EDITS, way, "edits") for way in ("lookup 3/15", "cost-aware")]
    yield claim("Where a model copies nearly all (Qwen2.5-Coder-1.5B, edits of code), the default, cost-aware trees, is faster than lookup alone: both over our plain decoding.", lookup,
                " and ".join(map(speedup, edits)), "`bench --mode lookup,cost-aware`", QWEN_EDITS)
    yield claim("In texts sampled at temperature 1 a drawn child a node raises tau (60 questions).", "tau.md#drawn-children-more-accepted-tokens-in-sampled-texts",
                ", ".join(f"{policy} +{percent(by_policy(DRAWN, policy + ' drawn')['tau'] / by_policy(DRAWN, policy)['tau'] - 1)}" for policy in ("chain 3", "static 4", "static 4/2-1/1", "tree 8/4/4")),
                "`eval --drawn-child`", DRAWN, on="EPYC, AVX-512 VNNI, 1 thread")
    all_questions = rows_by_set(DRAWN_ALL, "-t1")
    sampled = [name + "-t1" for name in DRAWN_ALL.values()]
    yield claim("The same in simulated decoding of all 240 questions: mean tau of the sets.", "tau.md#drawn-children-more-accepted-tokens-in-sampled-texts",
                ", ".join(f"{policy} {mean_tau(all_questions, policy):.2f} to {mean_tau(all_questions, policy + ' drawn'):.2f}" for policy in ("chain 3", "static 4", "tree 8/4/4", "tree 60/7/10")),
                "`simulate --drawn-child`", *sampled, on="EPYC, AVX-512 VNNI, 1 thread")
    yield claim("Drawn children, lookup branches and node scorers add up: mean tau of the sets at temperature 1.", "tau.md#drawn-children-more-accepted-tokens-in-sampled-texts",
                ", ".join(f"{policy} {mean_tau(all_questions, policy):.2f} to {mean_tau(all_questions, policy + ' + lookup drawn scored'):.2f}" for policy in ("tree 8/4/4", "tree 60/7/10")),
                "`simulate --drawn-child --lookup-branch --node-scorer`", *sampled, on="EPYC, AVX-512 VNNI, 1 thread")
    yield claim("A draft of 3.3 million tokens, most of them sampled, gains more by drawn children: mean of all 240 questions at temperature 1.", "tau.md#drawn-children-more-accepted-tokens-in-sampled-texts",
                ", ".join(f"{tree} {signed_percent(drawn_gain(rows_by_set(DRAWN_3M, '-t1'), tree, ' drawn'), 1)}" for tree in ("tree 8/4/4", "tree 60/7/10")),
                "`simulate --drawn-child 1`", *(name + "-t1" for name in DRAWN_3M.values()), on="EPYC, AVX-512 VNNI, 1 thread")
    yield claim("The same at temperature 0.7: trees of fixed shape gain more than trees that choose their nodes by score.", "tau.md#drawn-children-more-accepted-tokens-in-sampled-texts",
                ", ".join(f"{tree} {signed_percent(drawn_gain(rows_by_set(DRAWN_3M, '-t0.7'), tree, ' drawn at 0.5'), 1)}" for tree in ("static 2/1/1", "static 2/2-1/2-1", "tree 8/4/4")),
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
    gains = {tuple(row[:3]): row[4:7] for row in gains_on_prompts_that_nothing_was_chosen_on()}
    yield claim("On prompts that no draft was trained on and nothing was chosen on (120, one draft), trees 60/7/10 gain by a node scorer, by a lookup branch, and by both.", "tau.md#gains-on-prompts-that-nothing-was-chosen-on",
                "; ".join(f"temperature {temperature} {', '.join(gains[temperature, 'tree 60/7/10', '120 other prompts'])}" for temperature in ("0", "1")),
                "`simulate --lookup-branch --node-scorer`", *(UNSEEN.format("unseen", suffix) for suffix in ("", "-t1")), on="Xeon, AVX-512 VNNI, 1 thread")
    yield claim("One drawn child beside fixed ones is accepted about as often as all children drawn, and more often than all fixed: probabilities of these three (HumanEval, temperature 1).",
                "tau.md#drawn-children-more-accepted-tokens-in-sampled-texts",
                "; ".join(f"{row['children']} children {row['one_drawn']:.3f}, {row['all_drawn']:.3f}, {row['fixed']:.3f}" for row in figures(DRAWN_WAYS) if row["corpus"] == "sampled-humaneval" and row["children"] > 1),
                "`DrawnWays.java`", DRAWN_WAYS, on="Xeon, AVX-512 VNNI, 1 thread")
    for temperature, name in SPEED.items():
        alone, default = (by_policy(name, "cost-aware" + way, draft="plain") for way in (" without lookup", ""))
        yield claim(f"A draft of 20 minutes in cost-aware trees on a quiet Xeon, temperature {temperature}: speed over our plain decoding, without a lookup branch and with it.", "tau.md#what-each-way-to-a-higher-tau-costs",
                    f"{speedup(alone)}, {speedup(default)}", "`bench --lookup-branch`", name, on="Xeon, AVX-512 VNNI, 2 threads")
    for (model, temperature), name in PAYS_LEAST.items():
        yield claim(f"Where a draft pays least, the default decoder is hardly slower than without one ({model}, temperature {temperature}): speed over our plain decoding.", "decoding.md#where-a-draft-pays-least",
                    speedup(by_policy(name, "cost-aware")), "`bench`", name, on="Xeon, AVX-512 VNNI, 2 threads")
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
    yield claim("With F32 weights and our kernels no greedy text changes: chains, static, dynamic and cost-aware trees, lookup alone; with lookup branches, node scorers, a context vocabulary and its bigram bonus (240 questions each way, eight at once).",
                parity, differing(PARITY_F32.values()), "`parity --slots 8 --tie 0`", *PARITY_F32.values(), on="Xeon, AVX-512 VNNI, 1 thread")
    yield claim("With ggml's kernels and Q4_0: texts that differ.", parity, "193 of 240 texts differ, 0 not at a near-tie", "`parity`")
    profiles = ["profile-smollm2-135m-" + suffix for suffix in ("f32", "f16", "q8_0")]
    yield claim("gto4j's own code (all but the products of target and draft) takes a small share of a cycle.", "decoding.md#where-decoding-spends-its-time",
                ", ".join(f"{title} {percent(figures(name)['profiles'][0]['parts']['own']['share'], 1)}" for title, name in zip(("F32", "F16", "Q8_0"), profiles)), "`profile`", *profiles)


@table("claims-phase1")
def claims_of_phase_1():
    diagnosis = diagnosed("phase-1", "all")
    start, recipe_start, vocabulary = "init-smollm2-135m", "recipe-arms-init-smollm2-135m", "recipe-arms-vocabulary-smollm2-135m"
    gemma = "gto-gemma-3-270m"
    smollm = "phase1.md#a-draft-for-smollm2-135m"
    yield CLAIM_HEADER
    yield claim("Tau of the tree 60/7/10 after 20 minutes of training (822,000 tokens), greedy, all 80 questions a set.", smollm,
                "MT-Bench 2.49 (2.34 to 2.67), HumanEval 2.88 (2.71 to 3.06), GSM8K 3.93 (3.78 to 4.07)", "`simulate`")
    yield claim("The same, as the experiments of gto.md measured it.", "gto.md#after-a-phase-i-that-has-converged",
                ", ".join(f"{title} {estimate(arms(GTO, dataset + '-t0, greedy')['phase-1']['tau_tree'])}" for dataset, title in SETS.items()), "`experiment gto.json`", GTO)
    yield claim("Stock llama-server accepts as many tokens from the exported draft as we do.", "phase1.md#the-same-draft-in-stock-llamacpp",
                "; ".join(f"{tau(by_policy(name, 'stock-chain 7'))} beside {tau(by_policy(name, 'chain 7'))}" for name in CHAIN_7.values()), "`bench --stock`", *CHAIN_7.values(), on="Xeon, with AMX and without, 1 thread")
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
    lk = {tuple(row[:2]): row[-1] for row in lk_loss()}
    yield claim("LK-lambda as the token loss loses a little against the default, with drawn children, too (15 minutes, three seeds, tree 60/7/10).", "phase1.md#token-loss-for-trees",
                f"temperature 0 {lk['0', 'tree 60/7/10']}; temperature 1 {lk['1', 'tree 60/7/10']}, with drawn children {lk['1', 'tree 60/7/10 with drawn children']}", "`train --loss lk-lambda`",
                *LK_LOSS.values(), *(name + "-t1" for name in LK_LOSS.values()), on="EPYC, AVX-512 VNNI, 1 thread")
    yield claim("Far from convergence a miss decay of 0.5 gains a little in small trees, and next to nothing in large ones; a hard label share of 0.3 gains nothing (three minutes, three seeds, 240 questions).",
                "phase1.md#token-loss-for-trees", "; ".join(f"{TOKEN_LOSSES[way]}: {', '.join(f'{tree} {token_loss_gain(tree, way)}' for tree in TOKEN_LOSS)}" for way in list(TOKEN_LOSSES)[1:]),
                "`experiment token-loss.json`", *TOKEN_LOSS.values(), on="Xeon, AVX-512 VNNI, 1 thread (by the text)")
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
    far, *near, better = map(all_seeds_of_tree_gradient, (TREE_GRADIENT_EARLY_SEEDS, TREE_GRADIENT_NEAR_SEEDS, TREE_GRADIENT_NEAR_SEEDS + "-t1", TREE_GRADIENT_BETTER_SEEDS))
    yield claim("Far from convergence the tree gradient beside the token loss, against plain training of the same processor time (three seeds, 240 texts).",
                "gto.md#the-true-gradient-of-the-tree-reward", spread(far["gain"], far["gain_ci95"], signed_percent), "`experiment tree-gradient-early.json`", TREE_GRADIENT_EARLY_SEEDS, TREE_GRADIENT_EARLY,
                on="EPYC, AVX-512 VNNI, 1 thread (by the text)")
    yield claim("Near convergence it loses a little at temperature 0 and changes nothing at temperature 1 (three seeds, 240 texts each).", "gto.md#the-true-gradient-of-the-tree-reward",
                " and ".join(spread(row["gain"], row["gain_ci95"], signed_percent) for row in near), "`experiment tree-gradient.json`", TREE_GRADIENT_NEAR_SEEDS, TREE_GRADIENT_NEAR_SEEDS + "-t1", TREE_GRADIENT_NEAR,
                on="Xeon, AVX-512 VNNI, 1 thread (by the text)")
    yield claim("The same from a draft of four times the text, temperature 0 (three seeds, 120 texts).", "gto.md#the-true-gradient-of-the-tree-reward",
                spread(better["gain"], better["gain_ci95"], signed_percent), "`experiment tree-gradient.json`", TREE_GRADIENT_BETTER_SEEDS, TREE_GRADIENT_BETTER, on="EPYC, AVX-512 VNNI, 1 thread (by the text)")
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
