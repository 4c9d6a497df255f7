"""Words of a report: jieba with the field's own terms, each word with its place.

The dictionary is jieba's with ``terms.csv`` on top; ``stopwords.csv`` lists words that say nothing
of a topic. jieba's guesses at unknown words (its hidden Markov model) are off: they cut the same
term in different ways. Its messages and its cache in the temporary folder are left out, so that a
text always gives the same words, on every machine.
"""

from __future__ import annotations

import re
import warnings
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from govlaw.definitions import rows
from govlaw.measures import PARTS, stretches
from govlaw.text import fold

_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_STRONG = 20_000  # frequency that makes a term win over the words it is made of


@dataclass(frozen=True, slots=True)
class Word:
    """A word with its place in the text: ``text[start:end] == word``."""

    word: str
    start: int
    end: int


@cache
def _tokenizer() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba's own code warns on newer versions of Python
        import jieba
    made = jieba.Tokenizer()
    made.FREQ, made.total = made.gen_pfdict(made.get_dict_file())
    made.initialized = True
    for row in rows("terms"):
        made.add_word(row["term"], _STRONG)
    return made


@cache
def terms() -> dict[str, dict[str, str]]:
    """Return the field's terms: for each its gloss_en and dimension."""
    return {row["term"]: row for row in rows("terms")}


@cache
def stopwords() -> frozenset[str]:
    """Return the words that say nothing of a topic."""
    return frozenset(row["word"] for row in rows("stopwords"))


def gloss(word: str, language: str) -> str:
    """Return a word for display: in English with its gloss, where ``terms.csv`` has one."""
    known = terms().get(word)
    return f"{word} {known['gloss_en']}" if known and language == "en" else word


def place_words(documents: pd.DataFrame) -> frozenset[str]:
    """Return the words in the names of places and issuers, which set every report apart."""
    names = {name for column in ("region", "issuer", "province") for name in documents[column]}
    return frozenset(word for name in names if name for word in count(str(name))) | names


def find(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """Return the words of ``text[start:end]`` in order: two or more Chinese characters each.

    Numbers, Latin letters, single characters and stop words are left out.
    """
    found = []
    last = len(text) if end is None else end
    for word, low, high in _tokenizer().tokenize(fold(text)[start:last], HMM=False):
        if _HAN.fullmatch(word) and word not in stopwords():
            found.append(Word(word, start + low, start + high))
    return found


def count(text: str, spans: Iterable[tuple[int, int]] | None = None) -> Counter[str]:
    """Return how often each word stands in a text, or in some stretches of it."""
    stretches = [(0, len(text))] if spans is None else spans
    return Counter(w.word for start, end in stretches for w in find(text, start, end))


def by_document(texts: Mapping[str, str]) -> dict[str, Counter[str]]:
    """Return how often each word stands in each text."""
    return {name: count(text) for name, text in texts.items()}


def by_part(sections: pd.DataFrame, texts: Mapping[str, str]) -> dict[str, Counter[str]]:
    """Return how often each word stands in each part of the reports, all reports together.

    Parameters
    ----------
    sections : table ``sections``
    texts : text by ``doc_id``; sections of other documents are passed over
    """
    own = stretches(sections[sections["doc_id"].isin(list(texts))])
    found: dict[str, Counter[str]] = {part: Counter() for part in PARTS}
    for (doc_id, part), spans in own.groupby(["doc_id", "part"]):
        listed = zip(spans["start"], spans["stop"], strict=True)
        found[str(part)].update(count(texts[str(doc_id)], listed))
    return found
