"""How wide words are: breaking and cutting them to fit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from govlaw import style

_FIRST_WIDE = "\u2e80"  # from here on characters are Chinese, and a line may end after each
_NO_LINE_START = "，。；：、！？）》”’…%）〕]),.;:!?"


#: Distance of lines, in heights of a line.
LINE = 1.35


def inches(text: str, size: float = style.SMALL_SIZE) -> float:
    """Return the width of one line of text."""
    width, _, _ = text_to_path.get_text_width_height_descent(
        text, FontProperties(family=[style.FAMILY], size=size), False
    )
    return float(width) / 72


def height_of(text: str, size: float) -> float:
    """Return the height of some lines of text, in inches."""
    return (text.count("\n") + 1) * size * LINE / 72 if text else 0.0


def wrap(text: str, room: float, size: float = style.SMALL_SIZE) -> str:
    """Break text into lines no wider than ``room`` inches: after any Chinese character, or
    between Latin words; never before a closing mark."""
    lines = [""]
    for word in pieces(text):
        if lines[-1] and inches((lines[-1] + word).rstrip(), size) > room:
            lines.append(word.lstrip())
        else:
            lines[-1] += word
    return "\n".join(line.rstrip() for line in lines)


def pieces(text: str) -> list[str]:
    """Cut text where a line may end."""
    pieces: list[str] = []
    for character in text:
        wide = character >= _FIRST_WIDE
        if pieces and (
            character in _NO_LINE_START
            or character == " "
            or (not wide and pieces[-1][-1] < _FIRST_WIDE and pieces[-1][-1] != " ")
            or pieces[-1][-1] in "（《“‘〔(["
        ):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def cut(text: str, room: float, size: float = style.SMALL_SIZE) -> str:
    """Return the text, cut to one line of ``room`` inches with dots at its end."""
    if inches(text, size) <= room:
        return text
    while text and inches(text + dots(text), size) > room:
        text = text[:-1].rstrip()
    return text + dots(text)


def dots(text: str) -> str:
    """Return the dots that stand for what was cut: the font's … suits Chinese only."""
    return "…" if text[-1:] >= _FIRST_WIDE else "..."


def in_lines(text: str, room: float, most: int, size: float = style.SMALL_SIZE) -> str:
    """Return the text in at most ``most`` lines of ``room`` inches, cut if need be."""
    lines = wrap(text, room, size).split("\n")
    if len(lines) > most:
        lines[most - 1 :] = [cut("".join(lines[most - 1 :]), room, size)]
    return "\n".join(cut(line, room, size) for line in lines)


def legend_shape(words: Sequence[str], room: float) -> tuple[int, int]:
    """Return the columns and lines of a legend that is no wider than ``room`` inches."""
    if not words:
        return 1, 0
    for columns in range(len(words), 1, -1):
        filled = np.array_split(np.array(words, dtype=object), columns)
        widths = [max(inches(w) for w in column) for column in filled]
        if sum(widths) + 0.42 * columns <= room:
            return columns, -(-len(words) // columns)
    return 1, len(words)
