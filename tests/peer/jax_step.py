"""The training step in JAX: one jitted function, buffers donated."""
import functools

import worker

args = worker.arguments()

import jax  # noqa: E402: after the set of processors is known
import jax.numpy as jnp  # noqa: E402

import case  # noqa: E402

header, tensors, features = case.load(args.case)
d, heads, kv_heads, head_dim, ff = (header[k] for k in ("hidden", "heads", "kv_heads", "head_dim", "feed_forward"))
rows = len(header["tokens"]) - 2
cos, sin = case.rotation(header, rows + header["passes"])
weights = {name: jnp.array(value) for name, value in case.parameters(tensors).items()}
batch = {"embedding": jnp.array(tensors["output"]), "tokens": jnp.array(header["tokens"]), "taps": jnp.array(features[:rows, :3 * d]),
         "hidden": jnp.array(features[1:rows + 1, 3 * d:]), "target_head": jnp.array(tensors["output"])}


def rounded_product(x, w):
    return jax.lax.dot_general(x.astype(jnp.bfloat16), w.astype(jnp.bfloat16), (((1,), (1,)), ((), ())), preferred_element_type=jnp.float32)


def rounded_backward(saved, g):
    x, w = saved
    return rounded_product(g, w.T), rounded_product(g.T, x.T)


if args.precision == "bf16":
    product = jax.custom_vjp(rounded_product)
    product.defvjp(lambda x, w: (rounded_product(x, w), (x, w)), rounded_backward)
else:
    def product(x, w):
        return x @ w.T


def rms(x, weight):
    return x * jax.lax.rsqrt(jnp.mean(x * x, axis=-1, keepdims=True) + header["epsilon"]) * weight


def rotate(x, first):
    c, s = cos[first:first + x.shape[0]], sin[first:first + x.shape[0]]
    even, odd = x[..., 0::2], x[..., 1::2]
    return jnp.stack([even * c - odd * s, even * s + odd * c], axis=-1).reshape(x.shape)


def attend(q, trunk, own):
    """q [n, heads, head_dim]; the trunk's rows up to each row's own, and each row's earlier passes, under one softmax."""
    n = q.shape[0]
    q = q.reshape(n, kv_heads, heads // kv_heads, head_dim) / head_dim**0.5
    keys, values = (x[:n] for x in trunk)
    scores = jnp.where(jnp.tril(jnp.ones((n, n), bool)), jnp.einsum("rkgd,tkd->kgrt", q, keys), -jnp.inf)
    if own:
        own_keys, own_values = (jnp.stack([pair[i][:n] for pair in own], 1) for i in (0, 1))
        scores = jnp.concatenate([scores, jnp.einsum("rkgd,rjkd->kgrj", q, own_keys)], -1)
    p = jax.nn.softmax(scores, axis=-1)
    out = jnp.einsum("kgrt,tkd->rkgd", p[..., :n], values)
    if own:
        out = out + jnp.einsum("kgrj,rjkd->rkgd", p[..., n:], own_values)
    return out.reshape(n, heads * head_dim)


def loss(w, batch):
    target = jax.nn.softmax(product(batch["hidden"], batch["target_head"]), axis=-1)
    hidden = product(batch["taps"], w["fc"])
    trunk, own, total = None, [], 0.0
    for j in range(header["passes"]):
        n = rows - j
        hidden = hidden[:n]
        e = batch["embedding"][batch["tokens"][1 + j:1 + j + n]]
        qkv = product(jnp.concatenate([rms(e, w["attn_norm"]), rms(hidden, w["attn_norm_2"])], -1), w["qkv"]).reshape(n, -1, head_dim)
        turned = rotate(qkv[:, :heads + kv_heads], j)
        q, k, v = turned[:, :heads], turned[:, heads:], qkv[:, heads + kv_heads:]
        if trunk is None:
            trunk = k, v
        else:
            own.append((k, v))
        u = hidden + product(attend(q, trunk, own), w["attn_output"])
        gate_up = product(rms(u, w["ffn_norm"]), w["gate_up"])
        hidden = u + product(jax.nn.silu(gate_up[:, :ff]) * gate_up[:, ff:], w["ffn_down"])
        logits = product(rms(hidden, w["output_norm"]), w["output"])
        terms = jax.nn.logsumexp(logits, axis=-1) - jnp.sum(target[j:j + n] * logits, axis=-1)
        total += header["decay"] ** j * jnp.sum(terms)
    return total / rows


@functools.partial(jax.jit, donate_argnums=(0, 1, 2))
def step(w, first, second, t, batch):
    value, g = jax.value_and_grad(loss)(w, batch)
    norm = jnp.sqrt(sum(jnp.sum(x * x) for x in jax.tree.leaves(g)))
    g = jax.tree.map(lambda x: x * jnp.minimum(1.0, header["clip"] / norm), g)
    first = jax.tree.map(lambda m, x: 0.9 * m + 0.1 * x, first, g)
    second = jax.tree.map(lambda v, x: 0.95 * v + 0.05 * x * x, second, g)
    w = jax.tree.map(lambda w, m, v: w - header["learning_rate"] * m / (1 - 0.9**t) / (jnp.sqrt(v / (1 - 0.95**t)) + 1e-8), w, first, second)
    return value, w, first, second


state = (weights, jax.tree.map(jnp.zeros_like, weights), jax.tree.map(jnp.zeros_like, weights))
compiled = step.lower(*state, 1.0, batch).compile()
steps = 0


def run():
    global state, steps
    steps += 1
    value, *state = compiled(*state, jnp.float32(steps), batch)
    jax.block_until_ready(state)
    return float(value)


worker.serve(run, version=jax.__version__)
