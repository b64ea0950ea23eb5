"""The training step in PyTorch: autograd, fused AdamW; optionally torch.compile, and autocast for BF16."""
import worker

args = worker.arguments()

import torch  # noqa: E402: after the set of processors is known
from torch.nn import functional as F  # noqa: E402

import case  # noqa: E402

torch.set_num_threads(args.threads)
header, tensors, features = case.load(args.case)
d, heads, kv_heads, head_dim, ff = (header[k] for k in ("hidden", "heads", "kv_heads", "head_dim", "feed_forward"))
rows = len(header["tokens"]) - 2
cos, sin = (torch.tensor(x) for x in case.rotation(header, rows + header["passes"]))
w = {name: torch.nn.Parameter(torch.tensor(value)) for name, value in case.parameters(tensors).items()}
embedding = target_head = torch.tensor(tensors["output"])
tokens, taps, target_hidden = torch.tensor(header["tokens"]), torch.tensor(features[:rows, :3 * d]), torch.tensor(features[1:rows + 1, 3 * d:])
optimizer = torch.optim.AdamW(w.values(), lr=header["learning_rate"], betas=(0.9, 0.95), eps=1e-8, weight_decay=0, fused=True)


def rms(x, weight):
    return F.rms_norm(x, (d,), weight, header["epsilon"])


def rotate(x, first):
    c, s = cos[first:first + x.shape[0]], sin[first:first + x.shape[0]]
    even, odd = x[..., 0::2], x[..., 1::2]
    return torch.stack([even * c - odd * s, even * s + odd * c], dim=-1).flatten(-2)


def attend(q, trunk, own, causal):
    n = q.shape[0]
    q = q.reshape(n, kv_heads, heads // kv_heads, head_dim) / head_dim**0.5
    keys, values = (x[:n] for x in trunk)
    scores = torch.einsum("rkgd,tkd->kgrt", q, keys) + causal[:n, :n]
    if own:
        own_keys, own_values = (torch.stack([pair[i][:n] for pair in own], 1) for i in (0, 1))
        scores = torch.cat([scores, torch.einsum("rkgd,rjkd->kgrj", q, own_keys)], -1)
    p = torch.softmax(scores, dim=-1)
    out = torch.einsum("kgrt,tkd->rkgd", p[..., :n].to(values.dtype), values)
    if own:
        out = out + torch.einsum("kgrj,rjkd->rkgd", p[..., n:].to(values.dtype), own_values)
    return out.reshape(n, heads * head_dim)


causal_mask = torch.full((rows, rows), float("-inf")).triu(1)


def loss():
    with torch.no_grad():
        target = torch.softmax(F.linear(target_hidden, target_head).float(), dim=-1)
    hidden = F.linear(taps, w["fc"]).float()
    trunk, own, total = None, [], 0.0
    for j in range(header["passes"]):
        n = rows - j
        hidden = hidden[:n]
        e = embedding[tokens[1 + j:1 + j + n]]
        qkv = F.linear(torch.cat([rms(e, w["attn_norm"]), rms(hidden, w["attn_norm_2"])], -1), w["qkv"]).view(n, -1, head_dim)
        turned = rotate(qkv[:, :heads + kv_heads], j)
        q, k, v = turned[:, :heads], turned[:, heads:], qkv[:, heads + kv_heads:]
        if trunk is None:
            trunk = k, v
        else:
            own.append((k, v))
        u = hidden + F.linear(attend(q, trunk, own, causal_mask), w["attn_output"])
        gate_up = F.linear(rms(u, w["ffn_norm"]), w["gate_up"])
        hidden = u + F.linear(F.silu(gate_up[:, :ff]) * gate_up[:, ff:], w["ffn_down"])
        logits = F.linear(rms(hidden, w["output_norm"]), w["output"]).float()
        terms = torch.logsumexp(logits, -1) - (target[j:j + n] * logits).sum(-1)
        total = total + header["decay"] ** j * terms.sum()
    return total / rows


forward = torch.compile(loss) if args.compile else loss


def run():
    with torch.autocast("cpu", torch.bfloat16, enabled=args.precision == "bf16"):
        value = forward()
    value.backward()
    torch.nn.utils.clip_grad_norm_(w.values(), header["clip"])
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)
    return value.item()


worker.serve(run, version=torch.__version__)
