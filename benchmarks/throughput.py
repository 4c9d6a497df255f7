"""Throughput of extraction on one core, side by side with peers, and its growth.

    python3 run.py bench            govlaw alone
    python3 run.py bench --peers    with JioNLP and Recognizers-Text, in one run

Every number is the median of five warm runs; what counts is the ratio of one run, since machines
and their neighbours differ. The text is that of the digests in data/raw, over and over.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

from govlaw import quantities, sources
from govlaw.codebook import load
from govlaw.extraction import extract, observe
from govlaw.model import Document, Metadata

ROOT = Path(__file__).resolve().parent.parent
REPEATS = 5
#: What a peer can read in reasonable time; its speed a character hardly depends on the length.
PEER_CHARACTERS = {"jionlp": 200_000, "recognizers": 20_000}
RUNS = ("1", "一", "3万", "1a", "2021-", "1,000,", "第1次、", "〔2021")


def corpus(characters: int) -> str:
    """Return that much text of the digests."""
    texts = [sources.read(p).text for p in sorted((ROOT / "data" / "raw").glob("0*.md"))]
    once = "\n".join(texts)
    return (once * (characters // len(once) + 1))[:characters]


def document(text: str) -> Document:
    return Document("bench", text, "", Metadata(kind="annual_report", period_end="2023"))


def indicators(text: str) -> None:
    """Read one text from its figures to their indicators."""
    observe(document(text), load())


def everything(text: str) -> None:
    """Read one text through every stage, the audit, plans and honours too."""
    extract(document(text))


def speed(call: Callable[[str], object], text: str, repeats: int = REPEATS) -> float:
    """Return the median number of characters a second over warm runs."""
    found = []
    for _ in range(repeats + 1):
        start = time.perf_counter()
        call(text)
        found.append(len(text) / (time.perf_counter() - start))
    return statistics.median(found[1:])


def peak(call: Callable[[str], object], text: str) -> float:
    """Return the peak of memory that a call takes, in bytes a character."""
    tracemalloc.start()
    call(text)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / len(text)


def peer(python: Path, name: str, text: str) -> float | None:
    """Return a peer's speed on the same text, or None where it does not run."""
    done = subprocess.run(
        [str(python), str(Path(__file__).with_name("peers.py")), name, str(REPEATS)],
        input=text[: PEER_CHARACTERS[name]], capture_output=True, text=True, encoding="utf-8",
        check=False,
    )  # fmt: skip
    try:
        return float(done.stdout.split()[-1])
    except (IndexError, ValueError):
        print(f"{name} did not run: {done.stderr.strip()[-200:]}", file=sys.stderr)
        return None


def main() -> None:
    """Print the tables of speed, growth and memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--characters", type=int, default=2_000_000)
    parser.add_argument("--peers", type=Path, metavar="PYTHON", help="Python of the peers")
    parser.add_argument("--growth", action="store_true", help="10 thousand to 10 million")
    options = parser.parse_args()
    text = corpus(options.characters)
    ours = {
        "quantities": speed(quantities.find, text),
        "quantities to indicators": speed(indicators, text),
        "every table": speed(everything, text),
    }
    for name, found in ours.items():
        print(f"{name:24} {found:12,.0f} characters a second on {len(text):,}")
    if options.peers:
        for name in PEER_CHARACTERS:
            theirs = peer(options.peers, name, text)
            if theirs:
                ratio = ours["quantities to indicators"] / theirs
                print(f"{name:24} {theirs:12,.0f} characters a second; govlaw {ratio:,.0f} times")
    if options.growth:
        for size in (10_000, 100_000, 1_000_000, 10_000_000):
            sample = corpus(size)
            print(
                f"{size:12,} characters: quantities {speed(quantities.find, sample, 1):12,.0f}, "
                f"to indicators {speed(indicators, sample, 1):12,.0f}, "
                f"every table {speed(everything, sample, 1):12,.0f} a second"
            )
        for size in (100_000, 400_000, 1_600_000):
            most = peak(everything, corpus(size))
            print(f"{size:12,} characters: peak {most:.0f} bytes a character")
        for run in RUNS:
            speeds = [speed(everything, (run * size)[:size], 1) for size in (5_000, 20_000, 80_000)]
            print(f"{run!r:>12} repeated: " + ", ".join(f"{s:,.0f}" for s in speeds))


if __name__ == "__main__":
    main()
