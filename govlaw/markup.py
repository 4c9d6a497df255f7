"""Tables and links as HTML in which every text of a report is escaped.

Links go to the pages of the rendered study: notebooks, report cards and texts stand in folders
beside each other.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from govlaw import tables
from govlaw.labels import label

_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Column:
    """A column: the name of its head in ``labels.csv``, and the class that says how it looks."""

    head: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that shows itself in a notebook.

    ``heads`` and ``rows`` hold the same words without markup, and ``numbers`` which columns are
    set to the right, for those who print it elsewhere.
    """

    markup: str
    caption: str = ""
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    numbers: tuple[bool, ...] = ()

    def _repr_html_(self) -> str:
        return self.markup


def table(
    name: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    language: str,
    **values: object,
) -> Table:
    """Return a table whose caption and heads are labels.

    Parameters
    ----------
    name : the caption is the label ``caption.<name>``
    columns : one a cell
    rows : cells that are markup already: whoever makes them escapes
    language : zh or en
    values : for the placeholders of the caption
    """
    heads = [label(f"head.{column.head}", language) for column in columns]
    return build(label(f"caption.{name}", language, **values), heads, columns, rows, language)


def build(
    caption: str,
    heads: Sequence[str],
    columns: Sequence[Column],
    rows: Iterable[Sequence[str]],
    language: str,
) -> Table:
    """Return a table with a caption and heads that are plain text; cells are markup already."""
    listed = [tuple(row) for row in rows]
    said = html.escape(caption)
    if not listed:
        return Table(f"<p>{said}: {html.escape(label('text.no_rows', language))}</p>", caption)
    first = "".join(
        f'<th scope="col"{_css(column.css)}>{html.escape(head)}</th>'
        for head, column in zip(heads, columns, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{_css(c.css)}>{cell}</td>" for c, cell in zip(columns, row, strict=True))
        + "</tr>"
        for row in listed
    )
    return Table(
        f'<div class="govlaw-table" tabindex="0" role="region" aria-label="{said}">'
        f'<table class="govlaw"><caption>{said}</caption>'
        f"<thead><tr>{first}</tr></thead><tbody>{body}</tbody></table></div>",
        caption,
        tuple(heads),
        tuple(tuple(plain(cell) for cell in row) for row in listed),
        tuple("number" in column.css.split() for column in columns),
    )


def _css(name: str) -> str:
    return f' class="{name}"' if name else ""


def plain(markup: str) -> str:
    """Return the words of a cell without its tags."""
    return html.unescape(_TAG.sub("", markup))


def anchor(start: int, end: int) -> str:
    """Return the name of a figure's place in the page of its text."""
    return f"f{start}-{end}"


def evidence(doc_id: str, start: int, end: int, shown: str, language: str) -> str:
    """Return a link from a figure to its sentence in the page of the text."""
    return _to(doc_id, anchor(start, end), shown, label("text.to_sentence", language, figure=shown))


def passage(doc_id: str, start: int, shown: str, language: str) -> str:
    """Return a link to the heading, measure or honour that starts at ``start`` of a text."""
    return _to(doc_id, f"p{start}", shown, label("text.to_passage", language, words=shown))


def filtered(doc_id: str, shown: str, chosen: Iterable[tuple[str, str]] = ()) -> str:
    """Return a link to the page of a text on which only some figures are marked.

    ``chosen`` names what they have in common: pairs of dimension, role or verdict and a value.
    """
    return _to(doc_id, "&".join(f"{name}={value}" for name, value in chosen), shown)


def page(folder: str, name: str, shown: str) -> str:
    """Return a link to a page of another chapter, such as a report card."""
    return f'<a href="{html.escape(f"../{folder}/{quote(name)}.html")}">{html.escape(shown)}</a>'


def report(doc_id: str, names: Mapping[str, str]) -> str:
    """Return a link to a report's card, or to its text where the corpus is too large for cards.

    ``names`` holds what every report of the corpus is called.
    """
    return page("cards" if tables.carded(names) else "evidence", doc_id, names[doc_id])


def _to(doc_id: str, place: str, shown: str, said: str = "") -> str:
    address = f"../evidence/{quote(doc_id)}.html" + (f"#{place}" if place else "")
    name = f' aria-label="{html.escape(said)}"' if said else ""
    return f'<a href="{html.escape(address)}"{name}>{html.escape(shown)}</a>'


def marked(text: str, start: int, end: int, operands: Iterable[tuple[int, int]]) -> str:
    """Return ``text[start:end]`` as markup with the operands marked.

    Parameters
    ----------
    text : the report's text
    start, end : what is shown
    operands : spans inside it, in any order, none overlapping another
    """
    cells, here = [], start
    for low, high in sorted(operands):
        if low < here or high > end:
            continue  # lies elsewhere, and is shown there
        cells.append(html.escape(text[here:low]))
        cells.append(f"<strong>{html.escape(text[low:high])}</strong>")
        here = high
    return "".join(cells) + html.escape(text[here:end])
