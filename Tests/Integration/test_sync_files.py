"""Files of messages."""

from __future__ import annotations

import base64

import pytest

from sync_stack import SETTLE_DEADLINE, SyncStack, wait_until


def files(*names):
    return [
        {"data": base64.b64encode(name.encode()).decode(), "content_type": "image/png", "filename": name}
        for name in names
    ]


def write_files(stack, pair, side, author, body, *names):
    return stack.sandbox(
        "POST", f"conversations/{pair.conversations[side]}/messages", project=side, author=author, body=body,
        media=files(*names),
    )


def bodies_and_files(stack, pair, side):
    rows = stack.rows(side, pair.conversations[side])
    return [(row["body"] or "", [item["filename"] for item in all_media(row)]) for row in rows]


def all_media(row):
    media = row.get("media") or []
    return media if isinstance(media, list) else [media]


def test_a_file_goes_along(plain):
    pair = plain.web_chat()
    write_files(plain, pair, "flex", pair.customer, "see", "a.png")
    pair.wait_for_twins(2)


@pytest.mark.parametrize("frontline", ["conversations", "chat"])
def test_several_files_of_a_message_go_along_in_order_and_once_through_lost_answers_and_a_kill(frontline):
    with SyncStack(frontline=frontline) as stack:
        pair = stack.web_chat()
        pair.wait_for_twins(1)
        stack.faults(
            seed=11,
            rules=[
                {
                    "project": "frontline",
                    "match": {"product": product, "method": "POST"},
                    "probability": 0.3,
                    "effect": {"lost_answer": True},
                }
                for product in ("conversations", "chat")
            ],
        )
        pair.say("flex", "before")
        message = write_files(stack, pair, "flex", pair.customer, "see", "a.png", "b.png", "c.png")
        pair.say("flex", "after")
        wait_until(
            lambda: len(stack.rows("frontline", pair.conversations["frontline"])) >= 3, SETTLE_DEADLINE, "a part"
        )
        stack.kill("sync-1")
        stack.start("sync-1")
        stack.faults()
        wanted = [
            ("hello", []), ("before", []), ("", ["a.png"]), ("", ["b.png"]), ("see", ["c.png"]), ("after", []),
        ]
        wait_until(
            lambda: bodies_and_files(stack, pair, "frontline")[-1:] == wanted[-1:], SETTLE_DEADLINE, "the last message"
        )
        assert bodies_and_files(stack, pair, "frontline") == wanted
        pair.wait_for_twins()
        conversation = pair.conversations["flex"]
        stack.sandbox(
            "POST", f"conversations/{conversation}/edit", project="flex", message_sid=message["sid"],
            author=pair.customer, body="look",
        )
        wait_until(
            lambda: ("look", ["c.png"]) in bodies_and_files(stack, pair, "frontline"), SETTLE_DEADLINE, "the edit"
        )
        stack.sandbox(
            "POST", f"conversations/{conversation}/remove", project="flex", message_sid=message["sid"],
            author=pair.customer,
        )
        wait_until(
            lambda: bodies_and_files(stack, pair, "frontline") == wanted[:2] + wanted[-1:], SETTLE_DEADLINE,
            "the message gone, with all of its files",
        )
