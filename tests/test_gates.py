"""The index of patterns saves time and changes no result."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw import codebook
from govlaw.gates import Index, needed


@pytest.mark.parametrize(
    ("pattern", "pairs"),
    [
        ("行政复议", {"行政"}),
        ("复议|诉讼", {"复议", "诉讼"}),
        ("(?:复议|诉讼)案", {"复议", "诉讼"}),
        ("(?:复议)?案件", {"案件"}),
        ("(?:复议|讼)", None),
        ("[复诉]议", {"复议", "诉议"}),
        ("述(?:职述)?法", {"述法"}),
        ("第[一二]{1,3}名", {"第一", "第二"}),
        ("[^复]议", None),
        (".{0,3}", None),
        ("调解(?=成功)", {"成功"}),
        ("(?:应诉){1,2}", {"应诉"}),
    ],
)
def test_pairs_that_a_match_must_hold(pattern: str, pairs: set[str] | None) -> None:
    """Optional parts, single letters and classes promise nothing."""
    assert needed(re.compile(pattern)) == pairs


def test_every_pair_is_in_every_match() -> None:
    """No rule of the codebook matches words in which none of its pairs stands."""
    samples = ["受理行政复议案件#", "调解成功率#", "#场次普法活动", "人大代表建议、政协提案#"]
    for rule in codebook.load().listed:
        pairs = needed(rule.name)
        for sample in samples:
            match = rule.name.search(sample)
            assert not match or pairs is None or any(pair in sample for pair in pairs)


@settings(deadline=None, derandomize=True, max_examples=300)
@given(st.text(alphabet="行政复议诉讼案件调解成功率办结普法培训场次人#，、", max_size=30))
def test_the_index_leaves_no_match_out(words: str) -> None:
    """Whatever the words, the candidates hold every rule whose pattern matches."""
    book = codebook.load()
    for unit in ("件", "%", "场", "人"):
        matching = [rule for rule in book.rules[unit] if rule.name.search(words)]
        candidates = book.candidates(unit, words)
        assert [rule for rule in candidates if rule.name.search(words)] == matching


def test_few_rules_are_tried() -> None:
    """On ordinary words the index leaves a small part of the rules of a unit."""
    book = codebook.load()
    index = Index(rule.name for rule in book.rules["件"])
    assert len(index.candidates("市本级收到行政复议申请#")) < len(book.rules["件"]) / 3
