"""Whole processes, measured from outside: wall time and peak memory of commands, interleaved."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Measured:
    """What one command took, run by run: seconds of wall time, and peak memory in MB."""

    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    @property
    def memory(self) -> float:
        return statistics.median(self.megabytes)


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> tuple[float, float, str]:
    """Seconds, peak MB and standard output of one process. Raises RuntimeError where it fails.

    The peak is at least that of the process that calls this, whose memory a child is said to have held.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            # Bytecode is kept, as for whoever installed the package: "" is as if this were not set.
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **(environment or {})},
        )
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)}: {err.read().decode(errors='replace')[-2000:]}")
        peak = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        return seconds, peak, out.read().decode()


def interleaved(
    commands: Mapping[str, Sequence[str]], rounds: int, environment: Mapping[str, str] | None = None
) -> dict[str, Measured]:
    """Run every command `rounds` times, in turns, after one round that only warms the caches."""
    measured = {name: Measured() for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            seconds, peak, _ = run(command, environment)
            if number:
                measured[name].seconds.append(seconds)
                measured[name].megabytes.append(peak)
    return measured


def row(name: str, measured: Measured, against: Measured) -> str:
    """A line of a Markdown table: median, spread, ratio of the medians, peak memory."""
    return (
        f"| {name} | {measured.median:.3f} | {min(measured.seconds):.3f} | {max(measured.seconds):.3f} "
        f"| {measured.median / against.median:.2f} | {measured.memory:.0f} |"
    )


HEAD = "| process | median s | min | max | ratio | peak MB |\n| --- | --- | --- | --- | --- | --- |"
