"""Published EAGLE-3 drafts here and in torch: the same checkpoint, the same inputs, the same logits.

For each layout a checkpoint is made with random weights: speculators' by the package itself, the others from transformers' own Llama modules under the names that
those projects give them. Each is imported (gto4j import), and the logits of 200 positions are compared with torch's. Then the draft is exported for speculators
(gto4j export), which loads the folder, and for SGLang where its net has the draft's parts; what comes back from either is compared bit by bit.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install -q torch "transformers>=5" speculators gguf
    /tmp/peers/bin/python tests/peer/checkpoints.py
"""
import argparse
import ctypes
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

import gguf
import numpy as np
import torch
from safetensors.torch import save_file
from transformers import LlamaConfig
from transformers.models.llama.modeling_llama import (
    LlamaAttention, LlamaForCausalLM, LlamaMLP, LlamaRMSNorm, LlamaRotaryEmbedding)
from speculators.models.eagle3 import Eagle3DraftModel, Eagle3SpeculatorConfig
from speculators.config import SpeculatorsConfig, VerifierConfig
from speculators.proposals.greedy import GreedyTokenProposalConfig

ROOT = pathlib.Path(__file__).resolve().parents[2]
VOCABULARY, TARGET_WIDTH, POSITIONS, BOUND = 320, 32, 200, 1e-3
DRAFT_IDS = [3 * i + 2 for i in range(90)]


class DecoderLayer(torch.nn.Module):
    """EAGLE-3's one layer: attention over [embedding, features], each normed."""

    def __init__(self, config):
        super().__init__()
        self.self_attn = LlamaAttention(config, layer_idx=0)
        for name in ("q_proj", "k_proj", "v_proj"):
            old = getattr(self.self_attn, name)
            setattr(self.self_attn, name, torch.nn.Linear(2 * config.hidden_size, old.out_features, bias=False))
        self.mlp = LlamaMLP(config)
        self.hidden_norm, self.input_layernorm, self.post_attention_layernorm = (
            LlamaRMSNorm(config.hidden_size, eps=config.rms_norm_eps) for _ in range(3))

    def forward(self, embeddings, hidden, mask, angles):
        residual = hidden
        both = torch.cat((self.input_layernorm(embeddings), self.hidden_norm(hidden)), dim=-1)
        hidden = residual + self.self_attn(hidden_states=both, attention_mask=mask, position_embeddings=angles)[0]
        return hidden + self.mlp(self.post_attention_layernorm(hidden))


class Draft(torch.nn.Module):
    """The net of EAGLE, SpecForge and AngelSlim, whose modules have these names."""

    def __init__(self, config, target_width, own_embedding):
        super().__init__()
        self.config = config
        self.fc = torch.nn.Linear(3 * target_width, config.hidden_size, bias=False)
        self.midlayer = DecoderLayer(config)
        self.norm = LlamaRMSNorm(config.hidden_size, eps=config.rms_norm_eps)
        self.lm_head = torch.nn.Linear(config.hidden_size, len(DRAFT_IDS), bias=False)
        if own_embedding:
            self.embed_tokens = torch.nn.Embedding(VOCABULARY, config.hidden_size)
        t2d = torch.zeros(VOCABULARY, dtype=torch.bool)
        t2d[DRAFT_IDS] = True
        self.register_buffer("d2t", torch.tensor(DRAFT_IDS) - torch.arange(len(DRAFT_IDS)))
        self.register_buffer("t2d", t2d)
        draw_weights(self)

    def logits(self, features, tokens, target_embedding):
        embeddings = self.embed_tokens(tokens) if hasattr(self, "embed_tokens") else target_embedding[tokens]
        n = tokens.shape[0]
        hidden = self.fc(features)[None]
        angles = LlamaRotaryEmbedding(self.config)(hidden, torch.arange(n)[None])
        mask = torch.full((n, n), float("-inf")).triu(1)[None, None]
        return self.lm_head(self.norm(self.midlayer(embeddings[None], hidden, mask, angles)))[0]


def draw_weights(module):
    """Large enough that everything shows at this size; norms around 1; exact in BF16."""
    for name, p in module.named_parameters():
        with torch.no_grad():
            p.copy_((1 + 0.2 * torch.randn_like(p) if "norm" in name else 0.2 * torch.randn_like(p)).bfloat16().float())


def llama_config(**changes):
    sizes = dict(hidden_size=32, intermediate_size=56, num_attention_heads=4, num_key_value_heads=2, head_dim=10, num_hidden_layers=1, vocab_size=VOCABULARY,
                 max_position_embeddings=512, rms_norm_eps=1e-5, rope_parameters={"rope_theta": 5000.0, "rope_type": "default"}, attn_implementation="eager")
    return LlamaConfig(**{**sizes, **changes})


def plain_json(config, architecture, **more):
    """config.json as those projects write it: theta and scaling apart, as before transformers 5."""
    rope = dict(config.rope_parameters)
    theta = rope.pop("rope_theta")
    fields = ("hidden_size", "intermediate_size", "num_attention_heads", "num_key_value_heads", "head_dim", "num_hidden_layers", "vocab_size",
              "max_position_embeddings", "rms_norm_eps", "hidden_act", "attention_bias")
    return {"architectures": [architecture], "model_type": "llama", "draft_vocab_size": len(DRAFT_IDS), "tie_word_embeddings": False, "rope_theta": theta,
            "rope_scaling": None if rope["rope_type"] == "default" else rope, **{f: getattr(config, f) for f in fields}, **more}


def eagle(folder, wide):
    config = llama_config(hidden_size=48, num_attention_heads=3, num_key_value_heads=3, head_dim=16) if wide else llama_config()
    draft = Draft(config, TARGET_WIDTH, own_embedding=wide)
    torch.save(draft.state_dict(), folder / "pytorch_model.bin")
    more = {"target_hidden_size": TARGET_WIDTH} if wide else {}
    (folder / "config.json").write_text(json.dumps(plain_json(config, "LlamaForCausalLM", **more)))
    return draft


def specforge(folder):
    """Two files and an index; an embedding of its own."""
    config = llama_config(rope_parameters={"rope_theta": 5000.0, "rope_type": "linear", "factor": 4.0})
    draft = Draft(config, TARGET_WIDTH, own_embedding=True)
    names = sorted(draft.state_dict())
    shards = {f"model-0000{i + 1}-of-00002.safetensors": names[i::2] for i in range(2)}
    for file, part in shards.items():
        save_file({name: draft.state_dict()[name].contiguous() for name in part}, folder / file, metadata={"format": "pt"})
    index = {"metadata": {}, "weight_map": {name: file for file, part in shards.items() for name in part}}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index))
    (folder / "config.json").write_text(json.dumps(plain_json(config, "LlamaForCausalLMEagle3")))
    return draft


def angelslim(folder):
    """BF16 as it trains."""
    config = llama_config()
    draft = Draft(config, TARGET_WIDTH, own_embedding=True)
    save_file({name: t.bfloat16() if t.is_floating_point() else t for name, t in draft.state_dict().items()}, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "config.json").write_text(json.dumps(plain_json(config, "Eagle3LlamaForCausalLM", torch_dtype="bfloat16")))
    return draft


def speculators(folder, target_embedding, draft_ids, **net):
    layer = net.pop("layer")
    config = Eagle3SpeculatorConfig(
        transformer_layer_config=layer, draft_vocab_size=len(draft_ids), eagle_aux_hidden_state_layer_ids=[1, 3, 5],
        speculators_config=SpeculatorsConfig(algorithm="eagle3", proposal_methods=[GreedyTokenProposalConfig(speculative_tokens=3)], default_proposal_method="greedy",
                                             verifier=VerifierConfig(name_or_path=None, architectures=["LlamaForCausalLM"])), **net)
    model = Eagle3DraftModel(config=config)
    draw_weights(model)
    if len(draft_ids) < VOCABULARY:
        t2d = torch.zeros(VOCABULARY, dtype=torch.bool)
        t2d[draft_ids] = True
        model.load_vocab_mappings(t2d, torch.tensor(draft_ids) - torch.arange(len(draft_ids)))
    model.embed_tokens.weight.data.copy_(target_embedding)
    model.save_pretrained(folder)
    return model


def speculators_logits(model, features, tokens):
    found = []
    hook = model.lm_head.register_forward_hook(lambda _m, _i, out: found.append(out.detach()))
    with torch.no_grad():
        model(features[None], tokens[None], torch.zeros_like(tokens)[None], ttt_steps=1)
    hook.remove()
    return found[0][0]


class Library:
    """libgto4j by its C API."""

    def __init__(self, prefix, target):
        self.c = ctypes.CDLL(str(prefix / "lib" / "libgto4j.so"))
        self.c.gto_last_error.restype = ctypes.c_char_p
        self.device, self.target = ctypes.c_void_p(), ctypes.c_void_p()
        self.check(self.c.gto_device_open(None, 1, ctypes.byref(self.device)))
        self.check(self.c.gto_target_open(self.device, str(target).encode(), ctypes.byref(self.target)))

    def check(self, status):
        if status != 0:
            sys.exit(self.c.gto_last_error().decode())

    def logits(self, draft_file, features, tokens, n_draft):
        draft, rows, session = ctypes.c_void_p(), ctypes.c_void_p(), ctypes.c_void_p()
        n = len(tokens)
        self.check(self.c.gto_draft_load(self.target, str(draft_file).encode(), ctypes.byref(draft)))
        self.check(self.c.gto_features_create(3, TARGET_WIDTH, False, 0, ctypes.byref(rows)))
        values = np.ascontiguousarray(features.numpy(), dtype=np.float32)
        next_tokens = np.ascontiguousarray(tokens.numpy(), dtype=np.int32)
        self.check(self.c.gto_features_append(rows, n, values.ctypes.data_as(ctypes.c_void_p)))
        self.check(self.c.gto_draft_session_open(draft, n, 1, 0, ctypes.byref(session)))
        self.check(self.c.gto_draft_session_extend(session, rows, 0, n, next_tokens.ctypes.data_as(ctypes.c_void_p), 0))
        out = np.zeros((n, n_draft), dtype=np.float32)
        for row in range(n):
            self.check(self.c.gto_draft_session_logits(session, row, out[row].ctypes.data_as(ctypes.c_void_p)))
        self.c.gto_draft_session_free(session)
        self.c.gto_features_free(rows)
        self.c.gto_draft_free(draft)
        return torch.from_numpy(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prefix", type=pathlib.Path, default=ROOT / "presets/target/linux-x86_64/prefix", help="of a build: lib and bin")
    parser.add_argument("--gto4j", default=str(ROOT / "gto4j"), help="the command line")
    parser.add_argument("--json", type=pathlib.Path, help="where the figures go")
    options = parser.parse_args()
    torch.manual_seed(1)
    home = pathlib.Path(tempfile.mkdtemp(prefix="gto4j-checkpoints-"))
    target = home / "target.gguf"
    subprocess.run([options.prefix / "bin/tiny_target", "--out", target, "--vocab", str(VOCABULARY)], check=True)
    table = next(t for t in gguf.GGUFReader(target).tensors if t.name == "token_embd.weight")
    embedding = torch.from_numpy(np.array(table.data, dtype=np.float32).reshape(VOCABULARY, TARGET_WIDTH))
    verifier = home / "verifier"  # what speculators takes the target's embedding from
    model = LlamaForCausalLM(LlamaConfig(hidden_size=TARGET_WIDTH, intermediate_size=64, num_attention_heads=4, num_hidden_layers=6, vocab_size=VOCABULARY))
    model.model.embed_tokens.weight.data.copy_(embedding)
    model.save_pretrained(verifier)
    library = Library(options.prefix, target)
    features, tokens = torch.randn(POSITIONS, 3 * TARGET_WIDTH), torch.randint(VOCABULARY, (POSITIONS,))

    def gto4j(*arguments):
        done = subprocess.run([*shlex.split(options.gto4j), *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(done.stderr)

    llama3 = {"rope_theta": 5000.0, "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 64}
    yarn = {"rope_theta": 5000.0, "rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 64}
    everything = list(range(VOCABULARY))
    layouts = {
        "EAGLE, pytorch_model.bin": lambda f: eagle(f, wide=False),
        "EAGLE, wider, own embedding": lambda f: eagle(f, wide=True),
        "SpecForge (SGLang), shards, linear": specforge,
        "AngelSlim, BF16": angelslim,
        "speculators": lambda f: speculators(f, embedding, DRAFT_IDS, layer=llama_config()),
        "speculators, norm before residual, llama3": lambda f: speculators(
            f, embedding, DRAFT_IDS, layer=llama_config(rope_parameters=llama3), norm_before_residual=True),
        "speculators, norm before fc, biases, yarn, whole vocabulary": lambda f: speculators(
            f, embedding, everything, layer=llama_config(rope_parameters=yarn, attention_bias=True), norm_before_fc=True),
    }
    figures, failed = [], False
    for number, (name, make) in enumerate(layouts.items()):
        folder = home / f"checkpoint-{number}"
        folder.mkdir()
        model = make(folder)
        is_speculators = isinstance(model, Eagle3DraftModel)
        with torch.no_grad():
            expected = speculators_logits(model, features, tokens) if is_speculators else model.logits(features, tokens, embedding)
        draft = home / f"draft-{number}.gguf"
        gto4j("import", folder, "-m", target, "--out", draft, "--type", "F32", "--taps", "1,3,5")
        ours = library.logits(draft, features, tokens, expected.shape[1])
        imported = (ours - expected).abs().max().item()
        line = {"layout": name, "largest_logit": expected.abs().max().item(), "imported": imported}
        plain = not (is_speculators and (model.config.norm_before_residual or model.config.norm_before_fc))
        for form in ("speculators", "sglang") if plain else ("speculators",):
            out, again = home / f"{form}-{number}", home / f"again-{form}-{number}.gguf"
            more = ("--verifier", verifier) if form == "speculators" else ()
            gto4j("export", "-m", target, "-d", draft, "--format", form, "--type", "F32", "--out", out, *more)
            gto4j("import", out, "-m", target, "--out", again, "--type", "F32")
            line[f"same_bits_by_{form}"] = draft.read_bytes() == again.read_bytes()
            failed |= not line[f"same_bits_by_{form}"]
        if model.fc.weight.shape[0] == TARGET_WIDTH:  # speculators knows no other width
            loaded = Eagle3DraftModel.from_pretrained(home / f"speculators-{number}", attn_implementation="eager").float()
            line["exported"] = (speculators_logits(loaded, features, tokens) - ours).abs().max().item()
        failed |= not all(line.get(key, 0) < BOUND for key in ("imported", "exported"))
        print(json.dumps(line), flush=True)
        figures.append(line)
    if options.json:
        options.json.write_text(json.dumps({"positions": POSITIONS, "bound": BOUND, "torch": torch.__version__, "layouts": figures}, indent=1) + "\n")
    print("FAILED" if failed else "all agree")
    sys.exit(failed)


if __name__ == "__main__":
    main()
