"""One run at a time in a folder: a lock of the operating system, which ends with its process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from govlaw.errors import TableError

_NAME = ".lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Make the folder where it is missing, and hold it against other runs while the block runs.

    A run that was killed holds nothing: the system takes its lock away. Folders that were made
    here and are empty at the end are taken away again.

    Raises
    ------
    TableError
        If another run is at work in the folder, or it cannot be written to.
    """
    import filelock

    made = [path for path in (folder, *folder.parents) if not path.exists()]
    lock = filelock.FileLock(folder / _NAME, blocking=False)
    with ExitStack() as stack:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except filelock.Timeout:
            raise TableError(
                f"{folder}: another run of govlaw is writing there; wait for it to end, or choose "
                "another folder"
            ) from None
        except OSError as error:
            _remove(made)
            raise TableError(f"{folder}: cannot be written: {error.strerror or error}") from error
        stack.callback(_remove, made)
        stack.callback(_leave, lock, folder)
        yield


def _leave(lock: object, folder: Path) -> None:
    """Give the lock back; its file goes while it is still held, so that no other run has it."""
    with suppress(OSError):  # Windows does not remove an open file; filelock does it there
        (folder / _NAME).unlink()
    lock.release()  # type: ignore[attr-defined]


def _remove(made: list[Path]) -> None:
    for folder in made:
        with suppress(OSError):  # something is in it, and it stays
            folder.rmdir()
