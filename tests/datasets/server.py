"""A web server on the loopback interface that can misbehave as real ones do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class FileServer:
    """Serves one file at every path, and remembers what it was asked.

    moods: what to do with the next requests, one each; then all is "fine".
        "fine"; "cut" sends half of what is left and hangs up; a number is an answer of that status;
        any other text is an address to redirect to.
    ranges: whether it understands Range. etag: its version of the file, None for a server that gives none.
    """

    content: bytes = b""
    moods: list[str | int] = field(default_factory=list)
    ranges: bool = True
    etag: str | None = '"one"'
    seen: list[dict[str, str]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/sample.zip"

    @property
    def starts(self) -> list[str | None]:
        """The Range of each request so far."""
        return [headers.get("Range") for headers in self.seen]


@contextmanager
def serving() -> Iterator[FileServer]:
    files = FileServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            files.seen.append(dict(self.headers.items()))
            mood = files.moods.pop(0) if files.moods else "fine"
            if isinstance(mood, int):
                self.send_error(mood)
            elif mood not in {"fine", "cut"}:
                self.send_response(302)
                self.send_header("Location", mood)
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._send(mood)

        def _send(self, mood: str) -> None:
            start = 0
            asked, version = self.headers.get("Range"), self.headers.get("If-Range")
            if files.ranges and asked and version in {None, files.etag}:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
            rest = files.content[start:]
            if start and not rest:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(files.content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header(
                    "Content-Range", f"bytes {start}-{len(files.content) - 1}/{len(files.content)}"
                )
            if files.etag:
                self.send_header("ETag", files.etag)
            self.send_header("Content-Length", str(len(rest)))
            self.end_headers()
            self.wfile.write(rest[: len(rest) // 2] if mood == "cut" else rest)

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    files.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield files
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
