"""The Gateway as the agent panel meets it, played from a script: static files, /v1 and the event stream, and every way to fail.

The real stack is in test_panel_stack.py; what it cannot be made to do on demand is played here.
"""

from __future__ import annotations

import json
import mimetypes
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from web_sources import ROOT

WEB = ROOT / "Sources" / "Gateway" / "Web"
POLICY = "default-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'self' {origins}"
TOKEN = "a-token-of-ana"
mimetypes.add_type("text/javascript", ".js")

CODES = [
    {"code": "solved", "label": "Solved", "requiresNotes": False},
    {"code": "callback", "label": "Call back later", "requiresNotes": True},
    {"code": "other", "label": "Something else", "requiresNotes": True},
]
AVAILABLE, AWAY, BREAK = ({"name": name, "sid": f"WA{n:032}", "available": n == 1} for n, name in enumerate(["Available", "Offline", "Break"], 1))


def now() -> int:
    return int(time.time() * 1000)


def person(**more) -> dict:
    return {
        "agentId": "ana.ruiz", "workerSid": "WK" + "1" * 32, "name": "Ana Ruiz", "activity": AVAILABLE, "sinceTs": now() - 754_000,
        "activities": [AVAILABLE, AWAY, BREAK], "team": "sales", "audio": {"kind": "sip", "address": "sip:ana…@phones"}, "region": "ES",
        "leader": None, "callerId": "+34910000001", "canDial": True, "requiresConfirm": False,
    } | more  # fmt: skip


def interaction(number: int = 1, **more) -> dict:
    """A call that is offered; `state`, `channel` and the rest may be others."""
    at = now()
    base = {
        "interactionId": f"WT{number:032}", "taskSid": f"WT{number:032}", "agentId": "ana.ruiz", "revision": 1, "channel": "voice",
        "direction": "inbound", "state": "offered", "from": "+34600000001", "to": "+34910000001", "queue": {"id": "WQ" + "1" * 32, "name": "Support"},
        "customer": {"name": "Lucía García", "phone": "+34600000001", "identityVerified": False}, "offeredTs": at, "offerExpiresTs": at + 30_000,
        "muted": False, "held": False, "disposition": {"required": True, "codes": CODES}, "attributes": {},
    } | more  # fmt: skip
    steps = {"connected": ["acceptedTs", "connectedTs"], "accepted": ["acceptedTs"], "wrapup": ["acceptedTs", "connectedTs", "endedTs", "wrapupTs"]}
    for step in steps.get(base["state"], []):
        base.setdefault(step, at)
    return base


def chat(number: int = 9, **more) -> dict:
    customer = {"name": "Marc Vidal", "identityVerified": True}
    base = {"channel": "chat", "customer": customer, "from": "marc", "state": "connected", "conversationSid": f"CH{number:032}"}
    return interaction(number, **base | more)


def message(index: int, body: str, direction: str = "in", **more) -> dict:
    author = "Marc Vidal" if direction == "in" else "ana.ruiz"
    return {"messageSid": f"IM{index:032}", "index": index, "author": author, "direction": direction, "body": body, "ts": now() - 600_000 + index * 1_000, "media": 0} | more


class PanelStub:
    """A Gateway with one agent. Tests set the world, push events, and say which requests fail."""

    def __init__(self):
        self.lock = threading.Condition()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        # The page that frames the panel: another site for the browser.
        self.crm = f"http://localhost:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.reset()

    def reset(self) -> None:
        with self.lock:
            self.agent = person()
            self.interactions: dict[str, dict] = {}
            self.recent: list[dict] = []
            self.threads: dict[str, list[dict]] = {}
            self.events: list[tuple[int, str, dict]] = []
            # Where the journal begins: what is before is lost, and a resume from there is told to start anew.
            self.first = 1
            self.offset = getattr(self, "offset", 0) + 1_000
            self.requests: list[tuple[str, str, dict | None]] = []
            self.failures: list[dict] = []
            self.leases: dict[str, str | None] = {"holder": None}
            self.is_streaming = True
            self.generation = getattr(self, "generation", 0) + 1
            self.dial_answer = "placed"
            self.page = 30
            self.crm_page = "<!doctype html><title>CRM</title>"
            self.contacts: list[dict] = []
            # Dynamics' origins, of which the page /panel/cif may load the library.
            self.cif_origins: list[str] = []
            self.me = {"sub": "ana.ruiz", "name": "Ana Ruiz", "role": "agent"}
            self.lock.notify_all()

    def close(self) -> None:
        self.reset()
        self.is_streaming = False
        self.server.shutdown()
        self.server.server_close()

    # What tests do

    def push(self, topic: str, data: dict) -> None:
        with self.lock:
            self.offset += 1
            self.events.append((self.offset, topic, data))
            self.lock.notify_all()

    def offer(self, one: dict) -> dict:
        with self.lock:
            self.interactions[one["interactionId"]] = one
        self.push("interaction.updated", {"agentId": "ana.ruiz", "event": one["state"], "interaction": one})
        return one

    def change(self, one: dict, event: str = "updated", **fields) -> dict:
        """The next revision of an interaction, told over the stream."""
        known = self.interactions.get(one["interactionId"], one)
        new = known | fields | {"revision": known["revision"] + 1}
        with self.lock:
            if new["state"] in ("completed", "missed", "rejected", "cancelled", "transferred"):
                self.interactions.pop(new["interactionId"], None)
                self.recent = [new] + [old for old in self.recent if old["interactionId"] != new["interactionId"]]
            else:
                self.interactions[new["interactionId"]] = new
        self.push("interaction.updated", {"agentId": "ana.ruiz", "event": event, "interaction": new})
        return new

    def writes(self, one: dict, text: dict) -> None:
        self.threads.setdefault(one["interactionId"], []).append(text)
        current = self.interactions[one["interactionId"]]
        self.push("interaction.updated", {"agentId": "ana.ruiz", "event": "message", "interaction": current, "message": text})

    def pop(self, one: dict, outcome: str, matches: list[dict] = (), **more) -> None:
        record = {key: matches[0][key] for key in ("entity", "id", "label")} if outcome == "one" else None
        self.push(
            "pop.requested",
            {"popId": f"PO{self.offset}", "agentId": "ana.ruiz", "interactionId": one["interactionId"], "trigger": "accepted", "outcome": outcome, "matches": list(matches), "truncated": False, "query": {"phone": one["from"]}, "defaults": {"phone": one["from"]}}
            | ({"record": record} if record else {})
            | more,
        )  # fmt: skip

    def fail(self, path: str, status: int, times: int = 1_000_000, method: str = "", **problem) -> None:
        """Requests to a path (a regular expression) are answered with an error; status 0 ends the connection without one."""
        with self.lock:
            self.failures.append({"path": path, "status": status, "times": times, "method": method, "problem": {"status": status} | problem})

    def heal(self) -> None:
        with self.lock:
            self.failures.clear()
            self.is_streaming = True

    def cut(self, for_good: bool = False) -> None:
        """Ends every open stream; for good refuses new ones, too."""
        with self.lock:
            self.generation += 1
            self.is_streaming = not for_good
            self.lock.notify_all()

    def forget(self) -> None:
        """The journal begins anew: who resumes from before is told to load again."""
        with self.lock:
            self.first = self.offset + 1
            self.events.clear()

    def asked(self, path: str, method: str = "") -> list[dict | None]:
        """The bodies of requests to a path so far."""
        with self.lock:
            return [body for one, at, body in self.requests if re.search(path, at) and (not method or one == method)]

    # What the API does

    def answer(self, method: str, path: str, query: dict, body: dict | None) -> tuple[int, object]:
        if path == "/v1/me":
            return 200, self.me
        if path == "/v1/agent":
            with self.lock:
                lists = {"interactions": list(self.interactions.values()), "recent": self.recent[:20]}
                return 200, {"agent": self.agent, **lists, "offset": self.offset, "leaseBeatMs": 5000, "dispositions": {}}
        if path == "/v1/agent/lease":
            return 200, self._lease(body)
        if path == "/v1/agent/activity":
            self.agent = self.agent | {"activity": next(one for one in self.agent["activities"] if one["name"] == body["activity"]), "sinceTs": now()}
            return 200, self.agent
        if path == "/v1/agent/selection" or path.startswith("/v1/agent/pops/"):
            return 204, None
        if path == "/v1/agent/targets":
            return 200, self._targets(query.get("q", ""))
        if path == "/v1/dials":
            return 202, self._dial(body)
        if path == "/v1/crm/contacts" and method == "GET":
            return 200, {"items": [one for one in self.contacts if one.get("phone") == query.get("phone")], "truncated": False}
        if path == "/v1/crm/contacts":
            return 201, {"record": {"entity": "contact", "id": "C-new", "label": body["defaults"].get("name", "?")}, "duplicate": False}
        found = re.fullmatch(r"/v1/agent/interactions/([^/]+)/(\w+)", path)
        one = self.interactions.get(found[1]) if found else None
        if not one:
            return 404, {"code": "crm.unknown_interaction", "detail": "No such interaction."}
        return self._interaction(method, found[2], one, query, body)

    def _interaction(self, method: str, what: str, one: dict, query: dict, body: dict | None) -> tuple[int, object]:
        if what == "actions":
            return self._act(one, body)
        if what == "messages" and method == "GET":
            before = int(query.get("before", 1_000_000))
            items = [text for text in self.threads.get(one["interactionId"], []) if text["index"] < before]
            return 200, {"items": items[-self.page :], "hasMore": len(items) > self.page}
        if what == "messages":
            known = self.threads.setdefault(one["interactionId"], [])
            sent = message(len(known) + 1, body["body"], "out", ts=now(), requestId=body["requestId"])
            if not any(text.get("requestId") == body["requestId"] for text in known):
                known.append(sent)
            return 201, sent
        if what == "record":
            return 200, {"interaction": self.change(one, record=body["record"])}
        if what == "wrapup":
            if body["complete"] and one["disposition"]["required"] and not body["dispositionCode"]:
                return 422, {"code": "crm.disposition_required", "detail": "A disposition is required."}
            disposition = one["disposition"] | {"code": body["dispositionCode"], "notes": body["notes"]}
            done = {"state": "completed", "completedTs": now(), "outcome": "completed", "logged": {"status": "queued"}} if body["complete"] else {}
            return 200, {"interaction": self.change(one, "completed" if body["complete"] else "updated", disposition=disposition, **done)}
        return 202, {}

    def _act(self, one: dict, body: dict) -> tuple[int, object]:
        action = body["action"]
        wanted = {"accept": ["offered"], "reject": ["offered"], "hold": ["connected"], "wrapup": ["connected"]}.get(action)
        if wanted and one["state"] not in wanted:
            return 409, {"code": "crm.wrong_state", "detail": f"The interaction is {one['state']}.", "state": one["state"]}
        over = {"state": "wrapup", "endedTs": now(), "wrapupTs": now()}
        effects = {
            "accept": {"state": "accepted" if one["channel"] == "voice" else "connected", "acceptedTs": now()} | ({} if one["channel"] == "voice" else {"connectedTs": now()}),
            "reject": {"state": "rejected", "endedTs": now()}, "hold": {"held": True}, "resume": {"held": False}, "mute": {"muted": True}, "unmute": {"muted": False},
            "hangup": over | {"endedBy": "agent"}, "wrapup": over, "transfer": {"transfer": {"target": body.get("target"), "mode": body.get("mode"), "state": "ringing"}},
        }  # fmt: skip
        new = one
        if action in effects:
            new = self.change(one, effects[action].get("state", "updated"), **effects[action])
        return 202, {"interaction": new}

    def _lease(self, body: dict) -> dict:
        with self.lock:
            mine = body["panelId"]
            if body["action"] == "release":
                self.leases["holder"] = None if self.leases["holder"] == mine else self.leases["holder"]
            elif body["action"] == "take" or self.leases["holder"] is None:
                self.leases["holder"] = mine
            return {"leader": self.leases["holder"] == mine, "holder": self.leases["holder"], "ttlMs": 15_000, "beatMs": 5_000}

    def _dial(self, body: dict) -> dict:
        dial = "DL" + body["nonce"][:32]
        common = {"dialId": dial, "agentId": "ana.ruiz"}
        if self.dial_answer == "placed":
            call = interaction(77, interactionId=dial, direction="outbound", state="dialing", to=body["number"], customer={"phone": body["number"], "identityVerified": False}, offerExpiresTs=None)
            self.push("dial.accepted", common | {"status": "placed", "e164": body["number"], "interactionId": dial})
            self.offer(call)
        elif self.dial_answer:
            self.push("dial.refused", common | self.dial_answer)
        return {"dialId": dial}

    @staticmethod
    def _targets(q: str) -> dict:
        agents = [{"agentId": "ben.cole", "name": "Ben Cole", "available": True}, {"agentId": "eva.novak", "name": "Eva Novák", "available": False}]
        queues = [{"id": "WQ" + "1" * 32, "name": "Support"}, {"id": "WQ" + "2" * 32, "name": "Billing"}]
        has = lambda one: q.lower() in one["name"].lower()  # noqa: E731
        return {"agents": list(filter(has, agents)), "queues": list(filter(has, queues))}


def _handler(stub: PanelStub):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_):
            pass

        def do_GET(self):
            self._do("GET")

        def do_POST(self):
            self._do("POST")

        def do_PUT(self):
            self._do("PUT")

        def _do(self, method: str) -> None:
            parts = urlsplit(self.path)
            path = unquote(parts.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            try:
                self._respond(method, path, query, body)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def _respond(self, method: str, path: str, query: dict, body: dict | None) -> None:
            if not path.startswith("/v1/"):
                return self._file(path)
            with stub.lock:
                stub.requests.append((method, path, body))
                failure = next((one for one in stub.failures if one["times"] > 0 and re.search(one["path"], path) and one["method"] in ("", method)), None)
                if failure:
                    failure["times"] -= 1
            if failure and failure["status"] == 0:
                self.close_connection = True
                return self.connection.close()
            if failure:
                return self._json(failure["status"], failure["problem"])
            if path == "/v1/auth":
                return self._json(200, {"methods": ["token"]})
            if path == "/v1/panel/config":
                return self._json(200, {"origins": [stub.crm], "compatibilityOrigins": [], "flexOrigins": [], "cifOrigins": stub.cif_origins, "version": "test", "auth": {"methods": ["token"]}})
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                return self._json(401, {"code": "gateway.unauthorized", "detail": "No valid token."})
            if path == "/v1/stream":
                return self._stream()
            return self._json(*stub.answer(method, path, query, body))

        def _json(self, status: int, document: object) -> None:
            data = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json" if status < 400 else "application/problem+json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _stream(self) -> None:
            if not stub.is_streaming:
                return self._json(503, {"code": "gateway.bus_unavailable", "detail": "The Broker is away."})
            last = int(self.headers.get("Last-Event-ID") or stub.offset)
            generation = stub.generation
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Connection", "close")
            self.end_headers()
            if last + 1 < stub.first:
                self.wfile.write(f"id: {stub.offset}\nevent: stream.reset\ndata: {{}}\n\n".encode())
                last = stub.offset
            self.wfile.write(f": here\nid: {last}\n\n".encode())
            while stub.generation == generation:
                with stub.lock:
                    fresh = [one for one in stub.events if one[0] > last]
                    if not fresh:
                        stub.lock.wait(0.2)
                for offset, topic, data in fresh:
                    self.wfile.write(f"id: {offset}\nevent: {topic}\ndata: {json.dumps({'type': topic, 'data': data})}\n\n".encode())
                    last = offset
                self.wfile.flush()
                if not fresh:
                    self.wfile.write(b": ping\n")

        def _file(self, path: str) -> None:
            if path == "/crm":
                return self._bytes(200, stub.crm_page.encode(), "text/html; charset=utf-8")
            name = path.removeprefix("/")
            policy = POLICY.format(origins=stub.crm)
            if name == "panel/cif":
                origins = " ".join(stub.cif_origins)
                name, policy = "panel/", f"{POLICY.format(origins=origins)}; script-src 'self' {origins}"
            file = WEB / (name + "index.html" if name.endswith("/") else name)
            is_ours = name.split("/")[0] in ("panel", "shared", "bridge") and ".." not in name
            if not is_ours or not file.is_file():
                return self._bytes(404, b"", "text/plain")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            return self._bytes(200, file.read_bytes(), kind, policy)

        def _bytes(self, status: int, data: bytes, kind: str, policy: str = "") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            if policy:
                self.send_header("Content-Security-Policy", policy)
                self.send_header("Access-Control-Allow-Origin", "*")
            self.end_headers()
            self.wfile.write(data)

    return Handler
