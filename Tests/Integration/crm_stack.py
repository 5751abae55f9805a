"""Real Broker, Gateway, Sandbox and patchbay-crm processes, agents with telephones, and customers who call.

    with CRMStack() as stack:
        call = stack.customer_calls()
        offer = stack.offered("agent.one")
        stack.act("agent.one", offer, "accept"); stack.pick_up("agent.one")
        stack.hang_up(call)
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time

from patchbay_client import CallUnavailable, CallUnknown, Client, event
from patchbay_connection import PatchbayError
from sync_stack import WORKERS, SyncStack, sid, wait_until

DEADLINE = 20.0  # seconds until what was caused must be seen
CUSTOMER = "+34600111222"
CALLER_ID = "+34911111111"
ONE, TWO = WORKERS

FINAL = {"completed", "missed", "rejected", "cancelled", "transferred"}


class CRMStack(SyncStack):
    """All processes; those under test are `crm-1`, `crm-2`, …"""

    def __init__(self, crms: int = 1, crm: dict | None = None, **more):
        super().__init__(syncs=0, **more)
        self.crms = [f"crm-{number + 1}" for number in range(crms)]
        settings = json.loads(self.config.read_text())
        settings["crm"] = {
            "project": "flex",
            "workspace_sid": sid("WS", "flex"),
            "service_sid": sid("IS", "flex"),
            "teams": {
                "default": {"caller_id": CALLER_ID, "country": "ES", "allowed_countries": ["ES", "GB", "FR"]},
            },
        } | (crm or {})
        self.config.write_text(json.dumps(settings))

    def start(self, *names: str) -> None:
        super().start(*(names or ["broker", "sandbox", "gateway", *self.crms]))

    def __enter__(self) -> CRMStack:
        super().__enter__()
        self.client = self.bus()
        # The other one comes when a test needs him, so that it is known who is offered what.
        self.go(ONE, "Available")
        return self

    def reconnect(self) -> None:
        """Another client after the Broker was restarted; ours connects once and does not try again by itself."""

        def connect():
            try:
                return Client(self.run_dir, role="operator", timeout=2.0)
            except PatchbayError:
                return None

        self._clients.remove(self.client)
        self.client = wait_until(connect, DEADLINE, "a session")
        self._clients.append(self.client)

    # Agents

    def workers(self) -> dict[str, str]:
        world = self.sandbox("GET", "world")["projects"]
        flex = next(project for project in world if project["name"] == "flex")
        self.number = flex["number"]
        return {row["name"]: row["sid"] for row in flex["workers"]}

    def go(self, name: str, activity: str) -> None:
        self.sandbox("POST", f"workers/{self.workers()[name]}/activity", project="flex", activity=activity)

    def api(self, method: str, path: str, body=None, agent: str = ONE, query: dict | None = None, timeout: float = DEADLINE):
        """Status and JSON of one request to `crm.api`, as the Gateway passes it on; asked again while nobody serves."""
        request = {
            "method": method, "path": f"/v1/{path}", "query": query or {}, "contentType": "application/json",
            "body": "" if body is None else json.dumps(body), "actor": {"sub": agent, "name": agent, "role": "agent"},
        }  # fmt: skip
        deadline = time.monotonic() + timeout
        while True:
            try:
                answer = json.loads(self.client.call("crm.api", json.dumps(request).encode(), 10_000))
                break
            except (CallUnavailable, CallUnknown):
                if time.monotonic() > deadline:
                    raise
        return answer["status"], json.loads(answer["body"]) if answer["body"] else None

    def snapshot(self, agent: str = ONE) -> dict:
        status, body = self.api("GET", "agent", agent=agent)
        assert status == 200, body
        return body

    def interactions(self, agent: str = ONE) -> dict[str, dict]:
        body = self.snapshot(agent)
        return {row["interactionId"]: row for row in body["interactions"] + body["recent"]}

    def wait(self, agent: str, id: str, *states: str, **fields) -> dict:
        """The interaction, once it is in one of these states and has these fields."""
        seen: dict = {}

        def fits():
            row = self.interactions(agent).get(id)
            seen.update(row or {})
            ready = row and (not states or row["state"] in states)
            return row if ready and all(row.get(name) == value for name, value in fields.items()) else None

        try:
            return wait_until(fits, DEADLINE, "the interaction")
        except AssertionError:
            raise AssertionError(f"{id} of {agent} did not become {states} {fields}, it is {seen}") from None

    def offered(self, agent: str = ONE, but: set[str] = frozenset()) -> str:
        def find():
            rows = self.interactions(agent).values()
            return next((row["interactionId"] for row in rows if row["state"] == "offered" and row["interactionId"] not in but), None)

        return wait_until(find, DEADLINE, f"an offer for {agent}")

    def act(self, agent: str, id: str, action: str, expect: int = 202, **more) -> dict:
        body = {"action": action, "requestId": secrets.token_hex(8)} | more
        status, answer = self.api("POST", f"agent/interactions/{id}/actions", body, agent)
        assert status == expect, (action, status, answer)
        return answer

    def dial(self, number: str, agent: str = ONE, nonce: str = "", expires: float = 15.0, **more) -> str:
        """The event that the Gateway makes of a click."""
        nonce = nonce or secrets.token_hex(8)
        id = "DL" + hashlib.sha256(f"{agent}\n{nonce}".encode()).hexdigest()[:32]
        data = {"dialId": id, "agentId": agent, "number": number, "nonce": nonce, "autoPlace": True} | more
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + expires))
        self.client.publish(event("dial.requested", agent, id, data, source="/gateway/dial", expiresat=until))
        return id

    def answered(self, dial: str) -> dict:
        """The outcome of a click: `dial.accepted` or `dial.refused`."""

        def find():
            rows = self.events("dial.accepted") + self.events("dial.refused")
            return next((row for row in rows if row["data"]["dialId"] == dial), None)

        return wait_until(find, 2 * DEADLINE, f"an answer to {dial}")

    # Telephones

    def calls(self) -> list[dict]:
        return self.sandbox("GET", "calls?project=flex")["calls"]

    def call(self, id: str) -> dict:
        return next(row for row in self.calls() if row["sid"] == id)

    def customer_calls(self, number: str = CUSTOMER) -> str:
        self.workers()
        return self.sandbox("POST", "calls", project="flex", **{"from": number, "to": self.number})["call_sid"]

    def ringing(self, to: str) -> str:
        def find():
            return next((row["sid"] for row in self.calls() if row["to"] == to and row["status"] == "ringing"), None)

        return wait_until(find, DEADLINE, f"a ringing telephone of {to}")

    def telephone(self, call: str, what: str, **more) -> None:
        self.sandbox("POST", f"calls/{call}/{what}", project="flex", **more)

    def pick_up(self, to: str) -> str:
        """Somebody takes the telephone up that rings: an agent by name, or a number."""
        call = self.ringing(to if to.startswith("+") else f"client:{to}")
        self.telephone(call, "answer")
        return call

    def hang_up(self, call: str) -> None:
        self.telephone(call, "hangup")

    # The bus

    def events(self, topic: str) -> list[dict]:
        return [json.loads(stored.record.payload) for stored in self.client.read_all(offset=0, filters=[topic])]

    def answered_call(self, agent: str = ONE) -> tuple[str, str]:
        """A customer calls and talks with the agent: the interaction and the customer's leg."""
        call = self.customer_calls()
        offer = self.offered(agent)
        self.act(agent, offer, "accept")
        self.pick_up(agent)
        self.wait(agent, offer, "connected")
        return offer, call
