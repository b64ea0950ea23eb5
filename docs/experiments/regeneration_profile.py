#!/usr/bin/env python3
"""Where `gto4j regenerate` spends its processor time, by the samples of Linux's perf.

    perf record -F 299 -o perf.data ./gto4j regenerate -m MODEL --prompts prompts.jsonl --out corpus -n 160 --threads 2
    python3 docs/experiments/regeneration_profile.py perf.data

Prints a line of JSON for each part: its share of all samples, the start included.
"""
import json
import re
import subprocess
import sys

PARTS = {  # the first that fits counts
    "waiting for the other thread": r"clock_gettime|tls_get_addr|patient|barrier",
    "matrix products": r"multiply|quantize|product_op|round_rows|pack<",
    "attention over cells": r"attention_work|gto::\(anonymous namespace\)::attend|attention_op|set_input_kq_mask|find_slot",
    "draws and argmax": r"softmax_draw|gto::.*draw|argmax|sampler|largest",
    "other parts of the graph": r"norm|rope|sincos|silu|swiglu|add_row|ggml_|gto::|llama_|dup|copy|memcpy|memmove|expf",
    "start: memory is cleared": r"clear_page|memset",
}


def part(symbol, where):
    if re.search(r"perf-\d+\.map|\[JIT\]|libjvm|libjava|libnio|interpreter|Interpreter", where):
        return "Java"
    for name, pattern in PARTS.items():
        if re.search(pattern, symbol):
            return name
    return "kernel and the rest"


def main(data):
    report = subprocess.run(["perf", "report", "-i", data, "--stdio", "--no-children", "-g", "none", "-F", "overhead,dso,sym", "-t", "|"],
                            capture_output=True, text=True, check=True).stdout
    shares, unnamed = {}, []
    for line in report.splitlines():
        fields = [field.strip() for field in line.split("|")]
        if line.startswith("#") or len(fields) < 3 or not fields[0].endswith("%"):
            continue
        share, where, symbol = float(fields[0].rstrip("%")), *fields[1:3]
        name = part(symbol, where)
        shares[name] = shares.get(name, 0) + share
        if name == "kernel and the rest":
            unnamed.append((share, where, symbol))
    for name, share in sorted(shares.items(), key=lambda pair: -pair[1]):
        print(json.dumps({"part": name, "share": round(share / 100, 4)}))
    for share, where, symbol in sorted(unnamed, reverse=True)[:8]:
        print(f"not told apart: {share}% {where} {symbol}", file=sys.stderr)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
