"""Real Broker processes in a temporary directory: start, wait until they answer, stop by pid, never leave one."""

from __future__ import annotations

import tempfile
from pathlib import Path

from patchbay_client import Client
from patchbay_connection import Dealer, NoAnswer
from patchbay_wire import PatchbayError
from real_process import ROOT, START_DEADLINE, STOP_DEADLINE, RealProcess, binary, wait_until

__all__ = ["ROOT", "START_DEADLINE", "STOP_DEADLINE", "Broker", "binary", "says_welcome", "wait_until"]


class Broker(RealProcess):
    """One data directory and the Broker that serves it; `start` may be called again after `stop` or `kill`."""

    name = "the Broker"

    def __init__(self, directory: Path | None = None, run_dir: Path | None = None, **settings):
        self._temporary = tempfile.TemporaryDirectory(prefix="pb-", ignore_cleanup_errors=True)
        self.base = Path(self._temporary.name)
        self.run_dir = run_dir or self.base / "run"
        self.state_dir = directory or self.base / "state"
        self.settings: dict[str, object] = settings
        self.environment: dict[str, str] = {}
        self.cwd = self.base
        self.log_path = self.base / "broker.log"
        self._clients: list[Client] = []

    def command(self) -> list[str]:
        settings = {"run_dir": self.run_dir, "state_dir": self.state_dir} | self.settings
        return [str(binary("patchbay-broker")), *(f"--set={key}={value}" for key, value in settings.items())]

    def answers(self) -> bool:
        return (self.run_dir / "bus.sock").exists() and says_welcome(self.run_dir)

    def stop(self) -> int:
        self._forget_clients()
        return super().stop()

    def kill(self) -> None:
        super().kill()
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
        super().close()
        self._temporary.cleanup()


def says_welcome(run_dir: Path) -> bool:
    with Dealer(run_dir) as dealer:
        try:
            dealer.hello(0.5, versions=[1], role="service", client="probe/1", instance="")
            return True
        except NoAnswer:
            return False
        except PatchbayError as error:
            raise AssertionError(f"the Broker refused the probe: {error}") from error
