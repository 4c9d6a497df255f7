"""Names of places to codes at a year, and codes to the same place in the newest list.

``cases/places.csv`` holds one name a row, with what else is known; rows without a code are names
that decide nothing.
"""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw import places
from govlaw.definitions import rows

STABLE = settings(deadline=None, derandomize=True, max_examples=200)
YEARS = st.integers(2010, 2024)

with (Path(__file__).parent / "cases" / "places.csv").open(encoding="utf-8", newline="") as file:
    CASES = list(csv.DictReader(file))


def path(place: places.Place) -> str:
    """Return the whole name of a place, from its province down."""
    return "".join(dict.fromkeys((place.province, place.prefecture, place.name)))


@pytest.mark.parametrize("row", CASES, ids=lambda row: "|".join(row.values()))
def test_case(row: dict[str, str]) -> None:
    """A name with what else is known gives the code of its row, or none."""
    found = places.resolve(
        row["name"],
        int(row["year"]) if row["year"] else None,
        province=row["province"],
        issuer=row["issuer"],
        host=row["host"],
    )
    assert (found.adcode if found else "") == row["adcode"]
    assert (str(found.exact).lower() if found else "") == row["exact"]


@STABLE
@given(data=st.data(), year=YEARS)
def test_whole_names_come_back(data: st.DataObject, year: int) -> None:
    """The name of every division with its parents gives the division."""
    level = data.draw(st.sampled_from(places.LEVELS))
    place = data.draw(st.sampled_from(places.listed(year, level)))
    assert places.resolve(path(place), year) == place
    assert places.at(place.adcode, year) == place
    assert places.resolve(path(place) + "人民政府办公室", year) == place


@STABLE
@given(data=st.data(), year=YEARS)
def test_a_name_never_gives_another_place(data: st.DataObject, year: int) -> None:
    """A name alone gives the division itself, a larger one of that name, or nothing."""
    place = data.draw(st.sampled_from(places.listed(year, "county")))
    for name in (place.name, places.stem(place.name)):
        found = places.resolve(name, year)
        several = [p for p in places.candidates(name, year) if p != place]
        assert found is None or found == place or found in several
        if not several and len(name) > 1:
            assert found == place


@pytest.mark.parametrize("year", [2010, 2017, 2024])
def test_every_whole_name(year: int) -> None:
    """No division of a year is without its own name."""
    for level in places.LEVELS:
        for place in places.listed(year, level):
            assert places.resolve(path(place), year) == place


def test_harmonised_codes_are_in_the_newest_list() -> None:
    """Every code of every year leads to a code of the newest list or to none."""
    newest = {p.adcode for level in places.LEVELS for p in places.listed(places.newest(), level)}
    for year in range(2003, places.newest() + 1):
        for level in places.LEVELS:
            for place in places.listed(year, level):
                assert place.harmonised in newest | {""}
                if year == places.newest():
                    assert place.harmonised == place.adcode


def test_periods_do_not_overlap() -> None:
    """A code has one name at a time, and each period ends after it began."""
    by_code: dict[str, list[tuple[int, int]]] = {}
    for row in rows("divisions"):
        first, last = int(row["first_year"]), int(row["last_year"] or 9999)
        assert first <= last
        by_code.setdefault(row["code"], []).append((first, last))
    for periods in by_code.values():
        assert all(before[1] < after[0] for before, after in pairwise(sorted(periods)))


def test_every_end_is_explained() -> None:
    """What became of a code or name that ended stands in the table of changes, once at most."""
    changes: dict[tuple[str, int], list[str]] = {}
    for row in rows("divisions_changes"):
        changes.setdefault((row["old"], int(row["year"])), []).append(row["kind"])
        assert (old := places.at(row["old"], int(row["year"]) - 1)) and old.name == row["old_name"]
        assert (new := places.at(row["new"], int(row["year"]))) and new.name == row["new_name"]
    for row in rows("divisions"):
        if row["last_year"]:
            kinds = changes.pop((row["code"], int(row["last_year"]) + 1))
            assert sum(kind in places.FOLLOWED for kind in kinds) <= 1
            assert kinds != ["created"]
    assert all(kinds == ["created"] * len(kinds) for kinds in changes.values())


def test_counts() -> None:
    """The lists are as long as the official statistics of each year's end say."""
    prefectures = [333] * 8 + [332, 333, 333, 333, 334, 334, 334] + [333] * 7
    counties = [
        2861, 2862, 2862, 2860, 2859, 2859, 2858, 2856, 2853, 2852, 2853, 2854, 2850, 2851, 2851,
        2851, 2846, 2844, 2843, 2843, 2844, 2846,
    ]  # fmt: skip
    for year, counts in enumerate(zip(prefectures, counties, strict=True), start=2003):
        assert tuple(len(places.listed(year, level)) for level in places.LEVELS) == (34, *counts)


@pytest.mark.parametrize(
    ("code", "year", "now"),
    [
        ("330104", 2020, "330102"),  # 江干区: the former area without two streets is 上城区
        ("330103", 2020, "330105"),  # 下城区 became part of 拱墅区
        ("320684", 2019, "320614"),  # 海门市, now a district
        ("371200", 2017, "370100"),  # 莱芜市 became part of 济南市
        ("371202", 2017, "370116"),
        ("341400", 2010, ""),  # the prefecture 巢湖市 was divided among three
        ("130521", 2019, ""),  # 邢台县 was divided between two districts
        ("140211", 2017, ""),  # 南郊区 of 大同
        ("500110", 2010, "500110"),  # 万盛区 became part of 綦江区, which has its code now
        ("500222", 2010, "500110"),
        ("340225", 2015, "340281"),  # 无为县, moved in 2011, a city since 2019
        ("341422", 2008, "340281"),
        ("542431", 2014, "540630"),  # 双湖县, with its prefecture
        ("500105", 2024, "500157"),  # 江北区 became part of 两江新区
        ("999999", 2020, ""),
        ("330113", 2020, ""),  # 临平区 did not exist
    ],
)
def test_harmonise(code: str, year: int, now: str) -> None:
    """A code is followed through renamings, mergers and main parts, and through nothing else."""
    assert places.harmonise(code, year) == now


def test_fields_of_a_place() -> None:
    """A place has its level and its parents, empty where there are none."""
    assert places.at("411702", 2023) == places.Place(
        "411702", "驿城区", "county", "河南省", "驻马店市", "411702"
    )
    city = places.at("419001", 2023)
    assert city and (city.level, city.province, city.prefecture) == ("county", "河南省", "")
    province = places.at("410000", 2023)
    assert province and (province.level, province.prefecture) == ("province", "")


def test_candidates() -> None:
    """All places of a name are listed, those of the year only."""
    assert [p.adcode for p in places.candidates("鼓楼区", 2022)] == [
        "320106", "320302", "350102", "410204",
    ]  # fmt: skip
    assert [p.adcode for p in places.candidates("桥东区", 2022)] == ["130702"]
    assert places.candidates("无此地区", 2022) == []


def test_outside_the_years() -> None:
    """Before the first list there is nothing; after the newest list it goes on."""
    assert places.at("411702", 1999) is None
    assert places.at("411702", 2040) is not None


def test_unknown_level() -> None:
    """A level that does not exist is an error that names those that do."""
    with pytest.raises(ValueError, match="province, prefecture, county"):
        places.listed(2022, "township")


@STABLE
@given(
    text=st.text(max_size=40), host=st.text(max_size=30), year=st.integers(1900, 2100) | st.none()
)
def test_anything_can_be_asked(text: str, host: str, year: int | None) -> None:
    """No text makes the reading fail."""
    places.resolve(text, year, province=text, issuer=text, host=host)
    places.candidates(text, year)
