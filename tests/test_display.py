"""Display tables and words: text of reports is escaped, links lead to sentences, labels exist."""

from __future__ import annotations

import re
import string
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from govlaw import corpus, display, labels, measures, style, tables
from govlaw.codebook import indicators
from govlaw.definitions import rows
from govlaw.errors import TableError
from govlaw.tables import Study

NASTY = '<script>alert("x")</script>&\'"'


class Reader(HTMLParser):
    """Reads markup: its tags, links and text; complains of tags that do not close."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(markup)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def links(self) -> list[str]:
        return [attrs["href"] or "" for tag, attrs in self.tags if tag == "a"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory, raw: Path) -> Study:
    """The study of the reports in the repository."""
    folder = tmp_path_factory.mktemp("study")
    corpus.extract([raw], folder)
    return tables.read(folder)


def every(study: Study, doc_id: str, language: str) -> dict[str, str]:
    """Return the markup of every table that a notebook can show."""
    found = {
        "corpus": display.corpus(study, language),
        "document": display.document(study, doc_id, language),
        "findings": display.findings(study, language),
        "own findings": display.findings(study, language, doc_id=doc_id),
        "tested": display.tested(study, language),
        "figures": display.figures(study, doc_id, language),
        "tasks": display.tasks(study, doc_id, language),
        "honours": display.honours(study, doc_id, language),
        "all honours": display.honours(study, "", language),
        "attainment": display.attainment(study, language),
        "targets": display.targets(study, language),
        "units": display.units(study, language),
        "versions": display.versions(study, language),
    }
    return {name: table._repr_html_() for name, table in found.items()}


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_tables_are_accessible(study: Study, language: str) -> None:
    """A table has a caption and scoped heads, no script, no colour of its own; links say more
    than their text."""
    for doc_id in study.documents["doc_id"]:
        for markup in every(study, doc_id, language).values():
            reader = Reader(markup)
            names = [tag for tag, _ in reader.tags]
            if "table" in names:
                assert names.count("caption") == names.count("table") == 1
            assert "script" not in names
            for tag, attrs in reader.tags:
                assert "style" not in attrs
                if tag == "th":
                    assert attrs["scope"] == "col"
                if "aria-label" in attrs:
                    assert attrs["aria-label"]


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_every_figure_leads_to_its_sentence(study: Study, language: str) -> None:
    """The anchor of a link is the span of the very figure that it shows."""
    for doc_id in study.documents["doc_id"]:
        text, shown = study.text(doc_id), 0
        for name in ("figures", "own findings"):
            markup = every(study, doc_id, language)[name]
            for href, figure in re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', markup):
                match = re.fullmatch(rf"\.\./evidence/{doc_id}\.html#f(\d+)-(\d+)", href)
                assert match, href
                assert text[int(match[1]) : int(match[2])] == figure
                shown += name == "figures"
        own = study.observations[study.observations["doc_id"] == doc_id]
        assert shown == int((own["role"] != "structural").sum())


def test_operands_of_a_check_are_marked(study: Study) -> None:
    """Every operand of every finding stands in its passage, marked, whole."""
    table = display.findings(study, "zh").markup
    passages = re.findall(r'<tr><td>[^<]*</td><td class="long">(.*?)</td>', table)
    assert len(passages) == len(study.findings)
    for passage, row in zip(passages, study.findings.to_dict("records"), strict=True):
        text = study.text(row["doc_id"])
        spans = [tuple(map(int, pair.split(":"))) for pair in row["operands"].split(";")]
        expected = [text[start:end] for start, end in sorted(spans)]
        assert re.findall(r"<strong>(.*?)</strong>", passage) == expected


def test_findings_can_be_chosen(study: Study) -> None:
    """By report and by verdict; where none is left a sentence says so."""
    chosen = display.findings(study, "en", verdicts=["irreconcilable"]).markup
    assert chosen.count("<tr>") - 1 == int((study.findings["verdict"] == "irreconcilable").sum())
    none = display.findings(study, "en", doc_id="002_luan_2023-2024_plan").markup
    assert "No rows." in none and "<table" not in none


def made_up(folder: Path, doc_id: str) -> Study:
    """Return a study of one report whose every text is markup."""
    text = f"前文。案件{NASTY}10件，办结5件，办结率50%。"
    at = {name: text.index(name) for name in ("10件", "5件，", "50%")}
    blank = {c: "" for columns in tables.COLUMNS.values() for c in columns}
    whole = {c: "0" for c in tables.INTEGERS}
    sentence = {"sentence_start": "3", "sentence_end": str(len(text))}
    base: dict[str, Any] = blank | whole | sentence | {"doc_id": doc_id, "uncertain": "false"}

    def figure(start: int, shown: str) -> dict[str, str]:
        span = {"start": str(start), "end": str(start + len(shown)), "text": shown}
        more = {"subject": NASTY, "unit": NASTY, "role": "actual", "approx": "exact"}
        return base | span | more | {"kind": "count", "value": "1"}

    found = [figure(at["10件"], "10件"), figure(at["5件，"], "5件"), figure(at["50%"], "50%")]
    operands = ";".join(f"{f['start']}:{f['end']}" for f in (found[1], found[0], found[2]))
    document = {"kind": "other", "edition": "original", "region": NASTY, "characters": "9"}
    said = {"issuer": NASTY, "source": NASTY, "title": NASTY}
    check = {"rule": "A", "operands": operands, "printed": "50%", "recomputed": "50.00"}
    words = {"formula": NASTY, "explanation_zh": NASTY, "explanation_en": NASTY}
    tables.write(
        folder,
        {
            "documents": [{c: (base | document | said)[c] for c in tables.COLUMNS["documents"]}],
            "sections": [],
            "observations": [{c: f[c] for c in tables.COLUMNS["observations"]} for f in found],
            "findings": [
                {c: (base | check | words | {"verdict": "consistent"})[c]
                 for c in tables.COLUMNS["findings"]}
            ],
            "tasks": [
                {c: (base | {"lead_units": f"{NASTY};市司法局"})[c]
                 for c in tables.COLUMNS["tasks"]}
            ],
            "targets": [
                {c: (base | {"text": "50%", "subject": NASTY, "comparator": "=",
                             "start": str(at["50%"]), "end": str(at["50%"] + 3),
                             "deadline": NASTY})[c]
                 for c in tables.COLUMNS["targets"]}
            ],
            "honours": [
                {c: (base | {"honour": NASTY, "kind": "award", "level": ""})[c]
                 for c in tables.COLUMNS["honours"]}
            ],
        },
        [],
    )  # fmt: skip
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / f"{doc_id}.txt").write_text(text, encoding="utf-8")
    return tables.read(folder)


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_markup_in_a_report_stays_text(tmp_path: Path, language: str) -> None:
    """Whatever a report prints is shown as it stands and never becomes markup."""
    for name, markup in every(made_up(tmp_path, "a"), "a", language).items():
        reader = Reader(markup)
        assert "script" not in [tag for tag, _ in reader.tags]
        if name not in ("versions", "tested", "attainment"):
            assert NASTY[:8] in reader.text


def test_links_survive_awkward_names(tmp_path: Path) -> None:
    """A name with spaces, signs and Chinese characters is quoted, so that the link holds."""
    study = made_up(tmp_path, "报告 1#2?%")
    links = Reader(display.figures(study, "报告 1#2?%", "zh").markup).links()
    quoted = "%E6%8A%A5%E5%91%8A%201%232%3F%25"
    assert links[0].startswith(f"../evidence/{quoted}.html#f")
    assert Reader(display.corpus(study, "zh").markup).links() == [f"../cards/{quoted}.html"]


def test_a_passage_leaves_out_what_is_far(tmp_path: Path) -> None:
    """Between operands that stand far apart there are dots, and no number is cut in two."""
    far = "，".join(f"另有{n}00个" for n in range(10, 60))
    text = f"开头。收案100件，{far}，结案90件。结尾。"
    first, last = text.index("100件"), text.index("90件")
    operands = [(last, last + 3), (first, first + 4)]
    passage = display._passage(text, 3, len(text) - 3, operands)
    assert passage.startswith("收案<strong>100件</strong>")
    assert passage.endswith("结案<strong>90件</strong>。")
    assert passage.count("…") == 1
    numbers = set(re.findall(r"\d+", passage))
    assert numbers <= set(re.findall(r"\d+", text))
    assert len(passage) < len(text) / 2


def test_an_unknown_report_is_named(study: Study) -> None:
    """The message lists the reports that there are."""
    with pytest.raises(TableError, match=r"'nowhere'.*003_zhumadian_2024_report"):
        display.document(study, "nowhere", "zh")


def test_versions_name_the_corpus(study: Study) -> None:
    """The hash of the corpus stands there in full."""
    assert measures.corpus_hash(study.documents) in display.versions(study, "en").markup


# -- words ---------------------------------------------------------------------------------


def placeholders(text: str) -> set[str]:
    """Return the names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_labels_exist_in_both_languages() -> None:
    """Every label has words in both languages with the same placeholders, and a name of its own."""
    names = [row["name"] for row in rows("labels")]
    assert len(names) == len(set(names))
    for row in rows("labels"):
        assert row["zh"].strip() and row["en"].strip(), row["name"]
        assert placeholders(row["zh"]) == placeholders(row["en"]), row["name"]


def test_labels_of_figures_have_glyphs() -> None:
    """The bundled font can draw every word that a figure may show."""
    glyphs = TTFont(style.font_path()).getBestCmap()
    words = [row[language] for row in rows("labels") for language in labels.LANGUAGES]
    for table in ("dimensions", "parts", "verdicts", "indicators"):
        words += [row[f"label_{language}"] for row in rows(table) for language in labels.LANGUAGES]
    missing = {c for word in words for c in word if ord(c) not in glyphs and c != "\n"}
    assert missing == set()


def test_english_words_of_figures_need_no_wide_marks() -> None:
    """Quotation marks and dots of the Chinese font are a full character wide."""
    for row in rows("labels"):
        if row["name"].startswith(("title.", "note.", "axis.", "text.", "role.", "approx.")):
            assert not re.search("[“”‘’…·—]", row["en"]), row["name"]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: labels.label("no.such", "zh"),
        lambda: labels.label("role.actual", "fr"),
        lambda: labels.label("text.kind_count", "zh", kind="x"),
        lambda: labels.dimension("no_such", "en"),
        lambda: labels.part("no_such", "en"),
        lambda: labels.verdict("no_such", "en"),
        lambda: labels.indicator("no_such", "en"),
    ],
)
def test_an_unknown_word_is_an_error(wrong: Any) -> None:
    """A name, language or value that is missing is a clear error, not an empty cell."""
    with pytest.raises(TableError, match=r"no_such|no\.such|fr|text\.kind_count"):
        wrong()


def test_names_of_documents_are_unique(study: Study) -> None:
    """Two reports of one place and year carry their doc_id; others do not."""
    twice = study.documents.loc[[1, 1, 3]].copy()
    twice["doc_id"] = ["a", "b", "c"]
    assert labels.documents(twice, "en") == {
        "a": "Macun, Jiaozuo 2020 [a]", "b": "Macun, Jiaozuo 2020 [b]", "c": "Zhumadian 2024",
    }  # fmt: skip


def test_formulas_are_put_into_words() -> None:
    """Codes become labels; words of the report stay."""
    assert (
        labels.formula("med_success_cases / med_cases", "zh") == "人民调解成功数 / 人民调解案件数"
    )
    assert labels.formula("考试合格 / 人员", "en") == "考试合格 / 人员"
    code = next(iter(indicators()))
    assert labels.measured(code, "主体", "en") == labels.indicator(code, "en")
    assert labels.measured("", "主体", "en") == "主体"
    assert labels.measured("", "", "en").startswith("(")
