"""The validation: sets of annotated documents, their kept numbers, and what a notebook shows."""

from __future__ import annotations

import csv
import html
import importlib.util
import itertools
import sys
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType

import pytest
from test_figures import drawn_texts, faults

from govlaw import codebook, corpus, display, evaluation, figures, labels, style, tables, validation
from govlaw.cli import main
from govlaw.errors import GovlawError, SourceError, TableError
from govlaw.evaluation import GOLD_COLUMNS
from govlaw.notebook import open_validation
from govlaw.study import Options, _Plan
from govlaw.tables import Study
from govlaw.validation import COLUMNS, SET_COLUMNS, Validation

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "data" / "validation"
READMES = ("README.md", "README.zh-CN.md")
TEXT = "2024年编制其他有关材料12件，开展应急演练14次。\n"
#: Annotations of TEXT; the second unit is wrong on purpose.
ANNOTATED = (
    ("2024年", "2024", "", "年", "exact", "structural", "other", "", ""),
    ("12件", "12", "", "起", "exact", "actual", "count", "", ""),
    ("14次", "14", "", "次", "exact", "actual", "count", "emg_drills", ""),
)


def tool(name: str) -> ModuleType:
    """Return a script of the folder tools as a module."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, columns: tuple[str, ...], listed: list[dict[str, str]]) -> Path:
    """Write a table; cells that a row lacks stay empty."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(listed)
    return path


def gold(path: Path, doc: str = "mini") -> Path:
    """Write the annotations of TEXT."""
    listed = []
    for text, *cells in ANNOTATED:
        start = TEXT.index(text)
        values = (doc, str(start), str(start + len(text)), text, *cells)
        listed.append(dict(zip(GOLD_COLUMNS, values, strict=True)))
    return write(path, GOLD_COLUMNS, listed)


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    """A table with a set whose files lie beside it and one whose files are elsewhere."""
    folder, elsewhere = tmp_path / "validation", tmp_path / "elsewhere"
    for place, doc, texts in ((folder, "mini", "texts"), (elsewhere, "other", "others")):
        (place / texts).mkdir(parents=True)
        (place / texts / f"{doc}.txt").write_text(TEXT, "utf-8")
        gold(place / f"{doc}.csv", doc)
    about = {"label_zh": "一组", "label_en": "One set", "edition": "simulated", "seen": "unseen"}
    return write(
        folder / "sets.csv",
        SET_COLUMNS,
        [
            {"set": "one", "documents": "mini", "gold": "mini.csv", "texts": "texts", **about},
            {"set": "two", "documents": "other", "gold": "other.csv", "texts": "others", **about},
        ],
    )


def score(path: Path, name: str, attribute: str) -> tuple[str, str]:
    """Return matched and gold of a set over all documents."""
    (found,) = [
        (row["matched"], row["gold"])
        for row in rows(path.parent / "scores.csv")
        if (row["set"], row["attribute"], row["doc_id"]) == (name, attribute, "all")
    ]
    return found


# -- measuring -----------------------------------------------------------------------------


def test_sets_are_measured_and_written(sets: Path, tmp_path: Path) -> None:
    """The command measures what lies beside the table or in the folder that is named."""
    words = ["evaluate", "--sets", str(sets), "--originals", str(tmp_path / "elsewhere")]
    assert main(words) == 0
    assert score(sets, "one", "found") == score(sets, "two", "found") == ("3", "3")
    assert score(sets, "one", "unit") == ("2", "3")
    assert [tuple(row.values()) for row in rows(sets.parent / "confusions.csv")] == [
        ("one", "mini", "13", "16", "12件", "unit", "起", "件"),
        ("two", "other", "13", "16", "12件", "unit", "起", "件"),
    ]
    (run, _) = rows(sets.parent / "runs.csv")
    assert (run["measured"], run["figures"]) == (date.today().isoformat(), "3")
    assert len(run["gold_sha256"]) == len(run["texts_sha256"]) == 64


def test_what_is_not_at_hand_keeps_its_numbers(
    sets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without the other folder its set stays as measured, with its date; nothing else is lost."""
    validation.refresh(sets, tmp_path / "elsewhere")
    path = sets.parent / "runs.csv"
    path.write_text(path.read_text("utf-8").replace(date.today().isoformat(), "2020-02-02"))
    before = {p.name: p.read_bytes() for p in sets.parent.glob("*.csv")}
    assert main(["evaluate", "--sets", str(sets)]) == 0
    assert "kept     two: its annotations or texts are not at hand" in capsys.readouterr().err
    assert {p.name: p.read_bytes() for p in sets.parent.glob("*.csv")} == before


def test_a_changed_number_changes_the_date(sets: Path) -> None:
    """A set that is no longer read as before carries the day of the new measurement."""
    validation.refresh(sets)
    for name in ("runs", "scores"):
        path = sets.parent / f"{name}.csv"
        text = path.read_text("utf-8").replace(date.today().isoformat(), "2020-02-02")
        path.write_text(text.replace("one,all,unit,2", "one,all,unit,1"), "utf-8")
    validation.refresh(sets)
    assert rows(sets.parent / "runs.csv")[0]["measured"] == date.today().isoformat()
    assert score(sets, "one", "unit") == ("2", "3")


def test_a_set_that_is_gone_leaves_no_numbers(sets: Path, tmp_path: Path) -> None:
    """Numbers of a set without a row are not kept."""
    validation.refresh(sets, tmp_path / "elsewhere")
    write(sets, SET_COLUMNS, rows(sets)[1:])
    validation.refresh(sets, tmp_path / "elsewhere")
    for name in COLUMNS:
        assert {row["set"] for row in rows(sets.parent / f"{name}.csv")} <= {"two"}
    assert score(sets, "two", "found") == ("3", "3")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"set": "two"}, "sets.csv, line 3: 'two' is no name of a set, or is taken"),
        ({"set": "own"}, "sets.csv, line 2: 'own' is no name of a set, or is taken"),
        ({"documents": ""}, "sets.csv, line 2: documents is empty"),
        ({"documents": "mini;none"}, "mini.csv: holds no annotation of none (set one)"),
        ({"seen": "a bit"}, "sets.csv, line 2: seen is 'a bit'; it must be rules, texts, unseen"),
        ({"edition": ""}, "sets.csv, line 2: edition is ''; it must be original, digest"),
        ({"codes_of": "x"}, "sets.csv, line 2: codes_of is 'x', which is no version"),
    ],
)
def test_a_mistake_in_the_sets_is_one_line(
    sets: Path, change: dict[str, str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line names file and row, and no number is written."""
    listed = rows(sets)
    write(sets, SET_COLUMNS, [{**listed[0], **change}, *listed[1:]])
    assert main(["evaluate", "--sets", str(sets)]) == 1
    assert message in capsys.readouterr().err
    assert not (sets.parent / "scores.csv").exists()


def test_a_text_that_does_not_fit_writes_nothing(sets: Path) -> None:
    """An annotation that points elsewhere stops the measuring before any table is written."""
    (sets.parent / "texts" / "mini.txt").write_text("法治" + TEXT, "utf-8")
    with pytest.raises(SourceError, match="same file"):
        validation.refresh(sets)
    assert not (sets.parent / "runs.csv").exists()


@pytest.mark.parametrize(
    "words",
    [
        ["--sets", "a.csv", "--gold", "b.csv"],
        ["--sets", "a.csv", "report.txt"],
        ["--sets", "a.csv", "--codes-of", "1"],
        ["report.txt", "--gold", "b.csv"],
        ["report.txt", "--gold", "b.csv", "--out", "c", "--originals", "d"],
        [],
    ],
)
def test_the_two_ways_of_the_command_do_not_mix(words: list[str]) -> None:
    """A set has its files in the table; without a table they are all given."""
    with pytest.raises(SystemExit) as stopped:
        main(["evaluate", *words])
    assert stopped.value.code == 2


# -- what is committed ---------------------------------------------------------------------


def _same_as_measured(names: set[str], folders: list[Path]) -> None:
    kept = validation.read_measured(FOLDER)
    measured = [one for one in validation.read_sets(FOLDER / "sets.csv") if one.name in names]
    assert measured
    for one in measured:
        files = validation.at_hand(one, folders)
        assert files, one.name
        found = validation.measure(one, *files)
        for table in ("scores", "indicators", "confusions"):
            own = [row for row in kept[table] if row["set"] == one.name]
            assert found[table] == own, f"{table}: run tools/validate.py"
        (new,), (old,) = found["runs"], [r for r in kept["runs"] if r["set"] == one.name]
        for column in ("figures", "gold_sha256", "texts_sha256"):
            assert new[column] == old[column], f"{column}: run tools/validate.py"


def test_kept_numbers_of_the_digests_are_those_measured() -> None:
    """The tables in the repository are what the command gives for the digests."""
    _same_as_measured({"rules_digest", "later_digest"}, [FOLDER])


def test_kept_numbers_of_the_originals_are_those_measured(shared: Path) -> None:
    """The tables in the repository are what the command gives where the originals are at hand."""
    _same_as_measured({"rules_original", "later_original"}, [FOLDER, shared])


def test_every_set_has_numbers_and_words() -> None:
    """No set of the repository is without numbers, and each says who and what in two languages."""
    kept = validation.read_measured(FOLDER)
    optional = ("codes_of", "gold", "texts")
    for one in validation.read_sets(FOLDER / "sets.csv"):
        for table in ("runs", "scores", "indicators"):
            assert any(row["set"] == one.name for row in kept[table]), one.name
        assert all(one.row[column] for column in SET_COLUMNS if column not in optional), one.name


def test_no_sentence_of_an_original_is_kept() -> None:
    """The kept disagreements hold figures and readings; no cell is as long as a clause."""
    listed = rows(FOLDER / "confusions.csv")
    assert tuple(listed[0]) == COLUMNS["confusions"]
    assert max(len(row["text"]) for row in listed) <= 20


def test_the_annotation_of_the_digests_is_what_the_tool_gives(shared: Path, raw: Path) -> None:
    """Carrying the annotations over again gives the table in the repository."""
    golds = [shared / "gold" / "quantities.csv", ROOT / "tests" / "gold" / "quantities.csv"]
    found = tool("digest_gold").derive(shared / "sources", raw, golds)
    assert found == rows(FOLDER / "digests.csv")


def test_a_digest_keeps_every_annotated_figure_of_its_text(shared: Path) -> None:
    """Only what is structural may be missing in a digest; values, roles and codes are the same."""

    def readings(paths: list[Path], structural: bool) -> Counter[tuple[str, ...]]:
        compared = ("doc", "value", "value_high", "unit", "approx", "role", "kind", "indicator")
        return Counter(
            tuple(row[column] for column in compared)
            for path in paths
            for row in rows(path)
            if (row["role"] == "structural") == structural
        )

    golds = [shared / "gold" / "quantities.csv", ROOT / "tests" / "gold" / "quantities.csv"]
    digests = [FOLDER / "digests.csv"]
    assert readings(digests, structural=False) == readings(golds, structural=False)
    assert readings(digests, structural=True) <= readings(golds, structural=True)


def test_codes_are_read_as_well_in_digests_as_in_originals() -> None:
    """Both editions print the same figures, so their codes have the same scores."""
    kept = {(r["set"], r["attribute"], r["doc_id"]): r for r in rows(FOLDER / "scores.csv")}
    for name in ("rules", "later"):
        one, other = (
            {**kept[f"{name}_{edition}", "indicator", "all"], "set": "", "agreement": ""}
            for edition in ("original", "digest")
        )
        assert one == other


@pytest.mark.parametrize("name", READMES)
def test_numbers_in_the_readme_are_those_kept(name: str) -> None:
    """What tools/validate.py would write into the README stands there already."""
    text = (ROOT / name).read_text("utf-8")
    listed = rows(FOLDER / "scores.csv")
    assert tool("validate").with_scores(text, listed) == text, "run tools/validate.py"
    assert text.count("<!-- rules_original -->") == text.count("<!-- later_original -->") == 1
    changed = [{**row, "f1": "0.1234"} for row in listed]
    assert tool("validate").with_scores(text, changed).count("| 0.12 |") >= 2


# -- carrying annotations over -------------------------------------------------------------


@pytest.mark.parametrize(
    ("original", "digest", "figures", "places"),
    [
        ("受理12件，办结3件。", "办了12件，3件办结。", ["12件", "3件"], ["12件", "3件"]),
        ("甲县检查了1次，乙县听证了1次", "乙县听证了1次", ["1次", "1次"], [None, "1次"]),
        ("共12件", "共112件", ["12件"], [None]),  # no part of a longer number
        ("2023", "2023.5", ["2023"], [None]),
        ("计划(20232024年)", "计划（2023—2024年）", ["20232024年"], ["2023—2024年"]),
        ("甲县3项。乙县办结5项", "乙县办结5项。甲县3项", ["3项", "5项"], [None, "5项"]),
    ],
)
def test_figures_are_found_where_their_surroundings_are(
    original: str, digest: str, figures: list[str], places: list[str | None]
) -> None:
    """An annotated figure gets the place in the digest that fits best, or none."""
    spans, here = [], 0
    for figure in figures:
        start = original.index(figure, here)
        here = start + len(figure)
        spans.append((start, here))
    found = tool("digest_gold").align(original, digest, spans)
    shown = [place and digest[place.start : place.end] for place in found]
    assert shown == places
    taken = [(place.start, place.end) for place in found if place]
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(taken))


# -- what a notebook shows -----------------------------------------------------------------


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory, raw: Path) -> Study:
    """The study of the reports in the repository."""
    folder = tmp_path_factory.mktemp("study")
    corpus.extract([raw], folder)
    return tables.read(folder)


@pytest.fixture(scope="module")
def found() -> Validation:
    """What the notebook opens in a clean clone."""
    return validation.read(FOLDER)


def test_a_clean_clone_measures_the_digests(found: Validation) -> None:
    """The digests are measured in the run, the originals shown as they were kept."""
    live = dict(zip(found.sets["set"], found.sets["live"], strict=True))
    assert live["rules_digest"] and live["later_digest"]
    assert not live["rules_original"] and not live["later_original"]


def test_another_text_in_its_place_falls_back_to_what_was_kept(sets: Path) -> None:
    """Where another edition lies in a set's folder, the kept numbers are shown, and said to be."""
    validation.refresh(sets)
    (sets.parent / "texts" / "mini.txt").write_text("法治" + TEXT, "utf-8")
    again = validation.read(sets.parent)
    assert list(again.sets["live"]) == [False, False]
    assert set(again.scores["set"]) == {"one"}


def test_recall_adds_up(found: Validation) -> None:
    """Recall by dimension is that of the codes summed; both add up to the score of all codes."""
    for by in ("dimension", "indicator"):
        table = validation.recall(found.indicators, by)
        for name, part in table.groupby("set"):
            whole = validation.overall(found.scores, str(name))["indicator"]
            assert part["gold"].sum() == whole["gold"]
            assert part["right"].sum() == whole["matched"]
        assert ((table["recall_low"] <= table["recall"]) | table["recall"].isna()).all()
    with pytest.raises(TableError, match="'code'"):
        validation.recall(found.indicators, "code")


def test_an_annotation_of_ones_own_is_a_further_set(study: Study, tmp_path: Path) -> None:
    """It is compared with the tables of the study and stands first in every table."""
    listed = [row for row in rows(FOLDER / "digests.csv") if row["doc"].startswith("003")]
    mine = write(
        tmp_path / "mine.csv", GOLD_COLUMNS, [{c: r[c] for c in GOLD_COLUMNS} for r in listed]
    )
    opened = open_validation(study, str(FOLDER), str(mine))
    assert opened.sets["set"][0] == "own" and opened.sets["live"][0]
    own = validation.overall(opened.scores, "own")
    assert own["found"]["gold"] == len(listed) and own["value"]["recall"] > 0.9
    text = display.validation_sets(opened, "en")._repr_html_()
    assert "Your own annotation" in text
    assert faults(figures.validation_scores(opened, language="en").figure) == []


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_an_annotation_without_codes_can_be_drawn(
    study: Study, tmp_path: Path, language: str
) -> None:
    """Where no figure was given a code there is no share of codes, and nothing fails."""
    listed = [row for row in rows(FOLDER / "digests.csv") if row["role"] == "structural"][:3]
    mine = write(
        tmp_path / "mine.csv", GOLD_COLUMNS, [{c: r[c] for c in GOLD_COLUMNS} for r in listed]
    )
    opened = validation.read(None, validation.own_set(study, mine))
    assert faults(figures.validation_scores(opened, language=language).figure) == []
    shown = display.validation_scores(opened, language)._repr_html_()
    assert shown.count("<tr>") == 1 + 7 and "–" in shown


def test_an_annotation_of_another_corpus_is_refused(study: Study, tmp_path: Path) -> None:
    """An annotated document that the study does not hold is named."""
    with pytest.raises(GovlawError, match="mini"):
        open_validation(study, str(FOLDER), str(gold(tmp_path / "mine.csv")))


def test_a_folder_without_sets_is_refused(study: Study, tmp_path: Path) -> None:
    """A folder that was named but holds no table of sets is a mistake."""
    with pytest.raises(GovlawError, match="holds no sets"):
        open_validation(study, str(tmp_path))


def test_the_notebook_runs_again_where_an_annotation_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """In a study the notebook depends on the tables of the sets and on a user's annotation."""
    monkeypatch.chdir(ROOT)
    own = str(FOLDER / "digests.csv")
    plan = _Plan(Options(values={"gold": own}), [], print, codebook.load())
    needs = {task["name"]: set(task["file_dep"]) for task in plan.notebooks()}
    sets = str(Path("data", "validation", "sets.csv"))
    assert {sets, own} <= needs["zh:08_validation"]
    assert not {sets, own} & needs["zh:01_corpus"]


def many(found: Validation) -> Validation:
    """Return seven sets with long names, of every kind."""
    import pandas as pd

    parts: dict[str, list[pd.DataFrame]] = {"sets": [], "scores": [], "indicators": []}
    names = list(found.sets["set"])
    for i in range(7):
        for table, kept in parts.items():
            frame = getattr(found, table)
            kept.append(frame[frame["set"] == names[i % 4]].assign(set=f"s{i}"))
        long = "县乡两级报告、从未有人看过的模拟文本" if i % 2 else "报告"
        parts["sets"][-1] = parts["sets"][-1].assign(
            seen=("rules", "texts", "unseen", "own")[i % 4], label_zh=long,
            label_en="Made-up reports of counties and towns that nobody had seen before",
        )  # fmt: skip
    frames = {table: pd.concat(kept, ignore_index=True) for table, kept in parts.items()}
    return Validation(**frames, confusions=found.confusions, coverage=found.coverage)


DRAWINGS: dict[str, Callable[..., figures.Drawing]] = {
    "scores": figures.validation_scores,
    "recall": figures.validation_recall,
    "indicators": lambda found, language: figures.validation_recall(
        found, language=language, by="indicator", least=2
    ),
}


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("language", labels.LANGUAGES)
@pytest.mark.parametrize("which", ["real", "many", "nothing"])
def test_figures_can_be_read(found: Validation, which: str, language: str, name: str) -> None:
    """No text is cut off or over another, with four sets, seven and none; n is stated."""
    shown = {"real": lambda: found, "many": lambda: many(found)}.get(
        which, lambda: validation.read(None)
    )()
    drawing = DRAWINGS[name](shown, language=language)
    assert faults(drawing.figure) == []
    assert drawing.figure.get_figwidth() == style.WIDTH
    assert drawing.title in drawing.alt and "{" not in drawing.alt and "nan" not in drawing.alt
    words = "".join(text for text, _ in drawn_texts(drawing.figure))
    assert "govlaw" in words and "n = " in words


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_tables_say_what_was_measured(found: Validation, study: Study, language: str) -> None:
    """Who annotated and what had been seen stand in the table; disagreements lead to sentences."""
    shown = display.validation_sets(found, language)._repr_html_()
    for one in validation.read_sets(FOLDER / "sets.csv"):
        assert html.escape(one.row[f"annotated_{language}"]) in shown
        assert html.escape(one.row[f"seen_{language}"]) in shown
    scores = display.validation_scores(found, language)._repr_html_()
    assert scores.count("<tr>") == 1 + 7 * len(found.sets)
    listed = display.confusions(found, study, language)._repr_html_()
    assert listed.count("<tr>") == 1 + len(found.confusions)
    assert "../evidence/004_qinhuangdao_2023_report.html#f" in listed
    assert "nan" not in display.validation_indicators(found, language)._repr_html_().split(">")
    covered = display.coverage(found, study, language)._repr_html_()
    assert covered.count("<tr>") == 1 + len(study.documents) + len(found.coverage)


@pytest.mark.parametrize("language", labels.LANGUAGES)
def test_without_sets_tables_are_empty(study: Study, language: str) -> None:
    """A project without annotated documents shows that there are none."""
    nothing = validation.read(None)
    for table in (
        display.validation_sets(nothing, language),
        display.validation_scores(nothing, language),
        display.validation_indicators(nothing, language),
        display.confusions(nothing, study, language),
    ):
        assert labels.label("text.no_rows", language) in table._repr_html_()


def test_the_codebook_of_the_annotators_is_used() -> None:
    """A set that knew version 1 is not held against codes that came later."""
    later = {c for c, entry in codebook.indicators().items() if entry.since not in ("", "1")}
    given = {row["indicator"] for row in rows(FOLDER / "indicators.csv") if row["found"] != "0"}
    known = {one.name: one.codes_of for one in validation.read_sets(FOLDER / "sets.csv")}
    listed = {
        row["indicator"]
        for row in rows(FOLDER / "indicators.csv")
        if known[row["set"]] == "1" and row["found"] != "0"
    }
    assert later and given and not listed & later


def test_intervals_by_indicator_are_wilsons() -> None:
    """The kept interval of a code is Wilson's for its counts."""
    row = next(r for r in rows(FOLDER / "indicators.csv") if int(r["gold"]) >= 3)
    expected = evaluation.wilson(int(row["right"]), int(row["gold"]))
    assert (float(row["recall_low"]), float(row["recall_high"])) == pytest.approx(
        expected, abs=5e-5
    )
