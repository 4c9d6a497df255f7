"""Make the two studies on record and write the digest of every table and figure.

    python tools/hashes.py            # rewrites tests/gold/study_sha256.csv
    python tools/hashes.py --check    # compares with it, and names what differs

``tests/reproducing.py`` says which studies these are. Each is made from nothing in a temporary
folder, with the environment and settings of whoever calls: so that another locale, time zone, hash
seed or set of fonts can be tried around ``--check``. ``--jobs`` goes to ``govlaw study``;
``--study`` takes one of the two.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "tests"))

import locked  # noqa: E402
import reproducing  # noqa: E402
from studying import Project  # noqa: E402

STUDIES = ("tests", "raw")


def make(study: str, folder: Path, jobs: str) -> Project:
    """Make a study from nothing; stop where it fails."""
    folder.mkdir()
    project = Project(folder)
    if study == "raw":
        shutil.rmtree(project.folder / "data" / "raw")
        shutil.copytree(ROOT / "data" / "raw", project.folder / "data" / "raw")
        shutil.copytree(ROOT / "data" / "validation", project.folder / "data" / "validation")
    project.begin("--jobs", jobs)
    said = project.first.stderr if project.first else ""
    failed = [line for line in said.splitlines() if line.startswith("failed")]
    expected = 0 if study == "raw" else 1  # one file of the tests' study is no report
    if len(failed) != expected or not (project.tables and project.figures):
        sys.exit(f"the study of {study} failed:\n{said}")
    return project


def main() -> int:
    """Write the record, or compare with it; return 1 where something differs."""
    parser = argparse.ArgumentParser(description="The digests of every table and figure.")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--study", choices=STUDIES, action="append")
    parser.add_argument("--jobs", default="1")
    options = parser.parse_args()
    others = locked.elsewhere()
    if others:
        print(f"not the versions of the lock: {', '.join(others)}", file=sys.stderr)
    chosen = options.study or STUDIES
    listed = [r for study in STUDIES if study not in chosen for r in reproducing.recorded(study)]
    differ = []
    with tempfile.TemporaryDirectory(prefix="govlaw-") as folder:
        for study in chosen:
            project = make(study, Path(folder) / study, options.jobs)
            made = reproducing.rows(study, project.tables, project.figures)
            changed = reproducing.differing(made, reproducing.recorded(study))
            print(
                f"{study}: {len(project.tables)} tables, {len(project.figures)} files of figures "
                f"and tables for a paper; {len(changed)} not as on record"
            )
            print("".join(f"  {file}\n" for file in changed), end="")
            differ += changed
            listed += made
    if options.check:
        return 1 if differ else 0
    reproducing.write(listed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
