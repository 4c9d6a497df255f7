"""Sphinx extension: evidence pages, and a search that finds Chinese words.

Sphinx's own search splits Chinese by a dictionary, so that phrases are not found, and breaks on
some versions. Here Chinese is indexed as single characters and overlapping pairs, and the query is
split the same way in the browser.
"""

from __future__ import annotations

import html
import math
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.search import SearchLanguage
from sphinx.writers.html5 import HTML5Translator

from govlaw import tables
from govlaw.labels import label, measured

_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_LATIN = re.compile(r"[A-Za-z0-9_]+")


class SearchHan(SearchLanguage):
    """Index Chinese as characters and pairs: any phrase of two or more characters is found."""

    lang = "zh"
    language_name = "Chinese"
    js_stemmer_rawcode = ""
    js_stemmer_code = "class Stemmer { stemWord(w) { return w; } }"
    js_splitter_code = r"""
var splitQuery = function(query) {
  const out = [];
  for (const m of query.matchAll(/[\u3400-\u9fff\uf900-\ufaff]+|[A-Za-z0-9_]+/g)) {
    const s = m[0];
    if (/^[A-Za-z0-9_]/.test(s) || s.length === 1) { out.push(s); continue; }
    for (let i = 0; i + 2 <= s.length; i++) out.push(s.slice(i, i + 2));
  }
  return out;
};
"""
    stopwords: ClassVar[set[str]] = set()  # type: ignore[misc]

    def split(self, text: str) -> list[str]:
        """Return the words of a text: Latin words, Chinese characters and pairs."""
        found = [word for word in _LATIN.findall(text) if not word.isdigit()]
        for run in _CJK.findall(text):
            found.extend(run)
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
        return found

    def stem(self, word: str) -> str:
        """Return the word in lower case; Chinese has no stems."""
        return word.lower()

    def word_filter(self, word: str) -> bool:
        """Keep Chinese words and Latin words of more than one letter."""
        return bool(_CJK.match(word)) or len(word) > 1


class FigureMark(nodes.inline):
    """A figure in the text of a report, with its anchor and what it was read as."""


def _visit_mark(translator: HTML5Translator, node: FigureMark) -> None:
    attributes = " ".join(
        f'{name}="{html.escape(node[name])}"' for name in ("id", "class", "title")
    )
    translator.body.append(f'<mark {attributes} tabindex="-1">')


def _depart_mark(translator: HTML5Translator, node: FigureMark) -> None:
    translator.body.append("</mark>")


@cache
def _study(folder: str) -> tables.Study:
    return tables.read(Path(folder))


class Evidence(Directive):
    """``{govlaw-evidence} DOC_ID``: the text of a report with every figure marked."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return one paragraph a line of the report; text is never taken for markup."""
        config = self.state.document.settings.env.config
        study = _study(config.govlaw_processed)
        doc_id = self.arguments[0]
        text = study.text(doc_id)
        observed = study.observations[study.observations["doc_id"] == doc_id]
        figures = observed.to_dict("records")
        sections = study.sections[study.sections["doc_id"] == doc_id]
        headings = dict(zip(sections["start"], sections["heading"], strict=True))
        found: list[nodes.Node] = []
        for match in re.finditer(r"[^\n]+", text):
            if not match[0].strip():
                continue
            inside = [f for f in figures if match.start() <= f["start"] and f["end"] <= match.end()]
            first = match.start() + len(match[0]) - len(match[0].lstrip())
            # a heading that shares its line with the text below it is not set in bold
            alone = len(match[0].strip()) <= len(headings.get(first, "")) + 1
            paragraph = nodes.paragraph(classes=["evidence", *(["head"] * alone)])
            paragraph.extend(_marked(text, match.start(), match.end(), inside, config.language))
            found.append(paragraph)
        return found


def _marked(
    text: str, start: int, end: int, figures: Iterable[dict[Any, Any]], language: str
) -> Iterable[nodes.Node]:
    here = start
    for figure in figures:
        yield nodes.Text(text[here : figure["start"]])
        mark = FigureMark("", "")
        mark["id"] = f"f{figure['start']}-{figure['end']}"
        mark["class"] = f"figure role-{figure['role']} dim-{figure['dimension'] or 'none'}"
        mark["title"] = _title(figure, "zh" if language.startswith("zh") else "en")
        mark += nodes.Text(text[figure["start"] : figure["end"]])
        yield mark
        here = figure["end"]
    yield nodes.Text(text[here:end])


def _title(figure: dict[Any, Any], language: str) -> str:
    """Return what a figure was read as, in one line."""
    name = measured(figure["indicator"], figure["subject"], language)
    role = label(f"role.{figure['role']}", language)
    if figure["role"] == "structural" or math.isnan(figure["value"]):
        return role
    approx = label(f"approx.{figure['approx']}", language)
    parts = (name, f"{figure['value']:,.12g} {figure['unit']}".strip(), approx, role)
    return " · ".join(part for part in parts if part)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the search, the evidence pages and the place of the tables."""
    app.add_config_value("govlaw_processed", "", "env")
    app.add_search_language(SearchHan)
    app.add_node(FigureMark, html=(_visit_mark, _depart_mark))
    app.add_directive("govlaw-evidence", Evidence)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
