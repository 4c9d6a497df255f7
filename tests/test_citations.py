"""References to reports: the standard's own form, BibTeX that TeX can read, and nothing made up."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from govlaw import citations, corpus, tables
from govlaw.cli import main
from govlaw.errors import TableError

PAGE = "https://www.example.gov.cn/a/2025-03/28/c_1.html"


def document(**cells: str) -> pd.DataFrame:
    """Return a table of one document, an annual report unless a cell says otherwise."""
    row = dict.fromkeys(tables.COLUMNS["documents"], "")
    row |= {"doc_id": "a", "kind": "annual_report", "edition": "original", "sha256": "f" * 64}
    return pd.DataFrame([row | cells])


def one(fetched: list[dict[str, str]] | None = None, **cells: str) -> citations.Reference:
    """Return the reference to one document."""
    (made,) = citations.references(document(**cells), fetched or [])
    return made


# the forms are those of GB/T 7714-2015, 4.6.2, examples 1 and 2, with the parts of this table
CASES = [
    (
        {"issuer": "某市人民政府", "title": "某市2024年度报告", "published": "2025-03-28",
         "source": PAGE},
        f"某市人民政府. 某市2024年度报告[R/OL]. (2025-03-28). {PAGE}.",
    ),
    (
        {"issuer": "某市人民政府", "title": "报告", "document_number": "某政〔2025〕3号",
         "written": "2025-01-17"},
        "某市人民政府. 报告: 某政〔2025〕3号[R]. [出版地不详]: [出版者不详], [2025].",
    ),
    (
        {"issuer": "某市人民政府", "title": "报告", "published": "2025-03-28"},
        "某市人民政府. 报告[R]. [出版地不详]: [出版者不详], 2025.",
    ),
    ({"title": "报告", "source": PAGE}, f"报告[R/OL]. {PAGE}."),
    ({"title": "报告"}, "报告[R]. [出版地不详]: [出版者不详]."),
    ({"source": PAGE}, f"[a][R/OL]. {PAGE}."),
    ({"issuer": "甲;乙", "title": "报告", "source": PAGE}, f"甲, 乙. 报告[R/OL]. {PAGE}."),
    (
        {"issuer": "甲;乙;丙;丁", "title": "报告", "source": PAGE},
        f"甲, 乙, 丙, 等. 报告[R/OL]. {PAGE}.",
    ),
    ({"kind": "plan", "issuer": "甲", "title": "方案", "source": PAGE}, f"甲. 方案[A/OL]. {PAGE}."),
    ({"kind": "news", "title": "综述", "source": PAGE}, f"综述[EB/OL]. {PAGE}."),
    ({"kind": "news", "title": "综述"}, "综述[Z]. [出版地不详]: [出版者不详]."),
    ({"kind": "", "title": "页面", "source": f"转载自{PAGE}，略"}, f"页面[EB/OL]. {PAGE}."),
    (
        {"title": "报告", "edition": "simulated"},
        "报告: 模拟报告，不是真实文件[R]. [出版地不详]: [出版者不详].",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "expected"), CASES)
def test_a_reference_has_the_form_of_the_standard(cells: dict[str, str], expected: str) -> None:
    """Each part stands in its place, and what is not known is left out as the standard says."""
    assert citations.gbt7714(one(**cells)) == expected


def test_the_date_of_retrieval_comes_from_the_list_of_pages() -> None:
    """A page is found by the hash of its bytes; without a list there is no such date."""
    page = {"address": PAGE, "final_address": "", "retrieved": "2026-11-22T21:00:00Z"}
    page["sha256"] = "f" * 64
    made = one([page | {"sha256": "0" * 64, "address": "http://other.cn/"}, page], title="报告")
    assert citations.gbt7714(made) == f"报告[R/OL]. [2026-11-22]. {PAGE}."
    dated = one([page], title="报告", published="2025-03-28")
    assert citations.gbt7714(dated) == f"报告[R/OL]. (2025-03-28)[2026-11-22]. {PAGE}."
    assert "urldate      = {2026-11-22}" in citations.bibtex(dated)
    elsewhere = one([page], title="报告", source="http://mirror.cn/1")
    assert elsewhere.retrieved == "" and elsewhere.address == "http://mirror.cn/1"
    assert (
        one([{"sha256": "", "address": PAGE, "retrieved": "2026-11-22"}], sha256="").address == ""
    )


def balanced(text: str) -> bool:
    """Tell whether the braces that TeX counts are balanced and never close too early."""
    depth = 0
    for brace in re.findall(r"(?<!\\)(?:\\\\)*([{}])", text):
        depth += 1 if brace == "{" else -1
        if depth < 0:
            return False
    return depth == 0


def test_an_entry_of_bibtex_keeps_each_name_whole() -> None:
    """Institutions stand in braces of their own, and signs of TeX are written as themselves."""
    made = citations.bibtex(
        one(
            issuer="中共某区委;某区人民政府",
            title="100% & $1 #2 a_b {c} \\d ~^",
            written="2021-02-25",
            document_number="某_1",
            source="https://a.cn/b c?x={1}&y=50%25#中",
        )
    )
    assert made.startswith("@techreport{a,\n")
    assert "author       = {{中共某区委} and {某区人民政府}}" in made
    assert (
        r"{{100\% \& \$1 \#2 a\_b \{c\} \textbackslash{}d \textasciitilde{}\textasciicircum{}}}"
        in made
    )
    assert "url          = {https://a.cn/b}" in made  # an address ends at a blank
    assert "year         = {2021}" in made and "date" not in made.replace("成文日期", "")
    assert "langid       = {chinese}" in made and balanced(made)


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_an_entry(title: str, issuer: str, name: str) -> None:
    """Whatever a page says, the braces of its entry are balanced and the key is plain."""
    made = citations.bibtex(one(title=title, issuer=issuer, doc_id=name or "a"))
    assert balanced(made)
    assert re.match(r"@techreport\{[a-z0-9_.-]+,\n", made)


@given(st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=30))
def test_keys_are_unique_and_come_from_the_name_alone(names: list[str]) -> None:
    """Documents of different names have different keys, whatever else the corpus holds."""
    keys = [citations.key(name) for name in names]
    assert len({key.lower() for key in keys}) == len(names)
    assert citations.key("003_zhumadian_2024_report") == "003_zhumadian_2024_report"
    assert citations.key("驻马店 2024") == citations.key("驻马店 2024")


@pytest.fixture(scope="module")
def processed(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Tables of two digests."""
    out = tmp_path_factory.mktemp("cite")
    names = ("001_macun_2020_report.md", "003_zhumadian_2024_report.md")
    corpus.extract([raw / name for name in names], out)
    return out


def test_the_command_numbers_references(
    processed: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All reports or those named, in the order asked for, and govlaw and the data if asked."""
    monkeypatch.chdir(processed)
    assert main(["cite", "--processed", str(processed)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line[:4] for line in lines] == ["[1] ", "[2] "] and "中共马村区委" in lines[0]
    wanted = ["003_zhumadian_2024_report", "001_macun_2020_report"]
    assert main(["cite", *wanted, "--processed", str(processed), "--data"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "驻政文〔2025〕3号[R]" in lines[0] and lines[2].startswith("[3] govlaw contributors")
    assert "SHA-256" in lines[3]
    assert main(["cite", "--processed", str(processed), "--style", "bibtex"]) == 0
    text = capsys.readouterr().out
    assert re.findall(r"^@\w+\{(.+),$", text, re.M) == sorted(wanted)


def test_unknown_reports_and_lists_are_named(
    processed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A report or list that is not there is one line."""
    assert main(["cite", "nobody", "--processed", str(processed)]) == 1
    assert "there is no report nobody" in capsys.readouterr().err
    missing = str(tmp_path / "none.csv")
    assert main(["cite", "--processed", str(processed), "--fetched", missing]) == 1
    assert "none.csv: cannot be read" in capsys.readouterr().err
    with pytest.raises(TableError, match="apa"):
        citations.listed([], "apa")


def test_files_hold_both_styles(processed: Path) -> None:
    """The package gets a numbered list and BibTeX, the same bytes each time."""
    documents = tables.read(processed).documents
    made = citations.files(documents)
    assert set(made) == {"references.txt", "references.bib"}
    assert made == citations.files(documents)
    assert made["references.bib"].decode().count("@techreport{") == 2
    assert balanced(made["references.bib"].decode())
