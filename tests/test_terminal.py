"""`govlaw check` and `govlaw audit`: words for people at a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from govlaw.cli import main

REPORT = "全年受理申请977件，办结236件，办结率24.2%。群众满意率98%。\n"


@pytest.mark.parametrize(
    ("words", "language", "said"),
    [
        (["28/174", "16.9%"], "en", "28 of 174 is 16.092%; the report prints 16.9%"),
        (["28/174", "16.9%"], "zh", "按所印数字无法吻合：174中的28为16.092%"),
        (["28/166", "16.9%"], "en", "Consistent: 28 of 166 is 16.867%"),
        (["1,035/1,035", "100"], "en", "Consistent: 1,035 of 1,035"),
        (["１３/14", "92.85％"], "zh", "截尾：14中的13为92.8571%"),
        (["--growth", "240", "--by", "-24.76%"], "en", "imply that it was 319"),
        (["--growth", "709", "--by", "90.08%", "--before", "373"], "en", "Consistent: From 373"),
        (["--growth", "749600", "--by", "94.7%"], "zh", "384,904至385,101"),
    ],
)
def test_check(
    words: list[str], language: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A rate or a growth that is typed in is judged in words, with exit code 0."""
    assert main(["check", *words, "--lang", language]) == 0
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["28/174"],
        ["28", "16.9%"],
        ["28/0", "16.9%"],
        ["28/174", "about 17%"],
        ["28/174", "16.9%", "--growth", "3"],
        ["--growth", "240"],
        ["--growth", "x", "--by", "3%"],
        ["--growth", "5", "--by", "-100%"],
        ["--growth", "5", "--by", "3%", "--before", "0"],
    ],
)
def test_what_cannot_be_read(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A mistake gets one clear line on stderr and exit code 1."""
    assert main(["check", *words]) == 1
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.count("\n") == 1


@pytest.mark.parametrize(
    ("language", "said", "reason"),
    [
        ("zh", "[相符]", "所在句没有与它相联系的数"),
        ("en", "[Consistent]", "Its sentence prints no count"),
    ],
)
def test_audit(
    tmp_path: Path, language: str, said: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every finding has its passage and its words; what was not tested has a reason."""
    (tmp_path / "a.txt").write_text(f"丙县2023年法治政府建设报告\n{REPORT}", encoding="utf-8")
    assert main(["audit", str(tmp_path / "a.txt"), "--lang", language]) == 0
    out = capsys.readouterr().out
    assert said in out and reason in out and "24.2%" in out and "98%" in out


def test_audit_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that cannot be read is named in one line, and the others are audited."""
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_text(f"丙县2023年法治政府建设报告\n{REPORT}", encoding="utf-8")
    assert main(["audit", str(tmp_path)]) == 1
    captured = capsys.readouterr()
    assert "a.txt" in captured.err and captured.err.count("\n") == 1
    assert "相符" in captured.out
