"""Broker, ExtensionsSvc, Gateway and Sandbox for the console's tests, and supervisors who use the REST API beside it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import socket
import time
from pathlib import Path

import requests

from sandbox_process import ACCOUNTS, TOKENS, RealProcess, binary, free_port, tokens_in_environment, wait_until

START_DEADLINE = 60.0
PUBLISH_DEADLINE = 40.0
PROJECT = {"flex": TOKENS["flex"]}
SECRET = "a-secret-of-the-tests-with-more-than-32-bytes"
WORKERS = [
    "Ana Ruiz", "Ben Cole", "Chloé Martin", "Diego Peña", "Eva Novák", "Fatima Haddad", "Gonzalo Núñez", "Hana Sato",
    "Íñigo López", "Julia Okafor", "Kofi Mensah", "Lucía García",
]  # fmt: skip
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'


def token(name: str, role: str, seconds: int = 3_600) -> str:
    """A JWT as an identity provider would give it."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    claims = {"sub": name.lower().replace(" ", "."), "name": name, "role": role, "exp": int(time.time()) + seconds}
    head = part(b'{"alg":"HS256","typ":"JWT"}') + "." + part(json.dumps(claims).encode())
    return head + "." + part(hmac.new(SECRET.encode(), head.encode(), hashlib.sha256).digest())


class AdminConnection(http.client.HTTPConnection):
    """HTTP over the admin socket of a process."""

    def __init__(self, path: Path):
        super().__init__("localhost", timeout=30)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class Daemon(RealProcess):
    """One process of a stack, ready when its admin socket says so."""

    def __init__(self, stack: ConsoleStack, name: str):
        self.name = name
        self.stack = stack
        self.cwd = stack.base
        self.log_path = stack.base / f"{name}.log"
        self.environment = tokens_in_environment(PROJECT) | {
            "PATCHBAY_GATEWAY_AUTH_JWT_SECRET": SECRET, "PATCHBAY_SANDBOX_DEV_LOGIN_SECRET": SECRET,
        }  # fmt: skip

    def command(self) -> list:
        return [binary(f"patchbay-{self.name}"), f"--config={self.stack.config}"]

    def answers(self) -> bool:
        connection = AdminConnection(self.stack.run_dir / f"admin-{self.name}.sock")
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


class ConsoleStack:
    """Broker, Sandbox, ExtensionsSvc and Gateway; each can be stopped and started again, and keeps what it has on disk."""

    NAMES = ("broker", "sandbox", "extensions", "gateway")

    def __init__(self, base: Path):
        self.base = base
        self.run_dir = base / "run"
        self.run_dir.mkdir()
        self.port, sandbox_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        sandbox_url = f"http://127.0.0.1:{sandbox_port}"
        self.config = base / "patchbay.json"
        workspace = {"workspace_sid": "WS" + "1" * 32}
        settings = {
            "run_dir": str(self.run_dir),
            "state_dir": str(base / "state"),
            "gateway": {
                "listen": {"port": self.port},
                "public_url": self.url,
                "projects": {"flex": {"account_sid": ACCOUNTS["flex"]}},
                "auth": {"development_url": f"{sandbox_url}/dev/token"},
                "api": {"slow_timeout_ms": 20_000},
            },
            "sandbox": {
                "listen": {"port": sandbox_port},
                "seed": 7,
                "dev_login_origins": [self.url],
                "projects": {"flex": {"workers": WORKERS, **workspace}},
            },
            "extensions": {
                "numbers": {"min_digits": 3, "max_digits": 5},
                "workers": {"project": "flex", "refresh_seconds": 5, **workspace},
            },
            "twilio": {"base_url": f"{sandbox_url}/api/{{product}}"},
        }
        # JSON is YAML.
        self.config.write_text(json.dumps(settings))
        self.processes = {name: Daemon(self, name) for name in self.NAMES}
        self.ana = Supervisor(self.url, token("Ana Ruiz", "supervisor"))

    def start(self, *names: str) -> ConsoleStack:
        for name in names or self.NAMES:
            self.processes[name].start()
        return self

    def stop(self, *names: str) -> None:
        for name in names:
            self.processes[name].stop()

    def close(self) -> None:
        for process in self.processes.values():
            process.close()

    def log(self) -> str:
        """The end of each process's log."""
        return "\n".join(f"--- {name}\n{process.log()[-3_000:]}" for name, process in self.processes.items())


class Supervisor:
    """The REST API, for what a test needs to have happened before it looks."""

    def __init__(self, url: str, token: str):
        self.url = url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def ask(self, method: str, path: str, **options) -> requests.Response:
        response = self.session.request(method, f"{self.url}/v1/{path}", timeout=60, **options)
        assert response.ok, f"{method} {path}: {response.status_code} {response.text}"
        return response

    def get(self, path: str, **query):
        return self.ask("GET", path, params=query).json()

    def all(self) -> list[dict]:
        found, cursor = [], None
        while True:
            page = self.get("extensions", limit=1_000, **({"cursor": cursor} if cursor else {}))
            found += page["items"]
            cursor = page["nextCursor"]
            if not cursor:
                return found

    def bulk(self, changes: list[dict]) -> None:
        for start in range(0, len(changes), 1_000):
            self.ask("POST", "extensions/bulk", json={"changes": changes[start : start + 1_000]})

    def replace(self, records: list[dict]) -> None:
        """Makes these the whole draft."""
        self.bulk([{"op": "delete", "id": one["id"], "revision": one["revision"]} for one in self.all()])
        self.bulk([{"op": "create", "record": record} for record in records])

    def named(self, number: str) -> dict:
        return next(record for record in self.all() if record["extension"] == number)

    def change(self, number: str, **fields) -> dict:
        """Saves other values of one extension, as somebody else would."""
        record = self.named(number)
        headers = {"If-Match": f'"{record["revision"]}"'}
        return self.ask("PUT", f"extensions/{record['id']}", json=record | fields, headers=headers).json()

    def delete(self, number: str) -> None:
        record = self.named(number)
        self.ask("DELETE", f"extensions/{record['id']}", headers={"If-Match": f'"{record["revision"]}"'})

    def publish(self, note: str = "") -> dict:
        etag = self.get("extensions", limit=1)["draft"]["etag"]
        self.ask("POST", "extensions/publish", json={"note": note}, headers={"If-Match": etag})
        return wait_until(self._published, PUBLISH_DEADLINE, "end of the publish")

    def _published(self) -> dict | None:
        state = self.get("extensions/publish")
        assert state["state"] != "failed", state
        return state if state["state"] == "deployed" else None

    def workers(self) -> dict[str, str]:
        """SIDs by name, once TaskRouter's list is there."""
        found = wait_until(lambda: self.get("workers", limit=50)["items"], START_DEADLINE, "worker list")
        return {worker["name"]: worker["sid"] for worker in found}

    def team(self) -> list[dict]:
        """Twelve extensions: workers, a queue, an outside number, one that has expired, a hostile name."""
        sids = self.workers()
        records = [
            extension(f"10{number:02}", worker(name, sids[name]), name, team=["Sales", "Support", None][number % 3])
            for number, name in enumerate(WORKERS[:8])
        ]
        records[1]["fallback"] = {"type": "queue", "queue": "Support"}
        return records + [
            extension("2000", {"type": "queue", "queue": "Support"}, "Support desk", team="Support"),
            extension("2001", {"type": "number", "number": "+34912345678"}, "Night service", validUntil="2099-06-30T16:00:00Z"),
            extension("2002", {"type": "queue", "queue": "Trade fair"}, "Trade fair", validUntil="2026-01-31T18:00:00Z"),
            extension("2003", {"type": "queue", "queue": HOSTILE}, HOSTILE, team="<b>Team</b>"),
        ]  # fmt: skip


def worker(name: str, sid: str) -> dict:
    return {"type": "worker", "workerSid": sid, "workerName": name}


def extension(number: str, target: dict, name: str, **more) -> dict:
    return {
        "extension": number, "target": target, "spokenName": name, "fallback": None, "validUntil": None, "team": None,
    } | more  # fmt: skip


def many(count: int) -> list[dict]:
    """A large directory: names in an order of their own, four teams."""
    names = [f"{first} {last}" for last in ["Ruiz", "Cole", "Muñoz", "Smith", "Núñez"] for first in ["Ana", "Ben", "Zoë", "Íñigo"]]
    return [
        extension(
            f"{10_000 + number}", {"type": "queue", "queue": f"Queue {number % 50}"},
            f"{names[number * 7 % len(names)]} {number}", team=["Sales", "Support", "Billing", "Operations"][number % 4],
        )
        for number in range(count)
    ]  # fmt: skip
