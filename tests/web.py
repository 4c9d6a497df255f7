"""A web site on this machine that answers as it is told, faults and all."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Self

#: What a page sends: bytes, one after the other of several, or what a function sends.
Reply = bytes | list[bytes] | Callable[["Visit"], None]


def answer(status: int = 200, body: bytes = b"", **headers: str) -> bytes:
    """Return an answer with its length and type; an empty header is left out."""
    fields = {"content_type": "text/html", "content_length": str(len(body))} | headers
    lines = [f"{name.replace('_', '-')}: {text}" for name, text in fields.items() if text]
    return "\r\n".join([f"HTTP/1.1 {status} x", *lines, "", ""]).encode("latin-1") + body


class Visit(socketserver.StreamRequestHandler):
    """One request."""

    def handle(self) -> None:
        """Read the head of a request and send what its path is set to send."""
        head = b""
        while b"\r\n\r\n" not in head:
            piece = self.request.recv(4096)
            if not piece:
                return
            head += piece
            if not head.startswith(b"GET "):  # TLS, perhaps
                return self.send(answer(400))
        first, *lines = head.decode("latin-1").split("\r\n")
        self.path = first.split()[1]
        self.headers = {
            name.lower(): text for name, _, text in (line.partition(": ") for line in lines)
        }
        site: Site = self.server  # type: ignore[assignment]
        with site.guard:
            site.visits.append((self.headers.get("host", ""), self.path))
            site.heads.append(self.headers)
            host = self.headers.get("host", "")
            for name in ("", host):
                site.open[name] += 1
                site.most_open[name] = max(site.most_open[name], site.open[name])
            seen = sum(path == self.path for _, path in site.visits)
        try:
            reply = site.pages.get(self.path, answer(404))
            if callable(reply):
                reply(self)
            else:
                many = reply if isinstance(reply, list) else [reply]
                self.send(many[min(seen, len(many)) - 1])
        finally:
            with site.guard:
                for name in ("", host):
                    site.open[name] -= 1

    def send(self, data: bytes) -> None:
        """Send bytes; who does not want them any more has gone."""
        with contextlib.suppress(OSError):
            self.request.sendall(data)

    def drip(self, data: bytes, pause: float, most: int = 40) -> None:
        """Send bytes one by one, until the other side has had enough."""
        site: Site = self.server  # type: ignore[assignment]
        for byte in data[:most]:
            if site.closing.wait(pause):
                return
            self.send(bytes([byte]))


class Site(socketserver.ThreadingTCPServer):
    """A server on a free port of this machine; use it in a ``with`` statement."""

    daemon_threads = True
    request_queue_size = 50

    def __init__(self, pages: dict[str, Reply]) -> None:
        super().__init__(("127.0.0.1", 0), Visit)
        self.pages = pages
        self.visits: list[tuple[str, str]] = []
        self.heads: list[dict[str, str]] = []
        self.open: Counter[str] = Counter()
        self.most_open: Counter[str] = Counter()  # by host, and under "" of all hosts
        self.guard = threading.Lock()
        self.closing = threading.Event()
        self.port = self.socket.getsockname()[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self.shutdown()
        self.server_close()

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a page."""
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Return the paths asked for, in order, without those of robots.txt."""
        return [path for _, path in self.visits if path != "/robots.txt"]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that is killed is part of the tests."""


def listed(folder: Path, urls: Iterable[str]) -> Path:
    """Write a list of addresses; return its path."""
    path = folder / "list.csv"
    path.write_text("url\n" + "".join(f"{url}\n" for url in urls), encoding="utf-8")
    return path


async def here(host: str, port: int) -> list[str]:
    """Resolve every name to this machine."""
    return ["127.0.0.1"]


def refused_port() -> int:
    """Return a port where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])
