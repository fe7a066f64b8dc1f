"""A proxy on loopback between movierec and an object store: it counts, and it meddles."""

import http.client
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

Act = Literal["forward", "403", "429", "503", "cut", "halve", "lose the answer", "be silent", "kill"]
Meddling = Callable[["Request"], Act]

WRITES = {"PUT", "POST", "DELETE"}
KEY = "AKIAINTHEANSWER"
"""What a refusal tells of the one who asks, as S3 does; nobody else must ever show it."""


@dataclass(frozen=True)
class Request:
    """number: how many there were before it since `Between.watch`."""

    number: int
    method: str
    path: str

    @property
    def writes(self) -> bool:
        return self.method in WRITES

    @property
    def lists(self) -> bool:
        return "list-type=2" in self.path


@dataclass
class Between:
    """upstream: the port of the object store. victim: the process that is killed."""

    upstream: int
    victim: int = 0
    requests: list[Request] = field(default_factory=list)
    meddling: Meddling | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def watch(self, meddling: Meddling | None = None) -> None:
        """Count from 0 again, and do to each request from now on what `meddling` says."""
        with self._lock:
            self.requests, self.meddling = [], meddling

    def close(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self) -> None:
                try:
                    super().handle()
                except OSError:
                    self.close_connection = True  # who asked is dead

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                with between._lock:
                    request = Request(len(between.requests), self.command, self.path)
                    between.requests.append(request)
                act = between.meddling(request) if between.meddling else "forward"
                if act in {"403", "429", "503"}:
                    told = (
                        f"<Error><Code>Meddled</Code><AWSAccessKeyId>{KEY}</AWSAccessKeyId></Error>".encode()
                    )
                    self.reply(int(act), {"Content-Type": "application/xml"}, told)
                elif act == "kill":
                    os.kill(between.victim, signal.SIGKILL)
                elif act == "be silent":
                    between._ended.wait()
                if act not in {"forward", "halve", "lose the answer"}:
                    self.close_connection = True
                    return
                upstream = http.client.HTTPConnection("127.0.0.1", between.upstream)
                upstream.request(self.command, self.path, body, dict(self.headers))
                response = upstream.getresponse()
                content = response.read()
                upstream.close()
                if act in {"forward", "halve"}:
                    self.reply(response.status, dict(response.getheaders()), content, halve=act == "halve")
                self.close_connection = act != "forward"

            do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = answer  # noqa: N815

            def reply(
                self, status: int, headers: dict[str, str], content: bytes, *, halve: bool = False
            ) -> None:
                self.send_response_only(status)
                ours = {"connection", "content-length", "transfer-encoding"}
                for name, value in headers.items():
                    if name.lower() not in ours:
                        self.send_header(name, value)
                length = headers.get("Content-Length") if self.command == "HEAD" else None
                self.send_header("Content-Length", length or str(len(content)))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content[: len(content) // 2] if halve else content)

            def log_message(self, *_: object) -> None:
                pass

        return Handler
