"""The panel's pure modules, run in the browser: state, conversations, calls, dials, wrap-up, what is logged."""

from __future__ import annotations

import random

import pytest

from panel_stub import CODES, chat, interaction, message, person

NOW = 1_800_000_000_000
SEEDS = range(10)
ENDED = {"completed", "missed", "rejected", "cancelled", "transferred"}


@pytest.fixture(scope="module")
def call(browser, panel_stub):
    """Calls `run(module, argument)` in the page: `module` are the exports of a file of js/model."""
    page = browser.new_page()
    page.goto(f"{panel_stub.url}/panel/")

    def call(module: str, run: str, argument=None):
        return page.evaluate(f"async ([path, argument]) => ({run})(await import(path), argument)", [f"/panel/js/model/{module}.js", argument])

    yield call
    page.close()


def play(call, *events: dict, before: dict | None = None) -> dict:
    """The state after events, each at a second of its own; a snapshot without tasks comes first."""
    first = {"type": "snapshot", "agent": person(), "interactions": [], "recent": []}
    script = "(m, {before, events, now}) => events.reduce((state, event, at) => m.reduce(state, event, now + at * 1000), before ?? m.initial())"
    return call("state", script, {"before": before, "events": [first, *events], "now": NOW})


def told(one: dict, event: str | None = None, **more) -> dict:
    return {"type": "interaction", "event": event or one["state"], "interaction": one} | more


# State


def test_an_offer_is_not_selected_and_an_accepted_one_is(call):
    offer = interaction(1)
    state = play(call, told(offer))
    assert (state["selected"], state["order"]) == (None, [offer["interactionId"]])
    state = play(call, told(offer), told(offer | {"state": "accepted", "revision": 2}))
    assert state["selected"] == offer["interactionId"]


def test_what_is_late_or_repeated_changes_nothing(call):
    one = interaction(1)
    later = one | {"state": "connected", "revision": 3}
    state = play(call, told(one), told(later), told(one | {"state": "accepted", "revision": 2}), told(later | {"held": True}))
    assert state["interactions"][one["interactionId"]] == later


def test_an_interaction_that_is_over_does_not_come_back(call):
    one = interaction(1)
    state = play(call, told(one), told(one | {"state": "missed", "revision": 2}), told(one | {"state": "offered", "revision": 1}))
    assert state["interactions"] == {} and state["order"] == []
    assert [old["state"] for old in state["recent"]] == ["missed"]


def test_what_is_corrected_afterwards_is_seen_in_the_list_of_recent_ones(call):
    one = interaction(1)
    gone = one | {"state": "completed", "revision": 2, "logged": {"status": "queued"}}
    state = play(call, told(one), told(gone), told(gone | {"revision": 3, "logged": {"status": "saved"}}, "updated"))
    assert state["recent"][0]["logged"] == {"status": "saved"} and len(state["recent"]) == 1


def test_another_task_is_selected_when_the_selected_one_ends_and_its_drafts_go(call):
    first, second = chat(1), chat(2)
    events = [told(first), told(second), {"type": "draft", "id": second["interactionId"], "notes": "x"}]
    state = play(call, *events, told(second | {"state": "completed", "revision": 2}))
    assert state["selected"] == first["interactionId"] and state["drafts"] == {}


def test_messages_are_unread_until_their_task_is_looked_at(call):
    first, second = chat(1), chat(2)
    news = [told(first, "message", message=message(1, "Hello")), told(first, "message", message=message(1, "Hello")), told(first, "message", message=message(2, "Anyone?"))]
    state = play(call, told(first), told(second), *news)
    assert state["threads"][first["interactionId"]]["unread"] == 2
    state = play(call, told(first), told(second), *news, {"type": "select", "id": first["interactionId"]})
    assert state["threads"][first["interactionId"]]["unread"] == 0


def test_a_snapshot_keeps_what_is_newer_and_forgets_what_is_gone(call):
    old, new, gone = interaction(1), interaction(1, revision=5, state="connected"), interaction(2)
    snapshot = {"type": "snapshot", "agent": person(), "interactions": [old], "recent": []}
    state = play(call, told(new), told(gone), snapshot)
    assert state["interactions"] == {new["interactionId"]: new}


def test_a_snapshot_that_is_older_than_the_stream_brings_nothing_back(call):
    one = interaction(1)
    done = told(one | {"state": "completed", "revision": 4})
    late = {"type": "snapshot", "agent": person(), "interactions": [one | {"revision": 3, "state": "wrapup"}], "recent": []}
    state = play(call, told(one), done, late)
    assert state["interactions"] == {} and state["order"] == []
    # Offered again under the same name: that is news.
    again = late | {"interactions": [one | {"revision": 5}]}
    assert play(call, told(one), done, again)["order"] == [one["interactionId"]]


def test_what_was_typed_for_an_interaction_that_is_gone_goes_with_it(call):
    first, second = chat(1), chat(2)
    ids = [first["interactionId"], second["interactionId"]]
    drafts = [{"type": "draft", "id": one, "notes": "x"} for one in [*ids, "WTold"]]
    empty = {"type": "snapshot", "agent": person(), "interactions": [], "recent": []}
    here = empty | {"interactions": [first]}
    news = told(second, "message", message=message(1, "Hello"))
    state = play(call, told(first), told(second), *drafts, news, here)
    # The second was listed until now: a snapshot may be older than the stream.
    assert list(state["drafts"]) == ids
    state = play(call, told(first), told(second), *drafts, news, here, here)
    assert list(state["drafts"]) == [ids[0]] and state["threads"] == {}


def test_holds_are_measured_when_the_server_does_not(call):
    one = interaction(1, state="connected")
    held, back = one | {"held": True, "revision": 2}, one | {"held": False, "revision": 3}
    state = play(call, told(one), told(held), {"type": "view", "view": "tasks"}, {"type": "view", "view": "recent"}, told(back))
    assert state["holds"][one["interactionId"]] == {"ms": 3_000, "since": None}


@pytest.mark.parametrize("seed", SEEDS)
def test_any_order_of_events_ends_where_the_highest_revisions_are(call, seed):
    chance = random.Random(seed)
    states = ["offered", "accepted", "connected", "wrapup", "completed"]
    lives = [[interaction(number, state=state, revision=at) for at, state in enumerate(states[: chance.randint(1, 5)], 1)] for number in range(1, 6)]
    events = [told(one) for life in lives for one in life]
    chance.shuffle(events)
    events += chance.choices(events, k=10)
    state = play(call, *events)
    for life in lives:
        last = life[-1]
        known = state["interactions"].get(last["interactionId"])
        assert (known or {}).get("state", "completed") == last["state"], f"seed {seed}"
    assert sorted(state["order"]) == sorted(state["interactions"]), f"seed {seed}"
    chosen = state["interactions"].get(state["selected"])
    assert state["selected"] is None or chosen["state"] not in ENDED | {"offered"}, f"seed {seed}"


# Conversations


def test_an_own_message_that_comes_by_the_stream_first_is_shown_once(call):
    one = chat(1)
    sending = {"type": "sending", "id": one["interactionId"], "requestId": "r1", "body": "Hi"}
    sent = message(5, "Hi", "out")
    state = play(call, told(one), sending, told(one, "message", message=sent), {"type": "sent", "id": one["interactionId"], "requestId": "r1", "message": sent})
    thread = state["threads"][one["interactionId"]]
    assert [text["body"] for text in thread["items"]] == ["Hi"] and thread["pending"] == []


def test_a_message_that_failed_can_be_sent_again_under_the_same_request(call):
    one = chat(1)
    at = {"id": one["interactionId"], "requestId": "r1"}
    state = play(call, told(one), {"type": "sending", "body": "Hi", **at}, {"type": "unsent", "error": {"code": "x"}, **at})
    assert state["threads"][one["interactionId"]]["pending"][0]["error"] == {"code": "x"}
    state = play(call, told(one), {"type": "sending", "body": "Hi", **at}, {"type": "unsent", "error": {"code": "x"}, **at}, {"type": "sending", "body": "Hi", **at})
    assert [text["error"] for text in state["threads"][one["interactionId"]]["pending"]] == [None]


def test_messages_of_one_author_stand_together_until_there_is_a_pause(call):
    items = [message(1, "a"), message(2, "b"), message(3, "c", ts=NOW), message(4, "d", "out", ts=NOW)]
    groups = call("thread", "(m, items) => m.grouped(items)", items)
    assert [[text["body"] for text in group["items"]] for group in groups] == [["a", "b"], ["c"], ["d"]]


# Calls


@pytest.mark.parametrize(
    "fields,expected",
    [
        ({"state": "accepted"}, "connecting"), ({"state": "dialing"}, "dialing"), ({"state": "ringing"}, "ringing"), ({"state": "connected"}, "talking"),
        ({"state": "connected", "held": True}, "held"), ({"state": "wrapup"}, "ended"),
    ],
)  # fmt: skip
def test_a_call_has_a_phase(call, fields, expected):
    assert call("calls", "(m, one) => m.phase(one)", fields) == expected


def test_controls_follow_the_phase(call):
    def enabled(**one):
        return {control["action"] for control in call("calls", "(m, one) => m.controls(one)", one) if control["isEnabled"]}

    assert enabled(state="connected") == {"hold", "mute", "dtmf", "transfer", "hangup"}
    assert enabled(state="connected", held=True, muted=True) == {"resume", "unmute", "transfer", "hangup"}
    assert enabled(state="ringing") == {"hangup"}
    assert enabled(state="wrapup") == set()


def test_times_of_a_call_add_up(call):
    one = {"offeredTs": 1_000, "connectedTs": 5_000, "endedTs": 65_000, "wrapupTs": 65_000, "completedTs": 80_000}
    spent = call("calls", "(m, one) => m.times(one, {ms: 10000, since: null}, 999999)", one)
    assert spent == {"ringMs": 4_000, "talkMs": 50_000, "holdMs": 10_000, "heldMs": None, "wrapMs": 15_000}


def test_times_that_the_server_has_measured_count(call):
    one = {"offeredTs": 1_000, "connectedTs": 5_000, "endedTs": 65_000, "durations": {"ringMs": 1, "talkMs": 2, "holdMs": 3, "wrapMs": 4}}
    spent = call("calls", "(m, one) => m.times(one, null, 999999)", one)
    # Until it is completed the wrap-up goes on.
    assert [spent[name] for name in ("ringMs", "talkMs", "holdMs", "wrapMs")] == [1, 2, 3, 934_999]
    done = call("calls", "(m, one) => m.times(one, null, 999999)", one | {"completedTs": 70_000})
    assert done["wrapMs"] == 4


def test_the_time_left_of_an_offer_never_leaves_its_bounds(call):
    one = {"offeredTs": 1_000, "offerExpiresTs": 21_000}
    assert call("calls", "(m, one) => [0, 6000, 50000].map((now) => m.timeLeft(one, now).part)", one) == [1, 0.75, 0]
    assert call("calls", "(m) => m.timeLeft({offeredTs: 1}, 5)") is None


# Dials


@pytest.mark.parametrize(
    "number,expected",
    [("", "empty"), ("  ", "empty"), ("call me", "letters"), ("12", "short"), ("+34 911 22 33 44", None), ("(0)911/22.33-44", None), ("1" * 16, "long"), ("*21#112", None), ("٣٤٩١١", "letters")],
)
def test_a_number_is_looked_at_before_it_is_asked_for(call, number, expected):
    assert call("dial", "(m, number) => m.fault(number)", number) == expected


DIALLED = "(m, script) => script.reduce((dial, [name, ...rest]) => m[name](dial, ...rest), m.started({number: '1', nonce: 'n'}, 1000))"


def test_the_outcome_of_a_dial_may_come_before_its_answer(call):
    data = {"dialId": "DL1", "status": "placed", "e164": "+34"}
    for script in ([["outcome", "dial.accepted", data], ["taken", "DL1"]], [["taken", "DL1"], ["outcome", "dial.accepted", data]]):
        assert call("dial", DIALLED, script)["phase"] == "accepted"


def test_the_outcome_of_another_windows_dial_is_not_this_ones(call):
    other = {"dialId": "DL2", "reason": "busy"}
    for script in ([["outcome", "dial.refused", other], ["taken", "DL1"]], [["taken", "DL1"], ["outcome", "dial.refused", other]]):
        assert call("dial", DIALLED, script)["phase"] == "waiting"


def test_a_dial_without_an_outcome_is_told_as_unknown_and_stays_so(call):
    dial = call("dial", DIALLED, [["taken", "DL1"], ["expired", 22_000], ["outcome", "dial.accepted", {"dialId": "DL1", "status": "placed"}]])
    assert (dial["phase"], dial["reason"]) == ("refused", "unknown")
    assert call("dial", DIALLED, [["taken", "DL1"], ["expired", 20_000]])["phase"] == "waiting"


# Wrap-up and logs


def test_what_is_missing_before_an_interaction_may_be_completed(call):
    def missing(required, code, notes):
        return call("wrapup", "(m, [d, draft]) => m.missing(d, draft)", [{"required": required, "codes": CODES}, {"code": code, "notes": notes}])

    assert missing(True, "", "") == {"code": "code_required"}
    assert missing(False, "", "") == {}
    assert missing(True, "solved", "") == {}
    assert missing(True, "callback", "  ") == {"notes": "notes_required"}
    assert missing(True, "nonsense", "x") == {"code": "code_required"}
    assert missing(False, "", "x" * 4_001) == {"notes": "notes_long"}


def test_what_a_crm_page_gets_to_log(call):
    one = interaction(1, state="completed", revision=7, offeredTs=1_000, connectedTs=5_000, endedTs=65_000, wrapupTs=65_000, completedTs=80_000, disposition={"code": "solved", "notes": "ok"}, outcome="completed")
    log = call("log", "(m, one) => m.activityLog(one, null)", one)
    assert {key: log[key] for key in ("ringMs", "talkMs", "holdMs", "wrapMs", "outcome", "dispositionCode", "revision", "startedTs", "endedTs")} == {
        "ringMs": 4_000, "talkMs": 60_000, "holdMs": 0, "wrapMs": 15_000, "outcome": "completed", "dispositionCode": "solved", "revision": 7, "startedTs": 1_000, "endedTs": 65_000,
    }  # fmt: skip
    assert call("log", "(m, one) => m.activityLog(one, null)", interaction(2, state="missed", endedTs=5))["outcome"] == "missed"
