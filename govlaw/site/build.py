"""Assemble the pages of the study and let Sphinx render them, once for each language."""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import nbformat

from govlaw import __version__, tables
from govlaw.codebook import VERSION
from govlaw.errors import NotebookError
from govlaw.labels import documents, label
from govlaw.style import DIMENSIONS

#: What Sphinx calls the languages of the study.
LOCALES = {"zh": "zh_CN", "en": "en"}


@dataclass(frozen=True, slots=True)
class Pages:
    """The executed notebooks of one language, in the order of the menu."""

    notebooks: Sequence[Path]
    cards: Sequence[Path]


def build(pages: Pages, processed: Path, work: Path, out: Path, language: str) -> None:
    """Render the study in one language into ``out/<language>``.

    Parameters
    ----------
    pages : executed notebooks and report cards
    processed : the folder of the tables
    work : a folder for what is made on the way
    out : the site; what it held for this language is replaced when the new pages are complete

    Raises
    ------
    NotebookError
        If Sphinx cannot render a page.
    """
    source, fresh = work / "source", work / "html"
    for folder in (source, fresh):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    study = tables.read(processed)
    _assemble(pages, study, source, language)
    command = [
        sys.executable, "-m", "sphinx", "-q", "-b", "html", "-c", str(files("govlaw") / "site"),
        "-d", str(work / "doctrees"), "-D", f"language={LOCALES[language]}",
        "-D", f"govlaw_processed={processed.resolve()}", "-D", f"release={__version__}",
        "-D", f"nb_code_prompt_show={label('site.code_show', language)}",
        "-D", f"nb_code_prompt_hide={label('site.code_hide', language)}",
        "-D", f"html_title=govlaw · {label('site.title', language)}", str(source), str(fresh),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise NotebookError(f"the site could not be rendered: {done.stderr.strip()}")
    for extra in (".buildinfo", "objects.inv"):
        (fresh / extra).unlink(missing_ok=True)
    shutil.copyfile(
        str(files("govlaw") / "fonts" / "GovlawSansSC-Regular.otf"),
        fresh / "_static" / "GovlawSansSC-Regular.otf",
    )
    css = fresh / "_static" / "site.css"
    css.write_text(css.read_text(encoding="utf-8") + _colours(), encoding="utf-8")
    target = out / language
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(target, ignore_errors=True)
    shutil.move(fresh, target)
    tables.replace(out / "index.html", _front_door().encode("utf-8"))


def _colours() -> str:
    """Return the rules that give each dimension's figures its colour."""
    return "".join(f"mark.dim-{name} {{ --figure: {c}; }}\n" for name, c in DIMENSIONS.items())


def _assemble(pages: Pages, study: tables.Study, source: Path, language: str) -> None:
    names = documents(study.documents, language)
    chapters = {
        "study": [notebook.stem for notebook in pages.notebooks],
        "cards": [notebook.stem for notebook in pages.cards],
        "evidence": list(study.documents["doc_id"]),
    }
    for chapter, listed in chapters.items():
        folder = source / chapter
        folder.mkdir()
        heading = f"# {label(f'site.{chapter}', language)}\n\n"
        lead = f"{label(f'site.{chapter}_lead', language)}\n\n"
        (folder / "index.md").write_text(heading + lead + _tree(listed), encoding="utf-8")
    for notebook in (*pages.notebooks, *pages.cards):
        chapter = "cards" if notebook in pages.cards else "study"
        title = ""
        if chapter == "cards":
            title = label("site.card_of", language, name=names[notebook.stem])
        _localise(notebook, source / chapter / notebook.name, language, title)
    for doc_id, name in names.items():
        page = _evidence(doc_id, name, doc_id in chapters["cards"], language)
        (source / "evidence" / f"{doc_id}.md").write_text(page, encoding="utf-8")
    (source / "index.md").write_text(_index(study, list(chapters), language), encoding="utf-8")


def _localise(notebook: Path, target: Path, language: str, title: str = "") -> None:
    """Keep the cells of one language; hide code and parameters; describe each picture.

    ``title`` takes the place of the notebook's own, where one notebook makes many pages.
    """
    content = nbformat.read(notebook, as_version=4)
    kept = []
    for cell in content.cells:
        tags = set(cell.metadata.get("tags", []))
        if tags & (set(LOCALES) - {language}) or tags & {"parameters", "injected-parameters"}:
            continue
        if cell.cell_type == "code":
            cell.metadata["tags"] = sorted(tags | {"hide-input"})
            alt = _alternative(cell)
            if alt:
                cell.metadata["mystnb"] = {"image": {"alt": alt}}
        kept.append(cell)
    if title:
        first = next(cell for cell in kept if cell.cell_type == "markdown")
        first["source"] = f"# {escape(title)}"
    content.cells = kept
    nbformat.write(content, target)


def _alternative(cell: nbformat.NotebookNode) -> str:
    for output in cell.get("outputs", []):
        for about in output.get("metadata", {}).values():
            if isinstance(about, dict) and about.get("alt"):
                return str(about["alt"])
    return ""


def escape(text: str) -> str:
    """Return text in which no character is markup, for a heading or a link in Markdown."""
    plain = " ".join(text.split())
    return "".join(f"\\{c}" if c in r"\`*_{}[]()<>#+-.!|~$&:^'\"=@%/" else c for c in plain)


def _evidence(doc_id: str, name: str, has_card: bool, language: str) -> str:
    heading = escape(label("site.evidence_of", language, name=name))
    note = label("site.evidence_note", language)
    card = f" [{label('site.card', language)}](../cards/{doc_id})" if has_card else ""
    return f"# {heading}\n\n{note}{card}\n\n```{{govlaw-evidence}} {doc_id}\n```\n"


def _index(study: tables.Study, chapters: list[str], language: str) -> str:
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
        f"- [{label(f'site.{c}', language)}]({c}/index): {label(f'site.{c}_lead', language)}"
        for c in chapters
    )
    versions = label("site.versions", language, version=__version__, codebook=VERSION)
    tree = _tree([f"{chapter}/index" for chapter in chapters], ":hidden:")
    return f"# {label('site.title', language)}\n\n{lead}\n\n{listed}\n\n{tree}\n{versions}\n"


def _tree(names: Sequence[str], *options: str) -> str:
    return "\n".join(["```{toctree}", ":maxdepth: 1", *options, "", *names, "```", ""])


def _front_door() -> str:
    """Return the page that leads to the reader's language."""
    title = html.escape(f"govlaw · {label('site.title', 'zh')} · {label('site.title', 'en')}")
    return f"""<!doctype html>
<html lang="zh">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<script>
location.replace((navigator.language || "zh").startsWith("zh") ? "zh/index.html" : "en/index.html");
</script>
<p><a href="zh/index.html" lang="zh">{html.escape(label("site.title", "zh"))}</a></p>
<p><a href="en/index.html" lang="en">{html.escape(label("site.title", "en"))}</a></p>
</html>
"""
