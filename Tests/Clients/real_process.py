"""Real processes of the build under test: started until they answer, stopped by their own pid, never left behind."""

from __future__ import annotations

import itertools
import os
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
START_DEADLINE = 60.0  # seconds until a process must answer
STOP_DEADLINE = 30.0  # seconds until it must be gone after SIGTERM

# The two projects that the tests play, and the tokens that sign for them.
ACCOUNTS = {"flex": "AC" + "1" * 32, "frontline": "AC" + "2" * 32}
TOKENS = {"flex": "flex-auth-token-0123456789abcdef", "frontline": "frontline-auth-token-0123456789"}


def wait_until(condition: Callable[[], object], timeout: float = 30.0, what: str = "the condition") -> object:
    """The condition's first true value; fails the test when it does not come in time."""
    began = time.monotonic()
    while True:
        value = condition()
        if value:
            return value
        waited = time.monotonic() - began
        if waited > timeout:
            raise AssertionError(f"{what} did not come true within {timeout} s")
        # What takes long is asked for less often, so that the asking does not slow it down.
        time.sleep(0.005 if waited < 1 else 0.05)


def binary(name: str) -> Path:
    """The executable under test, from $PATCHBAY_BIN_DIR or the debug build."""
    directory = Path(os.environ.get("PATCHBAY_BIN_DIR") or ROOT / ".build" / "debug")
    return (directory if directory.is_absolute() else ROOT / directory) / name


def _ports() -> Iterator[int]:
    """
    Ports that nothing but these tests takes: below those that the kernel gives to outgoing connections, one of which would
    take a server's port between its choice and its start, or while it is restarted. Workers of xdist have every sixteenth.
    """
    worker = int("".join(filter(str.isdigit, os.environ.get("PYTEST_XDIST_WORKER", ""))) or LANES - 1) % LANES
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    lane = range(PORTS_FROM + worker, max(lowest, PORTS_FROM + 4_000), LANES)
    yield from itertools.islice(itertools.cycle(lane), os.getpid() % len(lane), None)


PORTS_FROM = 10_000
LANES = 16
_next_port = _ports()


def free_port() -> int:
    """A port on which nothing listens; the same one is not given again soon."""
    for port in itertools.islice(_next_port, 1_000):
        with socket.socket() as probe:
            # As servers do it: a port whose last connections are only fading away is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue
    raise AssertionError(f"no free port among 1,000 from {PORTS_FROM} on")


def tokens_in_environment(projects: dict[str, str] = TOKENS) -> dict[str, str]:
    """The projects' tokens, where processes look for them."""
    return {f"PATCHBAY_GATEWAY_PROJECTS_{name.upper()}_AUTH_TOKEN": token for name, token in projects.items()}


def spawn(command: list, log_path: Path, environment: dict[str, str], cwd: Path | None = None) -> subprocess.Popen:
    """Starts a process whose output goes to the end of a file."""
    with open(log_path, "ab") as log:
        return subprocess.Popen(
            [str(part) for part in command], stdout=log, stderr=log, env=os.environ | environment, cwd=cwd
        )


class RealProcess:
    """One process; who inherits says by what command and environment it starts, and when it is ready."""

    name = "the process"
    log_path: Path
    environment: dict[str, str] = {}
    cwd: Path | None = None
    process: subprocess.Popen | None = None

    def command(self) -> list:
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether it is ready; not asked after it has ended."""
        raise NotImplementedError

    def launch(self):
        """Starts the process without waiting for it."""
        self.process = spawn(self.command(), self.log_path, self.environment, self.cwd)
        return self

    def start(self):
        self.launch()
        wait_until(self._is_ready, START_DEADLINE, f"an answer of {self.name} (log: {self.log()})")
        return self

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended with {self.process.returncode} before it answered:\n{self.log()}")
        return self.answers()

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def wait(self, timeout: float = STOP_DEADLINE) -> int:
        """The exit status, once the process ended by itself."""
        return self.process.wait(timeout)

    def stop(self) -> int:
        """SIGTERM, as an operator would."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """SIGKILL: nothing is cleaned up."""
        self.process.kill()
        self.process.wait()

    def close(self) -> None:
        if self.is_alive:
            self.kill()

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.close()
