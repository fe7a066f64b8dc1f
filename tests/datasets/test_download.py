import hashlib
import json
import socket
from pathlib import Path

import pytest

from movierec_cli.datasets.download import check_address, download, public_address, without_secrets
from movierec_cli.errors import DownloadError, UsageError
from movierec_cli.system.progress import Silent
from tests.datasets.server import FileServer, serving

CONTENT = bytes(range(256)) * 4_096
SHA = {"sha256": hashlib.sha256(CONTENT).hexdigest()}


class Log(Silent):
    def __init__(self) -> None:
        self.said: list[str] = []
        self.starts: list[tuple[int | None, int]] = []
        self.received = 0

    def say(self, message: str) -> None:
        self.said.append(message)

    def start(self, total: int | None, done: int) -> None:
        self.starts.append((total, done))

    def advance(self, amount: int) -> None:
        self.received += amount


@pytest.fixture
def part(tmp_path: Path) -> Path:
    return tmp_path / "sample.zip.part"


def test_a_file_arrives_whole_and_says_how_far_it_is(server: FileServer, part: Path) -> None:
    server.content = CONTENT
    log = Log()
    download(server.url, part, checksums=SHA, progress=log)
    assert part.read_bytes() == CONTENT
    assert log.starts == [(len(CONTENT), 0)]
    assert log.received == len(CONTENT)


def test_a_transfer_that_is_cut_off_goes_on_where_it_was(server: FileServer, part: Path) -> None:
    server.content, server.moods = CONTENT, ["cut"]
    log = Log()
    download(server.url, part, checksums=SHA, progress=log, backoff=0)
    assert part.read_bytes() == CONTENT
    assert server.starts == [None, f"bytes={len(CONTENT) // 2}-"]
    assert server.seen[1]["If-Range"] == server.etag
    assert log.starts == [(len(CONTENT), 0), (len(CONTENT), len(CONTENT) // 2)]
    assert log.received == len(CONTENT)
    assert "Trying again" in log.said[0]


def test_the_next_call_goes_on_where_one_gave_up(server: FileServer, part: Path) -> None:
    server.content, server.moods = CONTENT, ["cut", 503, 503, 503]
    with pytest.raises(DownloadError, match="broke off: the server answered 503"):
        download(server.url, part, checksums=SHA, backoff=0)
    assert part.stat().st_size == len(CONTENT) // 2
    download(server.url, part, checksums=SHA)
    assert part.read_bytes() == CONTENT
    assert server.starts[-1] == f"bytes={len(CONTENT) // 2}-"


def test_what_has_arrived_whole_is_not_fetched_again(server: FileServer, part: Path) -> None:
    server.content = CONTENT
    download(server.url, part)
    log = Log()
    download(server.url, part, progress=log)
    assert log.received == 0
    assert part.read_bytes() == CONTENT


def test_a_server_without_ranges_is_asked_for_everything_again(server: FileServer, part: Path) -> None:
    server.content, server.moods, server.ranges = CONTENT, ["cut"], False
    download(server.url, part, checksums=SHA, backoff=0)
    assert part.read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_is_not_joined_to_its_old_half(server: FileServer, part: Path) -> None:
    server.content, server.moods = CONTENT, ["cut", 500, 500, 500]
    with pytest.raises(DownloadError):
        download(server.url, part, backoff=0)
    server.content, server.etag = CONTENT[::-1], '"two"'
    download(server.url, part)
    assert part.read_bytes() == CONTENT[::-1]


def test_without_checksum_and_without_version_nothing_is_joined(server: FileServer, part: Path) -> None:
    server.content, server.moods, server.etag = CONTENT, ["cut", 500, 500, 500], None
    with pytest.raises(DownloadError):
        download(server.url, part, backoff=0)
    server.content = CONTENT[::-1]
    download(server.url, part)
    assert server.starts[-1] is None
    assert part.read_bytes() == CONTENT[::-1]


def test_a_part_of_another_address_is_not_taken(server: FileServer, part: Path) -> None:
    server.content = CONTENT
    part.write_bytes(b"other")
    part.with_name(f"{part.name}.json").write_text(
        json.dumps({"address": "http://127.0.0.1/other.zip", "version": server.etag})
    )
    download(server.url, part, checksums=SHA)
    assert server.starts == [None]
    assert part.read_bytes() == CONTENT


def test_a_bad_beginning_is_thrown_away_and_fetched_anew(server: FileServer, part: Path) -> None:
    server.content, server.moods = CONTENT, ["cut", 500, 500, 500]
    with pytest.raises(DownloadError):
        download(server.url, part, checksums=SHA, backoff=0)
    part.write_bytes(b"\0" * part.stat().st_size)
    log = Log()
    download(server.url, part, checksums=SHA, progress=log)
    assert part.read_bytes() == CONTENT
    assert any("begins again" in message for message in log.said)


def test_a_file_with_another_checksum_is_deleted(server: FileServer, part: Path) -> None:
    server.content = b"<html>We are down for maintenance</html>"
    with pytest.raises(DownloadError, match=f"SHA256 is .*, not {SHA['sha256']}"):
        download(server.url, part, checksums=SHA)
    assert list(part.parent.iterdir()) == []
    assert len(server.seen) == 1


def test_500_then_fine(server: FileServer, part: Path) -> None:
    server.content, server.moods = CONTENT, [500, 503, 429]
    log = Log()
    download(server.url, part, checksums=SHA, progress=log, backoff=0.001)
    assert part.read_bytes() == CONTENT
    assert len(log.said) == 3


def test_404_is_not_tried_again(server: FileServer, part: Path) -> None:
    server.moods = [404]
    with pytest.raises(DownloadError, match="answered 404"):
        download(server.url, part)
    assert len(server.seen) == 1


def test_redirects_within_the_web_are_followed(server: FileServer, part: Path) -> None:
    with serving() as other:
        other.content = CONTENT
        server.moods = [other.url]
        download(server.url, part, checksums=SHA)
    assert part.read_bytes() == CONTENT


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x"])
def test_redirects_out_of_the_web_are_refused(server: FileServer, part: Path, target: str) -> None:
    server.moods = [target]
    with pytest.raises(DownloadError, match="which is not followed"):
        download(server.url, part)
    assert not part.exists()


def test_redirects_in_a_circle_end(server: FileServer, part: Path) -> None:
    server.moods = [server.url] * 50
    with pytest.raises(DownloadError, match="TooManyRedirects"):
        download(server.url, part)


def test_a_file_without_end_is_given_up(server: FileServer, part: Path) -> None:
    server.content = CONTENT
    with pytest.raises(DownloadError, match="sends more than 1,000 bytes"):
        download(server.url, part, largest=1_000)
    assert list(part.parent.iterdir()) == []


def test_a_host_that_refuses_is_given_up_at_once(part: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    log = Log()
    with pytest.raises(DownloadError, match="127\\.0\\.0\\.1 cannot be reached"):
        download(f"http://127.0.0.1:{port}/x.zip", part, progress=log)
    assert log.said == []


def test_a_host_that_is_not_there_is_given_up_at_once(part: Path) -> None:
    log = Log()
    with pytest.raises(DownloadError, match="cannot be found"):
        download("http://nowhere.invalid/x.zip", part, progress=log)
    assert log.said == []


def test_no_secure_connection_to_a_host_that_speaks_plainly(server: FileServer, part: Path) -> None:
    with pytest.raises(DownloadError):
        download(server.url.replace("http:", "https:"), part, backoff=0)


def test_certificates_that_cannot_be_read_are_no_fault_of_the_disk(
    part: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(part.parent / "nothing.pem"))
    with pytest.raises(DownloadError, match=r"nothing\.pem"):
        download("https://127.0.0.1/x.zip", part)


def test_user_and_password_are_used_and_never_shown_or_kept(server: FileServer, part: Path) -> None:
    server.content, server.moods = CONTENT, ["cut", 500, 500, 500]
    url = server.url.replace("http://", "http://alice:s3cret@") + "?token=s3cret#s3cret"
    log = Log()
    with pytest.raises(DownloadError) as caught:
        download(url, part, progress=log, backoff=0)
    kept = part.with_name(f"{part.name}.json").read_text()
    for text in (str(caught.value), kept, *log.said):
        assert "s3cret" not in text
        assert "alice" not in text
    assert server.seen[0]["Authorization"].startswith("Basic ")
    download(url, part)
    assert part.read_bytes() == CONTENT
    assert server.starts[-1] is not None


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://example.org/x.zip", "http://", "https:///x", "x.zip", ""),
        *("http://[::1/x", "http://example.org:99999/x", "javascript://x"),
    ],
)
def test_only_complete_web_addresses_will_do(url: str, part: Path) -> None:
    with pytest.raises(UsageError):
        check_address(url)
    with pytest.raises(UsageError):
        download(url, part)


def test_addresses_are_shown_without_secrets() -> None:
    assert public_address("https://u:p@Example.org:8443/a/b.zip?k=v#f") == "https://example.org:8443/a/b.zip"
    assert public_address("http://[::1]:80/x") == "http://[::1]:80/x"
    assert without_secrets("ftp://user:pass@host/x?key=1") == "ftp://host/x"
    assert without_secrets("token@host/x") == "host/x"
    assert without_secrets("/home/me/films.zip") == "/home/me/films.zip"
