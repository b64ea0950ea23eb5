#!/usr/bin/env python3
"""Makes prompts whose answers repeat much of them, as JSONL for `gto4j bench --prompts`: edits of code, and texts to be
corrected, asked about or summarised.

    python3 docs/experiments/copy_tasks.py humaneval.jsonl LLAMA_CPP_SOURCES OUT

Code comes from HumanEval (a JSONL with "turns" and "reference", MIT licence), texts from the documentation of llama.cpp
(MIT licence). OUT gets edits.jsonl, corrections.jsonl, questions.jsonl and summaries.jsonl, 30 prompts
each; the same ones in each run.
"""
import json
import pathlib
import re
import sys

EDITS = ["Rename the function to `solve` and show the whole code.", "Add a comment above each statement and show the whole code.",
         "Rename all parameters to single letters and show the whole code."]
COUNT = 30


def functions(humaneval):
    for line in humaneval.read_text().splitlines():
        task = json.loads(line)
        stub = task["turns"][0].partition("\n")[2].strip("\n").rstrip()  # behind "Complete the code I provided."
        body = task["reference"][0].rstrip()
        if stub and 200 < len(stub) + len(body) < 1200:
            yield f"{stub}\n{body}"


def paragraphs(sources):
    for file in sorted((sources / "docs").rglob("*.md")):
        for part in re.split(r"\n\s*\n", file.read_text(errors="replace")):
            text = " ".join(part.split())
            if 250 < len(text) < 900 and re.match(r"[A-Z]", text) and not re.search(r"[|<>#{}]|http|\* ", text):
                yield text


def misspelt(text):
    """Every seventh long word without its second letter."""
    words = text.split(" ")
    for i in range(3, len(words), 7):
        if len(words[i]) > 5:
            words[i] = words[i][0] + words[i][2:]
    return " ".join(words)


def write(out, name, prompts):
    lines = [json.dumps({"id": f"{name}-{i}", "prompt": prompt}) for i, prompt in enumerate(prompts)]
    if len(lines) < COUNT:
        sys.exit(f"{name}: expected {COUNT} prompts, found {len(lines)}")
    (out / f"{name}.jsonl").write_text("\n".join(lines) + "\n")


def main(humaneval, sources, out):
    code, texts = list(functions(humaneval))[:COUNT], list(paragraphs(sources))[:COUNT]
    out.mkdir(parents=True, exist_ok=True)
    write(out, "edits", [f"{EDITS[i % len(EDITS)]}\n\n```python\n{text}\n```" for i, text in enumerate(code)])
    write(out, "corrections", [f"Correct the spelling of this text. Change nothing else.\n\n{misspelt(text)}" for text in texts])
    write(out, "questions", [f"Read the text and quote the sentences that say what it is about.\n\n{text}" for text in texts])
    write(out, "summaries", [f"Summarise this text in two sentences.\n\n{text}" for text in texts])


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*map(pathlib.Path, sys.argv[1:]))
