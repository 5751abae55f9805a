"""The Sandbox's faults, each by HTTP and each seen by who talks to it."""

from __future__ import annotations

import time

import pytest
import requests
from twilio.base.exceptions import TwilioRestException

from real_process import ACCOUNTS, TOKENS, wait_until
from sandbox_process import Receiver, Sandbox

POSTS = {"product": "conversations", "method": "POST", "path_prefix": "/v1/Conversations/"}


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def fresh(sandbox):
    requests.post(f"{sandbox.url}/sandbox/v1/reset", timeout=30).raise_for_status()


@pytest.fixture
def conversation(sandbox):
    return sandbox.twilio().conversations.v1.conversations.create()


def rule(effect: dict, **more) -> dict:
    return {"project": "flex", "match": POSTS, "probability": 1, "effect": effect} | more


def bodies(conversation) -> list[str]:
    return [one.body for one in conversation.messages.list()]


@pytest.mark.parametrize("status, after", [(429, False), (500, False), (503, False), (500, True)])
def test_a_status_comes_before_the_effect_or_after_it(sandbox, conversation, status, after):
    sandbox.faults(rules=[rule({"status": status, "retry_after": 7, "after": after}, times=1)])
    answer = requests.post(
        f"{sandbox.url}/api/conversations/v1/Conversations/{conversation.sid}/Messages",
        data={"Body": "one"}, auth=(ACCOUNTS["flex"], TOKENS["flex"]), timeout=30,
    )
    assert answer.status_code == status and answer.headers["Retry-After"] == "7" and answer.json()["status"] == status
    assert bodies(conversation) == (["one"] if after else [])
    conversation.messages.create(body="the rule is used up")


def test_a_lost_answer_has_taken_effect(sandbox, conversation):
    sandbox.faults(rules=[rule({"lost_answer": True})])
    with pytest.raises(requests.ConnectionError):
        conversation.messages.create(body="done but not told")
    sandbox.faults()
    assert bodies(conversation) == ["done but not told"]


@pytest.mark.parametrize("after", [False, True])
def test_a_timeout_is_silence(sandbox, conversation, after):
    sandbox.faults(rules=[rule({"timeout": True, "after": after})])
    impatient = sandbox.twilio(timeout=0.3).conversations.v1.conversations(conversation.sid)
    with pytest.raises(requests.Timeout):
        impatient.messages.create(body="x")
    sandbox.faults()
    assert bodies(conversation) == (["x"] if after else [])


def test_latency_comes_before_the_answer(sandbox, conversation):
    sandbox.faults(rules=[rule({"latency_ms": {"min": 300, "max": 400}})])
    began = time.monotonic()
    conversation.messages.create(body="slow")
    assert 0.3 <= time.monotonic() - began < 3


def test_an_account_is_down_for_a_while_and_the_other_is_not(sandbox, conversation):
    sandbox.faults(down=[{"project": "flex", "seconds": 0.6}])
    with pytest.raises(requests.ConnectionError):
        conversation.messages.create(body="x")
    assert sandbox.twilio("frontline").conversations.v1.conversations.list() == []
    wait_until(lambda: sandbox.get("faults").json()["down"] == [], 30, "the end of the outage")
    assert conversation.messages.create(body="again").index == 0
    sandbox.faults(down=[{"project": "flex", "seconds": 60, "status": 503}])
    with pytest.raises(TwilioRestException) as caught:
        conversation.messages.create(body="x")
    assert caught.value.status == 503


def test_the_same_seed_makes_the_same_faults(sandbox, conversation):
    def run(seed: int) -> list[int]:
        sandbox.faults(seed=seed, rules=[rule({"status": 500}, probability=0.5)])
        statuses = []
        for _ in range(30):
            answer = requests.post(
                f"{sandbox.url}/api/conversations/v1/Conversations/{conversation.sid}/Messages",
                data={"Body": "x"}, auth=(ACCOUNTS["flex"], TOKENS["flex"]), timeout=30,
            )
            statuses.append(answer.status_code)
        return statuses

    first = run(7)
    assert first == run(7) and first != run(8)
    assert 5 < first.count(500) < 25


def test_a_skewed_clock_is_seen_in_dates(sandbox, conversation):
    sandbox.faults(clock_skew_ms={"flex": 3_600_000})
    ahead = conversation.messages.create(body="later").date_created.timestamp() - time.time()
    assert 3_590 < ahead < 3_610


def test_webhooks_are_dropped_duplicated_delayed_and_reordered(sandbox, conversation):
    with Receiver() as receiver:
        sandbox.twilio().conversations.v1.configuration.webhooks().update(
            post_webhook_url=receiver.url + "/hook", filters=["onMessageAdded"]
        )

        def write(count: int) -> list[str]:
            """Writes messages; their bodies as the webhooks brought them."""
            receiver.received.clear()
            for number in range(count):
                sandbox.act(f"conversations/{conversation.sid}/messages", author="ana", body=f"{number:02}")
            wait_until(lambda: sandbox.world()["webhooks_waiting"] == 0, 30, "an empty queue")
            return [event["Body"] for event in receiver.events()]

        everything = [f"{number:02}" for number in range(20)]
        sandbox.faults(webhooks={"flex": {"drop": 1}})
        assert write(3) == []
        sandbox.faults(webhooks={"flex": {"drop": 0.5}})
        assert 3 < len(write(20)) < 17
        sandbox.faults(webhooks={"flex": {"duplicate": 1}})
        write(3)
        receiver.wait("onMessageAdded", 6)
        tokens = [one["headers"]["I-Twilio-Idempotency-Token"] for one in receiver.received]
        assert len(set(tokens)) == 3, "a copy has the token of the first"
        sandbox.faults(webhooks={"flex": {"reorder": 0.5}})
        write(20)
        receiver.wait("onMessageAdded", 20)
        came = [event["Body"] for event in receiver.events()]
        assert sorted(came) == everything and came != everything
        sandbox.faults(webhooks={"flex": {"delay_ms": 400}})
        began = time.monotonic()
        write(1)
        receiver.wait("onMessageAdded")
        assert time.monotonic() - began >= 0.4
        receiver.verify_all(TOKENS["flex"])


def test_what_happened_is_in_the_log_and_on_the_stream(sandbox, conversation):
    last = sandbox.get("log").json()["last"]
    sandbox.faults(rules=[rule({"status": 429}, times=1)])
    with requests.get(f"{sandbox.url}/sandbox/v1/stream?project=flex", stream=True, timeout=30) as stream:
        with pytest.raises(TwilioRestException):
            conversation.messages.create(body="x")
        conversation.messages.create(body="y")
        lines = iter(stream.iter_lines(decode_unicode=True))
        seen: list[str] = []
        while not {"event: message", "event: request"} <= set(seen):
            seen.append(next(lines))
    number = next(line for line in seen if line.startswith("id: "))[4:]
    with requests.get(f"{sandbox.url}/sandbox/v1/stream?after={int(number) - 1}", stream=True, timeout=30) as stream:
        lines = iter(stream.iter_lines(decode_unicode=True))
        wait_until(lambda: next(lines) == f"id: {number}", 30, "the change again")
    entries = sandbox.get("log", since=last).json()["entries"]
    assert [(one["status"], one["fault"]) for one in entries] == [(429, "429"), (201, None)]
    assert all(one["direction"] == "in" and one["path"].endswith("/Messages") for one in entries)


def test_wrong_documents_and_other_origins_are_refused(sandbox):
    def put(document, **headers):
        return requests.put(f"{sandbox.url}/sandbox/v1/faults", json=document, headers=headers, timeout=30).status_code

    assert put({"rules": [{"effect": {"status": 200}}]}) == 400
    assert put({"rules": [{"project": "nobody", "effect": {"timeout": True}}]}) == 400
    assert put({"webhooks": {"flex": {"drop": 2}}}) == 400
    assert put([]) == 400
    assert put({}, Origin="https://evil.example") == 403
    assert put({}, Origin=sandbox.url) == 200
