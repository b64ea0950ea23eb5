"""All matrix products of the training step by OpenBLAS sgemm (numpy's) and nothing else: a bound."""
import os

for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):  # let it choose its kernels
    os.environ.pop(name, None)

import worker  # noqa: E402

args = worker.arguments()
os.environ["OPENBLAS_NUM_THREADS"] = str(args.threads)

import numpy as np  # noqa: E402
import threadpoolctl  # noqa: E402

import case  # noqa: E402

CHUNK = 512  # rows of logits at once


def products(header):
    """(rows, inner, columns) of every product x [rows, inner] @ w [columns, inner].T, and so for gradients."""
    d, ff, vocabulary, passes = (header[k] for k in ("hidden", "feed_forward", "vocabulary", "passes"))
    q_cols = header["heads"] * header["head_dim"]
    qkv_cols = q_cols + 2 * header["kv_heads"] * header["head_dim"]
    trunk, roots = len(header["tokens"]) - 1, len(header["tokens"]) - 2
    outputs = [roots - j for j in range(passes)]
    pool = [trunk] + outputs[1:]
    chunks = [min(CHUNK, n - first) for n in outputs for first in range(0, n, CHUNK)]
    layer = [(q_cols, d), (d, 2 * ff), (ff, d)]
    forward = [(trunk, 3 * d, d), (roots, d, vocabulary)]
    forward += [(n, 2 * d, qkv_cols) for n in pool] + [(n, i, o) for n in outputs for i, o in layer] + [(n, d, vocabulary) for n in chunks]
    inputs = [(n, qkv_cols, 2 * d) for n in pool] + [(n, o, i) for n in outputs for i, o in layer] + [(n, vocabulary, d) for n in chunks]
    weights = [(qkv_cols, sum(pool), 2 * d), (d, trunk, 3 * d)] + [(o, sum(outputs), i) for i, o in layer] + [(vocabulary, n, d) for n in chunks]
    return {"forward": forward, "d-input": inputs, "d-weight": weights}


header, _, _ = case.load(args.case)
random = np.random.default_rng(1)
parts = products(header)


def operands(part, rows, inner, columns):
    left = random.standard_normal((inner, rows) if part == "d-weight" else (rows, inner), dtype=np.float32)
    right = random.standard_normal((columns, inner) if part == "forward" else (inner, columns), dtype=np.float32)
    return left.T if part == "d-weight" else left, right.T if part == "forward" else right, np.empty((rows, columns), np.float32)


# As in training no operand is in the caches from the product before; the same memory serves all products of a shape.
memory = {(part, shape): operands(part, *shape) for part in parts for shape in set(parts[part])}


def run():
    for part, shapes in parts.items():
        for shape in shapes:
            left, right, out = memory[part, shape]
            np.matmul(left, right, out=out)


flops = sum(2 * a * b * c for shapes in parts.values() for a, b, c in shapes)
blas = [pool for pool in threadpoolctl.threadpool_info() if pool["internal_api"] == "openblas"]
worker.serve(run, version=np.__version__, flops=flops, kernels=blas[0]["architecture"], threads=blas[0]["num_threads"])
