"""Mentions: what speaks of a matter without counting it, and what does not."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from govlaw import applicability, codebook, mentions
from govlaw.definitions import rows
from govlaw.errors import TableError
from govlaw.extraction import extract
from govlaw.measures import core_indicators
from govlaw.model import Document, Mention, Metadata

CASES = Path(__file__).parent / "cases" / "mentions.csv"
HEAD = "一、主要工作和成效\n"


def found(body: str, head: str = HEAD, kind: str = "annual_report") -> list[Mention]:
    """Return the mentions in a made-up report."""
    metadata = Metadata(kind=kind, period_end="2023")
    return extract(Document("made_up", head + body, "", metadata)).mentions


with CASES.open(encoding="utf-8", newline="") as file:
    _ROWS = list(csv.DictReader(file))


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: f"{row['indicator']}:{row['sentence'][:12]}")
def test_sentences(row: dict[str, str]) -> None:
    """A sentence of the table mentions an indicator, or does not although it looks like it."""
    codes = {mention.indicator for mention in found(row["sentence"])}
    assert (row["indicator"] in codes) == (row["mentioned"] == "yes")


def test_every_core_indicator_has_a_pattern() -> None:
    """One pattern each, in the order of the codebook, and none for a code that does not exist."""
    listed = [row["code"] for row in rows("mentions")]
    assert len(set(listed)) == len(listed)
    assert set(core_indicators()) <= set(listed) <= set(codebook.indicators())
    order = list(codebook.indicators())
    assert listed == sorted(listed, key=order.index)
    assert mentions.codes() == tuple(listed)


def test_spans_and_figures() -> None:
    """A mention points at its words; figures of its own clause are counted, not years."""
    text = HEAD + "2023年完善法律援助，办理法律援助案件30件。"
    (first,) = [m for m in found(text[len(HEAD) :]) if m.indicator == "svc_legal_aid_cases"]
    assert text[first.start : first.end] == "法律援助"
    assert first.figures == 0
    assert text[first.sentence_start : first.sentence_end] == text[len(HEAD) :]
    (other,) = [m for m in found("办理法律援助案件30件。") if m.indicator == "svc_legal_aid_cases"]
    assert other.figures == 1


def test_once_a_sentence() -> None:
    """An indicator is found once in a sentence, and again in the next."""
    codes = [m.indicator for m in found("加强公证。公证便民，公证惠民。")]
    assert codes.count("svc_notary_cases") == 2


@pytest.mark.parametrize(
    "head", ["二、存在的问题和不足\n", "三、下一步工作安排\n", "一、开展公证工作\n"]
)
def test_other_parts_and_headings_tell_nothing(head: str) -> None:
    """Shortcomings, plans and titles mention nothing that was done."""
    body = "公证有待加强。" if "开展" not in head else "工作平稳。"
    assert [m for m in found(body, head) if m.indicator == "svc_notary_cases"] == []


def test_other_documents_mention_nothing() -> None:
    """A plan has no part that tells what was done."""
    assert found("推进公证工作。", kind="plan") == []


# -- levels of government ------------------------------------------------------------------


def test_levels_name_codes_and_levels_that_exist() -> None:
    """Each row of the table is about a code of the codebook, known levels, and gives a reason."""
    known = {"province", "prefecture", "county", "township", "department"}
    for row in rows("levels"):
        assert row["code"] in codebook.indicators()
        assert set(applicability.levels(row["code"])) < known
        assert row["note"]


@pytest.mark.parametrize(
    ("code", "level", "applies"),
    [
        ("rule_gov_rules", "prefecture", True),
        ("rule_gov_rules", "county", False),
        ("rec_accepted", "county", True),
        ("rec_accepted", "township", False),
        ("med_cases", "township", True),
        ("rule_gov_rules", "", True),
    ],
)
def test_applies(code: str, level: str, applies: bool) -> None:
    """An indicator without a row applies everywhere, and an unknown level excludes nothing."""
    assert applicability.applies(code, level) is applies


def test_an_unknown_code_is_named() -> None:
    """A misspelt code is an error, not an indicator that applies everywhere."""
    with pytest.raises(TableError, match="med_case'"):
        applicability.applies("med_case", "county")
