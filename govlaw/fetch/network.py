"""One request: to a checked network address, with bounds on time and size.

A name is resolved once for each connection, every address found is checked, and the connection
goes to one of these same addresses: an answer that changes between check and connection (DNS
rebinding) has no effect. Proxies of the environment are not used, since they would resolve names
themselves.
"""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpcore

from govlaw import __version__
from govlaw.fetch import addresses
from govlaw.fetch.addresses import Address
from govlaw.fetch.faults import PageError

#: How programs that fetch name themselves; robots.txt speaks of the first word.
AGENT = f"govlaw/{__version__}"

#: Name and port to network addresses, as text.
Resolver = Callable[[str, int], Awaitable[list[str]]]

#: Seconds until a connection stands, and between two pieces of an answer.
SILENCE = 20.0
#: Seconds in which a server that has sent all it announced may send more.
_AFTER_THE_END = 0.5
#: Addresses of one host that are tried.
_TRIED = 3
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_INTERIM = re.compile(rb"HTTP/1\.\d 1\d\d")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server sent: headers by their names in small letters, the body unpacked.

    The body is empty where the status is not 200 or 203: nobody needs the page of an error.
    """

    status: int
    headers: dict[str, bytes]
    body: bytes

    def header(self, name: str) -> str:
        """Return a header as text, at most 200 characters of it; empty if there is none."""
        return self.headers.get(name, b"").decode("latin-1")[:200].strip()


async def resolve(host: str, port: int) -> list[str]:
    """Return the network addresses of a host, in the order of the system."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Network:
    """Requests of one run, each on a connection of its own.

    Parameters
    ----------
    timeout : seconds that one request may take from the first to the last byte
    allow_private : whether to ask hosts of private networks and of this machine
    resolver : finds the network addresses of a name
    """

    def __init__(
        self,
        timeout: float,
        allow_private: bool = False,
        resolver: Resolver = resolve,
    ) -> None:
        self._timeout = timeout
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=httpcore.default_ssl_context(),
            network_backend=_Checked(resolver, allow_private),
            max_connections=None,
            max_keepalive_connections=0,
        )

    async def get(
        self, address: Address, most: int, headers: dict[str, str] | None = None
    ) -> Answer:
        """Ask for an address once, for at most ``most`` bytes. Redirects are not followed.

        Raises
        ------
        PageError
            If the host is not public, does not answer, answers too slowly, too much, less or more
            than it announced, or packed in a way that was not asked for.
        """
        sent = {
            "Host": _host_header(address),
            "User-Agent": AGENT,
            "Accept": "text/html,application/xhtml+xml,application/pdf,*/*;q=0.5",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": "gzip",
            "Connection": "close",
        } | (headers or {})
        pause = min(SILENCE, self._timeout)
        try:
            async with (
                asyncio.timeout(self._timeout),
                self._pool.stream(
                    "GET",
                    address.text,
                    headers=list(sent.items()),
                    extensions={"timeout": dict.fromkeys(("connect", "read", "write"), pause)},
                ) as response,
            ):
                fields = {name.decode("ascii").lower(): value for name, value in response.headers}
                answer = Answer(response.status, fields, b"")
                if answer.status not in (200, 203):
                    return answer
                return Answer(answer.status, fields, await _body(response, answer, most))
        except (TimeoutError, httpcore.TimeoutException) as error:
            raise PageError("no whole answer in time", passing=True) from error
        except socket.gaierror as error:
            again = error.errno == socket.EAI_AGAIN
            raise PageError(f"{address.host}: no such host", passing=again) from error
        except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
            said = " ".join(str(error).split()) or type(error).__name__
            raise PageError(f"the connection failed: {said}"[:300], passing=True) from error
        except httpcore.UnsupportedProtocol as error:
            raise PageError(f"not an address: {error}") from error

    async def aclose(self) -> None:
        """Close what is open."""
        await self._pool.aclose()


async def _body(response: httpcore.Response, answer: Answer, most: int) -> bytes:
    """Return the body of an answer, unpacked; neither form may have more than ``most`` bytes."""
    announced = answer.header("content-length")
    announced = "" if "transfer-encoding" in answer.headers else announced
    large = PageError(f"larger than {most} bytes", status=answer.status)
    if announced.isdecimal() and int(announced) > most:
        raise large
    unpack = _Unpacker(answer.header("content-encoding").lower(), most)
    received = 0
    async for piece in response.aiter_stream():
        received += len(piece)
        if received > most:
            raise large
        unpack.feed(piece)
    body = unpack.end()
    stream = response.extensions["network_stream"]
    if announced and await stream.more_than(received):
        raise PageError(
            f"the answer is longer than the {announced} bytes that it announced", passing=True
        )
    return body


def _host_header(address: Address) -> str:
    host = f"[{address.host}]" if ":" in address.host else address.host
    default = {"http": 80, "https": 443}[address.scheme]
    return host if address.port == default else f"{host}:{address.port}"


class _Unpacker:
    """A body to its bytes, never more than ``most`` of them in memory."""

    def __init__(self, encoding: str, most: int) -> None:
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise PageError(f"packed as {encoding!r}, which was not asked for")
        self._most = most
        self._parts = bytearray()
        self._gzip = zlib.decompressobj(31) if "gzip" in encoding else None

    def feed(self, piece: bytes) -> None:
        if self._gzip is None:
            self._parts += piece
            return
        while piece:
            if self._gzip.eof:  # a gzip body may have several members (RFC 1952, 2.2)
                if piece[0] != 0x1F:  # padding, which every program passes over
                    return
                self._gzip = zlib.decompressobj(31)
            try:
                self._parts += self._gzip.decompress(piece, self._most - len(self._parts) + 1)
            except zlib.error as error:
                raise PageError(f"cannot be unpacked: {error}", passing=True) from error
            if len(self._parts) > self._most:
                raise PageError(f"unpacks to more than {self._most} bytes")
            piece = self._gzip.unused_data

    def end(self) -> bytes:
        if self._gzip is not None and not self._gzip.eof:
            raise PageError("the packed answer is cut off", passing=True)
        return bytes(self._parts)


class _Checked(httpcore.AsyncNetworkBackend):
    """Connects to network addresses that were checked, and to no other."""

    def __init__(self, resolver: Resolver, allow_private: bool) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._resolver = resolver
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = await self._resolver(host, port)
        for ip in found:
            reason = "" if self._allow_private else addresses.why_not(ip)
            if reason:
                raise PageError(f"{host} has the address {ip}, which is not public: {reason}")
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for ip in found[:_TRIED]:
            try:
                return _Counted(
                    await self._inner.connect_tcp(ip, port, timeout, local_address, socket_options)
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Counted(httpcore.AsyncNetworkStream):
    """A stream that knows how many bytes came after the head of the answer."""

    def __init__(self, inner: httpcore.AsyncNetworkStream) -> None:
        self._inner = inner
        self._head: bytes | None = b""
        self._after = 0

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = await self._inner.read(max_bytes, timeout)
        if self._head is None:
            self._after += len(data)
            return data
        head: bytes | None = self._head + data  # no more than the library takes for a head
        while head is not None and (end := _END_OF_HEAD.search(head)):
            rest = head[end.end() :]
            if _INTERIM.match(head):  # 100 Continue and the like: the answer is still to come
                head = rest
            else:
                self._after, head = len(rest), None
        self._head = head
        return data

    async def more_than(self, received: int) -> bool:
        """Tell whether the server has sent, or is sending, more than the body's bytes."""
        if self._after > received:
            return True
        try:
            return bool(await self._inner.read(1, _AFTER_THE_END))
        except (httpcore.TimeoutException, httpcore.NetworkError):
            return False

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        await self._inner.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.AsyncNetworkStream:
        try:
            return _Counted(await self._inner.start_tls(ssl_context, server_hostname, timeout))
        except httpcore.ConnectError as error:
            cause = error.__cause__
            if isinstance(cause, ssl.SSLError) and not isinstance(cause, ssl.SSLEOFError):
                # a wrong certificate or an old protocol will be no better soon
                raise PageError(f"no secure connection: {cause}") from error
            raise

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
