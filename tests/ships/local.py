#!/usr/bin/env python3
"""What would a build for this processor alone (mvn -Plocal) gain over the natives that ship?

    tests/ships/local.py [--ships FOLDER] [--local FOLDER] [--devices NAME...] [--pairs 9] [--json FILE] -- MODEL...

Each FOLDER holds a build's lib; by default presets/target/linux-x86_64/prefix and presets/target/linux-x86_64-local/prefix, after
mvn -DskipTests -pl presets package and mvn -DskipTests -pl presets -Plocal package. Both decode in turn, one thread on one processor, and their processor time is
compared pair by pair: the median of local's speed over that of what ships is above 1 where -Plocal gains, with a 95% bootstrap interval. Other work slows a run
down, never up: the same ratio of each build's fastest run says more on a busy machine.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TARGET = ROOT / "presets/target"


def compiled(prefix, work, name):
    """The program over one build's libraries."""
    lib = pathlib.Path(prefix).resolve() / "lib"
    program = work / name
    subprocess.run(["c++", "-std=c++17", "-O1", "-I", ROOT / "native/include", HERE / "speed.cpp", "-o", program, "-L", lib, "-l:libgto4j.so.0",
                    f"-Wl,-rpath,{lib}", f"-Wl,-rpath-link,{lib}"], check=True)
    return program


def seconds(program, model, device):
    ran = subprocess.run(["taskset", "-c", str(min(os.sched_getaffinity(0))), program, model, *device], check=True, capture_output=True, text=True)
    return [float(value) for value in ran.stdout.split()]


def median_and_interval(ratios):
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(10_000))
    return {"value": statistics.median(ratios), "ci95": [medians[250], medians[-251]]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="+", metavar="MODEL")
    parser.add_argument("--ships", default=TARGET / "linux-x86_64/prefix")
    parser.add_argument("--local", default=TARGET / "linux-x86_64-local/prefix")
    parser.add_argument("--devices", nargs="+", default=["CPU-GTO4J", "CPU"])
    parser.add_argument("--pairs", type=int, default=9)
    parser.add_argument("--json", type=pathlib.Path)
    options = parser.parse_args()
    found = []
    with tempfile.TemporaryDirectory() as folder:
        ships, local = (compiled(prefix, pathlib.Path(folder), name) for prefix, name in ((options.ships, "ships"), (options.local, "local")))
        for model in options.models:
            for device in options.devices:
                # Each goes first in every other pair.
                pairs = []
                for turn in range(options.pairs):
                    order = (ships, local) if turn % 2 == 0 else (local, ships)
                    times = {program: seconds(program, model, [device]) for program in order}
                    pairs.append((times[ships], times[local]))
                for place, what in enumerate(("a prompt's token", "an answer's token")):
                    row = {"model": pathlib.Path(model).name, "device": device, "what": what, "pairs": options.pairs,
                           "ships_seconds": statistics.median(pair[0][place] for pair in pairs),
                           "local_seconds": statistics.median(pair[1][place] for pair in pairs),
                           "local_over_ships": median_and_interval([pair[0][place] / pair[1][place] for pair in pairs]),
                           "fastest_local_over_ships": min(pair[0][place] for pair in pairs) / min(pair[1][place] for pair in pairs)}
                    found.append(row)
                    ratio = row["local_over_ships"]
                    print(f"{row['model']} {device}, {what}: ships {1e3 * row['ships_seconds']:.2f} ms, local {1e3 * row['local_seconds']:.2f} ms, "
                          f"speed of local over ships {ratio['value']:.3f} ({ratio['ci95'][0]:.3f} to {ratio['ci95'][1]:.3f}), "
                          f"of the fastest {row['fastest_local_over_ships']:.3f}", flush=True)
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
