"""Tables of docs/tau.md that compare several ways to a higher tau."""
from pages.figures import SETS, by_policy, figures, fixed, signed_percent, speedup, spread, table, tau, tau_of_all


COSTS = "lever-costs-smollm2-135m-q8_0-t1"


@table("lever-costs")
def lever_costs():
    ways = {"": "the draft alone", " scored": "a node scorer", " + lookup": "a lookup branch", " drawn": "drawn children", " + lookup drawn scored": "all three"}
    yield ["tree", "with", "tau", "time of a cycle", "speed", "SR over our plain"]
    for tree in ("tree 8/4/4", "tree 60/7/10"):
        alone = by_policy(COSTS, tree)
        for way, title in ways.items():
            row = by_policy(COSTS, tree + way)
            speed = row["tokens_per_second"] / alone["tokens_per_second"]
            yield [tree, title, tau(row), fixed(row["tau"] / alone["tau"] / speed), fixed(speed), speedup(row)]


SPEED = {"0": "lever-speed-xeon-smollm2-135m-q8_0", "1": "lever-speed-xeon-smollm2-135m-q8_0-t1"}


@table("lever-speed")
def lever_speed():
    """Cost-aware trees beside plain decoding, all ways of a temperature in one run."""
    yield ["temperature", "cost-aware trees", "tau", "SR over our plain"]
    ways = {(" without lookup", ""): "the draft alone", (" without lookup", " scored"): "a node scorer",
            ("", ""): "a lookup branch (the default)", ("", " scored"): "a lookup branch and a node scorer"}
    drafts = {"plain": "", "context-bigram": ", context vocabulary"}
    for temperature, name in SPEED.items():
        for drawn, drawing in (("", ""), (" drawn", ", drawn children")):
            for draft, more in drafts.items():
                for (lookup, scored), title in ways.items():
                    row = by_policy(name, "cost-aware" + lookup + drawn + scored, draft=draft)
                    if row:
                        yield [temperature, title + more + drawing, tau(row), speedup(row)]


UNSEEN = "levers-{}-smollm2-135m-q8_0{}"
GAINS = {"a node scorer": ("plain", " scored"), "a lookup branch": ("plain", " + lookup"), "both": ("plain", " + lookup scored"),
         "context vocabulary": ("context-bigram", ""), "lookup branch, context vocabulary": ("context-bigram", " + lookup")}


@table("unseen-prompts")
def gains_on_prompts_that_nothing_was_chosen_on():
    yield ["temperature", "tree", "texts", "tau of the draft alone", *GAINS]
    for temperature, suffix in (("0", ""), ("1", "-t1")):
        for tree in ("tree 60/7/10", "tree 8/4/4"):
            for title, corpora in {"120 questions": [*SETS], "120 other prompts": ["unseen"]}.items():
                files = [UNSEEN.format(corpus, suffix) for corpus in corpora]
                alone = tau_of_all(files, "plain", tree)
                yield [temperature, tree, title, fixed(alone), *(signed_percent(tau_of_all(files, draft, tree + way) / alone - 1, 1) for draft, way in GAINS.values())]


DRAWN_WAYS = "drawn-ways-smollm2-135m-q8_0-t1"


@table("drawn-ways")
def fixed_one_drawn_and_all_drawn():
    ways = {"fixed": "all fixed", "one_drawn": "one drawn", "all_drawn": "all drawn"}
    yield ["questions", "children", *ways.values()]
    for row in figures(DRAWN_WAYS):
        yield [SETS[row["corpus"].removeprefix("sampled-")], str(row["children"]), *(spread(row[way], row[way + "_ci95"], lambda value: fixed(value, 3)) for way in ways)]
