"""The oracle of the synchronisation tests, on conversations made by hand: a checker that never complains proves nothing."""

from __future__ import annotations

import json

import pytest

from twins import Message, Side, differences, mirrored, said_once


def side(name: str, *rows: tuple) -> Side:
    """Rows are (sid, body) of a native message or (sid, body, original) of a copy."""
    return Side(
        name,
        [Message(row[0], place, row[1], copy_of=row[2] if len(row) > 2 else None) for place, row in enumerate(rows)],
    )


FLEX = [("F1", "hello"), ("F2", "anyone?"), ("f3", "yes", "L3"), ("F4", "good")]
FRONTLINE = [("l1", "hello", "F1"), ("l2", "anyone?", "F2"), ("L3", "yes"), ("l4", "good", "F4")]


def found(flex, frontline) -> set[str]:
    return {text.split(":")[0] for text in differences(side("flex", *flex), side("frontline", *frontline))}


def test_twins_are_found_sound():
    assert found(FLEX, FRONTLINE) == set()


def test_two_people_who_write_at_once_may_see_either_order():
    assert found([("F1", "a"), ("f2", "b", "L1")], [("L1", "b"), ("l2", "a", "F1")]) == set()


@pytest.mark.parametrize(
    "expected, flex, frontline",
    [
        ("missing", FLEX, FRONTLINE[:-1]),
        ("missing", FLEX[:2] + FLEX[3:], FRONTLINE),
        ("doubled", FLEX, FRONTLINE + [("l5", "good", "F4")]),
        ("changed", FLEX, FRONTLINE[:-1] + [("l4", "bad", "F4")]),
        ("foreign", FLEX, FRONTLINE + [("l5", "who?", "F9")]),
        ("misordered", FLEX, [FRONTLINE[1], FRONTLINE[0], *FRONTLINE[2:]]),
        ("crossed", [("f2", "answer", "L2"), ("F1", "question")], [("l1", "question", "F1"), ("L2", "answer")]),
        ("echo", FLEX + [("f5", "hello", "l1")], FRONTLINE),
    ],
)
def test_each_way_not_to_be_twins_is_named(expected, flex, frontline):
    assert expected in found(flex, frontline)


def test_a_listing_that_runs_backwards_is_named():
    backwards = Side("flex", [Message("F2", 1, "b"), Message("F1", 0, "a")])
    assert any("listed after" in text for text in differences(backwards, Side("frontline", [])))


def test_what_was_said_and_is_not_there_is_named():
    assert said_once(side("flex", *FLEX), ["hello", "good"]) == []
    assert len(said_once(side("flex", *FLEX), ["hello", "never said"])) == 1


@pytest.mark.parametrize("attributes", ["", "{}", "[]", "null", '{"mirror": 1}', '{"mirror": {"src": "flex"}}', "{"])
def test_attributes_without_a_tag_are_a_native_message(attributes):
    assert mirrored(attributes) is None


def test_the_tag_of_a_copy_is_read():
    assert mirrored(json.dumps({"mirror": {"src": "flex", "id": "IM1"}, "other": 1})) == "IM1"


def test_the_parts_of_a_copy_carry_the_files_in_order():
    flex = Side("flex", [Message("F1", 0, "see", ("a", "b"))])
    part, copy = Message("l1", 0, "", ("a",), "F1", 1), Message("l2", 1, "see", ("b",), "F1")

    def found(*messages):
        return " ".join(differences(flex, Side("frontline", list(messages))))

    assert found(part, copy) == ""
    assert "changed" in found(copy)
    assert "missing" in found(part)
    assert "misordered" in found(copy, part)
    assert "doubled" in found(part, Message("l3", 1, "", ("a",), "F1", 1), copy)
