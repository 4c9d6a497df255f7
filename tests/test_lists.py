"""Lists of nouns and figures: which noun a figure answers, and one figure for several nouns."""

from __future__ import annotations

import pytest

from govlaw.extraction import extract
from govlaw.model import Document, Metadata

RESPECTIVELY = [
    ("纠错率和调解和解率分别为9.89%、37.36%。", ["纠错率", "调解和解率"]),
    ("受理数、办结数分别为120件、110件。", ["受理数", "办结数"]),
    (
        "公安、城管和市监系统培训人次分别达到860、430和295人次。",
        ["公安", "城管", "市监系统培训人次"],
    ),
]


def subjects(text: str) -> list[str]:
    """Return the subject of every figure of a text."""
    document = Document("one", text, "", Metadata(kind="annual_report"))
    return [observation.subject for observation in extract(document).observations]


@pytest.mark.parametrize(("text", "nouns"), RESPECTIVELY)
def test_nouns_in_order(text: str, nouns: list[str]) -> None:
    """The first figure after 分别 answers the first noun, the second the second."""
    assert subjects(text) == nouns


def test_unequal_lists_are_left_alone() -> None:
    """Three nouns and two figures: no noun is given to a figure that may not be its own."""
    found = subjects("受理、审结、执结案件分别为120件、110件。")
    assert "受理" not in found
    assert "审结" not in found


def test_codes_of_a_list() -> None:
    """Each figure of a list gets the code of its own noun."""
    text = "办理行政复议案件，纠错率和调解和解率分别为9.89%、37.36%。"
    document = Document("one", text, "", Metadata(kind="annual_report"))
    codes = [observation.indicator for observation in extract(document).observations]
    assert codes == ["rec_correction_rate", "rec_settled_rate"]


def test_one_figure_for_several_nouns() -> None:
    """The first noun's code is the indicator, the other nouns' codes stand in ``also``."""
    text = "收到诉讼案件30件，行政机关负责人出庭应诉率、行政案件胜诉率均为100%。"
    document = Document("one", text, "", Metadata(kind="annual_report"))
    rate = extract(document).observations[-1]
    assert rate.indicator == "lit_appearance_rate"
    assert rate.also == "lit_win_rate"


def test_and_within_a_noun() -> None:
    """The 和 of 调解和解率 is part of one noun: the figure has one measure only."""
    text = "行政复议调解和解率为37.36%。"
    document = Document("one", text, "", Metadata(kind="annual_report"))
    (rate,) = extract(document).observations
    assert rate.also == ""


def test_long_lists_cost_little() -> None:
    """A clause of a hundred thousand joints is read in time that its length explains."""
    text = "率、" * 50_000 + "均为100%，分别为" + "1件、" * 1000
    document = Document("one", text, "", Metadata(kind="annual_report"))
    assert len(extract(document).observations) == 1001
