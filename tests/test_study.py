"""The whole study, run as a user runs it, on two reports and one file that is none."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from studying import REPORTS, ROOT, Project, digests


def test_one_bad_report_is_listed_and_the_rest_goes_on(project: Project) -> None:
    """The file that is no text is named in one line; the others are there; the code tells."""
    first = project.first
    assert first is not None
    assert first.returncode == 1
    lines = [line for line in first.stderr.splitlines() if line.startswith("failed")]
    assert len(lines) == 1 and "broken.txt: not a text file" in lines[0]
    documents = (project.folder / "data" / "processed" / "documents.csv").read_text("utf-8")
    assert all(name in documents for name in REPORTS)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_and_figures_are_made(project: Project, language: str) -> None:
    """Every notebook, card and text has its page, and every figure both its files."""
    site = project.folder / "site" / language
    expected = ["study/01_corpus", "study/02_indicators", "study/03_audit", "study/05_targets"]
    expected += [f"{chapter}/{name}" for chapter in ("cards", "evidence") for name in REPORTS]
    for page in expected:
        assert (site / f"{page}.html").is_file(), page
    figures = project.folder / "figures"
    svg = {p.stem for p in figures.rglob(f"*.{language}.svg")}
    png = {p.stem for p in figures.rglob(f"*.{language}.png")}
    assert svg == png and len(svg) >= 6


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_link_to_a_sentence_arrives(project: Project, language: str) -> None:
    """A link from a card or notebook leads to a figure that is marked in the text."""
    site = project.folder / "site" / language
    links = 0
    for page in [*site.glob("cards/*.html"), *site.glob("study/*.html")]:
        for target, anchor in re.findall(
            r'href="([^"#]*evidence/[^"#]+)#([^"]+)"', page.read_text()
        ):
            evidence = (page.parent / target).resolve()
            chosen = re.fullmatch(r"(?:(?:&amp;)?(?:dimension|role|verdict)=\w+)+", anchor)
            there = f'id="{anchor}"' in evidence.read_text("utf-8")
            assert chosen or there, f"{page.name} -> {anchor}"
            links += 1
    assert links > 100


def test_pages_ask_no_other_host(project: Project) -> None:
    """No page loads a script, style, font or picture from elsewhere, or names a local path."""
    for page in (project.folder / "site").rglob("*.html"):
        text = page.read_text("utf-8")
        loaded = re.findall(r'<(?:script|img|iframe|link)[^>]+(?:src|href)="([^"]+)"', text)
        assert not [url for url in loaded if re.match(r"(?:https?:)?//", url)], page.name
        assert str(project.folder) not in text, page.name


def test_nothing_changed_nothing_reruns(project: Project) -> None:
    """A second run executes no notebook and leaves every table, figure and page as it is."""
    folders = [project.folder / name for name in ("data/processed", "figures", "site")]
    before = digests(*folders)
    again = project.run()
    assert "notebook" not in again.stderr and "read" not in again.stderr
    assert again.returncode == 1 and "broken.txt" in again.stderr  # still listed
    assert digests(*folders) == before


def test_from_nothing_the_same_bytes_come_again(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fresh run elsewhere, with another hash seed, time zone, locale and number of processes,
    gives the same tables and figures."""
    fresh = Project(tmp_path)
    for name, value in {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "POSIX"}.items():
        monkeypatch.setenv(name, value)
    fresh.begin("--jobs", "2")
    assert fresh.tables == project.tables and fresh.figures == project.figures


def test_a_changed_report_reruns_only_what_depends_on_it(project: Project) -> None:
    """The changed report's card and the notebooks over all reports run; the other card does not."""
    report = project.folder / "data" / "raw" / f"{REPORTS[1]}.md"
    text = report.read_text("utf-8")
    try:
        report.write_text(text.replace("48899件", "48898件"), "utf-8")
        again = project.run("--language", "en")
        ran = {line.split()[1] for line in again.stderr.splitlines() if line.startswith("notebook")}
        over_all = {f"en/{path.stem}" for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")}
        assert ran == {*over_all, f"en/cards/{REPORTS[1]}"}
    finally:
        report.write_text(text, "utf-8")


def test_a_failing_notebook_names_itself_and_the_rest_is_kept(
    project: Project, tmp_path: Path
) -> None:
    """The message names notebook, cell and error; the other notebooks and the site are made."""
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    shutil.copy(ROOT / "notebooks" / "01_corpus.ipynb", notebooks)
    notebook = json.loads((ROOT / "notebooks" / "01_corpus.ipynb").read_text("utf-8"))
    cell = {"cell_type": "code", "id": "bad", "metadata": {}, "outputs": [],
            "execution_count": None, "source": "raise ValueError('no such place')"}  # fmt: skip
    notebook["cells"] = [*notebook["cells"], cell]
    (notebooks / "09_bad.ipynb").write_text(json.dumps(notebook), "utf-8")
    out = tmp_path / "out"
    raw = project.folder / "data" / "raw" / f"{REPORTS[1]}.md"
    done = project.run("--raw", raw, "--out", out, "--notebooks", notebooks, "--language", "en")
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("failed")]
    assert "09_bad.ipynb" in line and "ValueError: no such place" in line
    assert f"cell {len(notebook['cells'])}" in line
    assert (out / "site" / "en" / "study" / "01_corpus.html").is_file()
    assert not (out / "site" / "en" / "study" / "09_bad.html").exists()


def test_an_unknown_parameter_is_refused(project: Project) -> None:
    """A misspelt parameter stops the study with the names that exist."""
    done = project.run("-p", "verdict", "x")
    assert done.returncode == 1
    assert "no notebook has a parameter verdict" in done.stderr and "language" in done.stderr


def test_a_parameter_of_the_wrong_type_is_refused() -> None:
    """Text is converted to the annotated type, or refused by name; codes stay text."""
    from govlaw.errors import NotebookError
    from govlaw.execute import convert

    assert convert("adcode", "010203", "str") == "010203"
    assert convert("n", "3", "int") == 3
    assert convert("share", "1", "float") == 1.0
    assert convert("only", "true", "bool") is True
    with pytest.raises(NotebookError, match="n is 'three'; it must be of type int"):
        convert("n", "three", "int")
