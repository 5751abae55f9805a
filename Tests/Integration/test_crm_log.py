"""Activities reach the CRM exactly once: real Broker, real processes of patchbay-crm, a CRM that is away, slow or full."""

from __future__ import annotations

import collections
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Clients"))

from broker_process import Broker, binary, wait_until  # noqa: E402
from crm_server import TOKEN, CRMServer  # noqa: E402
from patchbay_client import event  # noqa: E402
from patchbay_wire import Write  # noqa: E402

DEADLINE = 120.0  # seconds until what was queued must be in the CRM


class LogStack:
    """A Broker, processes `crm-1`, `crm-2`, …, and the CRM that they write to."""

    def __init__(self, crm: CRMServer | None, processes: int = 2, **settings):
        self.broker = Broker()
        self.crm = crm
        self.settings = settings
        self.names = [f"crm-{number + 1}" for number in range(processes)]
        self.processes: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> LogStack:
        self.broker.start()
        self.bus = self.broker.client()
        if self.crm:
            token = self.broker.base / "crm.token"
            token.write_text(TOKEN)
            self.settings = {
                "crm.connector": "http", "crm.http.base_url": f"http://127.0.0.1:{self.crm.port}",
                "crm.http.token_file": token, "crm.http.timeout_ms": 1000,
            } | self.settings  # fmt: skip
        for name in self.names:
            self.start(name)
        for name in self.names:
            wait_until(lambda name=name: self.is_ready(name), 60, f"readiness of {name}")
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is not None:
            for name in self.names:
                print(f"--- {name}\n{self.log(name)[-4000:]}", file=sys.stderr)
        for process in self.processes.values():
            if process.poll() is None:
                process.kill()
                process.wait()
        self.broker.close()
        if self.crm:
            self.crm.stop()

    def start(self, name: str) -> None:
        settings = {"run_dir": self.broker.run_dir, "state_dir": self.broker.state_dir} | self.settings
        command = [str(binary("patchbay-crm")), *(f"--set={key}={value}" for key, value in settings.items())]
        command.append(f"--instance={name.removeprefix('crm-')}")
        with open(self.broker.base / f"{name}.log", "ab") as log:
            self.processes[name] = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.broker.base, env=dict(os.environ)
            )

    def is_ready(self, name: str) -> bool:
        assert self.processes[name].poll() is None, self.log(name)
        return (self.broker.run_dir / f"admin-{name}.sock").exists() and self.health() is not None

    def log(self, name: str) -> str:
        path = self.broker.base / f"{name}.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def kill(self, name: str) -> None:
        self.processes[name].send_signal(signal.SIGKILL)
        self.processes[name].wait()

    def api(self, method: str, path: str, body=None, role: str = "agent", query: dict | None = None):
        request = {"method": method, "path": f"/v1/crm/{path}", "query": query or {}}
        request |= {"actor": {"sub": "ana.ruiz", "name": "Ana", "role": role}}
        request["body"] = body if isinstance(body, str) else "" if body is None else json.dumps(body)
        answer = json.loads(self.bus.call("crm.api", json.dumps(request).encode(), 20_000))
        return answer["status"], json.loads(answer["body"]) if answer["body"] else None

    def health(self) -> dict | None:
        try:
            return self.api("GET", "health")[1]
        except Exception:
            return None

    def queue(self, interaction: str, revision: int = 1, **fields) -> None:
        """Puts an activity on its way as the end of an interaction does: row and event in one transaction."""
        log = {
            "interactionId": interaction, "revision": revision, "agentId": "ana.ruiz", "channel": "voice",
            "direction": "inbound", "from": "+34600111222", "to": "+34900111222", "startedTs": 1790000000000,
            "endedTs": 1790000060000, "ringMs": 4000, "talkMs": 50000, "holdMs": 5000, "wrapMs": 1000,
            "outcome": "completed", "record": {"entity": "contact", "id": "ct_1", "label": "Zoë"},
        } | fields  # fmt: skip
        row = json.dumps({"queuedTs": int(time.time() * 1000), "log": log}).encode()
        data = {"interactionId": interaction, "agentId": "ana.ruiz", "revision": revision}
        due = event("activity.due", interaction, f"activity.due:{interaction}:{revision}", data, source="/crm")
        self.bus.write(Write("crm-outbox", f"due/{interaction}", row), publishes=(due,))

    def waiting(self) -> list[str]:
        return [entry.key for entry in self.bus.entries("crm-outbox", "due/")]

    def published(self, topic: str) -> list[dict]:
        found = [record for record in self.bus.read_all() if record.record.topic == topic]
        return [json.loads(record.record.payload)["data"] for record in found]

    def check(self, wanted: dict[str, int]) -> list[str]:
        """What is not as it must be: each interaction once in the CRM, in its last revision, and said once per revision."""
        problems = []
        kept = collections.Counter(log["interactionId"] for log in self.crm.activities.values())
        for interaction, revision in wanted.items():
            if kept[interaction] != 1:
                problems.append(f"{interaction}: {kept[interaction]} activities")
        for log in self.crm.activities.values():
            if log["revision"] != wanted.get(log["interactionId"]):
                problems.append(f"{log['interactionId']}: revision {log['revision']}")
        said = collections.Counter((d["interactionId"], d["revision"]) for d in self.published("activity.logged"))
        problems += [f"{key} was said {count} times" for key, count in said.items() if count > 1]
        problems += [f"{key} was not said" for key in wanted.items() if said[key] != 1]
        return problems


def settle(stack: LogStack) -> None:
    wait_until(lambda: not stack.waiting(), DEADLINE, f"an empty outbox, {len(stack.waiting())} wait")


def test_each_activity_is_there_once_although_the_crm_fails_in_every_way():
    faults = random.Random(11)

    def fault(number: int) -> str | None:
        return faults.choice(["hang", "late", "429", "500"]) if number <= 80 and faults.random() < 0.3 else None

    with LogStack(CRMServer(fault).start()) as stack:
        wanted = {}
        for number in range(60):
            stack.queue(f"WT{number:032x}")
            wanted[f"WT{number:032x}"] = 1
        for number in range(0, 60, 7):  # notes that come later
            stack.queue(f"WT{number:032x}", revision=2, notes="called back")
            wanted[f"WT{number:032x}"] = 2
        settle(stack)
        assert stack.check(wanted) == []
        assert stack.crm.most <= 16, "two processes with 8 each"
        status, recent = stack.api("GET", "activities", query={"agent": "ana.ruiz", "limit": "50"})
        assert status == 200 and len(recent["items"]) == 50
        for name in stack.names:
            assert (
                TOKEN not in stack.log(name) and "+34600111222" not in stack.log(name) and "Zoë" not in stack.log(name)
            )


def test_killed_processes_leave_no_second_activity_and_lose_none():
    with LogStack(CRMServer(lambda number: "late" if number % 5 == 0 else None).start(), processes=3) as stack:
        wanted = {}
        kills = random.Random(5)
        for number in range(90):
            stack.queue(f"WT{number:032x}")
            wanted[f"WT{number:032x}"] = 1
            if number % 30 == 20:
                victim = kills.choice(stack.names)
                stack.kill(victim)
                stack.start(victim)
        settle(stack)
        assert stack.check(wanted) == []
        assert len(stack.crm.revisions) >= 90, "an activity that was written and not acknowledged is written again"


def test_a_crm_that_is_away_gets_everything_when_it_is_back():
    crm = CRMServer().start()
    with LogStack(crm) as stack:
        crm.stop()
        wanted = {f"DL{number:032x}": 1 for number in range(40)}
        for interaction in wanted:
            stack.queue(interaction)
        wait_until(lambda: (stack.health() or {}).get("state") == "away", 30, "the connector's state")
        # The outbox is counted every other second at most.
        health = wait_until(lambda: (now := stack.health() or {}).get("waiting") == 40 and now, 10, "the outbox counted")
        assert health["oldestTs"] > 1_700_000_000_000
        assert health["error"].startswith("crm.unavailable.")
        crm.start()  # on the same port
        settle(stack)
        assert stack.check(wanted) == []
        wait_until(lambda: (stack.health() or {}).get("state") == "ok", 40, "the connector's state")


def test_what_the_crm_refuses_is_set_aside_and_brought_back():
    refusing = {"on": True}
    with LogStack(CRMServer(lambda _: "refuse" if refusing["on"] else None).start(), processes=1) as stack:
        stack.queue("WTa")
        wait_until(lambda: (stack.health() or {}).get("failed") == 1, 30, "a refused activity")
        (failed,) = stack.published("activity.failed")
        assert failed["code"] == "crm.refused" and failed["interactionId"] == "WTa"
        assert "WTa" in patchbay(stack, "status") and "dispositionCode" in patchbay(stack, "status")
        assert stack.api("POST", "activities/retry", {}, role="agent")[0] == 403
        refusing["on"] = False
        assert "1 on their way again" in patchbay(stack, "retry", "--all")
        wait_until(lambda: stack.check({"WTa": 1}) == [], 30, "the activity")


def test_the_checker_sees_a_crm_that_makes_two_of_one():
    """Negative control: without an id of ours in the CRM, a lost answer is a second record."""
    crm = CRMServer(lambda number: "late" if number == 1 else None, upsert=False).start()
    with LogStack(crm, processes=1) as stack:
        stack.queue("WTtwice")
        settle(stack)
        assert any("2 activities" in problem for problem in stack.check({"WTtwice": 1}))


def patchbay(stack: LogStack, *arguments: str, code: int = 0) -> str:
    done = subprocess.run(
        [str(binary("patchbay")), "crm", *arguments, f"--run-dir={stack.broker.run_dir}"],
        capture_output=True, text=True, timeout=60, cwd=stack.broker.base,
        env=os.environ | {"PATCHBAY_STATE_DIR": str(stack.broker.base / "none"), "NO_COLOR": "1"},
    )  # fmt: skip
    assert done.returncode == code, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def builtin():
    with LogStack(None, processes=2, **{"crm.country": "ES"}) as stack:
        yield stack


def test_contacts_are_imported_found_and_paged(builtin, tmp_path):
    file = tmp_path / "contacts.csv"
    lines = [f"c{n},Ana Número{n:02d} García,600 111 {n:03d},ana{n}@example.com" for n in range(30)]
    file.write_text("id,nombre,teléfono,email\n" + "\n".join(lines) + "\nbad,,1,\n")
    assert "30 created" in patchbay(builtin, "import", str(file), "--dry-run", code=1)
    said = patchbay(builtin, "import", str(file), code=1)
    assert "30 created" in said and "row 32: name" in said
    assert "30 unchanged" in patchbay(builtin, "import", str(file), code=1)
    assert re.search(r"c7 .*phone_exact", patchbay(builtin, "find", "+34 600 111 007"))
    assert re.search(r"c7 .*phone_exact", patchbay(builtin, "find", "600111007", "--region=ES"))
    assert re.search(r"c9 .*email", patchbay(builtin, "find", "ANA9@example.com"))
    seen, query = [], {"q": "garcia numero", "limit": "7"}
    while True:
        status, page = builtin.api("GET", "contacts", query=query)
        assert status == 200 and len(page["items"]) <= 7
        seen += [item["id"] for item in page["items"]]
        if not page.get("nextCursor"):
            break
        query["cursor"] = page["nextCursor"]
    assert sorted(seen) == sorted(f"c{n}" for n in range(30))
    assert builtin.api("POST", "contacts/import", "name\nEva\n", query={"format": "csv"})[0] == 403


def test_the_builtin_crm_keeps_an_activity_once(builtin):
    builtin.queue("WTbuiltin")
    builtin.queue("WTbuiltin", revision=2, notes="later")
    wait_until(lambda: not builtin.waiting(), 30, "an empty outbox")
    kept = [json.loads(e.value) for e in builtin.bus.entries("crm-builtin-activities")]
    assert [(k["interactionId"], k["revision"]) for k in kept] == [("WTbuiltin", 2)]
    assert builtin.api("GET", "activities", query={"contact": "ct_1"})[1]["items"][0]["log"]["notes"] == "later"


def test_records_are_made_once_per_key_and_limits_hold(builtin):
    body = {"defaults": {"name": 'O\'Brien "Bo" {x}&y', "phone": "+442079460999"}, "idempotencyKey": "key-00000001"}
    status, first = builtin.api("POST", "contacts", body)
    again = builtin.api("POST", "contacts", body)[1]
    assert status == 201 and not first["duplicate"] and again["duplicate"] and again["record"] == first["record"]
    contact = first["record"]["id"]
    assert builtin.api("GET", f"contacts/{contact}")[1]["label"] == body["defaults"]["name"]
    case = {"contact": contact, "title": "It <b>broke</b>", "idempotencyKey": "key-00000002"}
    assert builtin.api("POST", "cases", case)[0] == 201 and builtin.api("POST", "cases", case)[1]["duplicate"]
    assert [c["title"] for c in builtin.api("GET", "cases", query={"contact": contact})[1]["items"]] == [case["title"]]
    for path, query in [
        ("contacts", {"phone": "+442079460999", "limit": "51"}), ("contacts", {"phone": "+442079460999", "limit": "x"}),
    ]:  # fmt: skip
        assert builtin.api("GET", path, query=query)[0] == 422
    assert builtin.api("GET", "contacts")[0] == 400
    assert builtin.api("POST", "contacts", {"defaults": {"name": ""}, "idempotencyKey": "key-00000003"})[0] == 422
    assert builtin.api("POST", "contacts", {"defaults": {"name": "x"}})[0] == 422
    assert builtin.api("GET", "contacts/nobody")[0] == 404
    assert builtin.api("GET", "health")[1]["connector"] == "builtin"


def test_a_crm_that_is_away_for_a_minute_has_everything_once_soon_after():
    """A real minute; that the same holds for ten is the schedule's, which a unit test plays with a clock of its own."""
    end = time.monotonic() + 60

    with LogStack(CRMServer(lambda number: "500" if time.monotonic() < end else None).start()) as stack:
        wanted = {f"WT{number:032x}": 1 for number in range(20)}
        for interaction in wanted:
            stack.queue(interaction)
        wait_until(lambda: time.monotonic() > end, 90, "the CRM's return")
        assert len(stack.waiting()) == 20
        settle(stack)
        assert time.monotonic() - end < 90, "a pause is a minute and a quarter at most"
        assert stack.check(wanted) == []
