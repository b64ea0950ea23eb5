#!/usr/bin/env python3
"""Makes the tables of README.md and docs/*.md from the figures in docs/results.

    python3 docs/tables.py            rewrites what stands between <!-- table: NAME --> and <!-- end -->
    python3 docs/tables.py --check    changes nothing; exit 1, with page and table, where a page isn't what the figures say

Each function in docs/pages that is marked @table(NAME) is one table: it returns rows of cells, the header first.
A table may stand on several pages. The index of claims in docs/RESULTS.md is made of such tables, too.
"""
import re
import sys

from pages import claims, decoding, gto, kernels, levers, phase1, tau, training_cost  # noqa: F401, each declares its tables
from pages.figures import DOCS, TABLES

PAGES = [DOCS.parent / "README.md", *sorted(DOCS.glob("*.md"))]
BLOCK = re.compile(r"(?P<open><!-- table: (?P<name>\S+) -->\n)(?P<body>.*?)(?P<end><!-- end -->)", re.DOTALL)


def rendered(rows):
    header, *rows = rows
    assert all(len(row) == len(header) for row in rows), header
    return "".join("|" + "|".join(f" {cell} " if cell else " " for cell in row) + "|\n" for row in [header]) + "|" + "---|" * len(header) + "\n" \
        + "".join("|" + "|".join(f" {cell} " if cell else " " for cell in row) + "|\n" for row in rows)


def with_tables(page, text, problems):
    """The page's text with all its tables made anew; says of each that wasn't what the figures say."""
    def made(block):
        name = block["name"]
        if name not in TABLES:
            problems.append(f"{page.name}: there is no table {name} in docs/pages")
            return block[0]
        body = rendered(TABLES[name]())
        body = body.replace("](results/", "](docs/results/") if page.parent == DOCS.parent else body
        if body != block["body"]:
            problems.append(f"{page.name}: the table {name} isn't what docs/results says")
        return block["open"] + body + block["end"]
    return BLOCK.sub(made, text)


def main(arguments):
    if arguments not in ([], ["--check"]):
        sys.exit(__doc__)
    problems, shown = [], set()
    for page in PAGES:
        text = page.read_text()
        shown.update(block["name"] for block in BLOCK.finditer(text))
        if text.count("<!-- table: ") != sum(1 for _ in BLOCK.finditer(text)):
            problems.append(f"{page.name}: a table's marker isn't on a line of its own, or has no end")
        new = with_tables(page, text, problems)
        if new != text and not arguments:
            page.write_text(new)
    unused = [f"docs/pages: no page shows the table {name}" for name in TABLES if name not in shown]
    lasting = [problem for problem in problems if "isn't what" not in problem] + unused
    for problem in (problems + unused if arguments else lasting):
        print(problem, file=sys.stderr)
    return 1 if (problems + unused if arguments else lasting) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
