"""The command line. Each command is one call of the library; progress goes to stderr."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from govlaw import __version__, screen
from govlaw.errors import GovlawError


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return 0, 1 where something failed, 2 for a wrong command line."""
    options = _parser().parse_args(_joined(sys.argv[1:] if words is None else words))
    try:
        return int(options.command(options))
    except GovlawError as error:
        for line in str(error).split("\n"):
            _say(f"govlaw: {line}")
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
    study.add_argument(
        "--parameters", type=Path, metavar="FILE",
        help="YAML file of parameters; -p comes first (default: parameters.yml, if it is there)",
    )  # fmt: skip
    _codebook(study)
    _mixture(study)
    _crew(study)
    study.set_defaults(command=_study)

    init = commands.add_parser("init", help="make the folder of a new study, which runs at once")
    init.add_argument("folder", type=Path, metavar="DIR", help="a new folder")
    init.add_argument(
        "--language", choices=("zh", "en"), default="zh", help="of its README files (default: zh)"
    )
    init.add_argument("--no-example", action="store_true", help="without the made-up reports")
    init.set_defaults(command=_init)

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

    panel = commands.add_parser("panel", help="make the panel: place by year by indicator")
    panel.add_argument(
        "--processed", type=Path, default=Path("data/processed"), metavar="DIR",
        help="tables to make it from (default: data/processed)",
    )  # fmt: skip
    panel.add_argument(
        "--out", type=Path, default=Path("data/panel"), metavar="DIR",
        help="takes the panel (default: data/panel)",
    )  # fmt: skip
    panel.add_argument("--overrides", type=Path, metavar="FILE", help="CSV table of corrections")
    panel.add_argument(
        "--years", default="", metavar="YEARS",
        help="such as 2018-2024 (default: each place from its first report to its last)",
    )  # fmt: skip
    panel.add_argument(
        "--level", default="province,prefecture,county", metavar="LEVEL,...",
        help="levels of government (default: province,prefecture,county)",
    )  # fmt: skip
    panel.add_argument(
        "--indicators", default="", metavar="CODE,...",
        help="indicators (default: the core and all that a report gives a figure for)",
    )  # fmt: skip
    panel.add_argument(
        "--places", choices=("corpus", "all"), default="corpus",
        help="places with a report, or every place of the levels (default: corpus)",
    )  # fmt: skip
    panel.add_argument(
        "--key", choices=("adcode", "harmonised"), default="adcode",
        help="code of the report year, or that of the newest list (default: adcode)",
    )  # fmt: skip
    panel.add_argument("--without", default="", metavar="DOC_ID,...", help="reports to leave out")
    panel.add_argument(
        "--format", default="", metavar="FORMAT,...",
        help="beside the tables, any of csv (for spreadsheets), parquet, xlsx, dta, package, "
        "codebook",
    )  # fmt: skip
    _codebook(panel)
    panel.set_defaults(command=_panel)

    cite = commands.add_parser("cite", help="print references to reports: GB/T 7714 or BibTeX")
    cite.add_argument("doc_ids", nargs="*", metavar="DOC_ID", help="reports (default: all)")
    cite.add_argument(
        "--processed", type=Path, default=Path("data/processed"), metavar="DIR",
        help="tables that hold the reports (default: data/processed)",
    )  # fmt: skip
    cite.add_argument("--style", choices=("gbt7714", "bibtex"), default="gbt7714")
    cite.add_argument(
        "--fetched", type=Path, metavar="FILE",
        help="list of fetched pages, for addresses and dates of retrieval "
        "(default: data/raw/pages/fetched.csv, if it is there)",
    )  # fmt: skip
    cite.add_argument(
        "--data", action="store_true", help="also how to cite govlaw and these tables"
    )
    _codebook(cite)
    cite.set_defaults(command=_cite)

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

    code = commands.add_parser("code", help="double coding: draw sentences, compare two coders")
    _code(code.add_subparsers(title="commands", required=True, metavar="COMMAND"))

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


def _code(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    sample = commands.add_parser("sample", help="write an empty coding sheet")
    sample.add_argument(
        "--processed", type=Path, default=Path("data/processed"), metavar="DIR",
        help="tables to draw from (default: data/processed)",
    )  # fmt: skip
    sample.add_argument("--out", type=Path, required=True, metavar="FILE", help=".xlsx or .csv")
    sample.add_argument(
        "--sentences", type=int, metavar="N", help="how many; with --reports: of each report"
    )
    sample.add_argument("--reports", type=int, metavar="N", help="draw so many reports first")
    sample.add_argument("--seed", type=int, default=0, metavar="S", help="default: 0")
    sample.add_argument(
        "--by", type=lambda words: tuple(filter(None, words.split(","))), metavar="NAME,...",
        help="stratify by: level, year, province, kind (of reports), dimension, part, figures "
        "(of sentences); default: level,year,figures",
    )  # fmt: skip
    _codebook(sample)
    sample.set_defaults(command=_sample)

    agree = commands.add_parser("agree", help="compare two filled sheets, and the rules with them")
    agree.add_argument("first", type=Path, metavar="A")
    agree.add_argument("second", type=Path, metavar="B")
    agree.add_argument(
        "--adjudicated", type=Path, metavar="C", help="a third sheet, with the cases decided"
    )
    agree.add_argument(
        "--processed", type=Path, metavar="DIR",
        help="tables that the sample was drawn from: gives precision and recall of the rules",
    )  # fmt: skip
    agree.add_argument("--out", type=Path, metavar="DIR", help="takes the tables")
    agree.add_argument("--seed", type=int, default=0, metavar="S", help="of intervals (default: 0)")
    _codebook(agree)
    agree.set_defaults(command=_agree)


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
    print(screen.shown(line), file=sys.stderr, flush=True)


def _print(words: str) -> None:
    print(screen.shown(words))


def _study(options: argparse.Namespace) -> int:
    from govlaw import study

    languages = study.LANGUAGES if options.language == "both" else (options.language,)
    values = study.read_parameters(options.parameters) | dict(options.values)
    return study.run(
        study.Options(
            tuple(options.raw),
            options.out,
            options.notebooks,
            languages,
            values,
            options.codebook,
            options.mix_simulated,
            options.jobs,
            options.dask,
        ),
        _say,
    )


def _init(options: argparse.Namespace) -> int:
    from govlaw import starting

    folder = starting.make(
        options.folder, options.language, example=not options.no_example, say=_say
    )
    _say(f"next: cd {folder} && govlaw study --language {options.language}")
    return 0


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
        _print(run(options.code, options.language, options.processed))
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
    _print(said)
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
        _print("\n".join([""] * (number > 0) + lines))
    return 1 if refused else 0


def _panel(options: argparse.Namespace) -> int:
    from govlaw import citations, codebook, exports, overrides, panel, tables
    from govlaw.errors import ExportError

    formats = exports.chosen(options.format)
    own = options.overrides
    if own and own.resolve() == (options.out / "overrides.csv").resolve():
        raise ExportError(f"{own}: would be overwritten by the outcomes; keep it elsewhere")
    with codebook.using(options.codebook):
        listed = overrides.read(options.overrides) if options.overrides else ()
        study = tables.read(options.processed)
        made = panel.build(
            study,
            years=panel.years(options.years) if options.years else (),
            levels=_words(options.level),
            codes=_words(options.indicators) or None,
            places=options.places,
            key=options.key,
            overrides=listed,
            without=_words(options.without),
        )
        files = panel.contents(made, options.out)
        if formats:
            edition = exports.made(
                made.long,
                made.wide,
                study,
                overrides=made.overrides,
                unplaced=made.unplaced,
                references=citations.files(study.documents, citations.fetched()),
                key=made.key,
            )
            exported = exports.files(edition, formats)
            files |= {options.out / path: content for path, content in exported.items()}
        tables.install(options.out, files)
    for line in panel.summary(made):
        _say(line)
    _say(f"panel    {options.out}")
    return 1 if panel.unapplied(made) else 0


def _cite(options: argparse.Namespace) -> int:
    from govlaw import citations, codebook

    with codebook.using(options.codebook):
        said = citations.run(
            options.processed, options.style, options.doc_ids, options.fetched, options.data
        )
    _print(said.removesuffix("\n"))
    return 0


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word for piece in cell.split(",") if (word := piece.strip()))


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
    _print(evaluation.table(made))
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
            _print(url)
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


def _sample(options: argparse.Namespace) -> int:
    from govlaw import codebook, sampling, sheets, tables

    book = codebook.load(options.codebook)
    drawn = sampling.draw(
        tables.read(options.processed),
        number=options.sentences,
        reports=options.reports,
        seed=options.seed,
        by=options.by or sampling.DEFAULT_BY,
    )
    files = sheets.write(drawn, options.out, book)
    for stratum in drawn.strata:
        _say(f"drawn    {stratum.drawn} of {stratum.held}: {stratum.name}")
    if drawn.left_out:
        _say(f"passed   {drawn.left_out} sentences of more than {sampling.LONGEST} characters")
    _say(
        f"{len(drawn.sentences)} of {drawn.population} sentences, seed {drawn.seed}: "
        f"{', '.join(map(str, files))}"
    )
    return 0


def _agree(options: argparse.Namespace) -> int:
    from govlaw import codebook, coding, tables

    made = coding.run(
        options.first,
        options.second,
        codebook.load(options.codebook),
        adjudicated=options.adjudicated,
        study=tables.read(options.processed) if options.processed else None,
        out=options.out,
        seed=options.seed,
    )
    _print(coding.table(made))
    return 0


def _simulate(options: argparse.Namespace) -> int:
    from govlaw import simulation

    made = simulation.write(options.out, options.reports, options.seed)
    _say(f"{made:,} simulated reports, truth.csv, places.csv, process.csv: {options.out}")
    return 0
