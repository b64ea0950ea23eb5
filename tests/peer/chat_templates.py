#!/usr/bin/env python3
"""Renders chat templates as transformers does, and compares them with ours, byte for byte.

Every *.jinja of a folder (llama.cpp's models/templates) is rendered with each conversation of a JSON file by jinja2 in
the sandbox that transformers sets up. Needs: pip install jinja2

  chat_templates.py FOLDER --write FILE     writes one line a case: template, conversation, "text" or "raises", bytes
                                            and FNV-1a digest of the text; native/tests/golden/templates.txt is that
  chat_templates.py --snippets              renders the small templates of native/tests/golden/snippets.json and writes
                                            what they give beside them
  chat_templates.py FOLDER --tool PROGRAM   renders by ours, too (render_template of the native tests), and prints a
                                            table and the first difference of each case; exit status 1 if there is one
"""

import argparse
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

import jinja2
import jinja2.ext
import jinja2.nodes
import jinja2.sandbox

HERE = pathlib.Path(__file__).resolve().parent
GOLDEN = HERE.parent.parent / "native" / "tests" / "golden"
CONVERSATIONS = GOLDEN / "conversations.json"
SNIPPETS = GOLDEN / "snippets.json"
NOW = 1753963200  # 2025-07-31 12:00:00


class Generation(jinja2.ext.Extension):
    """{% generation %}, which marks what a model has written and changes no text."""

    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("_same"), [], [], body).set_lineno(line)

    def _same(self, caller):
        return caller()


def environment():
    env = jinja2.sandbox.ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=[Generation, jinja2.ext.loopcontrols]
    )

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    def strftime_now(form):
        return datetime.datetime.fromtimestamp(NOW, datetime.timezone.utc).replace(tzinfo=None).strftime(form)

    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = strftime_now
    return env


def variables(conversation):
    """What transformers hands to a template: tools and documents are None where there are none."""
    return {"tools": None, "documents": None, "bos_token": "<s>", "eos_token": "</s>", **conversation}


def expected(source, conversation):
    """The text, or None and why there is none."""
    try:
        return environment().from_string(source).render(**variables(conversation)), ""
    except Exception as e:  # whatever Python raises, ours must raise something
        return None, f"{type(e).__name__}: {e}"


def digest(data):
    """FNV-1a of 64 bits."""
    value = 0xCBF29CE484222325
    for byte in data:
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


class Ours:
    """The program of the native tests, which renders one case after the other."""

    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def render(self, template, conversation):
        file = pathlib.Path(self.folder.name) / "variables.json"
        file.write_text(json.dumps(variables(conversation), ensure_ascii=False), encoding="utf-8")
        self.process.stdin.write(f"{template}\t{file}\t{NOW}\n".encode())
        self.process.stdin.flush()
        status, size = self.process.stdout.readline().split()
        data = self.process.stdout.read(int(size))
        return (data, "") if status == b"0" else (None, data.decode(errors="replace"))


def write_snippets():
    snippets = json.loads(SNIPPETS.read_text(encoding="utf-8"))
    for case in snippets["cases"]:
        try:
            result = {"text": environment().from_string(case["template"]).render(**snippets["variables"])}
        except Exception as e:
            result = {"raises": type(e).__name__}
        case.pop("text", None)
        case.pop("raises", None)
        case.update(result)
    SNIPPETS.write_text(json.dumps(snippets, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path, nargs="?")
    parser.add_argument("--snippets", action="store_true")
    parser.add_argument("--conversations", type=pathlib.Path, default=CONVERSATIONS)
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--tool")
    args = parser.parse_args()
    if args.snippets:
        write_snippets()
        return
    conversations = json.loads(args.conversations.read_text(encoding="utf-8"))
    templates = sorted(args.folder.glob("*.jinja"))
    if not templates:
        sys.exit(f"{args.folder}: no *.jinja in it")
    ours = Ours(args.tool) if args.tool else None
    lines, same, raising, differing = [], 0, 0, []
    for template in templates:
        source = template.read_text(encoding="utf-8")
        for name, conversation in conversations.items():
            text, why = expected(source, conversation)
            data = None if text is None else text.encode()
            lines.append(
                f"{template.name} {name} raises" if data is None
                else f"{template.name} {name} text {len(data)} {digest(data)}"
            )
            if not ours:
                continue
            found, our_why = ours.render(template, conversation)
            if found != data:
                differing.append(f"{template.name} {name}")
                print(f"{template.name} {name}: {difference(data, why, found, our_why)}")
            elif data is None:
                raising += 1
            else:
                same += 1
    if args.write:
        args.write.write_text("\n".join(lines) + "\n", encoding="utf-8")
    if ours:
        print(f"{len(templates)} templates, {len(conversations)} conversations each: {same} texts equal, "
              f"{raising} refused by both, {len(differing)} differ")
        sys.exit(1 if differing else 0)


def difference(data, why, found, our_why):
    if data is None:
        return f"jinja2 raises ({why}), ours writes {found[-60:]!r}"
    if found is None:
        return f"ours raises ({our_why}), jinja2 writes {data[-60:]!r}"
    at = next((i for i, (a, b) in enumerate(zip(data, found)) if a != b), min(len(data), len(found)))
    return f"byte {at}: jinja2 {data[max(0, at - 30) : at + 40]!r}, ours {found[max(0, at - 30) : at + 40]!r}"


if __name__ == "__main__":
    main()
