"""Calls against a real Broker: at most once, and it says which."""

from __future__ import annotations

import threading
import time

import pytest

from broker_process import wait_until
from patchbay_client import CallFailed, CallUnavailable, CallUnknown, Client
from patchbay_connection import Dealer, Refused
from patchbay_wire import Frame, FrameType, Json, PatchbayError, Reply


@pytest.fixture
def server(shared_broker):
    with Client(shared_broker.run_dir, instance="server") as client:
        yield client


@pytest.fixture
def silent_server(shared_broker, name):
    """A bare session that offers the service and answers only when the test says so."""
    with Dealer(shared_broker.run_dir) as dealer:
        session = dealer.hello(versions=[1], role="service", client="silent/1", instance="s")["session"]
        dealer.send(Frame(FrameType.SERVE, Json({"service": name, "concurrency": 1}), session, 1))
        assert dealer.receive().type is FrameType.DONE
        yield dealer, session


def receive_request(dealer: Dealer) -> Frame:
    while True:
        frame = dealer.receive()
        if frame.type is FrameType.REQUEST:
            return frame


def call_later(bus, *arguments, **options):
    """Calls on a thread of its own; the list gets the answer or the error."""
    answers = []

    def run():
        try:
            answers.append(bus.call(*arguments, **options))
        except PatchbayError as error:
            answers.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, answers


def test_answer_comes_back(bus, server, name):
    server.serve(name, lambda payload: payload[::-1])
    assert bus.call(name, b"abc") == b"cba"
    assert bus.call(name, b"") == b""
    assert bus.call(name, bytes(1 << 20)) == bytes(1 << 20)


def test_failure_of_the_server_is_told(bus, server, name):
    def fail(_):
        raise PatchbayError("directory.invalid", "row 7 has no number")

    server.serve(name, fail)
    with pytest.raises(CallFailed) as failed:
        bus.call(name)
    assert (failed.value.code, failed.value.message) == ("directory.invalid", "row 7 has no number")


def test_call_without_a_server_is_unavailable_at_its_deadline(bus, name):
    started = time.monotonic()
    with pytest.raises(CallUnavailable):
        bus.call(name, deadline_ms=100)
    assert time.monotonic() - started < 2


def test_call_waits_for_a_server_until_its_deadline(bus, server, name):
    thread, answers = call_later(bus, name, b"x")
    server.serve(name, lambda payload: payload)
    thread.join()
    assert answers == [b"x"]


def test_call_that_its_server_does_not_answer_in_time_is_unknown(bus, silent_server, name):
    thread, answers = call_later(bus, name, deadline_ms=200)
    request = receive_request(silent_server[0])
    assert 0 < request.body.deadline_ms <= 200
    thread.join()
    assert isinstance(answers[0], CallUnknown)


def test_late_answer_goes_nowhere(bus, silent_server, name):
    dealer, session = silent_server
    with pytest.raises(CallUnknown):
        bus.call(name, deadline_ms=100)
    request = receive_request(dealer)
    dealer.send(Frame(FrameType.REPLY, Reply(0, b"late"), session, request.ref))
    thread, answers = call_later(bus, name)
    second = receive_request(dealer)
    dealer.send(Frame(FrameType.REPLY, Reply(0, b"in time"), session, second.ref))
    thread.join()
    assert answers == [b"in time"]


def test_call_whose_server_is_lost_is_unknown_and_not_repeated(bus, server, silent_server, name):
    dealer, session = silent_server
    thread, answers = call_later(bus, name)
    receive_request(dealer)
    calls = []
    server.serve(name, lambda payload: calls.append(payload) or b"")
    dealer.send(Frame(FrameType.GOODBYE, session=session))
    thread.join()
    assert isinstance(answers[0], CallUnknown)
    assert calls == []


def test_second_call_waits_while_the_only_server_is_busy(bus, silent_server, name):
    dealer, session = silent_server
    first, first_answers = call_later(bus, name, b"1")
    request = receive_request(dealer)
    with pytest.raises(CallUnavailable):  # never handed out: it certainly did not run
        bus.call(name, b"2", deadline_ms=150)
    dealer.send(Frame(FrameType.REPLY, Reply(0, b"done"), session, request.ref))
    first.join()
    assert first_answers == [b"done"]


def test_calls_go_to_the_server_with_the_fewest_outstanding(shared_broker, bus, server, silent_server, name):
    dealer, session = silent_server
    thread, answers = call_later(bus, name)
    request = receive_request(dealer)  # the silent one has one outstanding
    server.serve(name, lambda payload: b"other")
    assert [bus.call(name) for _ in range(5)] == [b"other"] * 5
    dealer.send(Frame(FrameType.REPLY, Reply(0, b"silent"), session, request.ref))
    thread.join()
    assert answers == [b"silent"]


def test_many_calls_at_once_each_get_their_own_answer(bus, server, name):
    server.serve(name, lambda payload: payload)
    calls = [call_later(bus, name, str(n).encode()) for n in range(50)]
    for thread, _ in calls:
        thread.join()
    assert [answers[0] for _, answers in calls] == [str(n).encode() for n in range(50)]


@pytest.mark.parametrize("deadline_ms", [0, 30_001])
def test_deadline_out_of_range_is_refused(bus, name, deadline_ms):
    with pytest.raises(Refused) as refused:
        bus.call(name, deadline_ms=deadline_ms)
    assert refused.value.code == "call.deadline"


def test_payload_over_the_limit_is_refused(bus, name):
    with pytest.raises(Refused) as refused:
        bus.call(name, bytes(7_864_321))
    assert refused.value.code == "call.payload"


def test_caller_that_goes_away_frees_the_server(shared_broker, silent_server, name):
    dealer, session = silent_server
    with Client(shared_broker.run_dir) as bus:
        thread, answers = call_later(bus, name)
        request = receive_request(dealer)
    thread.join()
    assert isinstance(answers[0], PatchbayError)
    dealer.send(Frame(FrameType.REPLY, Reply(0, b"to nobody"), session, request.ref))
    with Client(shared_broker.run_dir) as bus:
        thread, answers = call_later(bus, name)
        request = receive_request(dealer)
        dealer.send(Frame(FrameType.REPLY, Reply(0, b"fine"), session, request.ref))
        wait_until(lambda: answers == [b"fine"], what="the answer")
        thread.join()


def test_server_that_withdraws_answers_what_it_has_and_gets_nothing_more(bus, silent_server, name):
    dealer, session = silent_server
    thread, answers = call_later(bus, name, b"first", deadline_ms=5000)
    first = receive_request(dealer)
    dealer.send(Frame(FrameType.UNSERVE, Json({"service": name}), session, 2))
    assert dealer.receive().type is FrameType.DONE
    with pytest.raises(CallUnavailable):
        bus.call(name, b"second", deadline_ms=200)
    dealer.send(Frame(FrameType.REPLY, Reply(0, b"done"), session, first.ref))
    thread.join()
    assert answers == [b"done"]


def test_python_client_withdraws(bus, server, name):
    server.serve(name, lambda payload: payload)
    assert bus.call(name, b"a") == b"a"
    server.unserve(name)
    with pytest.raises(CallUnavailable):
        bus.call(name, b"b", deadline_ms=100)
    server.serve(name, lambda payload: payload)
    assert bus.call(name, b"c") == b"c"
