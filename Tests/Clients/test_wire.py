"""The codec against the golden messages, against itself, and against damage."""

from __future__ import annotations

import dataclasses
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

import golden
from patchbay_wire import BODIES, Batch, Frame, FrameType, Json, Kind, Reader, Record, Reply, WireError, Write

if os.environ.get("UPDATE_GOLDEN") == "1":
    golden.update()

FILES = sorted(golden.DIRECTORY.glob("*.json"))
# Bodies whose last part takes whatever is left: a shorter one is another message, not a truncated one.
OPEN_ENDED = {"call", "request", "reply", "replied", "slices"} | {
    t.name.lower() for t, b in BODIES.items() if b is Json
}


def decode(name: str, data: bytes):
    if name.startswith("record-"):
        return Record.decode(Reader(data))
    return Batch.decode(Reader(data)) if name == "batch" else Frame.decode(data)


def message(name: str):
    return golden.BATCH if name == "batch" else golden.RECORDS.get(name) or golden.FRAMES[name]


def test_every_frame_type_and_every_visible_record_kind_has_a_golden_message():
    assert {frame.type for frame in golden.FRAMES.values()} == set(FrameType)
    assert {r.kind for r in golden.RECORDS.values()} == {Kind.EVENT, Kind.MAP_PUT, Kind.MAP_DELETE, Kind.GROUP}
    assert {path.stem for path in FILES} == set(golden.vectors())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_golden_message_is_what_the_encoder_writes_and_the_decoder_reads(path):
    vector = json.loads(path.read_text())
    data = bytes.fromhex(vector["hex"])
    assert message(vector["name"]).encode() == data
    assert decode(vector["name"], data) == message(vector["name"])
    assert golden.meaning(decode(vector["name"], data)) == vector["meaning"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_truncated_message_is_refused(path):
    vector = json.loads(path.read_text())
    data = bytes.fromhex(vector["hex"])
    kind = vector["meaning"].get("type")
    for length in range(16 if kind in OPEN_ENDED else len(data)):
        with pytest.raises(WireError):
            decode(vector["name"], data[:length])


@pytest.mark.parametrize("name", [n for n, f in golden.FRAMES.items() if f.type.name.lower() not in OPEN_ENDED])
def test_bytes_after_the_body_are_refused(name):
    with pytest.raises(WireError, match="follow the body"):
        Frame.decode(golden.FRAMES[name].encode() + b"\0")


def test_every_flipped_bit_of_a_batch_is_seen():
    data = golden.BATCH.encode()
    reserved = range(68, 72)  # the four bytes after the CRC are not covered
    for at in (at for at in range(len(data)) if at not in reserved):
        damaged = bytearray(data)
        damaged[at] ^= 1 << (at % 8)
        with pytest.raises(WireError):
            Batch.decode(Reader(bytes(damaged)))


texts = st.text(max_size=20)
records = st.builds(Record, st.integers(0, 255), st.integers(0, 255), texts, texts, texts, st.binary(max_size=50))
writes = st.builds(Write, texts, texts, st.none() | st.binary(max_size=9), st.none() | st.integers(0, 2**64 - 1))


@given(st.lists(records, max_size=5), st.integers(0, 2**64 - 1))
def test_any_batch_survives_the_trip(items, offset):
    batch = dataclasses.replace(golden.BATCH, base_offset=offset, records=tuple(items))
    assert Batch.decode(Reader(batch.encode())) == batch


@given(writes)
def test_any_write_survives_the_trip(write):
    assert Write.decode(Reader(write.encode())) == write


@given(st.binary(max_size=200))
def test_no_bytes_break_the_decoder(data):
    try:
        frame = Frame.decode(data)
    except WireError:
        return
    assert frame.type in FrameType


def test_reply_without_payload_is_four_bytes():
    assert Reply(2).encode() == b"\x02\0\0\0"
