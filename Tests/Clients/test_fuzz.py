"""Malformed frames of every type: a real Broker answers or closes, and stays alive for everybody else.

Runs repeat exactly; HYPOTHESIS_PROFILE=explore looks for new cases and prints how to repeat what it found.
"""

from __future__ import annotations

import dataclasses
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import golden
from patchbay_client import Client, event
from patchbay_connection import Dealer, NoAnswer
from patchbay_wire import Frame, FrameType, Json

HELLO = {"versions": [1], "role": "service", "client": "fuzz/1", "instance": "f"}
SIGN_OF_LIFE = 1 << 60
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "60"))


class Fuzzer:
    """A session that throws bytes at the Broker and is opened anew whenever the Broker ends it."""

    def __init__(self, run_dir):
        self.run_dir, self.dealer = run_dir, None

    def throw(self, data: bytes) -> None:
        """Sends a message under the session's number, then asks for a sign of life."""
        if self.dealer is None:
            self.dealer = Dealer(self.run_dir)
            self.session = self.dealer.hello(**HELLO)["session"]
        self.dealer.send(data[:4] + self.session.to_bytes(4, "big") + data[8:] if len(data) >= 8 else data)
        self.dealer.send(Frame(FrameType.PING, session=self.session, ref=SIGN_OF_LIFE))
        while True:
            type, ref, body = self._receive()
            if type == FrameType.PONG and ref == SIGN_OF_LIFE:
                return
            if type == FrameType.CLOSE or (type == FrameType.FAILURE and b"session.unknown" in body):
                return self.close()

    def _receive(self) -> tuple[int, int, bytes]:
        """Type, ref and body of the next frame; the body undecoded, since it may hold what was thrown before."""
        data = self.dealer.receive_bytes()
        version, type, _, _, ref = Frame.HEADER.unpack_from(data)
        assert version == 1
        return type, ref, data[Frame.HEADER.size :]

    def close(self) -> None:
        if self.dealer:
            self.dealer.close()
        self.dealer = None


@pytest.fixture(scope="module")
def fuzzer(shared_broker):
    fuzzer = Fuzzer(shared_broker.run_dir)
    yield fuzzer
    fuzzer.close()


@pytest.fixture(autouse=True)
def alive(shared_broker):
    yield
    assert shared_broker.is_alive, shared_broker.log()
    with Client(shared_broker.run_dir) as bus:
        assert bus.publish(event("t.alive", "k", os.urandom(8).hex()))[0].is_stored


def throw(fuzzer: Fuzzer, data: bytes) -> None:
    try:
        fuzzer.throw(data)
    except NoAnswer:
        raise AssertionError(f"no answer after {data[:200].hex()} ({len(data)} bytes)") from None


NAMES = sorted(golden.FRAMES)


@st.composite
def damaged(draw, data: bytes) -> bytes:
    """A message with a few bytes changed, cut off or put in, most often in its counts and lengths."""
    data = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(16, max(16, min(len(data), 80))))
        match draw(st.sampled_from(["set", "cut", "insert", "big"])):
            case "set" if at < len(data):
                data[at] = draw(st.integers(0, 255))
            case "cut":
                del data[draw(st.integers(0, len(data))) :]
            case "insert":
                data[at:at] = draw(st.binary(max_size=12))
            case "big" if at + 4 <= len(data):
                data[at : at + 4] = b"\xff\xff\xff\xff"
    return bytes(data)


@pytest.mark.parametrize("name", NAMES)
def test_damaged_frame_harms_nobody(fuzzer, name):
    data = golden.FRAMES[name].encode()

    @settings(max_examples=EXAMPLES)
    @given(damaged(data))
    def run(message):
        throw(fuzzer, message)

    throw(fuzzer, data)
    run()


@pytest.mark.parametrize("name", NAMES)
def test_frame_cut_anywhere_harms_nobody(fuzzer, name):
    data = golden.FRAMES[name].encode()
    step = max(1, len(data) // 40)
    for length in [*range(0, 16), *range(16, len(data), step)]:
        throw(fuzzer, data[:length])


@settings(max_examples=200)
@given(type=st.integers(0, 255), body=st.binary(max_size=300), flags=st.integers(0, 65535))
def test_random_body_harms_nobody(fuzzer, type, body, flags):
    throw(fuzzer, bytes([1, type]) + flags.to_bytes(2, "big") + bytes(12) + body)


@settings(max_examples=100)
@given(data=st.binary(max_size=64))
def test_random_bytes_harm_nobody(fuzzer, data):
    throw(fuzzer, data)


values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**65), 2**65) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


JSON_REQUESTS = [n for n in NAMES if isinstance(golden.FRAMES[n].body, Json) and golden.FRAMES[n].type < 0x80]


@pytest.mark.parametrize("name", [n for n in JSON_REQUESTS if n != "hello"])
def test_json_with_other_values_harms_nobody(fuzzer, name):
    frame = golden.FRAMES[name]

    @settings(max_examples=EXAMPLES)
    @given(st.dictionaries(st.sampled_from([*frame.body.value, "config", "after"]), values))
    def run(changes):
        body = type(frame.body)(frame.body.value | changes)
        throw(fuzzer, dataclasses.replace(frame, body=body).encode())

    run()


def test_deeply_nested_json_harms_nobody(fuzzer):
    for type in (FrameType.JOIN, FrameType.READ, FrameType.ADMIN, FrameType.SERVE, FrameType.HELLO):
        throw(fuzzer, bytes([1, type]) + bytes(14) + b'{"a":' * 100_000)
        throw(fuzzer, bytes([1, type]) + bytes(14) + b"[" * 1_000_000)
