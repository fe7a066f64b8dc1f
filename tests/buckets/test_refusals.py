"""An object store that is slow to answer, refuses, or is not there: tried again, then said in a sentence."""

import os
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from movierec_cli.home import Home
from movierec_cli.profiles.profile import load_profile
from movierec_cli.system import bucket
from movierec_cli.system.storage import storage_at
from tests.buckets.between import KEY, Act, Between, Meddling, Request
from tests.buckets.conftest import KEYS, Objects
from tests.support import Cli, run_python

PATIENCE = 15
"""Seconds after which somebody must have been told."""


def once_in_a_while(act: Act) -> Meddling:
    """Meddle with every third request, the first among them, and never with its second try."""
    met: set[tuple[str, str]] = set()

    def meddle(request: Request) -> Act:
        what = (request.method, request.path)
        if what in met or len(met) % 3:
            met.add(what)
            return "forward"
        met.add(what)
        return act

    return meddle


@pytest.fixture
def web_page() -> Iterator[str]:
    """The address of a server that has the same page for whatever it is asked, as MinIO's console has."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = b"<!doctype html><html><head><title>Console</title></head><body></body></html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.send_header("Last-Modified", "Wed, 01 Jan 2025 00:00:00 GMT")
            self.send_header("ETag", '"1"')
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(page)

        do_HEAD = do_PUT = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "act",
    [
        "503",
        *(pytest.param(act, marks=pytest.mark.slow) for act in ("429", "cut", "halve", "lose the answer")),
    ],
)
def test_what_passes_is_tried_again(
    trained: Home,
    objects: Objects,
    between: Between,
    home: Home,
    cli: Cli,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    act: Act,
) -> None:
    here = objects.copy(trained.root, tmp_path / "here")
    objects.copy(trained.root, home.root)
    for command in (["recommend", "3"], ["rate", "Film 3", "4"], ["rate", "Film 4", "2"], ["runs"]):
        right = cli(*command, home=here)
        between.watch(once_in_a_while(act))
        assert cli(*command, home=home.root) == right
        assert right.code == 0
        between.watch()
    assert load_profile(home, "me") == load_profile(Home(here), "me")
    monkeypatch.setattr(bucket, "NEAR", 0)  # LanceDB asks by itself
    right = cli("similar", "Film 3", home=here)
    between.watch(once_in_a_while(act))
    assert cli("similar", "Film 3", home=home.root) == right


@pytest.mark.parametrize("act", ["503", "429", "cut", "halve"])
def test_a_list_that_breaks_off_at_any_page_is_asked_for_again(
    home: Home, objects: Objects, between: Between, monkeypatch: pytest.MonkeyPatch, act: Act
) -> None:
    """S3 lists a thousand objects at a time, moto two if it is told so."""
    monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "2")
    names = ["Alien", "Heat", "Up"]
    for name in names:
        objects.write(home.root / name, b"film")
    met: set[str] = set()

    def meddle(request: Request) -> Act:
        is_new = request.lists and request.path not in met
        met.add(request.path)
        return act if is_new else "forward"

    between.watch(meddle)
    assert storage_at(home.root).files() == dict.fromkeys(names, len(b"film"))
    assert len(met) == 2 < len(between.requests)


@pytest.mark.slow
def test_a_list_that_always_breaks_off_is_said_in_time(
    home: Home, objects: Objects, between: Between, cli: Cli
) -> None:
    objects.write(home.root / "CURRENT", b"")
    between.watch(lambda request: "halve" if request.lists else "forward")
    began = time.monotonic()
    answer = cli("runs", home=home.root)
    assert time.monotonic() - began < PATIENCE
    assert answer.code == 1
    assert "does not answer: the connection was cut. Try again later." in " ".join(answer.err.split())


@pytest.mark.parametrize("act", ["halve", "lose the answer"])
def test_a_large_file_whose_answers_break_off_arrives(
    home: Home, objects: Objects, between: Between, act: Act
) -> None:
    """It is sent in parts. What begins, ends and removes it has an answer that can break off."""
    content = bytes(range(256)) * (6 << 12)
    met: set[tuple[str, str]] = set()

    def meddle(request: Request) -> Act:
        what = (request.method, request.path.partition("uploadId")[0])
        is_new = request.method != "PUT" and what not in met
        met.add(what)
        return act if is_new else "forward"

    between.watch(meddle)
    storage_at(home.root).write("large", content)
    assert objects.read(home.root / "large") == content
    storage_at(home.root).remove("large")
    assert objects.below(home.root) == []


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("503", "does not answer: 503 Service Unavailable"),
        pytest.param("429", "does not answer: 429 Too Many Requests", marks=pytest.mark.slow),
        pytest.param("cut", "does not answer: the connection was cut", marks=pytest.mark.slow),
        pytest.param("be silent", "does not answer: it took too long", marks=pytest.mark.slow),
        ("403", "refuses access: 403 Forbidden Meddled"),
    ],
)
def test_what_does_not_pass_is_said_in_time(
    trained: Home, between: Between, cli: Cli, act: Act, told: str
) -> None:
    between.watch(lambda _: act)
    began = time.monotonic()
    answer = cli("train", "--epochs", "0", home=trained.root)
    assert time.monotonic() - began < PATIENCE
    words = " ".join(answer.err.split())
    assert answer.code == 1
    assert told in words
    assert ("AWS_PROFILE" if act == "403" else "AWS_ENDPOINT_URL") in words
    assert not any(secret in words for secret in (KEY, *KEYS.values()) if secret != "true")


@pytest.mark.parametrize(
    "command", [["recommend", "3"], ["info"], ["runs"], ["rate", "Heat", "4"], ["train"]]
)
def test_a_bucket_that_is_not_there_is_said(cli: Cli, command: list[str]) -> None:
    answer = cli(*command, home=Home.resolve("s3://no-such-bucket/x").root)
    assert answer.code == 1
    assert "There is no bucket no-such-bucket" in answer.err
    assert "Create it, or name another." in answer.err


@pytest.mark.slow
def test_an_endpoint_that_cannot_be_reached_and_missing_credentials_are_said(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    began = time.monotonic()
    answer = cli("info", home=Home.resolve("s3://films/unreachable").root)
    assert time.monotonic() - began < PATIENCE
    assert "does not answer: the connection is refused" in answer.err
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("HOME", str(tmp_path))  # whoever runs the tests may have some there
    answer = cli("info", home=Home.resolve("s3://films/nobody").root)
    assert "No credentials were found for s3://films/nobody" in answer.err


WRONG = {
    "AWS_ENDPOINT_URL=127.0.0.1:9000": "AWS_ENDPOINT_URL must be the address of an object store, and",
    "AWS_ENDPOINT_URL=http://127.0.0.1:99999": "AWS_ENDPOINT_URL must be the address",
    "AWS_ENDPOINT_URL=me:my-secret@store": "and what it holds is not one",
    "AWS_ENDPOINT_URL_S3=http://": "AWS_ENDPOINT_URL_S3 must be the address",
    "AWS_ACCESS_KEY_ID=my-secret\n": "AWS_ACCESS_KEY_ID has a line break",
    "AWS_REGION=eu\r\n": "AWS_REGION has a line break",
    "AWS_SECRET_ACCESS_KEY=": "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not.",
}


@pytest.mark.parametrize("setting", WRONG)
def test_settings_with_which_nothing_can_be_asked_are_named(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    name, _, value = setting.partition("=")
    monkeypatch.setenv(name, value)
    answer = cli("runs", home=Home.resolve(f"s3://films/wrong-{[*WRONG].index(setting)}").root)
    words = " ".join(answer.err.split())
    assert answer.code == 1
    assert WRONG[setting] in words
    assert "my-secret" not in words
    assert "Traceback" not in words


@pytest.mark.parametrize("command", [["info"], ["runs"], ["rate", "Heat", "4"], ["profiles"]])
def test_a_web_page_is_taken_for_no_object_store(
    cli: Cli, home: Home, monkeypatch: pytest.MonkeyPatch, web_page: str, command: list[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", web_page)
    refused = cli(*command, home=home.root)
    assert (refused.code, refused.out) == (1, "")
    told = " ".join(refused.err.split())
    assert "what answers there is no object store" in told
    assert "AWS_ENDPOINT_URL" in told


def test_an_empty_endpoint_is_none(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", os.environ["AWS_ENDPOINT_URL"])
    monkeypatch.setenv("AWS_ENDPOINT_URL", "")
    assert cli("runs", home=Home.resolve("s3://films/empty-endpoint").root).code == 0


def test_whose_settings_are_told_follows_from_the_address(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AZURE_STORAGE_ACCOUNT_NAME", raising=False)
    answer = cli("runs", home=Home.resolve("az://films/home").root)
    assert answer.code == 1
    assert "AZURE_STORAGE_ACCOUNT_NAME" in answer.err
    assert "AWS" not in answer.err


@pytest.mark.parametrize(
    "address", ["s3://me:secret@films/home", "s3://films/../home", "s3://bu cket/x", "s3://[/x"]
)
def test_an_address_that_is_no_place_in_a_bucket_is_refused(cli: Cli, address: str) -> None:
    answer = cli("runs", "--home", address)
    assert answer.code == 2
    assert "A home cannot be at" in " ".join(answer.err.split())
    assert "secret" not in answer.err


def test_credentials_come_from_a_profile_too(
    trained: Home, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, objects: Objects, home: Home
) -> None:
    objects.copy(trained.root, home.root)
    right = cli("recommend", "3", home=home.root)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    file = tmp_path / "credentials"
    file.write_text("[work]\naws_access_key_id = of-a-profile\naws_secret_access_key = its-secret\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_PROFILE", "work")
    objects.copy(trained.root, Home.resolve("s3://films/with-profile").root)
    assert cli("recommend", "3", home=Home.resolve("s3://films/with-profile").root) == right
    monkeypatch.setenv("AWS_PROFILE", "nobodys")
    answer = cli("recommend", "3", home=Home.resolve("s3://films/with-another-profile").root)
    assert "No credentials were found for s3://films/with-another-profile" in answer.err
    assert "its-secret" not in answer.err


def test_without_the_extra_the_command_to_install_it_is_said() -> None:
    code = """
import sys
sys.modules["obstore"] = None
from movierec_cli.cli.app import main
try:
    main(["recommend", "3", "--home", "s3://films/home"])
except SystemExit as end:
    print(end.code)
"""
    done = run_python(code)
    assert done.stdout == "1\n"
    assert "pip install 'movierec-cli[s3]'" in done.stderr


@pytest.mark.parametrize("address", ["http://films/home", "s3://", "ftp://films/home"])
def test_an_address_that_no_home_can_have_is_refused(cli: Cli, address: str) -> None:
    answer = cli("info", "--home", address)
    assert answer.code == 2
    assert "A home cannot be at" in answer.err


def test_an_address_is_never_taken_for_a_folder_of_this_machine(home: Home) -> None:
    for use in (home.current.read_text, home.runs.mkdir, home.runs.exists, home.current.unlink):
        with pytest.raises(TypeError, match=f"^{home.root}/.* is no file or folder of this machine"):
            use()
