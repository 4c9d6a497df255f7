"""The command line. Each command is one call of the library; progress goes to stderr."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from govlaw import __version__
from govlaw.errors import GovlawError


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return 0, 1 where something failed, 2 for a wrong command line."""
    options = _parser().parse_args(_joined(sys.argv[1:] if words is None else words))
    try:
        return int(options.command(options))
    except GovlawError as error:
        for line in str(error).splitlines():
            print(f"govlaw: {line}", file=sys.stderr)
        return 1


def _joined(words: Sequence[str]) -> list[str]:
    """Join --by with its value: argparse takes -24.76% for an option."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] == "--by":
            joined[-1] = f"--by={word}"
        else:
            joined.append(word)
    return joined


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="govlaw",
        description="From a folder of law-based-government reports to a citable, audited panel.",
    )
    parser.add_argument("--version", action="version", version=f"govlaw {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    study = commands.add_parser("study", help="run the whole study: tables, figures, site")
    study.add_argument(
        "--raw", type=Path, nargs="+", default=[Path("data/raw")], metavar="PATH",
        help="reports: files and folders (default: data/raw)",
    )  # fmt: skip
    study.add_argument(
        "--out", type=Path, default=Path("."), metavar="DIR",
        help="takes data/processed, figures and site (default: here)",
    )  # fmt: skip
    study.add_argument(
        "--notebooks", type=Path, default=Path("notebooks"), metavar="DIR",
        help="the notebooks to run (default: notebooks)",
    )  # fmt: skip
    study.add_argument(
        "--language", choices=("zh", "en", "both"), default="both",
        help="language of figures and site (default: both)",
    )  # fmt: skip
    study.add_argument(
        "-p", dest="values", nargs=2, action="append", default=[], metavar=("NAME", "VALUE"),
        help="a parameter for every notebook that has it; may be given again",
    )  # fmt: skip
    _codebook(study)
    _mixture(study)
    _crew(study)
    study.set_defaults(command=_study)

    extract = commands.add_parser("extract", help="read reports and write their tables")
    extract.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="files and folders")
    extract.add_argument("--out", type=Path, required=True, metavar="DIR", help="takes the tables")
    extract.add_argument("--format", choices=("csv", "parquet"), default="csv")
    extract.add_argument(
        "--keep-parts", action="store_true",
        help="keep what was read in DIR/.parts: the next run reads only what changed",
    )  # fmt: skip
    _codebook(extract)
    _mixture(extract)
    _crew(extract)
    extract.set_defaults(command=_extract)

    describe = commands.add_parser("describe", help="print an entry of the codebook, or its codes")
    describe.add_argument("code", nargs="?", metavar="CODE", help="without one: list the codes")
    describe.add_argument("--language", choices=("zh", "en"), default="zh")
    describe.add_argument(
        "--processed", type=Path, metavar="DIR",
        help="tables to take examples from (default: data/processed, if it is there)",
    )  # fmt: skip
    _codebook(describe)
    describe.set_defaults(command=_describe)

    check = commands.add_parser(
        "check", help="check a printed rate against its counts, or a growth",
        description="govlaw check 28/174 16.9%%; govlaw check --growth 240 --by -24.76%%",
    )  # fmt: skip
    check.add_argument("fraction", nargs="?", metavar="COUNT/BASE", help="such as 28/174")
    check.add_argument("rate", nargs="?", metavar="RATE", help="as printed, such as 16.9%%")
    check.add_argument("--growth", metavar="NOW", help="a count that is said to have changed")
    check.add_argument("--by", metavar="CHANGE", help="the change as printed, such as -24.76%%")
    check.add_argument("--before", metavar="COUNT", help="the earlier count, if it is known")
    _language(check)
    check.set_defaults(command=_check)

    audit = commands.add_parser("audit", help="check the arithmetic of reports, in plain text")
    audit.add_argument("paths", type=Path, nargs="+", metavar="PATH", help="files and folders")
    _language(audit)
    audit.set_defaults(command=_audit)

    evaluate = commands.add_parser("evaluate", help="hold the figures against annotations by hand")
    evaluate.add_argument("paths", type=Path, nargs="*", metavar="PATH", help="annotated reports")
    evaluate.add_argument("--gold", type=Path, metavar="FILE", help="CSV table of annotations")
    evaluate.add_argument("--out", type=Path, metavar="DIR", help="takes the tables")
    evaluate.add_argument(
        "--sets", type=Path, metavar="FILE",
        help="measure every set of this table anew and write the numbers beside it",
    )  # fmt: skip
    evaluate.add_argument(
        "--originals", type=Path, metavar="DIR",
        help="with --sets: annotations and texts that do not lie beside the table",
    )  # fmt: skip
    evaluate.add_argument(
        "--codes-of", type=int, metavar="VERSION",
        help="only codes that this version of the codebook had: those the annotators knew",
    )  # fmt: skip
    _codebook(evaluate)
    evaluate.set_defaults(command=_evaluate, wrong=evaluate.error)

    _fetch_options(commands.add_parser("fetch", help="fetch the pages of a list, politely"))

    simulate = commands.add_parser("simulate", help="write made-up reports with known figures")
    simulate.add_argument("--reports", type=int, required=True, metavar="N", help="how many")
    simulate.add_argument("--seed", type=int, required=True, metavar="S", help="0 or more")
    simulate.add_argument(
        "--out", type=Path, default=Path("data/simulated"), metavar="DIR",
        help="takes the reports and the truth (default: data/simulated)",
    )  # fmt: skip
    simulate.set_defaults(command=_simulate)
    return parser


def _fetch_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--list", type=Path, default=Path("data/raw/reports.csv"), dest="listed", metavar="FILE",
        help="CSV with the column url (default: data/raw/reports.csv)",
    )  # fmt: skip
    parser.add_argument(
        "--where", action="append", default=[], metavar="COLUMN=VALUE",
        help="only these rows: VALUE,VALUE or years 2020-2024; may be given again",
    )  # fmt: skip
    parser.add_argument("--mirrors", action="store_true", help="copies on other sites too")
    parser.add_argument(
        "--out", type=Path, default=Path("data/raw/pages"), metavar="DIR",
        help="takes the pages and fetched.csv (default: data/raw/pages)",
    )  # fmt: skip
    parser.add_argument(
        "--delay", type=float, default=2.0, metavar="S",
        help="seconds between two requests to a host, 1 or more (default: 2)",
    )  # fmt: skip
    parser.add_argument(
        "--timeout", type=float, default=60.0, metavar="S",
        help="seconds that a request may take in all (default: 60)",
    )  # fmt: skip
    parser.add_argument(
        "--retries", type=int, default=3, metavar="N",
        help="how often a request that failed in passing is repeated (default: 3)",
    )  # fmt: skip
    parser.add_argument(
        "--max-bytes", type=int, default=20_000_000, metavar="N",
        help="a larger page is not kept (default: 20000000)",
    )  # fmt: skip
    parser.add_argument("--limit", type=int, metavar="N", help="ask for at most N pages now")
    parser.add_argument(
        "--refresh", action="store_true", help="ask whether pages that are there have changed"
    )
    parser.add_argument(
        "--allow-private", action="store_true",
        help="hosts of private networks too, and delays under a second: for servers of your own",
    )  # fmt: skip
    parser.add_argument(
        "--dry-run", action="store_true", help="print the addresses; ask for nothing"
    )
    parser.set_defaults(command=_fetch, wrong=parser.error)


def _codebook(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--codebook", type=Path, metavar="FILE",
        help="CSV table of your own indicators and rules, added to the codebook",
    )  # fmt: skip


def _language(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lang", "--language", dest="language", choices=("zh", "en"), default="zh",
        help="language of the words (default: zh)",
    )  # fmt: skip


def _mixture(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--mix-simulated", action="store_true",
        help="allow simulated reports in the same tables as others",
    )  # fmt: skip


def _crew(parser: argparse.ArgumentParser) -> None:
    readers = parser.add_mutually_exclusive_group()
    readers.add_argument(
        "--jobs", type=_positive, metavar="N",
        help="processes that read reports (default: one a core, if there is enough to read)",
    )  # fmt: skip
    readers.add_argument(
        "--dask", default="", metavar="ADDRESS",
        help="scheduler of a Dask cluster that reads reports, such as tcp://host:8786",
    )  # fmt: skip


def _positive(word: str) -> int:
    if not word.isascii() or not word.isdigit() or int(word) < 1:
        raise argparse.ArgumentTypeError(f"{word!r} is not a whole number from 1")
    return int(word)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _study(options: argparse.Namespace) -> int:
    from govlaw import study

    languages = study.LANGUAGES if options.language == "both" else (options.language,)
    return study.run(
        study.Options(
            tuple(options.raw),
            options.out,
            options.notebooks,
            languages,
            dict(options.values),
            options.codebook,
            options.mix_simulated,
            options.jobs,
            options.dask,
        ),
        _say,
    )


def _extract(options: argparse.Namespace) -> int:
    from govlaw import codebook, corpus

    book = codebook.load(options.codebook)
    crew = corpus.crew(options.paths, options.jobs, options.dask)
    outcome = corpus.extract(
        options.paths, options.out, options.format, _say, book, options.mix_simulated, crew,
        options.keep_parts,
    )  # fmt: skip
    _say(f"{len(outcome.read)} reports read, {len(outcome.refused)} refused: {options.out}")
    return 1 if outcome.refused else 0


def _describe(options: argparse.Namespace) -> int:
    from govlaw import codebook
    from govlaw.describe import run

    with codebook.using(options.codebook):
        print(run(options.code, options.language, options.processed))
    return 0


def _check(options: argparse.Namespace) -> int:
    from govlaw import terminal
    from govlaw.errors import CheckError

    if options.growth is not None and options.by is not None and options.fraction is None:
        said = terminal.check_growth(options.growth, options.by, options.before, options.language)
    elif options.rate is not None and options.growth is None and options.by is None:
        said = terminal.check_rate(options.fraction, options.rate, options.language)
    else:
        raise CheckError(
            "give a count with its base and a rate (28/174 16.9%), "
            "or --growth 240 --by -24.76%, and nothing else"
        )
    print(said)
    return 0


def _audit(options: argparse.Namespace) -> int:
    from govlaw import corpus, terminal
    from govlaw.errors import SourceError

    refused = 0
    for number, path in enumerate(corpus.find(options.paths)):
        try:
            lines = list(terminal.audit_file(path, options.language))
        except SourceError as error:
            refused += 1
            _say(f"govlaw: {error}")
            continue
        print("\n".join([""] * (number > 0) + lines))
    return 1 if refused else 0


def _evaluate(options: argparse.Namespace) -> int:
    from govlaw import codebook, evaluation

    alone = options.gold or options.out or options.codes_of is not None or options.codebook
    if options.sets:
        if options.paths or alone:
            options.wrong("--sets takes no PATH and of the options --originals only")
        return _sets(options)
    if not (options.paths and options.gold and options.out) or options.originals:
        options.wrong("give PATH..., --gold and --out, or else --sets")
    book = codebook.load(options.codebook)
    if options.codes_of is not None:
        book = codebook.until(book, options.codes_of)
    made = evaluation.run(options.paths, options.gold, options.out, _say, book)
    print(evaluation.table(made))
    return 0


def _sets(options: argparse.Namespace) -> int:
    from govlaw import validation

    validation.refresh(options.sets, options.originals, _say)
    return 0


def _fetch(options: argparse.Namespace) -> int:
    from govlaw.fetch import run

    if not options.delay >= (0 if options.allow_private else 1):
        options.wrong("--delay: a second at least, so that no site suffers")
    if not (options.timeout > 0 and options.retries >= 0 and options.max_bytes > 0):
        options.wrong("--timeout and --max-bytes must be above 0, --retries 0 or more")
    if options.limit is not None and options.limit < 1:
        options.wrong("--limit must be 1 or more")
    asked = run.Options(
        options.listed,
        options.out,
        tuple(options.where),
        mirrors=options.mirrors,
        delay=options.delay,
        timeout=options.timeout,
        retries=options.retries,
        most=options.max_bytes,
        limit=options.limit,
        refresh=options.refresh,
        allow_private=options.allow_private,
    )
    if options.dry_run:
        for url in run.planned(asked):
            print(url)
        return 0
    try:
        outcome = run.run(asked, _say)
    except KeyboardInterrupt:
        _say("govlaw: stopped; the same command goes on from here")
        return 130
    left = f", {outcome.left} left for later" if outcome.left else ""
    _say(
        f"{len(outcome.fetched)} fetched, {len(outcome.unchanged)} there already, "
        f"{len(outcome.failed)} failed{left}: {options.out}"
    )
    return 1 if outcome.failed else 0


def _simulate(options: argparse.Namespace) -> int:
    from govlaw import simulation

    made = simulation.write(options.out, options.reports, options.seed)
    _say(f"{made:,} simulated reports, truth.csv, places.csv, process.csv: {options.out}")
    return 0
