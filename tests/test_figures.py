"""Figures: readable with five reports and with thirty, in both languages, and always the same."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from govlaw import (
    attainment,
    compare,
    corpus,
    digits,
    figures,
    keyness,
    labels,
    lexicons,
    measures,
    models,
    similarity,
    style,
    tables,
    words,
)
from govlaw.codebook import indicators
from govlaw.errors import GovlawError, TableError
from govlaw.figures import Drawing
from govlaw.models import Fit
from govlaw.tables import Study

ROOT = Path(__file__).resolve().parent.parent
NAMES = (
    "completeness", "density", "density_dimension", "timing", "disclosure_matrix",
    "disclosure_share", "rates", "precision", "audit_rates", "audit_verdicts", "audit_states",
    "audit_power", "audit_digits", "profile",
    "disclosure_index", "base_disclosure", "parts", "dimension_space", "keyness", "dispersion",
    "shared_passages", "boilerplate", "tone", "hardness",
    "place_rates", "place_counts", "coefficients_short", "coefficients_ratio", "coefficients_panel",
    "attainment", "responsibility", "deadlines", "honours",
)  # fmt: skip


def draw(name: str, study: Study, language: str) -> Drawing:
    """Draw one figure from the tables of a study."""
    documents, observations = study.documents, study.observations
    match name:
        case "completeness":
            table = measures.completeness(documents, study.sections)
        case "density":
            table = measures.density(documents, observations)
        case "density_dimension":
            name, table = "density", measures.density(documents, observations, by="dimension")
        case "timing":
            table = measures.delay(documents)
        case "disclosure_matrix":
            documents = measures.with_gaps(documents)
            table = measures.disclosure(documents, observations, mentions=study.mentions)
        case "disclosure_index":
            states = measures.disclosure(documents, observations, mentions=study.mentions)
            table = measures.disclosure_share(states, by=["doc_id"])
            return figures.disclosure_index(documents, states, table, language=language)
        case "base_disclosure":
            table = measures.base_disclosure(documents, observations)
        case "parts":
            table = measures.space(documents, study.sections)
        case "dimension_space":
            table = measures.space(documents, study.sections, by="dimension")
        case "keyness" | "dispersion" | "shared_passages" | "boilerplate" | "tone" | "hardness":
            return draw_text(name, study, language)
        case "disclosure_share":
            table = measures.disclosure_share(measures.disclosure(documents, observations))
        case "rates":
            table = observations
        case "precision":
            table = measures.precision(documents, observations)
        case "audit_rates":
            table = measures.tested_rates(study.findings)
        case "audit_verdicts":
            table = measures.verdicts(study.findings)
        case "audit_states":
            table = measures.rates_by_state(documents, study.findings, study.untested)
        case "audit_power":
            table = measures.power(study.findings)
        case "audit_digits":
            return figures.audit_digits(
                documents, digits.last_digits(observations), language=language
            )
        case "attainment":
            table = attainment.attainment(documents, study.targets, observations)
        case "responsibility":
            roles = attainment.unit_roles(study.tasks)
            links = attainment.unit_links(study.tasks)
            return figures.responsibility(documents, links, roles, language=language)
        case "deadlines":
            table = attainment.due_dates(documents, study.tasks)
        case "honours":
            table = attainment.honour_years(documents, study.honours)
        case "profile":
            doc_id = documents["doc_id"].iloc[-1] if len(documents) else "none"
            table = measures.profile(observations, doc_id)
            return figures.profile(documents, table, doc_id=doc_id, language=language)
        case "place_rates":
            reports = compare.latest(documents)
            code = compare.choose_rate(reports, observations)
            table = compare.rates(reports, observations, study.findings, code)
            return figures.place_rates(reports, table, code, language=language)
        case "place_counts":
            reports = compare.latest(documents)
            code = compare.choose_count(reports, observations)
            table = compare.counts(reports, observations, code)
            return figures.place_counts(reports, table, code, language=language)
        case "coefficients_short" | "coefficients_ratio" | "coefficients_panel":
            fits = estimates(name.removeprefix("coefficients_"))
            code = "lit_appearance_rate" if name.endswith("panel") else ""
            return figures.coefficients(documents, fits, language=language, code=code)
    return getattr(figures, name)(documents, table, language=language)


def draw_text(name: str, study: Study, language: str) -> Drawing:
    """Draw one figure of the wording."""
    documents, sections, observations = study.documents, study.sections, study.observations
    reports = measures.annual_reports(documents)
    texts = study.texts(documents)
    own = {doc_id: texts[doc_id] for doc_id in reports["doc_id"]}
    match name:
        case "keyness":
            counts = words.by_part(sections, own)
            table = keyness.keyness(counts["shortcomings"], counts["results"], 2)
        case "dispersion":
            table = keyness.dispersion(words.by_document(own), 2)
        case "shared_passages":
            documents, found = reports, similarity.passages(own, 8)
            table = similarity.compared(reports, similarity.shared(own, found))
        case "boilerplate":
            documents, table = reports, similarity.boilerplate(own, similarity.owners(reports))
            return figures.boilerplate(documents, table, share=0.5, language=language)
        case "tone":
            parts = measures.space(documents, sections)
            table = lexicons.tone(documents, sections, observations, own)
            return figures.tone(documents, parts, table, language=language)
        case "hardness":
            found = lexicons.promises(documents, sections, observations, texts)
            table = lexicons.hardness(documents, found)
    return getattr(figures, name)(documents, table, language=language)


SENTENCES = (
    "全面推行行政执法公示制度、执法全过程记录制度。", "确保行政复议案件依法按期办结。",
    "力争矛盾纠纷就地化解。", "工作还存在短板和不足。", "成效显著，群众获得感稳步提升。",
    "必须落实党政主要负责人职责。", "推进公共法律服务体系建设，完善法律援助。",
    "规范性文件备案审查实现应审尽审。", "执法能力有待提高，人少案多。",
    "应当公开重大行政决策事项目录。",
)  # fmt: skip


def made_up_texts() -> dict[str, str]:
    """Return thirty texts that share sentences and whole stretches."""
    chance = random.Random(20240402)
    return {f"{i:03}_made_up": "".join(chance.choices(SENTENCES, k=40)) for i in range(30)}


def estimates(name: str) -> list[Fit]:
    """Return models to draw: one without estimates, one by two estimators, one of a panel."""
    if name == "short":
        empty = models.section_figures(Study(Path(), *[EMPTY[t] for t in tables.COLUMNS]))
        return [models.per_section(empty)]
    terms = ["log_characters", "position", *(f"dimension:{d}" for d in measures.dimensions())]
    if name == "panel":
        terms = ["treated", "some_other_covariate", *(f"year:{year}" for year in range(2016, 2025))]
    frame = pd.DataFrame({"term": terms, "error": 0.1, "p": 0.5})
    frame["estimate"] = [(i - 4) / 9 for i in range(len(terms))]
    frame["low"], frame["high"] = frame["estimate"] - 0.3, frame["estimate"] + 0.4
    model, names = ("panel", ["ols"]) if name == "panel" else ("sentences", ["logit", "gee"])
    reference = "year:2015" if name == "panel" else models.REST
    return [Fit(model, estimator, frame, 26_439, 500, reference) for estimator in names]


EMPTY = {name: pd.DataFrame(columns=list(c), dtype="str") for name, c in tables.COLUMNS.items()}


def task(chance: random.Random, doc_id: str, number: int) -> tables.Row:
    """Return the row of a measure with long names of units."""
    units = [f"市委全面依法治市委员会办公室第{n}督察协调小组" for n in range(18)]
    return {
        "doc_id": doc_id, "number": str(number), "start": str(number), "end": str(number + 1),
        "measure": "全面推行行政执法公示制度" * chance.randint(1, 4),
        "lead_units": ";".join(chance.sample(units, chance.randint(0, 2))),
        "supporting_units": ";".join(chance.sample(units, chance.randint(0, 5))),
        "deadline": chance.choice(("2024年第三季度末之前全部完成", "每季度", "")),
        "due": chance.choice(("2023-09-30", "")), "recurs": chance.choice(("quarter", "")),
    }  # fmt: skip


def made_up() -> dict[str, list[tables.Row]]:
    """Return the rows of thirty reports that are hard to draw: long names, many figures."""
    chance = random.Random(20240401)
    rows: dict[str, list[tables.Row]] = {name: [] for name in tables.COLUMNS}
    codes = list(indicators())
    for i in range(30):
        doc_id = f"{i:03}_made_up"
        kind = "plan" if i % 13 == 12 else "news" if i % 17 == 16 else "annual_report"
        published = f"2024-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        rows["documents"].append(
            {
                "doc_id": doc_id, "kind": kind, "characters": str(chance.randint(900, 24000)),
                "region": f"黔西南布依族苗族自治州望谟县第{i}区" if i % 7 == 3 else f"示例{i}市",
                "adcode": "411700" if i == 5 else f"{520000 + i}", "period_start": "2023",
                "period_end": "2024" if i % 9 == 2 else "2023",
                "edition": ("original", "digest")[i % 2], "published": published if i % 3 else "",
                "written": "2024-01-31" if i % 3 == 0 and i % 2 else "",
            }
        )  # fmt: skip
        for part in chance.sample(measures.PARTS, chance.randint(1, 5)):
            start = 80 * measures.PARTS.index(part)
            level = {"level": "1", "start": str(start), "end": str(start + 80)}
            about = {"section_id": part, "dimension": chance.choice(measures.dimensions())}
            rows["sections"].append(
                {"doc_id": doc_id, "part": part, "heading": "", **level, **about}
            )
        for j in range(chance.randint(0, 160)):
            rate = j % 4 == 0
            value = chance.choice((100, 100, 99.5, chance.randint(2, 99))) if rate else j
            rows["observations"].append(
                dict.fromkeys(tables.COLUMNS["observations"], "0")
                | {
                    "doc_id": doc_id, "value": str(value), "value_low": "", "value_high": "",
                    "kind": "rate" if rate else "count", "unit": "%" if rate else "件",
                    "approx": chance.choice(("exact", "exact", "exact", "over", "under", "about")),
                    "role": chance.choice(("actual", "actual", "actual", *measures.ROLES)),
                    "indicator": chance.choice(codes), "uncertain": "false",
                    "dimension": chance.choice(measures.dimensions()),
                }
            )  # fmt: skip
        for j in range(chance.randint(0, 6)):
            printed, verdict = chance.randint(2, 99), chance.choice(measures.VERDICTS[:6])
            in_words = "考试合格 / " + "新增行政执法人员" * 5
            recomputed = printed + chance.choice((0.3, -0.4, 0.7, -31.2, 12))
            rows["findings"].append(
                {
                    "doc_id": doc_id, "rule": "A", "verdict": verdict, "printed": f"{printed}%",
                    "formula": " / ".join(chance.sample(codes, 2)) if j % 2 else in_words,
                    "operands": "1:2;3:4;5:6", "recomputed": f"{recomputed:.2f}",
                    "low": str(printed - 0.5), "high": str(printed + 0.5),
                    "power": chance.choice(("", "0", "0.35", "0.9986")),
                }
            )  # fmt: skip
        if kind == "plan":
            rows["tasks"] += [task(chance, doc_id, j) for j in range(45)]
            rows["targets"] += [
                dict.fromkeys(tables.COLUMNS["targets"], "")
                | {
                    "doc_id": doc_id, "task": str(j), "start": str(j), "end": str(j + 1),
                    "comparator": chance.choice(("=", ">=", ">", "<=", "<", "~")),
                    "value": str(j * 1000), "value_low": str(j * 1000), "unit": "件",
                    "value_high": str(j * 1000), "indicator": chance.choice(codes),
                    "first_year": "2023", "last_year": "2024", "kind": "count",
                }
                for j in range(30)
            ]  # fmt: skip
        for j in range(chance.randint(0, 25) if i % 4 else 0):
            rows["honours"].append(
                {
                    "doc_id": doc_id, "year": str(chance.choice((2004, 2019, 2022, 2023, 2024))),
                    "month": chance.choice(("", "03")), "start": str(j), "end": str(j + 1),
                    "level": chance.choice(("national", "provincial", "municipal", "county", "")),
                    "kind": chance.choice(("award", "rank", "shortlist", "pilot", "media")),
                }
            )  # fmt: skip
    for rule in "BDEG":
        rows["findings"].append({"doc_id": "000_made_up", "rule": rule, "verdict": "consistent"})
    return rows


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory, raw: Path) -> dict[str, Study]:
    """The study of the reports in the repository, one of thirty, and one without anything."""
    folder = tmp_path_factory.mktemp("studies")
    corpus.extract([raw], folder / "real")
    tables.write(folder / "thirty", made_up(), [])
    tables.replace_texts(folder / "thirty" / "texts", made_up_texts(), [])
    tables.write(folder / "nothing", {name: [] for name in tables.COLUMNS}, [])
    return {name: tables.read(folder / name) for name in ("real", "thirty", "nothing")}


def drawn_texts(figure: Figure) -> Iterator[tuple[str, Bbox]]:
    """Return every text that is visible in a figure with its box in pixels."""
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    outside: set[Text] = set()
    for axes in figure.findobj(Axes):
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for place, tick in zip(axis.get_majorticklocs(), axis.get_major_ticks(), strict=False):
                if not low <= place <= high:
                    outside |= {tick.label1, tick.label2}
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and text not in outside:
            yield text.get_text(), text.get_window_extent(renderer)


def faults(figure: Figure) -> list[str]:
    """Return what a reader could not read: texts beyond the edge, and texts over each other."""
    with style.theme():
        figure.draw_without_rendering()
        texts = list(drawn_texts(figure))
    found = [
        f"beyond the edge: {words!r}"
        for words, box in texts
        if box.x0 < 0 or box.y0 < 0 or box.x1 > figure.bbox.x1 or box.y1 > figure.bbox.y1
    ]
    for (one, a), (other, b) in itertools.combinations(texts, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        if wide > 1 and high > 2:  # pixels, of 150 an inch: boxes are a little larger than ink
            found.append(f"over each other: {one!r} {other!r}")
    return found


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", labels.LANGUAGES)
@pytest.mark.parametrize("study", ["real", "thirty", "nothing"])
def test_every_figure_can_be_read(
    studies: dict[str, Study], study: str, name: str, language: str
) -> None:
    """No text is cut off or lies over another, nothing is missing from the font, and the figure
    has a message and a description."""
    drawing = draw(name, studies[study], language)
    assert faults(drawing.figure) == []
    assert drawing.figure.get_figwidth() == style.WIDTH
    assert drawing.title and drawing.title in drawing.alt
    assert "{" not in drawing.alt and not re.search(r"\bnan\b", drawing.alt)
    shown = "".join(words for words, _ in drawn_texts(drawing.figure))
    assert "govlaw" in shown and "n = " in shown


def test_faults_are_seen() -> None:
    """The check itself sees a text beyond the edge and two over each other."""
    figure = style.new_figure()
    figure.text(0.99, 0.5, "too far to the right")
    figure.text(0.2, 0.2, "one")
    figure.text(0.2, 0.2, "other")
    first, second = faults(figure)
    assert "too far" in first and "beyond" in first
    assert "over each other" in second


def test_heights_grow_with_the_corpus(studies: dict[str, Study]) -> None:
    """Thirty reports take more room than five, at the same width."""
    heights = [draw("density", studies[s], "zh").figure.get_figheight() for s in ("real", "thirty")]
    assert heights[1] > heights[0] + 5


def test_rows_beyond_the_limit_are_said_to_be_left_out(studies: dict[str, Study]) -> None:
    """A long audit is cut at its limit, and the figure says so."""
    study = studies["thirty"]
    table = measures.tested_rates(study.findings)
    drawing = figures.audit_rates(study.documents, table, language="en", limit=7)
    shown = " ".join(words for words, _ in drawn_texts(drawing.figure)).replace("\n", " ")
    assert f"Only the 7 with the worst agreement are drawn (of {len(table)})" in shown


def test_a_matrix_of_many_reports(studies: dict[str, Study]) -> None:
    """More reports than can be named become cells, no taller than a page, and say how many."""
    study = studies["thirty"]
    whole = measures.disclosure(study.documents, study.observations)
    copies = [whole.assign(doc_id=whole["doc_id"] + f"_{i}") for i in range(4)]
    documents = pd.concat(
        [study.documents.assign(doc_id=study.documents["doc_id"] + f"_{i}") for i in range(4)],
        ignore_index=True,
    )
    found = pd.concat(copies, ignore_index=True)
    drawing = figures.disclosure_matrix(documents, found, language="en")
    assert faults(drawing.figure) == []
    assert drawing.figure.get_figheight() < 14
    shown = " ".join(words for words, _ in drawn_texts(drawing.figure)).replace("\n", " ")
    assert f"({found['doc_id'].nunique()}, in the order of the table)" in shown


def test_other_documents_than_annual_reports_are_named(studies: dict[str, Study]) -> None:
    """A figure of annual reports names the plan and the news item that it leaves out."""
    drawing = draw("completeness", studies["real"], "en")
    shown = " ".join(words for words, _ in drawn_texts(drawing.figure)).replace("\n", " ")
    assert "left out: Pingdingshan 2022 (News item), Lu'an 2023–2024 (Plan)." in shown


def test_an_unknown_language_is_refused(studies: dict[str, Study]) -> None:
    """There is no third language."""
    with pytest.raises(TableError, match="'fr' is no language"):
        draw("rates", studies["real"], "fr")


# -- style ---------------------------------------------------------------------------------


def test_settings_come_back(studies: dict[str, Study], tmp_path: Path) -> None:
    """Drawing and saving leave the user's settings as they were."""
    with mpl.rc_context({"font.size": 23.0, "axes.facecolor": "red"}):
        before = dict(mpl.rcParams)
        style.save(draw("rates", studies["real"], "zh").figure, tmp_path / "a")
        assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("character", ["✗", "🙂", "𠮷"])
def test_a_character_without_a_glyph_is_an_error(tmp_path: Path, character: str) -> None:
    """No box is drawn, nothing is written, and the character is named."""
    with style.theme():
        figure = style.new_figure()
        figure.text(0.5, 0.5, f"法治{character}")
    with pytest.raises(style.GlyphError, match=f"U\\+{ord(character):04X}"):
        style.save(figure, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_a_dollar_sign_is_a_dollar_sign(tmp_path: Path) -> None:
    """Words between two dollar signs are no formula."""
    with style.theme():
        figure = style.new_figure()
        figure.text(0.1, 0.5, r"$\frac$ 和 $")
    svg, _ = style.save(figure, tmp_path / "a")
    assert r"$\frac$ 和 $" in svg.read_text(encoding="utf-8")


def test_dots_in_a_name_are_kept(tmp_path: Path) -> None:
    """The language before the suffix is not taken for one, and nothing else is left behind."""
    style.save(style.new_figure(), tmp_path / "b.zh", title="标题", description="说明")
    assert {path.name for path in tmp_path.iterdir()} == {"b.zh.svg", "b.zh.png"}
    svg = (tmp_path / "b.zh.svg").read_text(encoding="utf-8")
    assert "<title>标题</title>" in svg and "<dc:description>说明</dc:description>" in svg


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    """A file in the way of the folder is an error, not a lost figure."""
    (tmp_path / "file").write_text("")
    with pytest.raises((GovlawError, OSError)):
        style.save(style.new_figure(), tmp_path / "file" / "a")


def luminance(color: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_colours() -> None:
    """Every dimension has its own colour with a contrast of 3:1 on white; verdicts that share a
    colour differ in their marker."""
    assert tuple(style.DIMENSIONS) == measures.dimensions()
    assert len(set(style.DIMENSIONS.values())) == len(style.DIMENSIONS)
    for color in style.DIMENSIONS.values():
        assert 1.05 / (luminance(color) + 0.05) >= 3
    assert tuple(style.VERDICTS) == measures.VERDICTS
    assert len({marker for _, marker in style.VERDICTS.values()}) == len(style.VERDICTS)
    assert set(style.ROLES) == set(measures.ROLES)
    assert set(style.APPROXIMATIONS) == set(measures.APPROXIMATIONS)
    assert tuple(style.STATES) == measures.STATES
    assert tuple(style.PARTS) == measures.PARTS
    assert tuple(style.GRADES) == lexicons.GRADES


# -- the same bytes ------------------------------------------------------------------------


def digests(processed: Path, out: Path) -> dict[str, str]:
    """Draw and save every figure in both languages; return the hash of each file."""
    study = tables.read(processed)
    found = {}
    for name, language in itertools.product(NAMES, labels.LANGUAGES):
        drawing = draw(name, study, language)
        for file in style.save(
            drawing.figure, out / f"{name}.{language}", title=drawing.title, description=drawing.alt
        ):
            found[file.name] = hashlib.sha256(file.read_bytes()).hexdigest()
    return found


def test_saved_twice_is_the_same(studies: dict[str, Study], tmp_path: Path) -> None:
    """Saving one drawing again changes nothing, and the file is not even touched."""
    drawing = draw("audit_rates", studies["real"], "zh")
    files = style.save(drawing.figure, tmp_path / "a")
    stamps = [file.stat().st_mtime_ns for file in files]
    assert style.save(drawing.figure, tmp_path / "a") == files
    assert [file.stat().st_mtime_ns for file in files] == stamps


def test_another_process_saves_the_same(studies: dict[str, Study], tmp_path: Path) -> None:
    """Another hash seed, time zone, locale and user settings: every figure has the same bytes."""
    settings = tmp_path / "matplotlibrc"
    settings.write_text("font.size: 23\nsavefig.dpi: 40\naxes.facecolor: red\nsvg.hashsalt: x\n")
    code = (
        "import json, pathlib, test_figures as t;"
        f"print(json.dumps(t.digests(pathlib.Path({str(studies['real'].folder)!r}), "
        f"pathlib.Path({str(tmp_path / 'there')!r}))))"
    )
    other = {"PYTHONHASHSEED": "4711", "TZ": "Pacific/Auckland", "LC_ALL": "C",
             "MATPLOTLIBRC": str(settings), "PYTHONUTF8": "0"}  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parent,
        env=os.environ | other,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        here = digests(studies["real"].folder, tmp_path / "here")  # meanwhile
        said, faults = process.communicate()
    assert process.returncode == 0, faults
    assert json.loads(said) == here
    assert len(here) == 2 * 2 * len(NAMES)


def test_tables_are_not_changed(studies: dict[str, Study]) -> None:
    """Drawing leaves the tables that it was given as they were."""
    study = studies["real"]
    before: list[pd.DataFrame] = [study.documents.copy(), study.observations.copy()]
    draw("rates", study, "zh")
    pd.testing.assert_frame_equal(before[0], study.documents)
    pd.testing.assert_frame_equal(before[1], study.observations)
