"""Words, keyness and dispersion: against worked examples and an independent computation."""

from __future__ import annotations

import math
import os
import subprocess
import sys
import tempfile
from collections import Counter
from random import Random

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, chi2_contingency

from govlaw import keyness, measures, words
from govlaw.definitions import rows
from govlaw.errors import TableError

# -- words -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("健全行政复议体制机制。", ["行政复议", "体制", "机制"]),
        ("办理人民调解案件１２3件", ["办理", "人民调解", "案件"]),
        ("推进“放管服”改革", ["放管服", "改革"]),
        ("ABC 2023 的了，。", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    """Terms of the field stay whole; numbers, letters and stop words are left out."""
    found = words.find(text)
    assert [w.word for w in found] == expected
    assert all(text[w.start : w.end] == w.word for w in found)


@given(st.text(alphabet="行政复议执法的12３，。 \nAb调解成功率", max_size=60), st.integers(0, 30))
def test_words_keep_their_places(text: str, start: int) -> None:
    """Every word stands where it says, in order, whatever stretch of the text is read."""
    here = start
    for word in words.find(text, start):
        assert here <= word.start and text[word.start : word.end] == word.word
        here = word.end


def test_jieba_is_silent_and_leaves_no_cache() -> None:
    """A process of its own prints nothing, however strict its warnings, and gives these words."""
    code = (
        "import tempfile, pathlib, sys; from govlaw import words;"
        "print('/'.join(w.word for w in words.find('行政执法监督')));"
        "assert not (pathlib.Path(tempfile.gettempdir()) / 'jieba.cache').exists()"
    )
    with tempfile.TemporaryDirectory() as folder:
        result = subprocess.run(
            [sys.executable, "-W", "always", "-c", code],
            capture_output=True, text=True, encoding="utf-8", check=False,
            env=os.environ | {"TMPDIR": folder, "PYTHONUTF8": "1"},
        )  # fmt: skip
    assert (result.stdout.strip(), result.stderr, result.returncode) == ("行政执法监督", "", 0)


def test_terms_are_whole_words() -> None:
    """Every term of the table comes out as one word and has a gloss and a known dimension."""
    for row in rows("terms"):
        assert row["gloss_en"].isascii() and row["dimension"] in measures.dimensions()
        if len(row["term"]) > 1 and all("\u4e00" <= c <= "\u9fff" for c in row["term"]):
            assert [w.word for w in words.find(row["term"])] in ([row["term"]], []), row["term"]
    assert len({row["term"] for row in rows("terms")}) == len(rows("terms"))


def test_words_of_parts() -> None:
    """A word counts in the part of the innermost section that holds it."""
    text = "加强调解。还有短板。"
    sections = pd.DataFrame(
        [("a", "results", 0, 5), ("a", "shortcomings", 5, 10), ("b", "results", 0, 9)],
        columns=["doc_id", "part", "start", "end"],
    )
    found = words.by_part(sections, {"a": text})
    assert found["results"] == Counter(["调解"])
    assert found["shortcomings"] == Counter(["还有", "短板"])


# -- keyness ---------------------------------------------------------------------------------

counts = st.integers(0, 400)


@given(counts, counts, counts, counts)
def test_log_likelihood_is_that_of_scipy(a: int, b: int, more: int, others: int) -> None:
    """The whole table's G2, as scipy computes it from the same four cells."""
    c, d = a + more, b + others
    found = keyness.log_likelihood(a, b, c, d)
    assert found >= 0
    table = [[a, b], [more, others]]
    if all(sum(row) for row in table) and all(sum(column) for column in zip(*table, strict=True)):
        expected = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
        assert found == pytest.approx(expected, abs=1e-6)
    else:
        assert found == pytest.approx(0, abs=1e-6)


def test_log_likelihood_by_hand() -> None:
    """10 of 100 against 5 of 200 words: the four terms written out."""
    expected = 2 * (
        10 * math.log(10 / 5) + 5 * math.log(5 / 10) + 90 * math.log(90 / 95)
        + 195 * math.log(195 / 190)
    )  # fmt: skip
    assert keyness.log_likelihood(10, 5, 100, 200) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [((8, 2, 100, 100), 2.0), ((1, 8, 100, 200), -2.0), ((4, 0, 100, 100), 3.0)],
)
def test_log_ratio(numbers: tuple[int, int, int, int], expected: float) -> None:
    """Each step of 1 doubles; a count of 0 is taken as a half."""
    assert keyness.log_ratio(*numbers) == pytest.approx(expected)


def test_log_ratio_of_no_words() -> None:
    """Against nothing there is no ratio."""
    assert math.isnan(keyness.log_ratio(1, 0, 10, 0))


def test_critical_values() -> None:
    """The values of the table are those of chi-squared with one degree of freedom."""
    for level, value in keyness.CRITICAL.items():
        assert value == pytest.approx(chi2.isf(level, 1), abs=0.01)


def test_counts_that_cannot_be() -> None:
    """More of a word than of all words is refused."""
    with pytest.raises(TableError, match="11 of 10"):
        keyness.log_likelihood(11, 0, 10, 10)


def test_keyness_orders_by_evidence_and_side() -> None:
    """Overused words come first, the strongest evidence before all; underused ones last."""
    found = keyness.keyness({"a": 30, "b": 5, "c": 65}, {"a": 2, "b": 40, "c": 58}, at_least=3)
    assert found["word"].tolist() == ["a", "c", "b"]
    assert found["log_ratio"].iloc[0] == pytest.approx(math.log2(15))
    assert found.set_index("word")["per_1000"]["a"] == 300
    assert keyness.keyness({}, {}).empty


def test_each_report_against_the_others() -> None:
    """The reference of a report is all others together; words left out still count as words."""
    found = keyness.each(
        {"x": Counter(a=8, b=2), "y": Counter(a=1, b=9), "z": Counter(b=10)}, 3, frozenset("b")
    )
    assert found["x"]["word"].tolist() == ["a"]
    (row,) = found["x"].to_dict("records")
    assert (row["target"], row["reference"]) == (8, 1)
    assert row["log_ratio"] == pytest.approx(math.log2((8 / 10) / (1 / 20)))


# -- dispersion ------------------------------------------------------------------------------

#: The corpus with which Gries (2008) shows his measure: five parts of 9 to 11 letters.
GRIES = ("bamnibeup", "basatbewqn", "bcagabesta", "baghabeaat", "bahaabeaxat")


@pytest.mark.parametrize(("letter", "expected"), [("a", 0.18), ("b", 0.02), ("x", 0.78)])
def test_deviation_of_the_published_example(letter: str, expected: float) -> None:
    """The letter a has DP 0.18 as published; the others as worked out by hand."""
    found = keyness.deviation([p.count(letter) for p in GRIES], [len(p) for p in GRIES])
    assert found == pytest.approx(expected)


def test_dispersion() -> None:
    """Most frequent first; normalised, a word that is all in the smallest part has 1."""
    parts = {name: Counter(name) for name in GRIES}
    found = keyness.dispersion(parts, at_least=1).set_index("word")
    assert found.index[0] == "a"
    assert (found.loc["a", "count"], found.loc["a", "parts"]) == (15, 5)
    assert found.loc["a", "dp_norm"] == pytest.approx(0.18 / (1 - 9 / 50))
    assert found.loc["m", "dp_norm"] == pytest.approx(1)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 50)), min_size=1, max_size=6))
def test_deviation_lies_between_even_and_concentrated(cells: list[tuple[int, int]]) -> None:
    """From 0 to 1 minus the smallest part; proportional counts give 0."""
    sizes = [size for _, size in cells]
    found = keyness.deviation([n for n, _ in cells], sizes)
    if not any(n for n, _ in cells):
        assert math.isnan(found)
        return
    assert -1e-9 <= found <= 1 - min(sizes) / sum(sizes) + 1e-9
    assert keyness.deviation(sizes, sizes) == pytest.approx(0)


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(1, 99)), min_size=3, max_size=9),
    st.randoms(use_true_random=False),
)
def test_deviation_is_exactly_the_same_in_any_order(
    cells: list[tuple[int, int]], random: Random
) -> None:
    """The last bit too depends on neither the order nor the Python, so that ties stay ties."""
    mixed = random.sample(cells, len(cells))
    found = [keyness.deviation(*zip(*order, strict=True)) for order in (cells, mixed)]
    assert found[0] == found[1] or not any(n for n, _ in cells)


def test_one_report_has_no_spread() -> None:
    """With a single part nothing can be normalised."""
    assert keyness.dispersion({"x": Counter(a=3)})["dp_norm"].isna().all()
