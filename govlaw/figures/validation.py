"""Figures of the validation: how well figures and codes are read, a panel for each set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes

from govlaw import __version__, labels, measures, style
from govlaw.codebook import VERSION
from govlaw.evaluation import ATTRIBUTES
from govlaw.figures.page import (
    NAMES,
    Drawing,
    Page,
    add_column,
    description,
    drawn,
    few_ticks,
    marker_key,
    name_rows,
)
from govlaw.figures.words import LINE, wrap
from govlaw.labels import label
from govlaw.validation import Validation, overall, recall

_ACROSS = 2  # panels side by side
_ROOM = 2.5  # inches for the words above a panel
_SHARES = {"precision": ("o", -0.14), "recall": ("D", 0.14)}
#: A colour for what of a set had been seen; grey is no evidence.
_SEEN = {"rules": "#777777", "texts": "#0072b2", "unseen": "#117733", "own": "#c44e00"}


@drawn
def validation_scores(found: Validation, *, language: str) -> Drawing:
    """Draw precision and recall of every attribute with Wilson's 95% intervals.

    Parameters
    ----------
    found : what :func:`govlaw.validation.read` returned
    language : zh or en

    Raises
    ------
    TableError
        If the language is unknown.
    """
    shown = _with_numbers(found)
    scores = {row["set"]: overall(found.scores, row["set"]) for row in shown}
    codes = [100 * scores[row["set"]]["indicator"]["recall"] for row in shown]
    told = [share for share in codes if share == share]
    title = label("title.validation_scores", language, sets=len(shown),
                  low=f"{min(told):.0f}" if told else "–",
                  high=f"{max(told):.0f}" if told else "–")  # fmt: skip
    keys = [
        (marker_key(style.INK, marker), label(f"head.{name}", language))
        for name, (marker, _) in _SHARES.items()
    ]
    page = _page("scores", title, shown, len(ATTRIBUTES), keys, language)
    if not shown:
        return page.empty(language)
    for axes, row in zip(_panels(page, shown), shown, strict=True):
        table, color = scores[row["set"]], _SEEN[row["seen"]]
        for line, attribute in enumerate(ATTRIBUTES):
            for name, (marker, shift) in _SHARES.items():
                _interval(axes, line + shift, table[attribute], name, marker, color)
        counts = [f"{table[a]['gold']:.0f}" for a in ATTRIBUTES]
        add_column(axes, range(len(ATTRIBUTES)), counts, "n")
        name_rows(axes, [label(f"attribute.{a}", language) for a in ATTRIBUTES], grid=False)
        _frame(axes, row, language)
    lows = (row[f"{name}_low"] for t in scores.values() for row in t.values() for name in _SHARES)
    _common_axis(page, 100 * min(low for low in lows if low == low), language)
    details = [
        label("text.set_scores", language, name=_name(row, language),
              precision=_percent(scores[row["set"]]["indicator"]["precision"]),
              recall=_percent(scores[row["set"]]["indicator"]["recall"]))
        for row in shown
    ]  # fmt: skip
    return page.drawing(description("validation_scores", title, details, language))


@drawn
def validation_recall(
    found: Validation, *, language: str, by: str = "dimension", least: int = 5
) -> Drawing:
    """Draw what share of the annotated codes was given, by dimension or by indicator.

    Parameters
    ----------
    found : what :func:`govlaw.validation.read` returned
    language : zh or en
    by : ``dimension`` or ``indicator``
    least : fewest annotated figures for a dot; rows without one in any set are left out

    Raises
    ------
    TableError
        If the language or ``by`` is unknown.
    """
    table = recall(found.indicators, by)
    enough = table[table["gold"] >= least]
    order = _order(list(dict.fromkeys(enough["name"])), by)
    shown = _with_numbers(found) if order else []
    every = int(table["gold"].sum())
    name_of = labels.dimension if by == "dimension" else labels.indicator
    worst = enough.sort_values("recall", kind="stable").head(1).to_dict("records") if order else []
    title = label(f"title.validation_recall_{by}", language,
                  name=name_of(worst[0]["name"], language) if worst else "–",
                  share=_percent(worst[0]["recall"]) if worst else "–",
                  n=worst[0]["gold"] if worst else 0)  # fmt: skip
    note = label("note.validation_left_out", language, least=least,
                 left=every - int(enough["gold"].sum()), every=every)  # fmt: skip
    names = [name_of(name, language) for name in order]
    tallest = max((wrap(name, NAMES).count("\n") for name in names), default=0)
    room = len(order) * (1 + 0.6 * tallest)
    page = _page("recall", title, shown, room, [], language, note)
    if not shown:
        return page.empty(language)
    for axes, row in zip(_panels(page, shown), shown, strict=True):
        own = {r["name"]: r for r in table[table["set"] == row["set"]].to_dict("records")}
        for line, name in enumerate(order):
            if name in own and own[name]["gold"] >= least:
                _interval(axes, line, own[name], "recall", "D", _SEEN[row["seen"]])
        counts = [str(own[name]["gold"]) if name in own else "0" for name in order]
        add_column(axes, range(len(order)), counts, "n")
        name_rows(axes, names, grid=False)
        _frame(axes, row, language)
    _common_axis(page, 100 * float(enough["recall_low"].min()), language)
    details = [
        label("text.set_recall", language, name=_name(row, language),
              right=int(part["right"].sum()), gold=int(part["gold"].sum()))
        for row in shown
        if len(part := enough[enough["set"] == row["set"]])
    ]  # fmt: skip
    return page.drawing(description("validation_recall", title, details, language))


def _with_numbers(found: Validation) -> list[dict[Any, Any]]:
    measured = set(found.scores["set"])
    return [row for row in found.sets.to_dict("records") if row["set"] in measured]


def _order(names: list[str], by: str) -> list[str]:
    """Return dimensions in their order, codes by name."""
    return [d for d in measures.dimensions() if d in names] if by == "dimension" else sorted(names)


def _page(
    name: str,
    title: str,
    shown: Sequence[dict[Any, Any]],
    rows: float,
    keys: Sequence[Any],
    language: str,
    *notes: str,
) -> Page:
    documents = {d for row in shown for d in str(row["documents"]).split(";")}
    source = label("text.source_validation", language, version=__version__, codebook=VERSION,
                   n=len(documents))  # fmt: skip
    seen = [s for s in _SEEN if s in {row["seen"] for row in shown}]
    colours = [(marker_key(_SEEN[s], "s"), label(f"seen.{s}", language)) for s in seen]
    lines = max(-(-len(shown) // _ACROSS), 1)
    page_notes = [label(f"note.validation_{name}", language), *notes]
    return Page(lines * (0.24 * max(rows, 2) + 0.85), title, page_notes, source,
                [*keys, *colours])  # fmt: skip


def _panels(page: Page, shown: Sequence[object]) -> list[Axes]:
    lines = -(-len(shown) // _ACROSS)
    grid = page.figure.subplots(lines, _ACROSS, sharex=True, sharey=True, squeeze=False)
    panels = list(grid.flat)
    for axes in panels[len(shown) :]:
        axes.remove()
    return panels[: len(shown)]


def _name(row: dict[Any, Any], language: str) -> str:
    return str(row[f"label_{language}"]) or label("set.own", language)


def _frame(axes: Axes, row: dict[Any, Any], language: str) -> None:
    how = label("how.live" if row["live"] else "how.recorded", language, date=row["measured"])
    words = f"{wrap(_name(row, language), _ROOM)}\n{how}"
    axes.set_title(words, loc="left", size=style.SMALL_SIZE, pad=14, linespacing=LINE)


def _interval(
    axes: Axes, line: float, row: dict[Any, Any], name: str, marker: str, color: str
) -> None:
    """Draw a share and its interval, in percent; nothing where there is no share."""
    share, low, high = (100 * float(row[name + end]) for end in ("", "_low", "_high"))
    if share == share:
        axes.hlines(line, low, high, color=color, linewidth=1.5, alpha=0.6)
        axes.plot(share, line, marker, color=color, markersize=5, clip_on=False)


def _common_axis(page: Page, low: float, language: str) -> None:
    floor = max(0.0, 10 * (low // 10))
    panels = page.figure.axes
    for number, axes in enumerate(panels):
        lowest = number + _ACROSS >= len(panels)
        axes.set_xlim(floor, 100 + 0.02 * (100 - floor))
        axes.xaxis.set_major_locator(few_ticks(5))
        axes.set_xlabel(label("axis.share", language) if lowest else "")
        axes.tick_params(labelbottom=lowest, labelleft=number % _ACROSS == 0)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%" if share == share else "–"
