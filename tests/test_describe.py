"""What ``govlaw describe`` prints: an entry, the list of codes, examples, and its messages."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from govlaw import codebook, corpus, describe
from govlaw.cli import main

CODE = "func_service_items"


@pytest.fixture(scope="module")
def processed(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of two digests."""
    folder = tmp_path_factory.mktemp("processed")
    names = ("001_macun_2020_report", "003_zhumadian_2024_report")
    corpus.extract([raw / f"{name}.md" for name in names], folder)
    return folder


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run where there are no tables, so that the default folder is not there."""
    monkeypatch.chdir(tmp_path)


def test_an_entry_in_chinese(processed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every field stands on its line in Chinese, and examples with place, figure and sentence."""
    assert main(["describe", CODE, "--processed", str(processed)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{CODE}  政务服务事项数"
    for line in (
        "定义：政务服务事项目录所列事项数。", "维度：政府职能", "数字类型：计数", "计量单位：项",
        "《法治政府建设实施纲要（2021—2025年）》：第5条",
        "《法治政府建设实施纲要（2015—2020年）》：第7项任务",
        "方向：中性", "状态：核心指标", "始于编码手册版本：1", "说明：o2015=7; stock",
        "  - 焦作市马村区 2020：1109项",
    ):  # fmt: skip
        assert line in lines
    assert "1109项" in lines[lines.index("  - 焦作市马村区 2020：1109项") + 1]
    assert any("事项" in line for line in lines if line.startswith("    数字所在小句须含："))


def test_a_rate_in_english(capsys: pytest.CaptureFixture[str]) -> None:
    """A rate shows its formula in words and codes, and every admissible base."""
    assert main(["describe", "rec_correction_rate", "--language", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "rec_correction_rate  Reconsideration correction rate"
    assert "Definition: Share of concluded cases directly corrected." in lines
    assert (
        "Formula: Reconsideration decisions correcting ÷ Reconsideration cases concluded "
        "[rec_corrected / rec_concluded]"
    ) in lines
    (bases,) = (line for line in lines if line.startswith("Admissible bases: "))
    assert [code for code in re.findall(r"\[([^\]]+)\]", bases)] == [
        "rec_concluded", "rec_accepted", "rec_concluded-rec_settled",
    ]  # fmt: skip
    assert "Implementation outline 2021–2025: article 22" in lines
    assert lines[-1] == "Examples: none"


def test_a_formula_without_a_code_says_so() -> None:
    """What the formula of a rate leaves without a code is said to have none."""
    assert "÷ 未设指标的数 [lead_accountability_reports / ?]" in describe.entry(
        "lead_accountability_rate", "zh"
    )


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_entry_can_be_described(language: str) -> None:
    """No entry lacks a label or leaves a field empty, and none shows the name of a label."""
    for code in codebook.indicators():
        for line in describe.entry(code, language).splitlines():
            assert line.strip() == line.lstrip() and not line.endswith(("：", ":")), code
            assert "describe." not in line and "figure_kind" not in line


def test_a_definition_in_one_language_is_shown_as_such() -> None:
    """Where only the other language has a definition, it stands there and says so."""
    book = codebook.load()
    entry = dataclasses.replace(book.indicators[CODE], definition_zh="")
    own = dataclasses.replace(book, indicators={**book.indicators, CODE: entry})
    assert "定义：（仅有英文定义）Items in the" in describe.entry(CODE, "zh", codebook=own)


def test_examples_come_from_several_reports(processed: Path) -> None:
    """At most five examples, the first ones of different reports, each figure in its sentence."""
    from govlaw import tables

    study = tables.read(processed)
    counted = study.observations.query("indicator != ''").groupby("indicator")["doc_id"]
    for code, documents in counted.agg(["size", "nunique"]).iterrows():
        found = describe.examples(study, str(code), "en")
        assert len(found) == min(5, documents["size"])
        first = {example.place for example in found[: documents["nunique"]]}
        assert len(first) == min(5, documents["nunique"])
        assert all(example.text in example.sentence for example in found)


def test_codes_are_listed_by_dimension(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a code every code is listed once, under its dimension."""
    assert main(["describe", "--language", "en"]) == 0
    out = capsys.readouterr().out
    assert sorted(re.findall(r"^  (\w+) ", out, re.M)) == sorted(codebook.indicators())
    assert out.startswith(f"Codebook {codebook.VERSION}, {len(codebook.indicators())} indicators\n")
    assert "\nDispute resolution (disputes)\n  rec_received " in out
    assert main(["describe"]) == 0
    assert "\n矛盾化解 (disputes)\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["rec_corection_rate"], "no code 'rec_corection_rate'; nearest: rec_correction_rate, "),
        (["xyzzy"], "no code 'xyzzy'; `govlaw describe` lists the codes"),
        ([CODE, "--processed", "nowhere"], "documents.csv: not found; run `govlaw study` first"),
    ],
)
def test_a_wrong_word_is_one_line(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An unknown code names the nearest ones; a folder without tables is named; the code is 1."""
    assert main(["describe", *words]) == 1
    captured = capsys.readouterr()
    (line,) = captured.err.splitlines()
    assert captured.out == "" and message in line


def test_a_code_of_ones_own_is_described(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --codebook a user's code is described and listed, with the version of the file."""
    path = tmp_path / "own.csv"
    header = ["code", *codebook.ENTRY_COLUMNS, *codebook.RULE_COLUMNS]
    row = dict.fromkeys(header, "") | {
        "code": "svc_own", "label_zh": "自定", "label_en": "Own", "dimension": "legal_services",
        "kind": "count", "definition_zh": "自定的数。", "units": "case|-", "name": "自定#",
    }  # fmt: skip
    path.write_text(f"{','.join(header)}\n{','.join(row.values())}\n", "utf-8")
    assert main(["describe", "svc_own", "--language", "en", "--codebook", str(path)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("svc_own  Own\n") and "(in Chinese only) 自定的数。" in out
    assert f"Since codebook version: {codebook.load(path).version}" in out
    assert "(no unit)" in out and "Status: added by the user" in out
    assert main(["describe", "--codebook", str(path)]) == 0
    assert "  svc_own " in capsys.readouterr().out
