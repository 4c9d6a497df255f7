"""Double coding: the draw, the sheets, and what two filled sheets say."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlaw import codebook, coding, corpus, sampling, sheets, tables
from govlaw.cli import main
from govlaw.errors import CheckError, TableError
from govlaw.sampling import Sentence
from govlaw.sheets import Sheet

BOOK = codebook.package()
REPORT = (
    "---\ntitle: {title}\nplace: {place}\nlevel: {level}\nkind: annual_report\n"
    "period: '2024'\nedition: simulated\n---\n"
    "一、主要举措\n"
    "全年受理行政复议案件120件，审结110件，约3家单位参加。\n"
    "同类案件12件，另有2件。\n"
    "法治建设不断推进。\n"
    "二、存在的问题\n"
    "仍有不足。\n"
)
FIGURES = "全年受理行政复议案件120件，审结110件，约3家单位参加。"
TWICE = "同类案件12件，另有2件。"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tables.Study:
    """Four small reports of two levels, read."""
    folder = tmp_path_factory.mktemp("coding")
    for number, level in enumerate(("county", "county", "prefecture", "prefecture")):
        name = f"r{number}"
        text = REPORT.format(title=f"报告{number}", place="某某市", level=level)
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    corpus.extract([folder], folder / ".." / f"{folder.name}_tables")
    return tables.read(folder / ".." / f"{folder.name}_tables")


@pytest.fixture
def empty(study: tables.Study, tmp_path: Path) -> Path:
    """A sheet with every sentence of the four reports."""
    sample = sampling.draw(study, number=len(sampling.population(study)[0]), by=("level",))
    path = tmp_path / "empty.xlsx"
    sheets.write(sample, path, BOOK)
    return path


Line = dict[str, Any]


def line(text: str, value: Any, unit: str = "件", **more: Any) -> Line:
    """A row of the sheet of figures, for a sentence that is given later."""
    cells = {"approx": "exact", "role": "actual", "indicator": "none"} | more
    return {"text": text, "value": value, "unit": unit, **cells}


def fill(
    empty: Path,
    path: Path,
    lines: dict[str, Sequence[Line]],
    coder: str = "",
    skip: Sequence[str] = (),
    after: Callable[[Any], None] = lambda workbook: None,
) -> Path:
    """Fill a sheet: ``lines`` by the text of the sentence; others are none, unless skipped."""
    workbook = openpyxl.load_workbook(empty)
    if coder:
        workbook["about"]["B1"] = coder
    sentences, figures = workbook["sentences"], workbook["figures"]
    heads = [cell.value.split()[0] for cell in sentences[1]]
    columns = {cell.value.split()[0]: place for place, cell in enumerate(figures[1], 1)}
    at = 2
    for row in sentences.iter_rows(min_row=2):
        cells = dict(zip(heads, row, strict=True))
        if not cells["sentence"].value or cells["text"].value in skip:
            continue
        listed = lines.get(cells["text"].value, ())
        cells["status"].value = "figures" if listed else "none"
        for entry in listed:
            for name, value in ({"sentence": cells["sentence"].value} | dict(entry)).items():
                figures.cell(at, columns[name], value)
            at += 1
    after(workbook)
    workbook.save(path)
    return path


# -- the draw ------------------------------------------------------------------------------


@given(st.lists(st.integers(1, 60), min_size=1, max_size=8), st.data())
def test_draws_are_shared_out(sizes: list[int], data: st.DataObject) -> None:
    """Every draw is given to a stratum that has it; each gets one, and nearly its proportion."""
    number = data.draw(st.integers(len(sizes), sum(sizes)))
    shares = sampling.allocate(sizes, number)
    assert sum(shares) == number
    for share, size in zip(shares, sizes, strict=True):
        assert 1 <= share <= size
        room = sum(sizes) - len(sizes)
        due = 1 + Fraction((number - len(sizes)) * (size - 1), room) if room else 1
        assert abs(share - due) < 1


def test_weights_count_the_population(study: tables.Study) -> None:
    """One over the probabilities of a sample adds up to all sentences, whatever the strata."""
    every = len(sampling.population(study)[0])
    for by in (("level",), ("figures", "level"), ("part",), ()):
        drawn = sampling.draw(study, number=every // 2, seed=5, by=by)
        assert sum(1 / one.probability for one in drawn.sentences) == every
        assert len(drawn.sentences) == every // 2


def _made(number: int) -> list[Sentence]:
    strata = dict.fromkeys(sampling.OF_REPORTS + sampling.OF_SENTENCES, "")
    return [
        Sentence(f"r{n % 3}", n, n + 1, "字", "", "", "", strata | {"level": str(n % 2)})
        for n in range(number)
    ]


def test_every_sentence_comes_up_as_often_as_stated() -> None:
    """Over many seeds a sentence is drawn with its probability."""
    found: Counter[int] = Counter()
    for seed in range(600):
        drawn, _ = sampling._stratified(_made(10), 4, seed, ("level",), "--sentences")
        assert {one.probability for one in drawn} == {Fraction(2, 5)}
        found.update(one.start for one in drawn)
    assert all(180 <= found[n] <= 300 for n in range(10))  # 240 expected, five deviations


def test_reports_are_drawn_whole_or_in_part(study: tables.Study) -> None:
    """Probabilities of reports and of their sentences multiply."""
    whole = sampling.draw(study, reports=2, seed=1, by=("level",))
    assert len({one.doc_id for one in whole.sentences}) == 2
    assert {one.probability for one in whole.sentences} == {Fraction(1, 2)}
    part = sampling.draw(study, reports=2, number=3, seed=1, by=("level", "figures"))
    assert Counter(one.doc_id for one in part.sentences).most_common(1)[0][1] == 3
    every = sum(1 / one.probability for one in part.sentences)
    assert every == len(sampling.population(study)[0])  # the reports are equally long


def test_seeds_decide_and_nothing_else(study: tables.Study) -> None:
    """One seed gives one sample; another gives another."""
    first, again, other = (sampling.draw(study, number=9, seed=s) for s in (1, 1, 2))
    assert first == again and first.identity == again.identity != other.identity


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"number": 1}, "make 4 strata"),
        ({"number": 9999}, "there are only"),
        ({"number": 0}, "draw one at least"),
        ({"reports": 1, "by": ("level",)}, "--reports 1: level make 2 strata"),
        ({"number": 5, "by": ("colour",)}, "'colour' is nothing to stratify by"),
        ({}, "give --sentences N, --reports N, or both"),
    ],
)
def test_impossible_draws_are_refused(
    asked: dict[str, Any], words: str, study: tables.Study
) -> None:
    """What cannot be drawn is refused with what to change."""
    with pytest.raises(CheckError, match=words):
        sampling.draw(study, **asked)


# -- the sheet -----------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_file(study: tables.Study, tmp_path: Path) -> None:
    """Workbook and CSV are byte-identical for a seed; a sheet that differs is never replaced."""
    for suffix in ("xlsx", "csv"):
        files = [tmp_path / f"{name}.{suffix}" for name in ("a", "b")]
        for file in files:
            sheets.write(sampling.draw(study, number=9, seed=1), file, BOOK)
        assert files[0].read_bytes() == files[1].read_bytes()
        sheets.write(sampling.draw(study, number=9, seed=1), files[0], BOOK)
        kept = files[0].read_bytes()
        with pytest.raises(TableError, match="may hold coded work"):
            sheets.write(sampling.draw(study, number=9, seed=2), files[0], BOOK)
        assert files[0].read_bytes() == kept


def test_a_sheet_hides_what_the_program_read(study: tables.Study, tmp_path: Path) -> None:
    """No stratum is named, the columns of the draw are hidden and locked, the coder's are not."""
    path = tmp_path / "a.xlsx"
    sheets.write(sampling.draw(study, number=9), path, BOOK)
    with zipfile.ZipFile(path) as packed:
        everything = b"".join(packed.read(name) for name in packed.namelist()).decode("utf-8")
    assert "figures=" not in everything
    sheet = openpyxl.load_workbook(path)["sentences"]
    heads = {cell.value.split()[0]: cell for cell in sheet[1]}
    hidden = {
        column
        for span in sheet.column_dimensions.values()
        if span.hidden
        for column in range(span.min, span.max + 1)
    }
    for name in ("doc_id", "start", "stratum", "probability"):
        assert heads[name].column in hidden
    assert sheet.protection.sheet
    assert not sheet[f"{heads['status'].column_letter}2"].protection.locked
    assert sheet[f"{heads['text'].column_letter}2"].protection.locked


def test_text_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    """A sentence that begins with = comes back as it was, from both kinds of sheet."""
    texts = ['=HYPERLINK("http://x","y")共3件', "+1件", "@某人", "'引文"]
    made = [
        Sentence("r", 10 * n, 10 * n + len(text), text, "", "", "", {}, 1, Fraction(1))
        for n, text in enumerate(texts)
    ]
    sample = sampling.Sample(made, [], 4, 0, 0, ())
    for name in ("a.xlsx", "a.csv"):
        sheets.write(sample, tmp_path / name, BOOK)
        read = sheets.read(tmp_path / name, BOOK)
        assert [place.text for place in read.places.values()] == texts
        assert not read.coded


def test_what_a_coder_writes_is_read(empty: Path, tmp_path: Path) -> None:
    """Full-width digits, scale words, percent cells, labels and repeated words come out right."""
    lines = {
        FIGURES: [
            line("１２０件", "0.012万", indicator="行政复议受理数"),
            line("约3家", "３", "家", approx="about 约", role="实绩"),
            line("110件", 110.0, "none"),
        ],
        TWICE: [line("2件", 2, indicator=""), line("12件", "1,2")],
    }
    label = BOOK.indicators["rec_accepted"].label_zh
    lines[FIGURES][0]["indicator"] = label
    lines[TWICE][1]["value"] = "1,012"
    sheet = sheets.read(fill(empty, tmp_path / "a.xlsx", lines, "张三"), BOOK)
    assert sheet.coder == "张三" and len(sheet.coded) == len(sheet.places)
    place = next(p for p in sheet.places.values() if p.text == TWICE and p.doc_id == "r0")
    found = {f.text: f for f in sheet.figures if f.doc_id == "r0"}
    assert set(found) == {"120件", "约3家", "110件", "2件", "12件"}
    assert found["120件"].said["value"] == "120"
    assert found["120件"].said["indicator"] == "rec_accepted"
    assert found["约3家"].said["approx"] == "about" and found["约3家"].said["role"] == "actual"
    assert found["110件"].said["unit"] == "" and found["110件"].said["value"] == "110"
    assert found["2件"].said["indicator"] is None
    assert found["2件"].start - place.start == TWICE.rindex("2件")  # not within 12件
    assert found["12件"].said["value"] == "1012"


def _change(sheet: str, cell: str, value: Any) -> Callable[[Any], None]:
    def change(workbook: Any) -> None:
        workbook[sheet][cell] = value

    return change


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (line("130件", 130), "sheet figures, row 2, column text: '130件' does not stand in S002"),
        (line("120件", "许多"), "column value: '许多' is no number"),
        (line("120件", "1e99999"), "column value: '1e99999' is no number"),
        (line("120件", 120, role="done"), "column role: 'done' is not among actual, target"),
        (line("120件", 120, approx="none"), "column approx: 'none' is not among"),
        (line("120件", 120, indicator="nothing_such"), "'nothing_such' is not among the codes"),
        (line("120件", 120, occurrence=2), "stands 1 times in S002; this is number 2"),
        (line("", 120), "column text: is empty"),
        (line("120件", 120, sentence="S999"), "'S999' is no sentence of the sample"),
    ],
)
def test_a_wrong_cell_is_named(entry: Line, words: str, empty: Path, tmp_path: Path) -> None:
    """The message names the sheet, the row and the column, and says what is wrong."""
    path = fill(empty, tmp_path / "a.xlsx", {FIGURES: [entry]})
    with pytest.raises(TableError) as error:
        sheets.read(path, BOOK)
    assert words in str(error.value) and str(path) in str(error.value)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (_change("sentences", "B2", "perhaps"), "row 2, column status: 'perhaps' is neither"),
        (_change("sentences", "B2", "figures"), "S001 is figures, but none is listed"),
        (_change("sentences", "C2", "别的句子"), "row 2, column text: the sentence has been"),
        (_change("sentences", "I2", "x"), "row 2, column start: 'x' has been changed"),
        (_change("sentences", "L2", "3 of 2"), "row 2, column probability"),
        (_change("sentences", "A2", "S002"), "'S002' is no new name of a sentence"),
        (_change("sentences", "C1", "words"), "row 1, column text: is missing"),
        (lambda book: book.remove(book["figures"]), "has no sheet 'figures'"),
    ],
)
def test_a_changed_sheet_is_refused(
    after: Callable[[Any], None], words: str, empty: Path, tmp_path: Path
) -> None:
    """What must not change is checked."""
    path = fill(empty, tmp_path / "a.xlsx", {}, after=after)
    with pytest.raises(TableError, match="(?s)" + words):
        sheets.read(path, BOOK)


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 cut off", b"\xff\xfe\x00\x01" * 9, b"a,b\n1,2\n", b"\xd0\xcf\x11\xe0 old"],
)
def test_what_is_no_sheet_is_refused_in_one_line(content: bytes, tmp_path: Path) -> None:
    """Whatever the bytes: one line with the file's name."""
    (tmp_path / "a.xlsx").write_bytes(content)
    (tmp_path / "a.figures.csv").write_bytes(content)
    with pytest.raises(TableError) as error:
        sheets.read(tmp_path / "a.xlsx", BOOK)
    assert "a.xlsx" in str(error.value) and "\n" not in str(error.value)


def test_csv_as_a_chinese_spreadsheet_saves_it(study: tables.Study, tmp_path: Path) -> None:
    """GB18030 and another order of columns are read like what was written."""
    path = tmp_path / "a.csv"
    sheets.write(sampling.draw(study, number=9, seed=1), path, BOOK)
    before = sheets.read(path, BOOK)
    listed = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
    turned = "\r\n".join(",".join(f'"{c}"' for c in reversed(cells)) for cells in listed)
    path.write_bytes(turned.encode("gb18030"))
    assert sheets.read(path, BOOK) == before


@given(st.decimals(min_value=0, max_value=10**12, places=3), st.sampled_from(["", "万", "亿", "%"]))
def test_numbers_are_read_exactly(value: Any, scale: str) -> None:
    """A value with commas and a scale word is multiplied out without rounding."""
    factor = {"万": 10**4, "亿": 10**8}.get(scale, 1)
    assert Fraction(sheets._number(f"{value:,}{scale}")) == Fraction(value) * factor


# -- agreement -----------------------------------------------------------------------------

SPANS = st.lists(st.tuples(st.integers(0, 12), st.integers(1, 4)), max_size=6).map(
    lambda pairs: sorted({(start, start + length) for start, length in pairs})
)


@given(SPANS, SPANS)
def test_alignment_keeps_everything_once(
    first: list[tuple[int, int]], second: list[tuple[int, int]]
) -> None:
    """Each span stands in one pair, equal spans find each other, and pairs overlap."""
    pairs = coding.align(first, second, lambda s: s, lambda s: s)
    assert sorted(a for a, _ in pairs if a) == first
    assert sorted(b for _, b in pairs if b) == second
    assert {a for a, b in pairs if a and a == b} == set(first) & set(second)
    assert all(a[0] < b[1] and b[0] < a[1] for a, b in pairs if a and b)


@pytest.fixture
def two(empty: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two coders: one misses 110件, differs in a value, a bound and a code, and skips a line."""
    first = {
        FIGURES: [
            line("120件", 120, indicator="rec_accepted"),
            line("110件", 110, indicator="rec_concluded"),
            line("约3家", 3, "家", approx="about"),
        ],
        TWICE: [line("12件", 12), line("2件", 2)],
    }
    second = {
        FIGURES: [line("120件", 120, indicator="rec_accepted"), line("3家", 3, "家", role="")],
        TWICE: [line("12件", 120, indicator="rec_accepted"), line("2件", 2)],
    }
    return (
        fill(empty, tmp_path / "a.xlsx", first, "甲"),
        fill(empty, tmp_path / "b.xlsx", second, "乙", skip=["仍有不足。"]),
    )


def test_agreement_by_hand(two: tuple[Path, Path]) -> None:
    """Counts of every variable are those counted on the four equal reports."""
    made = coding.run(*two, BOOK)
    rows = {row["variable"]: row for row in made.listed["agreement"] if not row["indicator"]}
    counts = {
        name: (int(r["agreeing"]), int(r["n"]), int(r["missing"])) for name, r in rows.items()
    }
    assert counts == {
        "any": (20, 20, 0),  # five of six sentences a report: the last was skipped by one
        "found": (16, 20, 0),
        "text": (12, 16, 0),
        "value": (12, 16, 0),
        "unit": (16, 16, 0),
        "approx": (12, 16, 0),
        "role": (12, 12, 4),
        "indicator": (12, 16, 0),
    }
    assert rows["found"]["first"] == "20" and rows["found"]["second"] == "16"
    assert rows["role"]["alpha"] == "0.0000" and rows["role"]["note"] == "no_variance"
    assert rows["any"]["alpha"] == "1.0000" and rows["any"]["note"] == "perfect"
    codes = {r["indicator"]: r for r in made.listed["agreement"] if r["indicator"]}
    assert set(codes) == {"rec_accepted"}
    assert (codes["rec_accepted"]["first"], codes["rec_accepted"]["second"]) == ("4", "8")
    differing = Counter(row["variable"] for row in made.listed["disagreements"])
    assert differing == {"found": 4, "text": 4, "approx": 4, "value": 4, "indicator": 4}
    assert any("甲" in remark for remark in made.remarks)


def test_rules_by_hand(two: tuple[Path, Path], study: tables.Study) -> None:
    """Precision and recall against each coder and against what both say, weighted and not."""
    made = coding.run(*two, BOOK, study=study)
    rows = {(r["against"], r["weighted"], r["attribute"]): r for r in made.listed["rules"]}

    def counted(*key: str) -> tuple[float, ...]:
        return tuple(float(rows[key][name]) for name in ("matched", "gold", "found"))

    assert counted("first", "false", "found") == (20, 20, 20)
    assert counted("first", "false", "indicator") == (8, 8, 8)
    assert counted("second", "false", "found") == (16, 16, 20)
    assert counted("second", "false", "text") == (12, 16, 20)
    assert counted("second", "false", "value") == (12, 16, 20)
    assert counted("second", "false", "role") == (12, 12, 16)  # 3家 was not given one
    assert counted("agreed", "false", "found") == (16, 16, 16)  # 110件 is disputed, not wrong
    assert counted("agreed", "false", "text") == (12, 12, 12)
    assert counted("agreed", "false", "value") == (12, 12, 12)
    assert counted("first", "true", "found") == (20, 20, 20)  # every sentence was drawn


def test_weights_are_one_over_the_probability(study: tables.Study, tmp_path: Path) -> None:
    """A figure of a sentence drawn with 1/4 counts four times."""
    by = ("figures", "level")
    sample = sampling.draw(study, number=4, seed=1, by=by)
    sheets.write(sample, tmp_path / "e.xlsx", BOOK)
    found = {FIGURES: [line("120件", 121)], TWICE: [line("12件", 12)]}
    sheet = sheets.read(fill(tmp_path / "e.xlsx", tmp_path / "a.xlsx", found), BOOK)
    rows, _ = coding.score(sheet, study, "first")
    weighted = {r["attribute"]: r for r in rows if r["weighted"] == "true"}
    plain = {r["attribute"]: r for r in rows if r["weighted"] == "false"}
    assert int(plain["found"]["gold"]) == len(sheet.figures) == 2
    expected = sum(1 / sheet.places[f.sentence].probability for f in sheet.figures)
    assert float(weighted["found"]["gold"]) == pytest.approx(float(expected), abs=0.05)


def test_dates_may_be_left_out(study: tables.Study, empty: Path, tmp_path: Path) -> None:
    """A figure that all who have it call structural is not counted; one that they dispute is."""
    coded = [line("120件", 120), line("110件", 110, role="structural"), line("约3家", 3, "家")]
    other = [line("120件", 120, role="structural"), line("约3家", 3, "家")]
    made = coding.run(
        fill(empty, tmp_path / "a.xlsx", {FIGURES: coded}),
        fill(empty, tmp_path / "b.xlsx", {FIGURES: other}),
        BOOK,
    )
    rows = {row["variable"]: row for row in made.listed["agreement"]}
    assert (rows["found"]["n"], rows["found"]["agreeing"]) == ("8", "8")
    assert (rows["role"]["n"], rows["role"]["agreeing"]) == ("8", "4")


def test_what_both_call_a_date_is_no_figure_too_many(
    study: tables.Study, empty: Path, tmp_path: Path
) -> None:
    """Where the coders agree on a role and the program differs, its figure is found and its role
    wrong, also in what both say."""
    coded = {FIGURES: [line("120件", 120, role="structural")]}
    files = [fill(empty, tmp_path / f"{n}.xlsx", coded, n) for n in ("a", "b")]
    made = coding.run(*files, BOOK, study=study)
    rows = {(r["against"], r["weighted"], r["attribute"]): r for r in made.listed["rules"]}
    for against in ("first", "agreed"):
        found, role = (rows[against, "false", name] for name in ("found", "role"))
        assert (found["matched"], found["gold"], found["found"]) == ("4", "4", "20")
        assert (role["matched"], role["gold"]) == ("0", "4")


def test_sheets_of_two_samples_are_refused(study: tables.Study, tmp_path: Path) -> None:
    """Other sentences cannot be compared, and other tables cannot be scored."""
    read: list[Sheet] = []
    for seed in (1, 2):
        sheets.write(sampling.draw(study, number=9, seed=seed), tmp_path / f"{seed}.xlsx", BOOK)
        read.append(sheets.read(fill(tmp_path / f"{seed}.xlsx", tmp_path / "f.xlsx", {}), BOOK))
    with pytest.raises(CheckError, match="not sheets of one sample"):
        coding.compare(*read)
    text = study.folder / "texts" / f"{next(iter(read[0].places.values())).doc_id}.txt"
    kept = text.read_bytes()
    try:
        text.write_bytes(kept[3:])
        with pytest.raises(CheckError, match="as it was sampled"):
            coding.score(read[0], study, "first")
    finally:
        text.write_bytes(kept)


def test_the_commands(
    study: tables.Study, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sample, fill, agree: the table names who coded, the files are written, errors are a line."""
    out = tmp_path / "e.xlsx"
    words = ["code", "sample", "--processed", str(study.folder), "--out", str(out)]
    assert main([*words, "--reports", "4", "--by", "level,year", "--seed", "7"]) == 0
    assert "seed 7" in capsys.readouterr().err
    found = {FIGURES: [line("120件", 120)], TWICE: [line("12件", 12)]}
    files = [str(fill(out, tmp_path / f"{n}.xlsx", found, n)) for n in ("王五", "王五2")]
    assert main(["code", "agree", *files, "--processed", str(study.folder),
                 "--out", str(tmp_path / "o"), "--adjudicated", files[0]]) == 0  # fmt: skip
    printed = capsys.readouterr().out
    assert "coded by 王五," in printed and "no reliability" in printed and "nan" not in printed
    assert {path.stem for path in (tmp_path / "o").iterdir()} == set(coding.COLUMNS)
    assert main(["code", "agree", files[0], str(tmp_path / "none.xlsx")]) == 1
    assert capsys.readouterr().err.count("\n") == 1
    assert main(["code", "agree", files[0], files[0]]) == 0
    assert "how stable one coder is" in capsys.readouterr().out
