"""The codebook: the package's tables are well-formed, and a user's file adds to them."""

from __future__ import annotations

import csv
import hashlib
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import nbformat
import pytest

from govlaw import codebook, study
from govlaw.cli import main
from govlaw.definitions import rows
from govlaw.errors import TableError
from govlaw.extraction import extract
from govlaw.model import Document, Observation

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = ("code", *codebook.ENTRY_COLUMNS, *codebook.RULE_COLUMNS)
OWN = {
    "code": "svc_witness_cases",
    "label_zh": "律师见证件数",
    "label_en": "Acts witnessed by lawyers",
    "dimension": "legal_services",
    "unit": "case(件)",
    "kind": "count",
    "definition_zh": "律师办理的见证业务件数。",
    "definition_en": "Acts that lawyers witnessed in the year.",
    "units": "case",
    "name": "律师见证(?:业务)?#",
}
FURTHER = {"code": "svc_witness_cases", "units": "case|-", "name": "#律师见证", "exclude": "计划"}
TO_EXISTING = {"code": "emg_drills", "units": "session", "name": "拉练#"}
TEXT = "全市办理律师见证业务47件，开展拉练6次，另有12件律师见证。"


def _file(folder: Path, *listed: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> Path:
    path = folder / "own.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(listed)
    return path


def _observed(book: codebook.Codebook | None) -> dict[str, Observation]:
    observed = extract(Document("case", TEXT, ""), book).observations
    return {o.quantity.text: o for o in observed}


# -- the package's tables ------------------------------------------------------------------


def test_codes_are_short_and_stand_once() -> None:
    """Codes are unique, of small letters, digits and _, and at most 29 characters long."""
    listed = [row["code"] for row in rows("indicators")]
    assert len(listed) == len(set(listed)) >= 166
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,28}", code) for code in listed)


def test_every_part_of_a_formula_exists() -> None:
    """Numerators, denominators and further bases are codes of the codebook."""
    entries = codebook.load().indicators
    for row in rows("indicators"):
        for column in ("numerator_code", "denominator_code"):
            assert not row[column] or row[column] in entries, row["code"]
    assert all(base in entries for entry in entries.values() for base in entry.bases)
    assert entries["rec_correction_rate"].bases == ("rec_concluded", "rec_accepted")


def test_entries_are_complete() -> None:
    """Dimension and kind are known; labels and definitions stand in both languages."""
    dimensions = {row["dimension"] for row in rows("dimensions")}
    for row in rows("indicators"):
        assert row["dimension"] in dimensions and row["kind"] in codebook.KINDS, row["code"]
        for column in ("label_zh", "label_en", "definition_zh", "definition_en", "unit", "since"):
            assert row[column].strip(), f"{row['code']}: {column}"
        assert re.search(r"[\u4e00-\u9fff]", row["definition_zh"]), row["code"]
        assert row["status"] in ("core", "reserve", "extended"), row["code"]


def test_without_a_file_the_package_speaks() -> None:
    """indicators(), rules() and VERSION are those of the package's tables."""
    assert list(codebook.indicators()) == [row["code"] for row in rows("indicators")]
    assert codebook.rules() is codebook.load().rules
    assert len(codebook.load().listed) == len(rows("rules"))
    assert codebook.VERSION == codebook.load().version == codebook.PACKAGE_VERSION


# -- a user's file -------------------------------------------------------------------------


def test_a_row_codes_a_figure_that_had_no_code(tmp_path: Path) -> None:
    """New codes, a second rule for one of them and a rule for a code of the codebook all claim."""
    assert {text: o.indicator for text, o in _observed(None).items()} == {
        "47件": "", "6次": "", "12件": "",
    }  # fmt: skip
    book = codebook.load(_file(tmp_path, OWN, FURTHER, TO_EXISTING))
    observed = _observed(book)
    assert {text: o.indicator for text, o in observed.items()} == {
        "47件": "svc_witness_cases", "6次": "emg_drills", "12件": "svc_witness_cases",
    }  # fmt: skip
    assert observed["47件"].dimension == "legal_services"
    entry = book.indicators["svc_witness_cases"]
    assert (entry.status, entry.since) == ("user", book.version)


def test_the_version_names_the_file(tmp_path: Path) -> None:
    """The version is the package's with eight digits of the file's SHA-256, and follows it."""
    path = _file(tmp_path, OWN)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    first = codebook.load(path).version
    assert first == f"{codebook.PACKAGE_VERSION}+{digest[:8]}"
    _file(tmp_path, OWN, FURTHER)
    assert codebook.load(path).version not in (first, codebook.PACKAGE_VERSION)


def test_a_formula_of_own_codes_is_audited(tmp_path: Path) -> None:
    """A user's rate is tested against the user's own counts."""
    part = OWN | {"code": "x_good", "name": "合格(?:的)?见证#"}
    rate = OWN | {
        "code": "x_rate", "kind": "rate", "units": "percent", "name": "见证率#",
        "numerator_code": "x_good", "denominator_code": "x_all",
    }  # fmt: skip
    whole = OWN | {"code": "x_all", "name": "全部见证#"}
    book = codebook.load(_file(tmp_path, rate, part, whole))
    text = "全部见证200件，合格见证150件，见证率80%。"
    findings = extract(Document("case", text, ""), book).findings
    assert [(f.formula, f.verdict) for f in findings] == [("x_good / x_all", "irreconcilable")]


def test_in_use_it_reaches_child_processes_and_ends(tmp_path: Path) -> None:
    """using() changes codebook and version here and in a process started meanwhile, then ends."""
    script = "from govlaw.codebook import VERSION; from govlaw.labels import indicator; "
    script += "print(VERSION, indicator('svc_witness_cases', 'en'))"
    with codebook.using(_file(tmp_path, OWN)) as book:
        assert "svc_witness_cases" in codebook.indicators() and book.version == codebook.VERSION
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT, capture_output=True, text=True, check=True, env=dict(os.environ),
        )  # fmt: skip
    assert done.stdout.strip() == f"{book.version} Acts witnessed by lawyers"
    assert "svc_witness_cases" not in codebook.indicators()
    assert codebook.VERSION == codebook.PACKAGE_VERSION


@pytest.mark.parametrize(
    ("listed", "message"),
    [
        ([OWN | {"units": "cases"}], "line 2: the unit 'cases' is not in units.csv"),
        ([OWN, FURTHER | {"name": "(#"}], "line 3: a pattern is malformed (name): missing )"),
        ([OWN | {"exclude": "*"}], "line 2: a pattern is malformed (exclude): nothing to repeat"),
        ([OWN | {"dimension": "law"}], "line 2: the dimension 'law' is none of leadership, "),
        ([OWN | {"kind": "number"}], "line 2: the kind 'number' is none of count, rate, "),
        ([OWN | {"kind": "change"}], "line 2: the kind 'change' is none of count, rate, "),
        ([OWN | {"label_en": ""}], "line 2: the column label_en is empty; a new code needs it"),
        ([OWN | {"code": "Lawyers"}], "line 2: the code 'Lawyers' must be small letters"),
        ([OWN | {"code": "a" * 30}], "must be small letters, digits and _, at most 29"),
        ([OWN | {"numerator_code": "x"}], "line 2: numerator_code is 'x', which is no code"),
        ([OWN, FURTHER | {"kind": "rate"}], "line 3: kind of svc_witness_cases differs from its"),
        ([TO_EXISTING | {"label_en": "Drills"}], "line 2: label_en of emg_drills differs from the"),
        ([OWN | {"units": ""}], "line 2: the column units is empty"),
        ([OWN | {"name": ""}], "line 2: the column name is empty"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(
    listed: list[dict[str, str]], message: str, tmp_path: Path
) -> None:
    """Every mistake is one line that begins with the file and says what is wrong where."""
    path = _file(tmp_path, *listed)
    with pytest.raises(TableError) as caught:
        codebook.load(path)
    assert str(caught.value).startswith(str(path)) and message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_no_table_is_named(
    tmp_path: Path, raw: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing column, cell or file and a wrong encoding end with one line, nothing written."""
    report, out = str(raw / "003_zhumadian_2024_report.md"), tmp_path / "out"
    path = _file(tmp_path, OWN, columns=COLUMNS[:-1])

    def refused() -> str:
        assert main(["extract", report, "--out", str(out), "--codebook", str(path)]) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert not out.exists()
        return line

    assert refused() == f"govlaw: {path}: the column exclude is missing in line 1"
    path.write_text(f"{','.join(COLUMNS)}\n\na,b\n", "utf-8")
    assert f"{path}, line 3: 2 cells where the header has 14" in refused()
    path.write_bytes("律师".encode("gbk"))
    assert f"{path}: not UTF-8" in refused()
    path.unlink()
    assert f"{path}: cannot be read" in refused()


def test_extract_takes_a_codebook(tmp_path: Path) -> None:
    """The command's tables carry the user's code."""
    report = tmp_path / "report.txt"
    report.write_text(TEXT, "utf-8")
    out, path = tmp_path / "out", _file(tmp_path, OWN)
    assert main(["extract", str(report), "--out", str(out), "--codebook", str(path)]) == 0
    assert "svc_witness_cases" in (out / "observations.csv").read_text("utf-8")


def _notebooks(folder: Path) -> Path:
    """Write a notebook that shows the label of every code in the tables."""
    cell = nbformat.v4.new_code_cell
    parameters = cell('processed: str = ""\nlanguage: str = "en"')
    parameters.metadata["tags"] = ["parameters"]
    script = """
    from pathlib import Path
    from govlaw import labels, tables
    observed = tables.read(Path(processed)).observations
    print(*(labels.indicator(code, language) for code in observed["indicator"] if code))
    """
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    title = nbformat.v4.new_markdown_cell("# Codes")
    made = nbformat.v4.new_notebook(
        cells=[title, parameters, cell(textwrap.dedent(script).strip())],
        metadata={"kernelspec": kernel},
    )
    (folder / "notebooks").mkdir()
    nbformat.write(made, folder / "notebooks" / "01_codes.ipynb")
    return folder / "notebooks"


def test_a_changed_codebook_makes_the_tables_again(tmp_path: Path) -> None:
    """Tables are read anew when the file changes or is left out, and only then."""
    report, notebooks = tmp_path / "raw" / "report.txt", _notebooks(tmp_path)
    report.parent.mkdir()
    report.write_text(TEXT, "utf-8")
    path = _file(tmp_path, OWN)

    def read(own: Path | None) -> tuple[bool, str]:
        said: list[str] = []
        options = study.Options((report,), tmp_path, notebooks, codebook=own)
        options.work.mkdir(exist_ok=True)
        with codebook.using(own) as book:
            plan = study._Plan(options, [report], said.append, book)
            (task,) = plan.extraction()
            assert own is None or str(own) in task["file_dep"]
            assert plan.doit(plan.extraction()) == 0
        return bool(said), (options.processed / "observations.csv").read_text("utf-8")

    assert read(path)[0] and not read(path)[0]
    _file(tmp_path, OWN, TO_EXISTING)
    again, observations = read(path)
    assert again and "emg_drills" in observations
    again, observations = read(None)
    assert again and "svc_witness_cases" not in observations


def test_a_study_shows_labels_and_version_of_the_file(tmp_path: Path) -> None:
    """Notebooks and pages of a study know the user's codes and name the version."""
    (tmp_path / "report.txt").write_text(TEXT, "utf-8")
    path, notebooks = _file(tmp_path, OWN), _notebooks(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "govlaw", "study", "--raw", "report.txt", "--codebook", path.name,
         "--notebooks", notebooks.name, "--language", "en"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site" / "en"
    assert OWN["label_en"] in (site / "study" / "01_codes.html").read_text("utf-8")
    version = f"codebook {codebook.load(path).version}"
    assert version in (site / "index.html").read_text("utf-8")
