"""Tau against CPU time of two ways to train a draft on one corpus: the prototype's recipe and ours; see README.md."""
import argparse
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
# The prototype (JAX): 5 minutes of 2 TTT passes at 466 response tokens/s, then 9 minutes of 7 passes at 129: 139,800 and 69,700 tokens, 371 a step.
PROTOTYPE = "--steps 565 --rows 512 --early-ttt 2 --early-share 0.667 --steps-ttt 7 --keep-top-k 0 --precision f32"
EVAL = ("chain 7", "tree 60/7/10")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--corpus", required=True, help="folder to train on: about 80,000 response tokens of the model's own greedy text")
    parser.add_argument("--answers", required=True, help="corpus folder of held-out greedy answers, which tau is taken on")
    parser.add_argument("--out", required=True, help="folder of the runs; arms that are there are not made again")
    parser.add_argument("--epochs", default="2,3,4", help="budgets of our recipe, each a run of its own (its schedule ends with the budget)")
    parser.add_argument("--limit", type=int, default=240, help="answers")
    parser.add_argument("--gto4j", default=str(ROOT / "gto4j"), help="the launcher")
    parser.add_argument("--json", help="file for the results")
    return parser.parse_args()


def timed(command):
    """Runs a command; its CPU seconds, user and system, its children's included."""
    process = subprocess.Popen(command, stdout=sys.stderr)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(command)}: ended with status {os.waitstatus_to_exitcode(status)}")
    return usage.ru_utime + usage.ru_stime


def train(args, name, options):
    """CPU seconds of a whole training process, its start and its files included."""
    run = pathlib.Path(args.out) / name
    kept = run / "cpu.json"
    if kept.exists():
        return json.loads(kept.read_text())
    shutil.rmtree(run, ignore_errors=True)  # a run that was broken off: nobody knows what it took
    load = os.getloadavg()[0]
    seconds = timed([args.gto4j, "train", "-m", args.model, "--corpus", args.corpus, "--phase", "1", "--out", str(run), "--validation", "0", "--threads", "1",
                     *options.split()])
    last = json.loads((run / "metrics.jsonl").read_text().splitlines()[-1])
    facts = {"options": options, "steps": last["step"], "response_tokens": last["tokens"], "cpu_seconds": round(seconds, 1), "load_before": load}
    kept.write_text(json.dumps(facts))
    return facts


def tau(args, name):
    run = pathlib.Path(args.out) / name
    kept = run / f"tau-{args.limit}.json"
    if not kept.exists():
        timed([args.gto4j, "simulate", "-m", args.model, "-d", str(run / "draft.gguf"), "--corpus", args.answers, "--limit", str(args.limit), "--threads", "1",
               "--json", str(kept)])
    return {row["policy"]: row for row in json.loads(kept.read_text())["rows"]}


def per_hour(arm):
    return arm["tau"][EVAL[-1]]["tau"] / (arm["cpu_seconds"] / 3600)


def table(arms):
    print("| recipe | steps | response tokens | CPU seconds | " + " | ".join(f"tau, {policy}" for policy in EVAL)
          + " | tau of the tree per CPU hour |\n|---|---|---|---|---|---|---|")
    for name, arm in arms.items():
        taus = " | ".join("{:.2f} ({:.2f} to {:.2f})".format(arm["tau"][p]["tau"], *arm["tau"][p]["tau_ci95"]) for p in EVAL)
        print(f"| {name} | {arm['steps']} | {arm['response_tokens']:,} | {arm['cpu_seconds']:.0f} | {taus} | {per_hour(arm):.0f} |")


def main():
    args = arguments()
    options = {"prototype": PROTOTYPE, **{f"ours-{n}": f"--epochs {n}" for n in args.epochs.split(",")}}
    arms = {}
    for name, settings in options.items():
        arms[name] = {**train(args, name, settings), "tau": tau(args, name)}
    table(arms)
    result = {"model": os.path.basename(args.model), "answers": args.limit, "machine": platform.machine(), "threads": 1, "arms": arms,
              "tau_per_cpu_hour": {name: round(per_hour(arm), 2) for name, arm in arms.items()}, "as_good_as_the_prototype": {}}
    goal = arms["prototype"]
    for policy in EVAL:
        reached = [arm for name, arm in arms.items() if name != "prototype" and arm["tau"][policy]["tau"] >= goal["tau"][policy]["tau"]]
        if reached:
            ratio = goal["cpu_seconds"] / min(arm["cpu_seconds"] for arm in reached)
            result["as_good_as_the_prototype"][policy] = round(ratio, 2)
            print(f"{policy}: the prototype's tau in 1/{ratio:.2f} of its CPU time")
    if args.json:
        pathlib.Path(args.json).write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main()
