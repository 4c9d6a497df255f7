"""No text makes a pattern run away: reading takes time in proportion to the text.

Each pattern's own worst cases are read as reports. ``GOVLAW_ATTACKS=all`` tries every one of them
(about ten minutes), else a sample is drawn.
"""

from __future__ import annotations

import os
import random
import re
import time
from functools import cache

import pytest
from pumping import attacks, patterns

from govlaw.extraction import extract
from govlaw.model import Document, Metadata

SAMPLE = 300
SHORT = 1_000  # characters
#: A text twice as long may take this much longer; in proportion it would be 2, squared 4.
MOST = 3.0
#: What takes less is not compared: seconds for the short text.
NOTABLE = 0.01
REPORT = Metadata(kind="annual_report", period_start="2024", period_end="2024")


@cache
def texts() -> list[tuple[str, str, str, str]]:
    """Return (module, pattern, lead, unit), once for each different text, in a random order."""
    found = {}
    for pattern, flags, owner in patterns():
        for lead, unit in attacks(pattern, flags):
            found.setdefault((lead[:40], unit), (owner, pattern))
    listed = [(*said, *text) for text, said in found.items()]
    random.Random(7).shuffle(listed)
    return listed if os.environ.get("GOVLAW_ATTACKS") == "all" else listed[:SAMPLE]


def seconds(lead: str, unit: str, length: int) -> float:
    """Return the processor's seconds for a report of a text that goes on and on."""
    text = f"一、工作情况\n{lead}{unit * (length // len(unit) + 1)}5件。"
    start = time.process_time()
    extract(Document("x", text, "", REPORT))
    return time.process_time() - start


def test_no_pattern_grows_beyond_its_text() -> None:
    """Four times the text takes about four times as long, whatever is repeated in it."""
    seconds("", "全年办理案件5件。", SHORT)  # tables are read once
    slow = []
    for owner, pattern, lead, unit in texts():
        for length in (4 * SHORT, 16 * SHORT):  # a slow machine is asked again, at a larger size
            whole, half = (min(seconds(lead, unit, n) for _ in "12") for n in (length, length // 2))
            if whole < NOTABLE * length / SHORT or whole < MOST * half:
                break
        else:
            slow.append(f"{owner} {pattern[:80]!r}: {lead!r} + {unit!r}: {half:.3f}, {whole:.3f} s")
    assert slow == []


def test_no_pattern_alone_explodes() -> None:
    """On sixty characters of its worst cases a pattern that divides them in every way would need
    years; each is done at once."""
    known = patterns()
    assert len(known) > 1_500  # the spy saw the rules of the codebook
    slow = []
    for pattern, flags, owner in known:
        made = re.compile(pattern, flags)
        for lead, unit in attacks(pattern, flags):
            text = f"{lead}{unit * (60 // len(unit) + 1)}\x01"
            start = time.process_time()
            made.search(text)
            if time.process_time() - start > 1:
                slow.append(f"{owner} {pattern[:80]!r}: {unit!r}")
    assert slow == []


@pytest.mark.parametrize(
    "unit", ["《的", "（的", "1900年度—", "将、", "中（中", "、共", "一、", "第", "\n一、", "，1"]
)
def test_texts_that_once_ran_away(unit: str) -> None:
    """Texts found by the sample: eight times the text in much less than 64 times the time."""
    seconds("", unit, SHORT)
    assert min(seconds("", unit, 16_000) for _ in "12") < 24 * max(
        seconds("", unit, 2_000) for _ in "12"
    )
