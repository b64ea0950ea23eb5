"""A process that makes one step for each line that comes in and answers with its seconds and loss."""
import argparse
import json
import os
import sys
import time


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("case")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--precision", choices=("f32", "bf16"), default="f32")
    parser.add_argument("--compile", action="store_true", help="torch.compile")
    args = parser.parse_args()
    # Thread pools are as large as the set of processors that a process may use.
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:args.threads])
    return args


def serve(step, **facts):
    """step() -> loss, or None where there is none; it returns when all is computed."""
    print(json.dumps({"ready": True, **facts}), flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        loss = step()
        print(json.dumps({"seconds": time.perf_counter() - start, "loss": loss}), flush=True)
