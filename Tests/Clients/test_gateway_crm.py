"""The CRM at the edge: routes by the bus, dials now or never, streams by agent, pages that a CRM frames."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from datetime import datetime, timedelta

import pytest
import requests

from extensions_edge import SECRET, Stream, bearer, fuzz
from gateway_process import PUBLIC_URL, Gateway, form, sign
from patchbay_client import Client, event
from real_process import ACCOUNTS, TOKENS, wait_until

pytestmark = pytest.mark.timeout(300)
DIAL = "DL" + "a1" * 16


class CRM:
    """A Gateway, and a `crm.api` of the test's own."""

    def __init__(self, broker, **settings):
        self.broker = broker
        self.gateway = Gateway(broker, **settings)
        self.gateway.environment["PATCHBAY_GATEWAY_AUTH_JWT_SECRET"] = SECRET
        self.asked: list[dict] = []

    def __enter__(self) -> CRM:
        self.gateway.start()
        return self

    def __exit__(self, kind, *_) -> None:
        if kind is not None:
            print(f"--- gateway\n{self.gateway.log()[-4000:]}")
        self.gateway.close()

    def serve(self, answer=None, service: str = "crm.api") -> Client:
        """Serves with what `answer` makes of each question."""
        client = self.broker.client(role="service")

        def reply(payload: bytes) -> bytes:
            question = json.loads(payload)
            self.asked.append(question)
            body = answer(question) if answer else {"status": 200, "body": json.dumps({"path": question.get("path")})}
            return json.dumps(body).encode()

        client.serve(service, reply)
        return client

    def request(self, method: str, path: str, body=None, sub: str = "ana.ruiz", **headers) -> requests.Response:
        fields = bearer("agent", sub=sub) | {name.replace("_", "-"): text for name, text in headers.items()}
        return requests.request(method, self.gateway.url + path, json=body, headers=fields, timeout=30)

    def dial(self, nonce: str, number: str = "+34 600 11 12 22", **members) -> requests.Response:
        return self.request("POST", "/v1/dials", {"number": number, "nonce": nonce} | members)

    def dials(self) -> list[dict]:
        """The dials in the journal."""
        with self.broker.client() as client:
            return [json.loads(one.record.payload) for one in client.read_all(filters=["dial.requested"])]

    def stream(self, sub: str, last: str | None = None) -> Stream:
        return Stream(self, last=last, role="agent", sub=sub)


@pytest.fixture
def crm(broker):
    with CRM(broker) as crm:
        yield crm


def interaction(agent: str, number: int):
    return event("interaction.updated", agent, f"{agent}-{number}", {"agentId": agent, "n": number}, source="/crm")


# The services


def test_a_request_of_an_agent_goes_to_crm_api_with_who_asks(crm):
    crm.serve(lambda question: {"status": 202, "body": '{"interaction":{}}', "contentType": "application/json"})
    body = {"action": "accept", "requestId": "r1"}
    answer = wait_until(lambda: _served(crm.request("POST", "/v1/agent/interactions/WT1~2/actions?x=1", body)), 10)
    assert (answer.status_code, answer.json()) == (202, {"interaction": {}})
    asked = crm.asked[-1]
    assert (asked["method"], asked["path"], asked["query"]) == ("POST", "/v1/agent/interactions/WT1~2/actions", {"x": "1"})
    assert json.loads(asked["body"]) == body
    assert asked["actor"] == {"sub": "ana.ruiz", "name": "Sofía", "role": "agent"}
    assert answer.headers["Cache-Control"] == "no-store"


def _served(answer: requests.Response) -> requests.Response | None:
    return None if answer.status_code == 503 else answer


def test_a_service_that_is_absent_is_named_and_holds_no_place_of_another(broker):
    with CRM(broker, **{"api.max_in_flight": 2, "api.timeout_ms": 3000}) as crm:
        for path, service in [("/v1/agent", "crm.api"), ("/v1/extensions", "extensions.api")]:
            answer = crm.request("GET", path)
            assert answer.status_code == 503 and service in answer.json()["detail"]
        release = threading.Event()
        crm.serve(lambda question: {"status": 200 if release.wait(20) else 500, "body": "{}"})
        crm.serve(service="extensions.api")
        wait_until(lambda: crm.request("GET", "/v1/extensions").status_code == 200, 10, "an answer")
        answers: list[int] = []
        hung = [
            threading.Thread(target=lambda: answers.append(crm.request("GET", "/v1/agent").status_code))
            for _ in range(4)
        ]
        for thread in hung:
            thread.start()
        wait_until(lambda: answers.count(429) == 2, 10, "the refusals")
        started = time.monotonic()
        assert crm.request("GET", "/v1/extensions").status_code == 200
        assert time.monotonic() - started < 2
        for thread in hung:
            thread.join()
        release.set()
        assert sorted(answers) == [429, 429, 503, 503]


def test_whatever_schemathesis_makes_of_the_routes_is_no_server_error(crm):
    crm.serve()
    crm.serve(service="crm.contacts")
    for path in ["/v1/agent", "/v1/crm/health"]:
        wait_until(lambda path=path: crm.request("GET", path).status_code == 200, 10, "an answer")
    fuzz(crm.gateway.url, crm.broker.base, "--include-path-regex=^/v1/(dials|agent.*|crm.*|panel.*)$", "agent")
    # The Gateway let through what the routes take, and every question named the agent.
    assert len(crm.asked) > 100 and all(question["actor"]["role"] == "agent" for question in crm.asked)


# Dials


def test_one_click_is_one_dial_however_often_it_is_sent(crm):
    first = crm.dial("nonce-0001", record={"entity": "contact", "id": "7"}, region="ES")
    assert first.status_code == 202, first.text
    again = [crm.dial("nonce-0001", record={"entity": "contact", "id": "7"}, region="ES") for _ in range(3)]
    assert all(answer.status_code == 202 and answer.json()["duplicate"] for answer in again)
    assert {answer.json()["dialId"] for answer in [first, *again]} == {first.json()["dialId"]}
    (document,) = crm.dials()
    assert document["id"] == first.json()["dialId"] and document["partitionkey"] == "ana.ruiz"
    assert document["data"]["number"] == "+34 600 11 12 22" and document["data"]["agentId"] == "ana.ruiz"
    lasts = datetime.fromisoformat(document["expiresat"]) - datetime.fromisoformat(document["time"])
    assert lasts == timedelta(seconds=15)
    other = crm.dial("nonce-0001", number="+34699999999")
    assert other.status_code == 409 and other.json()["code"] == "gateway.nonce_reused"
    assert crm.dial("nonce-0002").json()["dialId"] != first.json()["dialId"]
    assert len(crm.dials()) == 2


def test_clicks_at_the_same_moment_with_one_nonce_are_one_dial(crm):
    answers: list[requests.Response] = []
    threads = [threading.Thread(target=lambda: answers.append(crm.dial("nonce-0003"))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {202}
    assert len(crm.dials()) == 1


def test_with_the_broker_away_a_click_fails_at_once_and_never_becomes_a_late_call(crm):
    crm.broker.kill()
    wait_until(lambda: crm.dial("nonce-away").status_code == 503, 5, "the end of the session")
    started = time.monotonic()
    answer = crm.dial("nonce-0004")
    assert time.monotonic() - started < 1
    assert (answer.status_code, answer.json()["code"]) == (503, "gateway.bus_unavailable")
    assert "Retry-After" not in answer.headers
    crm.broker.start()
    taken = wait_until(lambda: _served(crm.dial("nonce-0005")), 20, "a dial that is taken")
    assert taken.status_code == 202
    # What came after it on the same session is behind it in the journal: nothing earlier is on its way any more.
    assert crm.dial("nonce-0006").status_code == 202
    assert [document["data"]["nonce"] for document in crm.dials()] == ["nonce-0005", "nonce-0006"]


def test_a_click_in_the_moment_of_a_crash_is_stored_or_not_and_never_sent_again(crm):
    """Clicks while the Broker is killed and started anew: one that was refused for sure is not in the journal."""
    outcomes: dict[str, tuple[int, str]] = {}
    stop = threading.Event()

    def click(worker: int) -> None:
        number = 0
        while not stop.is_set():
            nonce = f"crash-{worker}-{number:05d}"
            answer = crm.dial(nonce)
            outcomes[nonce] = (answer.status_code, answer.json().get("code", ""))
            number += 1

    threads = [threading.Thread(target=click, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(3):
        before = sum(1 for status, _ in list(outcomes.values()) if status == 202)
        wait_until(lambda: sum(1 for s, _ in list(outcomes.values()) if s == 202) > before + 10, 30, "clicks")
        crm.broker.kill()
        crm.broker.start()
    stop.set()
    for thread in threads:
        thread.join()
    stored = [document["data"]["nonce"] for document in crm.dials()]
    assert len(stored) == len(set(stored))
    certain = {nonce for nonce, (_, code) in outcomes.items() if code == "gateway.bus_unavailable"}
    assert certain and not certain & set(stored)
    assert {nonce for nonce, (status, _) in outcomes.items() if status == 202} <= set(stored)


def test_a_broker_that_hangs_leaves_a_click_unknown_and_bounded_in_time(broker):
    with CRM(broker, publish_timeout_ms=1000) as crm:
        os.kill(broker.pid, signal.SIGSTOP)
        try:
            clicked = datetime.now().astimezone()
            answer = crm.dial("nonce-0007")
        finally:
            os.kill(broker.pid, signal.SIGCONT)
        assert (answer.status_code, answer.json()["code"]) == (503, "gateway.dial_unknown")
        again = wait_until(lambda: _served(crm.dial("nonce-0007")), 20, "the same click again")
        assert again.status_code == 202
        (document,) = crm.dials()
        assert datetime.fromisoformat(document["expiresat"]) - clicked < timedelta(seconds=40)


# The stream


def test_agents_hear_of_their_own_work_only_live_and_when_they_come_again(crm):
    ana, ben = crm.stream("ana.ruiz"), crm.stream("ben")
    first = ana.next()["id"]
    ben.next()
    with crm.broker.client() as bus:
        bus.publish(*(interaction(("ana.ruiz", "ben", "ana")[number % 3], number) for number in range(30)))
        bus.publish(event("dial.requested", "ana.ruiz", "x1", {}), event("task.created", "ana.ruiz", "x2", {}))
        bus.publish(event("agent.updated", "ana.ruiz", "end-a", {"n": -1}), event("agent.updated", "ben", "end-b", {"n": -1}))
    for stream, rest in [(ana, 0), (ben, 1)]:
        seen = [stream.next()["data"]["data"]["n"] for _ in range(11)]
        assert seen == [*range(rest, 30, 3), -1]
        stream.close()
    again = crm.stream("ana.ruiz", last=first)
    assert [again.next()["data"]["data"]["n"] for _ in range(11)] == [*range(0, 30, 3), -1]
    again.close()
    stranger = crm.stream("carla", last=first)
    place = stranger.next()
    assert "data" not in place and int(place["id"]) > int(first)
    stranger.close()


def test_after_a_restart_of_the_gateway_a_reader_goes_on_without_gap_or_repeat(crm):
    stream = crm.stream("ana.ruiz")
    stream.next()
    with crm.broker.client() as bus:
        bus.publish(*(interaction("ana.ruiz", number) for number in range(5)))
        last = [stream.next() for _ in range(5)][-1]["id"]
        crm.gateway.stop()
        bus.publish(*(interaction(("ana.ruiz", "ben")[number % 2], number) for number in range(6, 1_206)))
        crm.gateway.start()
        again = crm.stream("ana.ruiz", last=last)
        seen = [again.next()["data"]["data"]["n"] for _ in range(600)]
        assert seen == list(range(6, 1_206, 2))
        again.next()
        bus.publish(interaction("ana.ruiz", 5_000))
        assert again.next()["data"]["data"]["n"] == 5_000
    again.close()


def test_a_flex_token_that_is_withdrawn_ends_its_stream(broker):
    settings = {"auth.flex": "true", "auth.flex_seconds": 1, "auth.flex_recheck_seconds": 10}
    with CRM(broker, **settings) as crm:
        valid = {"valid": True, "sub": "ana.ruiz", "role": "agent"}
        crm.serve(lambda _: valid, service="extensions.flex-token")
        headers = {"Authorization": "Bearer an-opaque-token"}

        def me():
            answer = requests.get(crm.gateway.url + "/v1/me", headers=headers, timeout=10)
            return answer.status_code == 200

        wait_until(me, 10, "a token that counts")
        response = requests.get(crm.gateway.url + "/v1/stream", headers=headers, stream=True, timeout=30)
        lines = response.iter_lines(chunk_size=1, decode_unicode=True)
        assert next(line for line in lines if line).startswith("retry")
        valid["valid"] = False
        assert '{"reason":"token_revoked"}' in next(line for line in lines if line.startswith("data: "))
        response.close()


# Pages and scripts


def test_only_configured_pages_may_frame_the_panel_and_nobody_the_console(broker):
    origins = {"panel.origins": "https://crm.test,https://other.test:8443", "panel.flex_origins": "https://flex.test"}
    with CRM(broker, **origins) as crm:

        def policy(path: str) -> str:
            answer = requests.get(crm.gateway.url + path, timeout=10)
            assert answer.status_code == 200 and answer.headers["X-Content-Type-Options"] == "nosniff"
            return answer.headers["Content-Security-Policy"]

        assert "frame-ancestors 'self' https://crm.test https://other.test:8443;" in policy("/panel/")
        assert "frame-ancestors 'none';" in policy("/console/")
        assert "unsafe" not in policy("/panel/")
        config = requests.get(crm.gateway.url + "/v1/panel/config", timeout=10).json()
        assert config["origins"] == ["https://crm.test", "https://other.test:8443"]
        assert config["compatibilityOrigins"] == []


def test_modules_for_other_pages_may_be_loaded_by_all_and_are_not_sent_twice(crm):
    url = crm.gateway.url + "/bridge/ccbridge-host.js"
    answer = requests.get(url, headers={"Origin": "https://any.test"}, timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    known = requests.get(url, headers={"If-None-Match": answer.headers["ETag"]}, timeout=10)
    assert known.status_code == 304 and not known.content
    types = requests.get(url.replace(".js", ".d.ts"), timeout=10)
    assert types.headers["Content-Type"] == "text/plain; charset=utf-8"
    console = requests.get(crm.gateway.url + "/console/", timeout=10)
    assert "Access-Control-Allow-Origin" not in console.headers
    assert console.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("origin", ["https://evil.test", "https://flex.test.evil.test", "http://flex.test", "null"])
def test_scripts_of_other_origins_may_not_call(broker, origin):
    with CRM(broker, **{"panel.flex_origins": "https://flex.test"}) as crm:
        asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        url = crm.gateway.url + "/v1/dials"
        refused = requests.options(url, headers=asks | {"Origin": origin}, timeout=10)
        assert "Access-Control-Allow-Origin" not in refused.headers and refused.status_code == 405
        allowed = requests.options(url, headers=asks | {"Origin": "https://flex.test"}, timeout=10)
        assert allowed.status_code == 204 and allowed.headers["Access-Control-Allow-Origin"] == "https://flex.test"
        assert "Access-Control-Allow-Credentials" not in allowed.headers


# Calls


def test_call_instructions_are_for_signed_requests_only(crm):
    target = f"/voice/twiml?dial={DIAL}&project=flex"
    call = {"AccountSid": ACCOUNTS["flex"], "CallSid": "CA" + "1" * 32, "CallStatus": "in-progress"}
    signature = sign(PUBLIC_URL + target, call, TOKENS["flex"])
    answer = crm.gateway.post(target, form(call), signature)
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/xml")
    assert f">{DIAL}</Conference>" in answer.text
    other = f"/voice/twiml?dial=DL{'b2' * 16}&project=flex"
    for wrong, header in [(target, None), (target, sign(PUBLIC_URL + target, call, "guess")), (other, signature)]:
        refused = crm.gateway.post(wrong, form(call), header)
        assert refused.status_code == 403 and "<Response>" not in refused.text


def test_a_callback_tells_of_which_dial_and_leg_it_is(crm):
    target = f"/webhooks/twilio/flex/voice?dial={DIAL}&leg=customer"
    call = {
        "AccountSid": ACCOUNTS["flex"], "CallSid": "CA" + "2" * 32, "CallStatus": "ringing", "SequenceNumber": "1",
        "From": "+34911222333", "To": "+34600111222", "CallbackSource": "call-progress-events",
    }  # fmt: skip
    assert crm.gateway.post(target, form(call), sign(PUBLIC_URL + target, call, TOKENS["flex"])).status_code == 204
    with crm.broker.client() as client:
        (stored,) = client.read_all(filters=["call.ringing"])
    data = json.loads(stored.record.payload)["data"]
    assert (data["dialId"], data["leg"]) == (DIAL, "customer")
