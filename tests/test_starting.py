"""A new study: what is made, when nothing is, that it runs, and its file of parameters."""

from __future__ import annotations

import json
import subprocess
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from studying import REPORTS, govlaw
from test_notebooks import code, faults, source, tags

from govlaw import codebook, corpus, starting, study
from govlaw.cli import main
from govlaw.errors import CheckError, GovlawError, NotebookError
from govlaw.execute import convert, parameters

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "govlaw" / "template"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_new_study_has_all_that_it_needs(language: str, tmp_path: Path) -> None:
    """Folders, copies of every notebook, templates that read as empty, and pages to read first."""
    made = starting.make(tmp_path / "new", language)
    package = {path.name: path.read_bytes() for path in (ROOT / "notebooks").glob("*.ipynb")}
    copies = {path.name: path.read_bytes() for path in (made / "notebooks").iterdir()}
    assert copies.pop("09_own.ipynb") == (TEMPLATE / "09_own.ipynb").read_bytes()
    assert copies == package
    assert (made / "data" / "processed").is_dir() and (made / ".gitignore").is_file()
    assert codebook.load(made / "codebook.csv").indicators == codebook.package().indicators
    reports = corpus.find([made / "data" / "raw"])
    assert len(reports) == starting.EXAMPLES and {f.parent.name for f in reports} == {"example"}
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    for page in (made / "README.md", made / "data" / "raw" / "README.md"):
        assert (sum("\u4e00" <= c <= "\u9fff" for c in page.read_text("utf-8")) > 150) == (
            language == "zh"
        )


def test_overrides_have_the_columns_that_are_read(tmp_path: Path) -> None:
    """The template of corrections has the columns of the module that reads it."""
    overrides = pytest.importorskip("govlaw.overrides")
    heads = (TEMPLATE / "overrides.csv").read_text("utf-8").splitlines()
    assert heads == [",".join(overrides.COLUMNS)]


def test_without_examples_there_is_no_report(tmp_path: Path) -> None:
    """--no-example leaves data/raw to the user."""
    assert main(["init", str(tmp_path / "new"), "--no-example", "--language", "en"]) == 0
    assert [path.name for path in (tmp_path / "new" / "data" / "raw").iterdir()] == ["README.md"]


def test_every_parameter_stands_with_its_default(tmp_path: Path) -> None:
    """With its marks taken away, the file gives each parameter its default, and passes the check
    of -p; as it is made it sets nothing."""
    made = starting.make(tmp_path / "new", example=False)
    file = made / "parameters.yml"
    assert study.read_parameters(file) == {}
    lines = file.read_text("utf-8").splitlines()
    file.write_text("\n".join(x[1:] for x in lines if x[:1] == "#" != x[:2].strip()), "utf-8")
    given = study.read_parameters(file)
    known: dict[str, str] = {}
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        known |= parameters(notebook)
    assert set(given) == set(known) - {"processed", "figures", "language", "doc_id"}
    assert convert("counted", given["counted"], known["counted"]) == ["value", "approximate"]
    for name, text in given.items():
        convert(name, text, known[name])


def test_nothing_is_written_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that holds something, a file, and the folder one is in are refused as they are."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", "utf-8")
    (tmp_path / "file").write_text("mine", "utf-8")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    for name, words in (("full", "is not empty"), ("file", "is a file"), ("here", "you are in it")):
        with pytest.raises(CheckError, match=words):
            starting.make(tmp_path / name)
    with pytest.raises(CheckError, match="you are in it"):
        starting.make(Path())
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["file", "full", "here", "mine.txt"]
    monkeypatch.chdir(tmp_path)
    assert starting.make(Path("here"), example=False).joinpath("README.md").is_file()  # empty: free


def test_what_fails_halfway_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full in the middle of it leaves no folder, and the message is a line."""

    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(starting.simulation, "write", fail)
    with pytest.raises(GovlawError, match="new: cannot be made: No space left on device"):
        starting.make(tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_a_new_study_runs_at_once(tmp_path: Path) -> None:
    """`govlaw study` in the new folder makes tables, the user's own figure and the site; a value
    of parameters.yml is used; real reports beside the made-up ones are refused in one line."""
    home = tmp_path / "home"
    home.mkdir()
    assert govlaw("init", "new", "--language", "en", cwd=tmp_path, home=home).returncode == 0
    new = tmp_path / "new"
    for notebook in (new / "notebooks").glob("*.ipynb"):
        if notebook.name != "09_own.ipynb":
            notebook.unlink()
    (new / "parameters.yml").write_text("own_count: rec_concluded\n", "utf-8")
    done = govlaw("study", "--language", "en", cwd=new, home=home)
    assert done.returncode == 0, done.stderr
    assert (new / "site" / "index.html").is_file()
    assert (new / "figures" / "own_counts.en.svg").is_file()
    executed = json.loads((new / ".govlaw" / "notebooks" / "en" / "09_own.ipynb").read_text())
    assert "rec_concluded" in "".join(source(cell) for cell in code(executed))
    report = f"{REPORTS[0]}.md"
    (new / "data" / "raw" / report).write_bytes((ROOT / "data" / "raw" / report).read_bytes())
    again = govlaw("study", "--language", "en", cwd=new, home=home)
    assert again.returncode == 1
    (line,) = [line for line in again.stderr.splitlines() if line.startswith("govlaw:")]
    assert "is simulated and" in line


def test_the_users_notebook_is_made_as_the_others() -> None:
    """No outputs, no logic, parameters that are literals, and prose in both languages."""
    notebook = json.loads((TEMPLATE / "09_own.ipynb").read_text("utf-8"))
    first, *rest = code(notebook)
    assert "parameters" in tags(first) and faults(source(first), parameters=True) == []
    assert not [fault for cell in rest for fault in faults(source(cell), parameters=False)]
    assert all(cell["outputs"] == [] for cell in code(notebook))
    prose = [tags(cell) for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    assert prose == [["zh"], ["en"]] * (len(prose) // 2)


# -- the file of parameters ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("", {}),
        ("# nothing\n", {}),
        ("limit: 45\n", {"limit": "45"}),
        ("adcode: 010203\n", {"adcode": "010203"}),
        ("titles: true  # why\n", {"titles": "true"}),
        ("sizes: [100, 200]\n", {"sizes": "[100, 200]"}),
        ("codes: [010203, rec_accepted]\n", {"codes": "['010203', 'rec_accepted']"}),
        ("weights: {med_cases: 2, rec_accepted: 0.5}\n",
         {"weights": "{'med_cases': 2, 'rec_accepted': 0.5}"}),
        ("\ufeffregion: 某某市\n", {"region": "某某市"}),
    ],
)  # fmt: skip
def test_parameters_are_taken_as_written(text: str, given: dict[str, str], tmp_path: Path) -> None:
    """Values come out as they would stand after -p; codes keep their zeros."""
    (tmp_path / "p.yml").write_text(text, "utf-8")
    assert study.read_parameters(tmp_path / "p.yml") == given


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"limit: [1\n", "p.yml, line 2: is not readable as YAML"),
        (b"- limit\n", "holds no parameters"),
        (b"limit\n", "holds no parameters"),
        ("省份: x\n".encode("gbk"), "not UTF-8"),
    ],
)
def test_a_wrong_file_of_parameters_is_one_line(content: bytes, words: str, tmp_path: Path) -> None:
    """What cannot be read is named with its file and line."""
    (tmp_path / "p.yml").write_bytes(content)
    with pytest.raises(NotebookError, match=words) as error:
        study.read_parameters(tmp_path / "p.yml")
    assert "\n" not in str(error.value)


def test_a_file_of_parameters_is_checked_like_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unknown name is refused with those that exist; a missing file by its name; without a file
    there are none."""
    monkeypatch.chdir(tmp_path)
    assert study.read_parameters() == {}
    (tmp_path / "parameters.yml").write_text("limmit: 3\n", "utf-8")
    raw, notebooks = ROOT / "data" / "raw", ROOT / "notebooks"
    words = ["study", "--raw", str(raw), "--notebooks", str(notebooks)]
    assert main(words) == 1
    assert "no notebook has a parameter limmit; known are" in capsys.readouterr().err
    assert main([*words, "--parameters", "none.yml"]) == 1
    assert "none.yml: cannot be read" in capsys.readouterr().err


# -- the wheel -----------------------------------------------------------------------------


def test_the_wheel_is_told_to_hold_the_notebooks() -> None:
    """Where the package looks first is where the project file puts them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {"notebooks": "govlaw/notebooks"}
    assert [path.parent for path in starting.package_notebooks()[:1]] == [ROOT / "notebooks"]


def test_a_wheel_holds_notebooks_and_template(tmp_path: Path) -> None:
    """A wheel that is built has all that `govlaw init` copies; skipped without the builder."""
    pytest.importorskip("hatchling")
    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as packed:
        names = set(packed.namelist())
    tracked = subprocess.run(
        ["git", "ls-files", "notebooks", "govlaw/template"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    wanted = {name if name.startswith("govlaw") else f"govlaw/{name}" for name in tracked}
    assert wanted and wanted <= names


def test_templates_are_readable() -> None:
    """Both languages have the same pages, and every template is UTF-8 with one kind of line end."""
    names = [sorted(path.name for path in (TEMPLATE / lang).iterdir()) for lang in ("zh", "en")]
    assert names[0] == names[1]
    for path in TEMPLATE.rglob("*.*"):
        assert b"\r" not in path.read_bytes() and path.read_text("utf-8").endswith("\n")
    for lang in ("zh", "en"):
        assert yaml.safe_load((TEMPLATE / lang / "parameters.txt").read_text("utf-8")) is None
