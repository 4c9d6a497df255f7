"""No input ends a reader but with a line for its user: cases that once did, and mutations.

``tools/fuzz.py`` tries the same targets with millions of inputs that coverage guides; here are
some for each, in the time of a test.
"""

from __future__ import annotations

import csv
import io
import time
from functools import cache
from pathlib import Path

import fuzzing
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from govlaw import extraction, overrides, panel, plain_yaml, tables
from govlaw.cli import main
from govlaw.evaluation import write_tables
from govlaw.fetch import store
from govlaw.model import Document, Metadata

CASES = sorted(path for path in fuzzing.FOUND.glob("*/*"))
#: Seconds of the processor for one input; the largest case has 140,000 characters.
LONGEST = 20


def named(path: Path) -> str:
    """Return the name of a case: its target and its file."""
    return f"{path.parent.name}/{path.name}"


@cache
def seeds(name: str) -> list[bytes]:
    """Return what the mutations of a target start from."""
    return list(fuzzing.TARGETS[name].seeds())


@st.composite
def mutated(draw: st.DrawFn, name: str) -> bytes:
    """A seed with some pieces taken out, doubled, or put in."""
    data = draw(st.sampled_from(seeds(name)))
    for _ in range(draw(st.integers(0, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.integers(0, 30)))
        word = st.sampled_from(fuzzing.words()).map(str.encode)
        number = st.from_regex(r"[0-9]{1,60}([.,][0-9]{1,30})?[%件]?", fullmatch=True)
        piece = draw(
            st.one_of(
                st.just(b""),
                st.just(data[start:end] * 3),
                word,
                number.map(str.encode),
                st.binary(max_size=4),
                st.sampled_from([b"\r", b"\n", b"\x00", b'"', b"<", b"&#", b"[", b"---", b"\xff"]),
            )
        )
        data = data[:start] + piece + data[end:]
    return data


@pytest.mark.parametrize("path", CASES, ids=named)
def test_what_was_found_stays_mended(path: Path) -> None:
    """A case that once crashed or hung is read or refused, and soon."""
    start = time.process_time()
    fuzzing.call(path.parent.name, path.read_bytes())
    assert time.process_time() - start < LONGEST


@pytest.mark.parametrize("name", fuzzing.TARGETS)
def test_every_target_reads_a_seed(name: str) -> None:
    """Mutations start from files that are read to the end, not from refused ones."""
    fuzzing.TARGETS[name].run(seeds(name)[0])


@pytest.mark.parametrize("name", fuzzing.TARGETS)
def test_mutations_are_read_or_refused(name: str) -> None:
    """Only errors that are meant for users come out of a reader."""

    @settings(
        max_examples=10 if name == "pdf" else 60,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(data=mutated(name))
    def read(data: bytes) -> None:
        fuzzing.call(name, data)

    read()


# -- what was found, in the words of its user ------------------------------------------------


def _read(text: str) -> extraction.Extraction:
    report = Metadata(kind="annual_report", period_start="2024", period_end="2024")
    return extraction.extract(Document("x", text, "", report))


def _audited(text: str) -> list[tuple[str, str, str]]:
    return [(found.rule, found.verdict, found.printed) for found in _read(text).findings]


def test_a_rate_in_chinese_numerals_is_audited() -> None:
    """百分之九十五 is a rate of two digits, as 95% is; 九成五 says nothing of its digits."""
    case = "受理案件200件，办结190件，办结率{}。"
    for words, digits in (("百分之九十五", "95%"), ("百分之九十五点零", "95.0%")):
        assert _audited(case.format(words)) == _audited(case.format(digits)) != []
    assert _audited(case.format("九成五")) == []
    assert [left.reason for left in _read(case.format("九成五")).untested] == ["approximate"]


def test_a_rate_with_a_comma_is_audited() -> None:
    """1,900.0% is a growth as 1900.0% is."""
    case = "受理案件2,000件，比上年100件增长{}%。"
    assert _audited(case.format("1,900.0")) == _audited(case.format("1900.0")) != []


@pytest.mark.parametrize("digits", ["9" * 21, "9" * 5000, "1" + ",000" * 9, "0." + "3" * 30])
def test_digits_without_end_have_no_value(digits: str) -> None:
    """What no government counts is a name, and the figures beside it are read."""
    found = {o.quantity.text: o.quantity for o in _read(f"编号{digits}，办结12件。").observations}
    assert found[digits].value is None and found[digits].role == "structural"
    assert found["12件"].value == 12


def test_the_longest_figures_keep_their_value() -> None:
    """Twenty digits are still a figure."""
    digits = "12345678901234567890"
    found = {o.quantity.text: o.quantity.value for o in _read(f"共{digits}元。").observations}
    assert found[f"{digits}元"] == int(digits)


def test_figures_typed_in_without_end_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """`govlaw check` says so in a line."""
    assert main(["check", "9" * 5000 + "/" + "9" * 5001, "50%"]) == 1
    assert "so many digits" in capsys.readouterr().err


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.text(st.sampled_from('甲a,"\r\n'), max_size=5), min_size=2, max_size=2),
    st.integers(1, 3),
)
def test_cells_survive_the_tables(cells: list[str], count: int) -> None:
    """Rows that end with LF hold any cell, a lone CR too."""
    listed = [dict(zip(("a", "b"), cells, strict=True))] * count
    made = tables.lines(("a", "b"), listed, header=True)
    assert list(csv.DictReader(io.StringIO(made.decode(), newline=""))) == listed
    frame = panel.as_csv(pd.DataFrame(listed))
    assert list(csv.DictReader(io.StringIO(frame.decode(), newline=""))) == listed


def test_a_lone_cr_survives_every_table(tmp_path: Path) -> None:
    """Evaluations and the table of fetched pages are written by the same writer."""
    row = {"attribute": "甲\r乙", "n": "1"}
    write_tables(tmp_path, {"t": ("attribute", "n")}, {"t": [row]})
    text = (tmp_path / "t.csv").read_bytes().decode()
    assert list(csv.DictReader(io.StringIO(text, newline=""))) == [row]
    page = dict.fromkeys(store.COLUMNS, "") | {"address": "http://a.cn/", "error": "甲\r乙"}
    (tmp_path / store.TABLE).write_bytes(store._csv([page]))
    assert store.read(tmp_path) == {page["address"]: page}


def test_a_cell_as_long_as_a_report_is_read_back(tmp_path: Path) -> None:
    """A table that was written is read, however long the measure of a task is."""
    read = extraction.extract(
        Document(
            "x", f"一、{'推进法治建设，' * 30_000}。（责任单位：甲局）", "", Metadata(kind="plan")
        )
    )
    listed = tables.rows(read)
    assert max(len(row["measure"]) for row in listed["tasks"]) > 131_072
    tables.write(tmp_path, listed, [])
    read_back = tables.read(tmp_path).tasks["measure"]
    assert list(read_back) == [row["measure"] for row in listed["tasks"]]


def test_line_ends_within_cells_are_read_back(tmp_path: Path) -> None:
    """The words of a figure or heading are those of the text, whatever its lines end with."""
    read = _read("一、甲\r乙\r\n受理\r\n案件5件。\r")
    listed = tables.rows(read)
    tables.write(tmp_path, listed, [{"file": "a\rb", "reason": "c\r\nd"}])
    made = tables.read(tmp_path)
    for name in ("sections", "observations"):
        frame = getattr(made, name)
        for column in ("heading", "subject", "text"):
            if column in frame:
                assert list(frame[column]) == [row[column] for row in listed[name]]
    assert tables.refused(tmp_path) == ["c\r\nd"]


@pytest.mark.parametrize("text", ["a: &b 1\nc: *b", "[" * 50 + "]" * 50, "a: " + "b" * 100_000])
def test_yaml_of_users_stays_small(text: str) -> None:
    """References, depth and length that no settings need are refused."""
    with pytest.raises(plain_yaml.yaml.YAMLError):
        plain_yaml.load(text)


def test_a_correction_of_the_seed_is_applied() -> None:
    """The target of corrections gets as far as applying one."""
    listed = overrides.read(fuzzing._file("overrides.csv", fuzzing._corrections()[0]))
    cells, reports = fuzzing._cells()
    made, outcomes = overrides.apply(
        cells, listed, reports, [listed[0].indicator], lambda _: "甲" * 20
    )
    assert list(made["value"]) == ["13.5"] and list(outcomes["outcome"]) == ["applied"]
