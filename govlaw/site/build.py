"""Assemble the pages of the study and let Sphinx render them, once for each language.

Notebooks and chapters are Sphinx documents. The pages of texts and of the codebook are made from
tables: Sphinx only sets them into its theme and its search (``extension``), which takes a few
milliseconds a page however many there are.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import nbformat

from govlaw import __version__, labels, tables
from govlaw.codebook import VERSION, load
from govlaw.errors import NotebookError
from govlaw.labels import documents, label
from govlaw.site.colours import rules
from govlaw.site.entries import Entries
from govlaw.site.evidence import Texts
from govlaw.site.notebooks import FIGURES, localise
from govlaw.site.words import render

#: What Sphinx calls the languages of the study.
LOCALES = {"zh": "zh_CN", "en": "en"}
_UNWRITTEN = re.compile(
    r"(?:error writing file|Failed to (?:copy|write))[^\n]*?"
    r"(?:OSError\(\d+, '|\[Errno \d+\] )(?P<reason>[^'\n]+)"
)
_ERROR = re.compile(r"(?:\w+\.)*\w*(?:Error|Exception)\b")
CHAPTERS = ("study", "cards", "evidence", "codebook")


@dataclass(frozen=True, slots=True)
class Pages:
    """The executed notebooks of one language, in the order of the menu.

    ``only_here`` names the pages (``study/01_corpus``) that the other language lacks, and
    ``alone`` says that the study has no other language.
    """

    notebooks: Sequence[Path]
    cards: Sequence[Path]
    only_here: frozenset[str] = frozenset()
    alone: bool = False


def build(pages: Pages, processed: Path, work: Path, out: Path, language: str) -> None:
    """Render the study in one language into ``out/<language>``.

    Parameters
    ----------
    pages : executed notebooks and report cards
    processed : the folder of the tables
    work : a folder for what is made on the way; what it held is taken away
    out : the site; what it held for this language is replaced when the new pages are complete

    Raises
    ------
    NotebookError
        If Sphinx cannot render a page.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True, exist_ok=True)
    # a folder of its own: Sphinx may outlive a run that was killed, and go on writing
    with tempfile.TemporaryDirectory(dir=work) as own:
        made = _render(pages, processed, Path(own), language)
        _exchange(made, out / language)
    there = [name for name in LOCALES if (out / name / "index.html").exists()]
    tables.replace(out / "index.html", _front_door(there).encode("utf-8"))


def _render(pages: Pages, processed: Path, work: Path, language: str) -> Path:
    """Return the folder of the rendered pages, made in ``work``."""
    source, fresh = work / "source", work / "html"
    source.mkdir()
    figures = _assemble(pages, tables.read(processed), source, language)
    settings = {
        "processed": str(processed.resolve()),
        "language": language,
        "cards": [card.stem for card in pages.cards],
        "only_here": sorted(pages.only_here),
        "alone": pages.alone,
    }
    (work / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [
        sys.executable, "-m", "sphinx", "-q", "-b", "html", "-c", str(files("govlaw") / "site"),
        "-d", str(work / "doctrees"), "-D", f"language={LOCALES[language]}",
        "-D", f"govlaw_settings={work.resolve() / 'settings.json'}", "-D", f"release={__version__}",
        "-D", f"nb_code_prompt_show={label('site.code_show', language)}",
        "-D", f"nb_code_prompt_hide={label('site.code_hide', language)}",
        "-D", f"html_theme_options.search_bar_text={label('site.search', language)}",
        "-D", f"html_title=govlaw · {label('site.title', language)}", str(source), str(fresh),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    # Sphinx goes on, and may end well, where it could not write a page
    if found := _UNWRITTEN.search(done.stderr):
        raise NotebookError(f"the site could not be rendered: {found['reason']}")
    if done.returncode:
        last = [line.strip() for line in done.stderr.splitlines() if _ERROR.match(line.strip())]
        said = last[-1] if last else " ".join(done.stderr.split())
        raise NotebookError(f"the site could not be rendered: {said}")
    _finish(fresh, figures)
    return fresh


def _exchange(fresh: Path, target: Path) -> None:
    """Put a folder into its place in one step, so that no reader meets half a site."""
    beside, old = (target.with_name(f".{target.name}.{name}") for name in ("new", "old"))
    target.parent.mkdir(parents=True, exist_ok=True)
    for folder in (beside, old):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.move(fresh, beside)  # copies where the site lies on another disk
    if target.exists():
        os.replace(target, old)
    os.replace(beside, target)
    shutil.rmtree(old, ignore_errors=True)


def _finish(fresh: Path, figures: dict[str, str]) -> None:
    """Add the figures, the font and the colours; take away what no reader needs."""
    for extra in (".buildinfo", "objects.inv"):
        (fresh / extra).unlink(missing_ok=True)
    shutil.rmtree(fresh / "_sources", ignore_errors=True)
    for name, svg in figures.items():
        file = fresh / FIGURES / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(svg, encoding="utf-8")
    font = "GovlawSansSC-Regular.otf"
    shutil.copyfile(str(files("govlaw") / "fonts" / font), fresh / "_static" / font)
    css = fresh / "_static" / "site.css"
    css.write_text(css.read_text(encoding="utf-8") + rules(), encoding="utf-8")


# -- the pages that Sphinx reads -----------------------------------------------------------


def _assemble(pages: Pages, study: tables.Study, source: Path, language: str) -> dict[str, str]:
    """Write the documents of Sphinx; return the figures of the notebooks by file name."""
    names = documents(study.documents, language)
    notebooks = [notebook.stem for notebook in pages.notebooks]
    cards = [card.stem for card in pages.cards]
    lists = {
        "cards": _documents(study, cards, language),
        "evidence": _documents(study, names, language),
        "codebook": Entries(Texts(study, language), load()).index(),
    }
    # with their ending: some names alone mean other pages to Sphinx (self, search, a.ipynb)
    trees = {
        "study": _tree([f"{name}.ipynb" for name in notebooks]),
        "cards": _tree([f"{name}.ipynb" for name in cards], ":hidden:"),
    }
    for chapter in CHAPTERS:
        (source / chapter).mkdir()
        page = f"# {label(f'site.{chapter}', language)}\n\n"
        page += f"{label(f'site.{chapter}_lead', language)}\n\n"
        if chapter in lists:
            # a file of its own: nothing in it can end the directive
            (source / chapter / "list.txt").write_text(lists[chapter], encoding="utf-8")
            page += "```{raw} html\n:file: list.txt\n```\n\n"
        page += trees.get(chapter, "")
        (source / chapter / "index.md").write_text(page, encoding="utf-8")
    figures: dict[str, str] = {}
    for notebook in (*pages.notebooks, *pages.cards):
        chapter = "cards" if notebook in pages.cards else "study"
        title = ""
        if chapter == "cards":
            title = label("site.card_of", language, name=names[notebook.stem])
        made = localise(notebook, language, title)
        nbformat.write(made.notebook, source / chapter / notebook.name)
        figures |= made.figures
    (source / "index.md").write_text(_index(study, language), encoding="utf-8")
    return figures


def _documents(study: tables.Study, listed: Iterable[str], language: str) -> str:
    """Return the table of a chapter that has a page a document."""
    names = documents(study.documents, language)
    about = study.documents.set_index("doc_id")
    counted = study.observations[study.observations["role"] != "structural"]
    figures = counted.groupby("doc_id").size()
    findings = study.findings.groupby("doc_id").size()
    bad = study.findings[study.findings["verdict"] == "irreconcilable"].groupby("doc_id").size()
    rows = [
        {
            "doc_id": name,
            "name": names[name],
            "kind": labels.kind(str(about.at[name, "kind"]), language),
            "issuer": str(about.at[name, "issuer"]).replace(";", "；"),
            "figures": int(figures.get(name, 0)),
            "findings": int(findings.get(name, 0)),
            "irreconcilable": int(bad.get(name, 0)),
        }
        for name in listed
    ]
    return render("documents.html", language, rows=rows, caption=label("caption.corpus", language))


def _index(study: tables.Study, language: str) -> str:
    coded = study.observations.loc[study.observations["indicator"] != "", "indicator"]
    lead = label(
        "site.lead",
        language,
        documents=len(study.documents),
        figures=len(study.observations),
        coded=len(coded),
        indicators=coded.nunique(),
        findings=len(study.findings),
    )
    listed = "\n".join(
        f"[{label(f'site.{c}', language)}]({c}/index)\n: {label(f'site.{c}_lead', language)}\n"
        for c in CHAPTERS
    )
    versions = label("site.versions", language, version=__version__, codebook=VERSION)
    tree = _tree([f"{chapter}/index" for chapter in CHAPTERS], ":hidden:")
    return f"# {label('site.title', language)}\n\n{lead}\n\n{listed}\n\n{tree}\n{versions}\n"


def _tree(names: Sequence[str], *options: str) -> str:
    return "\n".join(["```{toctree}", ":maxdepth: 1", *options, "", *names, "```", ""])


def _front_door(languages: Sequence[str]) -> str:
    """Return the page that leads to the reader's language, or to the only one there is."""
    titles = " · ".join(label("site.title", language) for language in languages)
    links = "\n".join(
        f'<p><a href="{name}/index.html" lang="{name}">'
        f"{html.escape(label('site.title', name))}</a></p>"
        for name in languages
    )
    chosen = json.dumps(f"{languages[0]}/index.html")
    if len(languages) > 1:
        chosen = '(navigator.language || "zh").startsWith("zh") ? "zh/index.html" : "en/index.html"'
    return f"""<!doctype html>
<html lang="{languages[0]}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{html.escape(f"govlaw · {titles}")}</title>
<script>
location.replace({chosen});
</script>
{links}
</html>
"""
