"""The pages' pure modules, run in the browser: which conversations are pairs, how two sides differ, faults as sliders."""

from __future__ import annotations

import random

import pytest

SEEDS = range(20)


@pytest.fixture(scope="module")
def call(browser, sandbox):
    page = browser.new_page()
    page.goto(sandbox.url)

    def call(module: str, function: str, *arguments):
        script = "([path, name, values]) => import(path).then((module) => module[name](...values))"
        return page.evaluate(script, [f"/web/js/model/{module}.js", function, list(arguments)])

    return call


def message(number: int, mirror_of: str | None = None, body: str | None = None, sid: str | None = None) -> dict:
    attributes = {"mirror": {"src": "flex", "id": mirror_of}} if mirror_of else {}
    text = body if body is not None else f"text {number}"
    return {"sid": sid or f"IM{number}", "index": number, "body": text, "attributes": attributes}


def copies(messages: list[dict]) -> list[dict]:
    return [message(i, m["sid"], m["body"], sid=f"IMcopy{i}") for i, m in enumerate(messages)]


def marks(result: dict) -> list[str]:
    return [row["mark"] for row in result["rows"] if row["mark"]]


def test_equal_sides_differ_in_nothing(call):
    ones = [message(i) for i in range(5)]
    result = call("drift", "drift", ones, copies(ones))
    assert (result["differences"], marks(result), len(result["rows"])) == (0, [], 5)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_lost_or_doubled_is_counted_whatever_the_rest(call, seed):
    chance = random.Random(seed)
    ones = [message(i) for i in range(chance.randint(4, 30))]
    others = copies(ones)
    lost = chance.sample(range(len(others)), chance.randint(0, 3))
    others = [m for i, m in enumerate(others) if i not in lost]
    doubled = chance.randint(0, min(3, len(others)))
    for place in sorted(chance.sample(range(len(others)), doubled), reverse=True):
        others.insert(place + 1, others[place] | {"sid": f"IMagain{place}"})
    result = call("drift", "drift", ones, others)
    assert marks(result).count("missing") == len(lost)
    assert marks(result).count("doubled") == doubled
    assert result["differences"] == len(lost) + doubled


def test_a_message_that_came_too_late_is_the_one_that_is_out_of_order(call):
    ones = [message(i) for i in range(6)]
    others = copies(ones)
    late = others.pop(1)
    result = call("drift", "drift", ones, [*others, late])
    assert result["differences"] == 1
    odd = [row for row in result["rows"] if row["mark"] == "misordered"]
    assert {row["one"]["sid"] for row in odd if row["one"]} == {"IM1"}
    assert {row["other"]["sid"] for row in odd if row["other"]} == {late["sid"]}


def test_a_text_that_was_edited_on_one_side_only_differs(call):
    ones = [message(0), message(1)]
    others = copies(ones)
    ones[1]["body"] = "edited"
    assert marks(call("drift", "drift", ones, others)) == ["changed"]


def test_copies_without_a_tag_are_recognised_by_their_text(call):
    ones = [message(0, body="a"), message(1, body="b"), message(2, body="a")]
    others = [message(i, body=m["body"], sid=f"IMsample{i}") for i, m in enumerate(ones)]
    assert call("drift", "drift", ones, others)["differences"] == 0
    assert call("drift", "drift", ones, others[:2])["differences"] == 1


def test_pairs_are_found_by_name_by_attributes_and_by_mirrored_messages(call):
    def conversation(sid, **more):
        return {"sid": sid, "attributes": {}, "messages": [], **more}

    ones = [
        conversation("CHa1"), conversation("CHa2", attributes={"ConversationSid": "CHb2"}),
        conversation("CHa3", messages=[message(1, sid="IMsource")]), conversation("CHa4"),
    ]  # fmt: skip
    others = [
        conversation("CHb0"), conversation("CHb1", unique_name="ff:ACx:CHa1"), conversation("CHb2"),
        conversation("CHb3", messages=[message(1, mirror_of="IMsource", sid="IMcopy")]),
    ]  # fmt: skip
    found = call("pairs", "findPairs", ones, others)
    pairs = [(pair["one"]["sid"], pair["other"]["sid"]) for pair in found]
    assert pairs == [("CHa1", "CHb1"), ("CHa2", "CHb2"), ("CHa3", "CHb3")]


@pytest.mark.parametrize("seed", SEEDS)
def test_sliders_written_and_read_again_are_the_same_and_leave_the_rest_alone(call, seed):
    chance = random.Random(seed)
    foreign = {"project": "flex", "match": {"method": "POST"}, "probability": 1, "effect": {"status": 500}}
    document = {"seed": seed, "rules": [foreign], "webhooks": {}, "down": [], "clock_skew_ms": {}}
    effects = ["latency", "429", "500", "503", "timeout", "lost_answer", "drop", "duplicate", "reorder"]
    wanted = {effect: chance.choice([0, 0.25, 1]) for effect in effects}
    wanted |= {"delay_ms": chance.choice([0, 300]), "clock_skew_ms": chance.choice([0, -5000])}
    before = call("faults", "slidersOf", document, "frontline")
    written = call("faults", "withSliders", document, "flex", before | wanted)
    after = call("faults", "slidersOf", written, "flex")
    assert {key: after[key] for key in wanted} == wanted
    assert call("faults", "slidersOf", written, "frontline") == before
    assert foreign in written["rules"]
    assert call("faults", "isCalm", written) is False
