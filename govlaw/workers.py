"""Who reads the batches of a corpus: this process, processes beside it, or a Dask cluster.

The parts are the same wherever they are made. Processes are held to a time for each report, and
one that dies takes no other report with it: pools of the standard library and of loky stop
altogether then, and neither can end a single reader that hangs.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import connection
from pathlib import Path
from typing import Any

from govlaw import parts
from govlaw.errors import GovlawError, TableError
from govlaw.extraction import extract
from govlaw.model import Document
from govlaw.parts import Batch, Recipe, Told

#: Seconds that one report may take.
LIMIT = 120.0
_DEATHS = 2  # a report that ends its reader so often is left out
_STARTS = 3  # readers that end before they read anything
_AHEAD = 2  # batches for each process of a cluster
_LITTLE = 4_000_000  # bytes of text that one process reads before another one is ready to help
_PLAIN = (".md", ".txt")
_WARM = "一、主要工作\n全年办理案件30件，其中29件办结，办结率96.7%。\n"

Say = Callable[[Told], None]


@dataclass(frozen=True, slots=True)
class Crew:
    """Who reads: ``jobs`` processes, a Dask cluster at ``dask``, or this process for neither.

    ``limit`` is the seconds that one report may take, where processes read.
    """

    jobs: int | None = None
    dask: str = ""
    limit: float = LIMIT


def run(
    crew: Crew, batches: Iterable[Batch], recipe: Recipe, folder: Path, say: Say
) -> Iterator[tuple[int, str]]:
    """Read batches into parts in ``folder``; yield the number of each and the name of its part.

    ``say`` is called after each report, some of them more than once where a reader died.

    Raises
    ------
    TableError
        If a part cannot be written.
    GovlawError
        If processes or the cluster cannot be used.
    """
    if crew.dask:
        yield from _dask(crew.dask, batches, recipe, folder, say)
    elif crew.jobs:
        yield from _processes(crew, batches, recipe, folder, say)
    else:
        for batch in batches:
            try:
                yield batch.number, parts.keep(batch, recipe, folder, {}, ended=say)
            except OSError as error:
                raise _unwritten(folder, error) from error


def choose(files: Iterable[Path], cores: int) -> int | None:
    """Return how many processes are worth it: none for a few plain reports, else one a core.

    A process takes a second or two before it reads anything. Files that other libraries open are
    read in processes however few they are: such a library can end the process that runs it.
    """
    total, plain = 0, True
    for file in files:
        plain = plain and file.suffix.lower() in _PLAIN
        total += parts.size(file)
        if total > _LITTLE:
            return cores
    return None if plain else 1


def _unwritten(folder: Path, error: OSError) -> TableError:
    return TableError(f"{folder}: cannot be written: {error.strerror or error}")


# -- processes -------------------------------------------------------------------------------


@dataclass
class _Hand:
    """A process that reads one batch after the other."""

    process: Any
    pipe: connection.Connection
    batch: Batch | None = None
    place: int | None = None
    since: float = field(default_factory=time.monotonic)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def _serve(pipe: connection.Connection, recipe: Recipe, folder: Path) -> None:
    """Read what the parent sends until it sends no more or is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
    parent = multiprocessing.parent_process()
    extract(Document("", _WARM, ""), recipe.book)  # loads all tables before time is taken

    def started(place: int) -> None:
        if parent is not None and not parent.is_alive():
            os._exit(1)
        pipe.send(("started", place))

    def ended(told: Told) -> None:
        pipe.send(("ended", told))

    try:
        while True:
            batch, skip = pipe.recv()
            try:
                name = parts.keep(batch, recipe, folder, skip, started, ended)
                pipe.send(("done", name))
            except GovlawError as error:
                pipe.send(("failed", error))
            except BrokenPipeError:
                raise
            except OSError as error:
                pipe.send(("failed", _unwritten(folder, error)))
    except (EOFError, BrokenPipeError, ConnectionResetError):  # the parent is gone
        os._exit(1)


def _hire(recipe: Recipe, folder: Path) -> _Hand:
    context = multiprocessing.get_context("spawn")  # the same on every system; no shared state
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, recipe, folder), daemon=True)
    process.start()
    theirs.close()
    return _Hand(process, ours)


def _processes(
    crew: Crew, batches: Iterable[Batch], recipe: Recipe, folder: Path, say: Say
) -> Iterator[tuple[int, str]]:
    waiting, again = iter(batches), deque[Batch]()
    skip: dict[int, dict[int, str]] = {}
    deaths: Counter[int | None] = Counter()
    hands: list[_Hand] = []

    def following() -> Batch | None:
        return again.popleft() if again else next(waiting, None)

    def give(hand: _Hand, batch: Batch) -> None:
        hand.batch, hand.place = batch, None
        with suppress(BrokenPipeError, ConnectionResetError):  # it died; its answer will say so
            hand.pipe.send((batch, skip.get(batch.number, {})))

    def lose(hand: _Hand, reason: str, times: int) -> None:
        """Take the batch of a dead reader back, without the report that it died on."""
        hands.remove(hand)
        hand.end()
        if hand.batch is None:
            return
        deaths[hand.place] += 1
        if hand.place is None:
            if deaths[None] >= _STARTS:
                raise GovlawError(
                    f"processes that read reports end at once ({reason}); run again with --jobs 1"
                )
        elif deaths[hand.place] >= times:
            skip.setdefault(hand.batch.number, {})[hand.place] = f"{reason}; it is left out"
        again.append(hand.batch)

    try:
        while True:
            while len(hands) < max(crew.jobs or 1, 1) and (batch := following()) is not None:
                hands.append(_hire(recipe, folder))
                give(hands[-1], batch)
            if not hands:
                return
            for ready in connection.wait([hand.pipe for hand in hands], timeout=1.0):
                hand = next(hand for hand in hands if hand.pipe is ready)
                try:
                    word, value = hand.pipe.recv()
                except (EOFError, OSError):
                    hand.process.join(5)
                    code = hand.process.exitcode
                    lose(hand, f"reading it ended the program (exit code {code})", _DEATHS)
                    continue
                if word == "started":
                    hand.place, hand.since = value, time.monotonic()
                elif word == "ended":
                    hand.place = None
                    say(value)
                elif word == "failed":
                    raise value
                else:
                    assert hand.batch is not None
                    yield hand.batch.number, value
                    deaths[None] = 0
                    if (batch := following()) is not None:
                        give(hand, batch)
                    else:
                        hands.remove(hand)
                        hand.end()
            for hand in list(hands):
                if hand.place is not None and time.monotonic() - hand.since > crew.limit:
                    lose(hand, f"reading it took longer than {crew.limit:g} seconds", 1)
    finally:
        for hand in hands:
            hand.end()


# -- a cluster -------------------------------------------------------------------------------


def _far(batch: Batch, recipe: Recipe, skip: dict[int, str]) -> tuple[str, bytes]:
    """Read a batch on a machine of the cluster."""
    if not recipe.digest.startswith(parts.package()):
        raise GovlawError(
            "the cluster runs another version of govlaw, Python or the libraries that read files; "
            "install the same ones on every machine"
        )
    return parts.key(batch, recipe), parts.make(batch, recipe, skip)


def _dask(
    address: str, batches: Iterable[Batch], recipe: Recipe, folder: Path, say: Say
) -> Iterator[tuple[int, str]]:
    try:
        import distributed
    except ImportError:
        raise GovlawError(
            "--dask needs the package distributed; install it, or govlaw with the extra cluster"
        ) from None
    try:
        client = distributed.Client(address, timeout=10, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        raise GovlawError(
            f"{address}: no Dask scheduler answers there; start one, or use --jobs"
        ) from error
    with client:
        yield from _on(client, address, batches, recipe, folder, say)


def _on(
    client: Any, address: str, batches: Iterable[Batch], recipe: Recipe, folder: Path, say: Say
) -> Iterator[tuple[int, str]]:
    import distributed

    cores = sum(client.nthreads().values())
    if not cores:
        raise GovlawError(f"{address}: the Dask cluster has no workers; start some")
    shared = client.scatter(recipe, broadcast=True, hash=False)
    waiting = iter(batches)
    running: dict[Any, tuple[Batch, str]] = {}
    with client.as_current():
        done = distributed.as_completed()

    def submit(batch: Batch, name: str, with_what: Any, skip: dict[int, str]) -> Any:
        future = client.submit(_far, batch, with_what, skip, pure=False)
        running[future] = (batch, name)
        return future

    def alone(batch: Batch) -> dict[int, str]:
        """Read the reports of a batch that failed one by one; return those that end a worker."""
        skip = {}
        for place, file in zip(batch.places, batch.files, strict=True):
            one = Batch(batch.number, (place,), (file,))
            error = client.submit(_far, one, recipe, {}, pure=False).exception()
            if isinstance(error, distributed.KilledWorker):
                skip[place] = "reading it ended the workers of the cluster; it is left out"
        return skip

    while True:
        while len(running) < _AHEAD * cores and (batch := next(waiting, None)) is not None:
            name = parts.key(batch, recipe)
            known = parts.told(folder / f"{name}.zip", batch)
            if known is None:
                done.add(submit(batch, name, shared, {}))
                continue
            for one in known:
                say(one)
            yield batch.number, name
        if not running:
            return
        future = next(done)
        batch, name = running.pop(future)
        failure = future.exception()
        if isinstance(failure, GovlawError):
            raise failure
        if failure is not None:
            future = client.submit(_far, batch, recipe, alone(batch), pure=False)
            if (failure := future.exception()) is not None:
                raise GovlawError(
                    f"{address}: the cluster could not read reports ({type(failure).__name__})"
                ) from failure
        read, content = future.result()
        future.release()
        if read != name:
            raise GovlawError(
                f"{batch.files[0]}: the machines of the cluster see other files than this one; "
                "name reports by a path that leads to the same files everywhere"
            )
        path = folder / f"{name}.zip"
        try:
            parts.put(path, content)
        except OSError as error:
            raise _unwritten(folder, error) from error
        for one in parts.told(path, batch) or []:
            say(one)
        yield batch.number, name
