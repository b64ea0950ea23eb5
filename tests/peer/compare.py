"""Our training step beside the same step in JAX and PyTorch and beside OpenBLAS's products alone; see README.md."""
import argparse
import json
import math
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PEERS = {
    "jax-f32": ["jax_step.py"],
    "jax-bf16": ["jax_step.py", "--precision", "bf16"],
    "torch-f32": ["torch_step.py"],
    "torch-bf16": ["torch_step.py", "--precision", "bf16"],
    "torch-compiled-f32": ["torch_step.py", "--compile"],
    "torch-compiled-bf16": ["torch_step.py", "--compile", "--precision", "bf16"],
    "openblas": ["openblas_step.py"],
}
# Losses of the same steps from the same weights; 8 bits of mantissa agree less. Only the first ones: AdamW makes whole steps of rounding errors where a
# gradient is near zero, and by the sixth step JAX and PyTorch differ by more than this from each other.
COMPARED_STEPS = 4
TOLERANCE = {"f32": 1e-4, "bf16": 2e-2, "auto": 2e-2}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=os.path.expanduser("~/.cache/gto4j/models/SmolLM2-135M-Instruct.F16.gguf"))
    parser.add_argument("--length", type=int, default=512, help="tokens of the micro-batch")
    parser.add_argument("--passes", type=int, default=7)
    parser.add_argument("--vocabulary", type=int, default=8192, help="of the draft")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--ours", default="f32,auto")
    parser.add_argument("--peers", default=",".join(PEERS))
    parser.add_argument("--out", help="file for the JSON (default: standard output)")
    return parser.parse_args()


class Worker:
    def __init__(self, name, command, environment=None):
        self.name = name
        self.process = subprocess.Popen(command, cwd=HERE, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.facts = self.answer()
        self.seconds, self.losses = [], []

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name}: ended with exit code {self.process.wait()}")
        return json.loads(line)

    def step(self):
        self.process.stdin.write("step\n")
        self.process.stdin.flush()
        return self.answer()

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def java(args, precision, case_file):
    """Like a peer's process: on the first `threads` processors of those there are."""
    classpath = f"{ROOT}/tests/target/test-classes:{ROOT}/java/lab/target/classes:{(ROOT / 'java/lab/target/classpath.txt').read_text().strip()}"
    processors = ",".join(map(str, sorted(os.sched_getaffinity(0))[:args.threads]))
    command = ["taskset", "-c", processors, "java", *os.environ.get("GTO4J_JAVA_OPTS", "").split(), "-cp", classpath, "org.gto4j.bench.TrainingStepProcess"]
    return command + [args.model, str(args.length), str(args.passes), str(args.vocabulary), str(args.threads), precision] + case_file


def check(worker, reference, tolerance):
    for i, (ours, theirs) in enumerate(zip(reference.losses[:COMPARED_STEPS], worker.losses)):
        if abs(ours - theirs) > tolerance * abs(ours):
            sys.exit(f"{worker.name}: not the same step: loss {theirs} of step {i}, expected {ours}")


def ratio(above, below, draws=2000):
    """Geometric mean of the rounds' ratios of times with a 95% bootstrap interval over rounds."""
    logs = [math.log(a / b) for a, b in zip(above.seconds, below.seconds)]
    generator = random.Random(1)
    means = sorted(statistics.fmean(generator.choices(logs, k=len(logs))) for _ in range(draws))
    return [round(math.exp(x), 3) for x in (statistics.fmean(logs), means[int(0.025 * draws)], means[int(0.975 * draws) - 1])]


def main():
    args = arguments()
    tokens = args.length - 2  # response tokens that pass 0 predicts
    with tempfile.TemporaryDirectory() as folder:
        case_file = os.path.join(folder, "case")
        ours = [Worker(f"gto4j-{p}", java(args, p, [case_file] if i == 0 else [])) for i, p in enumerate(args.ours.split(","))]
        peers = []
        for name in filter(None, args.peers.split(",")):
            print(f"starting {name}", file=sys.stderr)
            script, *options = PEERS[name]
            peers.append(Worker(name, [sys.executable, script, case_file, "--threads", str(args.threads), *options]))
        workers = ours + peers
        for round_number in range(-1, args.rounds):  # the first allocates and compiles
            for worker in random.Random(round_number).sample(workers, len(workers)):
                answer = worker.step()
                if round_number >= 0:
                    worker.seconds.append(answer["seconds"])
                if answer["loss"] is not None:
                    worker.losses.append(answer["loss"])
                time.sleep(0.3)  # its threads stop waiting for more
            print(f"round {round_number + 1} of {args.rounds}", file=sys.stderr)
        for worker in workers:
            worker.close()
    for worker in workers:
        precision = worker.name.rsplit("-", 1)[-1]
        if worker.losses:
            check(worker, ours[0], TOLERANCE[precision])
    result = {"length": args.length, "passes": args.passes, "vocabulary": args.vocabulary, "threads": args.threads, "rounds": args.rounds,
              "model": os.path.basename(args.model), "ratio": "geometric mean, 95% interval", "steps": {}, "against": {}}
    for worker in workers:
        median = statistics.median(worker.seconds)
        result["steps"][worker.name] = {"seconds": round(median, 4), "tokens_per_second": round(tokens / median, 1), "losses": worker.losses[:COMPARED_STEPS],
                                        **{k: v for k, v in worker.facts.items() if k != "ready"}}
    for own in ours:
        result["against"][own.name] = {peer.name: ratio(peer, own) for peer in peers}
    text = re.sub(r"\[[^][]*\]", lambda numbers: re.sub(r"\s+", " ", numbers.group()), json.dumps(result, indent=2)) + "\n"
    if args.out:
        pathlib.Path(args.out).write_text(text)
    for name, facts in result["steps"].items():
        print(f"{name:20} {facts['seconds']:8.3f} s {facts['tokens_per_second']:9.1f} tokens/s", file=sys.stderr)
    for own, against in result["against"].items():
        for peer, (mean, low, high) in against.items():
            print(f"{own} against {peer}: {mean:.2f} [{low:.2f}, {high:.2f}] times as fast", file=sys.stderr)
    if not args.out:
        print(text, end="")


if __name__ == "__main__":
    main()
