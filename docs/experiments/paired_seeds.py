#!/usr/bin/env python3
"""Compares ways of training that an experiment ran with several seeds, each seed's arm with that seed's control.

    python3 docs/experiments/paired_seeds.py EXPERIMENT CONTROL OUT.json [CORPORA]

EXPERIMENT is the folder of `gto4j experiment`, whose arms are named WAY-SEED; CONTROL is the way that the others are
compared with. Only held-back corpora whose names begin with CORPORA count, for example sampled-. Tau is tokens over
cycles, summed over texts and seeds. Intervals are 95% percentile bootstrap over texts, 2,000 resamples; a resample draws
the same texts for all arms and seeds, so that they say nothing of other seeds. What each seed gained alone stands beside
them.
"""
import json
import pathlib
import random
import sys

RESAMPLES = 2000


def read(experiment, corpora):
    """{(way, seed): {set: {text: (tokens, cycles)}}}, and the settings of the trees."""
    found, settings = {}, set()
    for arm in sorted((experiment / "arms").iterdir()):
        way, _, seed = arm.name.rpartition("-")
        if not seed.isdigit():
            continue
        for file in sorted(arm.glob(f"held-back-{corpora}*.json")):
            content = json.loads(file.read_text())
            settings.add(content["settings"].split(",")[0])
            texts = {text["id"]: (text["tree_tokens"], text["tree_cycles"]) for text in content["texts"]}
            found.setdefault((way, int(seed)), {})[file.stem.removeprefix("held-back-")] = texts
    if len(settings) != 1:
        sys.exit(f"{experiment}: expected one size of tree, found {sorted(settings)}")
    return found, settings.pop()


def tau(arms, texts):
    tokens = sum(arm[text][0] for arm in arms for text in texts)
    return tokens / sum(arm[text][1] for arm in arms for text in texts)


def interval(values):
    values = sorted(values)
    return [values[round(0.025 * (len(values) - 1))], values[round(0.975 * (len(values) - 1))]]


def flat(arm, sets):
    """Texts of several sets in one."""
    return {(name, text): gain for name in sets for text, gain in arm[name].items()}


def compare(found, control, way, sets):
    seeds = sorted(seed for (name, seed) in found if name == way and (control, seed) in found)
    arms = [flat(found[way, seed], sets) for seed in seeds]
    controls = [flat(found[control, seed], sets) for seed in seeds]
    texts = sorted(arms[0])
    if any(sorted(arm) != texts for arm in arms + controls):
        sys.exit(f"{way}: expected the same texts in all arms")
    generator = random.Random(0)
    draws = [generator.choices(texts, k=len(texts)) for _ in range(RESAMPLES)]
    row = {"way": way, "texts_of": " + ".join(sets), "texts": len(texts), "seeds": seeds, "tau": tau(arms, texts), "tau_ci95": interval([tau(arms, draw) for draw in draws])}
    if way != control:
        row["gain"] = tau(arms, texts) / tau(controls, texts) - 1
        row["gain_ci95"] = interval([tau(arms, draw) / tau(controls, draw) - 1 for draw in draws])
        row["gain_by_seed"] = [tau([arm], texts) / tau([other], texts) - 1 for arm, other in zip(arms, controls)]
    return row


def main(experiment, control, out, corpora=""):
    found, tree = read(experiment, corpora)
    # an arm like phase-1, which no seed of the control is beside, is no way of training
    ways = sorted({way for way, seed in found if (control, seed) in found}, key=lambda way: (way != control, way))
    sets = sorted(found[next(key for key in found if key[0] == control)])
    rows = [compare(found, control, way, part) for way in ways for part in [sets, *([name] for name in sets)]]
    out.write_text(json.dumps({"tree": tree, "control": control, "rows": rows}, indent=2) + "\n")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), sys.argv[2], pathlib.Path(sys.argv[3]), *sys.argv[4:])
