"""The command line: exit codes and messages that a user can act on."""

from __future__ import annotations

from pathlib import Path

import pytest

from govlaw import __version__
from govlaw.cli import main


def test_extract_writes_the_tables(
    raw: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report becomes eight tables and its text; the summary goes to stderr."""
    assert main(["extract", str(raw / "003_zhumadian_2024_report.md"), "--out", str(tmp_path)]) == 0
    names = {path.name for path in tmp_path.glob("*.csv")}
    assert names == {
        "documents.csv", "sections.csv", "observations.csv", "findings.csv", "tasks.csv",
        "untested.csv", "honours.csv", "targets.csv", "mentions.csv", "refused.csv",
    }  # fmt: skip
    assert (tmp_path / "texts" / "003_zhumadian_2024_report.txt").is_file()
    captured = capsys.readouterr()
    assert captured.out == "" and "1 reports read, 0 refused" in captured.err


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.txt", b"", "the file is empty"),
        ("blank.md", b" \n\n", "the file is empty"),
        ("binary.txt", b"PK\x03\x04\x00\x00\x08", "cut off"),
        ("damaged.txt", "法治政府".encode() + b"\xff", "neither UTF-8 (byte 0xff at position 12)"),
        ("open.md", "---\ntitle: x\n正文".encode(), "the front matter is not closed"),
        ("field.md", "---\nplase: x\n---\n正文".encode(), "unknown field 'plase'"),
        ("date.md", "---\nwritten: 2025-1-7\n---\n正文".encode(), "write 2025-01-17"),
        ("yaml.md", "---\ntitle: [x\n---\n正文".encode(), "is not YAML"),
    ],
)
def test_a_bad_file_is_one_line_and_the_rest_goes_on(
    name: str,
    content: bytes,
    message: str,
    raw: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The line names the file and what is wrong; the good report is there; the code is 1."""
    bad, out = tmp_path / name, tmp_path / "out"
    bad.write_bytes(content)
    good = raw / "001_macun_2020_report.md"
    assert main(["extract", str(bad), str(good), "--out", str(out)]) == 1
    lines = [line for line in capsys.readouterr().err.splitlines() if name in line]
    assert len(lines) == 1 and message in lines[0]
    assert "001_macun_2020_report" in (out / "documents.csv").read_text("utf-8")
    assert message in (out / "refused.csv").read_text("utf-8")


def test_nothing_to_read_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing path and an empty folder end with one line and no output folder."""
    out = tmp_path / "out"
    assert main(["extract", str(tmp_path / "nowhere"), "--out", str(out)]) == 1
    (tmp_path / "empty").mkdir()
    assert main(["extract", str(tmp_path / "empty"), "--out", str(out)]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert "no such file or folder" in lines[0] and "no report found" in lines[1]
    assert not out.exists()


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints the package's version."""
    with pytest.raises(SystemExit) as stop:
        main(["--version"])
    assert stop.value.code == 0
    assert capsys.readouterr().out.strip() == f"govlaw {__version__}"


def test_a_wrong_word_is_a_usage_error() -> None:
    """An unknown command ends with code 2."""
    with pytest.raises(SystemExit) as stop:
        main(["exract"])
    assert stop.value.code == 2
