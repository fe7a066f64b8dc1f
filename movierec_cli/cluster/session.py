"""Workers of a Ray cluster: of one that is started here and ends with the block, or of one that is there."""

import logging
import os
import re
import secrets
import socket
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeVar

from movierec_cli.errors import ClusterError, MovieRecError, UsageError, counted
from movierec_cli.system.silence import silence
from movierec_cli.system.workers import Kept, Workers

T = TypeVar("T")

LOCAL = "local"
PATIENCE = 3.0
"""Seconds that a cluster has to open its port to us, and to answer."""
TRIAL = 30.0
"""Seconds that it has to let this machine in."""
MOST_A_CORE = 4
"""So many workers at most for each core of this machine."""
RETRIES = 10
"""How often a call is made again whose worker was lost."""
_PACKAGES = {"lance": "pylance"}
"""What brings a module of another name."""
_ACROSS_MACHINES = "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"
"""Without it Ray takes 127.0.0.1 for its address, on every system, and listens there alone."""
_SETTINGS = b"\x04"
"""The kind of frame that HTTP/2, which gRPC is spoken in, begins with."""
_GRPC_BEGINS = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0" + _SETTINGS + b"\0" * 5


_RAISED = b"raised"
_ASK = f"""
import sys
try:
    import ray
    ray.init(address=sys.argv[1], log_to_driver=False)
except Exception:
    sys.exit(print({_RAISED.decode()!r}) or 1)
"""
"""What it is asked by; other errors than its end are told by `_connect`."""


@contextmanager
def open_cluster(
    address: str = LOCAL, *, workers: int | None = None, on_stage: Callable[[str], None] | None = None
) -> Iterator[Workers]:
    """Workers for `train`, `export` and `evaluate`, until the block ends.

    address: "local" for a Ray that is started on this machine, or HOST:PORT of a cluster that this machine
    belongs to. workers: how many calls are made side by side; by default as many as there are cores.
    on_stage: told what takes seconds.

    Raises UsageError for what is no address or no number of workers, MovieRecError without the extra
    `cluster`, and ClusterError where there is no cluster, or none that takes us.
    """
    found = re.fullmatch(r"([^\s/:]+|\[[0-9a-fA-F:]+\]):(\d{1,5})", address)
    if address != LOCAL and not found:
        raise UsageError(
            f"--cluster {address}: that is no address of a cluster.",
            "Give HOST:PORT of its head, such as 10.0.0.1:6379, or start one here: --cluster local",
        )
    if workers is not None and workers < 1:
        raise UsageError(f"--workers {workers}: give a whole number from 1.")
    own = os.cpu_count() or 1
    if not found and workers is not None and workers > max(MOST_A_CORE * own, 8):
        raise UsageError(
            f"--workers {workers}: this machine has {counted(own, 'core')}, and more workers take longer.",
            f"Give one for each: --workers {own}",
        )
    with _environment(own=not found):
        ray = _ray()
        if on_stage:
            on_stage("Starting Ray, up to 15 seconds" if not found else f"Asking Ray at {address}")
        if found:
            _knock(address, found[1].strip("[]"), int(found[2]))
            _try(address)
            package = str(Path(__file__).parents[1])
            _connect(ray, address, address=address, runtime_env={"py_modules": [package]})
        else:
            cores = workers or own
            _connect(ray, address, address=LOCAL, num_cpus=cores, include_dashboard=False)
        try:
            cores = max(1, int(ray.cluster_resources().get("CPU", 1)))
            ours = _RayWorkers(ray, min(workers or cores, cores), ahead=workers if found else None)
            if found:
                ours.get(ours.call(_load_pylance))
            yield ours
        finally:
            with silence():
                ray.shutdown()


@contextmanager
def _environment(*, own: bool) -> Iterator[None]:
    """What Ray reads of the environment. own: a cluster of our own, which listens to nobody else.

    Unless it is told not to, Ray reports to its makers, and what becomes of workers on stdout. On Linux the
    ports of its processes would be open to the network.
    """
    wanted = {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_DEDUP_LOGS_SKIP_REGEX": ".",
        "RAY_NUM_REDIS_GET_RETRIES": str(round(PATIENCE)),
    }
    has_token = "RAY_AUTH_TOKEN" in os.environ or "RAY_AUTH_TOKEN_PATH" in os.environ
    if own:
        wanted |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32), _ACROSS_MACHINES: "0"}
    elif has_token or (Path.home() / ".ray" / "auth_token").is_file():
        wanted["RAY_AUTH_MODE"] = "token"
    missing = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(missing)
    try:
        yield
    finally:
        for name in missing:
            os.environ.pop(name, None)


def _ray() -> Any:
    for module in ("ray", "lance"):
        if find_spec(module) is None:
            raise MovieRecError(
                f"--cluster needs the package {_PACKAGES.get(module, module)}, which is not installed.",
                'Install it: pip install "movierec-cli[cluster]"',
            )
    return import_module("ray")


def _knock(address: str, host: str, port: int) -> None:
    """See whether somebody is at home, and speaks what Ray does, who would wait for minutes itself."""
    answer = b""
    try:
        with socket.create_connection((host, port), PATIENCE) as knocking:
            knocking.sendall(_GRPC_BEGINS)
            with suppress(OSError):
                answer = knocking.recv(9)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "no answer"
        raise ClusterError(
            f"There is no cluster at {address}: {reason}.",
            "Look for its head's address: ray status. Or start one here: --cluster local",
        ) from None
    if answer[3:4] != _SETTINGS and os.environ.get("RAY_USE_TLS", "0") == "0":
        raise _not_taken(address)


def _try(address: str) -> None:
    """See in a process of its own whether this machine belongs to the cluster.

    Where it does not, Ray ends the process that asks, without an exception, or waits for minutes.
    """
    try:
        line = [sys.executable, "-c", _ASK, address]
        tried = subprocess.run(line, check=False, capture_output=True, timeout=TRIAL)
    except subprocess.TimeoutExpired:
        raise ClusterError(
            f"The cluster at {address} has not let this machine in within {TRIAL:.0f} seconds.",
            "Run the command on a machine of the cluster, with the address that ray status shows there.",
        ) from None
    if tried.returncode and _RAISED not in tried.stdout:
        raise ClusterError(
            f"This machine does not belong to the cluster at {address}.",
            "Run the command on one of its machines, or let this one join it: ray start --address=" + address,
        )


def _connect(ray: Any, name: str, **how: Any) -> None:
    failure: Exception | None = None
    with silence(), warnings.catch_warnings():
        # its processes begin anew at once, with nothing of LanceDB's
        warnings.filterwarnings("ignore", "lancedb fork support", RuntimeWarning)
        warnings.filterwarnings("ignore", "lance is not fork-safe", UserWarning)
        try:
            ray.init(log_to_driver=False, logging_level=logging.CRITICAL, configure_logging=True, **how)
        except Exception as error:  # it has no class for what it cannot start or reach
            failure = error
    if failure is None:
        return
    told = str(failure)
    if versions := re.findall(r"Ray: (\S+)\s+Python: (\S+)", told):
        theirs, ours = (f"Ray {of_ray} on Python {of_python}" for of_ray, of_python in versions)
        raise ClusterError(
            f"The cluster at {name} has {theirs}, and this machine {ours}.",
            f"Install the cluster's here: pip install ray=={versions[0][0]}, with Python {versions[0][1]}",
        )
    if isinstance(failure, ConnectionError) or "Auth" in type(failure).__name__:
        raise _not_taken(name)
    reason = (told.strip().splitlines() or [type(failure).__name__])[0]
    raise ClusterError(f"Ray cannot be used at {name}: {reason[:300]}")


def _not_taken(address: str) -> ClusterError:
    return ClusterError(
        f"What is at {address} does not let movierec in: it is not a Ray cluster, or its token differs.",
        "Give the cluster's token: export RAY_AUTH_MODE=token RAY_AUTH_TOKEN=TOKEN",
    )


def _load_pylance() -> None:
    """Say before a training that a worker does not have what its end takes."""
    import_module("lance")


class _RayWorkers:
    """Calls are tasks of Ray, and what is kept is in its object store."""

    apart = True

    def __init__(self, ray: Any, count: int, ahead: int | None) -> None:
        self.count = count
        self.ahead = (2 * count if ahead is None else ahead) - 1
        self._ray = ray
        self._tasks: dict[Callable[..., Any], Any] = {}

    def keep(self, value: T) -> Kept[T]:
        return Kept(self._ray.put(value))

    def call(self, function: Callable[..., T], *arguments: object) -> Kept[T]:
        if function not in self._tasks:  # each goes to the cluster once
            self._tasks[function] = self._ray.remote(max_retries=RETRIES)(function)
        held = (each.held if isinstance(each, Kept) else each for each in arguments)
        return Kept(self._tasks[function].remote(*held))

    def get(self, kept: Kept[T]) -> T:
        try:
            value: T = self._ray.get(kept.held)
        except self._ray.exceptions.RayTaskError as error:
            cause = error.cause
            if isinstance(cause, ModuleNotFoundError):
                name = str(cause.name)
                raise ClusterError(
                    f"The cluster's machines do not have the package {_PACKAGES.get(name, name)}.",
                    'Install on each of them what movierec needs: pip install "movierec-cli[cluster]"',
                ) from None
            raise (cause if isinstance(cause, MovieRecError) else error) from None
        except self._ray.exceptions.RayError as error:
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            raise ClusterError(
                f"The work was lost with its workers, {RETRIES + 1} times: {reason[:300]}",
                "They may have too little memory. Try one worker at a time: --workers 1",
            ) from None
        return value
