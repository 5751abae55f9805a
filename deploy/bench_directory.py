"""Measures how soon a published directory is served by every Gateway; part of deploy/bench.

A time is from before the request to publish until each of two Gateways has answered a lookup from the new version. Four
readers look up without a pause meanwhile, by number and by name, and check every answer: none fails, none mixes versions,
none goes back. Readers and all processes share the machine.
"""

from __future__ import annotations

import http.client
import json
import os
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode

import requests

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests" / "Clients")]
os.environ.setdefault("PATCHBAY_BIN_DIR", str(ROOT / ".build" / "release"))

from broker_process import Broker  # noqa: E402
from extensions_edge import Edge, bearer  # noqa: E402
from gateway_process import FORM, PUBLIC_URL, Gateway, sign  # noqa: E402
from real_process import TOKENS, wait_until  # noqa: E402

FIRST = 100_000
PAUSE = 0.002  # seconds between two lookups of one reader: they are there to look, not to measure
DEADLINE = 120.0  # seconds until a version must be served everywhere
SAMPLES = 200  # different lookups of one reader
EACH_NAMED = 1_000  # one of so many extensions is found by its name
NAME_KEYS = "963"  # Zoe


def lines(count: int, version: int):
    """The directory in CSV: every record says which version it is of, and some have a name to be searched for."""
    yield "extension,worker_sid,worker_name,spoken_name\r\n"
    for number in range(FIRST, FIRST + count):
        yield f"{number},WK{number:032x},A,{name(number, version)}\r\n"


def name(number: int, version: int) -> str:
    return f"{'Zoe' if number % EACH_NAMED == 0 else 'Agent'} {version} {number}"


class Reader(threading.Thread):
    """Looks up at one Gateway, one question after the other."""

    def __init__(self, port: int, count: int, path: str):
        super().__init__(daemon=True)
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.path = path
        self.is_by_name = path.endswith("by-name")
        if self.is_by_name:
            forms = [{"digits": NAME_KEYS}]
        else:
            forms = [{"agentExt": str(FIRST + one * 7_919 % count)} for one in range(SAMPLES)]
        self.questions = [(form, urlencode(form), sign(PUBLIC_URL + path, form, TOKENS["flex"])) for form in forms]
        self.ends = threading.Event()
        self.problems: list[str] = []
        self.slowest = 0.0
        self.count = 0
        # When which version was first seen.
        self.versions: dict[int, float] = {}

    def run(self) -> None:
        while not self.ends.is_set() and not self.problems:
            form, body, signature = self.questions[self.count % len(self.questions)]
            began = time.monotonic()
            try:
                self.connection.request(
                    "POST", self.path, body, {"Content-Type": FORM, "X-Twilio-Signature": signature}
                )
                answer = self.connection.getresponse()
                text = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.problems.append(repr(error))
                return
            now = time.monotonic()
            self.slowest = max(self.slowest, now - began)
            self.count += 1
            self._judge(form, answer.status, json.loads(text), now)
            time.sleep(PAUSE)

    def _judge(self, form: dict, status: int, answer: dict, now: float) -> None:
        found = answer.get("matches") if self.is_by_name else [answer | {"extension": form.get("agentExt")}]
        if status != 200 or not found or not all(one.get("spokenName") for one in found):
            self.problems.append(f"{status} {answer}")
            return
        versions = {int(one["spokenName"].split()[1]) for one in found}
        version = max(versions)
        expected = {name(int(one["extension"]), version) for one in found}
        if len(versions) > 1 or version < max(self.versions, default=0):
            self.problems.append(f"after version {max(self.versions, default=0)} came {sorted(versions)}")
        elif expected != {one["spokenName"] for one in found}:
            self.problems.append(f"somebody else was found: {answer}")
        self.versions.setdefault(version, now)

    def stop(self) -> None:
        self.ends.set()
        self.join()
        self.connection.close()


class Readers:
    """Two for each Gateway."""

    def __init__(self, gateways: list[Gateway], count: int):
        self.all = [
            Reader(gateway.port, count, path)
            for gateway in gateways
            for path in ("/studio/extension", "/studio/dial-by-name")
        ]

    def __enter__(self) -> Readers:
        for reader in self.all:
            reader.start()
        wait_until(lambda: self.check() or all(reader.count for reader in self.all), DEADLINE, "a lookup of each reader")
        return self

    def __exit__(self, *_) -> None:
        for reader in self.all:
            reader.stop()

    def check(self) -> None:
        for reader in self.all:
            if reader.problems:
                raise SystemExit(f"a lookup of {reader.path} failed: {reader.problems[0]}")

    def served(self, version: int) -> float | None:
        """When the last reader got to a version; nothing while one has not."""
        self.check()
        times = [reader.versions.get(version) for reader in self.all]
        return None if None in times else max(times)


def import_all(edge: Edge, count: int, version: int) -> None:
    """Makes `count` records the draft."""
    headers = bearer() | {"Content-Type": "text/csv", "If-Match": edge.get("/v1/extensions?limit=1").headers["ETag"]}
    url = edge.gateway.url + "/v1/extensions/import?mode=replace"
    answer = requests.post(url, "".join(lines(count, version)).encode(), headers=headers, timeout=60)
    assert answer.status_code in (200, 202), answer.text
    if answer.status_code == 202:
        job = wait_until(lambda: ended(edge, answer.headers["Location"]), DEADLINE, "the import's end")
        assert job["state"] == "done", job


def ended(edge: Edge, location: str) -> dict | None:
    job = edge.request("GET", location).json()
    return job if job["state"] != "running" else None


def publish(edge: Edge) -> float:
    """Publishes the draft; when the request was made."""
    tag = edge.get("/v1/extensions?limit=1").headers["ETag"]
    began = time.monotonic()
    answer = edge.request("POST", "/v1/extensions/publish", {}, If_Match=tag)
    assert answer.status_code == 202, answer.text
    return began


def wait_for_end(edge: Edge) -> None:
    def is_over() -> bool:
        state = edge.get("/v1/extensions/publish").json()
        assert state["state"] != "failed", state
        return state["state"] == "deployed" and not state["missing"]

    wait_until(is_over, DEADLINE, "the publish's end")


def publish_until_found(edge: Edge, gateways: list[Gateway], number: int, spoken: str) -> float:
    """Publishes the draft; seconds until every Gateway answers so."""
    form = {"agentExt": str(number)}
    signature = sign(PUBLIC_URL + "/studio/extension", form, TOKENS["flex"])
    body = urlencode(form).encode()
    began = publish(edge)

    def is_served() -> bool:
        answers = [gateway.post("/studio/extension", body, signature).json() for gateway in gateways]
        return all(answer.get("spokenName") == spoken for answer in answers)

    wait_until(is_served, DEADLINE, "the new version at every Gateway")
    ended = time.monotonic()
    wait_for_end(edge)
    return ended - began


def publish_under_lookups(edge: Edge, gateways: list[Gateway], count: int, version: int) -> tuple[float, float]:
    """Publishes other names of everybody; seconds until they are served, and of the slowest lookup meanwhile."""
    import_all(edge, count, version)
    with Readers(gateways, count) as readers:
        began = publish(edge)
        served = wait_until(lambda: readers.served(version), DEADLINE, f"version {version} at every Gateway")
        wait_for_end(edge)
        readers.check()
        return served - began, max(reader.slowest for reader in readers.all)


def change_one(edge: Edge, gateways: list[Gateway]) -> float:
    """Publishes another name of one extension."""
    record = edge.get("/v1/extensions?limit=1&sort=extension").json()["items"][0]
    changed = {"extension": record["extension"], "target": record["target"], "spokenName": "Somebody else"}
    answer = edge.request("PUT", f"/v1/extensions/{record['id']}", changed, If_Match=f'"{record["revision"]}"')
    assert answer.status_code == 200, answer.text
    return publish_until_found(edge, gateways, int(record["extension"]), "Somebody else")


def figures(quick: bool):
    """Yields (name, value, unit)."""
    count = 20_000 if quick else 100_000
    with Broker().start() as broker:
        edge, second = Edge(broker), Gateway(broker, instance="second")
        edge.service.settings |= {"extensions.numbers.min_digits": 6, "extensions.numbers.max_digits": 6}
        second.settings["state_dir"] = broker.base / "second-state"
        gateways = [edge.gateway, second]
        with edge, second.start():
            import_all(edge, count, 1)
            yield "publish_directory_first", publish_until_found(edge, gateways, FIRST, name(FIRST, 1)), "s"
            rounds = [publish_under_lookups(edge, gateways, count, version) for version in (2, 3)]
            yield "publish_directory", max(served for served, _ in rounds), "s"
            yield "publish_directory_lookup_max", max(slowest for _, slowest in rounds) * 1_000, "ms"
            yield "publish_directory_one_change", change_one(edge, gateways), "s"


if __name__ == "__main__":
    for figure, value, unit in figures("--quick" in sys.argv):
        print(json.dumps({"name": figure, "value": round(value, 3), "unit": unit}), flush=True)
