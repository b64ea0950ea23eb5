#!/usr/bin/env python3
"""How fast stock llama-server writes answers, many at once: what `gto4j regenerate` is compared with.

    python3 docs/experiments/stock_regeneration.py LLAMA_SERVER MODEL prompts.jsonl -n 160 --limit 96 --slots 32 --threads 2

Prints the response tokens a second, from the first request to the last answer, and how many prompt tokens came with
them. Greedy, each prompt as one message of the user.
"""
import argparse
import concurrent.futures
import json
import socket
import subprocess
import time
import urllib.error
import urllib.request


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server")
    parser.add_argument("model")
    parser.add_argument("prompts")
    parser.add_argument("-n", type=int, default=160, help="tokens of an answer at most")
    parser.add_argument("--limit", type=int, default=96, help="prompts")
    parser.add_argument("--slots", type=int, default=32, help="texts written at once")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--context", type=int, default=1184, help="tokens a slot")
    return parser.parse_args()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_until_ready(address, server):
    while server.poll() is None:
        try:
            with urllib.request.urlopen(address + "/health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("llama-server ended before it was ready")


def answer(address, prompt, most):
    body = {"messages": [{"role": "user", "content": prompt}], "max_tokens": most, "temperature": 0, "cache_prompt": False}
    request = urllib.request.Request(address + "/v1/chat/completions", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=600) as reply:
        usage = json.load(reply)["usage"]
    return usage["completion_tokens"], usage["prompt_tokens"]


def main():
    wanted = options()
    with open(wanted.prompts) as lines:
        prompts = [json.loads(line)["prompt"] for line in lines][: wanted.limit]
    port = free_port()
    command = [wanted.server, "-m", wanted.model, "--port", str(port), "-np", str(wanted.slots), "-c", str(wanted.slots * wanted.context),
               "-t", str(wanted.threads), "-tb", str(wanted.threads), "-fa", "on", "--no-webui"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(address, server)
        begin = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(wanted.slots) as pool:
            done = list(pool.map(lambda prompt: answer(address, prompt, wanted.n), prompts))
        seconds = time.monotonic() - begin
    finally:
        server.terminate()
        server.wait()
    response, prompt = (sum(counts) for counts in zip(*done))
    print(f"{response} response tokens and {prompt} prompt tokens in {seconds:.1f} s: {response / seconds:.0f} response tokens/s")


main()
