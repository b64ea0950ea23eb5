"""Figures of docs/results, how they are written, and what declares a table."""
import functools
import json
import pathlib
import statistics


DOCS = pathlib.Path(__file__).resolve().parent.parent
RESULTS = DOCS / "results"
SETS = {"mt_bench": "MT-Bench", "humaneval": "HumanEval", "gsm8k": "GSM8K"}
TABLES = {}


def table(name):
    """Declares a table: its name in the pages' markers, and the function that makes its rows."""
    def declare(rows):
        TABLES[name] = rows
        return rows
    return declare


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


def by_policy(name, policy, dataset="all", draft=None):
    """The row of one way of decoding, with any draft or with one, in a file of `gto4j bench` or `eval`; None where that way wasn't measured."""
    rows = figures(name)
    found = [row for row in (rows if isinstance(rows, list) else rows["rows"]) if row["policy"] == policy and row["dataset"] == dataset and draft in (None, row["draft"])]
    return found[0] if found else None


def rows_by_draft(name):
    """Rows of a file of `gto4j simulate` by draft and policy."""
    return {(row["draft"], row["policy"]): row for row in figures(name)["rows"]}


def tau_of_all(files, draft, policy):
    """Tokens over cycles, summed over the texts of all files."""
    rows = [rows_by_draft(file)[draft, policy] for file in files]
    return sum(row["tokens"] for row in rows) / sum(row["cycles"] for row in rows)


THREE_SEEDS = (11, 12, 13)


def gain_of_seeds(control, way, tree):
    """Mean tau of two ways, each (files, drafts' name), each seed's gain, and the mean gain with Student's t, 2 degrees of freedom."""
    plain, other = ([tau_of_all(files, f"{name}-{seed}", tree) for seed in THREE_SEEDS] for files, name in (control, way))
    gains = [b / a - 1 for a, b in zip(plain, other)]
    mean, half = statistics.fmean(gains), 4.303 * statistics.stdev(gains) / len(gains) ** 0.5
    write = functools.partial(signed_percent, digits=1)
    return [fixed(statistics.fmean(plain)), fixed(statistics.fmean(other)), *map(write, gains), spread(mean, (mean - half, mean + half), write)]


def gains_of_seeds(titles, control, way, trees):
    """A table of two ways, each (files of each set, drafts' name), at both temperatures: trees by the suffix of the files."""
    yield ["temperature", "tree", *titles, *(f"gain, seed {seed}" for seed in THREE_SEEDS), "mean gain"]
    for temperature, suffix in (("0", ""), ("1", "-t1")):
        ways = [([name + suffix for name in files.values()], drafts) for files, drafts in (control, way)]
        for tree in trees[suffix]:
            yield [temperature, tree.replace("drawn", "with drawn children"), *gain_of_seeds(*ways, tree)]


TWO_TREES = {suffix: ("tree 60/7/10", "tree 8/4/4") for suffix in ("", "-t1")}


def rows_by_policy(name):
    """Rows of a file of `gto4j simulate` with one draft by policy."""
    return {row["policy"]: row for row in figures(name)["rows"]}


def signed_percent(value, digits=2):
    text = signed(100 * value, digits)
    return f"{text if float(text) else text[1:]}%"
