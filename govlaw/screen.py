"""Words for a terminal: what a report or the name of a file says cannot steer it."""

from __future__ import annotations

import re

#: Control characters, marks that turn the direction of writing, separators of lines that only some
#: programs know, and halves of characters. Source of the list of marks: Unicode Standard Annex 9.
_STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def shown(text: str) -> str:
    r"""Return a text in which every character that could steer a terminal is written out.

    >>> shown("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return _STEERING.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def line(text: str) -> str:
    r"""Return the same on one line: an end of a line within it is written out, too.

    >>> line("a\nread b")
    'a\\nread b'
    """
    return shown(text).replace("\n", "\\n").replace("\t", "\\t")
