"""Length-preserving folding, sentences and clauses."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache

# One character to one character, so that offsets into the folded text hold in the text itself.
# NFKC would not do: it turns 10㎡ into 10m2 and lengthens the ellipsis.
_FOLD = {ord("０") + i: ord("0") + i for i in range(10)}
_FOLD |= {ord("Ａ") + i: ord("A") + i for i in range(26)}
_FOLD |= {ord("ａ") + i: ord("a") + i for i in range(26)}
_FOLD |= {ord(wide): ord(narrow) for wide, narrow in zip("％．＋－／：；", "%.+-/:;", strict=True)}
_FOLD |= {ord(c): ord(" ") for c in "\u00a0\u2002\u2003\u2009\u3000\ufeff\t"}
_FOLD |= {ord(c): ord("〇") for c in "○◯"}  # 二○二三年
_NEEDS_FOLD = re.compile("[" + "".join(map(chr, _FOLD)) + "]")

# A sentence ends at these; a half-width full stop does not end one, since it stands in decimals.
_SENTENCE_END = re.compile(r"[。！？!?\n…]+")
_CLAUSE_END = re.compile(r"[。！？；;!?\n，:：…]|,(?![0-9]{3}(?![0-9]))")
#: Far longer than any in a report (232 and 75 characters are the longest of five). What goes on
#: without a mark, as in a damaged file, is cut: rules that look through a whole sentence or clause
#: then take time in proportion to the text, whatever it holds.
LONGEST_SENTENCE, LONGEST_CLAUSE = 1000, 200
_SEAM = re.compile(r"(?<=[；;，:：\s])|(?<![0-9.,%+-])(?![0-9.,%+-])")


@lru_cache(maxsize=2)  # every stage folds the same text
def fold(text: str) -> str:
    """Return the text with full-width digits, letters and signs narrowed; same length."""
    return text.translate(_FOLD) if _NEEDS_FOLD.search(text) else text


def spans(text: str, boundary: re.Pattern[str]) -> list[tuple[int, int]]:
    """Return the stretches between matches of ``boundary`` that hold more than white space."""
    found = []
    start = 0
    for match in boundary.finditer(text):
        if text[start : match.start()].strip():
            found.append((start, match.end()))
        start = match.end()
    if text[start:].strip():
        found.append((start, len(text)))
    return found


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of every sentence, its closing mark included.

    Sentences do not overlap and stand in order; white space before the first word is outside.
    """
    return [
        _trimmed(text, *piece)
        for start, end in spans(text, _SENTENCE_END)
        for piece in _pieces(text, *_trimmed(text, start, end), LONGEST_SENTENCE)
        if not text[piece[0] : piece[1]].isspace()
    ]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    while text[start].isspace():
        start += 1
    while text[end - 1].isspace():
        end -= 1
    return start, end


def _pieces(text: str, start: int, end: int, most: int) -> list[tuple[int, int]]:
    """Cut a stretch into pieces of at most ``most`` characters, behind a mark or outside a number.

    A mark is looked for in the second half of a piece, so that pieces do not get ever shorter.
    """
    found = []
    while end - start > most:
        seams = [m.start() for m in _SEAM.finditer(text, start + most // 2, start + most)]
        marked = [seam for seam in seams if text[seam - 1] in "；;，:： "]
        cut = (marked or seams or [start + most])[-1]
        found.append((start, cut))
        start = cut
    return [*found, (start, end)]


def clauses(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the (start, end) of the clauses of ``text[start:end]``, closing marks excluded."""
    found = []
    here = start
    for match in _CLAUSE_END.finditer(text, start, end):
        if match.start() > here:
            found += _pieces(text, here, match.start(), LONGEST_CLAUSE)
        here = match.end()
    if here < end:
        found += _pieces(text, here, end, LONGEST_CLAUSE)
    return found


class Locator:
    """Finds which of a list of ordered, disjoint spans holds an offset."""

    def __init__(self, found: list[tuple[int, int]]) -> None:
        self._spans = found
        self._starts = [start for start, _ in found]

    def index(self, offset: int) -> int:
        """Return the index of the last span that starts at or before ``offset``, or -1."""
        return bisect_right(self._starts, offset) - 1

    def span(self, offset: int) -> tuple[int, int]:
        """Return the span that holds ``offset``, or the empty span there."""
        index = self.index(offset)
        if index >= 0 and offset < self._spans[index][1]:
            return self._spans[index]
        return offset, offset
