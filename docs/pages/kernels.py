"""Tables of docs/KERNELS.md."""
import statistics

from pages.figures import figures, fixed, table, thousands


@table("kernels-avx512")
def kernels_avx512():
    kernels = figures("kernels-avx512")["kernels"]
    yield ["rows", *map(str, kernels[0]["rows"]), "one row, GB/s"]
    for kernel in kernels:
        yield [kernel["type"], *ours_and_ratio(kernel["seconds"], kernel["ggml_seconds"]), fixed(kernel["bytes"] / kernel["seconds"][0] / 1e9, 0)]


@table("kernels-avx2")
def kernels_avx2():
    kernels = figures("kernels-avx2")["kernels"]
    yield ["rows", *map(str, kernels[0]["rows"]), "one row, GB/s"]
    for kernel in kernels:
        ours, theirs = kernel["seconds"], kernel["ggml_seconds"]
        yield [kernel["type"] + ": passes of one row", *(fixed(time / ours[0]) for time in ours), fixed(kernel["bytes"] / ours[0] / 1e9, 1)]
        yield ["ggml's", *(fixed(time / theirs[0]) for time in theirs), ""]
        yield ["ggml's time by ours", *(bold_if_faster(there / here) for there, here in zip(theirs, ours)), ""]


@table("passes-avx512")
def passes_avx512():
    yield ["model, context", "1 row, ms", "2", "3", "4", "6", "8", "16", "60"]
    for model, ours, theirs in both_devices("passes-avx512"):
        for mine, other in zip(ours["passes"], theirs["passes"]):
            yield [f"{model}, {thousands(mine['context'])}", *pass_cells(mine, other)]


@table("prompts-avx512")
def prompts_avx512():
    yield ["prompts, tokens/s", "60 tokens", "512 tokens"]
    for model, ours, theirs in both_devices("passes-avx512"):
        yield [model, *prompt_cells(ours["passes"][0], theirs["passes"][0])]


@table("passes-zen4")
def passes_zen4():
    """Medians over the runs of each model; tokens/s of prompts where a context has them."""
    yield ["model, context", "1 row, ms", "2", "4", "8", "16", "prompt of 60, tokens/s", "prompt of 512, tokens/s"]
    for model, ours, theirs in [*median_passes("passes-zen4"), *((model + ", another day", *devices) for model, *devices in median_passes("passes-zen4-again"))]:
        for mine, other in zip(ours, theirs):
            yield [f"{model}, {thousands(mine['context'])}", *pass_cells(mine, other), *(prompt_cells(mine, other) or ["", ""])]


def pass_cells(ours, theirs):
    mine, other = ours["seconds"], theirs["seconds"]
    return [f"{1000 * mine[0]:.1f} **{other[0] / mine[0]:.2f}**", *ours_and_ratio(mine, other)[1:]]


def prompt_cells(ours, theirs):
    return [f"{thousands(round(tokens / here))} **{there / here:.2f}**" for tokens, here, there in zip(ours["prompts"], ours["prompt_seconds"], theirs["prompt_seconds"])]


def median_passes(name):
    """The passes of each model on both devices, medians over the runs of the file."""
    runs = {}
    for model, *devices in both_devices(name):
        runs.setdefault(model, []).append([device["passes"] for device in devices])
    for model, pairs in runs.items():
        yield model, *([median_of(contexts) for contexts in zip(*runs_of_device)] for runs_of_device in zip(*pairs))


def median_of(runs):
    return {**runs[0], **{part: [statistics.median(times) for times in zip(*(run[part] for run in runs))] for part in ("seconds", "prompt_seconds")}}


def both_devices(name):
    runs = figures(name)
    for ours, theirs in zip(runs[::2], runs[1::2]):
        assert ours["file"] == theirs["file"] and ours["device_name"] == "CPU-GTO4J" and theirs["device_name"] == "CPU"
        yield title_of(ours["file"]), ours, theirs


def title_of(file):
    if file == "qwen2.5-coder-1.5b-q4_k_m.gguf":
        return "Qwen2.5-Coder-1.5B Q4_K_M"
    model, weights = file.removesuffix(".gguf").rsplit(".", 1)
    return f"{model.removesuffix('-Instruct')} {weights}"


def ours_and_ratio(ours, theirs):
    return [f"{here / ours[0]:.2f} **{there / here:.2f}**" for here, there in zip(ours, theirs)]


def bold_if_faster(ratio):
    return f"**{ratio:.2f}**" if ratio >= 1.005 else fixed(ratio)
