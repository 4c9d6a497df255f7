"""Two coders and the program: which figures belong together, and how far their codes agree.

Figures belong together if they stand at the same place of a sentence: with the same bounds, or else
overlapping. A sentence counts where both have dealt with it. A figure that all who have it take for
a date or a name (role structural) is not counted, since coders may leave these out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import numpy as np

from govlaw import agreement, evaluation, sheets
from govlaw.agreement import Unit
from govlaw.codebook import Codebook
from govlaw.errors import CheckError
from govlaw.evaluation import Gold, Pair
from govlaw.numerals import plain
from govlaw.sheets import Figure, Place, Sheet
from govlaw.tables import Row, Study

#: What coders are compared in. ``any``: whether a sentence holds a figure; ``found``: the figure
#: itself; ``text``: its bounds; the others: the columns of the sheet, for figures that both have.
VARIABLES = ("any", "found", "text", "value", "unit", "approx", "role", "indicator")
#: What the program is compared in, with evaluation's names.
ATTRIBUTES = ("found", "text", "value", "unit", "approx", "role", "indicator")
COLUMNS: dict[str, tuple[str, ...]] = {
    "agreement": (
        "variable", "indicator", "metric", "first", "second", "n", "missing", "agreeing", "raw",
        "raw_low", "raw_high", "alpha", "alpha_low", "alpha_high", "kappa", "kappa_low",
        "kappa_high", "note",
    ),
    "rules": (
        "against", "coder", "weighted", "attribute", "matched", "gold", "found", "precision",
        "precision_low", "precision_high", "recall", "recall_low", "recall_high", "f1", "f1_low",
        "f1_high",
    ),
    "rules_indicators": ("against", *evaluation.COLUMNS["evaluation_indicators"]),
    "disagreements": (
        "sentence", "doc_id", "start", "end", "text", "variable", "first", "second", "passage",
    ),
    "coded": (
        "sheet", "coder", "sentence", "doc_id", "start", "end", "text", "value", "value_high",
        "unit", "approx", "role", "indicator", "note", "probability",
    ),
}  # fmt: skip
#: What the notes of a table mean.
NOTES = {
    "no_negatives": "no alpha or kappa of `found`: figures that neither coder saw cannot be "
    "counted; `any` asks the same of sentences, which can",
    "no_variance": "alpha is 0 and kappa undefined where every value is the same: read the raw"
    " agreement instead",
    "perfect": "no interval of alpha or kappa where the coders never differ: neither method can "
    "show what was not seen",
    "few_reports": "no interval of alpha: fewer than three reports to draw from",
}
_METRICS = {"value": "ratio"}
_STRUCTURAL = "structural"
_NAMES = ("first", "second", "adjudicated")
_X = TypeVar("_X")
_Y = TypeVar("_Y")


@dataclass(frozen=True, slots=True)
class Comparison:
    """The tables of :data:`COLUMNS` as text, and what to say of them."""

    listed: dict[str, list[Row]]
    remarks: list[str]


# -- which figures belong together ---------------------------------------------------------


def align(
    first: Sequence[_X],
    second: Sequence[_Y],
    of_first: Callable[[_X], tuple[int, int]],
    of_second: Callable[[_Y], tuple[int, int]],
) -> list[tuple[_X | None, _Y | None]]:
    """Pair what stands at one place: equal spans, then overlapping ones from left to right.

    Every element stands in one pair; one without a partner is paired with None.
    """
    left = sorted(first, key=of_first)
    right = sorted(second, key=of_second)
    partner: dict[int, int] = {}
    taken: set[int] = set()
    spans = {of_second(item): number for number, item in enumerate(right)}
    for number, item in enumerate(left):
        equal = spans.get(of_first(item))
        if equal is not None:
            partner[number] = equal
            taken.add(equal)
    for number, item in enumerate(left):
        if number in partner:
            continue
        start, end = of_first(item)
        for other, candidate in enumerate(right):
            there, until = of_second(candidate)
            if other not in taken and there < end and start < until:
                partner[number] = other
                taken.add(other)
                break
    pairs: list[tuple[_X | None, _Y | None]] = [
        (item, right[partner[number]] if number in partner else None)
        for number, item in enumerate(left)
    ]
    return pairs + [(None, item) for number, item in enumerate(right) if number not in taken]


def _span(figure: Figure) -> tuple[int, int]:
    return figure.start, figure.end


def _row_span(row: Row) -> tuple[int, int]:
    return int(row["start"]), int(row["end"])


def _by_sentence(figures: Iterable[Figure], of: Iterable[str]) -> dict[str, list[Figure]]:
    listed: dict[str, list[Figure]] = {name: [] for name in of}
    for figure in figures:
        if figure.sentence in listed:
            listed[figure.sentence].append(figure)
    return listed


def _counts(roles: Iterable[str | None]) -> bool:
    """Tell whether a figure counts: somebody takes it for more than a date or a name."""
    return any(role != _STRUCTURAL for role in roles)


@dataclass(frozen=True, slots=True)
class _Both:
    """A figure of two coders; one of them may lack it."""

    place: Place
    first: Figure | None
    second: Figure | None

    @property
    def either(self) -> Figure:
        found = self.first or self.second
        assert found is not None
        return found

    @property
    def roles(self) -> list[str | None]:
        """What role each coder who has the figure gives it."""
        return [figure.said["role"] for figure in (self.first, self.second) if figure]

    def values(self, variable: str) -> Unit:
        """Return what the two coders say; None where one lacks the figure or did not code it."""
        if self.first is None or self.second is None:
            return (None, None)
        if variable == "text":
            return (_span(self.first), _span(self.second))
        if variable == "value":
            return (_value(self.first, "value"), _value(self.second, "value"))
        return (self.first.said[variable], self.second.said[variable])


def _value(figure: Figure, column: str) -> Decimal | None:
    text = figure.said[column]
    return Decimal(text) if text else None


def _paired(first: Sheet, second: Sheet) -> list[_Both]:
    """Pair the figures of the sentences that both coders have dealt with, structural ones too."""
    both = [name for name in first.places if name in first.coded & second.coded]
    mine, yours = (_by_sentence(sheet.figures, both) for sheet in (first, second))
    return [
        _Both(first.places[name], one, other)
        for name in both
        for one, other in align(mine[name], yours[name], _span, _span)
    ]


# -- how far coders agree ------------------------------------------------------------------


def _measured(
    variable: str,
    units: Sequence[Unit],
    clusters: Sequence[str],
    seed: int,
    indicator: str = "",
) -> Row:
    """Return the measures of a variable for which agreement on absence can be counted."""
    metric = _METRICS.get(variable, "nominal")
    agreeing, n = agreement.raw(units)
    found = agreement.alpha(units, metric)
    interval = agreement.alpha_interval(units, clusters, metric, seed)
    chance = agreement.kappa(units) if metric == "nominal" else None
    varied = len({value for unit in units if None not in unit for value in unit}) > 1
    kappa_low, kappa_high = (chance[1] if chance else None) or (None, None)
    notes = []
    if n and not varied:
        notes.append("no_variance")
    elif n and agreeing == n:
        notes.append("perfect")
    elif n and not interval:
        notes.append("few_reports")
    rounded = evaluation.rounded
    return {
        "variable": variable,
        "indicator": indicator,
        "metric": metric,
        "first": "",
        "second": "",
        "n": str(n),
        "missing": str(len(units) - n),
        "agreeing": str(agreeing),
        **evaluation.share("raw", agreeing, n),
        "alpha": rounded(found),
        "alpha_low": rounded(interval[0] if interval else None),
        "alpha_high": rounded(interval[1] if interval else None),
        "kappa": rounded(chance[0] if chance else None),
        "kappa_low": rounded(kappa_low),
        "kappa_high": rounded(kappa_high),
        "note": ";".join(notes),
    }


def compare(first: Sheet, second: Sheet, seed: int = 0) -> tuple[list[Row], list[Row]]:
    """Return the tables ``agreement`` and ``disagreements`` of two sheets of one sample.

    Raises
    ------
    CheckError
        If the sheets are of different samples, or no sentence was coded by both.
    """
    _check_same(first, second)
    pairs = [pair for pair in _paired(first, second) if _counts(pair.roles)]
    both = [name for name in first.places if name in first.coded & second.coded]
    if not both:
        raise CheckError(f"{first.path} and {second.path}: no sentence was coded by both")
    with_figures = [{p.place.id for p in pairs if p.first}, {p.place.id for p in pairs if p.second}]
    any_units = [tuple(str(name in held) for held in with_figures) for name in both]
    listed = [_measured("any", any_units, [first.places[name].doc_id for name in both], seed)]
    listed.append(_found(pairs))
    clusters = [pair.place.doc_id for pair in pairs if pair.first and pair.second]
    matched = [pair for pair in pairs if pair.first and pair.second]
    for variable in VARIABLES[2:]:
        listed.append(_measured(variable, [p.values(variable) for p in matched], clusters, seed))
    coded = [pair.values("indicator") for pair in matched]
    for code in sorted({str(value) for unit in coded for value in unit if value}):
        units = [tuple(None if v is None else str(v == code) for v in unit) for unit in coded]
        row = _measured("indicator", units, clusters, seed, code)
        used = (str(sum(unit[n] == code for unit in coded)) for n in (0, 1))
        listed.append(row | dict(zip(("first", "second"), used, strict=True)))
    return listed, [row for pair in pairs for row in _differing(pair)]


def _check_same(first: Sheet, other: Sheet) -> None:
    if first.identity != other.identity or first.places != other.places:
        raise CheckError(
            f"{first.path} and {other.path} are not sheets of one sample, or their sentences have "
            "been changed"
        )


def _found(pairs: Sequence[_Both]) -> Row:
    """Return the row of ``found``: figures that both have, of those that one has at least."""
    first, second = sum(bool(p.first) for p in pairs), sum(bool(p.second) for p in pairs)
    both = sum(bool(p.first and p.second) for p in pairs)
    return dict.fromkeys(COLUMNS["agreement"], "") | {
        "variable": "found",
        "metric": "nominal",
        "first": str(first),
        "second": str(second),
        "n": str(len(pairs)),
        "missing": "0",
        "agreeing": str(both),
        **evaluation.share("raw", both, len(pairs)),
        "note": "no_negatives",
    }


def _differing(pair: _Both) -> list[Row]:
    at = pair.either
    row = {
        "sentence": at.sentence,
        "doc_id": at.doc_id,
        "start": str(at.start),
        "end": str(at.end),
        "text": at.text,
        "passage": pair.place.text,
    }
    if pair.first is None or pair.second is None:
        words = [figure.text if figure else "" for figure in (pair.first, pair.second)]
        return [row | {"variable": "found", "first": words[0], "second": words[1]}]
    found = []
    for variable in (*VARIABLES[2:-1], "value_high", "indicator"):
        if variable == "text":
            words = [pair.first.text, pair.second.text]
            differs = _span(pair.first) != _span(pair.second)
        else:
            said = [figure.said[variable] for figure in (pair.first, pair.second)]
            differs = None not in said and said[0] != said[1]
            words = [sheets.NONE if word == "" else word or "" for word in said]
        if differs:
            found.append(row | {"variable": variable, "first": words[0], "second": words[1]})
    return found


# -- the program against the coders --------------------------------------------------------


def agreed(first: Sheet, second: Sheet) -> tuple[Sheet, set[tuple[str, int, int]]]:
    """Return what both coders say, as a sheet, and the places of figures that only one has.

    A variable in which they differ is not coded. Bounds in which they differ are the first coder's,
    and ``text`` is missing from ``said``.
    """
    figures, disputed = [], set()
    for pair in _paired(first, second):
        if pair.first is None or pair.second is None:
            disputed.add((pair.place.id, *_span(pair.either)))
            continue
        mine, yours = pair.first, pair.second
        said = {
            column: word if word == yours.said[column] else None
            for column, word in mine.said.items()
        }
        if said["value_high"] is None:
            said["value"] = None
        if _span(mine) != _span(yours):
            said["text"] = None
        figures.append(replace(mine, said=said, note=f"{mine.note} {yours.note}".strip()))
    sheet = replace(first, coder="agreed", coded=first.coded & second.coded, figures=figures)
    return sheet, disputed


def score(
    sheet: Sheet,
    study: Study,
    against: str,
    disputed: Iterable[tuple[str, int, int]] = (),
) -> tuple[list[Row], list[Row]]:
    """Hold the program's figures against a sheet: rows of ``rules`` and ``rules_indicators``.

    Counts are given as they are and weighted by one over the probability of the sentence (Horvitz
    and Thompson 1952), which estimates them for all sentences of the study. Intervals are Wilson's;
    for weighted shares with Kish's effective number, (sum of weights)² / sum of squares.

    Raises
    ------
    CheckError
        If the study's texts are not those from which the sample was drawn.
    """
    observed = _observed(sheet, study)
    figures = _by_sentence(sheet.figures, observed)
    unsure: dict[str, list[tuple[int, int]]] = {}
    for name, start, end in disputed:
        unsure.setdefault(name, []).append((start, end))
    pairs: list[tuple[Place, Pair]] = []
    for name, listed in observed.items():
        for figure, row in align(figures[name], listed, _span, _row_span):
            if figure is None and row is not None and _overlaps(row, unsure.get(name, [])):
                continue
            roles = [figure.said["role"]] if figure else []
            if _counts([*roles, row["role"]] if row else roles):
                pair = Pair(sheet.places[name].doc_id, _gold(figure) if figure else None, row)
                pairs.append((sheet.places[name], _coded(pair, figure)))
    about = {"against": against, "coder": sheet.coder}
    rows = [about | row for weighted in (False, True) for row in _scores(pairs, weighted)]
    codes = [pair for _, pair in pairs if _has(pair, "indicator")]
    return rows, [{"against": against, **row} for row in evaluation.by_code(codes)]


@dataclass(frozen=True, slots=True)
class _Partial(Pair):
    """A pair in which the coder left some attributes uncoded; these count for nothing."""

    uncoded: frozenset[str] = frozenset()


def _has(pair: Pair, attribute: str) -> bool:
    return not isinstance(pair, _Partial) or attribute not in pair.uncoded


def _coded(pair: Pair, figure: Figure | None) -> Pair:
    missing = {name for name, word in figure.said.items() if word is None} if figure else set()
    return _Partial(pair.doc_id, pair.gold, pair.row, frozenset(missing)) if missing else pair


def _observed(sheet: Sheet, study: Study) -> dict[str, list[Row]]:
    """Return the program's figures in each sentence that the coder has dealt with."""
    known = set(study.documents["doc_id"])
    texts: dict[str, str] = {}
    places = [place for name, place in sheet.places.items() if name in sheet.coded]
    for place in places:
        if place.doc_id in known and place.doc_id not in texts:
            texts[place.doc_id] = study.text(place.doc_id)
        if texts.get(place.doc_id, "")[place.start : place.end] != place.text:
            raise CheckError(
                f"{sheet.path}: {place.id} ({place.doc_id}) is not in the texts of {study.folder} "
                "as it was sampled; give the tables that the sample was drawn from"
            )
    at = {(place.doc_id, place.start): place.id for place in places}
    found: dict[str, list[Row]] = {place.id: [] for place in places}
    columns = ["doc_id", "start", "end", "text", "value", "value_high", "unit", "approx", "role",
               "kind", "indicator", "sentence_start"]  # fmt: skip
    for row in study.observations[columns].to_dict("records"):
        name = at.get((row["doc_id"], row["sentence_start"]))
        if name is not None:
            found[name].append({str(key): _cell(value) for key, value in row.items()})
    return found


def _cell(value: object) -> str:
    """Return a cell of a data frame as it stands in the table: missing numbers are empty."""
    if isinstance(value, float):
        return "" if np.isnan(value) else plain(Decimal(repr(value)))
    return str(value)


def _overlaps(row: Row, spans: Iterable[tuple[int, int]]) -> bool:
    start, end = _row_span(row)
    return any(there < end and start < until for there, until in spans)


def _gold(figure: Figure) -> Gold:
    """Return a coder's figure as an annotation; what was not coded is filled in for the type."""
    said = figure.said
    also = evaluation.ALSO.findall(figure.note)
    codes = [code for code in (said["indicator"], *also) if code]
    return Gold(
        figure.doc_id, figure.start, figure.end, figure.text, _value(figure, "value"),
        _value(figure, "value_high"), said["unit"] or "", said["approx"] or "", said["role"] or "",
        "", tuple(codes) if said["role"] != _STRUCTURAL else (), figure.where,
    )  # fmt: skip


def _counted(pair: Pair, attribute: str) -> tuple[int, int, int]:
    """Return what a pair adds to matched, gold and found."""
    if not _has(pair, attribute):
        return 0, 0, 0
    if attribute != "text":
        return pair.counts(attribute)[:3]
    gold, row = pair.gold, pair.row
    equal = gold and row and (gold.start, gold.end) == _row_span(row)
    return int(bool(equal)), int(gold is not None), int(row is not None)


def _scores(pairs: Sequence[tuple[Place, Pair]], weighted: bool) -> list[Row]:
    weights = np.array([float(1 / place.probability) if weighted else 1.0 for place, _ in pairs])
    reports = list(dict.fromkeys(place.doc_id for place, _ in pairs))
    of_report = np.array([reports.index(place.doc_id) for place, _ in pairs], dtype=np.int64)
    listed = []
    for attribute in ATTRIBUTES:
        counts = np.array([_counted(pair, attribute) for _, pair in pairs]).reshape(-1, 3)
        by_weight = counts * weights[:, None]
        matched, gold, found = by_weight.sum(axis=0)
        clusters = np.zeros((len(reports), 3))
        np.add.at(clusters, of_report, by_weight)
        spread = evaluation.bootstrap_f1(clusters)
        both = gold + found
        listed.append(
            {
                "weighted": "true" if weighted else "false",
                "attribute": attribute,
                **{
                    name: f"{sum_:.1f}" if weighted else str(int(sum_))
                    for name, sum_ in zip(
                        ("matched", "gold", "found"), (matched, gold, found), strict=True
                    )
                },
                **_share("precision", matched, found, weights * counts[:, 2]),
                **_share("recall", matched, gold, weights * counts[:, 1]),
                "f1": evaluation.rounded(2 * matched / both if both else None),
                "f1_low": evaluation.rounded(spread[0] if spread else None),
                "f1_high": evaluation.rounded(spread[1] if spread else None),
            }
        )
    return listed


def _share(name: str, part: float, whole: float, weights: np.ndarray) -> Row:
    """Return a share with Wilson's interval for the effective number of what it is a share of."""
    if not whole:
        return evaluation.share(name, 0, 0)
    effective = whole**2 / float(weights @ weights)
    return evaluation.share(name, part / whole * effective, effective)


# -- all of it -----------------------------------------------------------------------------


def run(
    first: Path,
    second: Path,
    book: Codebook,
    *,
    adjudicated: Path | None = None,
    study: Study | None = None,
    out: Path | None = None,
    seed: int = 0,
) -> Comparison:
    """Compare two filled sheets, and the program with them where the tables are given.

    Raises
    ------
    TableError
        If a sheet cannot be read or has wrong cells, or the tables cannot be written.
    CheckError
        If the sheets or the tables do not belong together.
    """
    read = [sheets.read(path, book) for path in (first, second)]
    one, two = read
    final = sheets.read(adjudicated, book) if adjudicated else None
    listed: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    listed["agreement"], listed["disagreements"] = compare(one, two, seed)
    if final:
        _check_same(one, final)
    filled = [*read, final] if final else read
    remarks = _who(filled)
    if study is not None:
        both, disputed = agreed(one, two)
        against = [*zip(_NAMES, filled, strict=False), ("agreed", both)]
        for name, sheet in against:
            scores, codes = score(sheet, study, name, disputed if name == "agreed" else ())
            listed["rules"] += scores
            listed["rules_indicators"] += codes
        if any(len(sheet.coded) < len(sheet.places) for sheet in filled):
            remarks.append(
                "Not every sampled sentence was coded: weighted numbers then stand for all "
                "sentences only if those left out are like the others."
            )
        remarks.append(
            "That the program agrees with a coder is no reliability; only what two people say who "
            "do not know of each other's coding is."
        )
    for name, sheet in zip(_NAMES, filled, strict=False):
        listed["coded"] += _coded_rows(name, sheet)
    notes = {note for row in listed["agreement"] for note in row["note"].split(";") if note}
    remarks += [words for name, words in NOTES.items() if name in notes]
    if out is not None:
        evaluation.write_tables(out, COLUMNS, listed)
    return Comparison(listed, remarks)


def _who(read: Sequence[Sheet]) -> list[str]:
    one, two = read[:2]
    both = len(one.coded & two.coded)
    lines = [
        f"{name}: {sheet.path.name}, coded by {sheet.coder or 'nobody named'}, "
        f"{len(sheet.coded)} of {len(sheet.places)} sentences"
        for name, sheet in zip(_NAMES, read, strict=False)
    ]
    lines.append(f"{both} sentences were coded by both and are compared")
    if one.coder and one.coder == two.coder:
        lines.append(
            f"Both sheets name {one.coder}: this is how stable one coder is, and no agreement "
            "between two."
        )
    return lines


def _coded_rows(name: str, sheet: Sheet) -> list[Row]:
    return [
        {
            "sheet": name,
            "coder": sheet.coder,
            "sentence": figure.sentence,
            "doc_id": figure.doc_id,
            "start": str(figure.start),
            "end": str(figure.end),
            "text": figure.text,
            **{
                column: sheets.NONE if said == "" and column != "value_high" else said or ""
                for column, said in figure.said.items()
            },
            "note": figure.note,
            "probability": _decimal(sheet.places[figure.sentence].probability),
        }
        for figure in sheet.figures
    ]


def _decimal(value: Fraction) -> str:
    return f"{float(value):.10g}"


def table(made: Comparison) -> str:
    """Return the measures as plain text to print."""
    lines = [
        f"{'':10} {'n':>5} {'missing':>7}  {'raw (95%)':22}  {'alpha (95%)':23}  kappa (95%)",
    ]
    for row in made.listed["agreement"]:
        if row["indicator"]:
            continue
        shown = [_interval(row, name) for name in ("raw", "alpha", "kappa")]
        lines.append(
            f"{row['variable']:10} {row['n']:>5} {row['missing']:>7}  {shown[0]:22}  "
            f"{shown[1]:23}  {shown[2]}".rstrip()
        )
    if made.listed["rules"]:
        lines += ["", f"{'rules against':24} {'precision (95%)':22}  {'recall (95%)':22}  F1"]
    for row in made.listed["rules"]:
        name = f"{row['against']}{', weighted' if row['weighted'] == 'true' else ''}"
        head = f"{name}:" if row["attribute"] == ATTRIBUTES[0] else ""
        if head:
            lines.append(head)
        lines.append(
            f"  {row['attribute']:22} {_interval(row, 'precision'):22}  "
            f"{_interval(row, 'recall'):22}  {_interval(row, 'f1')}".rstrip()
        )
    return "\n".join([*lines, "", *made.remarks])


def _interval(row: Row, name: str) -> str:
    if not row[name]:
        return "-"
    low, high = row[f"{name}_low"], row[f"{name}_high"]
    return f"{row[name]} {low}–{high}" if low else row[name]
