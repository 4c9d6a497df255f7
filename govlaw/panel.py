"""The panel: place by year by indicator, one value each or one of the ways in which it is missing.

Of several figures for one indicator, one is the value, by a stated order (``panel_choice.csv`` and
:func:`_chosen`); nothing is ever added up. A year without a report is a row, and missing is never
0. Annual reports alone enter, one a place and year; every other is listed with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from govlaw import overrides as corrections
from govlaw import places as divisions
from govlaw import tables
from govlaw.applicability import applies
from govlaw.codebook import indicators
from govlaw.definitions import rows
from govlaw.errors import TableError
from govlaw.measures import DISCLOSED, STATES, annual_reports, core_indicators, records
from govlaw.numerals import plain
from govlaw.overrides import Override
from govlaw.tables import Study

#: Columns of the long table, in order: a row a place, year and indicator.
LONG = (
    "adcode", "year", "indicator", "place", "level", "province", "harmonised", "dimension",
    "doc_id", "state", "value", "value_low", "value_high", "unit", "approx", "role", "text",
    "start", "end", "sentence", "scope", "period", "figures", "verdict", "rule", "uncertain",
    "applies", "source", "override", "override_date",
)  # fmt: skip
#: First columns of the wide table; two for each indicator follow: its code, and code + ``STATE``.
WIDE = ("adcode", "year", "place", "level", "province", "harmonised", "doc_id", "report")
STATE = "_st"
#: Reports that have no row of their own, and why (``docs/panel.md``).
UNPLACED = ("doc_id", "title", "issuer", "adcode", "level", "year", "reason", "kept")
#: What is known of one report and indicator, before the panel is filled up.
CELL = (
    "doc_id", "indicator", "state", "value", "value_low", "value_high", "unit", "approx", "role",
    "text", "start", "end", "sentence", "scope", "period", "figures", "verdict", "rule",
    "uncertain", "override", "override_date",
)  # fmt: skip
#: Governments with a division code of their own. Departments and townships share that of theirs.
LEVELS = ("province", "prefecture", "county")
EVERY_LEVEL = (*LEVELS, "township", "department")
PLACES = ("corpus", "all")
KEYS = ("adcode", "harmonised")
#: Verdicts from worst to best; one that decides goes before those that do not.
WORST = (
    "irreconcilable", "over_rounded", "ceiling", "truncated", "consistent", "undetermined",
    "base_undisclosed",
)  # fmt: skip
#: Taiwan, Hong Kong and Macao are in the list of divisions; the duty to report is the mainland's.
_NO_DUTY = ("71", "81", "82")
_ABOUT = ("place", "level", "province", "harmonised", "adcode")
#: Columns of the long table that hardly repeat; other text is kept as categories.
_LONG_WORDS = ("value", "value_low", "value_high", "text", "sentence")
_DECIMALS = _LONG_WORDS[:3]


@dataclass(frozen=True)
class Panel:
    """A panel as data frames.

    ``long`` has the columns ``LONG`` and ``wide`` those of ``WIDE`` with two a code. Values and
    bounds are decimals as text, empty where missing (:func:`numbers` makes floats); ``year``,
    ``start``, ``end`` and ``figures`` are whole numbers, the offsets missing where there is no
    figure; ``report``, ``uncertain`` and ``applies`` are true or false; all else is text.
    ``unplaced`` lists the reports without a row, ``overrides`` what became of each correction.
    """

    long: pd.DataFrame
    wide: pd.DataFrame
    unplaced: pd.DataFrame
    overrides: pd.DataFrame
    key: str = "adcode"


def build(
    study: Study,
    *,
    years: Sequence[int] = (),
    levels: Sequence[str] = LEVELS,
    codes: Sequence[str] | None = None,
    places: str = "corpus",
    key: str = "adcode",
    overrides: Sequence[Override] = (),
    without: Sequence[str] = (),
) -> Panel:
    """Make the panel of a study.

    Parameters
    ----------
    years : years to show; by default each place from its first report to its last
    levels : any of ``EVERY_LEVEL``
    codes : indicators; by default the core of the codebook and all that a report gives a figure
        for
    places : corpus (those with a report) or all (every place of the levels in the list)
    key : what a row stands for beside the year: ``adcode``, the code of the report year, or
        ``harmonised``, that of the same place in the newest list
    overrides : corrections, see :func:`govlaw.overrides.read`
    without : reports to leave out, by ``doc_id``

    Raises
    ------
    TableError
        If an option is unknown, no report can enter, two reports claim one place and year and no
        rule decides, simulated reports stand beside others, or tables and texts do not belong
        together.
    """
    _check(levels, places, key)
    reports, unplaced = _placed(study.documents, levels, key, without, years)
    if reports.empty:
        raise TableError(f"{study.folder}: {_nothing(unplaced)}")
    wanted = _codes(study, reports, codes, overrides)
    grid = _grid(reports, years, levels, places, key)
    cells, outcomes = _cells(study, reports, wanted, overrides)
    long_table = _filled(grid, cells, wanted, study.mentions)
    return Panel(long_table, wide(long_table, key), unplaced, outcomes, key)


def long(study: Study, **options: object) -> pd.DataFrame:
    """Return the long table of a study; the options are those of :func:`build`."""
    return build(study, **options).long  # type: ignore[arg-type]


def wide(long_table: pd.DataFrame, key: str = "adcode") -> pd.DataFrame:
    """Return the wide table: a row a place and year, two columns an indicator.

    ``CODE`` holds the value as text (empty where missing), ``CODE_st`` its state. The columns
    ``WIDE`` come first; ``report`` tells whether there is a report.

    Raises
    ------
    TableError
        If a code would give a column that is there already.
    """
    codes = list(dict.fromkeys(long_table["indicator"].astype("str")))
    names = [*WIDE, *(name for code in codes for name in (code, code + STATE))]
    twice = sorted({name for name in names if names.count(name) > 1}) if codes else []
    if twice:
        raise TableError(
            f"the wide table would have two columns {', '.join(twice)}; give your own indicator "
            "another code"
        )
    if long_table.empty:
        return pd.DataFrame(columns=names)
    place = long_table[key].astype("str") + "|" + long_table["year"].astype("str")
    row, keys = pd.factorize(place)
    column = pd.Categorical(long_table["indicator"].astype("str"), categories=codes).codes
    at = row * len(codes) + column
    parts: dict[str, np.ndarray] = {}
    for name in ("value", "state"):
        flat = np.full(len(keys) * len(codes), "", dtype=object)
        flat[at] = long_table[name].astype("str").to_numpy(dtype=object)
        parts[name] = flat.reshape(len(keys), len(codes))
    first = long_table.iloc[np.unique(row, return_index=True)[1]].reset_index(drop=True)
    about = {name: first[name] for name in WIDE if name != "report"}
    about["report"] = first["doc_id"].astype("str") != ""
    filled = {
        name: pd.Series(parts[kind][:, i]).astype("str")
        for i, code in enumerate(codes)
        for name, kind in ((code, "value"), (code + STATE, "state"))
    }
    return pd.DataFrame(about | filled, columns=names)


def numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a long or wide table with values and bounds as floats, NaN where missing."""
    valued = [c for c in frame.columns if c in _DECIMALS or c + STATE in frame.columns]
    return frame.assign(**{column: pd.to_numeric(frame[column]) for column in valued})


# -- reports to places and years -------------------------------------------------------------


def _check(levels: Sequence[str], places: str, key: str) -> None:
    for value, known, what in (
        *((level, EVERY_LEVEL, "level of government") for level in levels),
        (places, PLACES, "choice of places"),
        (key, KEYS, "key of a panel"),
    ):
        if value not in known:
            raise TableError(f"{value!r} is no {what}; use {' or '.join(known)}")


def _placed(
    documents: pd.DataFrame,
    levels: Sequence[str],
    key: str,
    without: Sequence[str],
    years: Sequence[int],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the reports of the panel, one a place and year, and those that have no row."""
    reports = annual_reports(documents)
    _refuse_mixture(reports)
    unknown = sorted(set(without) - set(documents["doc_id"]))
    if unknown:
        raise TableError(f"there is no report {', '.join(unknown)} to leave out")
    reports = reports.assign(
        year=reports["period_end"], reason="", kept="", harmonised=_harmonised(reports)
    )
    reasons = (
        ("left_out", reports["doc_id"].isin(list(without))),
        ("no_adcode", reports["adcode"] == ""),
        ("no_year", ~reports["year"].str.fullmatch("[0-9]{4}").astype(bool)),
        ("no_level", reports["level"] == ""),
        ("other_level", ~reports["level"].isin(list(levels))),
        ("no_harmonised", (reports[key] == "") & (key == "harmonised")),
    )
    for reason, holds in reasons:
        reports.loc[holds & (reports["reason"] == ""), "reason"] = reason
    if years:
        asked = reports["year"].isin([str(year) for year in years])
        reports = reports[asked | (reports["reason"] == "no_year")].copy()
    reports = _one_each(reports, key)
    spans = (reports["reason"] == "") & (reports["period_start"] != "")
    spans &= reports["period_start"] != reports["period_end"]
    listed = reports[(reports["reason"] != "") | spans]
    listed = listed.assign(reason=listed["reason"].where(listed["reason"] != "", "several_years"))
    chosen = reports[reports["reason"] == ""]
    chosen = chosen.assign(
        year=chosen["year"].astype("int64"),
        place=chosen["region"],
        source=chosen["source"].where(chosen["source"] != "", "texts/" + chosen["doc_id"] + ".txt"),
    )
    return chosen.reset_index(drop=True), listed[list(UNPLACED)].reset_index(drop=True)


def _nothing(unplaced: pd.DataFrame) -> str:
    """Return why a panel would hold no report at all."""
    counts = unplaced["reason"].value_counts()
    why = ", ".join(f"{reason} {size}" for reason, size in sorted(counts.items()))
    return (
        "no annual report can enter a panel of these years and levels"
        + (f" ({why})" if why else "")
        + "; docs/panel.md says what it needs"
    )


def _harmonised(reports: pd.DataFrame) -> list[str]:
    """Return the harmonised code of every report: its own, or else that of its code and year."""
    found = []
    for row in records(reports):
        code, year = str(row.harmonised), str(row.period_end)
        known = row.adcode and year.isdecimal()
        found.append(code or (divisions.harmonise(row.adcode, int(year)) if known else ""))
    return found


def _refuse_mixture(reports: pd.DataFrame) -> None:
    simulated = reports["edition"] == "simulated"
    if simulated.any() and not simulated.all():
        raise TableError(
            f"{reports[simulated]['doc_id'].iloc[0]} is simulated and "
            f"{reports[~simulated]['doc_id'].iloc[0]} is not; a panel never holds both: extract "
            "them into folders of their own"
        )


def _one_each(reports: pd.DataFrame, key: str) -> pd.DataFrame:
    """Keep one report a place and year and say of the others which was kept.

    Several reports of one unit are editions: the original goes before a digest, then the longer
    text, then the first name. By harmonised code a place that has the code already goes before
    one that was merged into it later.

    Raises
    ------
    TableError
        If two reports of one code and year are not of one unit: a line for each pair.
    """
    free = reports["reason"] == ""
    shared = free & reports[free].duplicated([key, "year"], keep=False).reindex(
        reports.index, fill_value=False
    )
    if not shared.any():
        return reports
    reports, clashes = reports.copy(), []
    for (code, year), group in reports[shared].groupby([key, "year"], sort=True):
        if group["adcode"].nunique() > 1:
            own = group["adcode"] == code
            kept = next(iter(group[own]["doc_id"]), "")
            reports.loc[group.index[~own], ["reason", "kept"]] = ["merged_later", kept]
            group = group[own]
        ordered = group.assign(
            digest=group["edition"] != "original", shorter=-group["characters"].astype("int64")
        ).sort_values(["digest", "shorter", "doc_id"], kind="stable")
        for number, index in enumerate(ordered.index[1:], 1):
            if not _one_unit(ordered.iloc[0], ordered.iloc[number]):
                clashes.append(
                    f"{ordered['doc_id'].iloc[0]} and {ordered['doc_id'].iloc[number]} are both "
                    f"of {code} in {year} and not of one unit; leave one out with --without"
                )
            reports.loc[index, ["reason", "kept"]] = ["other_report", ordered["doc_id"].iloc[0]]
    if clashes:
        raise TableError("\n".join(clashes))
    return reports


def _one_unit(first: pd.Series, second: pd.Series) -> bool:
    """Tell whether two reports with one code are of one unit: a government, or one department."""
    if first["level"] != second["level"]:
        return False
    if first["level"] in LEVELS:
        a, b = str(first["region"]), str(second["region"])
        return not a or not b or a.endswith(b) or b.endswith(a)
    issuers = set(str(first["issuer"]).split(";")) & set(str(second["issuer"]).split(";"))
    return bool(issuers - {""})


def _grid(
    reports: pd.DataFrame, years: Sequence[int], levels: Sequence[str], places: str, key: str
) -> pd.DataFrame:
    """Return a row a place and year, in order, with the report where there is one.

    A place has no row for a year in which the list of divisions has no such place. What a row
    without a report says of the place is what the place's report before or after it says.

    Returns
    -------
    DataFrame: the columns of ``_ABOUT``, year (int), doc_id and source (empty without a report)
    """
    columns = [*_ABOUT, "year", "doc_id", "source"]
    own = reports[columns].astype({"year": "int64"})
    shown = sorted(set(years)) or list(range(own["year"].min(), own["year"].max() + 1))
    known = _divisions(shown, key)
    grid = _spans(own, years, key)
    if places == "all":
        asked = known[known["level"].isin(list(levels))]
        grid = pd.concat([grid, asked[[key, "year"]]]).drop_duplicates(ignore_index=True)
    grid = grid.merge(own.rename(columns={"adcode": "_own"}) if key != "adcode" else own,
                      on=[key, "year"], how="left")  # fmt: skip
    in_list = grid.merge(known, on=[key, "year"], how="left", suffixes=("", "_listed"))
    listed = in_list["level_listed"].notna()
    gone = grid["doc_id"].isna() & ~listed & grid[key].isin(known[key])
    about = [name for name in _ABOUT if name not in (key, "adcode")]
    held = grid.groupby(key, sort=False)[about]
    grid[about] = held.ffill().combine_first(held.bfill())
    for name in about:
        grid[name] = grid[name].combine_first(in_list[f"{name}_listed"])
    if key != "adcode":
        near = grid.groupby(key, sort=False)["_own"]
        grid["adcode"] = grid["_own"].combine_first(in_list["adcode"])
        grid["adcode"] = grid["adcode"].combine_first(near.ffill()).combine_first(near.bfill())
    grid = grid[~gone].sort_values([key, "year"], kind="stable", ignore_index=True)
    return grid[columns].fillna({"doc_id": "", "source": "", "harmonised": ""})


def _spans(own: pd.DataFrame, years: Sequence[int], key: str) -> pd.DataFrame:
    """Return the years to show of every place with a report."""
    spans = own.groupby(key)["year"].agg(["min", "max"]).reset_index()
    shown = [
        (code, year)
        for code, first, last in spans.itertuples(index=False)
        for year in (sorted(set(years)) or range(first, last + 1))
    ]
    return pd.DataFrame(shown, columns=[key, "year"]).astype({key: "str", "year": "int64"})


def _divisions(years: Iterable[int], key: str) -> pd.DataFrame:
    """Return the list of divisions of some years: a row a key and year.

    Where several divisions of a year became one, the one that had the code already stands for it.
    """
    found = [
        (place.adcode, year, place.name, place.level, place.province, place.harmonised)
        for year in years
        for level in divisions.LEVELS
        for place in divisions.listed(year, level)
        if not place.adcode.startswith(_NO_DUTY) and (key == "adcode" or place.harmonised)
    ]
    frame = pd.DataFrame(
        found, columns=["adcode", "year", "place", "level", "province", "harmonised"]
    ).astype({"adcode": "str", "year": "int64"})
    other = frame["adcode"] != frame["harmonised"]
    ordered = frame.assign(other=other).sort_values(["other", "adcode"], kind="stable")
    return ordered.drop_duplicates([key, "year"]).drop(columns="other")


# -- figures to cells ------------------------------------------------------------------------


def _codes(
    study: Study,
    reports: pd.DataFrame,
    wanted: Sequence[str] | None,
    overrides: Sequence[Override],
) -> list[str]:
    """Return the indicators of the panel in the order of the codebook."""
    known = indicators()
    given = _coded(study.observations, reports)
    strange = sorted(set(given["indicator"]) - set(known))
    if strange:
        raise TableError(
            f"{study.folder}: the codebook in use has no indicator {', '.join(strange)}; name the "
            "file that it is from with --codebook"
        )
    if wanted is None:
        spoken = given[given["role"].isin(["actual", "target"])]["indicator"]
        chosen = {*core_indicators(), *spoken, *(o.indicator for o in overrides)}
    else:
        chosen = set(wanted)
        strange = sorted(chosen - set(known))
        if strange:
            raise TableError(
                f"there is no indicator {', '.join(strange)} in the codebook; "
                "`govlaw describe` lists them"
            )
    return [code for code in known if code in chosen]


def _coded(observations: pd.DataFrame, reports: pd.DataFrame) -> pd.DataFrame:
    """Return the figures of some reports that measure something, once for each code they have."""
    own = observations[
        (observations["indicator"] != "") & observations["doc_id"].isin(reports["doc_id"])
    ]
    further = own[own["also"] != ""]
    if further.empty:
        return own.reset_index(drop=True)
    more = further.assign(indicator=further["also"].str.split(";")).explode("indicator")
    return pd.concat([own, more], ignore_index=True)


@cache
def _ranks(field: str) -> tuple[tuple[int, str], ...]:
    return tuple(
        (int(row["rank"]), row["pattern"]) for row in rows("panel_choice") if row["field"] == field
    )


def _rank(field: str, said: Iterable[str], filled: Iterable[str]) -> list[int]:
    """Return the rank of each scope or period; ``filled`` stands in the patterns' braces."""
    seen: dict[tuple[str, str], int] = {}
    found = []
    for word, own in zip(said, filled, strict=True):
        if (word, own) not in seen:
            literal = re.escape(own).replace("\\", r"\\")  # itself in what is put in
            seen[word, own] = next(
                rank
                for rank, pattern in _ranks(field)
                if re.fullmatch(re.sub(r"\{\w+\}", literal, pattern), word)
            )
        found.append(seen[word, own])
    return found


def _chosen(figures: pd.DataFrame, reports: pd.DataFrame, sections: pd.DataFrame) -> pd.DataFrame:
    """Return the one figure of every report and indicator that is its value, or its target.

    The order: what was done before what is planned; the report year before a part of it, several
    years and another year; the whole place before an unnamed scope, the government's own level, a
    part and another area; undamaged print before doubtful; exact before about, over and under;
    the part on results before the others; the first in the text.
    """
    own = reports.set_index("doc_id")
    name = figures["doc_id"].map(own["place"])
    year = figures["doc_id"].map(own["year"]).astype("str")
    results = sections[sections["part"] == "results"]
    part = pd.MultiIndex.from_frame(figures[["doc_id", "section_id"]])
    ordered = figures.assign(
        _role=figures["role"] != "actual",
        _none=figures["value"].isna(),
        _period=_rank("period", figures["period"], year),
        _scope=_rank("scope", figures["scope"], name.str[-1:]),
        _doubt=figures["uncertain"].astype(bool),
        _exact=figures["approx"] != "exact",
        _part=~part.isin(pd.MultiIndex.from_frame(results[["doc_id", "section_id"]])),
    )
    order = ["_role", "_none", "_period", "_scope", "_doubt", "_exact", "_part", "start"]
    ordered = ordered.sort_values(["doc_id", "indicator", *order], kind="stable")
    return ordered.drop_duplicates(["doc_id", "indicator"]).reset_index(drop=True)


def _cells(
    study: Study, reports: pd.DataFrame, codes: Sequence[str], overrides: Sequence[Override]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what every report says of an indicator with figures, corrected; and the outcomes."""
    coded = _coded(study.observations, reports)
    coded = coded[coded["indicator"].isin(list(codes))].reset_index(drop=True)
    sizes = coded.groupby(["doc_id", "indicator"]).size().rename("figures").reset_index()
    usable = coded[coded["role"].isin(["actual", "target"])].reset_index(drop=True)
    cells = _chosen(usable, reports, study.sections)
    cells = cells.merge(_verdicts(study.findings), on=["doc_id", "start", "end"], how="left")
    done = cells["role"] == "actual"
    exact = (cells["approx"] == "exact") & ~cells["uncertain"].astype(bool)
    exact &= cells["value"].notna()
    cells["state"] = np.where(~done, "target", np.where(exact, "value", "approximate"))
    for column in _DECIMALS:
        cells[column] = _decimals(cells[column]).where(done, "")
    cells["sentence"] = pd.Series(_sentences(study, cells), dtype="str")
    cells = cells.assign(override="", override_date="")
    # what a report gives no such figure for, only one of the year before, has a count all the same
    cells = cells.merge(sizes, on=["doc_id", "indicator"], how="right")[list(CELL)]
    cells["uncertain"] = cells["uncertain"].eq(True)  # none where there is no figure
    empty = {"state": "not_mentioned", "start": -1, "end": -1}
    cells = cells.fillna({**dict.fromkeys(CELL, ""), **empty})
    cells = cells.astype({"start": "int64", "end": "int64"})
    return corrections.apply(cells, overrides, reports, codes, study.text)


def _sentences(study: Study, cells: pd.DataFrame) -> list[str]:
    """Return the sentence of every figure; refuse texts that the tables were not made from."""
    found, name, text = [], "", ""
    columns = ("doc_id", "start", "end", "text", "sentence_start", "sentence_end")
    for doc_id, start, end, said, first, last in zip(
        *(cells[column].tolist() for column in columns), strict=True
    ):
        if doc_id != name:
            name, text = doc_id, study.text(doc_id)
        if text[start:end] != said:
            raise TableError(
                f"{study.folder / 'texts' / f'{doc_id}.txt'}: not the text that the tables were "
                "made from; run `govlaw extract` or `govlaw study` again"
            )
        found.append(text[first:last])
    return found


def _decimals(column: pd.Series) -> pd.Series:
    """Return floats as the decimals that they were read from, empty where missing.

    A decimal of at most 15 digits comes back as it was (the DBL_DIG of IEEE 754 doubles).
    """
    known = {v: plain(Decimal(format(v, ".15g"))) for v in column.dropna().unique()}
    return column.map(known).astype(object).where(column.notna(), "")


def _verdicts(findings: pd.DataFrame) -> pd.DataFrame:
    """Return the worst verdict on every figure that a finding uses, and the rule it came by."""
    columns = ["doc_id", "start", "end", "verdict", "rule"]
    used = findings[findings["operands"] != ""]
    if used.empty:
        empty = pd.DataFrame(columns=columns).astype({"start": "int64", "end": "int64"})
        return empty
    used = used[["doc_id", "operands", "verdict", "rule"]]
    used = used.assign(operand=used["operands"].str.split(";")).explode("operand")
    pair = used["operand"].str.split(":", expand=True).astype("int64")
    severity = {name: rank for rank, name in enumerate(WORST)}
    used = used.assign(start=pair[0], end=pair[1], severity=used["verdict"].map(severity))
    used = used.sort_values(["severity", "rule"], kind="stable")
    return used.drop_duplicates(["doc_id", "start", "end"])[columns]


# -- the long table --------------------------------------------------------------------------


def _filled(
    grid: pd.DataFrame, cells: pd.DataFrame, codes: Sequence[str], mentions: pd.DataFrame
) -> pd.DataFrame:
    """Return the long table: every place and year of the grid by every indicator."""
    size, total = len(codes), len(grid) * len(codes)
    report = grid["doc_id"].to_numpy(dtype=object) != ""
    row_of = dict(zip(grid["doc_id"][report], np.flatnonzero(report), strict=True))
    column_of = {code: number for number, code in enumerate(codes)}

    def place(frame: pd.DataFrame) -> np.ndarray:
        row = frame["doc_id"].map(row_of).to_numpy("int64")
        return row * size + frame["indicator"].map(column_of).to_numpy("int64")

    told = mentions[
        (mentions["figures"] == 0)
        & mentions["doc_id"].isin(list(row_of))
        & mentions["indicator"].isin(list(codes))
    ]
    named = {name: number for number, name in enumerate(STATES)}
    state = np.repeat(np.where(report, named["not_mentioned"], named["no_report"]), size)
    state[place(told)] = named["mentioned"]
    at, said = place(cells), (cells["state"] != "not_mentioned").to_numpy(dtype=bool)
    state[at[said]] = cells["state"].map(named).to_numpy("int64")[said]
    dimension = pd.Series([indicators()[code].dimension for code in codes], dtype="str")
    made: dict[str, Any] = {
        "year": np.repeat(grid["year"].to_numpy("int64"), size),
        "indicator": pd.Categorical.from_codes(
            np.tile(np.arange(size), len(grid)), pd.Index(codes)
        ),
        "dimension": _spread(dimension, lambda numbers: np.tile(numbers, len(grid))),
        "state": pd.Categorical.from_codes(state, pd.Index(STATES)),
        "applies": _applies(grid, codes) | np.isin(state, [named[name] for name in DISCLOSED]),
    }
    for name in (*_ABOUT, "doc_id", "source"):
        made[name] = _spread(grid[name], lambda numbers: np.repeat(numbers, size))
    for name in CELL[3:]:
        made[name] = _scattered(cells[name], at, total, name)
    return pd.DataFrame(made, columns=list(LONG))


def _spread(column: pd.Series, lay: Callable[[np.ndarray], np.ndarray]) -> pd.Categorical:
    """Return a column of few values laid out over more rows, as categories."""
    numbers, values = pd.factorize(column.astype("str"), sort=True)
    return pd.Categorical.from_codes(lay(numbers), pd.Index(values))


def _scattered(column: pd.Series, at: np.ndarray, total: int, name: str) -> Any:
    """Return a column of cells put in their places; the places between hold nothing."""
    if name in ("figures", "uncertain"):
        filled = np.zeros(total, dtype="int64" if name == "figures" else "bool")
        filled[at] = column.to_numpy(dtype=filled.dtype)
        return filled
    if name in ("start", "end"):
        offsets = np.full(total, -1, dtype="int64")
        offsets[at] = column.to_numpy("int64")
        return pd.arrays.IntegerArray(offsets, offsets < 0)
    if name in _LONG_WORDS:
        words = np.full(total, "", dtype=object)
        words[at] = column.to_numpy(dtype=object)
        return pd.Series(words).astype("str")
    numbers, values = pd.factorize(pd.Series(["", *column], dtype="str"), sort=True)
    spread = np.full(total, numbers[0])
    spread[at] = numbers[1:]
    return pd.Categorical.from_codes(spread, pd.Index(values))


def _applies(grid: pd.DataFrame, codes: Sequence[str]) -> np.ndarray:
    """Tell whether each indicator applies to the level of each place and year."""
    levels, numbers = np.unique(
        grid["level"].astype("str").to_numpy(dtype=object), return_inverse=True
    )
    due = [[applies(code, level) for code in codes] for level in levels]
    return np.array(due, dtype=bool).reshape(len(levels), len(codes))[numbers].reshape(-1)


# -- files -----------------------------------------------------------------------------------


def years(words: str) -> tuple[int, ...]:
    """Read years as they are typed: ``2018-2024``, ``2020,2022`` or both.

    Raises
    ------
    TableError
        If they cannot be read, or run backwards.
    """
    found: set[int] = set()
    for piece in words.split(","):
        match = re.fullmatch(r"([0-9]{4})(?:[-–—]([0-9]{4}))?", piece.strip())
        if match is None or (match[2] and match[2] < match[1]):
            raise TableError(f"{words!r} are no years; write 2018-2024 or 2020,2022")
        found |= set(range(int(match[1]), int(match[2] or match[1]) + 1))
    return tuple(sorted(found))


def as_csv(frame: pd.DataFrame) -> bytes:
    """Return a table as CSV in UTF-8 with ``\\n``; missing is empty, truth is true or false."""
    plain_words = {
        name: frame[name].map({True: "true", False: "false"})
        for name in frame.columns
        if frame[name].dtype == bool
    }
    buffer = tables.Rows()
    frame.assign(**plain_words).to_csv(buffer, index=False, lineterminator="\r\n")
    return buffer.getvalue().encode("utf-8")


def contents(panel: Panel, folder: Path) -> dict[Path, bytes]:
    """Return the CSV files of a panel, by their place in ``folder``."""
    named: Mapping[str, pd.DataFrame] = {
        "panel_long": panel.long,
        "panel_wide": panel.wide,
        "unplaced": panel.unplaced,
        "overrides": panel.overrides,
    }
    return {folder / f"{name}.csv": as_csv(frame) for name, frame in named.items()}


def unapplied(panel: Panel) -> bool:
    """Tell whether a correction found no report or figure to stand for."""
    return bool(panel.overrides["outcome"].isin(corrections.UNAPPLIED).any())


def summary(panel: Panel) -> list[str]:
    """Return what the panel holds and what it leaves out, as lines for the terminal."""
    held, left = panel.wide, panel.unplaced
    lines = [
        f"{held[panel.key].nunique()} places, {len(held)} rows, {int(held['report'].sum())} "
        f"reports, {panel.long['indicator'].nunique()} indicators"
    ]
    for reason, group in left.groupby("reason", sort=True):
        lines.append(f"{reason}: {len(group)} reports, listed in unplaced.csv: {_few(group)}")
    for row in records(panel.overrides[panel.overrides["outcome"] != "applied"]):
        name = row.doc_id or f"{row.adcode} {row.year}"
        lines.append(
            f"overrides line {row.line}: {row.outcome}: {name} {row.indicator}, expected "
            f"{row.expect or 'nothing'}, read {row.read or 'nothing'}"
        )
    return lines


def _few(group: pd.DataFrame) -> str:
    names = list(group["doc_id"])
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def write(panel: Panel, folder: Path) -> list[Path]:
    """Write the tables of a panel into a folder, all of them or none.

    Raises
    ------
    TableError
        If the folder cannot be written to.
    """
    made = contents(panel, folder)
    tables.install(folder, made)
    return list(made)
