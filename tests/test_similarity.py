"""Shared passages and common wording: against a slow comparison character by character."""

from __future__ import annotations

import random
import time
from difflib import SequenceMatcher

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govlaw import similarity
from govlaw.definitions import rows
from govlaw.errors import TableError

A = "甲市认真学习，扎实推进《中华人民共和国行政处罚法》贯彻落实，各项工作取得新进展。"
B = "乙县开门办事。扎实推进《中华人民共和国行政复议法》贯彻落实、各项工作取得新进展！其他略。"


def matched(text: str, start: int, end: int) -> str:
    """Return the counted characters of a passage: Chinese, letters, digits, no names of laws."""
    inside = False
    kept = []
    for character in text[start:end]:
        if character in "《》":
            inside = character == "《"
        elif not inside and character.isalnum():
            kept.append(character)
    return "".join(kept)


def test_a_passage_runs_over_punctuation_and_names_of_laws() -> None:
    """The two laws differ and are passed over; the span takes them in, in both texts."""
    (row,) = similarity.passages({"a": A, "b": B}, 13).to_dict("records")
    assert A[row["start_a"] : row["end_a"]] == A[A.index("扎实") : -1]
    assert B[row["start_b"] : row["end_b"]] == B[B.index("扎实") : B.index("！")]
    assert row["characters"] == len("扎实推进贯彻落实各项工作取得新进展") == 17


def test_names_of_laws_count_on_request() -> None:
    """With titles the names break the passage where they differ."""
    found = similarity.passages({"a": A, "b": B}, 8, titles=True)
    shown = [A[r.start_a : r.end_a] for r in found.itertuples()]
    assert shown == ["法》贯彻落实，各项工作取得新进展", "扎实推进《中华人民共和国行政"]


def test_set_phrases_are_passed_over() -> None:
    """What every report is expected to say is no copied passage, unless the phrase is put back."""
    texts = {"a": "我们坚持依法行政不动摇。", "b": "他们坚持依法行政不动摇！"}
    assert len(similarity.passages(texts, 6, phrases=())) == 1
    assert similarity.passages(texts, 6, phrases=("坚持依法行政",)).empty
    assert len(similarity.set_phrases()) == len(rows("set_phrases"))


words = st.text(alphabet="甲乙丙。", max_size=40)


@given(st.lists(words, min_size=2, max_size=4), st.integers(4, 6))
@settings(max_examples=200, deadline=None)
def test_passages_are_equal_long_and_complete(texts: list[str], length: int) -> None:
    """Every passage is equal in both texts and cannot be lengthened; none is missing."""
    named = {str(i): text for i, text in enumerate(texts)}
    plain = {name: text.replace("。", "") for name, text in named.items()}
    found = similarity.passages(named, length, phrases=())
    seen: dict[tuple[str, str], set[str]] = {}
    for row in found.itertuples():
        one = matched(named[row.doc_a], row.start_a, row.end_a)
        assert one == matched(named[row.doc_b], row.start_b, row.end_b)
        assert len(one) == row.characters >= length
        seen.setdefault((row.doc_a, row.doc_b), set()).add(one)
    for a in named:
        for b in named:
            if a >= b:
                continue
            for i in range(len(plain[a]) - length + 1):
                run = plain[a][i : i + length]
                held = any(run in passage for passage in seen.get((a, b), ()))
                assert (run in plain[b]) == held
            longest = SequenceMatcher(None, plain[a], plain[b], autojunk=False)
            size = longest.find_longest_match().size
            best = max(map(len, seen.get((a, b), ())), default=0)
            assert best == (size if size >= length else 0)


def test_shares_count_each_character_once() -> None:
    """A passage that occurs twice in the other report covers its own characters once."""
    texts = {"a": "一二三四五六七八九十", "b": "一二三四五。一二三四五"}
    found = similarity.passages(texts, 5, phrases=())
    (row,) = similarity.shared(texts, found, phrases=()).to_dict("records")
    assert (row["passages"], row["longest"]) == (2, 5)
    assert (row["share_a"], row["share_b"]) == (0.5, 1.0)


def test_what_everybody_writes_starts_no_passage() -> None:
    """A run in more reports than the limit is left to the measure of common wording."""
    texts = {str(i): f"{'甲乙丙丁戊己庚辛壬癸子丑寅卯'[i]}全市上下共同努力" for i in range(14)}
    assert similarity.passages(texts, 8, common=0.5, phrases=()).empty
    assert len(similarity.passages(texts, 8, common=1.0, phrases=())) == 14 * 13 // 2


def test_boilerplate_counts_places_not_reports() -> None:
    """Two reports of one place are one witness; what two places use is common to both."""
    texts = {
        "a1": "甲乙丙丁一二三四", "a2": "甲乙丙丁一二三四", "b": "一二三四戊己庚辛",
        "c": "子丑寅卯辰巳午未",
    }  # fmt: skip
    owners = {"a1": "A", "a2": "A", "b": "B", "c": "C"}
    found = similarity.boilerplate(texts, owners, 4, 0.5).set_index("doc_id")["share"]
    assert found.to_dict() == {"a1": 0.5, "a2": 0.5, "b": 0.5, "c": 0.0}
    alone = similarity.boilerplate({"a1": "甲乙丙丁", "a2": "甲乙丙丁"}, owners, 4)
    assert alone["share"].isna().all()


def test_boilerplate_by_counting() -> None:
    """Against a count of every run by hand, on random texts."""
    chance = random.Random(7)
    texts = {str(i): "".join(chance.choices("甲乙", k=30)) for i in range(6)}
    owners = {name: str(int(name) % 4) for name in texts}
    found = similarity.boilerplate(texts, owners, 5, 0.75).set_index("doc_id")["boilerplate"]
    for name, text in texts.items():
        covered = set()
        for i in range(len(text) - 4):
            holders = {owners[n] for n, t in texts.items() if text[i : i + 5] in t}
            covered |= set(range(i, i + 5)) if len(holders) >= 3 else set()
        assert found[name] == len(covered)


def report(doc_id: str, adcode: str, year: str, province: str = "某省") -> dict[str, str]:
    """Return what tells how two reports are related."""
    return {"doc_id": doc_id, "adcode": adcode, "period_end": year, "province": province,
            "issuer": "", "level": "county"}  # fmt: skip


def test_compared() -> None:
    """The later report is the one that carries over; relations go by place, year and province."""
    documents = pd.DataFrame(
        [report("a", "1", "2023"), report("b", "1", "2024"), report("c", "2", "2024"),
         report("d", "3", "2024", "他省")]
    )  # fmt: skip
    shared = pd.DataFrame(
        [("a", "b", 3, 40, 0.6, 0.5), ("b", "c", 1, 15, 0.1, 0.2), ("a", "d", 1, 14, 0.3, 0.1)],
        columns=["doc_a", "doc_b", "passages", "longest", "share_a", "share_b"],
    )
    found = similarity.compared(documents, shared)
    assert found[["later", "earlier", "relation", "share"]].values.tolist() == [
        ["b", "a", "next_year", 0.5], ["c", "b", "same_province", 0.2], ["d", "a", "other", 0.1],
    ]  # fmt: skip
    assert similarity.owners(documents)["b"] == "1"


def test_departments_are_owners_of_their_own() -> None:
    """Two departments of one city, and the city itself, are three owners."""
    bureau = {"level": "department", "issuer": "某局"}
    documents = pd.DataFrame(
        [report("a", "1", "2023"), report("b", "1", "2024") | bureau,
         report("c", "1", "2024") | bureau | {"issuer": "另一局"}]
    )  # fmt: skip
    assert list(similarity.owners(documents).values()) == ["1", "某局", "另一局"]


def test_nothing_to_compare() -> None:
    """No texts, empty texts and texts without anything in common give empty tables."""
    for texts in ({}, {"a": "", "b": ""}, {"a": "一二三四五六", "b": "甲乙丙丁戊己"}):
        found = similarity.passages(texts, 4)
        assert found.empty
        assert similarity.shared(texts, found).empty
        owners = {name: name for name in texts}
        assert len(similarity.boilerplate(texts, owners)) == len(texts)


@pytest.mark.parametrize(("length", "common"), [(3, 0.2), (13, 1.5)])
def test_parameters_that_make_no_sense(length: int, common: float) -> None:
    """Passages of three characters and shares above 1 are refused."""
    with pytest.raises(TableError, match="4 or more characters"):
        similarity.passages({"a": ""}, length, common)
    with pytest.raises(TableError, match="4 or more characters"):
        similarity.boilerplate({"a": ""}, {"a": ""}, length, 0.0)


def test_time_grows_with_length_not_with_pairs() -> None:
    """A hundred reports of 5,000 characters are compared within seconds."""
    chance = random.Random(3)
    alphabet = [chr(0x4E00 + i) for i in range(2000)]
    texts = {str(i): "".join(chance.choices(alphabet, k=5000)) for i in range(100)}
    started = time.process_time()
    assert similarity.passages(texts).empty
    assert time.process_time() - started < 20
