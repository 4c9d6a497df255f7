"""One report through every stage: from text to every table."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from govlaw import (
    audit,
    honours,
    indicators,
    mentions,
    outline,
    plans,
    quantities,
    roles,
    sources,
    targets,
)
from govlaw.codebook import Codebook, load
from govlaw.memory import uncollected
from govlaw.model import (
    Document,
    Finding,
    Honour,
    Mention,
    Observation,
    Section,
    Target,
    Task,
    Untested,
)
from govlaw.text import Locator, clauses, sentences


@dataclass(frozen=True, slots=True)
class Extraction:
    """A report and all that was read from it, each list in order of its offsets."""

    document: Document
    sections: list[Section]
    observations: list[Observation]
    findings: list[Finding]
    untested: list[Untested]
    tasks: list[Task]
    honours: list[Honour]
    targets: list[Target]
    mentions: list[Mention]


def extract(document: Document, codebook: Codebook | None = None) -> Extraction:
    """Read every figure of a document, code it by the codebook and check what can be checked."""
    book, metadata = codebook or load(), document.metadata
    with uncollected():
        read = observe(document, book)
        audited = audit.check(document.text, read.observations, book)
        tasks = plans.read(
            document.text, read.places, metadata.period_start, metadata.period_end, metadata.kind
        )
        return Extraction(
            document,
            read.sections,
            read.observations,
            audited.findings,
            audited.untested,
            tasks,
            honours.find(document.text, read.sentences, _year(document))
            if metadata.kind != "plan"
            else [],
            targets.read(document.text, read.observations, tasks, read.sections, metadata),
            mentions.find(
                document.text,
                [observation.quantity for observation in read.observations],
                read.places,
                Locator(read.sentences),
                read.clauses,
            ),
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What every table of figures rests on: where a text's figures stand and what they measure."""

    sections: list[Section]
    places: outline.Places
    sentences: list[tuple[int, int]]
    clauses: list[tuple[int, int]]
    observations: list[Observation]


@uncollected()
def observe(document: Document, book: Codebook) -> Reading:
    """Read a document from its outline to the indicators of its figures."""
    text, kind, year = document.text, document.metadata.kind, _year(document)
    sections = outline.read(text, kind, year)
    places = outline.Places(sections)
    sentence_spans = sentences(text)
    clause_spans = [c for start, end in sentence_spans for c in clauses(text, start, end)]
    in_sentence, in_clause = Locator(sentence_spans), Locator(clause_spans)
    found = quantities.find(text)
    found = roles.assign(text, found, places, in_sentence, in_clause, kind, year)
    observed = indicators.observe(document, found, sections, places, in_sentence, in_clause, book)
    return Reading(sections, places, sentence_spans, clause_spans, observed)


def _year(document: Document) -> int | None:
    """Return the last year that a document is about, where it is known."""
    last = document.metadata.period_end
    return int(last) if last else None


def extract_file(path: Path, codebook: Codebook | None = None) -> Extraction:
    """Read one file and extract it.

    Raises
    ------
    SourceError
        If the file cannot be read as a report.
    """
    return extract(sources.read(path), codebook)
