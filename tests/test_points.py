"""The data below a figure: every row leads to the sentences that it stands for."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from govlaw import corpus, figures, labels, measures, points, tables
from govlaw.tables import Study

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r'href="\.\./evidence/([^"#]+)\.html#?([^"]*)"')


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    """The study of the reports in the repository."""
    folder = tmp_path_factory.mktemp("points")
    corpus.extract([ROOT / "data" / "raw"], folder)
    return tables.read(folder)


def linked(study: Study, data: pd.DataFrame) -> list[list[tuple[str, str]]]:
    """Return the text and place of every link of each row."""
    markup = points.points(study, data, "title", "en").markup
    rows = re.findall(r"<tr><td.*?</tr>", markup, re.S)
    return [LINK.findall(row) for row in rows]


def test_a_row_with_a_place_leads_there(study: Study) -> None:
    """A rate that was recomputed leads to the printed rate."""
    found = measures.tested_rates(study.findings)
    assert len(found) > 2
    assert linked(study, found) == [
        [(row.doc_id, f"f{row.start}-{row.end}")] for row in found.itertuples()
    ]


def test_a_row_of_a_measure_or_an_honour_leads_there(study: Study) -> None:
    """What is no figure has its place too; where nothing is known of a place, the text is left."""
    tasks = study.tasks[["doc_id", "start", "end"]].head(3)
    assert linked(study, tasks) == [[(r.doc_id, f"p{r.start}")] for r in tasks.itertuples()]
    nowhere = tasks.assign(start=1, end=2).head(1)
    assert linked(study, nowhere) == [[(tasks["doc_id"].iat[0], "")]]


def test_a_row_of_an_indicator_leads_to_its_figures(study: Study) -> None:
    """A report and an indicator: every figure with that code in that report."""
    data = pd.DataFrame([("003_zhumadian_2024_report", "med_cases")],
                        columns=["doc_id", "indicator"])  # fmt: skip
    own = study.observations[
        (study.observations["doc_id"] == data.at[0, "doc_id"])
        & (study.observations["indicator"] == "med_cases")
    ]
    (links,) = linked(study, data)
    assert links == [(row.doc_id, f"f{row.start}-{row.end}") for row in own.itertuples()] != []


def test_a_row_of_a_dimension_leads_to_the_text_narrowed_to_it(study: Study) -> None:
    """Counts by dimension and role lead to a page on which those figures are left, and say how
    many; a count of nothing leads nowhere and is no zero."""
    found = measures.profile(study.observations, "001_macun_2020_report")
    data = found.assign(doc_id="001_macun_2020_report")
    table = points.points(study, data, "title", "en")
    rows = zip(data.itertuples(), linked(study, data), table.rows, strict=True)
    for row, links, words in rows:
        place = f"dimension={row.dimension}&amp;role={row.role}"
        assert links == ([(row.doc_id, place)] if row.figures else [])
        assert words[-1] == (f"Places in the text: {row.figures}" if row.figures else "–")


def test_a_row_of_a_content_leads_to_its_sections(study: Study) -> None:
    """A content of a report leads to the headings that were taken for it."""
    found = measures.completeness(study.documents, study.sections)
    for row, links in zip(found.itertuples(), linked(study, found), strict=True):
        assert len(links) == min(row.sections, points.SENTENCES)
        assert all(name == row.doc_id and place.startswith("p") for name, place in links)


def test_a_row_of_a_verdict_leads_to_its_checks(study: Study) -> None:
    """A verdict over all reports leads to the figures tested, the first few of them by name."""
    found = measures.verdicts(study.findings)
    for row, links in zip(found.itertuples(), linked(study, found), strict=True):
        assert len(links) == min(row.findings, points.SENTENCES)


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_what_is_missing_is_no_zero(study: Study, language: str) -> None:
    """A missing number is a dash; numbers have at most four decimals; unknown words stay."""
    data = pd.DataFrame({
        "doc_id": ["003_zhumadian_2024_report", "elsewhere"], "days": [float("nan"), 0.0],
        "share": [1 / 3, 27751.0], "verdict_of_others": ["<b>", ""], "part": ["results", "none"],
    })  # fmt: skip
    table = points.points(study, data, "title", language)
    assert [row[1:3] for row in table.rows] == [("–", "0.3333"), ("0", "27,751")]
    assert table.rows[0][3] == "<b>" and "<b>" not in table.markup
    assert table.rows[1][0] == "elsewhere" and table.rows[1][4] == "none"


def test_long_data_are_cut_and_say_so(study: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left out is named."""
    monkeypatch.setattr(points, "ROWS", 3)
    found = measures.completeness(study.documents, study.sections)
    table = points.points(study, found, "title", "en")
    assert len(table.rows) == 3
    assert f"({len(found)} rows)" in table.markup and "the first 3 only" in table.markup


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_figures_carry_their_data(study: Study, language: str) -> None:
    """Every figure of the corpus, the indicators and the audit knows what it drew, and every row
    of it leads into a text or holds nothing."""
    documents, observations = study.documents, study.observations
    density = measures.density(documents, observations, by="dimension")
    states = measures.disclosure(documents, observations)
    drawings = [
        figures.density(documents, density, language=language),
        figures.timing(documents, measures.delay(documents), language=language),
        figures.disclosure_matrix(documents, states, language=language),
        figures.rates(documents, observations, language=language),
        figures.precision(
            documents, measures.precision(documents, observations), language=language
        ),
    ]
    for drawing in drawings:
        assert drawing.data is not None
        table = points.points(study, drawing.data, drawing.title, language)
        links = linked(study, drawing.data)
        for row, own in zip(table.rows, links, strict=True):
            assert own or row[-1] == "–", (drawing.title, row)
    assert set(drawings[2].data["state"]) <= {"value", "approximate", "target"}
