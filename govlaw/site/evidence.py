"""The page of a text: every figure marked, a list of them beside it, and what filters both."""

from __future__ import annotations

import bisect
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from govlaw import labels
from govlaw.labels import label
from govlaw.markup import anchor
from govlaw.measures import ROLES, VERDICTS, dimensions
from govlaw.site.words import render
from govlaw.tables import Study

#: Signs of the dimensions, in the order of the codebook: a colour is never the only cue.
SIGNS = "①②③④⑤⑥⑦⑧⑨⑩○"
_LOWEST_HEADING = 6


@dataclass(frozen=True, slots=True)
class Check:
    """What the audit says of a figure."""

    verdict: str
    label: str
    explanation: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as the page shows it: in the text and in the list."""

    start: int
    end: int
    text: str
    what: str
    code: str
    quoted: bool
    amount: str
    role: str
    role_label: str
    dimension: str
    dimension_label: str
    checks: tuple[Check, ...]
    name: str
    sentence: tuple[int, int]

    @property
    def id(self) -> str:
        """The name of its place in the page."""
        return anchor(self.start, self.end)

    @property
    def verdicts(self) -> list[str]:
        """The different verdicts of its checks."""
        return in_order(VERDICTS, {check.verdict for check in self.checks})

    @property
    def sign(self) -> str:
        """The sign of its dimension; nothing for a date, the number of a document and the like."""
        return "" if self.role == "structural" else sign(self.dimension)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that the list can be narrowed to, and how many figures have it."""

    value: str
    label: str
    figures: int
    sign: str = ""


def sign(dimension: str) -> str:
    """Return the sign of a dimension: a number in a circle, which most fonts have up to ten."""
    return SIGNS[min(dimensions().index(dimension), len(SIGNS) - 1)]


def in_order(known: Sequence[str], found: Iterable[str]) -> list[str]:
    """Return the values that were found in the order of those that are known, others last."""
    values = set(found)
    return [v for v in known if v in values] + sorted(values - set(known))


class Texts:
    """The texts of a study with what was read in them, ready to be shown one by one."""

    def __init__(self, study: Study, language: str) -> None:
        self.study, self.language = study, language
        self.names = labels.documents(study.documents, language)
        self._rows = {
            name: {str(key): part.to_dict("records") for key, part in frame.groupby("doc_id")}
            for name, frame in (
                ("observations", study.observations), ("sections", study.sections),
                ("findings", study.findings), ("tasks", study.tasks), ("honours", study.honours),
            )
        }  # fmt: skip
        self._texts: dict[str, str] = {}
        self._about = {str(row["doc_id"]): row for row in study.documents.to_dict("records")}

    def _of(self, table: str, doc_id: str) -> list[dict[Any, Any]]:
        return self._rows[table].get(doc_id, [])

    def text(self, doc_id: str) -> str:
        """Return a text, read once."""
        if doc_id not in self._texts:
            self._texts[doc_id] = self.study.text(doc_id)
        return self._texts[doc_id]

    def figures(self, doc_id: str) -> list[Figure]:
        """Return every figure of a text in its order, with what the audit says of it."""
        checks: dict[int, list[Check]] = {}
        for row in self._of("findings", doc_id):
            said = labels.verdict(row["verdict"], self.language)
            check = Check(row["verdict"], said, row[f"explanation_{self.language}"])
            for pair in row["operands"].split(";"):
                checks.setdefault(int(pair.split(":")[0]), []).append(check)
        return [
            _figure(row, tuple(checks.get(row["start"], ())), self.language)
            for row in self._of("observations", doc_id)
        ]

    def page(self, doc_id: str, has_card: bool) -> str:
        """Return the page of a text as HTML; ``has_card`` says whether a report card is there."""
        figures = self.figures(doc_id)
        headings = {
            int(row["start"]): (int(row["level"]), str(row["heading"]))
            for row in self._of("sections", doc_id)
        }
        starts = {int(row["start"]) for t in ("tasks", "honours") for row in self._of(t, doc_id)}
        return render(
            "evidence.html",
            self.language,
            name=self.names[doc_id],
            about=self._about[doc_id],
            doc_id=doc_id,
            has_card=has_card,
            text=body(self.text(doc_id), figures, headings, starts),
            figures=figures,
            choices=self._choices(figures),
        )

    def _choices(self, figures: Sequence[Figure]) -> dict[str, list[Choice]]:
        """Return what figures can be chosen by; only values that occur."""

        found = {
            "dimension": Counter(f.dimension for f in figures),
            "role": Counter(f.role for f in figures),
            "verdict": Counter(v for f in figures for v in f.verdicts),
        }
        known = {"dimension": dimensions(), "role": ROLES, "verdict": VERDICTS}
        return {
            name: [
                Choice(value, _label(name, value, self.language), counted[value],
                       sign(value) if name == "dimension" else "")
                for value in in_order(known[name], counted)
            ]
            for name, counted in found.items()
        }  # fmt: skip


def _label(name: str, value: str, language: str) -> str:
    if name == "role":
        return label(f"role.{value}", language)
    return (
        labels.verdict(value, language) if name == "verdict" else labels.dimension(value, language)
    )


def amount(row: dict[Any, Any], language: str) -> str:
    """Return a figure's value, unit and approximation; nothing where it has no value."""
    if math.isnan(row["value"]):
        return ""
    number = f"{row['value']:,.12g} {row['unit']}".strip()
    if row["approx"] == "exact":
        return number
    approx = label(f"approx.{row['approx']}", language)
    return label("text.approximate", language, approx=approx, n=number)


def _figure(row: dict[Any, Any], checks: tuple[Check, ...], language: str) -> Figure:
    structural = row["role"] == "structural"
    role = label(f"role.{row['role']}", language)
    dimension = row["dimension"] or "context"
    what = "" if structural else labels.measured(row["indicator"], row["subject"], language)
    printed = "" if structural else amount(row, language)
    verdicts = [label("site.checked", language, verdict=v) for v in {c.label: 0 for c in checks}]
    said = labels.dimension(dimension, language)
    parts = [part for part in (printed, what, role, "" if structural else said, *verdicts) if part]
    name = label("site.figure_name", language, figure=" ".join(row["text"].split()),
                 about=("；" if language == "zh" else "; ").join(parts))  # fmt: skip
    return Figure(
        int(row["start"]), int(row["end"]), row["text"], what, row["indicator"],
        not row["indicator"] and bool(row["subject"]), printed,
        row["role"], role, dimension, said, checks, name,
        (int(row["sentence_start"]), int(row["sentence_end"])),
    )  # fmt: skip


# -- the text ------------------------------------------------------------------------------


def body(
    text: str,
    figures: Sequence[Figure],
    headings: Mapping[int, tuple[int, str]],
    places: Iterable[int],
) -> Markup:
    """Return a text as HTML, a paragraph a line, with its figures marked.

    Parameters
    ----------
    text : the whole text of a report
    figures : in order, none overlapping another
    headings : level and words of each heading by where it starts
    places : further offsets that links lead to
    """
    marks = sorted({*places, *headings})
    sentences = _sentences(figures)
    found = []
    for start, end in _lines(text, figures):
        line = text[start:end]
        if not line.strip():
            continue
        first = start + len(line) - len(line.lstrip())
        level, heading = headings.get(first, (0, ""))
        # a heading that shares its line with the text below it is no heading of its own
        alone = level > 0 and len(line.strip()) <= len(heading) + 1
        tag = f"h{min(level + 1, _LOWEST_HEADING)}" if alone else "p"
        inside = list(_inline(text, start, end, figures, sentences, marks))
        found.append(Markup(f"<{tag}>{''.join(inside)}</{tag}>\n"))
    return Markup("".join(found))


def _lines(text: str, figures: Sequence[Figure]) -> Iterator[tuple[int, int]]:
    """Cut at every end of a line that is not within a figure."""
    here = 0
    for match in re.finditer("\n", text):
        at = bisect.bisect_right(figures, match.start(), key=lambda figure: figure.start) - 1
        if at >= 0 and figures[at].end > match.end():
            continue
        yield here, match.start()
        here = match.end()
    yield here, len(text)


def _sentences(figures: Sequence[Figure]) -> list[tuple[int, int]]:
    """Return the sentences that hold figures, each whole and none overlapping another."""
    found: list[tuple[int, int]] = []
    for figure in figures:
        start, end = figure.sentence
        start, end = min(start, figure.start), max(end, figure.end)
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _inline(
    text: str,
    start: int,
    end: int,
    figures: Sequence[Figure],
    sentences: Sequence[tuple[int, int]],
    marks: Sequence[int],
) -> Iterator[str]:
    here = start
    for first, last in sentences[bisect.bisect_right(sentences, start, key=lambda s: s[1]) :]:
        first, last = max(first, start), min(last, end)
        if first >= end:
            break
        if first >= last:
            continue
        yield from _plain(text, here, first, figures, marks)
        yield '<span class="sentence">'
        yield from _plain(text, first, last, figures, marks)
        yield "</span>"
        here = last
    yield from _plain(text, here, end, figures, marks)


def _plain(
    text: str, start: int, end: int, figures: Sequence[Figure], marks: Sequence[int]
) -> Iterator[str]:
    """Yield the text between two offsets with figures and the places that links lead to."""
    here = start
    at = bisect.bisect_left(figures, start, key=lambda figure: figure.start)
    while at < len(figures) and figures[at].end <= end:
        figure = figures[at]
        yield from _placed(text, here, figure.start, marks, figure.end)
        yield _mark(figure)
        here, at = figure.end, at + 1
    yield from _placed(text, here, end, marks, end)


def _placed(text: str, start: int, end: int, marks: Sequence[int], until: int) -> Iterator[str]:
    """Yield ``text[start:end]`` with the places up to ``until``, those past its end at its end."""
    here = start
    for mark in marks[bisect.bisect_left(marks, start) : bisect.bisect_left(marks, until)]:
        at = min(mark, end)
        yield str(escape(text[here:at]))
        yield f'<span id="p{mark}" class="place"></span>'
        here = at
    yield str(escape(text[here:end]))


def _mark(figure: Figure) -> str:
    return str(
        Markup(
            '<a id="{id}" href="#l-{id}" class="figure role-{role} dim-{dimension}" '
            'data-role="{role}" data-dimension="{dimension}" data-verdict="{verdicts}" '
            'data-sign="{sign}" aria-label="{name}" title="{name}">{text}</a>'
        ).format(
            id=figure.id, role=figure.role, dimension=figure.dimension, sign=figure.sign,
            verdicts=" ".join(figure.verdicts), name=figure.name, text=figure.text,
        )
    )  # fmt: skip
