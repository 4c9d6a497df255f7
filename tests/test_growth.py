"""No text makes a pattern run away: reading takes time in proportion to the text.

Each pattern's own worst cases are read as reports; those of pages and their metadata as pages, too.
``GOVLAW_ATTACKS=all`` tries every one of them (about twenty minutes), else a sample is drawn.
"""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

import pytest
from pumping import attacks, patterns

from govlaw.errors import SourceError
from govlaw.extraction import extract
from govlaw.model import Document, Metadata
from govlaw.sources import front_matter, html, page
from govlaw.sources.encodings import Unreadable

SAMPLE = 300
#: Of the texts that attack patterns of pages, for each way to read them.
PAGES = 40
SHORT = 1_000  # characters
#: A text twice as long may take this much longer; in proportion it would be 2, squared 4.
MOST = 3.0
#: What takes less is not compared: seconds for the short text.
NOTABLE = 0.01
REPORT = Metadata(kind="annual_report", period_start="2024", period_end="2024")


@cache
def texts(sample: bool = True) -> list[tuple[str, str, str, str]]:
    """Return (module, pattern, lead, unit), once for each different text, in a random order."""
    found = {}
    for pattern, flags, owner in patterns():
        for lead, unit in attacks(pattern, flags):
            found.setdefault((lead[:40], unit), (owner, pattern))
    listed = [(*said, *text) for text, said in found.items()]
    random.Random(7).shuffle(listed)
    every = not sample or os.environ.get("GOVLAW_ATTACKS") == "all"
    return listed if every else listed[:SAMPLE]


def described(text: str) -> None:
    """Read a text as a page, as what stands beside one, and as an address."""
    page.describe(text)
    said = dict.fromkeys(("title", "published", "publisher", "site", "document_number"), text)
    page.describe("2024年法治政府建设情况报告\n" + text, said, "http://www.gov.cn/" + text)


def marked_up(text: str) -> None:
    """Read a text in the places that a page has for one."""
    sentence = "全市办理行政复议案件12件，办结11件，其余的1件正在办理。"
    for markup in (
        f"<html><body><p>{sentence}</p><p>{text}</p></body></html>",
        f"<html><head><title>{text}</title></head><body>{text}<p>{sentence}</p></body></html>",
        f'<html><head><meta name="PubDate" content="{text}"></head>'
        f'<body><div style="{text}">{sentence}</div></body></html>',
    ):
        try:
            html.is_page(markup)
            html.is_fragment(markup)
            html.read(markup)
        except Unreadable:
            pass


def reported(text: str) -> None:
    """Read a text as a report."""
    extract(Document("x", f"一、工作情况\n{text}5件。", "", REPORT))


def timed(read: Callable[[str], None], lead: str, unit: str, length: int) -> float:
    """Return the processor's seconds for a text that goes on and on."""
    text = lead + unit * (length // len(unit) + 1)
    start = time.process_time()
    read(text)
    return time.process_time() - start


def grows(read: Callable[[str], None], lead: str, unit: str) -> str:
    """Return the seconds for half a text and for the whole if the whole takes far longer."""
    for length in (4 * SHORT, 16 * SHORT):  # a slow machine is asked again, at a larger size
        whole, half = (min(timed(read, lead, unit, n) for _ in "12") for n in (length, length // 2))
        if whole < NOTABLE * length / SHORT or whole < MOST * half:
            return ""
    return f"{half:.3f}, {whole:.3f} s"


def test_no_pattern_grows_beyond_its_text() -> None:
    """Four times the text takes about four times as long, whatever is repeated in it."""
    reported("全年办理案件5件。")  # tables are read once
    slow = [
        f"{owner} {pattern[:80]!r}: {lead!r} + {unit!r}: {seconds}"
        for owner, pattern, lead, unit in texts()
        if (seconds := grows(reported, lead, unit))
    ]
    assert not slow, "\n".join(slow)


@pytest.mark.parametrize("read", [described, marked_up])
def test_no_pattern_of_pages_grows_beyond_its_text(read: Callable[[str], None]) -> None:
    """A page and what it says of itself are read in time in proportion to it."""
    read("全年办理案件5件。")
    owners = ("govlaw.sources", "govlaw.places")
    of_pages = [text for text in texts(sample=False) if text[0].startswith(owners)]
    assert len(of_pages) > 1_000  # the spy saw the patterns of pages
    everything = os.environ.get("GOVLAW_ATTACKS") == "all"
    slow = [
        f"{owner} {pattern[:80]!r}: {lead!r} + {unit!r}: {seconds}"
        for owner, pattern, lead, unit in of_pages[: None if everything else PAGES]
        if (seconds := grows(read, lead, unit))
    ]
    assert not slow, "\n".join(slow)


def fronted(text: str) -> None:
    """Read a text as front matter, closed and left open."""
    for whole in (f"---\n{text}\n---\n乙", f"---\n{text}"):
        with suppress(SourceError):
            front_matter.split(whole, Path("x.md"))


@pytest.mark.parametrize("unit", ["title: a\n", "---", "--- \n", "[", "- ", "a: b\n", " ", "'a'\n"])
def test_front_matter_grows_with_its_length(unit: str) -> None:
    """A head without an end is refused in time in proportion to it."""
    assert grows(fronted, "", unit) == ""


@contextmanager
def given_up_after(seconds: float) -> Iterator[None]:
    """End what takes longer, a search too; nothing does so on Windows."""

    def give_up(*_: object) -> None:
        raise TimeoutError

    if os.name == "nt":
        yield
        return
    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_no_pattern_alone_explodes() -> None:
    """On sixty characters of its worst cases a pattern that divides them in every way would need
    years; each is done in less than five seconds."""
    known = patterns()
    assert len(known) > 1_500  # the spy saw the rules of the codebook
    slow = []
    for pattern, flags, owner in known:
        made = re.compile(pattern, flags)
        for lead, unit in attacks(pattern, flags):
            try:
                with given_up_after(5):
                    made.search(f"{lead}{unit * (60 // len(unit) + 1)}\x01")
            except TimeoutError:
                slow.append(f"{owner} {pattern[:80]!r}: {unit!r}")
    assert not slow, "\n".join(slow)


@pytest.mark.parametrize(
    "unit", ["《的", "（的", "1900年度—", "将、", "中（中", "、共", "一、", "第", "\n一、", "，1"]
)
def test_texts_that_once_ran_away(unit: str) -> None:
    """Texts found by the sample: eight times the text in much less than 64 times the time."""
    timed(reported, "", unit, SHORT)
    assert min(timed(reported, "", unit, 16_000) for _ in "12") < 24 * max(
        timed(reported, "", unit, 2_000) for _ in "12"
    )
