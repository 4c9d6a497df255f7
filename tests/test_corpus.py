"""A folder of reports becomes tables: whole or not at all, and the same bytes each time."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from govlaw import corpus, tables
from govlaw.errors import GovlawError, SourceError, TableError

REPORT = """---
title: 甲县2024年法治政府建设报告
place: 甲县
adcode: 019901
kind: annual_report
period: 2024
published: 2025-01-09
index_number: 0012
document_number: 甲政〔2025〕3号
---
一、主要工作
全县参加考试人员558人，其中555人合格，合格率99.5%。发放手册2.5万余册，减免罚款810.25万元。
2024年5月，县司法局荣获全国普法先进单位称号。
二、存在问题
力量薄弱。
"""
PLAN = """---
title: 乙县2025年工作要点
place: 乙县
adcode: 019902
kind: plan
period: 2025-2026
---
1.培训300人次。（责任单位：县司法局、县财政局；配合单位：各乡镇）
"""
PLAIN = "丙县2023年法治政府建设工作报告\n全年办理案件30件。\n"
NAMES = (
    "documents", "sections", "observations", "findings", "untested", "tasks", "honours", "mentions",
)  # fmt: skip


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder with three good reports, one of them in a folder below."""
    folder = tmp_path / "reports"
    (folder / "more").mkdir(parents=True)
    (folder / "b_report.md").write_text(REPORT, encoding="utf-8")
    (folder / "a_plan.md").write_text(PLAN, encoding="utf-8")
    (folder / "more" / "c_plain.txt").write_text(PLAIN, encoding="utf-8")
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a table as text."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# -- what is read ------------------------------------------------------------------------------


def test_tables_of_a_folder(reports: Path, tmp_path: Path) -> None:
    """Every report is in the tables, sorted by name, and its text lies beside them."""
    out = tmp_path / "out"
    outcome = corpus.extract([reports], out)
    assert outcome.read == ("a_plan", "b_report", "c_plain")
    assert outcome.refused == ()
    assert [row["doc_id"] for row in rows(out, "documents")] == list(outcome.read)
    assert sorted(content(out / "texts")) == ["a_plan.txt", "b_report.txt", "c_plain.txt"]
    assert rows(out, "refused") == []


def test_columns_keep_their_names(reports: Path, tmp_path: Path) -> None:
    """The columns of the contract stand first in every table, in order."""
    contract = {
        "documents": "doc_id title kind issuer region adcode level province period_start "
        "period_end published document_number index_number sha256 characters edition source",
        "sections": "doc_id section_id parent_id level start end heading part dimension",
        "observations": "doc_id start end text value value_low value_high unit approx role kind "
        "indicator dimension subject scope period section_id uncertain sentence_start "
        "sentence_end",
        "findings": "doc_id rule formula operands printed recomputed low high verdict "
        "explanation_zh explanation_en",
        "untested": "doc_id rule start end printed reason",
        "tasks": "doc_id number section_id start end lead_units supporting_units deadline",
        "honours": "doc_id start end year month honour level kind",
        "mentions": "doc_id indicator start end figures section_id sentence_start sentence_end",
    }
    corpus.extract([reports], tmp_path / "out")
    for name, columns in contract.items():
        lines = (tmp_path / "out" / f"{name}.csv").read_text(encoding="utf-8").splitlines()
        header = lines[0].split(",")
        assert header[: len(columns.split())] == columns.split(), name


def test_every_offset_holds(reports: Path, tmp_path: Path) -> None:
    """Each row of observations, findings and honours points at its words in the text beside it."""
    out = tmp_path / "out"
    corpus.extract([reports], out)
    study = tables.read(out)
    found = rows(out, "observations")
    assert len(found) > 8
    for row in found:
        text = study.text(row["doc_id"])
        assert text[int(row["start"]) : int(row["end"])] == row["text"]
        assert text[int(row["subject_start"]) : int(row["subject_end"])] == row["subject"]
        sentence = range(int(row["sentence_start"]), int(row["sentence_end"]))
        assert int(row["start"]) in sentence
    for row in rows(out, "honours"):
        text = study.text(row["doc_id"])
        assert text[int(row["start"]) : int(row["end"])] == row["honour"]
    spans = {(row["doc_id"], f"{row['start']}:{row['end']}") for row in found}
    (finding,) = rows(out, "findings")
    assert {(finding["doc_id"], span) for span in finding["operands"].split(";")} <= spans


def test_values_are_in_base_units(reports: Path, tmp_path: Path) -> None:
    """万 is expanded, money is in 元, percent stays percent, open ends are empty."""
    corpus.extract([reports], tmp_path / "out")
    found = {row["text"]: row for row in rows(tmp_path / "out", "observations")}
    assert found["810.25万元"]["value"] == "8102500"
    assert (found["810.25万元"]["unit"], found["99.5%"]["unit"]) == ("元", "%")
    assert found["99.5%"]["value"] == "99.5"
    assert (found["2.5万余册"]["value_low"], found["2.5万余册"]["value_high"]) == ("25000", "26000")
    assert {row["uncertain"] for row in found.values()} == {"false"}


BAD = {
    "empty.txt": b"",
    "binary.txt": b"\x00\x01" * 100,
    "damaged.txt": "正文".encode() + b"\xff",
    "open.md": "---\ntitle: 甲\n正文".encode(),
    "field.md": "---\ncolour: red\n---\n正文".encode(),
}


def test_bad_files_are_listed(reports: Path, tmp_path: Path) -> None:
    """Each bad file has one line in refused.csv that names it; the good ones are read."""
    for name, raw in BAD.items():
        (reports / name).write_bytes(raw)
    lines: list[str] = []
    out = tmp_path / "out"
    outcome = corpus.extract([reports], out, progress=lines.append)
    assert outcome.read == ("a_plan", "b_report", "c_plain")
    refused = rows(out, "refused")
    assert {Path(row["file"]).name for row in refused} == set(BAD)
    assert [row["reason"] for row in refused] == list(outcome.refused) == tables.refused(out)
    for row in refused:
        assert row["reason"].startswith(row["file"]) and "\n" not in row["reason"]
    assert len(lines) == len(BAD) + 3
    assert not any("\n" in line for line in lines)


def test_a_reader_that_breaks_refuses_one_report(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A report on which the code itself fails is listed, and the rest goes on."""
    whole = corpus.extract_file

    def breaks(path: Path, *rest: object) -> object:
        if path.name == "a_plan.md":
            raise ZeroDivisionError("unforeseen")
        return whole(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(corpus, "extract_file", breaks)
    outcome = corpus.extract([reports], tmp_path / "out")
    assert outcome.read == ("b_report", "c_plain")
    assert "a_plan.md" in outcome.refused[0] and "ZeroDivisionError" in outcome.refused[0]


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "readme.txt",
        "LICENSE.txt",
        ".hidden.md",
        ".git/a.md",
        "_draft.md",
        "table.csv",
        "photo.png",
        "_old/a.txt",
        "more/.b.txt",
        "more/README.md",
    ],
)
def test_passed_over(reports: Path, name: str) -> None:
    """A README, hidden and underscored files, and files of other kinds are no reports."""
    before = corpus.find([reports])
    (reports / name).parent.mkdir(exist_ok=True)
    (reports / name).write_text(PLAIN, encoding="utf-8")
    assert corpus.find([reports]) == before


def test_a_named_file_is_always_read(reports: Path, tmp_path: Path) -> None:
    """A file that is named itself is read, whatever its name."""
    path = reports / "README.md"
    path.write_text(PLAIN, encoding="utf-8")
    assert corpus.extract([path], tmp_path / "out").read == ("README",)


def test_named_twice_is_read_once(reports: Path, tmp_path: Path) -> None:
    """A file that lies in a named folder and is named itself is one report."""
    outcome = corpus.extract([reports, reports / "a_plan.md"], tmp_path / "out")
    assert outcome.read == ("a_plan", "b_report", "c_plain")
    assert outcome.refused == ()


def test_two_files_of_one_name(reports: Path, tmp_path: Path) -> None:
    """Of two reports of one name the second is refused, with advice."""
    (reports / "more" / "a_plan.txt").write_text(PLAIN, encoding="utf-8")
    outcome = corpus.extract([reports], tmp_path / "out")
    assert outcome.read == ("a_plan", "b_report", "c_plain")
    (reason,) = outcome.refused
    assert "a_plan.txt" in reason and "rename" in reason
    assert len(rows(tmp_path / "out", "documents")) == 3


# -- what is refused as a whole ----------------------------------------------------------------


@pytest.mark.parametrize("out", [".", "tables", "more/tables", "more/../tables"])
def test_out_inside_the_reports(reports: Path, out: str) -> None:
    """Tables are not written among the reports, where the next run would read their texts."""
    before = content(reports)
    with pytest.raises(SourceError, match="--out"):
        corpus.extract([reports], reports / out)
    assert content(reports) == before


def test_out_beside_a_named_file(reports: Path) -> None:
    """Where single files are named, the tables may lie beside them."""
    assert corpus.extract([reports / "a_plan.md"], reports / "out").read == ("a_plan",)


@pytest.mark.parametrize("name", ["gone", "gone.txt"])
def test_missing_path(tmp_path: Path, name: str) -> None:
    """A path that does not exist is one clear line, and nothing is written."""
    with pytest.raises(SourceError, match=f"{name}: no such"):
        corpus.extract([tmp_path / name], tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("bad", [{}, {"README.md": PLAIN.encode()}, {"empty.txt": b""}])
def test_nothing_to_read(tmp_path: Path, bad: dict[str, bytes]) -> None:
    """A folder without any readable report writes nothing at all."""
    folder = tmp_path / "reports"
    folder.mkdir()
    for name, raw in bad.items():
        (folder / name).write_bytes(raw)
    with pytest.raises(SourceError, match="report"):
        corpus.extract([folder], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_unknown_format(reports: Path, tmp_path: Path) -> None:
    """A format that does not exist is named with those that do."""
    with pytest.raises(TableError, match="csv or parquet"):
        corpus.extract([reports], tmp_path / "out", "xlsx")


def a_file(out: Path) -> None:
    """Put a file where the folder should be."""
    out.write_text("in the way")


def a_folder(name: str) -> Callable[[Path], None]:
    """Put a folder where a table should be."""

    def block(out: Path) -> None:
        (out / name / "inside").mkdir(parents=True)

    return block


@pytest.mark.parametrize(
    "block",
    [a_file, a_folder("documents.csv"), a_folder("honours.csv"), a_folder("refused.csv")],
    ids=["out is a file", "documents.csv", "honours.csv", "refused.csv"],
)
def test_cannot_be_written(reports: Path, tmp_path: Path, block: Callable[[Path], None]) -> None:
    """What cannot be written whole leaves no table and no part of one."""
    out = tmp_path / "out"
    block(out)
    with pytest.raises(GovlawError, match="cannot be") as caught:
        corpus.extract([reports], out)
    assert "\n" not in str(caught.value)
    left = content(out) if out.is_dir() else {}
    assert not [name for name in left if not name.startswith("texts")]


@pytest.mark.parametrize("after", range(6))
def test_full_disk(
    reports: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """When a write fails, tables and texts of the run before are as they were."""
    out = tmp_path / "out"
    corpus.extract([reports], out)
    before = content(out)
    (reports / "d_new.txt").write_text(REPORT.split("---\n")[2] + "责任。\n", encoding="utf-8")
    (reports / "e_new.txt").write_text(PLAIN, encoding="utf-8")
    (reports / "empty.txt").write_bytes(b"")
    write, written = Path.write_bytes, 0

    def full(path: Path, data: bytes) -> int:
        nonlocal written
        written += 1
        if written > after:
            raise OSError(28, "No space left on device")
        return write(path, data)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_bytes", full)
        if after < 5:  # a part, two texts, refused.csv, the mark
            with pytest.raises(TableError, match="No space left"):
                corpus.extract([reports], out)
            left = {name: raw for name, raw in content(out).items() if name[:6] != ".parts"}
            assert left == before
    corpus.extract([reports], out)
    assert len(rows(out, "documents")) == 5
    assert not (out / ".parts").exists()


# -- running again -----------------------------------------------------------------------------


@pytest.mark.parametrize("fmt", tables.FORMATS)
def test_same_bytes_twice(reports: Path, tmp_path: Path, fmt: str) -> None:
    """The same reports give the same bytes, in another folder and in the same one again."""
    one, two = tmp_path / "one", tmp_path / "two"
    corpus.extract([reports], one, fmt)
    corpus.extract([reports / "more", reports / "b_report.md", reports / "a_plan.md"], two, fmt)
    first = content(one)
    assert first == content(two)
    corpus.extract([reports], one, fmt)
    assert content(one) == first


def test_an_equal_table_is_left_alone(reports: Path, tmp_path: Path) -> None:
    """A table that would not change is not written again, so that its time stays."""
    out = tmp_path / "out"
    corpus.extract([reports], out)
    for path in out.rglob("*"):
        if path.is_file():
            os.utime(path, (1_000_000_000, 1_000_000_000))
    corpus.extract([reports], out)
    assert {path.stat().st_mtime for path in out.rglob("*") if path.is_file()} == {1_000_000_000}


def test_a_report_that_is_gone(reports: Path, tmp_path: Path) -> None:
    """A report taken away loses its rows and its text; files of the user's stay."""
    out = tmp_path / "out"
    corpus.extract([reports], out)
    (out / "texts" / "mine.txt").write_text("notes")
    (out / "notes.md").write_text("notes")
    (reports / "a_plan.md").unlink()
    corpus.extract([reports], out)
    assert [row["doc_id"] for row in rows(out, "documents")] == ["b_report", "c_plain"]
    assert sorted(content(out / "texts")) == ["b_report.txt", "c_plain.txt", "mine.txt"]
    assert (out / "notes.md").read_text() == "notes"
    assert not [name for name in content(out) if name.endswith(".part")]


def test_a_report_that_is_gone_from_parquet(reports: Path, tmp_path: Path) -> None:
    """A report taken away loses its text in the other format too."""
    out = tmp_path / "out"
    corpus.extract([reports], out, "parquet")
    (reports / "a_plan.md").unlink()
    corpus.extract([reports], out, "parquet")
    assert sorted(content(out / "texts")) == ["b_report.txt", "c_plain.txt"]


# -- formats and reading -----------------------------------------------------------------------


def test_parquet_holds_the_same_values(reports: Path, tmp_path: Path) -> None:
    """Both formats hold the same rows: text as text, numbers as numbers, nothing as nothing."""
    one, two = tmp_path / "csv", tmp_path / "parquet"
    corpus.extract([reports], one)
    corpus.extract([reports], two, "parquet")
    study = tables.read(one)
    for name in NAMES:
        frame = pd.read_parquet(two / f"{name}.parquet")
        listed = rows(one, name)
        assert list(frame.columns) == list(tables.COLUMNS[name])
        assert len(frame) == len(listed)
        for row, (_, values) in zip(listed, frame.iterrows(), strict=True):
            for column, cell in row.items():
                value = values[column]
                if column in tables.DECIMALS:
                    assert (cell == "") == pd.isna(value)
                    assert cell == "" or Decimal(str(value)) == Decimal(cell)
                elif isinstance(value, str):
                    assert value == cell
                else:
                    assert str(value).lower() == cell
        pd.testing.assert_frame_equal(frame, getattr(study, name), check_dtype=False)


@pytest.mark.parametrize("fmt", tables.FORMATS)
def test_empty_tables(tmp_path: Path, fmt: str) -> None:
    """A report without tasks, honours and findings has tables of a header only."""
    path = tmp_path / "plain.txt"
    path.write_text("丙县2023年法治政府建设工作报告\n工作平稳。\n", encoding="utf-8")
    out = tmp_path / "out"
    corpus.extract([path], out, fmt)
    for name in ("findings", "tasks", "honours"):
        if fmt == "csv":
            assert (out / f"{name}.csv").read_text() == ",".join(tables.COLUMNS[name]) + "\n"
            frame = getattr(tables.read(out), name)
        else:
            frame = pd.read_parquet(out / f"{name}.parquet")
        assert len(frame) == 0 and list(frame.columns) == list(tables.COLUMNS[name])


def test_codes_are_read_as_text(reports: Path, tmp_path: Path) -> None:
    """Codes keep their zeros; offsets are whole numbers; values are numbers; flags are flags."""
    corpus.extract([reports], tmp_path / "out")
    study = tables.read(tmp_path / "out")
    report = study.documents.set_index("doc_id").loc["b_report"]
    assert (report["adcode"], report["index_number"]) == ("019901", "0012")
    assert (report["period_start"], report["published"]) == ("2024", "2025-01-09")
    plain = study.documents.set_index("doc_id").loc["c_plain"]
    assert (plain["adcode"], plain["issuer"]) == ("", "")
    assert study.observations["start"].dtype == "int64"
    assert study.observations["value"].dtype == "float64"
    assert study.observations["uncertain"].dtype == "bool"
    assert list(study.tasks["lead_units"]) == ["县司法局;县财政局"]
    assert list(study.sections["section_id"].map(type).unique()) == [str]


def test_text_of_a_report(reports: Path, tmp_path: Path) -> None:
    """The text of a report comes back as it was read, line ends too; of none, with a clear line."""
    (reports / "d_crlf.txt").write_bytes(PLAIN.replace("\n", "\r\n").encode())
    corpus.extract([reports], tmp_path / "out")
    study = tables.read(tmp_path / "out")
    assert study.text("d_crlf") == PLAIN.replace("\n", "\r\n")
    assert study.text("b_report").startswith("一、主要工作")
    with pytest.raises(TableError, match="a_plan, b_report"):
        study.text("nobody")


def test_reading_what_is_not_there(reports: Path, tmp_path: Path) -> None:
    """A folder without tables, or with a table of other columns, is one clear line."""
    with pytest.raises(TableError, match="not found"):
        tables.read(tmp_path)
    out = tmp_path / "out"
    corpus.extract([reports], out)
    path = out / "honours.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("month", "moon"), encoding="utf-8")
    with pytest.raises(TableError, match="month"):
        tables.read(out)
