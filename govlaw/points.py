"""The data of a figure as a table: each point of the figure leads to its sentences.

A picture cannot be followed from point to sentence by everybody and everywhere; a table below it
can, from disk, on a phone and with a screen reader.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd

from govlaw import labels, markup
from govlaw.errors import TableError
from govlaw.labels import label, optional
from govlaw.markup import Column, Table
from govlaw.measures import PARTS, ROLES
from govlaw.tables import Study

#: Most sentences that one row names one by one, and most rows of a table.
SENTENCES, ROWS = 8, 5000
#: Columns by which a row of a figure's data is found again among the figures of the reports.
_KEYS = ("doc_id", "indicator", "dimension", "role", "approx")
#: Columns that name a document.
_DOCUMENTS = frozenset({"doc_id", "plan", "report"})
#: Those that the page of a text can be narrowed to.
_FILTERS = ("dimension", "role")
_OF_FINDINGS = ("doc_id", "rule", "verdict")
#: Places in the text: they become links and are not shown.
_HIDDEN = frozenset({
    "start", "end", "text", "section_id", "sentence_start", "sentence_end", "subject_start",
    "subject_end",
})  # fmt: skip
_WORDS: dict[str, Callable[[str, str], str]] = {
    "dimension": labels.dimension,
    "part": labels.part,
    "verdict": labels.verdict,
    "indicator": lambda value, language: labels.measured(value, "", language),
    "formula": labels.formula,
    "role": lambda value, language: label(f"role.{value}", language),
    "approx": lambda value, language: label(f"approx.{value}", language),
    "state": lambda value, language: label(f"state.{value}", language),
    "rule": lambda value, language: label(f"rule.{value}", language),
    "dated_by": lambda value, language: optional(f"dated.{value}", language, value),
}
#: A place in a text: the report, where it starts and ends, and the words there.
Place = tuple[str, int, int, str]


def points(study: Study, data: pd.DataFrame, title: str, language: str) -> Table:
    """Return the data of a figure as a table that opens on demand.

    Parameters
    ----------
    study : the tables of the study
    data : what was drawn, a row a point. Columns that name a report, a figure (``start``,
        ``end``), an indicator, a dimension, a role, an approximation, a part of a report or a
        verdict lead to the sentences that they stand for.
    title : the title of the figure
    language : zh or en

    Returns
    -------
    Table, a row a point, at most ``ROWS`` of them; the last column holds the links, where there
    is anything to lead to
    """
    data = _spoken(data)
    shown = data.head(ROWS)
    names = labels.documents(study.documents, language)
    columns = [str(name) for name in shown.columns if name not in _HIDDEN]
    links = _links(study, shown, language)
    rows = []
    for number, row in enumerate(shown.to_dict("records")):
        cells = [_cell(name, row[name], names, language) for name in columns]
        rows.append([*cells, links[number]] if links else cells)
    looks = [_look(shown[name]) for name in columns]
    heads = [_head(name, language) for name in columns]
    if links:
        looks.append(Column("sentences", "long"))
        heads.append(label("head.sentences", language))
    caption = label("caption.points", language, title=title)
    table = markup.build(caption, heads, looks, rows, language)
    said = label("text.data_rows", language, n=len(data))
    if len(data) > len(shown):
        said += label("text.data_cut", language, n=len(shown))
    folded = (
        f'<details class="govlaw-data"><summary>{html.escape(said)}</summary>'
        f"{table.markup}</details>"
    )
    return Table(folded, caption, table.heads, table.rows, table.numbers)


def _spoken(data: pd.DataFrame) -> pd.DataFrame:
    """Return the data with ``group`` under the name of what it groups by."""
    if "group" not in data:
        return data
    for name, known in (("role", ROLES), ("part", PARTS)):
        if set(data["group"]) <= set(known):
            return data.rename(columns={"group": name})
    return data.rename(columns={"group": "dimension"})


def _head(name: str, language: str) -> str:
    """Return the head of a column: its own words, else those of other tables, else its name."""
    return optional(f"column.{name}", language, optional(f"head.{name}", language, name))


def _look(values: pd.Series[Any]) -> Column:
    number = pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)
    return Column("", "number" if number else "")


def _cell(name: str, value: Any, names: dict[str, str], language: str) -> str:
    if name in _DOCUMENTS:
        return html.escape(names.get(str(value), str(value)))
    if pd.api.types.is_bool(value):
        return html.escape(label("text.yes" if value else "text.no", language))
    if pd.api.types.is_float(value):
        return html.escape(
            label("text.unknown", language) if pd.isna(value) else _number(float(value))
        )
    if pd.api.types.is_integer(value):
        return str(int(value)) if "year" in name else f"{int(value):,}"
    words = "" if value is None or value is pd.NA else str(value)
    return html.escape(_said(name, words, language))


def _said(name: str, words: str, language: str) -> str:
    """Return a value in words; one that no table names stands as it is."""
    if words and name in _WORDS:
        try:
            return _WORDS[name](words, language)
        except TableError:
            pass  # another table has a column of this name
    return optional(f"{name}.{words}", language, optional(f"attained.{words}", language, words))


def _number(value: float) -> str:
    """Return a number with at most four decimals; nothing for one that is missing."""
    return "" if pd.isna(value) else f"{round(value, 4):,.12g}"


# -- links ---------------------------------------------------------------------------------


def _links(study: Study, data: pd.DataFrame, language: str) -> list[str]:
    """Return the links of each row as markup; nothing where no row has any."""
    if {"doc_id", "start", "end"} <= set(data.columns):
        return list(_direct(study, data, language))
    if {"doc_id", "part"} <= set(data.columns):
        return [_passages(places, language) for places in _sections(study, data)]
    if "verdict" in data.columns:
        keys = [key for key in _OF_FINDINGS if key in data.columns]
        found = _matched(_tested(study), data, keys)
        return [_sentences(_placed(study, rows), language) for rows in found]
    keys = [key for key in _KEYS if key in data.columns]
    if keys == ["doc_id"]:
        words, known = label("text.whole", language), set(study.documents["doc_id"])
        return [
            markup.filtered(str(name), words) if name in known else "" for name in data["doc_id"]
        ]
    if not keys or keys == ["dimension"]:
        return []
    observed = study.observations
    if "role" not in keys:
        observed = observed[observed["role"] != "structural"]
    found = _matched(observed, data, keys)
    if keys[0] == "doc_id" and set(keys[1:]) <= set(_FILTERS):
        return [
            _narrowed(row, len(rows), keys[1:], language)
            for row, rows in zip(data.to_dict("records"), found, strict=True)
        ]
    return [_sentences(_placed(study, rows), language) for rows in found]


def _matched(
    frame: pd.DataFrame, data: pd.DataFrame, keys: Sequence[str]
) -> list[list[dict[Any, Any]]]:
    """Return the rows of ``frame`` that have the same keys as each row of ``data``."""
    groups: dict[tuple[str, ...], list[dict[Any, Any]]] = {}
    for row in frame[[*dict.fromkeys([*keys, "doc_id", "start", "end"])]].to_dict("records"):
        groups.setdefault(tuple(str(row[key]) for key in keys), []).append(row)
    wanted = zip(*(data[key].astype("str") for key in keys), strict=True)
    return [groups.get(tuple(values), []) for values in wanted]


def _tested(study: Study) -> pd.DataFrame:
    """Return the findings with the place of the figure that each of them tests."""
    last = study.findings["operands"].str.rsplit(";", n=1).str[-1].str.split(":", expand=True)
    if study.findings.empty:
        return study.findings.assign(start=[], end=[])
    return study.findings.assign(start=last[0].astype("int64"), end=last[1].astype("int64"))


def _placed(study: Study, rows: Sequence[dict[Any, Any]]) -> list[Place]:
    found = []
    for number, row in enumerate(rows):
        # the words of places beyond those that are shown are not needed
        text = study.text(row["doc_id"]) if number < SENTENCES else ""
        start, end = int(row["start"]), int(row["end"])
        found.append((str(row["doc_id"]), start, end, text[start:end]))
    return found


def _direct(study: Study, data: pd.DataFrame, language: str) -> Iterator[str]:
    """Yield a link a row: to the figure there, else to the measure or honour, else to the text."""
    spans = ["doc_id", "start", "end"]
    figures = set(study.observations[spans].itertuples(index=False, name=None))
    passages = {
        place
        for table in (study.tasks, study.honours, study.sections)
        for place in table[["doc_id", "start"]].itertuples(index=False, name=None)
    }
    known = set(study.documents["doc_id"])
    for row in data[spans].to_dict("records"):
        doc_id, start, end = str(row["doc_id"]), int(row["start"]), int(row["end"])
        if (doc_id, start, end) in figures:
            yield _sentences(_placed(study, [row]), language)
        elif (doc_id, start) in passages:
            yield markup.passage(doc_id, start, label("text.passage", language), language)
        else:
            whole = label("text.whole", language)
            yield markup.filtered(doc_id, whole) if doc_id in known else ""


def _sections(study: Study, data: pd.DataFrame) -> Iterator[list[Place]]:
    headed = study.sections[study.sections["level"] >= 1]
    groups: dict[tuple[str, str], list[Place]] = {}
    for row in headed.to_dict("records"):
        place = (str(row["doc_id"]), int(row["start"]), int(row["end"]), str(row["heading"]))
        groups.setdefault((str(row["doc_id"]), str(row["part"])), []).append(place)
    for row in data[["doc_id", "part"]].to_dict("records"):
        yield groups.get((str(row["doc_id"]), str(row["part"])), [])


def _sentences(places: Sequence[Place], language: str) -> str:
    shown = [markup.evidence(*place, language) for place in places[:SENTENCES]]
    return _joined(shown, len(places), language)


def _passages(places: Sequence[Place], language: str) -> str:
    shown = [
        markup.passage(doc_id, start, words, language)
        for doc_id, start, _, words in places[:SENTENCES]
    ]
    return _joined(shown, len(places), language)


def _joined(shown: Sequence[str], every: int, language: str) -> str:
    if not shown:
        return html.escape(label("text.unknown", language))
    more = label("text.and_more", language, n=every - len(shown)) if every > len(shown) else ""
    return labels.listed(shown, language) + html.escape(more)


def _narrowed(row: dict[Any, Any], figures: int, keys: Sequence[str], language: str) -> str:
    if not figures:
        return html.escape(label("text.unknown", language))
    words = label("text.places", language, n=figures)
    return markup.filtered(str(row["doc_id"]), words, [(key, str(row[key])) for key in keys])
