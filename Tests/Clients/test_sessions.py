"""Sessions against a real Broker: hello, heartbeats, numbers, ends."""

from __future__ import annotations

import os
import sys
import time

import pytest
import zmq

from broker_process import wait_until
from patchbay_client import Client, event
from patchbay_connection import Dealer, Refused, failure
from patchbay_wire import Frame, FrameType, Json, PatchbayError, Publish

HELLO = {"versions": [1], "role": "service", "client": "test/1", "instance": "t"}


@pytest.fixture
def dealer(shared_broker):
    with Dealer(shared_broker.run_dir) as dealer:
        yield dealer


def end_of(dealer: Dealer, timeout=10.0) -> PatchbayError:
    """The failure or close that comes next, pongs passed over."""
    deadline = time.monotonic() + timeout
    while True:
        frame = dealer.receive(deadline - time.monotonic())
        if frame.type in (FrameType.CLOSE, FrameType.FAILURE):
            return failure(frame.body)


def test_welcome_says_what_the_page_says(dealer):
    welcome = dealer.hello(**HELLO)
    assert welcome["version"] == 1 and welcome["session"] > 0 and welcome["epoch"] > 0 and welcome["end"] >= 0
    assert welcome["heartbeat_ms"] == 1000 and welcome["journal"]
    assert welcome["limits"] == {
        "max_event_bytes": 1_048_576,
        "max_frame_bytes": 8_388_608,
        "max_unacked_events": 65_536,
        "max_unacked_bytes": 16_777_216,
    }


def test_newer_versions_and_unknown_keys_are_passed_over(dealer):
    assert dealer.hello(**HELLO | {"versions": [7, 1], "colour": "blue"})["version"] == 1


@pytest.mark.parametrize(
    "change, code",
    [
        ({"versions": [2, 3]}, "session.version"),
        ({"versions": []}, "session.version"),
        ({"role": "emperor"}, "session.role"),
        ({"role": ""}, "session.role"),
    ],
)
def test_hello_that_cannot_be_is_refused(dealer, change, code):
    with pytest.raises(Refused) as refused:
        dealer.hello(**HELLO | change)
    assert refused.value.code == code and not refused.value.retryable


def test_client_that_saw_a_higher_epoch_does_not_work_with_this_broker(shared_broker, bus):
    with pytest.raises(PatchbayError):
        Client(shared_broker.run_dir, epoch=bus.epoch + 1)


def test_role_says_what_a_client_may_do(shared_broker, name):
    with Client(shared_broker.run_dir, role="observer") as observer:
        observer.read(offset=0)
        for attempt in (
            lambda: observer.publish(event("t.x", "k", name)),
            lambda: observer.put(name, "a", b"1"),
            lambda: observer.join(name, filters=["t.>"]),
            lambda: observer.call(name),
            lambda: observer.serve(name, bytes),
            lambda: observer.admin("group_delete", group=name),
        ):
            with pytest.raises(Refused) as refused:
                attempt()
            assert refused.value.code == "session.forbidden"


NOBODY = 65534
SAY_HELLO = """
import sys
from patchbay_connection import Dealer
from patchbay_wire import PatchbayError
try:
    with Dealer(sys.argv[1]) as dealer:
        dealer.hello(versions=[1], role=sys.argv[2], client="uid/1", instance="")
        print("welcome")
except PatchbayError as error:
    print(error.code)
"""


def hello_as_nobody(broker, role: str) -> str:
    """What a process of another user hears; it is let through to the sockets, which is the operator's doing."""
    for path in (broker.base, broker.run_dir):
        path.chmod(0o755)
    (broker.run_dir / "bus.sock").chmod(0o666)
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(write_end, 1)
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
        sys.argv = ["-", str(broker.run_dir), role]
        zmq.Context._instance = None  # the parent's context does not survive a fork
        exec(SAY_HELLO, {})
        sys.stdout.flush()
        os._exit(0)
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return text.strip()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
@pytest.mark.parametrize("role, answer", [("mine", "welcome"), ("theirs", "session.role"), ("service", "session.role")])
def test_role_is_bound_to_the_configured_user(make_broker, role, answer, capfd):
    settings = {"broker.roles.mine.may": "read", "broker.roles.mine.uids": NOBODY}
    settings |= {"broker.roles.theirs.may": "read", "broker.roles.theirs.uids": NOBODY - 1}
    broker = make_broker(**settings).start()
    with capfd.disabled():
        assert hello_as_nobody(broker, role) == answer


@pytest.mark.parametrize("session", [0, 4_000_000])
def test_frame_of_an_unknown_session_is_refused(dealer, session):
    frame = Frame(FrameType.PUBLISH, Publish((event("t.x", "k", "1"),)), session, 1)
    dealer.send(frame)
    error = end_of(dealer)
    assert error.code == "session.unknown" and error.retryable


def test_session_of_another_socket_is_unknown(shared_broker, bus, dealer):
    dealer.hello(**HELLO)
    dealer.send(Frame(FrameType.PING, session=bus.session, ref=5))
    assert end_of(dealer).code == "session.unknown"
    bus.publish(event("t.still-there", "k", "still-there"))


def test_ping_is_answered_with_its_ref(dealer):
    session = dealer.hello(**HELLO)["session"]
    dealer.send(Frame(FrameType.PING, session=session, ref=77))
    answer = dealer.receive()
    assert (answer.type, answer.session, answer.ref) == (FrameType.PONG, session, 77)


def test_session_without_a_sign_of_life_is_closed_after_three_heartbeats(dealer):
    started = time.monotonic()
    welcome = dealer.hello(**HELLO)
    assert end_of(dealer).code == "session.expired"
    assert 2.5 < time.monotonic() - started < 6
    dealer.send(Frame(FrameType.PING, session=welcome["session"]))
    assert end_of(dealer).code == "session.unknown"


def test_idle_client_stays(bus):
    born = time.monotonic()
    with pytest.raises(AssertionError):
        wait_until(lambda: bus.ended, timeout=4, what="nothing")
    assert time.monotonic() - born > 3.5
    bus.publish(event("t.idle", "k", "idle"))


def test_goodbye_ends_the_session(dealer):
    session = dealer.hello(**HELLO)["session"]
    dealer.send(Frame(FrameType.GOODBYE, session=session))
    dealer.send(Frame(FrameType.PING, session=session))
    assert end_of(dealer).code == "session.unknown"


def test_frame_of_another_version_is_refused(dealer):
    session = dealer.hello(**HELLO)["session"]
    dealer.send(b"\x02" + Frame(FrameType.PING, session=session).encode()[1:])
    assert end_of(dealer).code == "wire.unsupported_version"


def test_unknown_type_is_refused(dealer):
    session = dealer.hello(**HELLO)["session"]
    dealer.send(b"\x01\x7f" + Frame(FrameType.PING, session=session, ref=9).encode()[2:])
    assert end_of(dealer).code == "wire.unknown_type"


def test_frame_over_the_limit_ends_the_connection_and_nothing_else(dealer, bus):
    session = dealer.hello(**HELLO)["session"]
    dealer.send(Frame(FrameType.PING, session=session).encode() + bytes(8_388_608))
    assert dealer.disconnected.poll(5000), "the connection is still there"
    assert bus.publish(event("t.after", "k", "after-oversize"))[0].is_stored


@pytest.mark.parametrize("hello", [None, {}, {"versions": "1"}, {"versions": [1]}, [1, 2]])
def test_hello_without_what_it_needs_is_refused(dealer, hello):
    dealer.send(Frame(FrameType.HELLO, Json(hello)))
    assert end_of(dealer).code in ("wire.malformed", "session.version", "session.role")


def test_many_sessions_come_and_go(shared_broker):
    numbers = set()
    for _ in range(50):
        with Dealer(shared_broker.run_dir) as dealer:
            numbers.add(dealer.hello(**HELLO)["session"])
            dealer.send(Frame(FrameType.GOODBYE, session=max(numbers)))
    assert len(numbers) == 50
