"""Real Broker processes in a temporary directory: start, wait until they answer, stop by pid, never leave one."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Callable

from patchbay_client import Client
from patchbay_connection import Dealer, NoAnswer
from patchbay_wire import PatchbayError

ROOT = Path(__file__).resolve().parents[2]
START_DEADLINE = 20.0  # seconds until a Broker must answer
STOP_DEADLINE = 15.0  # seconds until it must be gone after SIGTERM


def wait_until(condition: Callable[[], object], timeout: float = 10.0, what: str = "the condition") -> object:
    """The condition's first true value; fails the test when it does not come in time."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} did not come true within {timeout} s")
        time.sleep(0.005)


def binary(name: str) -> Path:
    """The executable under test, from $PATCHBAY_BIN_DIR or the debug build."""
    directory = Path(os.environ.get("PATCHBAY_BIN_DIR") or ROOT / ".build" / "debug")
    return (directory if directory.is_absolute() else ROOT / directory) / name


class Broker:
    """One data directory and the Broker that serves it; `start` may be called again after `stop` or `kill`."""

    def __init__(self, directory: Path | None = None, run_dir: Path | None = None, **settings):
        self._temporary = tempfile.TemporaryDirectory(prefix="pb-", ignore_cleanup_errors=True)
        self.base = Path(self._temporary.name)
        self.run_dir = run_dir or self.base / "run"
        self.state_dir = directory or self.base / "state"
        self.settings: dict[str, object] = settings
        self.environment: dict[str, str] = {}
        self.process: subprocess.Popen | None = None
        self.log_path = self.base / "broker.log"
        self._clients: list[Client] = []

    def command(self) -> list[str]:
        settings = {"run_dir": self.run_dir, "state_dir": self.state_dir} | self.settings
        return [str(binary("patchbay-broker")), *(f"--set={key}={value}" for key, value in settings.items())]

    def launch(self) -> Broker:
        """Starts the process without waiting for it."""
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdout=log, stderr=log, env=os.environ | self.environment, cwd=self.base
            )
        return self

    def start(self) -> Broker:
        self.launch()
        wait_until(self._answers, START_DEADLINE, f"an answer of the Broker (log: {self.log()})")
        return self

    def _answers(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the Broker ended with {self.process.returncode} before it answered:\n{self.log()}")
        return (self.run_dir / "bus.sock").exists() and says_welcome(self.run_dir)

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
        self._forget_clients()
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """SIGKILL: nothing is cleaned up."""
        self.process.kill()
        self.process.wait()
        self._forget_clients()

    def client(self, **options) -> Client:
        """A client that may do everything, closed with the Broker."""
        client = Client(self.run_dir, **{"role": "operator"} | options)
        self._clients.append(client)
        return client

    def _forget_clients(self) -> None:
        for client in self._clients:
            client.close()
        self._clients.clear()

    def close(self) -> None:
        self._forget_clients()
        if self.is_alive:
            self.process.kill()
            self.process.wait()
        self._temporary.cleanup()

    def __enter__(self) -> Broker:
        return self

    def __exit__(self, *_) -> None:
        self.close()


def says_welcome(run_dir: Path) -> bool:
    with Dealer(run_dir) as dealer:
        try:
            dealer.hello(0.5, versions=[1], role="service", client="probe/1", instance="")
            return True
        except NoAnswer:
            return False
        except PatchbayError as error:
            raise AssertionError(f"the Broker refused the probe: {error}") from error
