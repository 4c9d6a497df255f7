"""Metadata held against the catalogue: 411 titles and issuers, made into pages in ten forms."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import catalogue
import pytest

from govlaw import places

ROOT = Path(__file__).resolve().parents[1]
WHERE = (
    ROOT / "data" / "raw" / "reports.csv",
    ROOT.parent / "shared" / "catalogue" / "reports.csv",
)


@pytest.fixture(scope="module")
def listed() -> list[catalogue.Row]:
    """The lines of the catalogue; tests that need them are skipped where there is none."""
    path = next((path for path in WHERE if path.is_file()), None)
    if path is None:
        pytest.skip("the catalogue of reports is not here")
    return catalogue.rows(path)


@pytest.fixture(scope="module")
def counts(listed: list[catalogue.Row]) -> Counter[tuple[str, str, str]]:
    """The score over all lines and forms, printed as a table."""
    found, _ = catalogue.score(listed, catalogue.checked())
    print("\n" + catalogue.shown(found))
    return found


@pytest.mark.parametrize("field", ["title", "region", "adcode", "level", "year"])
def test_title_and_issuer(counts: Counter[tuple[str, str, str]], field: str) -> None:
    """Of title and issuer, 95 % of each field is right, and most of the rest empty, not wrong."""
    right, empty, wrong = (
        counts["title_issuer", field, verdict] for verdict in ("right", "empty", "wrong")
    )
    assert right >= 0.95 * (right + empty + wrong)
    assert field == "title" or wrong <= empty


@pytest.mark.parametrize(
    "form", [make.__name__ for make in (*catalogue.TITLED, *catalogue.UNTITLED)]
)
def test_every_form(counts: Counter[tuple[str, str, str]], form: str) -> None:
    """In no form is more than one value in fifty wrong: what is not known is left empty."""
    wrong = sum(n for (name, _, verdict), n in counts.items() if (name, verdict) == (form, "wrong"))
    total = sum(n for (name, _, _), n in counts.items() if name == form)
    assert total and wrong <= total / 50


def test_wrong_is_less_than_empty(counts: Counter[tuple[str, str, str]]) -> None:
    """Over all forms less than half of what is not right is wrong."""
    empty, wrong = (
        sum(n for (_, _, verdict), n in counts.items() if verdict == wanted)
        for wanted in ("empty", "wrong")
    )
    assert wrong < (empty + wrong) / 2


def test_codes_checked_by_hand(listed: list[catalogue.Row]) -> None:
    """The codes that were written down by hand are those of the list of divisions, in its year."""
    hand = catalogue.checked()
    rows = {row["url"]: row for row in listed}
    assert len(hand) >= 60 and set(hand) <= set(rows)
    for url, own in hand.items():
        assert catalogue.adcode(rows[url]) in (own["adcode"], None)
        assert places.at(own["adcode"], int(rows[url]["report_year"] or 2024))
