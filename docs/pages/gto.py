"""Tables of docs/gto.md."""
import functools
import random

from pages.figures import (
    SETS, THREE_SEEDS, estimate, figures, fixed, gain_of_seeds, link, percent, signed, signed_percent, spread, table, tau, tau_of_all,
    thousands,
)
from pages.phase1 import diagnosed


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
TREE_GRADIENT_NEAR, TREE_GRADIENT_NEAR_SEEDS = "tree-gradient-near-smollm2-135m", "tree-gradient-near-seeds-smollm2-135m"
TREE_GRADIENT_BETTER, TREE_GRADIENT_BETTER_SEEDS = "tree-gradient-smollm2-135m", "tree-gradient-seeds-smollm2-135m"
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
    sampled, pooled = arms(TREE_GRADIENT_NEAR, "all texts, sampled"), all_seeds_of_tree_gradient(TREE_GRADIENT_NEAR_SEEDS + "-t1")
    header, *rows = tree_gradient_arms(TREE_GRADIENT_NEAR, TREE_GRADIENT_NEAR_SEEDS)
    yield [*header, "all at temperature 1", "over plain of that seed"]
    for row, (arm, found) in zip(rows, sampled.items()):
        yield [*row, tree_tau(found), gain_of_tree_gradient(pooled, arm)]
    yield [*rows[-1], tau(pooled), spread(pooled["gain"], pooled["gain_ci95"], signed_percent)]


def tree_gradient_arms(experiment, seeds):
    sets = [arms(experiment, f"answers-{dataset}, greedy") for dataset in SETS]
    yield ["arm", "steps", *SETS.values(), "all", "over plain of that seed"]
    pooled = all_seeds_of_tree_gradient(seeds)
    for arm, found in arms(experiment).items():
        way, _, seed = arm.rpartition("-")
        title = {"plain": f"plain, seed {seed}", "tree": f"tree gradient, seed {seed}"}.get(way, "the draft that all arms start from")
        yield [title, step_count(found), *(fixed(of_set[arm]["tau_tree"]["value"]) for of_set in sets), tree_tau(found), gain_of_tree_gradient(pooled, arm)]
    yield ["tree gradient, all seeds", "", *("" for _ in SETS), tau(pooled), spread(pooled["gain"], pooled["gain_ci95"], signed_percent)]


def gain_of_tree_gradient(pooled, arm):
    """Of one seed over plain training of that seed; nothing for plain training itself."""
    way, _, seed = arm.rpartition("-")
    return signed_percent(pooled["gain_by_seed"][pooled["seeds"].index(int(seed))]) if way == "tree" else ""


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
