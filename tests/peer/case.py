"""The case that gto4j's process writes: shapes, weights and one micro-batch."""
import json

import numpy as np


def load(path):
    """(header, tensors by name, features [length, 4 * hidden])."""
    with open(path, "rb") as file:
        header = json.loads(file.readline())
        values = np.frombuffer(file.read(), dtype="<f4")
    d, qd, kvd, ff = header["hidden"], header["heads"] * header["head_dim"], header["kv_heads"] * header["head_dim"], header["feed_forward"]
    shapes = {"fc": (d, 3 * d), "attn_q": (qd, 2 * d), "attn_k": (kvd, 2 * d), "attn_v": (kvd, 2 * d), "attn_output": (d, qd),
              "ffn_gate": (ff, d), "ffn_up": (ff, d), "ffn_down": (d, ff), "output": (header["vocabulary"], d)}
    tensors, at = {}, 0
    for full_name in header["tensors"]:
        name = full_name.removesuffix(".weight").removeprefix("blk.0.")
        shape = shapes.get(name, (d,))
        size = int(np.prod(shape))
        tensors[name] = values[at:at + size].reshape(shape)
        at += size
    return header, tensors, values[at:].reshape(-1, 4 * d)


def parameters(tensors):
    """The trained weights; products of the same rows are one product."""
    fused = {name: tensors[name] for name in tensors if name not in ("attn_q", "attn_k", "attn_v", "ffn_gate", "ffn_up")}
    fused["qkv"] = np.concatenate([tensors[name] for name in ("attn_q", "attn_k", "attn_v")])
    fused["gate_up"] = np.concatenate([tensors["ffn_gate"], tensors["ffn_up"]])
    return fused


def rotation(header, rows):
    """cos and sin [rows, 1, head_dim / 2] of RoPE."""
    half = header["head_dim"] // 2
    angles = np.arange(rows)[:, None] * header["rope_base"] ** (-np.arange(half) / half)
    return np.cos(angles).astype(np.float32)[:, None, :], np.sin(angles).astype(np.float32)[:, None, :]
