"""Two projects kept in step by real processes: messages in both directions, in both dialects, through kills and faults."""

from __future__ import annotations

import json

import pytest

from sync_stack import ACCOUNTS, SETTLE_DEADLINE, SIDES, WORKERS, SyncStack, wait_until
from twins import said_once

DIALECTS = [
    ("conversations", "conversations"),
    ("chat", "conversations"),
    ("conversations", "chat"),
    ("chat", "chat"),
]


@pytest.fixture(params=DIALECTS, ids=lambda dialects: "-".join(dialects))
def stack(request):
    flex, frontline = request.param
    with SyncStack(flex=flex, frontline=frontline) as stack:
        yield stack


def test_a_chat_is_paired_with_its_backlog_and_goes_on_in_both_directions(stack):
    chat = stack.sandbox("POST", "customer/chats", project="flex", name="Ana", body="hello")
    conversation = chat["conversation_sid"]
    for number in range(5):
        stack.sandbox(
            "POST", f"conversations/{conversation}/messages", project="flex", author=chat["identity"],
            body=f"early {number}",
        )
    stack.accept(conversation, customerName="Ana")
    pair = stack.paired("flex", conversation, chat["identity"], WORKERS[0])
    pair.wait_for_twins(6)
    for number in range(5):
        pair.say("frontline", f"answer {number}")
        pair.say("flex", f"question {number}")
    flex, frontline = pair.wait_for_twins(16)
    assert said_once(flex, pair.said["flex"]) == []
    assert said_once(frontline, pair.said["frontline"]) == []


def test_the_agent_and_the_customer_take_part_on_both_sides(plain):
    pair = plain.web_chat()
    pair.wait_for_twins()

    def names():
        rows = plain.rows("frontline", pair.conversations["frontline"], "Participants")
        return {row["identity"] for row in rows} >= {pair.customer, pair.agent}

    wait_until(names, SETTLE_DEADLINE, "customer and agent in the app's conversation")
    rows = plain.rows("frontline", pair.conversations["frontline"], "Participants")
    customer = next(row for row in rows if row["identity"] == pair.customer)
    assert json.loads(customer["attributes"])["display_name"] == "Ana"


def test_edits_and_deletions_follow(plain):
    pair = plain.web_chat()
    first = pair.say("flex", "frist")
    second = pair.say("flex", "to be deleted")
    pair.wait_for_twins(3)
    conversation = pair.conversations["flex"]
    plain.sandbox(
        "POST", f"conversations/{conversation}/edit", project="flex", message_sid=first["sid"], author=pair.customer,
        body="first",
    )
    plain.sandbox(
        "POST", f"conversations/{conversation}/remove", project="flex", message_sid=second["sid"], author=pair.customer
    )

    def follows():
        bodies = [row["body"] for row in plain.rows("frontline", pair.conversations["frontline"])]
        return bodies == ["hello", "first"]

    wait_until(follows, SETTLE_DEADLINE, "the edit and the deletion")
    assert pair.differences() == []


@pytest.mark.parametrize("side", SIDES)
def test_the_end_of_one_side_ends_the_other_after_the_last_message(plain, side):
    pair = plain.web_chat()
    pair.wait_for_twins(1)
    other = SIDES[1 - SIDES.index(side)]
    pair.say(side, "good bye")
    plain.sandbox("POST", f"conversations/{pair.conversations[side]}/close", project=side)

    def is_closed():
        product, path = plain.collection(other, pair.conversations[other])
        return plain.rest(other, "GET", product, path)["state"] == "closed"

    wait_until(is_closed, SETTLE_DEADLINE, "the end of the other side")
    assert [row["body"] for row in plain.rows(other, pair.conversations[other])][-1] == "good bye"
    assert pair.differences() == []


def test_a_kill_in_the_middle_loses_and_doubles_nothing():
    with SyncStack(syncs=2) as stack:
        pairs = [stack.web_chat(f"customer {number}") for number in range(4)]
        for round in range(10):
            for pair in pairs:
                pair.say("flex", f"question {round}")
                pair.say("frontline", f"answer {round}")
            victim = stack.syncs[round % 2]
            if round in (2, 3, 6):
                stack.kill(victim)
                stack.start(victim)
        for pair in pairs:
            flex, frontline = pair.wait_for_twins(21)
            assert said_once(flex, pair.said["flex"]) == []
            assert said_once(frontline, pair.said["frontline"]) == []


def test_lost_answers_of_writes_double_nothing(plain):
    pair = plain.web_chat()
    pair.wait_for_twins(1)
    plain.faults(
        seed=7,
        rules=[{"project": "*", "match": {"method": "POST"}, "probability": 0.3, "effect": {"lost_answer": True}}],
    )
    for number in range(12):
        pair.say("flex", f"question {number}")
    wait_until(
        lambda: plain.metric("sync-1", "patchbay_sync_messages_adopted_total") > 0, SETTLE_DEADLINE, "a copy found by its tag"
    )
    plain.faults()
    pair.wait_for_twins(13)


def test_what_was_written_while_a_side_was_away_arrives_once_and_in_order():
    with SyncStack() as stack:
        pair = stack.web_chat()
        pair.wait_for_twins(1)
        stack.faults(seed=1, down=[{"project": "frontline", "seconds": 600}])
        for number in range(20):
            pair.say("flex", f"while away {number}")
        wait_until(
            lambda: stack.metric("sync-1", "patchbay_sync_pairs_waiting", side="frontline") == 1,
            SETTLE_DEADLINE, "a pair that waits",
        )
        stack.faults()
        pair.wait_for_twins(21)


def test_messages_cost_no_listing_when_they_come_one_by_one():
    # On a busy machine an answer may take longer than a second, and what is not answered is looked up in a listing.
    with SyncStack(twilio={"timeout_ms": 20_000, "attempt_timeout_ms": 10_000}) as stack:
        pair = stack.web_chat()
        pair.wait_for_twins(1)
        listings = stack.metric("sync-1", "patchbay_sync_listings_total")
        for number in range(20):
            pair.say("flex", f"one {number}")
            # The webhook of the next one may overtake it.
            pair.wait_for_twins(number + 2)
        assert stack.metric("sync-1", "patchbay_sync_listings_total") - listings <= 1


def test_shadow_writes_nothing():
    with SyncStack(mode="shadow") as stack:
        chat = stack.sandbox("POST", "customer/chats", project="flex", name="Ana", body="hello")
        stack.accept(chat["conversation_sid"])
        wait_until(lambda: "Shadow: would write" in stack.log("sync-1"), SETTLE_DEADLINE, "what would be written")
        assert stack.find("frontline", f"ff:{ACCOUNTS['flex']}:{chat['conversation_sid']}") is None
        rows = stack.rows("flex", chat["conversation_sid"])
        assert all("patchbay" not in json.loads(row["attributes"]) for row in rows)


def test_many_edits_and_deletions_while_a_side_is_away_are_followed_each():
    with SyncStack() as stack:
        pair = stack.web_chat()
        written = [pair.say("flex", f"message {number}") for number in range(150)]
        pair.wait_for_twins(151)
        conversation = pair.conversations["flex"]
        stack.faults(seed=1, down=[{"project": "frontline", "seconds": 600}])
        for number, message in enumerate(written):
            act = {"message_sid": message["sid"], "author": pair.customer}
            if number % 10 == 0:
                stack.sandbox("POST", f"conversations/{conversation}/remove", project="flex", **act)
            else:
                for attempt in ("draft", "edited"):
                    stack.sandbox(
                        "POST", f"conversations/{conversation}/edit", project="flex", body=f"{attempt} {number}", **act
                    )
        pair.say("flex", "while away")

        wait_until(
            lambda: stack.metric("sync-1", "patchbay_sync_pairs_waiting", side="frontline") == 1, SETTLE_DEADLINE,
            "one pair that waits",
        )
        stack.faults()
        expected = ["hello"] + [f"edited {number}" for number in range(150) if number % 10] + ["while away"]
        wait_until(
            lambda: [row["body"] for row in stack.rows("frontline", pair.conversations["frontline"])] == expected,
            SETTLE_DEADLINE, "every edit and every deletion",
        )
        pair.wait_for_twins()
        topics = [json.loads(row.record.payload) for row in stack.bus().read_all(filters=["sync.pump"])]
        waited = [row for row in topics if "waiting:" in row["id"]]
        assert waited and not [row for row in waited if row["data"]["reason"] == "repair"], "nothing had to be compared"


def test_who_has_read_and_who_has_left_is_the_same_on_both_sides(plain):
    pair = plain.web_chat()
    pair.say("frontline", "read this")
    pair.wait_for_twins(2)
    conversation = pair.conversations["flex"]

    def customer():
        rows = plain.rows("frontline", pair.conversations["frontline"], "Participants")
        return next((row for row in rows if row["identity"] == pair.customer), None)

    wait_until(customer, SETTLE_DEADLINE, "the customer in the app's conversation")
    plain.sandbox("POST", f"conversations/{conversation}/read", project="flex", identity=pair.customer)
    wait_until(lambda: customer()["last_read_message_index"] == 1, SETTLE_DEADLINE, "the read horizon")
    plain.sandbox("POST", f"conversations/{conversation}/leave", project="flex", identity=pair.customer)
    wait_until(lambda: customer() is None, SETTLE_DEADLINE, "the customer's leaving")


def test_the_samples_link_is_adopted_and_nothing_is_copied_again():
    with SyncStack(flex="chat") as stack:
        chat = stack.sandbox("POST", "customer/chats", project="flex", name="Ana", body="copied by the sample")
        product, path = stack.collection("frontline")
        twin = stack.rest("frontline", "POST", product, path, FriendlyName="Ana")
        stack.rest("frontline", "POST", product, f"{path}/{twin['sid']}/Messages", Body="copied by the sample")
        product, path = stack.collection("flex", chat["conversation_sid"])
        stack.rest("flex", "POST", product, path, Attributes=json.dumps({"ConversationSid": twin["sid"]}))
        stack.accept(chat["conversation_sid"])
        conversation = chat["conversation_sid"]
        stack.sandbox(
            "POST", f"conversations/{conversation}/messages", project="flex", author=chat["identity"], body="new"
        )
        wait_until(
            lambda: [row["body"] for row in stack.rows("frontline", twin["sid"])] == ["copied by the sample", "new"],
            SETTLE_DEADLINE, "the new message, and only that",
        )


def test_work_accepted_just_before_the_first_start_is_paired():
    stack = SyncStack()
    try:
        stack.start("broker", "sandbox", "gateway")
        chat = stack.sandbox("POST", "customer/chats", project="flex", name="Ana", body="hello")
        stack.accept(chat["conversation_sid"])
        stack.start("sync-1")
        stack.paired("flex", chat["conversation_sid"], chat["identity"], WORKERS[0]).wait_for_twins(1)
    finally:
        stack.close()


def test_an_agent_with_two_names_is_one_person():
    with SyncStack(sync={"agents": {"identities": ["agent.one=mobile.one"]}}) as stack:
        pair = stack.web_chat()
        pair.agent = "mobile.one"
        pair.say("frontline", "good morning")
        pair.wait_for_twins(2)
        rows = stack.rows("frontline", pair.conversations["frontline"], "Participants")
        assert {row["identity"] for row in rows} >= {"mobile.one"}
        assert stack.rows("flex", pair.conversations["flex"])[-1]["author"] == "agent.one"
