"""Tables of docs/training-cost.md."""
from pages.figures import SETS, figures, fixed, spread, table, tau, thousands
from pages.gto import arms, gain


@table("peers")
def peers():
    found = figures("peers-smollm2-135m")["against"]
    titles = {"jax-f32": "JAX F32", "jax-bf16": "JAX BF16", "torch-f32": "PyTorch F32", "torch-bf16": "PyTorch BF16", "torch-compiled-f32": "PyTorch compiled F32",
              "torch-compiled-bf16": "PyTorch compiled BF16", "openblas": "OpenBLAS, products alone"}
    yield ["gto4j's step", *titles.values()]
    for title, key in {"by default (BF16 operands here)": "gto4j-auto", "F32": "gto4j-f32"}.items():
        yield [title, *(spread(found[key][peer][0], found[key][peer][1:]) for peer in titles)]


@table("recipe")
def recipe():
    name = "recipe-smollm2-135m"
    yield ["recipe", "steps", "response tokens", "CPU s", "chain of 7", "tree 60/7/10", "tree's tau per CPU hour"]
    for title, key in {"prototype's": "prototype", "ours, 3 epochs": "ours-3"}.items():
        arm = figures(name)["arms"][key]
        yield [title, str(arm["steps"]), thousands(arm["response_tokens"]), fixed(arm["cpu_seconds"], 0), tau(arm["tau"]["chain 7"]), tau(arm["tau"]["tree 60/7/10"]),
               fixed(figures(name)["tau_per_cpu_hour"][key], 0)]


@table("recipe-arms")
def recipe_arms():
    parts, start, vocabulary = ("recipe-arms-" + part for part in ("smollm2-135m", "init-smollm2-135m", "vocabulary-smollm2-135m"))
    yield ["arm", "steps", *("tree 60/7/10: " * (dataset == "mt_bench") + title for dataset, title in SETS.items()), "against the default, paired"]
    for name, arm, title in ((parts, "default", "default (vocabulary 8,192; 2 passes, then 7; rows leave)"), (parts, "vocabulary-16384", "vocabulary 16,384"),
                             (parts, "seven-passes-always", "seven passes always"), (parts, "no-row-leaves", "no row leaves"),
                             (start, "random-init", "random weights to start from"), (vocabulary, "vocabulary-4096", "vocabulary 4,096")):
        yield [title, str(arms(name)[arm]["steps"]), *(fixed(arms(name, dataset + "-t0, greedy")[arm]["tau_tree"]["value"]) for dataset in SETS), gain(name, arm)]
