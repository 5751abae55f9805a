"""The checker says yes to sound histories and no to each way of breaking a promise."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import history_checker
from history_checker import violations


def publish(id, seq, publisher="p", key="k", digest=None):
    return {"op": "publish", "publisher": publisher, "seq": seq, "key": key, "id": id, "digest": digest or f"#{id}"}


def ack(id, offset):
    return {"op": "ack", "id": id, "offset": offset}


def read(id, offset, key="k", digest=None):
    return {"op": "read", "offset": offset, "key": key, "id": id, "digest": digest or f"#{id}"}


A, B, C = publish("a", 1), publish("b", 2), publish("c", 3)

SOUND = {
    "nothing happened": [],
    "acked events are there": [A, B, ack("a", 1), ack("b", 2), read("a", 1), read("b", 2)],
    "gaps between offsets": [A, B, ack("a", 1), ack("b", 9), read("a", 1), read("b", 9)],
    "an unacked event is there": [A, B, ack("a", 1), read("a", 1), read("b", 2)],
    "an unacked event is lost": [A, B, ack("a", 1), read("a", 1)],
    "an unacked event in the middle is lost": [A, B, C, ack("c", 2), read("a", 1), read("c", 2)],
    "sent again, acked as a duplicate": [A, A, ack("a", 1), ack("a", 1), read("a", 1)],
    "other keys in any order": [A, publish("b", 2, key="l"), read("b", 1, key="l"), read("a", 2)],
    "other publishers in any order": [publish("a", 2), publish("b", 1, publisher="q"), read("a", 1), read("b", 2)],
}

BROKEN = {
    "lost": [A, ack("a", 1)],
    "lost: a": [A, B, ack("a", 1), ack("b", 2), read("b", 2)],
    "moved": [A, ack("a", 1), read("a", 2)],
    "twice": [A, ack("a", 1), read("a", 1), read("a", 2)],
    "twice: a": [A, read("a", 1), read("a", 2)],
    "foreign": [A, read("a", 1), read("z", 2)],
    "changed": [A, ack("a", 1), read("a", 1, digest="other")],
    "changed: a": [A, ack("a", 1), read("a", 1, key="other")],
    "order": [A, B, ack("a", 2), ack("b", 1), read("b", 1), read("a", 2)],
    "order: a": [A, B, C, read("b", 1), read("a", 2), read("c", 3)],
    "offsets": [A, B, ack("a", 1), ack("b", 1), read("a", 1)],
    "offsets: 2 was read after 2": [A, B, read("a", 2), read("b", 2)],
    "recording: a": [ack("a", 1), A | {"id": "b"}, read("b", 1)],
    "recording: publisher p": [A, B | {"seq": 1}],
    "recording: a was published twice": [A, A | {"digest": "other"}],
}


@pytest.mark.parametrize("lines", SOUND.values(), ids=SOUND)
def test_sound_history_passes(lines):
    assert violations(lines) == []


@pytest.mark.parametrize("expected", BROKEN)
def test_broken_history_is_named(expected):
    assert any(text.startswith(expected) for text in violations(BROKEN[expected])), violations(BROKEN[expected])


def test_order_is_seen_across_an_event_that_went_missing():
    lines = [A, B, C, read("c", 1), read("a", 2)]
    assert [v.split(":")[0] for v in violations(lines)] == ["order"]


@pytest.mark.parametrize("lines, code", [(SOUND["acked events are there"], 0), (BROKEN["lost"], 1)])
def test_command_line_exit_code(tmp_path: Path, lines, code):
    path = tmp_path / "history.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert subprocess.run([sys.executable, history_checker.__file__, path], capture_output=True).returncode == code
