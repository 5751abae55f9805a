"""Real Broker, Gateway, Sandbox and SyncSvc processes in a temporary directory, and the people who use them.

A test says who writes what, kills what it likes, and waits until both sides are twins; see `twins.py`.

    with SyncStack(flex="conversations", frontline="chat", syncs=2) as stack:
        pair = stack.web_chat("Ana", "hello")
        pair.say("frontline", "good morning")
        stack.kill("sync-1"); stack.start("sync-1")
        pair.wait_for_twins()
"""

from __future__ import annotations

import http.client
import json
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import requests

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Clients"))

from patchbay_client import Client  # noqa: E402
from real_process import (  # noqa: E402
    ACCOUNTS, TOKENS, binary, free_port, spawn, tokens_in_environment, wait_until,
)  # fmt: skip
from twilio.request_validator import RequestValidator  # noqa: E402

from twins import Message, Side, differences  # noqa: E402

START_DEADLINE = 60.0  # seconds until a process must be ready
STOP_DEADLINE = 30.0  # seconds until it must be gone after SIGTERM
SETTLE_DEADLINE = 60.0  # seconds until both sides must be twins

SIDES = ("flex", "frontline")
DIGITS = {"flex": "a", "frontline": "b"}
WORKERS = ["agent.one", "agent.two"]

# Short times, so that a lost answer is dealt with in seconds.
TWILIO = {"timeout_ms": 1_500, "attempt_timeout_ms": 1_000, "breaker_open_ms": 300, "backoff_cap_ms": 500}


def sid(prefix: str, side: str) -> str:
    return prefix + DIGITS[side] * 32


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket: the admin socket of a process."""

    def __init__(self, path: Path):
        super().__init__("localhost", timeout=30)
        self.socket_path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.socket_path)


class SyncStack:
    """All processes; names are `broker`, `gateway`, `sandbox`, `sync-1`, `sync-2`, …"""

    def __init__(
        self,
        flex: str = "conversations",
        frontline: str = "conversations",
        syncs: int = 1,
        mode: str = "on",
        seed: int = 1,
        pump: dict | None = None,
        twilio: dict | None = None,
        sync: dict | None = None,
        sandbox: dict | None = None,
    ):
        self._temporary = tempfile.TemporaryDirectory(prefix="pb-", ignore_cleanup_errors=True)
        self.base = Path(self._temporary.name)
        self.run_dir = self.base / "run"
        self.dialects = {"flex": flex, "frontline": frontline}
        self.gateway_port, self.sandbox_port = free_port(), free_port()
        self.gateway_url = f"http://127.0.0.1:{self.gateway_port}"
        self.sandbox_url = f"http://127.0.0.1:{self.sandbox_port}"
        self.syncs = [f"sync-{number + 1}" for number in range(syncs)]
        self.processes: dict[str, subprocess.Popen] = {}
        self._clients: list[Client] = []
        self.config = self.base / "patchbay.json"
        settings = {
            "run_dir": str(self.run_dir),
            "state_dir": str(self.base / "state"),
            "gateway": {
                "listen": {"port": self.gateway_port},
                "public_url": self.gateway_url,
                "projects": {side: {"account_sid": ACCOUNTS[side]} for side in SIDES},
            },
            "sandbox": {
                "listen": {"port": self.sandbox_port},
                "seed": seed,
                "projects": {side: self._sandbox_project(side) for side in SIDES},
            }
            | (sandbox or {}),
            "sync": {"mode": mode, "sides": {side: self._sync_side(side) for side in SIDES}, "pump": pump or {}}
            | (sync or {}),
            "twilio": {"base_url": f"{self.sandbox_url}/api/{{product}}"} | TWILIO | (twilio or {}),
        }
        # JSON is YAML.
        self.config.write_text(json.dumps(settings))

    def _sandbox_project(self, side: str) -> dict:
        return {
            "dialect": self.dialects[side],
            "service_sid": sid("IS", side),
            "workspace_sid": sid("WS", side),
            "workflow_sid": sid("WW", side),
            "queue_sid": sid("WQ", side),
            "workers": WORKERS,
            "routes_to_flex": side == "flex",
            "webhook_base": f"{self.gateway_url}/webhooks/twilio/{side}",
            "callback_base": self.gateway_url,
        }

    def _sync_side(self, side: str) -> dict:
        return {
            "project": side,
            "dialect": self.dialects[side],
            "service_sid": sid("IS", side),
            "workspace_sid": sid("WS", side),
            "workflow_sid": sid("WW", side),
            "queue_sid": sid("WQ", side),
            "sms_number": "+14155550100",
            "whatsapp_number": "+14155550101",
        }

    # Processes

    def start(self, *names: str) -> None:
        """Starts processes and waits until each is ready."""
        for name in names or ["broker", "sandbox", "gateway", *self.syncs]:
            self._launch(name)
            wait_until(lambda name=name: self._is_ready(name), START_DEADLINE, f"readiness of {name}:\n{self.log(name)}")

    def _launch(self, name: str) -> None:
        kind, _, instance = name.partition("-")
        command = [str(binary(f"patchbay-{kind}")), f"--config={self.config}"]
        if instance:
            command.append(f"--instance={instance}")
        self.processes[name] = spawn(command, self.base / f"{name}.log", tokens_in_environment(), self.base)

    def _is_ready(self, name: str) -> bool:
        if self.processes[name].poll() is not None:
            raise AssertionError(f"{name} ended with {self.processes[name].returncode}:\n{self.log(name)}")
        try:
            return self.admin(name, "/readyz")[0] == 200
        except OSError:
            return False

    def admin(self, name: str, path: str) -> tuple[int, str]:
        """What a process says on its admin socket: /readyz, /metrics."""
        connection = UnixConnection(self.run_dir / f"admin-{name}.sock")
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def metric(self, name: str, metric: str, **labels: str) -> float:
        """The sum of a metric's series of one process that have these labels."""
        total = 0.0
        for line in self.admin(name, "/metrics")[1].splitlines():
            if line.startswith(metric) and line[len(metric)] in " {":
                if all(f'{key}="{value}"' in line for key, value in labels.items()):
                    total += float(line.rsplit(" ", 1)[1])
        return total

    def kill(self, name: str) -> None:
        """SIGKILL: nothing is cleaned up."""
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self, name: str) -> int:
        """SIGTERM, as an operator would."""
        self.processes[name].send_signal(signal.SIGTERM)
        return self.processes[name].wait(STOP_DEADLINE)

    def log(self, name: str) -> str:
        path = self.base / f"{name}.log"
        return path.read_text(errors="replace")[-4_000:] if path.exists() else ""

    def bus(self) -> Client:
        """A client of the bus that may do everything."""
        client = Client(self.run_dir, role="operator")
        self._clients.append(client)
        return client

    def __enter__(self) -> SyncStack:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is not None:
            for name in self.processes:
                print(f"--- {name}\n{self.log(name)}", file=sys.stderr)
        self.close()

    def close(self) -> None:
        for client in self._clients:
            client.close()
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        self._temporary.cleanup()

    # The Sandbox

    def sandbox(self, method: str, path: str, **body) -> dict:
        """The Sandbox's own API, below /sandbox/v1/."""
        answer = requests.request(method, f"{self.sandbox_url}/sandbox/v1/{path}", json=body or None, timeout=30)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    def faults(self, **plan) -> None:
        """Replaces the faults; see the Sandbox's control API."""
        if plan:
            self.sandbox("PUT", "faults", **plan)
        else:
            self.sandbox("DELETE", "faults")

    def rest(self, side: str, method: str, product: str, path: str, **form) -> dict:
        """The provider's REST API, as its owner."""
        answer = requests.request(
            method,
            f"{self.sandbox_url}/api/{product}/{path}",
            auth=(ACCOUNTS[side], TOKENS[side]),
            data=form or None,
            timeout=30,
        )
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    def collection(self, side: str, conversation: str = "") -> tuple[str, str]:
        """Product and path of a side's conversations, or of one."""
        if self.dialects[side] == "chat":
            product, path = "chat", f"v2/Services/{sid('IS', side)}/Channels"
        else:
            product, path = "conversations", f"v1/Services/{sid('IS', side)}/Conversations"
        return product, f"{path}/{conversation}" if conversation else path

    def rows(self, side: str, conversation: str, kind: str = "Messages") -> list[dict]:
        """Everything of a kind in a conversation, all pages."""
        product, path = self.collection(side, conversation)
        answer = self.rest(side, "GET", product, f"{path}/{kind}?PageSize=100")
        rows = list(answer[answer["meta"]["key"]])
        while answer["meta"]["next_page_url"]:
            url = answer["meta"]["next_page_url"]
            answer = requests.get(url, auth=(ACCOUNTS[side], TOKENS[side]), timeout=30).json()
            rows += answer[answer["meta"]["key"]]
        return rows

    def listed(self, side: str, conversation: str) -> Side:
        """A conversation for the oracle."""
        return Side(side, [Message.of(row) for row in self.rows(side, conversation)])

    def find(self, side: str, unique_name: str) -> dict | None:
        """A conversation by its unique name."""
        product, path = self.collection(side, unique_name)
        answer = requests.get(
            f"{self.sandbox_url}/api/{product}/{path}", auth=(ACCOUNTS[side], TOKENS[side]), timeout=30
        )
        return answer.json() if answer.status_code == 200 else None

    # What happens

    def web_chat(self, name: str = "Ana", body: str = "hello", worker: str = WORKERS[0]) -> Pair:
        """A customer begins a web chat, an agent accepts it, and it is paired."""
        chat = self.sandbox("POST", "customer/chats", project="flex", name=name, body=body)
        self.accept(chat["conversation_sid"], worker, customer=name)
        return self.paired("flex", chat["conversation_sid"], customer=chat["identity"], agent=worker)

    def paired(self, origin: str, conversation: str, customer: str, agent: str) -> Pair:
        other = "frontline" if origin == "flex" else "flex"
        name = f"ff:{ACCOUNTS[origin]}:{conversation}"
        twin = wait_until(lambda: self.find(other, name), SETTLE_DEADLINE, f"a twin of {conversation}")
        return Pair(self, {origin: conversation, other: twin["sid"]}, customer, agent)

    def accept(self, conversation: str, worker: str = WORKERS[0], **attributes) -> None:
        """TaskRouter's webhook that a worker has accepted the work of a conversation."""
        key = "channelSid" if self.dialects["flex"] == "chat" else "conversationSid"
        self.task_event(
            "reservation.accepted",
            TaskSid="WT" + secrets.token_hex(16),
            ReservationSid="WR" + secrets.token_hex(16),
            WorkerSid="WK" + secrets.token_hex(16),
            WorkerName=worker,
            TaskChannelUniqueName="chat",
            TaskAttributes=json.dumps({key: conversation} | attributes),
        )

    def task_event(self, kind: str, side: str = "flex", **form) -> None:
        """A signed TaskRouter webhook."""
        url = f"{self.gateway_url}/webhooks/twilio/{side}/taskrouter"
        now = time.time()
        form = {
            "Sid": "EV" + secrets.token_hex(16),
            "EventType": kind,
            "AccountSid": ACCOUNTS[side],
            "WorkspaceSid": sid("WS", side),
            "Timestamp": str(int(now)),
            "TimestampMs": str(int(now * 1000)),
        } | form
        signature = RequestValidator(TOKENS[side]).compute_signature(url, form)
        answer = requests.post(url, data=form, headers={"X-Twilio-Signature": signature}, timeout=30)
        assert answer.ok, answer.text


@dataclass
class Pair:
    """Two conversations, and the people in them: the customer on the Flex side, the agent in the mobile app."""

    stack: SyncStack
    conversations: dict[str, str]
    customer: str
    agent: str
    said: dict[str, list[str]] = field(default_factory=lambda: {side: [] for side in SIDES})

    def say(self, side: str, body: str, author: str | None = None) -> dict:
        """The customer writes on the Flex side, the agent on the other, as users of an SDK: webhooks ring."""
        author = author or (self.customer if side == "flex" else self.agent)
        answer = self.stack.sandbox(
            "POST", f"conversations/{self.conversations[side]}/messages", project=side, author=author, body=body
        )
        self.said[side].append(body)
        return answer

    def listed(self) -> tuple[Side, Side]:
        return tuple(self.stack.listed(side, self.conversations[side]) for side in SIDES)

    def differences(self) -> list[str]:
        return differences(*self.listed())

    def wait_for_twins(self, count: int | None = None, timeout: float = SETTLE_DEADLINE) -> tuple[Side, Side]:
        """Both sides, once they are twins and have `count` messages each."""
        found: list = []

        def are_twins() -> bool:
            sides = self.listed()
            found[:] = differences(*sides)
            if count is not None and [len(side.messages) for side in sides] != [count, count]:
                found.append(f"{[len(side.messages) for side in sides]} messages instead of {count}")
            return not found

        deadline = time.monotonic() + timeout
        while not are_twins():
            if time.monotonic() > deadline:
                raise AssertionError("no twins:\n" + "\n".join(found[:20]))
            time.sleep(0.05)
        return self.listed()
