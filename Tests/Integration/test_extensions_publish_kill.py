"""kill -9 at every step of a publish: the old version or the new one is served, never a mixture, and the publish ends.

The publishing process runs under `killpoint.c` (see Tests/Clients), which kills it at the n-th system call on a socket
after the click, for n = 1, 2, 3, … until a publish gets through. Then another process starts and finds what was left.
"""

from __future__ import annotations

import json

import pytest

from extensions_oracle import check
from extensions_stack import CallUnavailable, CallUnknown, ExtensionsStack, kill_points, record, wait_until

FIRST_STEPS = 400  # a publish has far fewer; what is above never ends
VICTIM, HEIR = "extensions-1", "extensions-2"


def numbers(served: list[dict]) -> dict[str, str]:
    return {entry["number"]: entry["spokenName"] for entry in served}


@pytest.mark.timeout(900)
def test_whatever_step_kills_the_publisher(tmp_path):
    library = kill_points.build(tmp_path)
    deaths: list[str] = []
    ends = {"failed": 0, "deployed": 0}
    with ExtensionsStack(1, {"extensions.publish.lease_seconds": 1}) as stack:
        rows = [record(f"{number}", number, name="Before") for number in range(2000, 2600)]
        assert stack.api("POST", "extensions/import", rows, query={"format": "json"}).status == 200
        assert stack.publish().status == 202
        assert stack.wait_for_publish()["state"] == "deployed"
        point = kill_points.KillPoint(library, stack.broker.base / "none", tmp_path / "armed", tmp_path / "steps")
        for step in range(1, FIRST_STEPS):
            item = stack.api("GET", "extensions", query={"limit": 1, "sort": "-extension"})["items"][0]
            body = record(item["extension"], 2599, name=f"Step {step}")
            assert stack.api("PUT", f"extensions/{item['id']}", body, if_match=f'"{item["revision"]}"').status == 200
            before, old = numbers(stack.served()), stack.published()
            tag = stack.draft_tag()
            stack.stop(stack.names[0])

            point.step = step
            stack.environment[VICTIM] = point.environment()
            stack.names = [VICTIM]
            stack.start(VICTIM)
            assert stack.draft_tag() == tag
            point.arm()
            try:
                answer = stack.api("POST", "extensions/publish", {}, if_match=tag, deadline_ms=3_000)
                assert answer.status == 202
            except (CallUnavailable, CallUnknown):
                pass
            process = stack.processes[VICTIM]
            wait_until(lambda: process.poll() is not None or is_over(stack, old), 30, "death, or the publish's end")
            point.trigger.unlink()
            died = process.poll() is not None
            assert numbers(stack.served()) in (before, before | {"2599": f"Step {step}"})
            stack.kill(VICTIM)

            stack.environment[HEIR] = {}
            stack.names = [HEIR]
            stack.start(HEIR)
            if died:
                deaths.append(point.steps()[-1])
            state = stack.wait_for_publish(20)
            new = stack.published()
            if new["version"] == old["version"]:
                assert numbers(stack.served()) == before and new == old
                # A click whose transaction was never journalled left nothing behind; else it is ended as failed.
                if state["version"] == old["version"] + 1:
                    assert state["state"] == "failed"
                    assert state["problems"][0]["code"] == "extensions.publisher_lost"
                    ends["failed"] += 1
            else:
                assert new["version"] == old["version"] + 1 and state["state"] == "deployed"
                assert numbers(stack.served()) == before | {"2599": f"Step {step}"}
                ends["deployed"] += 1
            if not died:
                break
        events = stack.events("extensions.published")
        assert [event["data"]["version"] for event in events] == list(range(1, stack.published()["version"] + 1))
        assert len(stack.events("extensions.publish_failed")) == ends["failed"]
        assert no_orphans(stack) == []
        check(stack)
    print(f"{len(deaths)} deaths, {ends}: {', '.join(deaths)}")
    assert not died and ends["failed"] > 3 and ends["deployed"] > 3


def is_over(stack, old: dict) -> bool:
    """Whether the place for a publish is free again and the version has moved."""
    entry = stack.bus.get("extensions-head", "publish")
    return stack.published()["version"] > old["version"] and json.loads(entry.value)["state"] == "deployed"


def no_orphans(stack) -> list[str]:
    """Chunks that no version names, after one more publish has cleaned up."""
    assert stack.publish().status == 202
    assert stack.wait_for_publish()["state"] == "deployed"
    named = {sha for entry in stack.bus.entries("extensions-versions") for sha in json.loads(entry.value)["chunks"]}
    return [entry.key for entry in stack.bus.entries("extensions-chunks") if entry.key not in named]
