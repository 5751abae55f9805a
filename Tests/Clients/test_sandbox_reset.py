"""A reset cuts the old worlds off: their webhooks, retries, held-up requests and questions have no effect on the new."""

from __future__ import annotations

import http.client
import socket
import threading
import time

import pytest
import requests

from real_process import ACCOUNTS, TOKENS, wait_until
from sandbox_process import Receiver, Sandbox

# Longer than the pause before a retry, and than the delay of the fault.
AFTERMATH = 1.5


class SlowReceiver(Receiver):
    """Answers only when it is let go."""

    def __init__(self):
        super().__init__()
        self.gate = threading.Event()
        self.arrived = 0

    def take(self, handler, body):
        self.arrived += 1
        self.gate.wait(10)
        try:
            super().take(handler, body)
        except OSError:
            pass  # The Sandbox took the request back.


@pytest.fixture
def receiver():
    with SlowReceiver() as receiver:
        yield receiver
        receiver.gate.set()


@pytest.fixture
def sandbox(receiver):
    with Sandbox({"flex": {"webhook_base": receiver.url}}, max_webhooks_in_flight=2, max_webhooks_waiting=4) as sandbox:
        yield sandbox


def reset(sandbox: Sandbox) -> None:
    assert requests.post(f"{sandbox.url}/sandbox/v1/reset", timeout=30).status_code == 204


def rest(sandbox: Sandbox, method: str, path: str, **form) -> requests.Response:
    return requests.request(
        method, f"{sandbox.url}/api/{path}", auth=(ACCOUNTS["flex"], TOKENS["flex"]), data=form or None, timeout=30
    )


def metric(sandbox: Sandbox, name: str) -> int:
    connection = http.client.HTTPConnection("localhost")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(str(sandbox.base / "run" / "admin-sandbox.sock"))
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    connection.close()
    return sum(int(float(line.rsplit(" ", 1)[1])) for line in text.splitlines() if line.startswith(name))


def test_webhooks_that_wait_or_are_under_way_do_not_outlive_a_reset(sandbox, receiver):
    chat = sandbox.act("customer/chats", name="Zoë", body="hello")
    wait_until(lambda: receiver.arrived == 2, 30, "two webhooks under way")
    assert sandbox.world()["webhooks_waiting"] > 2
    reset(sandbox)
    assert sandbox.world()["webhooks_waiting"] == 0
    receiver.gate.set()
    time.sleep(AFTERMATH)
    assert receiver.arrived == 2, "what waited was sent all the same"
    assert not [one for one in sandbox.get("log").json()["entries"] if one["direction"] == "out"]
    # The new world works, and its SIDs are those of the same seed.
    assert sandbox.act("customer/chats", name="Zoë", body="again")["conversation_sid"] == chat["conversation_sid"]
    wait_until(lambda: receiver.arrived > 2, 30, "a webhook of the new world")


def test_a_delayed_webhook_does_not_outlive_a_reset(sandbox, receiver):
    receiver.gate.set()
    sandbox.faults(seed=1, webhooks={"flex": {"delay_ms": 500}})
    sandbox.act("customer/chats", name="Zoë", body="hello")
    reset(sandbox)
    time.sleep(AFTERMATH)
    assert receiver.arrived == 0


def test_a_request_that_is_held_up_changes_nothing_after_a_reset(sandbox):
    sandbox.faults(seed=1, rules=[{"project": "flex", "probability": 1, "effect": {"latency_ms": 1_500}}])
    answers = []
    late = threading.Thread(
        target=lambda: answers.append(rest(sandbox, "POST", "conversations/v1/Conversations", FriendlyName="late"))
    )
    late.start()
    time.sleep(0.3)
    reset(sandbox)
    late.join()
    assert answers[0].status_code == 503 and "reset" in answers[0].json()["message"]
    assert sandbox.get("conversations", project="flex").json()["conversations"] == []


def test_a_question_that_is_open_is_answered_and_changes_nothing_after_a_reset(sandbox, receiver):
    # The service of this project has no webhook of its own.
    frontline = sandbox.twilio("frontline")
    frontline.conversations.v1.configuration.webhooks().update(pre_webhook_url=receiver.url, filters=["onMessageAdd"])
    conversation = frontline.conversations.v1.conversations.create()
    answers = []
    asked = threading.Thread(
        target=lambda: answers.append(
            requests.post(
                f"{sandbox.url}/sandbox/v1/conversations/{conversation.sid}/messages",
                json={"project": "frontline", "author": "ana", "body": "late"}, timeout=30,
            )
        )
    )  # fmt: skip
    asked.start()
    wait_until(lambda: receiver.arrived == 1, 30, "the question")
    began = time.monotonic()
    reset(sandbox)
    asked.join()
    assert time.monotonic() - began < 1, "the question was not taken back"
    assert answers[0].status_code == 503
    assert sandbox.get("conversations", project="frontline").json()["conversations"] == []


def test_what_a_full_queue_loses_is_counted_for_people_and_for_metrics(sandbox, receiver):
    sandbox.act("customer/chats", name="Zoë", body="hello")
    for number in range(6):
        sandbox.act("customer/chats", name="Zoë", body=f"hello {number}")
    lost = sandbox.world()["webhooks_dropped"]
    assert lost > 0
    assert metric(sandbox, "patchbay_sandbox_webhooks_dropped_total") == lost
    assert metric(sandbox, "patchbay_sandbox_timers_dropped_total") == 0
    row = next(one for one in sandbox.get("log").json()["dropped"] if one["project"] == "flex")
    assert row == {"project": "flex", "webhooks_dropped": lost, "timers_dropped": 0}
    reset(sandbox)
    assert sandbox.world()["webhooks_dropped"] == 0
