"""Tables of docs/tau.md."""
import statistics

from pages.figures import (
    SETS, TWO_TREES, by_policy, figures, fixed, gains_of_seeds, over_stock, percent, rows_by_draft, rows_by_policy, signed_percent, speedup,
    table, tau,
)


LOOKUP, LOOKUP_Q4, LOOKUP_COPIES = "bench-zen4-smollm2-135m-q8_0", "bench-zen4-smollm2-135m-q4_0", "lookup-copies-xeon-smollm2-135m-q8_0"
COPIES = {"edits": "edits of code", "corrections": "texts to correct", "questions": "texts to quote from", "summaries": "texts to summarise", "all": "all"}


def by_lookup_branch(name):
    yield ["questions", "tau without the branch", "tau with it", "SR over our plain, without it", "SR over our plain, with it", "SR over stock's plain, with it"]
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
        rows = rows_by_set(MORE_TEXT_TAU, suffix)
        known = [way for way in TOGETHER if "tree 60/7/10" + way in rows["gsm8k"]]
        for dataset, title in SETS.items():
            yield [temperature, title, *(tau(rows[dataset]["tree 60/7/10" + way]) if way in known else "" for way in TOGETHER)]
        yield [temperature, "mean of the sets", *(fixed(mean_tau(rows, "tree 60/7/10" + way)) if way in known else "" for way in TOGETHER)]


THREE_TIMES_THE_TEXT = {dataset: f"more-text-3m-{dataset}-smollm2-135m-q8_0" for dataset in SETS}


@table("three-times-the-text")
def three_times_the_text():
    tree = "tree 60/7/10"
    yield ["temperature", "questions", "1.1 million tokens: the draft alone", "3.3 million", "1.1 million: with all that helps", "3.3 million"]
    for temperature, suffix, with_all in (("0", "", " + lookup scored"), ("1", "-t1", " + lookup drawn scored")):
        corpora = [rows_by_set(files, suffix) for files in (MORE_TEXT_TAU, THREE_TIMES_THE_TEXT)]
        ways = [(rows, policy) for policy in (tree, tree + with_all) for rows in corpora]
        for dataset, title in SETS.items():
            yield [temperature, title, *(tau(rows[dataset][policy]) for rows, policy in ways)]
        yield [temperature, "mean of the sets", *(fixed(mean_tau(rows, policy)) for rows, policy in ways)]


def mean_tau(rows, policy):
    """The mean over the sets of rows by policy."""
    return statistics.fmean(rows[dataset][policy]["tau"] for dataset in SETS)


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


@table("context-vocabulary-seeds")
def context_vocabulary_seeds():
    return gains_of_seeds(["tau, trained without", "with"], (SEEDS, "plain"), (SEEDS, "context"), TWO_TREES)


BIGRAMS = {dataset: f"context-vocabulary-bigrams-{dataset}-smollm2-135m-q8_0" for dataset in SETS}


@table("context-vocabulary-bigrams")
def context_vocabulary_with_bigrams():
    return gains_of_seeds(["tau, trained without", "with, and a bigram bonus"], (SEEDS, "plain"), (BIGRAMS, "context"), TWO_TREES)


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


def by_drawn(files, suffix, how, trees):
    """Tau of each set without and with drawn children in simulated decoding, and the mean gain of the sets."""
    rows = rows_by_set(files, suffix)
    yield ["tree", *(title + part for title in SETS.values() for part in ("", ", drawn")), "mean gain"]
    for tree in trees:
        yield [tree, *(tau(rows[dataset][policy]) for dataset in SETS for policy in (tree, tree + how)), signed_percent(drawn_gain(rows, tree, how), 1)]


def rows_by_set(files, suffix):
    return {dataset: rows_by_policy(files[dataset] + suffix) for dataset in SETS}


def drawn_gain(rows, tree, how):
    """By how much drawn children raise the mean tau of the sets."""
    return mean_tau(rows, tree + how) / mean_tau(rows, tree) - 1


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
    rows = rows_by_set(DRAWN_ALL, "-t1")
    yield ["tree", "questions", *TOGETHER.values()]
    for tree in ("tree 8/4/4", "tree 60/7/10"):
        for dataset, title in SETS.items():
            yield [tree, title, *(tau(rows[dataset][tree + way]) for way in TOGETHER)]
        yield [tree, "mean of the sets", *(fixed(mean_tau(rows, tree + way)) for way in TOGETHER)]
