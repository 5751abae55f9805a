"""A real patchbay-sandbox with two projects, on a free port."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import requests

from web_sources import ROOT

START_DEADLINE = 15.0
STOP_DEADLINE = 10.0
ACCOUNTS = {"flex": "AC" + "1" * 32, "frontline": "AC" + "2" * 32}
TOKENS = {"flex": "flex-auth-token-0123456789abcdef", "frontline": "frontline-auth-token-0123456789"}
NUMBERS = {"flex": ("+14155550100", "+14155550101"), "frontline": ("+14155550200", "+14155550201")}
WORKERS = ["ana.ruiz", "ben.cole"]


def binary(name: str) -> Path:
    directory = os.environ.get("PATCHBAY_BIN_DIR")
    return Path(directory or ROOT / ".build" / "debug") / name


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(check, deadline: float, what: str):
    """Waits for a condition of another process; there is nothing here that could tell when it holds."""
    end = time.monotonic() + deadline
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"no {what} within {deadline} s")
        time.sleep(0.02)


class Sandbox:
    """One process; stopped and started again it keeps its port, not its state."""

    def __init__(self, base: Path):
        self.base = base
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = base / "sandbox.yaml"
        self.log_path = base / "sandbox.log"
        self.process: subprocess.Popen | None = None
        self.config.write_text(
            json.dumps(
                {
                    "gateway": {"projects": {name: {"account_sid": sid} for name, sid in ACCOUNTS.items()}},
                    "sandbox": {
                        "listen": {"port": self.port},
                        "seed": 7,
                        "projects": {
                            name: {"number": NUMBERS[name][0], "whatsapp_number": NUMBERS[name][1], "workers": WORKERS}
                            for name in ACCOUNTS
                        },
                    },
                }
            )
        )

    def start(self) -> Sandbox:
        environment = {
            f"PATCHBAY_GATEWAY_PROJECTS_{name.upper()}_AUTH_TOKEN": token for name, token in TOKENS.items()
        } | {"PATCHBAY_RUN_DIR": str(self.base / "run")}
        (self.base / "run").mkdir(exist_ok=True)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [str(binary("patchbay-sandbox")), f"--config={self.config}"],
                stdout=log, stderr=log, env=os.environ | environment,
            )  # fmt: skip
        wait_until(self._is_ready, START_DEADLINE, f"answer of the Sandbox (log: {self.log()})")
        return self

    def _is_ready(self) -> bool:
        if self.process.poll() is not None:
            raise AssertionError(f"the Sandbox ended with {self.process.returncode}:\n{self.log()}")
        try:
            return requests.get(f"{self.url}/sandbox/v1/world", timeout=1).status_code == 200
        except requests.RequestException:
            return False

    def log(self) -> str:
        return self.log_path.read_text(errors="replace") if self.log_path.exists() else ""

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(STOP_DEADLINE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class People:
    """The page API, for what a test needs to have happened before it looks."""

    def __init__(self, url: str):
        self.url = url

    def get(self, path: str, **query):
        return self._answer(requests.get(f"{self.url}/sandbox/v1/{path}", params=query, timeout=10))

    def post(self, path: str, project: str, **body):
        return self._answer(
            requests.post(f"{self.url}/sandbox/v1/{path}", json={"project": project, **body}, timeout=10)
        )

    @staticmethod
    def _answer(response: requests.Response):
        assert response.ok, f"{response.request.method} {response.request.url}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def reset(self) -> None:
        requests.delete(f"{self.url}/sandbox/v1/faults", timeout=10)
        requests.post(f"{self.url}/sandbox/v1/reset", timeout=10)

    def rest(self, project: str, path: str, **form) -> dict:
        """A call of the provider's own REST API, with the project's credentials."""
        response = requests.post(
            f"{self.url}/api/{path}", data=form, auth=(ACCOUNTS[project], TOKENS[project]), timeout=10
        )
        return self._answer(response)

    def worker(self, project: str, name: str) -> dict:
        projects = {one["name"]: one for one in self.get("world")["projects"]}
        return next(worker for worker in projects[project]["workers"] if worker["name"] == name)

    def set_activity(self, project: str, name: str, activity: str) -> None:
        self.post(f"workers/{self.worker(project, name)['sid']}/activity", project, activity=activity)

    def begin_chat(self, name: str, body: str, project: str = "flex") -> dict:
        return self.post("customer/chats", project, name=name, body=body)

    def write(self, project: str, conversation: str, author: str, body: str, **more) -> dict:
        return self.post(f"conversations/{conversation}/messages", project, author=author, body=body, **more)
