"""Webhooks from the wire to the journal: a real Gateway in front of a real Broker."""

from __future__ import annotations

import concurrent.futures
import itertools
import json
import socket
import time

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from broker_process import wait_until
from gateway_process import FORM, PUBLIC_URL, TOKENS, Gateway, form, reservation, sign

TARGET = "/webhooks/twilio/flex/taskrouter"
numbers = itertools.count(1_000_000)


@pytest.fixture
def gateway(broker):
    with Gateway(broker) as gateway:
        yield gateway.start()


def send(gateway, parameters, target=TARGET, token=TOKENS["flex"], **headers):
    return gateway.post(target, form(parameters), sign(PUBLIC_URL + target, parameters, token), **headers)


def stored(broker, topic="task.>"):
    """The documents in the journal."""
    with broker.client() as client:
        return [json.loads(stored.record.payload) for stored in client.read_all(filters=[topic])]


def test_a_signed_webhook_is_an_event_on_disk_before_its_answer(broker, gateway):
    number = next(numbers)
    assert send(gateway, reservation(number)).status_code == 204
    (document,) = stored(broker)
    assert document["type"] == "task.reserved"
    assert document["source"] == "/twilio/flex"
    assert document["id"] == f"EV{number:032x}"
    assert document["partitionkey"] == f"WT{number:032x}"
    assert document["data"]["taskAttributes"]["name"] == "José Ñandú"


def test_a_repeated_webhook_is_stored_once(broker, gateway):
    parameters = reservation(next(numbers))
    for token in ("first", "second"):
        answer = send(gateway, parameters, I_Twilio_Idempotency_Token=token)
        assert answer.status_code == 204
    assert len(stored(broker)) == 1


def test_nothing_acknowledged_is_lost_when_the_broker_is_killed(broker, gateway):
    acknowledged: set[str] = set()

    def sender(worker: int) -> None:
        for number in range(40):
            parameters = reservation(worker * 1_000 + number)
            if send(gateway, parameters).status_code == 204:
                acknowledged.add(parameters["Sid"])

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        running = [pool.submit(sender, worker) for worker in range(8)]
        wait_until(lambda: len(acknowledged) > 50, what="the first answers")
        broker.kill()
        broker.start()
        for future in running:
            future.result()
    ids = [document["id"] for document in stored(broker)]
    assert acknowledged <= set(ids)
    assert len(ids) == len(set(ids))
    assert len(acknowledged) > 50


def test_without_the_bus_it_is_503_with_retry_after_and_readyz_says_why(broker, gateway):
    broker.kill()
    wait_until(lambda: requests.get(f"{gateway.url}/readyz", timeout=5).status_code == 503, what="readyz 503")
    assert any(r.startswith("bus: away") for r in requests.get(f"{gateway.url}/readyz", timeout=5).json()["reasons"])
    assert requests.get(f"{gateway.url}/healthz", timeout=5).status_code == 200
    answer = send(gateway, reservation(next(numbers)))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "gateway.bus_unavailable"
    # Away for longer than one publish may wait: the next one is told at once.
    before = time.monotonic()
    assert send(gateway, reservation(next(numbers))).status_code == 503
    assert time.monotonic() - before < 1
    broker.start()
    wait_until(lambda: requests.get(f"{gateway.url}/readyz", timeout=5).status_code == 200, what="readyz 200")
    assert send(gateway, reservation(next(numbers))).status_code == 204


def test_refusals_become_an_event_and_leak_nothing(broker, gateway):
    parameters = reservation(next(numbers))
    for _ in range(5):
        assert send(gateway, parameters, token="guess").status_code == 403
    assert gateway.stop() == 0
    (document,) = stored(broker, "sys.gateway.rejected")
    assert document["data"]["reason"] == "webhook.signature_invalid"
    assert document["data"]["count"] == 5
    text = gateway.log() + json.dumps(document)
    assert "Webhook refused" in text
    for secret in [*TOKENS.values(), "600111222", "Ñandú", parameters["AccountSid"]]:
        assert secret not in text


def test_metrics_hold_the_figures_of_gateway_and_broker(broker, gateway):
    send(gateway, reservation(next(numbers)))
    text = requests.get(f"{gateway.url}/metrics", timeout=5).text
    families = {family.name: family for family in text_string_to_metric_families(text)}
    up = {sample.labels["instance"]: sample.value for sample in families["patchbay_instance_up"].samples}
    assert up == {"broker": 1, "gateway": 1}
    taken = [s for s in families["patchbay_gateway_webhooks"].samples if s.labels["outcome"] == "accepted"]
    assert sum(sample.value for sample in taken) == 1
    broker.kill()
    text = requests.get(f"{gateway.url}/metrics", timeout=5).text
    assert 'patchbay_instance_up{instance="broker"} 0' in text


def test_a_stop_answers_what_is_in_flight_and_ends_with_0(broker, gateway):
    parameters = reservation(next(numbers))
    body = form(parameters)
    signature = sign(PUBLIC_URL + TARGET, parameters, TOKENS["flex"])
    head = (
        f"POST {TARGET} HTTP/1.1\r\nHost: a\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n"
        f"X-Twilio-Signature: {signature}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", gateway.port)) as connection:
        connection.sendall(head.encode() + body[:-1])
        # The Gateway has begun to read this request once it has answered another.
        assert requests.get(f"{gateway.url}/healthz", timeout=5).status_code == 200
        gateway.process.terminate()
        wait_until(lambda: not accepts_connections(gateway.port), what="the end of listening")
        connection.sendall(body[-1:])
        assert connection.recv(4096).startswith(b"HTTP/1.1 204")
    assert gateway.process.wait(15) == 0
    assert len(stored(broker)) == 1


def accepts_connections(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"A=%2", 400, "form.malformed_percent"),
        (b"A=%C3%28", 400, "form.invalid_utf8"),
        (b"A=\xff\xfe", 400, "form.invalid_utf8"),
        (b"&".join(b"N%d=1" % n for n in range(10_000)), 413, "form.too_many_parameters"),
        (b"A=" + b"x" * 262_144, 413, "form.body_too_large"),
    ],
    ids=["percent", "escaped UTF-8", "raw UTF-8", "10,000 parameters", "large body"],
)
def test_malformed_forms_are_refused(gateway, body, status, code):
    answer = gateway.post(TARGET, body, "AAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
