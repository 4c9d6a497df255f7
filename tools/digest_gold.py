"""Carry annotations of the original documents over to the digests.

    python tools/digest_gold.py ORIGINALS GOLD... --out data/validation/digests.csv

The annotations point into the originals, which are not part of the project. A digest holds the same
figures in the same order, so each annotated figure is looked for there as it is printed; a range of
years that lost its dash is looked for with one. Of all places that keep the order, those are taken
whose surroundings are most alike. What govlaw reads takes no part in it. Figures that a digest does
not hold (dates of the page around a report) are listed on stderr.

Values, units, roles and codes are the annotator's. ``source_start`` and ``source_end`` point into
the original; of the notes only the further codes (``also:``) are kept.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from govlaw import sources, tables
from govlaw.evaluation import GOLD_COLUMNS

COLUMNS = (*GOLD_COLUMNS, "source_start", "source_end")
_AROUND = 12  # characters on either side of a figure that are compared
_FREE = 0.05  # what a figure counts for whose surroundings have nothing in common
_YEARS = re.compile(r"(?<=\d{4})(?=\d{4}年)")
_ALSO = re.compile(r"also:\s*[A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a digest prints something like an annotated figure."""

    start: int
    end: int


def pattern(figure: str) -> re.Pattern[str]:
    """Return what finds a figure as it is printed and no part of a longer number."""
    words = "[-—–]?".join(re.escape(part) for part in _YEARS.split(figure))
    before = r"(?<![\d.])" if figure[0].isdigit() else ""
    after = r"(?![\d.]*\d)" if figure[-1].isdigit() else ""
    return re.compile(before + words + after)


def around(text: str, start: int, end: int) -> set[str]:
    """Return the pairs of neighbouring characters near a figure, with the side they stand on."""
    sides = {"<": text[max(0, start - _AROUND) : start], ">": text[end : end + _AROUND]}
    return {side + words[i : i + 2] for side, words in sides.items() for i in range(len(words) - 1)}


def alike(one: set[str], other: set[str]) -> float:
    """Return how much two surroundings have in common, 0 to 1 (Jaccard)."""
    return len(one & other) / len(one | other) if one | other else 0.0


def align(original: str, digest: str, spans: Sequence[tuple[int, int]]) -> list[Place | None]:
    """Return the place of every annotated figure in the digest, None where there is none.

    Places keep the order of the annotations and do not overlap; the sum of what their surroundings
    have in common is the greatest possible.
    """
    ends = [0]  # greatest sums by the number of annotations used, each with its choices
    best: dict[int, tuple[float, tuple[tuple[int, Place], ...]]] = {0: (0.0, ())}
    for number, (start, end) in enumerate(spans):
        near = around(original, start, end)
        fresh = dict(best)
        for match in pattern(original[start:end]).finditer(digest):
            place = Place(*match.span())
            worth = _FREE + alike(near, around(digest, place.start, place.end))
            free = max((e for e in ends if e <= place.start), key=lambda e: best[e][0])
            total, chosen = best[free]
            if place.end not in fresh or total + worth > fresh[place.end][0]:
                fresh[place.end] = (total + worth, (*chosen, (number, place)))
        best, ends = fresh, sorted(fresh)
    chosen = dict(max(best.values(), key=lambda found: found[0])[1])
    return [chosen.get(number) for number in range(len(spans))]


def carried(
    original: str, digest: str, annotated: list[dict[str, str]]
) -> Iterator[dict[str, str]]:
    """Yield the annotations of one document at their places in its digest."""
    listed = sorted(annotated, key=lambda row: int(row["start"]))
    spans = [(int(row["start"]), int(row["end"])) for row in listed]
    for row, place in zip(listed, align(original, digest, spans), strict=True):
        if place is None:
            print(f"not in the digest: {row['doc']} {row['start']} {row['text']}", file=sys.stderr)
            continue
        yield {name: row[name] for name in GOLD_COLUMNS} | {
            "start": str(place.start),
            "end": str(place.end),
            "text": digest[place.start : place.end],
            "note": " ".join(_ALSO.findall(row["note"])),
            "source_start": row["start"],
            "source_end": row["end"],
        }


def derive(originals: Path, digests: Path, gold: Sequence[Path]) -> list[dict[str, str]]:
    """Return the annotations of all digests, by document and place."""
    rows: dict[str, list[dict[str, str]]] = {}
    for path in gold:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                rows.setdefault(row["doc"], []).append(row)
    found = []
    for doc_id, annotated in sorted(rows.items()):
        original = (originals / f"{doc_id}.txt").read_bytes().decode("utf-8")
        digest = sources.read(digests / f"{doc_id}.md").text
        found += carried(original, digest, annotated)
    return found


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("originals", type=Path)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--digests", type=Path, default=Path("data/raw"))
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(derive(chosen.originals, chosen.digests, chosen.gold))
    tables.replace(chosen.out, buffer.getvalue().encode("utf-8"))


if __name__ == "__main__":
    main()
