"""The page docs/from_pdfs_to_stata.md runs as it stands: from PDFs to a merged Stata file."""

from __future__ import annotations

import io
import re
import shlex
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import rendering

from govlaw import exports, simulation
from govlaw.cli import main

PAGE = Path(__file__).resolve().parent.parent / "docs" / "from_pdfs_to_stata.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
#: Real places, so that their codes can be found; the reports are simulated and name them instead.
PLACES = {"兰考县": "410225", "修武县": "410821"}
YEARS = (2021, 2022)


def blocks(language: str) -> list[str]:
    """Return the code of a language on the page, block by block."""
    return [code for named, code in BLOCK.findall(PAGE.read_text("utf-8")) if named == language]


def lines_of(name: str, year: int, simulated: simulation.Report) -> list[str]:
    """Return a simulated report as one that the named place could have published."""
    body = simulated.content.split("---\n", 2)[2]
    own = re.match(r"(\w+?[县市])(\d{4})年度", body)
    assert own
    text = body.replace(own[1], name).replace(own[2], str(year))
    text = text.replace("本文由程序生成，并非真实报告。", "")
    _, *paragraphs = rendering.paragraphs(text)
    return [f"{name}人民政府{year}年度法治政府建设情况报告", *paragraphs]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty folder with PDFs of simulated reports and a yearbook."""
    made = tmp_path_factory.mktemp("pdfs_to_stata")
    (made / "pdfs").mkdir()
    simulated = iter(simulation.made(len(PLACES) * len(YEARS), 5))
    for name in PLACES:
        for year in YEARS:
            content = rendering.pdf(lines_of(name, year, next(simulated)), header=f"{name}人民政府")
            (made / "pdfs" / f"{name}_{year}.pdf").write_bytes(content)
    rows = "".join(
        f"{code},{year},{n}.5,县{n}\n" for n, code in enumerate(PLACES.values()) for year in YEARS
    )
    yearbook = f"adcode,year,gdp,name\n{rows}110101,2021,9.5,别处\n"
    (made / "yearbook.csv").write_text(yearbook, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def ran(folder: Path) -> dict[str, Any]:
    """Run what the page says in that folder; return the names that its Python lines made."""
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for line in blocks("sh")[0].splitlines():
            command, *words = shlex.split(line)
            assert command == "govlaw"
            assert main(words) == 0, line
        exec(compile(blocks("python")[0], str(PAGE), "exec"), names)
    return names


def test_ten_lines_are_enough() -> None:
    """From the folder of PDFs to the merged file there are at most ten lines."""
    lines = blocks("sh")[0].splitlines() + blocks("python")[0].splitlines()
    assert len([line for line in lines if line.strip()]) <= 10


def test_the_page_ends_in_a_merged_stata_file(folder: Path, ran: dict[str, Any]) -> None:
    """Each place and year has its figures and its yearbook, with labels in Chinese."""
    with pd.read_stata(folder / "merged.dta", iterator=True) as file:
        merged, labels, values = file.read(), file.variable_labels(), file.value_labels()
    expected = sorted((code, year) for code in PLACES.values() for year in YEARS)
    assert sorted(zip(merged["adcode"], merged["year"], strict=True)) == expected
    assert sorted(merged["gdp"]) == [0.5, 0.5, 1.5, 1.5] and "县1" in set(merged["name"])
    states = [name for name in merged.columns if name.endswith("_st")]
    found = {str(state) for name in states for state in merged[name]}
    assert "有确数 / Exact figure" in found and "未提及 / Not mentioned" in found
    assert labels["year"] == "报告年度 / Report year"
    assert any("有确数 / Exact figure" in words.values() for words in values.values())
    for state in states:  # a value where the state says so, and only there
        given = merged[state].astype(str).str.startswith(("有确数", "仅有约数"))
        assert not merged.loc[~given, state.removesuffix("_st")].notna().any()


def test_nothing_was_refused_or_left_without_a_place(folder: Path, ran: dict[str, Any]) -> None:
    """Every PDF was read, and every report has its row."""
    refused = (folder / "tables" / "refused.csv").read_text("utf-8").splitlines()
    assert refused == ["file,reason"]
    unplaced = (folder / "panel" / "unplaced.csv").read_text("utf-8-sig").splitlines()
    assert len(unplaced) == 1


def test_the_other_lines_of_the_page_hold(
    folder: Path, ran: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every format that the page names can be written from those tables, and CSV is read back."""
    monkeypatch.chdir(folder)
    words = ["panel", "--processed", "tables", "--out", "panel", "--format"]
    assert main([*words, ",".join(exports.FORMATS)]) == 0
    names: dict[str, Any] = {}
    exec(compile(blocks("python")[1], str(PAGE), "exec"), names)
    assert set(names["wide"]["adcode"]) == set(PLACES.values())
    for name in exports.FORMATS:
        assert f"| `{name}`" in PAGE.read_text("utf-8")
    dta = (folder / "panel" / "panel_wide.dta").read_bytes()
    assert "med_cases_st" in pd.read_stata(io.BytesIO(dta)).columns


def test_the_stata_lines_name_what_is_written(folder: Path, ran: dict[str, Any]) -> None:
    """The do-file and the codes that the Stata lines use are there; Stata itself is not."""
    (lines,) = blocks("stata")
    assert "do panel.do ../yearbook.dta" in lines and "import delimited using yearbook.csv" in lines
    commands = (folder / "panel" / "panel.do").read_text("utf-8")
    panel = pd.read_stata(folder / "panel" / "panel_wide.dta")
    assert set(panel["adcode_num"]) == {int(code) for code in PLACES.values()}
    named = set(re.findall(r"^label variable (\w+) ", commands, re.M))
    assert named == set(panel.columns) - {"adcode_num", "harmonised_num"}
