"""A customer keys an extension in on the Sandbox's telephone: Gateway, ExtensionsSvc, Broker and Sandbox are real."""

from __future__ import annotations

import json

import pytest

from sync_stack import WORKERS, SyncStack, sid, wait_until

SUPERVISOR = {"sub": "u-1", "name": "Sofia", "role": "supervisor"}
CUSTOMER = "+34600111222"
DEADLINE = 30.0
ONE, TWO = WORKERS


class Exchange:
    """The processes, with agents who are there and what the telephone of a customer does."""

    def __init__(self):
        self.stack = SyncStack(syncs=0)
        settings = json.loads(self.stack.config.read_text())
        settings["sandbox"]["projects"]["flex"]["extension_lookup_url"] = self.stack.gateway_url
        self.stack.config.write_text(json.dumps(settings))
        self.stack.start("broker", "sandbox", "gateway", "extensions-1")
        self.bus = self.stack.bus()
        for name in WORKERS:
            self.go(name, "Available")

    def worker(self, name: str) -> str:
        world = self.stack.sandbox("GET", "world")["projects"]
        flex = next(project for project in world if project["name"] == "flex")
        self.number = flex["number"]
        return next(row["sid"] for row in flex["workers"] if row["name"] == name)

    def go(self, name: str, activity: str) -> None:
        self.stack.sandbox("POST", f"workers/{self.worker(name)}/activity", project="flex", activity=activity)

    def api(self, method: str, path: str, body=None, if_match: str | None = None) -> dict:
        request = {"method": method, "path": f"/v1/{path}", "query": {}, "actor": SUPERVISOR}
        request |= {"contentType": "application/json", "body": json.dumps(body) if body is not None else ""}
        if if_match:
            request["ifMatch"] = if_match
        return json.loads(self.bus.call("extensions.api", json.dumps(request).encode(), 20_000))

    def target(self, name: str) -> dict:
        return {"type": "worker", "workerSid": self.worker(name), "workerName": name}

    def publish(self, extension: str, name: str, **fields) -> None:
        record = {"extension": extension, "target": self.target(name), "spokenName": name} | fields
        assert self.api("POST", "extensions", record)["status"] == 201
        tag = self.api("GET", "extensions")["etag"]
        assert self.api("POST", "extensions/publish", {}, tag)["status"] == 202
        state = wait_until(self.ended, DEADLINE, "the publish's end")
        assert state["state"] == "deployed", state
        # The Gateway reported what it serves, so no lookup behind this is answered from an older version.
        assert [row["isCurrent"] for row in state["lookups"]] == [True], state

    def ended(self) -> dict | None:
        state = json.loads(self.api("GET", "extensions/publish")["body"])
        return state if state["state"] in ("deployed", "failed") else None

    def dial(self, digits: str) -> str:
        call = self.stack.sandbox("POST", "calls", project="flex", **{"from": CUSTOMER, "to": self.number})["call_sid"]
        self.stack.sandbox("POST", f"calls/{call}/digits", project="flex", digits=digits)
        return call

    def rung(self) -> dict[str, str]:
        """Who is asked to take a task now, with the reservation."""
        path = f"v1/Workspaces/{sid('WS', 'flex')}/Workers"
        pending = {}
        for name in WORKERS:
            rows = self.stack.rest("flex", "GET", "taskrouter", f"{path}/{self.worker(name)}/Reservations")["reservations"]
            pending |= {name: row["sid"] for row in rows if row["reservation_status"] == "pending"}
        return pending

    def hang_up(self, call: str) -> None:
        self.stack.sandbox("POST", f"calls/{call}/hangup", project="flex")
        wait_until(lambda: not self.rung(), DEADLINE, "the end of the call")


@pytest.fixture(scope="module")
def exchange():
    exchange = Exchange()
    try:
        exchange.publish("7777", TWO, fallback=exchange.target(ONE))
        yield exchange
    finally:
        for name in exchange.stack.processes:
            print(f"--- {name}\n{exchange.stack.log(name)}")  # shown when a test fails
        exchange.stack.close()


def test_whoever_keys_7777_in_rings_exactly_that_agent(exchange):
    call = exchange.dial("7777#")
    rung = wait_until(exchange.rung, DEADLINE, "a reservation")
    assert list(rung) == [TWO]
    exchange.hang_up(call)


def test_a_name_spelled_on_the_keypad_finds_the_agent(exchange):
    # agent.two and agent.one begin alike; t-w-o is 8-9-6.
    call = exchange.dial("*#")
    exchange.stack.sandbox("POST", f"calls/{call}/digits", project="flex", digits="896#")
    rung = wait_until(exchange.rung, DEADLINE, "a reservation")
    assert list(rung) == [TWO]
    exchange.hang_up(call)


def test_an_absent_agents_caller_gets_the_fallback_at_once(exchange):
    exchange.go(TWO, "Offline")
    call = exchange.dial("7777#")
    assert list(wait_until(exchange.rung, DEADLINE, "a reservation")) == [ONE]
    exchange.hang_up(call)
    exchange.go(TWO, "Available")


def test_extensions_are_found_while_everything_but_the_gateway_is_down_and_after_its_restart(exchange):
    stack = exchange.stack
    stack.kill("extensions-1")
    stack.kill("broker")
    call = exchange.dial("7777#")
    assert list(wait_until(exchange.rung, DEADLINE, "a reservation")) == [TWO]
    exchange.hang_up(call)
    stack.kill("gateway")
    stack._launch("gateway")

    def rings() -> dict[str, str]:
        # Until the Gateway listens again callers go to whoever is free.
        call = exchange.dial("7777#")
        rung = wait_until(exchange.rung, DEADLINE, "a reservation")
        exchange.hang_up(call)
        return rung if list(rung) == [TWO] else {}

    assert wait_until(rings, DEADLINE, "an answer of the restarted Gateway")
