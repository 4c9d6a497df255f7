"""Folders that the tests share. Tests that need the source documents are skipped without them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings
from studying import Project

ROOT = Path(__file__).resolve().parent.parent

# on a busy machine an example may take long; how the time grows is measured in test_growth.py
settings.register_profile("govlaw", deadline=None)
settings.load_profile("govlaw")


@pytest.fixture(scope="session")
def raw() -> Path:
    """The folder of the digests."""
    return ROOT / "data" / "raw"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of source documents and annotations beside the repository."""
    folder = ROOT.parent / "shared"
    if not (folder / "sources").is_dir():
        pytest.skip("the source documents are not at hand")
    return folder


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose study has run once, in both languages."""
    made = Project(tmp_path_factory.mktemp("study"))
    made.begin()
    return made
