"""Tables of docs/phase1.md."""
from pages.figures import SETS, TWO_TREES, by_policy, estimate, figures, fixed, gains_of_seeds, link, signed_percent, speedup, spread, table, tau


CHAIN_7 = {"821,762 response tokens, 20 minutes on two threads": "chain7-stock-smollm2-135m-q8_0", "252,000 response tokens, 20 minutes of processor time": "chain7-stock-xeon-smollm2-135m-q8_0"}


@table("chain-beside-stock")
def chain_beside_stock():
    yield ["draft", "chain of 7, tau", *SETS.values(), "all"]
    for draft, name in CHAIN_7.items():
        for title, way in {"gto4j": "chain 7", "stock llama-server": "stock-chain 7"}.items():
            yield [link(name, draft), title, *(tau(by_policy(name, way, dataset)) for dataset in (*SETS, "all"))]


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


LARGE_TREES = {"tree 60/7/10": "token-loss-seeds-smollm2-135m", "tree 60/7/10 at temperature 1": "token-loss-seeds-smollm2-135m-t1"}
SMALL_TREES = {"tree 8/4/4": "token-loss-seeds-8-4-4-smollm2-135m", "tree 8/4/4 at temperature 1": "token-loss-seeds-8-4-4-smollm2-135m-t1"}
TOKEN_LOSS = {**LARGE_TREES, **SMALL_TREES}
TOKEN_LOSSES = {"control": "the default", "miss-decay-0.5": "miss decay 0.5", "hard-labels-0.3": "hard label share 0.3"}


def token_loss_row(tree, way, sets):
    """A way of training in the figures of docs/experiments/paired_seeds.py: over some of the sets of questions, or all."""
    rows = [row for row in figures(TOKEN_LOSS[tree])["rows"] if row["way"] == way]
    return next(row for row in rows if {name.split("-")[1] for name in row["texts_of"].split(" + ")} == set(sets))


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
    yield ["gain over the default", "measured with", *SETS.values()]
    for way, title in list(TOKEN_LOSSES.items())[1:]:
        for tree in TOKEN_LOSS:
            yield [title, tree, *(token_loss_gain(tree, way, (dataset,)) for dataset in SETS)]


@table("quickstart")
def quickstart():
    yield ["temperature", "prompts", "draft", "way", "tau", "tokens/s", "speed over plain"]
    for row in figures(QUICKSTART)["default"] + figures(QUICKSTART)["fixed"]:
        way = "the default decoder" if row["mode"] == "cost-aware" else row["policy"]
        yield [fixed(row["temperature"], 0), str(row["prompts"]), row["draft"], way, tau(row), fixed(row["tokens_per_second"], 1), speedup(row)]


LK_LOSS = {dataset: f"lk-loss-{dataset}-smollm2-135m" for dataset in SETS}


@table("lk-loss")
def lk_loss():
    trees = {**TWO_TREES, "-t1": (*TWO_TREES["-t1"], "tree 60/7/10 drawn", "tree 8/4/4 drawn")}
    return gains_of_seeds(["tau by the default", "by LK-lambda"], (LK_LOSS, "plain"), (LK_LOSS, "lk-lambda"), trees)
