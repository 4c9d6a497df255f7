"""The pages of the codebook: one an indicator, with its definition and its values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from govlaw import describe, labels
from govlaw.codebook import Codebook, Indicator, Rule
from govlaw.markup import anchor, report
from govlaw.measures import dimensions
from govlaw.site.evidence import Texts, amount, in_order, sign
from govlaw.site.words import render

_CODE = re.compile(r"[a-z][a-z0-9_]+")
#: Fields in which the codes of other entries stand.
_WITH_CODES = ("formula", "bases", "notes")


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of the corpus that measures the indicator."""

    doc_id: str
    document: Markup
    anchor: str
    text: str
    amount: str
    role: str
    sentence: str


class Entries:
    """The codebook beside the values that a study has for it."""

    def __init__(self, texts: Texts, book: Codebook) -> None:
        self.texts, self.book, self.language = texts, book, texts.language
        observed = texts.study.observations
        coded = observed[observed["indicator"] != ""]
        self._values = {str(code): part for code, part in coded.groupby("indicator")}
        self._rules: dict[str, list[Rule]] = {}
        for rule in book.listed:
            self._rules.setdefault(rule.code, []).append(rule)
        self._in: dict[str, list[Indicator]] = {}
        for entry in book.indicators.values():
            if entry.numerator:
                for code in {entry.numerator, *entry.bases}:
                    self._in.setdefault(code, []).append(entry)

    @property
    def listed(self) -> list[Indicator]:
        """The entries that have a definition, in the order of the codebook."""
        found = self.book.indicators.values()
        return [e for e in found if e.definition_zh or e.definition_en]

    def label(self, entry: Indicator) -> str:
        """Return the label of an entry in the language of the pages."""
        return entry.label_zh if self.language == "zh" else entry.label_en

    def page(self, entry: Indicator) -> str:
        """Return the page of an entry as HTML."""
        said = [
            (name, self._linked(words) if name in _WITH_CODES else words)
            for name, words in describe.fields(entry, self.language, self.book)
        ]
        rules = self._rules.get(entry.code, [])
        return render(
            "entry.html",
            self.language,
            entry=entry,
            name=self.label(entry),
            fields=said,
            rules=[list(describe.rule_fields(rule, self.language)) for rule in rules],
            rates=[(e.code, self.label(e)) for e in self._in.get(entry.code, [])],
            values=list(self._shown(entry.code)),
            sign=sign(entry.dimension),
        )

    def words(self, entry: Indicator) -> str:
        """Return what the search finds an entry by, in both languages."""
        said = (entry.code, entry.label_zh, entry.label_en, entry.definition_zh,
                entry.definition_en, *entry.phrasings)  # fmt: skip
        return " ".join(said)

    def index(self) -> str:
        """Return the list of entries by dimension as HTML."""
        groups: dict[str, list[dict[str, Any]]] = {}
        for entry in self.listed:
            own = self._values.get(entry.code)
            row = {
                "code": entry.code,
                "name": self.label(entry),
                "kind": labels.optional(f"figure_kind.{entry.kind}", self.language, entry.kind),
                "figures": 0 if own is None else len(own),
                "documents": 0 if own is None else own["doc_id"].nunique(),
            }
            groups.setdefault(entry.dimension, []).append(row)
        return render(
            "codebook.html",
            self.language,
            groups=[
                (name, sign(name), labels.dimension(name, self.language), groups[name])
                for name in in_order(dimensions(), groups)
            ],
        )

    def _shown(self, code: str) -> Iterator[Value]:
        own = self._values.get(code)
        if own is None:
            return
        for row in own.to_dict("records"):
            text = self.texts.text(row["doc_id"])
            yield Value(
                row["doc_id"],
                Markup(report(row["doc_id"], self.texts.names)),
                anchor(row["start"], row["end"]),
                row["text"],
                amount(row, self.language),
                labels.label(f"role.{row['role']}", self.language),
                describe.sentence(text, (row["sentence_start"], row["sentence_end"]), row["start"]),
            )

    def _linked(self, words: str) -> Markup:
        """Return words in which the code of every entry that has a page leads to it."""
        found, here = [], 0
        for match in _CODE.finditer(words):
            entry = self.book.indicators.get(match[0])
            if entry is None or not (entry.definition_zh or entry.definition_en):
                continue
            found.append(escape(words[here : match.start()]))
            found.append(Markup('<a href="{0}.html"><code>{0}</code></a>').format(match[0]))
            here = match.end()
        return Markup("").join([*found, escape(words[here:])])
