"""Workers of Ray: what they are given, what they give back, and what is said where there are none."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from movierec_cli.cluster import session
from movierec_cli.cluster.session import open_cluster
from movierec_cli.errors import ClusterError, MovieRecError, UsageError
from movierec_cli.system.workers import Workers, in_order
from movierec_cli.vectors.arrays import Matrix, Vector
from tests.support import run_python

LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
"""127.0.0.1, the same within IPv6, and ::1; each four bytes are in reverse."""
TOKEN = "the-token-of-the-tests-" + 20 * "x"


def added(first: int, second: int) -> int:
    return first + second


def refused(name: str) -> None:
    raise UsageError(f"{name} is refused.", "Give another.")


def lost_once(mark: Path) -> str:
    """The process ends the first time."""
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return "done"


def lost() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def waited_for(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def product_there(matrix: Matrix, vector: Vector) -> Vector:
    product: Vector = matrix @ vector
    return product


def test_a_call_gets_what_is_kept_and_what_other_calls_gave(workers: Workers) -> None:
    kept, given = workers.keep(3), workers.call(added, 1, 1)
    assert workers.get(workers.call(added, kept, given)) == 5


def test_arrays_are_the_same_there(workers: Workers) -> None:
    matrix = np.arange(12, dtype=np.float32).reshape(3, 4)
    call = workers.call(product_there, workers.keep(matrix), np.ones(4, np.float32))
    assert workers.get(call).tolist() == [6, 22, 38]


def test_results_come_in_the_order_of_the_calls(workers: Workers) -> None:
    pauses = [0.3, 0.0, 0.2, 0.0, 0.1]
    assert list(in_order(workers, (workers.call(waited_for, pause) for pause in pauses))) == pauses


def test_an_error_for_the_user_comes_as_it_was_raised(workers: Workers) -> None:
    with pytest.raises(UsageError) as caught:
        workers.get(workers.call(refused, "Ada"))
    assert (caught.value.message, caught.value.hint) == ("Ada is refused.", "Give another.")


def lacks(module: str) -> None:
    raise ModuleNotFoundError(f"No module named {module!r}", name=module)


def ours() -> set[int]:
    """The processes that this one has started, and itself."""
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
    found = {os.getpid()}
    while more := {process for process, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def listening() -> list[str]:
    """The addresses at which they wait for others, as the kernel writes them."""
    sockets: set[str] = set()
    for process in ours():
        for handle in Path(f"/proc/{process}/fd").glob("*"):
            with suppress(OSError):
                sockets.add(str(handle.readlink()))
    rows = [line.split() for path in Path("/proc/net").glob("tcp*") for line in path.read_text().splitlines()]
    return [row[1].partition(":")[0] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="Only Linux tells of ports in /proc.")
def test_what_is_started_here_is_not_open_to_the_network(workers: Workers) -> None:
    workers.get(workers.call(added, 1, 1))
    addresses = listening()
    assert len(addresses) >= 3  # of two workers and what leads them
    assert set(addresses) <= LOOPBACK


def test_a_package_that_a_machine_lacks_is_named_as_it_is_installed(workers: Workers) -> None:
    with pytest.raises(ClusterError, match="do not have the package pylance"):
        workers.get(workers.call(lacks, "lance"))


def test_pylance_is_asked_for_before_anything_is_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lance", None)
    with pytest.raises(MovieRecError, match="needs the package pylance"), open_cluster("local"):
        raise AssertionError


def test_a_call_whose_worker_is_lost_is_made_again(workers: Workers, tmp_path: Path) -> None:
    assert workers.get(workers.call(lost_once, tmp_path / "mark")) == "done"


def test_work_that_always_loses_its_worker_is_given_up(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "RETRIES", 1)
    with pytest.raises(ClusterError, match="lost with its workers, 2 times") as caught:
        workers.get(workers.call(lost))
    assert "--workers 1" in str(caught.value.hint)


# ---- a cluster that is there ----


@pytest.fixture(scope="module")
def head() -> Iterator[str]:
    """The address of a cluster that another process has started, with a token of its own."""
    environment = {**os.environ, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": TOKEN}
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    line = ["start", "--head", "--block", f"--port={port}", "--num-cpus=1"]
    ray = Path(sys.executable).with_name("ray")
    started = subprocess.Popen(
        [ray, *line, "--include-dashboard=false", "--disable-usage-stats"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert started.stdout
    said = iter(started.stdout.readline, "")
    assert any("Ray runtime started" in line for line in said)
    yield f"127.0.0.1:{port}"
    started.terminate()
    started.communicate(timeout=30)


ASK = """
import os, sys
from movierec_cli.errors import MovieRecError
os.environ |= dict(pair.split("=") for pair in sys.argv[2:])
import ray
ray.__version__ = os.environ.get("ANOTHER_RAY", ray.__version__)
from movierec_cli.cluster.session import open_cluster
from movierec_cli.vectors.scale import liked_from
try:
    with open_cluster(sys.argv[1]) as workers:
        print(workers.count, workers.get(workers.call(liked_from, 1.0, 5.0)))
except MovieRecError as error:
    print(type(error).__name__, error)
"""


def asked(address: str, **environment: str) -> tuple[str, str]:
    """What comes of opening the cluster, on both streams."""
    done = run_python(ASK, address, *(f"{name}={value}" for name, value in environment.items()))
    return done.stdout.strip(), done.stderr


def test_a_cluster_that_is_there_calls_our_functions(head: str) -> None:
    assert asked(head, RAY_AUTH_TOKEN=TOKEN) == ("1 4.0", "")  # 4 of 5 stars are liked


def test_another_token_is_said(head: str) -> None:
    out, err = asked(head, RAY_AUTH_TOKEN="another")
    assert out.startswith(f"ClusterError What is at {head} does not let movierec in")
    assert "RAY_AUTH_TOKEN=TOKEN" in out
    assert err == ""


def test_a_port_that_is_closed_is_said(workers: Workers) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(ClusterError, match=f"There is no cluster at {address}: Connection refused"):
        open_cluster(address).__enter__()


@pytest.mark.parametrize("answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"", None])
def test_what_is_no_cluster_is_said_in_time(answer: bytes | None) -> None:
    """Something that answers otherwise, that hangs up, that says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"

        def serve() -> None:
            connection, _ = server.accept()
            if answer is None:
                time.sleep(session.PATIENCE + 1)
            connection.sendall(answer or b"")
            connection.close()

        serving = threading.Thread(target=serve)
        serving.start()
        started = time.perf_counter()
        with pytest.raises(ClusterError, match=f"What is at {address} does not let movierec in"):
            open_cluster(address).__enter__()
        assert time.perf_counter() - started < session.PATIENCE + 1
        serving.join()


@pytest.mark.parametrize(
    ("init", "told"),
    [
        ("import os; os._exit(1)", "This machine does not belong to the cluster at {}."),
        ("import time; time.sleep(60)", "The cluster at {} has not let this machine in"),
    ],
)
def test_a_machine_outside_the_cluster_is_told(
    head: str, init: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ray of a process without a part of the cluster on its machine ends it, or never comes back."""
    (tmp_path / "ray.py").write_text(f"def init(**_):\n    {init}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(session, "TRIAL", 5.0)
    with pytest.raises(ClusterError, match=told.format(head)):
        open_cluster(head).__enter__()


@pytest.mark.parametrize("count", [300, 10**20])
def test_more_workers_than_a_machine_has_use_for_are_refused(count: int) -> None:
    with pytest.raises(UsageError, match=f"--workers {count}: this machine has") as caught:
        open_cluster("local", workers=count).__enter__()
    assert f"--workers {os.cpu_count()}" in str(caught.value.hint)


def test_another_version_is_said(head: str) -> None:
    import ray

    out, err = asked(head, RAY_AUTH_TOKEN=TOKEN, ANOTHER_RAY="2.0.0")
    assert f"has Ray {ray.__version__} on Python" in out
    assert "this machine Ray 2.0.0 on Python" in out
    assert f"pip install ray=={ray.__version__}" in out
    assert err == ""
