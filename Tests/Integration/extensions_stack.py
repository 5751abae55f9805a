"""A Broker and several real ExtensionsSvc processes, spoken to over the bus as the Gateway does."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Clients"))

import kill_points  # noqa: E402, F401
from broker_process import Broker, binary, wait_until  # noqa: E402
from patchbay_client import CallUnavailable, CallUnknown, Client  # noqa: E402
from sync_stack import UnixConnection  # noqa: E402

START_DEADLINE = 60.0  # seconds until a process must be ready
PUBLISH_DEADLINE = 60.0  # seconds until a publish must be at its end

SUPERVISOR = {"sub": "u-1", "name": "Sofia", "role": "supervisor"}
OTHER = {"sub": "u-2", "name": "Omar", "role": "supervisor"}
AGENT = {"sub": "u-3", "name": "Ana", "role": "agent"}


@dataclass
class Answer:
    """What the directory answered."""

    status: int
    body: object
    etag: str | None
    location: str | None
    content_type: str

    def __getitem__(self, name):
        return self.body[name]


def worker(number: int) -> str:
    return f"WK{number:032x}"


def record(extension: str, number: int | None = None, name: str = "", **fields) -> dict:
    number = int("1" + extension) if number is None else number
    name = name or f"Agent {number}"
    target = {"type": "worker", "workerSid": worker(number), "workerName": name}
    return {"extension": extension, "target": target, "spokenName": name} | fields


class ExtensionsStack:
    """The Broker and processes `extensions-1`, `extensions-2`, …"""

    def __init__(self, processes: int = 2, settings: dict | None = None, broker: dict | None = None):
        self.broker = Broker(**(broker or {}))
        self.settings = {"extensions.publish.lease_seconds": 2} | (settings or {})
        self.names = [f"extensions-{number + 1}" for number in range(processes)]
        self.processes: dict[str, subprocess.Popen] = {}
        self.environment: dict[str, dict[str, str]] = {}
        self._pool = ThreadPoolExecutor(16)

    def __enter__(self) -> ExtensionsStack:
        self.broker.start()
        self.bus: Client = self.broker.client()
        self.start(*self.names)
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is not None:
            for name in self.names:
                print(f"--- {name}\n{self.log(name)}", file=sys.stderr)
            print(f"--- broker\n{self.broker.log()[-4_000:]}", file=sys.stderr)
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        self.broker.close()

    def start(self, *names: str) -> None:
        for name in names:
            settings = {"run_dir": self.broker.run_dir, "state_dir": self.broker.state_dir} | self.settings
            command = [str(binary("patchbay-extensions")), *(f"--set={key}={value}" for key, value in settings.items())]
            command.append(f"--instance={name.removeprefix('extensions-')}")
            with open(self.log_path(name), "ab") as log:
                self.processes[name] = subprocess.Popen(
                    command, stdout=log, stderr=log, env=os.environ | self.environment.get(name, {}), cwd=self.broker.base
                )
        for name in names:
            wait_until(lambda name=name: self.is_ready(name), START_DEADLINE, f"readiness of {name}: {self.log(name)}")

    def is_ready(self, name: str) -> bool:
        if self.processes[name].poll() is not None:
            raise AssertionError(f"{name} ended with {self.processes[name].returncode}:\n{self.log(name)}")
        try:
            return self.admin(name, "/readyz")[0] == 200
        except OSError:
            return False

    def admin(self, name: str, path: str) -> tuple[int, str]:
        connection = UnixConnection(self.broker.run_dir / f"admin-{name}.sock")
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def log_path(self, name: str) -> Path:
        return self.broker.base / f"{name}.log"

    def log(self, name: str) -> str:
        path = self.log_path(name)
        return path.read_text(errors="replace")[-6_000:] if path.exists() else ""

    def kill(self, name: str) -> None:
        """SIGKILL: nothing is cleaned up."""
        self.processes[name].kill()
        self.processes[name].wait()

    def stop(self, name: str) -> int:
        self.processes[name].send_signal(signal.SIGTERM)
        return self.processes[name].wait(20)

    # Requests

    def api(
        self, method: str, path: str, body=None, actor: dict = SUPERVISOR, if_match: str | None = None,
        query: dict | None = None, content_type: str = "application/json", deadline_ms: int = 20_000,
    ) -> Answer:  # fmt: skip
        path, _, parameters = path.partition("?")
        query = (query or {}) | dict(pair.split("=") for pair in parameters.split("&") if pair)
        request = {"method": method, "path": f"/v1/{path}", "query": query, "actor": actor}
        request["contentType"] = content_type
        request["body"] = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        if if_match:
            request["ifMatch"] = if_match
        payload = json.dumps(request).encode()
        try:
            answer = json.loads(self.bus.call("extensions.api", payload, deadline_ms))
        except CallUnknown:
            # The Broker may hand a call to a process that has just died. A question may be asked again.
            if method != "GET":
                raise
            answer = json.loads(self.bus.call("extensions.api", payload, deadline_ms))
        text = answer["body"]
        is_json = "json" in answer["contentType"] and text
        return Answer(
            answer["status"], json.loads(text) if is_json else text, answer.get("etag"), answer.get("location"),
            answer["contentType"],
        )  # fmt: skip

    def at_once(self, *requests: tuple) -> list[Answer]:
        """Several requests at the same moment: the Broker hands them to different processes."""
        waiting: list[Future] = []
        for method, path, *rest in requests:
            body, actor, if_match = (list(rest) + [None, None, None])[:3]
            waiting.append(self._pool.submit(self.api, method, path, body, actor or SUPERVISOR, if_match))
        return [future.result(60) for future in waiting]

    def at_once_while(self, happens, *requests: tuple) -> list[Answer | None]:
        """The same while something else happens; None where the outcome is not known."""

        def ask(method, path, body=None, actor=None, if_match=None):
            try:
                return self.api(method, path, body, actor or SUPERVISOR, if_match)
            except (CallUnavailable, CallUnknown):
                return None

        waiting = [self._pool.submit(ask, *request) for request in requests]
        happens()
        return [future.result(60) for future in waiting]

    def requests(self, name: str) -> int:
        """Requests that a process has answered."""
        lines = self.admin(name, "/metrics")[1].splitlines()
        return sum(int(float(line.rsplit(" ", 1)[1])) for line in lines if line.startswith("patchbay_extensions_requests_total"))

    def create(self, extension: str, number: int | None = None, **fields) -> Answer:
        answer = self.api("POST", "extensions", record(extension, number, **fields))
        assert answer.status == 201, answer
        return answer

    def listed(self, **query) -> list[dict]:
        """All records, page by page."""
        items, cursor = [], None
        while True:
            page = self.api("GET", "extensions", query={"limit": 1000} | query | ({"cursor": cursor} if cursor else {}))
            assert page.status == 200, page
            items += page["items"]
            cursor = page["nextCursor"]
            if not cursor:
                return items

    # Publishing

    def draft_tag(self) -> str:
        return self.api("GET", "extensions", query={"limit": 1}).etag

    def publish(self, actor: dict = SUPERVISOR, **body) -> Answer:
        return self.api("POST", "extensions/publish", body, actor, self.draft_tag())

    def wait_for_publish(self, timeout: float = PUBLISH_DEADLINE) -> dict:
        """How the publish ended."""

        def ended():
            state = self.api("GET", "extensions/publish").body
            return state if state["state"] in ("deployed", "failed") else None

        return wait_until(ended, timeout, "the publish's end")

    def report(self, instance: str, head: dict, ttl_ms: int = 15_000) -> None:
        """What a Gateway says that it serves."""
        value = {"version": head["version"], "sha256": head["sha256"], "count": head["count"], "at": time.time()}
        self.bus.put("extensions-lookups", instance, json.dumps(value).encode(), ttl_ms=ttl_ms)

    def published(self) -> dict:
        entry = self.bus.get("extensions-head", "published")
        return json.loads(entry.value) if entry else {"version": 0, "sha256": "", "count": 0}

    def served(self) -> list[dict]:
        """The entries of the version in force, read as a Gateway reads them: hashes checked."""
        import hashlib

        head = self.published()
        if not head["version"]:
            return []
        manifest = json.loads(self.bus.get("extensions-versions", f"{head['version']:010}").value)
        assert manifest["sha256"] == head["sha256"]
        entries = []
        for sha in manifest["chunks"]:
            chunk = self.bus.get("extensions-chunks", sha)
            assert chunk is not None, f"chunk {sha} of version {head['version']} is missing"
            assert hashlib.sha256(chunk.value).hexdigest() == sha
            entries += [json.loads(line) for line in chunk.value.decode().splitlines()]
        assert len(entries) == head["count"]
        return entries

    def events(self, topic: str = "extensions.changed") -> list[dict]:
        return [json.loads(stored.record.payload) for stored in self.bus.read_all(offset=0, filters=[topic])]
