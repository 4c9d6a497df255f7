"""A run: the pages of a list, host by host, one request at a time for each of them."""

from __future__ import annotations

import asyncio
import hashlib
import random
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from govlaw.fetch import addresses, listing, network, robots, store
from govlaw.fetch.addresses import Address
from govlaw.fetch.faults import PageError
from govlaw.fetch.network import Answer, Network
from govlaw.fetch.store import Row, Store

#: Hosts that are asked at the same time.
HOSTS = 6
#: Redirects that are followed for one page, and for one robots.txt (RFC 9309, 2.3.1.2).
REDIRECTS = 5
#: Seconds: a repetition never waits longer, and a server that asks for more is left alone.
LONGEST_WAIT = 120.0

_HEADER = re.compile(r"[\x20-\x7e]+")
_REDIRECTED = (301, 302, 303, 307, 308)
#: The server is busy or out of order: RFC 9110, 15.5.9 and 15.6; RFC 6585 (429); RFC 8470 (425).
_PASSING = (408, 425, 429, 500, 502, 503, 504)

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Options:
    """What to fetch, and how.

    Attributes
    ----------
    listed : the list, CSV with the column ``url``
    out : the folder for the pages
    where, mirrors : what of the list, see :func:`govlaw.fetch.listing.select`
    delay : seconds between the end of a request and the next one to the same host
    timeout : seconds that one request may take in all
    retries : how often a request is repeated that failed in passing
    backoff : seconds before the first repetition at most; doubled for each further one
    most : bytes that a page may have
    limit : how many pages are asked for in this run at most
    refresh : whether pages that are there are asked for again, if they have changed
    allow_private : whether hosts of private networks and of this machine are asked
    resolver, sleep : finds network addresses; waits
    """

    listed: Path
    out: Path
    where: tuple[str, ...] = ()
    mirrors: bool = False
    delay: float = 2.0
    timeout: float = 60.0
    retries: int = 3
    backoff: float = 4.0
    most: int = 20_000_000
    limit: int | None = None
    refresh: bool = False
    allow_private: bool = False
    resolver: network.Resolver = network.resolve
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep


@dataclass(slots=True)
class Outcome:
    """What became of the pages: addresses by what happened, and how many are left for later."""

    fetched: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    left: int = 0


def planned(options: Options) -> list[str]:
    """Return the addresses that a run would ask for; nothing is asked and nothing written.

    Raises
    ------
    FetchError
        If the list, a condition or the folder's table is wrong.
    """
    kept = Store(options.out)
    kept.rows = store.read(options.out)
    return _todo(options, _listed(options), kept, Outcome())


def run(options: Options, progress: Progress = lambda line: None) -> Outcome:
    """Fetch the pages of a list into a folder; pages that are there are not fetched again.

    Raises
    ------
    FetchError
        If the list, a condition or the folder's table is wrong, or the folder is in use or cannot
        be written to.
    TableError
        If writing fails on the way. What was fetched before is kept.
    """
    outcome = Outcome()
    listed = _listed(options)
    with Store(options.out) as kept:
        todo = _todo(options, listed, kept, outcome)
        asyncio.run(_Run(options, kept, outcome, progress).all(todo))
    return outcome


def _listed(options: Options) -> list[str]:
    """Return the addresses of the list that are wanted, one for each page."""
    pages: dict[str, str] = {}
    for url in listing.select(listing.read(options.listed), options.where, options.mirrors):
        try:
            pages.setdefault(addresses.parse(url).text, url)
        except PageError:
            pages.setdefault(url, url)  # listed as failed when its turn comes
    return list(pages.values())


def _todo(options: Options, urls: list[str], kept: Store, outcome: Outcome) -> list[str]:
    """Return what is to be asked for; note in ``outcome`` what is there and what is left.

    Pages that failed before come last, so that a limit never stops at them.
    """
    if not options.refresh:
        outcome.unchanged = [url for url in urls if kept.kept(url)]
        there = set(outcome.unchanged)
        urls = sorted((url for url in urls if url not in there), key=kept.rows.__contains__)
    most = len(urls) if options.limit is None else options.limit
    outcome.left = len(urls[most:])
    return urls[:most]


@dataclass(slots=True)
class _Turn:
    """When a host may be asked next: by one at a time, or not at all any more."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    closed: str = ""


class _Run:
    def __init__(self, options: Options, kept: Store, outcome: Outcome, progress: Progress) -> None:
        self._options = options
        self._kept = kept
        self._outcome = outcome
        self._progress = progress
        self._network = Network(options.timeout, options.allow_private, options.resolver)
        self._turns: dict[str, _Turn] = {}
        self._rules: dict[str, asyncio.Task[robots.Rules]] = {}
        self._done = self._total = 0

    async def all(self, urls: list[str]) -> None:
        """Fetch every address: hosts side by side, the pages of a host in their order."""
        self._total = len(urls)
        hosts: dict[str, list[tuple[str, Address]]] = {}
        for url in urls:
            try:
                address = addresses.parse(url)
            except PageError as error:
                self._failed(url, error)
            else:
                hosts.setdefault(address.host, []).append((url, address))
        free = asyncio.Semaphore(HOSTS)

        async def pages_of(pages: list[tuple[str, Address]]) -> None:
            async with free:
                for url, address in pages:
                    await self._page(url, address)

        try:
            async with asyncio.TaskGroup() as group:
                for pages in hosts.values():
                    group.create_task(pages_of(pages))
        except ExceptionGroup as errors:  # the folder cannot be written to: all stops
            raise next(_leaves(errors)) from None
        finally:
            await self._network.aclose()

    async def _page(self, url: str, address: Address) -> None:
        before = self._kept.kept(url)
        try:
            answer, last = await self._answer(address, before)
            row = self._row(url, address, answer, last) if answer.status != 304 else None
        except PageError as error:
            self._failed(url, error, before)
        except Exception as error:  # one page must never stop the others, whatever it holds
            self._failed(url, PageError(f"{type(error).__name__}: {error}"), before)
        else:
            if row is None and before is not None:
                self._kept.note(before | {"error": ""})
                self._say(self._outcome.unchanged, url, "unchanged")
            elif row is not None:
                self._kept.keep(row, answer.body)
                self._say(self._outcome.fetched, url, f"{len(answer.body)} bytes")

    def _row(self, url: str, address: Address, answer: Answer, last: Address) -> Row:
        if not answer.body:
            raise PageError("the page is empty", status=answer.status)
        kind = answer.header("content-type")
        return {
            "file": store.stem(address) + store.suffix(kind, answer.body),
            "address": url,
            "final_address": last.text,
            "retrieved": _now(),
            "status": str(answer.status),
            "content_type": kind,
            "bytes": str(len(answer.body)),
            "sha256": hashlib.sha256(answer.body).hexdigest(),
            "etag": answer.header("etag"),
            "last_modified": answer.header("last-modified"),
        }

    def _failed(self, url: str, error: PageError, before: Row | None = None) -> None:
        status = str(error.status or "")
        row = before or {"address": url, "retrieved": _now(), "status": status}
        reason = " ".join(str(error).split())
        self._kept.note(row | {"error": reason})
        self._say(self._outcome.failed, url, f"failed: {reason}")

    def _say(self, those: list[str], url: str, what: str) -> None:
        those.append(url)
        self._done += 1
        self._progress(f"{self._done}/{self._total} {url}: {what}")

    async def _answer(self, address: Address, before: Row | None) -> tuple[Answer, Address]:
        """Return the answer to a page, and the address that gave it."""
        seen = {address.text}
        while True:
            rules = await self._rules_of(address)
            if reason := rules.why_not(address):
                raise PageError(reason)
            conditions = _conditions(address, before)
            answer = await self._ask(address, self._options.most, rules.delay, conditions)
            if answer.status not in _REDIRECTED:
                if answer.status not in (200, 203) and not (conditions and answer.status == 304):
                    raise PageError(f"answers {answer.status}", status=answer.status)
                return answer, address
            address = _next(address, answer)
            if address.text in seen:
                raise PageError(f"redirects in a circle: {address.text}", status=answer.status)
            seen.add(address.text)
            if len(seen) > REDIRECTS + 1:
                raise PageError(f"more than {REDIRECTS} redirects", status=answer.status)

    async def _rules_of(self, address: Address) -> robots.Rules:
        """Return the rules of a site, asked for once in a run."""
        if address.origin not in self._rules:
            self._rules[address.origin] = asyncio.create_task(self._robots(address))
        return await self._rules[address.origin]

    async def _robots(self, page: Address) -> robots.Rules:
        try:
            address = robots.place(page)
            for _ in range(REDIRECTS + 1):
                answer = await self._ask(address, max(self._options.most, robots.LARGEST))
                if answer.status not in _REDIRECTED:
                    break
                address = _next(address, answer)
        except PageError as error:
            return robots.unreachable(str(error))
        return robots.read(answer)

    async def _ask(
        self, address: Address, most: int, delay: float = 0, headers: Row | None = None
    ) -> Answer:
        """Ask for an address when it is its host's turn; again, where it failed in passing.

        After a failure the host has a rest, which holds for all its pages: twice as long each
        time, with chance in it, so that programs that failed together do not come back together.
        """
        options, turn = self._options, self._turns.setdefault(address.host, _Turn())
        repeated = 0
        while True:
            async with turn.lock:
                if turn.closed:
                    raise PageError(turn.closed)
                if (wait := turn.free_at - time.monotonic()) > 0:
                    await options.sleep(wait)
                rest = max(options.delay, delay)
                try:
                    return await self._once(address, most, headers)
                except PageError as fault:
                    rest = max(rest, fault.wait)
                    if fault.wait > LONGEST_WAIT:
                        turn.closed = f"{fault}, and asks to be left alone: {fault.wait:.0f} s"
                        raise PageError(turn.closed, status=fault.status) from fault
                    if not fault.passing or repeated == options.retries:
                        raise
                    backoff = min(options.backoff * 2**repeated, LONGEST_WAIT)
                    rest = max(rest, backoff * random.uniform(0.5, 1))
                finally:
                    turn.free_at = time.monotonic() + rest
            repeated += 1

    async def _once(self, address: Address, most: int, headers: Row | None) -> Answer:
        answer = await self._network.get(address, most, headers)
        if answer.status in _PASSING:
            raise PageError(
                f"answers {answer.status}",
                passing=True,
                status=answer.status,
                wait=_retry_after(answer),
            )
        return answer


def _leaves(group: BaseExceptionGroup[BaseException]) -> Iterator[BaseException]:
    for error in group.exceptions:
        if isinstance(error, BaseExceptionGroup):
            yield from _leaves(error)
        else:
            yield error


def _next(address: Address, answer: Answer) -> Address:
    location = answer.headers.get("location", b"")
    if not location:
        raise PageError("redirects to nowhere", status=answer.status)
    return addresses.join(address, location)


def _conditions(address: Address, before: Row | None) -> Row:
    """Return the headers that ask for a page only if it has changed (RFC 9110, 13.1)."""
    if before is None or before["final_address"] != address.text:
        return {}
    named = {"If-None-Match": before["etag"], "If-Modified-Since": before["last_modified"]}
    return {name: text for name, text in named.items() if text and _HEADER.fullmatch(text)}


def _retry_after(answer: Answer) -> float:
    """Return the seconds that a server asks to wait (RFC 9110, 10.2.3); 0 if it names none."""
    text = answer.header("retry-after")
    if text.isdecimal():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
        return max((until - datetime.now(UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError, OverflowError):  # no date, or one without a time zone
        return 0.0


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
