"""Measure every set of annotated documents anew, and bring all numbers in print up to date.

    python tools/validate.py [--originals DIR] [--facts FILE]

The tables beside ``data/validation/sets.csv`` are written as by ``govlaw evaluate --sets``; then
the rows of the READMEs that carry the name of a set in a comment get its F1. ``--originals`` is the
folder of the annotations and texts that are not part of the project; without it, the sets that need
them keep their numbers. ``--facts`` counts the coverage of catalogued facts (``coverage.py``).
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

from govlaw import tables, validation
from govlaw.evaluation import ALL
from govlaw.tables import Row

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh-CN.md")
#: The columns of the READMEs' tables after the first.
SHOWN = ("found", "value", "unit", "approx", "role", "kind", "indicator")


def with_scores(text: str, scores: list[Row]) -> str:
    """Return the text of a README with F1 in the rows that name a set.

    A row names its set as ``<!-- SET -->`` in its first cell.
    """
    f1 = {(r["set"], r["attribute"]): r["f1"] for r in scores if r["doc_id"] == ALL}

    def row(match: re.Match[str]) -> str:
        cells = " | ".join(f"{float(f1[match['set'], name]):.2f}" for name in SHOWN)
        return f"{match['first']}| {cells} |"

    named = re.compile(r"^(?P<first>\| <!-- (?P<set>\w+) -->[^|\n]*)\|.*$", re.M)
    return named.sub(row, text)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--originals", type=Path)
    parser.add_argument("--facts", type=Path)
    chosen = parser.parse_args()
    folder = ROOT / "data" / "validation"
    found = validation.refresh(folder / "sets.csv", chosen.originals, print)
    for name in READMES:
        path = ROOT / name
        text = with_scores(path.read_text(encoding="utf-8"), found["scores"])
        tables.replace(path, text.encode("utf-8"))
    if chosen.facts:
        words = [str(ROOT / "tools" / "coverage.py"), "--facts", str(chosen.facts)]
        subprocess.run([sys.executable, *words, "--out", str(folder / "coverage.csv")], check=True)


if __name__ == "__main__":
    main()
