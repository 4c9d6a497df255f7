"""The panel: one value a place, year and indicator, or the way in which it is missing."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from framing import frame
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from govlaw import corpus, measures, overrides, panel, places, tables
from govlaw.cli import main
from govlaw.errors import TableError
from govlaw.tables import Study

CODE, OTHER = "rec_accepted", "rec_concluded"
GOLD = Path(__file__).parent / "gold" / "panel.csv"


def report(doc_id: str, **cells: Any) -> dict[str, Any]:
    """Return the row of an annual report of 驻马店市 in 2023."""
    own = {"period_end": "2023", "adcode": "411700", "region": "驻马店市", "level": "prefecture"}
    shown = {"kind": "annual_report", "edition": "original", "province": "河南省"}
    made = {"doc_id": doc_id, **shown, **own} | cells
    return {"period_start": made["period_end"], **made}


def figure(doc_id: str = "a", value: float = 5, **cells: Any) -> dict[str, Any]:
    """Return the row of an exact figure for what was done; offsets are filled in later."""
    bounds = {"value": value, "value_low": value, "value_high": value}
    known = {"role": "actual", "approx": "exact", "kind": "count", "unit": "件", "section_id": "1"}
    return {"doc_id": doc_id, "indicator": CODE, **known, **bounds} | cells


def study(
    folder: Path,
    reports: Sequence[dict[str, Any]],
    figures: Sequence[dict[str, Any]] = (),
    **others: Sequence[dict[str, Any]],
) -> Study:
    """Return a study whose texts hold every figure in a sentence of its own, in order."""
    texts = {row["doc_id"]: "标题\n" for row in reports}
    placed = []
    for row in figures:
        name, said = row["doc_id"], f"{row['value']}件"
        begin = len(texts[name])
        texts[name] += f"数为{said}。"
        start = begin + 2
        spans = {"start": start, "end": start + len(said), "text": said}
        sentence = {"sentence_start": begin, "sentence_end": len(texts[name])}
        placed.append(row | spans | sentence)
    (folder / "texts").mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / "texts" / f"{name}.txt").write_bytes(text.encode())
    documents = [row | {"characters": len(texts[row["doc_id"]])} for row in reports]
    sections = [
        {"doc_id": row["doc_id"], "section_id": number, "level": 1, "part": part}
        for row in reports
        for number, part in (("1", "results"), ("2", "next_year"))
    ]
    given = {"documents": documents, "sections": sections, "observations": placed, **others}
    return Study(folder, **{name: frame(name, *given.get(name, ())) for name in tables.COLUMNS})


def cell(found: pd.DataFrame, code: str = CODE) -> dict[str, Any]:
    """Return the only row of an indicator."""
    (row,) = found[found["indicator"] == code].to_dict("records")
    return {str(name): value for name, value in row.items()}


# -- which figure is the value ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"role": "target"}, {"uncertain": True, "approx": "over", "scope": "市直"}),
        ({"period": "2022年"}, {"period": "2023年", "scope": "街道"}),
        ({"period": "上半年"}, {"scope": "市本级"}),
        ({"period": "2017年以来"}, {"period": "前三个月"}),
        ({"period": "去年"}, {"period": "近年来"}),
        ({}, {"scope": "全市", "approx": "about"}),
        ({"scope": "市本级"}, {"scope": "全市"}),
        ({"scope": "市直"}, {"scope": "市本级"}),
        ({"scope": "全省"}, {"scope": "各级"}),
        ({"scope": "街道"}, {"uncertain": True}),
        ({"uncertain": True}, {"approx": "over"}),
        ({"approx": "about"}, {"section_id": "2"}),
        ({"section_id": "2"}, {}),
    ],
)
@pytest.mark.parametrize("first", [True, False])
def test_the_better_figure_is_the_value(
    tmp_path: Path, worse: dict[str, Any], better: dict[str, Any], first: bool
) -> None:
    """Each step of the order decides, whichever figure stands first in the text."""
    figures = [figure(value=1, **better), figure(value=2, **worse)]
    made = study(tmp_path, [report("a")], figures if first else figures[::-1])
    row = cell(panel.long(made))
    assert (row["value"], row["figures"]) == ("1", 2)


def test_of_equals_the_first_in_the_text_is_the_value(tmp_path: Path) -> None:
    """Figures are never added up."""
    made = study(tmp_path, [report("a")], [figure(value=v) for v in (7, 3, 9)])
    assert cell(panel.long(made))["value"] == "7"


@pytest.mark.parametrize(
    ("place", "scope", "whole"),
    [
        ({}, "全市", True),
        ({"region": "焦作市马村区", "adcode": "410804", "level": "county"}, "全区", True),
        ({"region": "焦作市马村区", "adcode": "410804", "level": "county"}, "全市", False),
        ({"region": "巩义市", "adcode": "410181", "level": "county"}, "全市", True),
        ({"region": "河南省", "adcode": "410000", "level": "province"}, "全省", True),
        ({"region": "河南省", "adcode": "410000", "level": "province"}, "全市", False),
    ],
)
def test_the_whole_place(tmp_path: Path, place: dict[str, str], scope: str, whole: bool) -> None:
    """全市 is the whole of a city and not of the district that reports."""
    figures = [figure(value=1), figure(value=2, scope=scope)]
    row = cell(panel.long(study(tmp_path, [report("a", **place)], figures)))
    assert row["value"] == ("2" if whole else "1")


@given(st.sampled_from(["scope", "period"]), st.text(max_size=12), st.text(max_size=4))
@example("scope", "全市", "\\")
def test_every_scope_and_period_has_a_rank(field: str, said: str, own: str) -> None:
    """Whatever is printed, the order knows a place for it."""
    assert panel._rank(field, [said.replace("\n", "")], [own])[0] in range(4)


# -- states ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("figures", "mention", "state", "value"),
    [
        ([{}], False, "value", "5"),
        ([{"value": 0}], False, "value", "0"),
        ([{"approx": "over"}], True, "approximate", "5"),
        ([{"uncertain": True}], False, "approximate", "5"),
        ([{"role": "target"}], True, "target", ""),
        ([{"role": "prior"}], False, "not_mentioned", ""),
        ([{"role": "prior"}], True, "mentioned", ""),
        ([], True, "mentioned", ""),
        ([], False, "not_mentioned", ""),
        ([{"value": math.nan}], False, "approximate", ""),
    ],
)
def test_states(
    tmp_path: Path, figures: list[dict[str, Any]], mention: bool, state: str, value: str
) -> None:
    """A target is no value, a mention no figure, and what is missing is empty."""
    said = [{"doc_id": "a", "indicator": CODE, "figures": 0}] if mention else []
    own = [figure(**cells) for cells in figures]
    row = cell(panel.long(study(tmp_path, [report("a")], own, mentions=said)))
    assert (row["state"], row["value"]) == (state, value)
    assert (row["text"] != "") == (state in ("value", "approximate", "target"))


def test_a_target_keeps_its_words(tmp_path: Path) -> None:
    """The figure that is planned can be found, and its role says what it is."""
    row = cell(panel.long(study(tmp_path, [report("a")], [figure(role="target")])))
    assert (row["role"], row["text"], row["sentence"]) == ("target", "5件", "数为5件。")


def test_one_figure_for_two_indicators(tmp_path: Path) -> None:
    """办结率、满意率均为100% is the value of both."""
    long = panel.long(study(tmp_path, [report("a")], [figure(also=OTHER)]))
    assert cell(long, CODE)["value"] == cell(long, OTHER)["value"] == "5"


@pytest.mark.parametrize(
    ("verdicts", "worst"),
    [
        ([], ""),
        (["consistent"], "consistent"),
        (["consistent", "irreconcilable", "ceiling"], "irreconcilable"),
        (["undetermined", "consistent"], "consistent"),
        (["base_undisclosed", "undetermined"], "undetermined"),
        (["truncated", "over_rounded"], "over_rounded"),
    ],
)
def test_the_worst_verdict(tmp_path: Path, verdicts: list[str], worst: str) -> None:
    """Of the findings that use the figure the worst counts; those of other figures do not."""
    made = study(tmp_path, [report("a")], [figure()])
    span = "{start}:{end}".format(**made.observations.iloc[0])
    listed = [
        {"doc_id": "a", "rule": rule, "operands": f"0:1;{span}", "verdict": verdict}
        for rule, verdict in zip("ABC", verdicts, strict=False)
    ]
    listed.append({"doc_id": "a", "rule": "E", "operands": "0:1;1:2", "verdict": "irreconcilable"})
    row = cell(panel.long(replace(made, findings=frame("findings", *listed))))
    assert row["verdict"] == worst
    assert row["rule"] == ("ABC"[verdicts.index(worst)] if worst else "")


def test_applies(tmp_path: Path) -> None:
    """Counties enact no rules; one whose report gives a figure for it is in the denominator."""
    county = {"adcode": "410804", "region": "马村区", "level": "county"}
    reports = [report("a", **county), report("b", **county, period_end="2024")]
    long = panel.long(study(tmp_path, reports, [figure("b", indicator="rule_gov_rules")]))
    assert long[long["indicator"] == "rule_gov_rules"]["applies"].tolist() == [False, True]


# -- which reports ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"adcode": ""}, "no_adcode"),
        ({"period_end": "", "period_start": ""}, "no_year"),
        ({"level": ""}, "no_level"),
        ({"level": "department"}, "other_level"),
        ({"level": "township"}, "other_level"),
        ({"edition": "digest"}, "other_report"),
        ({"region": ""}, "other_report"),
        ({"region": "河南省驻马店市"}, "other_report"),
        ({"period_end": "2022", "period_start": "2021"}, "several_years"),
    ],
)
def test_reports_without_a_row_are_listed(
    tmp_path: Path, cells: dict[str, str], reason: str
) -> None:
    """No report is dropped in silence; that of the same unit which was kept is named."""
    made = study(tmp_path, [report("a", title="长"), report("b", **cells)], [figure(), figure()])
    (row,) = panel.build(made).unplaced.to_dict("records")
    assert (row["doc_id"], row["reason"]) == ("b", reason)
    assert row["kept"] == ("a" if reason == "other_report" else "")


def test_which_of_two_editions(tmp_path: Path) -> None:
    """The original goes before a digest, then the longer text."""
    reports = [report("a", edition="digest"), report("b"), report("c")]
    made = study(tmp_path, reports, [figure("a"), figure("a"), figure("c")])
    found = panel.build(made)
    assert found.wide["doc_id"].tolist() == ["c"]
    assert dict(zip(found.unplaced["doc_id"], found.unplaced["kept"], strict=True)) == {
        "a": "c", "b": "c",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("levels", "cells"),
    [
        (panel.LEVELS, {"region": "驻马店经济开发区"}),
        (panel.LEVELS, {"level": "county"}),
        (panel.EVERY_LEVEL, {"level": "department", "issuer": "市司法局"}),
    ],
)
def test_two_units_with_one_code(
    tmp_path: Path, levels: tuple[str, ...], cells: dict[str, str]
) -> None:
    """Where no rule decides, both reports are named, and one can be left out."""
    made = study(tmp_path, [report("a"), report("b", **cells)])
    with pytest.raises(TableError, match=r"\ba and b\b.*411700 in 2023.*--without"):
        panel.build(made, levels=levels)
    found = panel.build(made, levels=levels, without=["b"])
    assert found.unplaced["reason"].tolist() == ["left_out"]


def test_departments_by_themselves(tmp_path: Path) -> None:
    """One kind of department of several places is a panel of its own."""
    one = {"level": "department", "issuer": "某局"}
    reports = [report("a", **one), report("b", **one, adcode="411600", region="周口市")]
    made = study(tmp_path, reports, [figure("a"), figure("b")])
    assert len(panel.build(made, levels=["department"]).wide) == 2


def test_simulated_reports_stay_apart(tmp_path: Path) -> None:
    """Made-up figures never stand beside published ones; a panel of them alone is one."""
    made_up = report("b", edition="simulated", adcode="990001", region="甲县", level="county")
    with pytest.raises(TableError, match="b is simulated and a is not"):
        panel.build(study(tmp_path / "both", [report("a"), made_up]))
    later = made_up | {"doc_id": "c", "period_end": "2025", "period_start": "2025"}
    found = panel.build(study(tmp_path / "one", [made_up, later], [figure("b")]))
    assert found.wide["year"].tolist() == [2023, 2024, 2025]
    assert set(found.wide["place"]) == {"甲县"}


def test_nothing_to_make_a_panel_of(tmp_path: Path) -> None:
    """The error says why no report can enter."""
    with pytest.raises(TableError, match=r"no_adcode 1, no_year 1"):
        panel.build(study(tmp_path, [report("a", adcode=""), report("b", period_end="")]))


# -- years and places ------------------------------------------------------------------------


def test_years_between_are_shown(tmp_path: Path) -> None:
    """From the first report to the last every year has a row, and that without one says so."""
    made = study(tmp_path, [report("a", period_end="2020"), report("b")], [figure("a")])
    found = panel.build(made)
    assert found.wide["year"].tolist() == [2020, 2021, 2022, 2023]
    assert found.wide["report"].tolist() == [True, False, False, True]
    assert set(found.wide["place"]) == {"驻马店市"}
    gap = found.long[found.long["year"] == 2021]
    assert set(gap["state"]) == {"no_report"}
    assert set(gap["value"]) == set(gap["doc_id"]) == {""}


def test_years_that_are_asked_for(tmp_path: Path) -> None:
    """Every place of the corpus has each of the years; other reports stay away unlisted."""
    made = study(tmp_path, [report("a"), report("b", period_end="2015")])
    found = panel.build(made, years=panel.years("2022-2024"))
    assert found.wide[["year", "report"]].to_numpy().tolist() == [
        [2022, False], [2023, True], [2024, False],
    ]  # fmt: skip
    assert found.unplaced.empty


def test_a_place_has_no_row_before_it_was_founded(tmp_path: Path) -> None:
    """杭州市临平区 (330113) is of 2021: earlier years are no gap of the corpus."""
    new = report("a", adcode="330113", region="临平区", level="county")
    found = panel.build(study(tmp_path, [new]), years=range(2018, 2024))
    assert found.wide["year"].tolist() == [2021, 2022, 2023]


def test_a_place_that_changed_its_code(tmp_path: Path) -> None:
    """By code it is two places, by the harmonised code one, each year with its own code."""
    old, new = ("340823", 2014), ("340722", 2016)
    assert places.harmonise(*old) == new[0]
    reports = [
        report(name, adcode=code, period_end=str(year), region="枞阳县", level="county")
        for name, (code, year) in (("a", old), ("b", new))
    ]
    made = study(tmp_path, reports)
    assert panel.build(made).wide["adcode"].tolist() == ["340722", "340823"]
    found = panel.build(made, key="harmonised").wide
    assert set(found["harmonised"]) == {"340722"}
    assert found[["year", "adcode"]].to_numpy().tolist() == [
        [2014, "340823"], [2015, "340722"], [2016, "340722"],
    ]  # fmt: skip


def test_places_that_were_merged_later(tmp_path: Path) -> None:
    """By the harmonised code the place that keeps it goes on; the other is listed."""
    kept, gone = "330105", "330103"
    assert places.harmonise(gone, 2018) == places.harmonise(kept, 2018) == kept
    reports = [
        report(name, adcode=code, region=region, level="county", period_end="2018")
        for name, code, region in (("a", gone, "下城区"), ("b", kept, "拱墅区"))
    ]
    found = panel.build(study(tmp_path, reports), key="harmonised")
    assert found.wide["doc_id"].tolist() == ["b"]
    assert found.unplaced[["doc_id", "reason", "kept"]].to_numpy().tolist() == [
        ["a", "merged_later", "b"]
    ]


@pytest.mark.parametrize("key", panel.KEYS)
def test_all_places(tmp_path: Path, key: str) -> None:
    """Every prefecture of the mainland has a row a year, with its name and province."""
    made = study(tmp_path, [report("a")], [figure()])
    found = panel.build(
        made, places="all", levels=["prefecture"], years=[2012, 2023], codes=[CODE], key=key
    ).wide
    listed = {
        (p.adcode if key == "adcode" else p.harmonised, year)
        for year in (2012, 2023)
        for p in places.listed(year, "prefecture")
    }
    assert set(zip(found[key], found["year"], strict=True)) >= {k for k in listed if k[0]}
    assert not found.duplicated([key, "year"]).any()
    assert (found[["adcode", "place", "level", "province"]] != "").all().all()
    assert found["report"].sum() == 1
    assert found[CODE].tolist().count("5") == 1


@pytest.mark.parametrize(
    ("words", "years"),
    [
        ("2018-2020", (2018, 2019, 2020)),
        ("2020", (2020,)),
        ("2020, 2018", (2018, 2020)),
        ("2018–2019,2022", (2018, 2019, 2022)),
    ],
)
def test_years_as_typed(words: str, years: tuple[int, ...]) -> None:
    """Years, lists and spans of them."""
    assert panel.years(words) == years


@pytest.mark.parametrize("words", ["", "18-20", "2020-2018", "2020;2021", "all"])
def test_years_that_are_none(words: str) -> None:
    """What cannot be read is named."""
    with pytest.raises(TableError, match="2018-2024"):
        panel.years(words)


# -- indicators ------------------------------------------------------------------------------


def test_indicators_by_default(tmp_path: Path) -> None:
    """The core, and what a report gives a figure for, in the order of the codebook."""
    entries = panel.indicators()
    extended = [code for code, entry in entries.items() if entry.status == "extended"]
    made = study(tmp_path, [report("a")], [figure(indicator=extended[3])])
    found = list(dict.fromkeys(panel.long(made)["indicator"]))
    assert set(found) == {*measures.core_indicators(), extended[3]}
    assert found == [code for code in entries if code in set(found)]


def test_indicators_that_are_named(tmp_path: Path) -> None:
    """Those alone, in the order of the codebook; an unknown one is refused."""
    made = study(tmp_path, [report("a")], [figure()])
    order = list(panel.indicators())
    wanted = sorted([CODE, OTHER], key=order.index)
    assert panel.long(made, codes=wanted[::-1])["indicator"].tolist() == wanted
    with pytest.raises(TableError, match="no_such"):
        panel.long(made, codes=["no_such"])


def test_codes_of_another_codebook(tmp_path: Path) -> None:
    """Tables with codes of a user's file need that file."""
    with pytest.raises(TableError, match="--codebook"):
        panel.long(study(tmp_path, [report("a")], [figure(indicator="own_code")]))


@pytest.mark.parametrize("option", [{"levels": ["city"]}, {"places": "x"}, {"key": "name"}])
def test_options_that_do_not_exist(tmp_path: Path, option: dict[str, Any]) -> None:
    """The error names the choices."""
    with pytest.raises(TableError, match="use "):
        panel.build(study(tmp_path, [report("a")]), **option)


def test_texts_of_another_edition(tmp_path: Path) -> None:
    """A text that was changed after the tables were made is refused."""
    made = study(tmp_path, [report("a")], [figure()])
    (tmp_path / "texts" / "a.txt").write_text("其他文字，没有那个数字。", encoding="utf-8")
    with pytest.raises(TableError, match=r"a\.txt: not the text"):
        panel.long(made)


# -- properties ------------------------------------------------------------------------------

_CODES = (CODE, OTHER, "lit_cases", "med_cases")
_SEEN = st.fixed_dictionaries(
    {
        "value": st.integers(0, 10**9),
        "indicator": st.sampled_from(_CODES),
        "role": st.sampled_from(measures.ROLES),
        "approx": st.sampled_from(measures.APPROXIMATIONS),
        "scope": st.sampled_from(["", "全市", "市本级", "街道"]),
        "period": st.sampled_from(["", "全年", "2022年"]),
        "uncertain": st.booleans(),
        "also": st.sampled_from(["", "", "pop_events"]),
    }
)
_REPORTS = st.dictionaries(
    st.tuples(st.sampled_from(["411700", "411600", "990001"]), st.integers(2019, 2024)),
    st.lists(_SEEN, max_size=6), min_size=1, max_size=6,
)  # fmt: skip


@given(_REPORTS)
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_properties(tmp_path: Path, corpus: dict[tuple[str, int], list[dict[str, Any]]]) -> None:
    """Keys are unique, values trace to their words, missing has no value, wide is the pivot."""
    reports, figures = [], []
    for (code, year), listed in corpus.items():
        name = f"{code}-{year}"
        place = {"adcode": code, "region": "甲市", "period_end": str(year)}
        reports.append(report(name, **place))
        figures += [figure(name, **cells) for cells in listed]
    made = study(tmp_path, reports, figures)
    found = panel.build(made, codes=[*_CODES, "pop_events"])
    long, wide = found.long, found.wide
    assert not long.duplicated(["adcode", "year", "indicator"]).any()
    assert not wide.duplicated(["adcode", "year"]).any()
    assert set(zip(wide["adcode"], wide["year"], strict=True)) >= set(corpus)
    for row in long.itertuples():
        own = [
            o
            for o in figures
            if o["doc_id"] == row.doc_id and row.indicator in (o["indicator"], o["also"])
        ]
        done = {str(o["value"]) for o in own if o["role"] == "actual"}
        assert (row.value != "") == (row.state in measures.DISCLOSED) == bool(done)
        assert row.figures == len(own)
        assert (row.doc_id == "") == (row.state == "no_report")
        if row.text:
            text = made.text(row.doc_id)
            assert text[row.start : row.end] == row.text
            assert row.text in row.sentence
            assert row.sentence in text
            assert row.value in {*done, ""}
        else:
            assert pd.isna(row.start)
            assert row.value == ""
    pivot = long.astype({"adcode": "str", "indicator": "str", "state": "str"}).pivot(
        index=["adcode", "year"], columns="indicator", values=["value", "state"]
    )
    for code in (*_CODES, "pop_events"):
        assert wide[code].tolist() == pivot["value", code].tolist()
        assert wide[code + panel.STATE].tolist() == pivot["state", code].tolist()
    states = measures.disclosure(
        measures.with_gaps(made.documents), made.observations, _CODES, made.mentions
    )
    theirs = {(r.doc_id, r.indicator): r.state for r in states.itertuples()}
    for row in long[long["indicator"].isin(_CODES) & (long["doc_id"] != "")].itertuples():
        kinds = {"approximate": "value"}  # a report may give both; the panel shows one
        mine, other = row.state, theirs[row.doc_id, row.indicator]
        assert kinds.get(mine, mine) == kinds.get(other, other)


@given(st.lists(st.decimals(0, 10**9, places=4), min_size=1))
def test_decimals_come_back_as_they_were_printed(values: list[Decimal]) -> None:
    """A float read from a decimal of up to 15 digits gives the same decimal."""
    found = panel._decimals(pd.Series([float(v) for v in values]))
    assert [Decimal(text) for text in found] == values


def test_numbers(tmp_path: Path) -> None:
    """Floats for those who want them: missing is NaN, and states stay text."""
    made = panel.build(study(tmp_path, [report("a")], [figure(value=98.7)]), codes=[CODE, OTHER])
    row = panel.numbers(made.wide).iloc[0]
    assert row[CODE] == 98.7
    assert math.isnan(row[OTHER])
    assert row[OTHER + panel.STATE] == "not_mentioned"
    assert panel.numbers(made.long)["value"].tolist()[0] == 98.7


def test_columns_that_would_stand_twice() -> None:
    """A user's code that is a column of the wide table already is refused."""
    long = pd.DataFrame([dict.fromkeys(panel.LONG, "")]).assign(indicator="report")
    with pytest.raises(TableError, match="report"):
        panel.wide(long)


def test_names_fit_into_stata() -> None:
    """No name of the wide table is longer than 32 characters or stands twice."""
    codes = list(panel.indicators())
    names = [*panel.WIDE, *codes, *(code + panel.STATE for code in codes)]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 32


# -- the digests -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def digests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the tables of the digests."""
    folder = tmp_path_factory.mktemp("digests") / "tables"
    corpus.extract([Path(__file__).parent.parent / "data" / "raw"], folder)
    return folder


def test_golden_panel(digests: Path) -> None:
    """Values of the digests that were chosen and checked by hand, with their words."""
    found = panel.long(tables.read(digests)).set_index(["adcode", "indicator"])
    with GOLD.open(encoding="utf-8", newline="") as file:
        golden = list(csv.DictReader(file))
    assert len(golden) > 20
    columns = [name for name in golden[0] if name not in ("adcode", "indicator")]
    for row in golden:
        mine = found.loc[(row["adcode"], row["indicator"])]
        assert {c: str(mine[c]) for c in columns} == {c: row[c] for c in columns}, row


def test_values_are_those_of_the_observations(digests: Path) -> None:
    """Values and bounds are the very characters of the table of observations."""
    with (digests / "observations.csv").open(encoding="utf-8", newline="") as file:
        rows = {(r["doc_id"], r["start"], r["end"]): r for r in csv.DictReader(file)}
    found = panel.long(tables.read(digests))
    valued = found[found["value"] != ""]
    assert len(valued) > 100
    for row in valued.itertuples():
        read = rows[row.doc_id, str(row.start), str(row.end)]
        for column in ("value", "value_low", "value_high", "unit", "text"):
            assert getattr(row, column) == read[column]


# -- the command -----------------------------------------------------------------------------


def test_the_command(digests: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Four tables that read back, and the same bytes the second time."""
    words = ["panel", "--processed", str(digests), "--out", str(tmp_path / "out")]
    assert main(words) == 0
    assert "3 places" in capsys.readouterr().err
    files = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert set(files) == {"panel_long.csv", "panel_wide.csv", "unplaced.csv", "overrides.csv"}
    long = list(csv.DictReader(io.StringIO(files["panel_long.csv"].decode())))
    assert tuple(long[0]) == panel.LONG
    assert {row["applies"] for row in long} <= {"true", "false"}
    wide = list(csv.DictReader(io.StringIO(files["panel_wide.csv"].decode())))
    assert [row["adcode"] for row in wide] == ["130300", "410804", "411700"]
    assert main(words) == 0
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == files


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--years", "x"], "2018-2024"),
        (["--level", "city"], "'city' is no level"),
        (["--indicators", "x"], "no indicator x"),
        (["--without", "x"], "no report x"),
        (["--years", "1999"], "no annual report"),
        (["--overrides", "gone.csv"], "gone.csv"),
        (["--processed", "gone"], "run `govlaw study` first"),
    ],
)
def test_wrong_words(
    digests: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """One line that says what to do; nothing is written."""
    out = tmp_path / "out"
    assert main(["panel", "--processed", str(digests), "--out", str(out), *words]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line
    assert not out.exists()


# -- corrections -----------------------------------------------------------------------------

GOOD = {
    "doc_id": "a", "indicator": CODE, "expect": "5", "value": "50", "reason": "少一个零",
    "date": "2025-03-31", "author": "李四",
}  # fmt: skip


def written(folder: Path, *rows: dict[str, str]) -> Path:
    """Write a file of corrections with every column."""
    path = folder / "mine.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, overrides.COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def corrected(folder: Path, *rows: dict[str, str], **cells: Any) -> tuple[dict[str, Any], str]:
    """Return the corrected cell of a report with the figure 5, and the outcome."""
    made = study(folder, [report("a")], [figure(**cells)])
    found = panel.build(made, overrides=overrides.read(written(folder, *rows)))
    return cell(found.long), str(found.overrides["outcome"].iloc[0])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"doc_id": ""}, "name the report"),
        ({"adcode": "411700"}, "name the report"),
        ({"doc_id": "", "adcode": "4117", "year": "2023"}, "six digits"),
        ({"doc_id": "", "adcode": "411700"}, "year '' four"),
        ({"indicator": "none"}, "no indicator 'none'"),
        ({"value": "5万"}, "no plain number"),
        ({"value": "5,000"}, "no plain number"),
        ({"expect": "five"}, "no plain number"),
        ({"value": "", "value_low": "3"}, "need a value"),
        ({"value_low": "60"}, "does not lie between"),
        ({"value_high": "40"}, "does not lie between"),
        ({"start": "5"}, "two offsets"),
        ({"start": "5", "end": "5"}, "two offsets"),
        ({"unit": "光年"}, "canonical unit"),
        ({"reason": ""}, "reason is empty"),
        ({"author": " "}, "author is empty"),
        ({"date": "31.3.2025"}, "2025-03-31"),
        ({"date": "20250331"}, "2025-03-31"),
    ],
)
def test_mistakes_in_corrections(tmp_path: Path, change: dict[str, str], said: str) -> None:
    """Each mistake is a line with the line of the file, all of them at once."""
    path = written(tmp_path, GOOD | {"indicator": OTHER}, GOOD | change, GOOD | {"date": "x"})
    with pytest.raises(TableError) as caught:
        overrides.read(path)
    first, second = str(caught.value).splitlines()
    assert first.startswith(f"{path}, line 3: ")
    assert said in first
    assert second.startswith(f"{path}, line 4: ")


def test_two_corrections_of_one_figure(tmp_path: Path) -> None:
    """They are refused when they read alike, and when only the panel shows it."""
    with pytest.raises(TableError, match=r"line 3: corrects the same figure as line 2"):
        overrides.read(written(tmp_path, GOOD, GOOD))
    by_place = {"doc_id": "", "adcode": "411700", "year": "2023"}
    with pytest.raises(TableError, match="lines 2 and 3"):
        corrected(tmp_path, GOOD, GOOD | by_place)


def test_a_file_without_what_is_needed(tmp_path: Path) -> None:
    """A missing column is named; optional ones may be missing."""
    path = tmp_path / "mine.csv"
    path.write_text("doc_id,indicator,value\n", encoding="utf-8")
    with pytest.raises(TableError, match="expect, reason, date, author is missing"):
        overrides.read(path)
    lines = [",".join(GOOD), ",".join(GOOD.values())]
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    assert overrides.read(path)[0].value == "50"


def test_a_correction(tmp_path: Path) -> None:
    """The value stands in its row with the reason, and points to what was misread."""
    row, outcome = corrected(tmp_path, GOOD, approx="over", uncertain=True)
    assert outcome == "applied"
    assert (row["state"], row["value"], row["value_low"], row["value_high"]) == (
        "value", "50", "50", "50",
    )  # fmt: skip
    assert (row["text"], row["unit"], row["uncertain"]) == ("5件", "件", False)
    assert (row["override"], row["override_date"]) == ("少一个零", "2025-03-31")


def test_a_correction_by_place_and_year_with_an_interval(tmp_path: Path) -> None:
    """The report of the panel is found by its key; an interval makes the value approximate."""
    by_place = {"doc_id": "", "adcode": "411700", "year": "2023"}
    own = GOOD | by_place | {"value_low": "40", "value_high": "60"}
    row, outcome = corrected(tmp_path, own)
    assert outcome == "applied"
    assert (row["state"], row["value_low"], row["value_high"]) == ("approximate", "40", "60")


@pytest.mark.parametrize("expect", ["6", ""])
def test_a_reading_that_changed(tmp_path: Path, expect: str) -> None:
    """It is corrected all the same, and said."""
    row, outcome = corrected(tmp_path, GOOD | {"expect": expect})
    assert (outcome, row["value"]) == ("reading_changed", "50")


def test_equal_numbers_are_the_same_reading(tmp_path: Path) -> None:
    """5.0 is 5: trailing zeros are no change."""
    assert corrected(tmp_path, GOOD | {"expect": "5.0"})[1] == "applied"


@pytest.mark.parametrize(("start", "end", "outcome"), [(0, 2, "applied"), (3, 999, "span_gone")])
def test_a_correction_with_a_place(tmp_path: Path, start: int, end: int, outcome: str) -> None:
    """The value points to the words named; a place that the text does not have is said."""
    row, found = corrected(tmp_path, GOOD | {"start": str(start), "end": str(end)})
    assert (found, row["value"]) == (outcome, "50")
    assert (row["text"], row["sentence"]) == (
        ("标题", "标题") if outcome == "applied" else ("", "")
    )
    assert pd.isna(row["start"]) == (outcome == "span_gone")


def test_a_reading_that_is_taken_away(tmp_path: Path) -> None:
    """An empty value leaves nothing: not zero, and no words of the misreading."""
    row, outcome = corrected(tmp_path, GOOD | {"value": ""})
    assert outcome == "applied"
    assert [row[c] for c in ("state", "value", "value_low", "unit", "text", "role")] == [
        "not_mentioned", "", "", "", "", "",
    ]  # fmt: skip
    assert row["override"] == "少一个零"


def test_a_figure_that_was_missed(tmp_path: Path) -> None:
    """A correction fills a cell that nothing was read for, also of an indicator not in the core."""
    entries = panel.indicators()
    code = next(code for code, entry in entries.items() if entry.status == "reserve")
    made = study(tmp_path, [report("a")], [figure()])
    own = GOOD | {"indicator": code, "expect": "", "unit": "件"}
    found = panel.build(made, overrides=overrides.read(written(tmp_path, own)))
    row = cell(found.long, code)
    assert (row["state"], row["value"], row["unit"], row["figures"]) == ("value", "50", "件", 0)


def test_a_target_does_not_lend_its_words(tmp_path: Path) -> None:
    """A value put in where only a target was read does not point to the target."""
    row, outcome = corrected(tmp_path, GOOD | {"expect": ""}, role="target")
    assert (outcome, row["state"], row["text"]) == ("applied", "value", "")


def test_a_verdict_is_not_handed_on(tmp_path: Path) -> None:
    """The audit tested the figure that was read; a correction to the same value keeps it."""
    made = study(tmp_path, [report("a")], [figure()])
    span = "{start}:{end}".format(**made.observations.iloc[0])
    finding = {"doc_id": "a", "rule": "A", "operands": span, "verdict": "irreconcilable"}
    made = replace(made, findings=frame("findings", finding))
    for value, verdict in (("50", ""), ("5", "irreconcilable")):
        listed = overrides.read(written(tmp_path, GOOD | {"value": value}))
        assert cell(panel.build(made, overrides=listed).long)["verdict"] == verdict


@pytest.mark.parametrize(
    "change",
    [{"doc_id": "gone"}, {"doc_id": "", "adcode": "411700", "year": "2019"}],
)
def test_a_report_that_is_gone(tmp_path: Path, change: dict[str, str]) -> None:
    """The correction is listed, and nothing else is touched."""
    row, outcome = corrected(tmp_path, GOOD | change)
    assert (outcome, row["value"], row["override"]) == ("no_report", "5", "")


def test_the_command_with_corrections(
    digests: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What changed and what found no report is said and written, and fails the command."""
    report_id = "003_zhumadian_2024_report"
    own = GOOD | {"doc_id": report_id, "indicator": "lead_govlaw_meetings", "value": "6"}
    path = written(tmp_path, own, own | {"doc_id": "gone"})
    words = ["panel", "--processed", str(digests), "--out", str(tmp_path / "out")]
    assert main([*words, "--overrides", str(path)]) == 1
    assert "overrides line 3: no_report: gone" in capsys.readouterr().err
    with (tmp_path / "out" / "overrides.csv").open(encoding="utf-8", newline="") as file:
        outcomes = [(row["read"], row["outcome"]) for row in csv.DictReader(file)]
    assert outcomes == [("5", "applied"), ("", "no_report")]
