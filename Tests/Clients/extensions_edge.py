"""Broker, ExtensionsSvc and Gateway together, seen over HTTP, with tokens made by PyJWT."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import jwt
import requests

from broker_process import Broker
from gateway_process import PUBLIC_URL, Gateway, form, sign
from real_process import START_DEADLINE, TOKENS, RealProcess, binary, wait_until

SECRET = "a secret of thirty-two bytes or more"


def claims(role: str = "supervisor", **changes) -> dict:
    return {"sub": "u-1", "name": "Sofía", "role": role, "exp": int(time.time()) + 600} | changes


def token(role: str = "supervisor", **changes) -> str:
    return jwt.encode(claims(role, **changes), SECRET, algorithm="HS256")


def bearer(role: str = "supervisor", **changes) -> dict:
    return {"Authorization": f"Bearer {token(role, **changes)}"}


def record(extension: str, number: int, name: str = "") -> dict:
    name = name or f"Agent {number}"
    target = {"type": "worker", "workerSid": f"WK{number:032x}", "workerName": name}
    return {"extension": extension, "target": target, "spokenName": name}


def fuzz(url: str, directory: Path, paths: str, role: str = "admin") -> None:
    """Sends what schemathesis makes of the OpenAPI document; fails where an answer says that the server failed."""
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{url}/openapi.json",
        "--checks=not_a_server_error", "--max-examples=12", "--seed=4", "--request-timeout=20", "--workers=1",
        "--phases=examples,coverage,fuzzing", paths, "--mode=all", "--no-color", "--suppress-health-check=all",
        "--generation-database=none", f"--header=Authorization: {bearer(role)['Authorization']}",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, cwd=directory)
    assert done.returncode == 0, done.stdout[-6_000:] + done.stderr[-2_000:]


class Directory(RealProcess):
    """ExtensionsSvc; whoever needs it waits for its answers through the Gateway."""

    name = "ExtensionsSvc"

    def __init__(self, broker: Broker):
        self.settings = {"run_dir": broker.run_dir, "state_dir": broker.state_dir}
        self.log_path = broker.base / "extensions.log"

    def command(self) -> list:
        return [binary("patchbay-extensions"), *(f"--set={key}={value}" for key, value in self.settings.items())]


class Edge:
    """Everything that the console and an IVR talk to."""

    def __init__(self, broker: Broker, **settings):
        self.broker = broker
        self.gateway = Gateway(broker, **settings)
        self.gateway.environment["PATCHBAY_GATEWAY_AUTH_JWT_SECRET"] = SECRET
        self.service = Directory(broker)

    def __enter__(self) -> Edge:
        self.service.launch()
        self.gateway.start()
        wait_until(lambda: self.get("/v1/extensions").status_code == 200, START_DEADLINE, "an answer of the directory")
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is not None:
            print(f"--- gateway\n{self.gateway.log()[-4000:]}\n--- extensions\n{self.service.log()[-4000:]}")
        self.gateway.close()
        self.service.close()

    def request(self, method: str, path: str, body=None, role: str = "supervisor", **headers) -> requests.Response:
        fields = bearer(role) | {name.replace("_", "-"): text for name, text in headers.items()}
        return requests.request(method, self.gateway.url + path, json=body, headers=fields, timeout=60)

    def get(self, path: str, role: str = "agent") -> requests.Response:
        return self.request("GET", path, role=role)

    def publish(self) -> dict:
        """Publishes the draft as it is, and waits until it is served everywhere."""
        tag = self.get("/v1/extensions?limit=1").headers["ETag"]
        answer = self.request("POST", "/v1/extensions/publish", {}, If_Match=tag)
        assert answer.status_code == 202, answer.text

        def ended():
            state = self.get("/v1/extensions/publish").json()
            return state if state["state"] in ("deployed", "failed") else None

        return wait_until(ended, 40, "the end of the publish")

    def lookup(self, path: str = "/studio/extension", project: str = "flex", **parameters) -> requests.Response:
        signature = sign(PUBLIC_URL + path, parameters, TOKENS[project])
        return self.gateway.post(path, form(parameters), signature)


class Stream:
    """Reads server-sent events."""

    def __init__(self, edge: Edge, last: str | None = None, role: str = "agent", **claims):
        headers = bearer(role, **claims) | ({"Last-Event-ID": last} if last else {})
        url = edge.gateway.url + "/v1/stream"
        self.response = requests.get(url, headers=headers, stream=True, timeout=30)
        self._lines = self.response.iter_lines(chunk_size=1, decode_unicode=True)
        self.last = last

    def next(self) -> dict:
        """The next event with data; ids without data are kept as `last`."""
        event: dict = {}
        for line in self._lines:
            name, _, value = line.partition(": ")
            if line == "":
                self.last = event.get("id", self.last)
                if "data" in event:
                    return event | {"data": json.loads(event["data"])}
                if event.get("id"):
                    return event
                event = {}
            elif name:
                event[name] = value
        raise AssertionError("the stream ended")

    def close(self) -> None:
        self.response.close()
