"""Places on one indicator: pairs from one report; intervals and tests against closed forms."""

from __future__ import annotations

import math
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, hypergeom, norm

from govlaw import compare, corpus, labels, statements, tables, views
from govlaw.errors import TableError
from govlaw.tables import Study

Z = norm.ppf(0.975)


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory, raw: Path) -> Study:
    """The tables of the five digests."""
    out = tmp_path_factory.mktemp("digests")
    corpus.extract([raw], out)
    return tables.read(out)


def wilson(k: int, n: int) -> tuple[float, float]:
    """Return Wilson's interval by its closed form (Wilson 1927)."""
    p, z2 = k / n, Z * Z
    middle, half = p + z2 / (2 * n), Z * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n)


def made(tmp_path: Path, *sentences: str) -> Study:
    """Return the tables of one report a sentence, of places and one year each."""
    raw = tmp_path / "raw"
    raw.mkdir()
    for i, sentence in enumerate(sentences):
        head = (
            f'---\nplace: 甲{i}市\nadcode: "11000{i}"\nkind: annual_report\nperiod: "2024"\n---\n'
        )
        text = f"甲市2024年度法治政府建设情况报告\n\n一、依法化解矛盾纠纷\n\n{sentence}\n"
        (raw / f"r{i}.md").write_text(head + text, encoding="utf-8")
    corpus.extract([raw], tmp_path / "out")
    return tables.read(tmp_path / "out")


def counted(*pairs: tuple[int, int], year: str = "2024") -> pd.DataFrame:
    """Return a table as compare.rates gives it, of parts and bases."""
    rows: list[dict[str, Any]] = []
    for i, (k, n) in enumerate(pairs):
        low, high = wilson(k, n)
        rows.append(
            {
                "doc_id": f"r{i}", "adcode": f"11000{i}", "year": year, "state": "counts",
                "part": float(k), "base": float(n), "share": k / n, "low": low, "high": high,
                "printed": np.nan, "start": -1, "end": -1, "verdict": "",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


# -- which figures are compared ---------------------------------------------------------------


def test_states_of_a_rate(tmp_path: Path) -> None:
    """Count and base, a rate alone, an approximate rate, and nothing are told apart."""
    study = made(
        tmp_path,
        "人民调解组织受理案件500件，调解成功480件，调解成功率96%。",
        "人民调解成功率97.5%。",
        "人民调解成功率98%以上。",
        "推动行政争议实质性化解。",
    )
    found = compare.rates(study.documents, study.observations, study.findings, "med_success_rate")
    assert found["state"].to_list() == ["counts", "rate_only", "approximate", "not_mentioned"]
    assert found["part"].to_list()[0] == 480 and found["base"].to_list()[0] == 500
    assert found["verdict"].to_list() == ["consistent", "", "", ""]
    assert found[["part", "share", "low", "high"]].iloc[1:].isna().all().all()
    assert found["printed"].iloc[:3].to_list() == [96, 97.5, 98] and np.isnan(found["printed"][3])
    low, high = wilson(480, 500)
    assert found["low"][0] == pytest.approx(low) and found["high"][0] == pytest.approx(high)
    for row in found.iloc[:3].to_dict("records"):
        assert study.text(row["doc_id"])[row["start"] : row["end"]].rstrip("以上").endswith("%")


def test_part_and_base_must_stand_together(tmp_path: Path) -> None:
    """Counts in different sentences without a tested rate make no pair."""
    study = made(tmp_path, "人民调解组织受理案件500件。调解工作扎实，人民调解成功480件。")
    found = compare.rates(study.documents, study.observations, study.findings, "med_success_rate")
    assert set(study.observations["indicator"]) == {"", "med_cases", "med_success_cases"}
    assert found["state"].to_list() == ["not_mentioned"]


def test_a_pair_without_a_printed_rate(tmp_path: Path) -> None:
    """Count and base in one sentence are enough; the link leads to the count."""
    study = made(tmp_path, "人民调解组织受理案件500件，调解成功480件。")
    found = compare.rates(study.documents, study.observations, study.findings, "med_success_rate")
    (row,) = found.to_dict("records")
    assert (row["state"], row["share"], row["verdict"]) == ("counts", 0.96, "")
    assert study.text("r0")[row["start"] : row["end"]] == "480件" and np.isnan(row["printed"])


def test_one_report_a_place() -> None:
    """The latest report of a place is taken, or that of the year that is asked for."""
    documents = pd.DataFrame(
        [
            ("a", "annual_report", "110001", "甲", "2022"),
            ("b", "annual_report", "110001", "甲", "2024"),
            ("c", "annual_report", "", "乙", "2023"),
            ("d", "annual_report", "", "乙", "2022"),
            ("e", "plan", "110003", "丙", "2024"),
            ("f", "annual_report", "110004", "丁", ""),
        ],
        columns=["doc_id", "kind", "adcode", "region", "period_end"],
    )
    assert compare.latest(documents)["doc_id"].to_list() == ["b", "c"]
    assert compare.latest(documents, "2022")["doc_id"].to_list() == ["a", "d"]


def test_counts_keep_their_interval(tmp_path: Path) -> None:
    """An exact figure comes first, an approximate one keeps its width, none is never zero."""
    study = made(tmp_path, "开展人民调解500余件。", "人民调解组织受理案件300件。", "推动争议化解。")
    found = compare.counts(study.documents, study.observations, "med_cases")
    assert found["state"].to_list() == ["approximate", "value", "not_mentioned"]
    assert found["low"].to_list()[:2] == [500, 300] and found["high"].to_list()[:2] == [600, 300]
    assert np.isnan(found["value"][2])


@pytest.mark.parametrize("code", ["med_cases", "no_such", "func_satisfaction_rate"])
def test_only_rates_with_a_formula(study: Study, code: str) -> None:
    """Anything else is refused with a sentence."""
    with pytest.raises(TableError, match=code):
        compare.choose_rate(study.documents, study.observations, code)


# -- intervals and tests ----------------------------------------------------------------------

#: Newcombe, Interval estimation for the difference between independent proportions, Statistics in
#: Medicine 17 (1998) 873-890, table II, method 10 (without continuity correction).
NEWCOMBE = [
    ((56, 70), (48, 80), 0.0524, 0.3339),
    ((9, 10), (3, 10), 0.1705, 0.8090),
    ((6, 7), (2, 7), 0.0582, 0.8062),
    ((5, 56), (0, 29), -0.0381, 0.1926),
]


@pytest.mark.parametrize(("first", "second", "low", "high"), NEWCOMBE)
def test_newcombe_as_published(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    """The interval of a difference is that of the paper's worked examples."""
    found = compare.pairwise(counted(first, second, (1, 2)), "none")
    row = found[(found["first"] == "r0") & (found["second"] == "r1")].iloc[0]
    assert (round(row["low"], 4), round(row["high"], 4)) == (low, high)


pairs_of_counts = st.tuples(st.integers(1, 400), st.integers(0, 400)).map(
    lambda pair: (min(pair[1], pair[0]), pair[0])
)


@given(st.lists(pairs_of_counts, min_size=3, max_size=5), st.sampled_from(compare.CORRECTIONS))
def test_pairs_against_their_formulas(counts: list[tuple[int, int]], correction: str) -> None:
    """Difference, interval, effect size and p are those of the closed forms."""
    found = compare.pairwise(counted(*counts), correction)
    assert len(found) == math.comb(len(counts), 2)
    assert found["p"].is_monotonic_increasing
    for row in found.to_dict("records"):
        (k1, n1), (k2, n2) = (counts[int(row[name][1:])] for name in ("first", "second"))
        p1, p2 = k1 / n1, k2 / n2
        (l1, u1), (l2, u2) = wilson(k1, n1), wilson(k2, n2)
        assert row["difference"] == pytest.approx(p1 - p2)
        assert row["low"] == pytest.approx(p1 - p2 - math.hypot(p1 - l1, u2 - p2), abs=1e-9)
        assert row["high"] == pytest.approx(p1 - p2 + math.hypot(u1 - p1, p2 - l2), abs=1e-9)
        assert row["h"] == pytest.approx(2 * math.asin(p1**0.5) - 2 * math.asin(p2**0.5))
        table = np.array([[k1, n1 - k1], [k2, n2 - k2]])
        if row["test"] == "z":
            assert row["p"] == pytest.approx(chi2_contingency(table, correction=False).pvalue)
        else:
            assert row["p"] == pytest.approx(fisher(k1, n1, k2, n2))
    assert found["p_adjusted"].to_list() == pytest.approx(adjusted(found["p"], correction))


def fisher(k1: int, n1: int, k2: int, n2: int) -> float:
    """Return Fisher's two-sided p: the tables that are no more likely than this one."""
    chance = hypergeom(n1 + n2, k1 + k2, n1)
    weights = chance.pmf(np.arange(n1 + 1))
    return float(min(weights[weights <= chance.pmf(k1) * (1 + 1e-7)].sum(), 1.0))


def adjusted(p: pd.Series, correction: str) -> list[float]:
    """Return sorted p corrected by hand."""
    m, found, running = len(p), [], 0.0
    for i, value in enumerate(p):
        running = max(running, min((m - i) * value, 1.0))
        found.append({"holm": running, "bonferroni": min(m * value, 1.0)}.get(correction, value))
    if correction == "fdr_bh":
        for i in range(m - 1, -1, -1):
            later = found[i + 1] if i + 1 < m else 1.0
            found[i] = min(later, p.iloc[i] * m / (i + 1))
    return found


def test_the_lady_tasting_tea() -> None:
    """Fisher's own example: three of four against one of four, p = 34/70."""
    assert compare.two_shares(3, 4, 1, 4) == ("fisher", pytest.approx(34 / 70))


def test_homogeneity_of_two_is_the_z_test() -> None:
    """With two places chi-squared is the square of z; with equal shares it is zero."""
    chi2, dof, p = compare.homogeneity(counted((60, 100), (45, 100)))
    assert dof == 1 and p == pytest.approx(compare.two_shares(60, 100, 45, 100)[1])
    assert compare.homogeneity(counted((5, 10), (50, 100)))[0] == pytest.approx(0)
    assert chi2 == pytest.approx(norm.isf(p / 2) ** 2)
    assert math.isnan(compare.homogeneity(counted((5, 10)))[0])


def test_an_unknown_correction() -> None:
    """Named with those that are known."""
    with pytest.raises(TableError, match="holm"):
        compare.pairwise(counted((1, 2), (1, 2), (1, 3)), "sidak")


def test_places_of_different_years_are_not_tested() -> None:
    """Only the year with the most places is tested."""
    found = pd.concat([counted((1, 9), (2, 9), (3, 9)), counted((4, 9), year="2023")])
    pairs = compare.pairwise(found)
    assert set(pairs["first"]) | set(pairs["second"]) == {"r0", "r1", "r2"}
    assert len(pairs) == len(list(combinations(range(3), 2)))


# -- words and tables -------------------------------------------------------------------------


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_the_digests_are_too_few(study: Study, language: str) -> None:
    """With three places of three years nothing is tested, and the words say why."""
    reports = compare.latest(study.documents)
    code = compare.choose_rate(reports, study.observations)
    found = compare.rates(reports, study.observations, study.findings, code)
    pairs = compare.pairwise(found)
    assert len(pairs) == 0
    said = statements.tests(reports, found, pairs, "holm", language)
    assert {"zh": "语料太小", "en": "too small"}[language] in said and "3" in said
    told = statements.rates(reports, found, code, language)
    held = found[found["state"] == "counts"]
    assert len(held) == 2 and f"{100 * held['share'].min():.1f}%" in told
    assert "2020" in told and "{" not in told + said
    markup = views.places(study, found, language)._repr_html_()
    assert markup.count("<tr>") == len(found) + 1
    for row in held.to_dict("records"):
        assert f"{row['doc_id']}.html#f{row['start']}-{row['end']}" in markup


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_words_of_tests(language: str) -> None:
    """Numbers of the sentence are those of the tables."""
    found = counted((90, 100), (50, 100), (52, 100))
    documents = pd.DataFrame(
        [(f"r{i}", f"11000{i}", f"甲{i}市", "2024", "2024", "annual_report", "") for i in range(3)],
        columns=["doc_id", "adcode", "region", "period_start", "period_end", "kind", "issuer"],
    )
    pairs = compare.pairwise(found)
    said = statements.tests(documents, found, pairs, "holm", language)
    assert int(pairs["differs"].sum()) == 2
    h = max(pairs["h"], key=abs)
    for words in ("2024", "Holm", f"{h:.2f}", "40.0"):
        assert words in said
    markup = views.pairs(documents, pairs, language, limit=2)._repr_html_()
    assert markup.count("<tr>") == 3


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_nothing_to_compare(tmp_path: Path, language: str) -> None:
    """A corpus without any such figure says so."""
    study = made(tmp_path, "推动争议化解。")
    rate = compare.choose_rate(study.documents, study.observations)
    count = compare.choose_count(study.documents, study.observations)
    assert rate == count == ""
    found = compare.rates(study.documents, study.observations, study.findings, rate)
    assert found["state"].to_list() == ["not_mentioned"]
    assert statements.rates(study.documents, found, rate, language)
    listed = compare.counts(study.documents, study.observations, count)
    assert listed["state"].to_list() == ["not_mentioned"]
    assert statements.counts(listed, count, language)
