"""Gradients of the golden training case by JAX autograd, written independently of the C++ engine.

Regenerates eagle3_ttt.txt:  golden_inputs | python3 autograd.py > eagle3_ttt.txt   (needs jax; computes in float64)

For each token loss of gto4j/loss.h a line "loss NUMBER", a line with the objective, and a line a tensor: name, number of entries, norm of its
gradient, then pairs "index value" of sampled entries.
"""
import sys

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)

case = {}
for line in sys.stdin:
    name, count, *values = line.split()
    case[name] = np.array(values, dtype=np.float64)
    assert len(values) == int(count), name

d, heads, kv_heads, head_dim, ff, n_vocab, draft_vocab, base, eps, steps, eta = case["shape"]
d, heads, kv_heads, head_dim, ff, n_vocab, draft_vocab, steps = map(int, (d, heads, kv_heads, head_dim, ff, n_vocab, draft_vocab, steps))
shapes = {
    "fc.weight": (d, 3 * d),
    "blk.0.attn_norm.weight": (d,),
    "blk.0.attn_norm_2.weight": (d,),
    "blk.0.attn_q.weight": (heads * head_dim, 2 * d),
    "blk.0.attn_k.weight": (kv_heads * head_dim, 2 * d),
    "blk.0.attn_v.weight": (kv_heads * head_dim, 2 * d),
    "blk.0.attn_output.weight": (d, heads * head_dim),
    "blk.0.ffn_norm.weight": (d,),
    "blk.0.ffn_gate.weight": (ff, d),
    "blk.0.ffn_up.weight": (ff, d),
    "blk.0.ffn_down.weight": (d, ff),
    "output_norm.weight": (d,),
    "output.weight": (draft_vocab, d),
}
weights = {name: jnp.array(case[name].reshape(shape)) for name, shape in shapes.items()}
vocabulary = case["vocabulary"].astype(int)
to_draft = {token: i for i, token in enumerate(vocabulary)}
embedding = case["embedding"].reshape(n_vocab, d)
target_head = case["target_head"].reshape(draft_vocab, d)
lengths = case["lengths"].astype(int)
features = case["features"].reshape(-1, 4 * d)


def rms(x, weight):
    return x / jnp.sqrt(jnp.mean(x * x, axis=-1, keepdims=True) + eps) * weight


def rotate(x, positions):
    """x [rows, heads, head_dim]: pairs (2i, 2i+1) turned by position * base^(-2i / head_dim)."""
    angles = positions[:, None, None] * base ** (-2.0 * jnp.arange(head_dim // 2) / head_dim)
    even, odd = x[..., 0::2], x[..., 1::2]
    turned = jnp.stack([even * jnp.cos(angles) - odd * jnp.sin(angles), even * jnp.sin(angles) + odd * jnp.cos(angles)], axis=-1)
    return turned.reshape(x.shape)


def sequence_log_probs(w, tokens, taps):
    """log M over the draft vocabulary, [steps][rows][draft_vocab]; row t of pass j predicts token t + 2 + j."""
    rows = len(tokens) - 1
    hidden = taps[:rows] @ w["fc.weight"].T
    trunk_keys = trunk_values = None
    own = []  # keys and values of passes 1.. of every row
    out = []
    for j in range(steps):
        index = np.minimum(np.arange(rows) + 1 + j, len(tokens) - 1)  # rows beyond the end are masked by the caller
        x = jnp.concatenate([rms(embedding[tokens[index]], w["blk.0.attn_norm.weight"]), rms(hidden, w["blk.0.attn_norm_2.weight"])], axis=-1)
        positions = jnp.arange(rows) + j
        q = rotate((x @ w["blk.0.attn_q.weight"].T).reshape(rows, heads, head_dim), positions)
        k = rotate((x @ w["blk.0.attn_k.weight"].T).reshape(rows, kv_heads, head_dim), positions)
        v = (x @ w["blk.0.attn_v.weight"].T).reshape(rows, kv_heads, head_dim)
        k, v = (jnp.repeat(y, heads // kv_heads, axis=1) for y in (k, v))
        if j == 0:
            trunk_keys, trunk_values = k, v
        else:
            own.append((k, v))
        scores = jnp.einsum("rhd,thd->rht", q, trunk_keys)
        scores = jnp.where(np.tril(np.ones((rows, rows), bool))[:, None, :], scores, -jnp.inf)
        if own:
            scores = jnp.concatenate([scores, jnp.stack([jnp.sum(q * key, -1) for key, _ in own], -1)], -1)
        p = jax.nn.softmax(scores / np.sqrt(head_dim), axis=-1)
        attended = jnp.einsum("rht,thd->rhd", p[..., :rows], trunk_values)
        for i, (_, value) in enumerate(own):
            attended = attended + p[..., rows + i, None] * value
        u = hidden + attended.reshape(rows, -1) @ w["blk.0.attn_output.weight"].T
        n = rms(u, w["blk.0.ffn_norm.weight"])
        hidden = u + (jax.nn.silu(n @ w["blk.0.ffn_gate.weight"].T) * (n @ w["blk.0.ffn_up.weight"].T)) @ w["blk.0.ffn_down.weight"].T
        out.append(jax.nn.log_softmax(rms(hidden, w["output_norm.weight"]) @ w["output.weight"].T, axis=-1))
    return out


def token_loss(kind, log_q, p):
    """The losses in the order of their numbers in gto4j/loss.h."""
    overlap = jnp.sum(jnp.minimum(p, jnp.exp(log_q)))
    divergence = jnp.sum(p * (jnp.log(p) - log_q))
    mix = jax.lax.stop_gradient(jnp.exp(-eta * overlap))
    return (-jnp.sum(p * log_q), divergence, 1 - overlap, -jnp.log(overlap), mix * divergence + (1 - mix) * (1 - overlap))[kind]


def objective(w, kind):
    token_terms, policy_terms, unmasked = 0.0, 0.0, 0
    offset = 0
    for length in lengths:
        part = slice(offset, offset + length)
        tokens, argmax, mask = (case[name].astype(int)[part] for name in ("tokens", "argmax", "mask"))
        rows = features[part]
        policy = case["policy"].reshape(-1, steps)[part]
        log_probs = sequence_log_probs(w, tokens, rows[:, : 3 * d])
        target = jax.nn.softmax(rows[:, 3 * d :] @ target_head.T, axis=-1)
        for t in range(length - 2):
            if not mask[t + 2]:
                continue
            for j in range(steps):
                if t + 2 + j >= length or not mask[t + 2 + j]:
                    break
                row = log_probs[j][t]
                if argmax[t + 1 + j] in to_draft:
                    token_terms += 0.8**j * token_loss(kind, row, target[t + 1 + j])
                    unmasked += j == 0
                if tokens[t + 2 + j] in to_draft:
                    policy_terms += policy[t][j] * row[to_draft[tokens[t + 2 + j]]]
        offset += length
    return token_terms / unmasked - policy_terms


for kind in range(5):
    value, gradient = jax.value_and_grad(objective)(weights, kind)
    print(f"loss {kind}")
    print(f"objective {float(value):.9g}")
    random = np.random.default_rng(1)
    for name in shapes:
        g = np.asarray(gradient[name]).ravel()
        sample = random.choice(g.size, size=min(g.size, 24), replace=False)
        print(name, g.size, f"{np.linalg.norm(g):.9g}", *(f"{i} {g[i]:.9g}" for i in sorted(sample)))
