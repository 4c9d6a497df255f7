"""Sphinx extension: pages made from tables, and a search that finds Chinese words.

Sphinx's own search splits Chinese by a dictionary, so that phrases are not found, and breaks on
some versions. Here Chinese is indexed as single characters and overlapping pairs, and the query is
split the same way in the browser.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.utils import new_document
from markupsafe import escape
from sphinx.application import Sphinx
from sphinx.search import SearchLanguage

from govlaw import tables
from govlaw.codebook import load
from govlaw.labels import label
from govlaw.site.entries import Entries
from govlaw.site.evidence import Texts
from govlaw.site.notebooks import tame

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


def collect(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the pages of the texts and of the codebook, and let the search know their words."""
    settings = _settings(app)
    texts = Texts(tables.read(Path(settings["processed"])), settings["language"])
    entries = Entries(texts, load())
    made = {
        "evidence": (
            (name, label("site.evidence_of", texts.language, name=shown),
             texts.page(name, name in settings["cards"]), texts.text(name))
            for name, shown in texts.names.items()
        ),
        "codebook": (
            (entry.code, entries.label(entry), entries.page(entry), entries.words(entry))
            for entry in entries.listed
        ),
    }  # fmt: skip
    for chapter, pages in made.items():
        # the menu shows where a page stands by what its chapter includes
        within = app.env.toctree_includes.setdefault(f"{chapter}/index", [])
        parents = [{"link": "index.html", "title": label(f"site.{chapter}", texts.language)}]
        for name, title, body, words in pages:
            page = f"{chapter}/{name}"
            within.append(page)
            _index(app, page, title, words)
            yield page, {"title": escape(title), "body": body, "parents": parents}, "page.html"


def _index(app: Sphinx, page: str, title: str, words: str) -> None:
    """Add a page to the search, which keeps only documents that the environment knows."""
    shown = tame(title)
    head = nodes.title("", shown)
    document = new_document(page)
    document += nodes.section("", head, nodes.paragraph("", words))
    app.env.all_docs[page] = 0
    app.env.titles[page] = head
    indexer = getattr(app.builder, "indexer", None)
    if indexer is not None:
        indexer.feed(page, f"{page}.html", shown, document)


def _settings(app: Sphinx) -> dict[str, Any]:
    return dict(json.loads(Path(app.config.govlaw_settings).read_text(encoding="utf-8")))


def add_switch(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Tell the template where the same page stands in the other language, if anywhere."""
    settings = _settings(app)
    other = "en" if settings["language"] == "zh" else "zh"
    there = "index" if page in settings["only_here"] else page
    context["other_language"] = "" if settings["alone"] else other
    context["other_page"] = f"../{other}/{there}.html"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the search, the pages that are made from tables, and the switch of language."""
    app.add_config_value("govlaw_settings", "", "env")
    app.add_search_language(SearchHan)
    app.connect("html-collect-pages", collect)
    app.connect("html-page-context", add_switch)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
