"""One report through every stage: from text to every table."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from govlaw import audit, honours, indicators, outline, plans, quantities, roles, sources, targets
from govlaw.codebook import Codebook, load
from govlaw.model import Document, Finding, Honour, Observation, Section, Target, Task
from govlaw.text import Locator, clauses, sentences


@dataclass(frozen=True, slots=True)
class Extraction:
    """A report and all that was read from it, each list in order of its offsets."""

    document: Document
    sections: list[Section]
    observations: list[Observation]
    findings: list[Finding]
    tasks: list[Task]
    honours: list[Honour]
    targets: list[Target]


def extract(document: Document, codebook: Codebook | None = None) -> Extraction:
    """Read every figure of a document, code it by the codebook and check what can be checked."""
    with _uncollected():
        return _extract(document, codebook)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Stop looking for cycles: records of a report never form one, and the search costs a tenth."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _extract(document: Document, codebook: Codebook | None) -> Extraction:
    text, metadata, book = document.text, document.metadata, codebook or load()
    year = int(metadata.period_end) if metadata.period_end else None
    sections = outline.read(text, metadata.kind, year)
    places = outline.Places(sections)
    sentence_spans = sentences(text)
    clause_spans = [c for start, end in sentence_spans for c in clauses(text, start, end)]
    in_sentence, in_clause = Locator(sentence_spans), Locator(clause_spans)
    found = quantities.find(text)
    found = roles.assign(text, found, places, in_sentence, in_clause, metadata.kind, year)
    observed = indicators.observe(document, found, sections, places, in_sentence, in_clause, book)
    tasks = plans.read(text, places, metadata.period_start, metadata.period_end, metadata.kind)
    return Extraction(
        document,
        sections,
        observed,
        audit.check(text, observed, book),
        tasks,
        honours.find(text, sentence_spans, year) if metadata.kind != "plan" else [],
        targets.read(text, observed, tasks, sections, metadata),
    )


def extract_file(path: Path, codebook: Codebook | None = None) -> Extraction:
    """Read one file and extract it.

    Raises
    ------
    SourceError
        If the file cannot be read as a report.
    """
    return extract(sources.read(path), codebook)
