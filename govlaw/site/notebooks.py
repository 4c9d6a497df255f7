"""An executed notebook as a page of one language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import nbformat

from govlaw.site.words import render

LANGUAGES = ("zh", "en")
#: The folder of the figures in the site; pages stand one folder deep.
FIGURES = "_figures"
_VIEW = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True, slots=True)
class Page:
    """A notebook with the cells of one language, and the figures that it shows by file name."""

    notebook: nbformat.NotebookNode
    figures: dict[str, str] = field(default_factory=dict)


def localise(notebook: Path, language: str, title: str = "") -> Page:
    """Keep the cells of one language; hide code and parameters; set figures as HTML.

    Parameters
    ----------
    notebook : an executed notebook
    language : zh or en
    title : takes the place of the notebook's own, where one notebook makes many pages
    """
    content = nbformat.read(notebook, as_version=4)
    kept, figures = [], {}
    for cell in content.cells:
        tags = set(cell.metadata.get("tags", []))
        if tags & (set(LANGUAGES) - {language}) or tags & {"parameters", "injected-parameters"}:
            continue
        if cell.cell_type == "code":
            cell.metadata["tags"] = sorted(tags | {"hide-input"})
            for output in cell.get("outputs", []):
                figures.update(_set(output, language))
        kept.append(cell)
    if title:
        first = next(cell for cell in kept if cell.cell_type == "markdown")
        first["source"] = f"# {escape(tame(title))}"
    content.cells = kept
    return Page(content, figures)


def _set(output: nbformat.NotebookNode, language: str) -> dict[str, str]:
    """Put a figure of an output into HTML that names its file; return the file."""
    data = output.get("data", {})
    about = output.get("metadata", {}).get("image/svg+xml", {})
    if "image/svg+xml" not in data or "figure" not in about:
        return {}
    svg, name = data.pop("image/svg+xml"), f"{about['figure']}.svg"
    size = _VIEW.search(svg)
    data["text/html"] = render(
        "figure.html",
        language,
        address=f"../{FIGURES}/{quote(name)}",
        alt=about.get("alt", ""),
        title=about.get("title", ""),
        width=round(float(size[1])) if size else "",
        height=round(float(size[2])) if size else "",
    )
    return {name: svg}


def tame(title: str) -> str:
    """Return a title without the signs that could become markup in a list of results.

    The search of some versions of Sphinx shows titles as markup.
    """
    return title.translate(str.maketrans("<>&", "〈〉＆"))


def escape(text: str) -> str:
    """Return text in which no character is markup, for a heading or a link in Markdown."""
    plain = " ".join(text.split())
    return "".join(f"\\{c}" if c in r"\`*_{}[]()<>#+-.!|~$&:^'\"=@%/" else c for c in plain)
