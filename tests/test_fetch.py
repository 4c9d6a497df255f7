"""Fetching from a server that fails in every way: what is kept, what is listed, what is asked."""

from __future__ import annotations

import asyncio
import csv
import gzip
import hashlib
import multiprocessing
import os
import random
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpcore
import pytest
from filelock import FileLock
from web import Site, Visit, answer, here, listed, refused_port

from govlaw.cli import main
from govlaw.corpus import find
from govlaw.errors import FetchError, TableError
from govlaw.fetch import addresses, network, robots, run, store
from govlaw.fetch.faults import PageError
from govlaw.fetch.network import Network
from govlaw.fetch.run import Options, Outcome

PAGE = "<html><body><p>某市2024年度法治政府建设情况报告</p></body></html>".encode()
TIMES = int(os.environ.get("GOVLAW_KILLS", "15"))

Row = dict[str, str]


def options(site: Site, folder: Path, *paths: str, **others: Any) -> Options:
    """Return options for pages of a site, with delays of nothing."""
    urls = [path if path.startswith("http") else site.url(path) for path in paths]
    made = Options(
        listed(folder, urls), folder / "pages", delay=0, backoff=0.001, timeout=5, retries=2,
        allow_private=True, resolver=here,
    )  # fmt: skip
    return replace(made, **others)


def rows(folder: Path) -> dict[str, Row]:
    """Return the rows of the table of a folder, by the last part of the address."""
    text = (folder / "pages" / "fetched.csv").read_text("utf-8")
    return {row["address"].rpartition("/")[2]: row for row in csv.DictReader(text.splitlines())}


def failure(site: Site, folder: Path, path: str, **others: Any) -> str:
    """Fetch one page that must fail; return why, and hold that nothing was kept of it."""
    lines: list[str] = []
    outcome = run.run(options(site, folder, path, **others), lines.append)
    assert (len(outcome.fetched), len(outcome.failed)) == (0, 1)
    (row,) = rows(folder).values()
    assert row["file"] == row["sha256"] == "" and row["error"] in lines[0]
    assert {p.name for p in (folder / "pages").iterdir()} - {".fetch.lock"} == {"fetched.csv"}
    return row["error"]


# -- what is kept --------------------------------------------------------------------------------


def test_a_page_is_kept_as_its_bytes_with_its_origin(tmp_path: Path) -> None:
    """The file holds what the server sent, and the row where, when, and the hash of it."""
    body = "<html><meta charset=gb2312>报告".encode("gbk")
    sent = answer(200, body, content_type="text/html; charset=gbk", etag='"a1"')
    with Site({"/art/t1.html": sent}) as site:
        outcome = run.run(options(site, tmp_path, "/art/t1.html"))
        address = site.url("/art/t1.html")
    assert outcome == Outcome([address])
    (row,) = rows(tmp_path).values()
    assert (tmp_path / "pages" / row["file"]).read_bytes() == body
    assert row["file"].startswith("127_0_0_1_t1_") and row["file"].endswith(".html")
    assert row["address"] == row["final_address"] == address
    assert row["sha256"] == hashlib.sha256(body).hexdigest() and row["bytes"] == str(len(body))
    assert (row["status"], row["etag"], row["error"]) == ("200", '"a1"', "")
    assert row["content_type"] == "text/html; charset=gbk"
    retrieved = datetime.strptime(row["retrieved"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs((datetime.now(UTC) - retrieved).total_seconds()) < 60
    head = next(head for head in site.heads if "accept" in head)
    assert head["user-agent"] == network.AGENT and "cookie" not in head


def test_redirects_are_followed_and_named(tmp_path: Path) -> None:
    """The row holds the address of the list and the one that answered, on another host too."""
    with Site({"/new": answer(200, PAGE)}) as site:
        site.pages["/old"] = answer(302, location=site.url("/new", "b.example"))
        run.run(options(site, tmp_path, "/old"))
        (row,) = rows(tmp_path).values()
        assert row["final_address"] == site.url("/new", "b.example")
        assert (f"b.example:{site.port}", "/robots.txt") in site.visits


def test_packed_pages_are_unpacked(tmp_path: Path) -> None:
    """What is kept is the page, not its gzip form, also where it has two members."""
    packed = gzip.compress(PAGE) + gzip.compress(PAGE)
    with Site({"/a": answer(200, packed, content_encoding="gzip")}) as site:
        run.run(options(site, tmp_path, "/a"))
    (row,) = rows(tmp_path).values()
    assert (tmp_path / "pages" / row["file"]).read_bytes() == PAGE * 2


def test_pages_without_a_length_and_in_chunks_are_kept(tmp_path: Path) -> None:
    """An end by closing, chunks, and an interim answer are all in order."""
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(PAGE), PAGE)
    pages = {
        "/closed": answer(200, PAGE, content_length=""),
        "/chunks": answer(200, b"", content_length="", transfer_encoding="chunked") + chunks,
        "/interim": b"HTTP/1.1 103 x\r\nlink: <a>\r\n\r\n" + answer(200, PAGE),
    }
    with Site({**pages}) as site:
        outcome = run.run(options(site, tmp_path, *pages))
    assert len(outcome.fetched) == 3
    assert {row["bytes"] for row in rows(tmp_path).values()} == {str(len(PAGE))}


def test_pages_are_found_as_reports_and_the_table_is_not(tmp_path: Path) -> None:
    """A study that reads the folder sees the pages only."""
    with Site({"/a": answer(200, PAGE, content_type="text/plain")}) as site:
        run.run(options(site, tmp_path, "/a"))
    assert [path.suffix for path in find([tmp_path / "pages"])] == [".txt"]


# -- what is not ---------------------------------------------------------------------------------


def cut(visit: Visit) -> None:
    """Announce more than is sent."""
    visit.send(answer(200, PAGE, content_length=str(len(PAGE) + 100)))


def cut_chunk(visit: Visit) -> None:
    """End within a chunk."""
    head = answer(200, content_length="", transfer_encoding="chunked")
    visit.send(head + b"ff\r\n" + PAGE)


def late(visit: Visit) -> None:
    """Send more than was announced, a little later."""
    visit.send(answer(200, PAGE))
    time.sleep(0.05)
    visit.send(b"and more")


def slow_head(visit: Visit) -> None:
    """Send the head byte by byte."""
    visit.drip(answer(200, PAGE), 0.03)


def slow_body(visit: Visit) -> None:
    """Send the head at once and the body byte by byte."""
    visit.send(answer(200, PAGE)[: -len(PAGE)])
    visit.drip(PAGE, 0.03)


def endless(visit: Visit) -> None:
    """Send chunks without an end, and without a length."""
    visit.send(answer(200, content_length="", transfer_encoding="chunked"))
    for _ in range(200):
        visit.send(b"2710\r\n" + b"a" * 10_000 + b"\r\n")


BOMB = gzip.compress(b"\0" * 50_000_000)


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (cut, "the connection failed"),
        (cut_chunk, "the connection failed"),
        (answer(200, PAGE, content_length=str(len(PAGE) - 9)), "longer than the"),
        (late, "longer than the"),
        (answer(200, PAGE, content_length="x"), "the connection failed"),
        (answer(200, b""), "the page is empty"),
        (answer(204, content_length=""), "answers 204"),
        (answer(404, PAGE), "answers 404"),
        (answer(304, content_length=""), "answers 304"),
        (answer(500, PAGE), "answers 500"),
        (answer(200, b"\x89PNG", content_type="image/png"), "type 'image/png' is not kept"),
        (answer(200, PAGE, content_type="application/pdf"), "and is not"),
        (answer(200, b"a" * 200_000), "larger than 100000 bytes"),
        (endless, "larger than 100000 bytes"),
        (answer(200, BOMB, content_encoding="gzip"), "unpacks to more than 100000 bytes"),
        (answer(200, gzip.compress(PAGE)[:-9], content_encoding="gzip"), "is cut off"),
        (answer(200, PAGE, content_encoding="gzip"), "cannot be unpacked"),
        (answer(200, PAGE, content_encoding="br"), "packed as 'br'"),
        (answer(302, content_length="0"), "redirects to nowhere"),
        (answer(302, location="file:///etc/passwd"), "only http and https"),
        (answer(302, location="http://u:p@127.0.0.1/"), "user name or password"),
        (answer(302, location="http://127.0.0.1:22/"), "port 22"),
        (answer(302, location="http://["), "not a host"),
        (answer(302, location="/page"), "redirects in a circle"),
        (b"SSH-2.0-x\r\n", "the connection failed"),
        (b"", "the connection failed"),
        (b"HTTP/1.1 200 OK\r\n" + b"x: " + b"a" * 200_000, "the connection failed"),
    ],
)
def test_faults_are_listed_and_nothing_is_kept(reply: Any, reason: str, tmp_path: Path) -> None:
    """Cut off, too long, too large, packed to burst, of another kind, redirected away."""
    with Site({"/page": reply}) as site:
        assert reason in failure(site, tmp_path, "/page", most=100_000, retries=0)


@pytest.mark.parametrize("reply", [slow_head, slow_body])
def test_slow_answers_end_in_time(reply: Any, tmp_path: Path) -> None:
    """A server that sends a byte now and then is left when the time for a request is over."""
    with Site({"/page": reply}) as site:
        started = time.monotonic()
        assert failure(site, tmp_path, "/page", timeout=0.15, retries=0) == (
            "no whole answer in time"
        )
        assert time.monotonic() - started < 2


def test_redirects_are_bounded(tmp_path: Path) -> None:
    """A chain of redirects to ever new addresses ends, and so does one of robots.txt."""

    def on(visit: Visit) -> None:
        visit.send(answer(302, location=visit.path + "1"))

    with Site({"/" + "1" * n: on for n in range(1, 20)} | {"/robots.txt": on}) as site:
        site.pages |= {"/robots.txt" + "1" * n: on for n in range(1, 20)}
        assert "more than 5 redirects" in failure(site, tmp_path, "/1", retries=0)
        assert len(site.visits) == 12


def test_a_dead_host_and_an_unknown_one_are_listed(tmp_path: Path) -> None:
    """Nobody listens, or the name leads nowhere: both are lines in the table."""
    dead = f"http://127.0.0.1:{refused_port()}/a"
    with Site({}) as site:
        assert "the connection failed" in failure(site, tmp_path, dead, retries=0)

    async def nowhere(host: str, port: int) -> list[str]:
        return []

    with Site({}) as site:
        reason = failure(site, tmp_path, "http://x.example/a", retries=0, resolver=nowhere)
    assert "has no address" in reason


def test_a_server_without_tls_is_not_asked_again(tmp_path: Path) -> None:
    """What the two sides do not agree on is no failure in passing."""
    waits = Waits()
    with Site({}) as site:
        url = site.url("/a").replace("http", "https")
        assert "no secure connection" in failure(site, tmp_path, url, sleep=waits)
    assert waits.seconds == []


def test_a_page_that_fails_in_passing_is_asked_again(tmp_path: Path) -> None:
    """Two errors of the server, then the page; an error that lasts is asked for once only."""
    busy = [answer(500), answer(503), answer(200, PAGE)]
    with Site({"/busy": list(busy), "/gone": answer(410)}) as site:
        outcome = run.run(options(site, tmp_path, "/busy", "/gone"))
        assert site.paths() == ["/busy", "/busy", "/busy", "/gone"]
    assert (len(outcome.fetched), len(outcome.failed)) == (1, 1)


def test_one_bad_page_does_not_stop_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even an error that nobody thought of is a line in the table."""
    suffix = store.suffix

    def fails(kind: str, body: bytes) -> str:
        if body == b"bad":
            raise ZeroDivisionError("two\nlines")
        return suffix(kind, body)

    monkeypatch.setattr(store, "suffix", fails)
    with Site({"/a": answer(200, b"bad"), "/b": answer(200, PAGE)}) as site:
        outcome = run.run(options(site, tmp_path, "/a", "/b"))
    assert (len(outcome.fetched), len(outcome.failed)) == (1, 1)
    assert rows(tmp_path)["a"]["error"] == "ZeroDivisionError: two lines"


# -- manners -------------------------------------------------------------------------------------


class Waits:
    """Stands for sleep: notes how long, and waits not at all."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)
        await asyncio.sleep(0)


def test_requests_to_a_host_keep_their_distance(tmp_path: Path) -> None:
    """The delay lies between all requests to one host; hosts do not wait for each other."""
    waits = Waits()
    with Site({"/a": answer(200, PAGE), "/b": answer(200, PAGE)}) as site:
        urls = ["/a", "/b", site.url("/a", "other.example")]
        run.run(options(site, tmp_path, *urls, delay=7, sleep=waits))
    # robots.txt, /a, /b on one host: two pauses; robots.txt, /a on the other: one
    assert len(waits.seconds) == 3 and all(6 < pause <= 7 for pause in waits.seconds)


def test_a_host_gets_one_request_at_a_time_and_several_hosts_are_asked_at_once(
    tmp_path: Path,
) -> None:
    """Redirects from many hosts to one keep to its turn; no more than six are asked at once."""

    def slow(visit: Visit) -> None:
        time.sleep(0.02)
        visit.send(answer(200, PAGE))

    with Site({"/a": slow}) as site:
        site.pages["/r"] = answer(302, location=site.url("/a", "one.example"))
        urls = [site.url(path, f"h{n}.example") for n in range(10) for path in ("/r", "/a")]
        assert len(run.run(options(site, tmp_path, *urls)).fetched) == 20
    assert 1 < site.most_open.pop("") <= run.HOSTS
    assert len(site.most_open) == 11 and set(site.most_open.values()) == {1}


def test_robots_are_kept_to(tmp_path: Path) -> None:
    """A page that robots.txt closes to us is not asked for; the rules are asked for once."""
    rules = b"User-agent: *\nDisallow: /all\n\nUser-agent: govlaw\nDisallow: /closed\n"
    pages = {path: answer(200, PAGE) for path in ("/closed/a", "/open", "/all")}
    with Site({**pages, "/robots.txt": answer(200, rules)}) as site:
        outcome = run.run(options(site, tmp_path, *pages))
        assert site.paths() == ["/open", "/all"]
        assert len(site.visits) == 3
    assert [url.rpartition("/")[2] for url in outcome.failed] == ["a"]
    assert "robots.txt of the site asks not to" in rows(tmp_path)["a"]["error"]


def test_robots_of_the_host_redirected_to_are_kept_to(tmp_path: Path) -> None:
    """A redirect does not lead round the rules of another site."""

    def rules(visit: Visit) -> None:
        closed = "b.example" in visit.headers["host"]
        visit.send(answer(200, b"User-agent: *\nDisallow: /" + b"x" * (not closed)))

    with Site({"/robots.txt": rules, "/b": answer(200, PAGE)}) as site:
        site.pages["/a"] = answer(301, location=site.url("/b", "b.example"))
        assert "robots.txt" in failure(site, tmp_path, "/a")
        assert site.paths() == ["/a"]


@pytest.mark.parametrize(
    ("reply", "allowed"),
    [
        (answer(404), True),
        (answer(403), True),
        (answer(200, b"<html>not a robots.txt</html>"), True),
        (answer(200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /"), False),
        (answer(200, b"\xff\xfe\x00User-agent: *\nDisallow: /b"), True),
        (answer(500), False),
        (answer(429), False),
        (cut, False),
        (answer(200, b"#" * robots.LARGEST + b"\nUser-agent: *\nDisallow: /"), True),
    ],
)
def test_unclear_robots(reply: Any, allowed: bool, tmp_path: Path) -> None:
    """None at all allows; a server that fails refuses for this run (RFC 9309, 2.3.1)."""
    with Site({"/robots.txt": reply, "/a": answer(200, PAGE), "/c": answer(200, PAGE)}) as site:
        outcome = run.run(options(site, tmp_path, "/a", "/c", retries=0))
        assert len(site.paths()) == (2 if allowed else 0)
        assert len([path for _, path in site.visits if path == "/robots.txt"]) == 1
    assert bool(outcome.failed) is not allowed


@pytest.mark.parametrize(
    ("asked", "kept"), [("9", 9), ("3600", 120), ("x", 2), ("-5", 2), ("nan", 2)]
)
def test_the_delay_that_a_site_asks_for(asked: str, kept: float, tmp_path: Path) -> None:
    """Crawl-delay counts where it is longer than ours, up to two minutes."""
    waits = Waits()
    rules = answer(200, f"User-agent: *\nCrawl-delay: {asked}\n".encode())
    with Site({"/robots.txt": rules, "/a": answer(200, PAGE), "/b": answer(200, PAGE)}) as site:
        run.run(options(site, tmp_path, "/a", "/b", delay=2, sleep=waits))
    assert kept - 1 < waits.seconds[1] <= kept


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_a_busy_server_says_when_to_come_back(form: str, tmp_path: Path) -> None:
    """Retry-After is kept to, as seconds or as a date."""
    waits = Waits()
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    busy = answer(429, retry_after="60" if form == "seconds" else until)
    with Site({"/a": [busy, answer(200, PAGE)]}) as site:
        outcome = run.run(options(site, tmp_path, "/a", sleep=waits))
    assert len(outcome.fetched) == 1 and 57 < max(waits.seconds) <= 60


def test_a_server_that_wants_long_peace_gets_it(tmp_path: Path) -> None:
    """An hour is not waited for: the host is not asked again in this run, and its pages listed."""
    waits = Waits()
    with Site({"/a": answer(503, retry_after="3600"), "/b": answer(200, PAGE)}) as site:
        outcome = run.run(options(site, tmp_path, "/a", "/b", sleep=waits))
        assert site.paths() == ["/a"]
    assert len(outcome.failed) == 2 and max(waits.seconds, default=0) < 1
    assert "asks to be left alone: 3600 s" in rows(tmp_path)["b"]["error"]


@pytest.mark.parametrize("text", ["", "soon", "-3", "Wed, 21 Oct 2015 07:28:00 GMT", "1e9", "²"])
def test_a_damaged_retry_after_is_none(text: str) -> None:
    """Words, signs and dates that have passed ask for nothing."""
    sent = network.Answer(429, {"retry-after": text.encode("utf-8")}, b"")
    assert run._retry_after(sent) == 0


def test_repetitions_wait_longer_each_time(tmp_path: Path) -> None:
    """The pause doubles, with chance in it."""
    waits = Waits()
    with Site({"/a": answer(500)}) as site:
        run.run(options(site, tmp_path, "/a", retries=4, backoff=8, sleep=waits))
    low = [3, 7, 15, 31]
    assert [pause > bound for pause, bound in zip(waits.seconds, low, strict=True)] == [True] * 4
    assert waits.seconds[-1] <= 64


# -- public addresses only -----------------------------------------------------------------------


def test_hosts_of_private_networks_are_refused(tmp_path: Path) -> None:
    """Nothing is sent to this machine unless the flag allows it."""
    with Site({"/a": answer(200, PAGE)}) as site:
        reason = failure(site, tmp_path, "/a", allow_private=False, resolver=network.resolve)
        assert "127.0.0.1, which is not public" in reason and site.visits == []


def test_a_redirect_to_a_private_network_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A public site cannot send us to a machine behind the firewall."""
    judged = addresses.why_not
    monkeypatch.setattr(addresses, "why_not", lambda ip: (ip != "127.0.0.1" and judged(ip)) or "")

    async def resolve(host: str, port: int) -> list[str]:
        return ["10.0.0.5"] if host == "inside.example" else ["127.0.0.1"]

    for number, target in enumerate(("http://inside.example/", "http://169.254.169.254/x")):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.setattr(network, "resolve", resolve)
        found = resolve if number == 0 else _literal
        with Site({"/a": answer(302, location=target)}) as site:
            reason = failure(site, folder, "/a", allow_private=False, resolver=found)
        assert "which is not public" in reason and "robots.txt" in reason


async def _literal(host: str, port: int) -> list[str]:
    return [host]


class Recorded(httpcore.AsyncNetworkBackend):
    """Stands for the network: notes where a connection would go, and refuses it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def connect_tcp(self, host: str, *_: Any, **__: Any) -> httpcore.AsyncNetworkStream:
        self.asked.append(host)
        raise httpcore.ConnectError("nobody")


@pytest.mark.parametrize(
    ("found", "connected"),
    [
        (["223.5.5.5", "2400:3200::1"], ["223.5.5.5", "2400:3200::1"]),
        (["223.5.5.5", "10.0.0.1"], []),
        (["::ffff:127.0.0.1"], []),
        ([f"1.1.1.{n}" for n in range(9)], ["1.1.1.0", "1.1.1.1", "1.1.1.2"]),
    ],
)
def test_connections_go_to_addresses_that_were_checked(
    found: list[str], connected: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name is resolved once a connection; one address that is not public refuses the host."""
    backend, asked = Recorded(), []
    monkeypatch.setattr(httpcore, "AnyIOBackend", lambda: backend)

    async def resolve(host: str, port: int) -> list[str]:
        asked.append((host, port))
        return found if len(asked) == 1 else ["127.0.0.1"]  # rebinding: would lead here

    async def get() -> None:
        await Network(5, resolver=resolve).get(addresses.parse("http://x.example:8080/a"), 100)

    with pytest.raises(PageError):
        asyncio.run(get())
    assert asked == [("x.example", 8080)] and backend.asked == connected


def test_no_proxy_of_the_environment_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would resolve names itself, and round the check."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{refused_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{refused_port()}")
    with Site({"/a": answer(200, PAGE)}) as site:
        assert run.run(options(site, tmp_path, "/a")).fetched


# -- again ---------------------------------------------------------------------------------------


def test_pages_that_are_there_are_not_fetched_again(tmp_path: Path) -> None:
    """A second run asks for nothing but what failed; a damaged page is fetched anew."""
    with Site({"/a": answer(200, PAGE), "/b": answer(200, PAGE), "/c": answer(404)}) as site:
        asked = options(site, tmp_path, "/a", "/b", "/c")
        run.run(asked)
        first = rows(tmp_path)
        site.visits.clear()
        outcome = run.run(asked)
        assert site.paths() == ["/c"]
        assert (len(outcome.fetched), len(outcome.unchanged), len(outcome.failed)) == (0, 2, 1)
        assert [rows(tmp_path)[name] for name in "ab"] == [first[name] for name in "ab"]
        (tmp_path / "pages" / first["a"]["file"]).write_bytes(b"half")
        site.pages["/c"] = answer(200, PAGE)
        assert len(run.run(asked).fetched) == 2
    assert all(row["error"] == "" and row["file"] for row in rows(tmp_path).values())


def test_refresh_asks_whether_pages_have_changed(tmp_path: Path) -> None:
    """What has not changed stays with its time; what has is fetched; what fails is kept."""

    def unless_same(visit: Visit) -> None:
        same = visit.headers.get("if-none-match") == '"1"'
        visit.send(answer(304, content_length="") if same else answer(200, PAGE, etag='"1"'))

    def since(visit: Visit) -> None:
        same = visit.headers.get("if-modified-since") == "Mon, 03 Mar 2025 00:00:00 GMT"
        changed = answer(200, PAGE, last_modified="Mon, 03 Mar 2025 00:00:00 GMT")
        visit.send(answer(304, content_length="") if same else changed)

    pages: dict[str, Any] = {
        "/same": unless_same, "/since": since,
        "/new": [answer(200, PAGE), answer(200, b"%PDF-1.4 new", content_type="application/pdf")],
        "/gone": [answer(200, PAGE), answer(404)],
    }  # fmt: skip
    with Site(pages) as site:
        asked = options(site, tmp_path, *pages)
        run.run(asked)
        before = rows(tmp_path)
        outcome = run.run(replace(asked, refresh=True))
    after = rows(tmp_path)
    names = [
        sorted(url.rpartition("/")[2] for url in those)
        for those in (outcome.unchanged, outcome.fetched, outcome.failed)
    ]
    assert names == [["same", "since"], ["new"], ["gone"]]
    assert after["same"] == before["same"]
    assert after["gone"] == before["gone"] | {"error": "answers 404"}
    assert Path(after["new"]["file"]).stem == Path(before["new"]["file"]).stem
    files = {path.name for path in (tmp_path / "pages").iterdir()} - {".fetch.lock", "fetched.csv"}
    assert files == {row["file"] for row in after.values()}


def test_files_of_others_in_the_folder_stay(tmp_path: Path) -> None:
    """Only what a killed run left half written is taken away."""
    with Site({"/a": answer(200, PAGE)}) as site:
        asked = options(site, tmp_path, "/a")
        run.run(asked)
        (page,) = asked.out.glob("*.html")
        for name in (f"{page.stem}.txt", "own.md", f".{page.name}.77.part"):
            (asked.out / name).write_bytes(b"own")
        run.run(replace(asked, refresh=True))
    left = {path.name for path in asked.out.iterdir()} - {".fetch.lock", "fetched.csv"}
    assert left == {page.name, f"{page.stem}.txt", "own.md"}


def test_a_limit_leaves_the_rest_for_later(tmp_path: Path) -> None:
    """Two of five now, two in the next run; what failed comes again after all others."""
    paths = [f"/{n}" for n in range(5)]
    with Site({path: answer(200, PAGE) for path in paths[1:]}) as site:
        asked = options(site, tmp_path, *paths, limit=2)
        assert [run.run(asked).left for _ in range(4)] == [3, 2, 0, 0]
        assert site.paths() == [*paths, "/0", "/0"]


def test_an_address_in_two_forms_is_one_page(tmp_path: Path) -> None:
    """A fragment or a default port does not make another page."""
    with Site({"/a": answer(200, PAGE)}) as site:
        outcome = run.run(options(site, tmp_path, "/a", "/a#top"))
        assert site.paths() == ["/a"] and len(outcome.fetched) == 1


def test_a_second_run_in_the_same_folder_stops(tmp_path: Path) -> None:
    """It says so in one line and changes nothing."""
    with Site({"/a": answer(200, PAGE)}) as site:
        asked = options(site, tmp_path, "/a")
        asked.out.mkdir()
        again = pytest.raises(FetchError, match="another run is fetching into this folder")
        with FileLock(asked.out / ".fetch.lock"), again:
            run.run(asked)
        assert site.visits == [] and run.run(asked).fetched


def test_a_full_disk_stops_the_run_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, no half-written page; with room again the next run fetches the rest only."""
    paths = [f"/{n}" for n in range(6)]
    write = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if sum(file.suffix == ".html" for file in path.parent.iterdir()) >= 3:
            write(path, content[: len(content) // 2])
            raise OSError(28, "No space left on device")
        return write(path, content)

    with Site({path: answer(200, PAGE) for path in paths}) as site:
        asked = options(site, tmp_path, *paths)
        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(TableError, match="cannot be written: No space left on device"):
            run.run(asked)
        monkeypatch.undo()
        pages = list((tmp_path / "pages").glob("*.html"))
        assert len(pages) == 3 and {page.read_bytes() for page in pages} == {PAGE}
        assert not list((tmp_path / "pages").glob(".*.part"))
        noted = sum(bool(row["file"]) for row in rows(tmp_path).values())
        site.visits.clear()
        assert len(run.run(asked).fetched) == 6 - noted == len(site.paths())
    assert len(rows(tmp_path)) == 6 and noted > 0


@pytest.mark.parametrize("place", ["file", "under a file"])
def test_a_folder_that_cannot_be_made_is_one_line(place: str, tmp_path: Path) -> None:
    """The line names the folder; nothing is asked for."""
    (tmp_path / "file").write_bytes(b"")
    out = tmp_path / "file" / ("x" if place != "file" else "")
    with Site({"/a": answer(200, PAGE)}) as site:
        with pytest.raises(FetchError, match=r"file.*: cannot be written"):
            run.run(options(site, tmp_path, "/a", out=out))
        assert site.visits == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,b\n1,2\n", "not a table of fetched pages"),
        (b"\xff\xfe", "cannot be read"),
        (b"", "the table is empty"),
        ((",".join(store.COLUMNS) + "\n../x,u" + "," * 9 + "\n").encode(), "is no file that was"),
    ],
)
def test_a_foreign_table_is_not_overwritten(content: bytes, message: str, tmp_path: Path) -> None:
    """What is not ours stays as it is, and no path in it leads out of the folder."""
    table = tmp_path / "pages" / "fetched.csv"
    table.parent.mkdir()
    table.write_bytes(content)
    with Site({"/a": answer(200, PAGE)}) as site:
        with pytest.raises(Exception, match=message) as raised:
            run.run(options(site, tmp_path, "/a"))
        assert "fetched.csv" in str(raised.value) and table.read_bytes() == content


def test_a_run_that_is_killed_can_be_taken_up(tmp_path: Path) -> None:
    """Killed at random moments, the folder ends with the same bytes as that of a whole run."""
    chosen = random.Random(20250101)
    paths = [f"/{n}" for n in range(12)]
    pages: dict[str, Any] = {path: answer(200, PAGE + path.encode() * 3000) for path in paths}
    pages["/0"] = answer(404)
    for name in ("whole", "killed"):
        (tmp_path / name / "pages").mkdir(parents=True)
    start = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
    start.set_forkserver_preload(["govlaw.fetch.run"])
    with Site(pages) as site:
        whole_run, asked = (options(site, tmp_path / name, *paths) for name in ("whole", "killed"))
        started = time.monotonic()
        run.run(whole_run)
        seconds = time.monotonic() - started
        whole, killed = contents(whole_run.out), 0
        for _ in range(TIMES):
            child = start.Process(target=run.run, args=(asked,))
            child.start()
            child.join(chosen.uniform(0, 1.2 * seconds))
            child.kill()
            child.join()
            killed += child.exitcode != 0
            half_done(asked.out, whole)
            if len(list(asked.out.glob("*.html"))) == 11:
                for path in asked.out.iterdir():
                    path.unlink()
        run.run(asked)
    assert contents(asked.out) == whole and killed
    assert not list(asked.out.glob(".*.part"))


def contents(folder: Path) -> dict[str, Any]:
    """Return the files of a folder with their bytes; the table as its rows without the times."""
    found: dict[str, Any] = {path.name: path.read_bytes() for path in folder.glob("*.html")}
    text = (folder / "fetched.csv").read_text("utf-8")
    table = list(csv.DictReader(text.splitlines()))
    found["fetched.csv"] = [{**row, "retrieved": len(row["retrieved"])} for row in table]
    return found


def half_done(folder: Path, whole: dict[str, Any]) -> None:
    """Hold that a page is whole wherever it has its name, and the table where it is there."""
    for path in folder.glob("*.html"):
        assert path.read_bytes() == whole[path.name]
    if (folder / "fetched.csv").exists():
        done = contents(folder)
        assert all(row in whole["fetched.csv"] for row in done["fetched.csv"])
        assert {row["file"] for row in done["fetched.csv"]} <= {"", *done}


# -- the command ---------------------------------------------------------------------------------


def test_the_command_says_what_it_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line a page and a sum on stderr; 1 where something failed, 0 where all is there."""
    with Site({"/a": answer(200, PAGE), "/b": [answer(404), answer(200, PAGE)]}) as site:
        path = listed(tmp_path, [site.url("/a"), site.url("/b")])
        out = tmp_path / "pages"
        words = ["fetch", "--list", str(path), "--out", str(out), "--delay", "0"]
        words.append("--allow-private")
        assert main([*words, "--dry-run"]) == 0
        dry = capsys.readouterr()
        assert dry.out.split() == [site.url("/a"), site.url("/b")] and not out.exists()
        assert site.visits == []
        assert main(words) == 1
        lines = capsys.readouterr().err.splitlines()
        assert lines[0] == f"1/2 {site.url('/a')}: {len(PAGE)} bytes"
        assert lines[1] == f"2/2 {site.url('/b')}: failed: answers 404"
        assert lines[2] == f"1 fetched, 0 there already, 1 failed: {out}"
        assert main([*words, "--dry-run"]) == 0
        assert capsys.readouterr().out.split() == [site.url("/b")]
        assert main(words) == 0 and main(words) == 0
        assert "0 fetched, 2 there already, 0 failed" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [["--delay", "0"], ["--delay", "nan"], ["--retries", "-1"], ["--limit", "0"],
     ["--timeout", "0"], ["--max-bytes", "0"]],
)  # fmt: skip
def test_impolite_and_senseless_numbers_are_usage_errors(words: list[str]) -> None:
    """No delay is only for servers of one's own."""
    with pytest.raises(SystemExit) as stop:
        main(["fetch", *words])
    assert stop.value.code == 2


def test_a_run_stopped_by_hand_says_that_it_can_go_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback, and the code that shells give to an interrupt."""

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "run", stopped)
    assert main(["fetch"]) == 130
    assert capsys.readouterr().err == "govlaw: stopped; the same command goes on from here\n"


def test_a_wrong_list_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The code is 1, and no folder is made."""
    out = tmp_path / "pages"
    assert main(["fetch", "--list", str(tmp_path / "no.csv"), "--out", str(out)]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1 and not out.exists()
