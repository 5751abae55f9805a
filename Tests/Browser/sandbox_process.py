"""A real patchbay-sandbox with two projects, on a free port."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import requests

sys.path.append(str(Path(__file__).resolve().parents[1] / "Clients"))

from real_process import (  # noqa: E402
    ACCOUNTS,
    TOKENS,
    RealProcess,
    binary,
    free_port,
    tokens_in_environment,
    wait_until,
)  # fmt: skip

__all__ = ["ACCOUNTS", "NUMBERS", "TOKENS", "People", "Sandbox", "wait_until"]
NUMBERS = {"flex": ("+14155550100", "+14155550101"), "frontline": ("+14155550200", "+14155550201")}
WORKERS = ["ana.ruiz", "ben.cole"]


class Sandbox(RealProcess):
    """One process; stopped and started again it keeps its port, not its state."""

    name = "the Sandbox"

    def __init__(self, base: Path, **settings):
        self.base = base
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.config = base / "sandbox.yaml"
        self.log_path = base / "sandbox.log"
        self.environment = tokens_in_environment() | {"PATCHBAY_RUN_DIR": str(base / "run")}
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
                    } | settings,
                }
            )
        )

    def command(self) -> list:
        return [binary("patchbay-sandbox"), f"--config={self.config}"]

    def launch(self) -> Sandbox:
        (self.base / "run").mkdir(exist_ok=True)
        return super().launch()

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/sandbox/v1/world", timeout=1).status_code == 200
        except requests.RequestException:
            return False


class People:
    """The page API, for what a test needs to have happened before it looks."""

    def __init__(self, url: str):
        self.url = url

    def get(self, path: str, **query):
        return self._answer(requests.get(f"{self.url}/sandbox/v1/{path}", params=query, timeout=30))

    def post(self, path: str, project: str, **body):
        return self._answer(
            requests.post(f"{self.url}/sandbox/v1/{path}", json={"project": project, **body}, timeout=30)
        )

    @staticmethod
    def _answer(response: requests.Response):
        assert response.ok, f"{response.request.method} {response.request.url}: {response.status_code} {response.text}"
        return response.json() if response.content else None

    def reset(self) -> None:
        requests.delete(f"{self.url}/sandbox/v1/faults", timeout=30)
        requests.post(f"{self.url}/sandbox/v1/reset", timeout=30)

    def rest(self, project: str, path: str, **form) -> dict:
        """A call of the provider's own REST API, with the project's credentials."""
        response = requests.post(
            f"{self.url}/api/{path}", data=form, auth=(ACCOUNTS[project], TOKENS[project]), timeout=30
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
