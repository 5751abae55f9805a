"""A directory of 100,000 extensions: imported as a whole, published, edited, undone, within the limits of the bus."""

from __future__ import annotations

import json
import time

import pytest

from extensions_oracle import check
from extensions_stack import AGENT, CallUnavailable, CallUnknown, ExtensionsStack, wait_until, worker

COUNT = 100_000
SETTINGS = {"extensions.numbers.min_digits": 6, "extensions.numbers.max_digits": 6}


def csv_of(count: int, name: str = "Agent") -> str:
    lines = [f"{100_000 + n},{worker(n)},{name} {n}" for n in range(count)]
    return "\r\n".join(["extension,worker_sid,worker_name", *lines, ""])


def load(stack, text, **query):
    query = {"format": "csv"} | query
    return stack.api("POST", "extensions/import", text, query=query, content_type="text/csv", deadline_ms=30_000)


def timed(what: str, body):
    start = time.monotonic()
    value = body()
    print(f"{what}: {time.monotonic() - start:.2f} s")
    return value


@pytest.mark.timeout(1_200)
def test_a_hundred_thousand_extensions():
    with ExtensionsStack(2, SETTINGS) as stack:
        text = csv_of(COUNT)
        done = timed("import", lambda: ended(stack, load(stack, text)))
        assert done["counts"]["created"] == COUNT, done
        assert total(stack) == COUNT
        page = timed("a page", lambda: stack.api("GET", "extensions", query={"limit": 1000, "sort": "-name", "q": "9999"}))
        assert page.status == 200 and page["total"] > 10
        assert timed("publish", stack.publish).status == 202
        assert timed("published", lambda: stack.wait_for_publish(400))["state"] == "deployed"
        assert len(stack.served()) == COUNT
        item = page["items"][0]
        changed = {"extension": item["extension"], "spokenName": "New", "target": item["target"]}
        answer = stack.api("PUT", f"extensions/{item['id']}", changed, if_match=f'"{item["revision"]}"')
        assert answer.status == 200
        assert timed("publish of one change", stack.publish).status == 202
        timed("published", lambda: stack.wait_for_publish(60))
        new, old = (set(manifest(stack, back)["chunks"]) for back in (0, 1))
        assert len(new - old) <= 2 and len(new) > 100
        check(stack)


def ended(stack, answer, timeout: float = 400) -> dict:
    """The outcome of an import, whether it was the answer or a job's."""
    if answer.status == 200:
        return answer.body
    assert answer.status == 202, answer
    path, seen = answer.location.removeprefix("/v1/"), [answer["import"]]

    def job():
        seen.append(stack.api("GET", path, deadline_ms=30_000).body)
        assert seen[-1]["total"] >= seen[-2]["total"], seen[-2:]
        return seen[-1] if seen[-1]["state"] != "running" else None

    last = wait_until(job, timeout, "the import's end")
    print(f"{len(seen)} looks: {sorted({one['done'] for one in seen})[:8]}")
    assert last["done"] == last["total"], last
    return last["outcome"] | {"state": last["state"], "steps": len({one["done"] for one in seen})}


@pytest.mark.timeout(300)
def test_an_import_that_takes_longer_than_its_request_is_a_job():
    with ExtensionsStack(2, SETTINGS) as stack:
        answer = load(stack, csv_of(6_000), wait="0")
        assert answer.status == 202 and answer["import"]["rows"] == 6_000, answer
        done = ended(stack, answer)
        assert done["state"] == "done" and done["counts"]["created"] == 6_000 and done["steps"] > 2, done
        assert total(stack) == 6_000
        batch = answer["import"]["id"]
        assert done["batch"] == batch and done["revision"] > 1
        # What is refused is told in full there, too.
        bad = csv_of(3) + f"1e5,{worker(9_999_999)},Bad\r\n"
        refused = load(stack, bad, wait="0")
        outcome = refused.body if refused.status == 422 else None
        if outcome is None:
            job = wait_until(lambda: running(stack, refused), 60, "the refusal")
            assert job["state"] == "refused" and job["outcome"]["code"] == "extensions.import_refused", job
            outcome = job["outcome"]
        assert [row["outcome"] for row in outcome["rows"]][0] == "refused"
        # By its name it is undone; whoever reads the draft may ask how it ended.
        assert stack.api("GET", f"imports/{batch}", actor=AGENT)["state"] == "done"
        undone = stack.api("POST", f"extensions/imports/{batch}/undo", deadline_ms=30_000)
        assert undone.status == 200 and total(stack) == 0, undone
        assert stack.api("GET", "imports/nobody").status == 404
        for wrong in ("-1", "26", "x"):
            assert load(stack, csv_of(1), wait=wrong).status == 400
        check(stack)


def running(stack, answer):
    # The Broker may hand a call to a process that has just been killed.
    job = quietly(lambda: stack.api("GET", answer.location.removeprefix("/v1/"), deadline_ms=3_000).body)
    return job if job and job["state"] != "running" else None


@pytest.mark.timeout(300)
def test_a_job_whose_process_is_killed_says_how_it_ended():
    """Killed before the commit nothing has changed, killed after it the other process ends it; the job says which."""
    with ExtensionsStack(2, SETTINGS) as stack:
        states = set()
        for round in range(3):
            before = total(stack)
            answer = load(stack, csv_of(4_000 + round, f"Round {round}"), wait="0")
            if answer.status == 200:  # faster than its request
                continue
            path = answer.location.removeprefix("/v1/")
            if round:
                wait_until(lambda: stack.api("GET", path).body["done"] > 0, 60, "the commit")
            for name in stack.names:
                stack.kill(name)
            stack.start(*stack.names)
            job = wait_until(lambda: running(stack, answer), 60, "the end of the import")
            states.add(job["state"])
            assert job["state"] == ("done" if total(stack) == 4_000 + round else "failed"), job
            assert total(stack) in {before, 4_000 + round}
            if total(stack):
                check(stack)
        assert "done" in states, states


def total(stack) -> int:
    try:
        return stack.api("GET", "extensions", query={"limit": 1}, deadline_ms=30_000)["total"]
    except (CallUnavailable, CallUnknown, TypeError, KeyError):
        return -1


def manifest(stack, back: int) -> dict:
    return json.loads(stack.bus.get("extensions-versions", f"{stack.published()['version'] - back:010}").value)


@pytest.mark.timeout(300)
def test_an_import_goes_on_when_its_process_is_killed_midway():
    """The head is the commit: what comes after is done by whoever lives, and half an import is never seen."""
    with ExtensionsStack(2, SETTINGS) as stack:
        for kill_at in (1, 3, 7):
            before = total(stack)
            rows = csv_of(6_000, f"Round {kill_at}")
            future = stack._pool.submit(lambda rows=rows: quietly(load, stack, rows))

            def is_there():
                entry = stack.bus.get("extensions-head", "draft")
                pending = json.loads(entry.value).get("pending") if entry else None
                return (pending and pending["done"] >= kill_at) or future.done()

            wait_until(is_there, 60, "the import's slices")
            for name in stack.names:
                stack.kill(name)
            future.result(60)
            stack.start(stack.names[1])
            assert total(stack) in {before, 6_000}
            check(stack)
            stack.start(stack.names[0])
            names = {item["spokenName"].rsplit(" ", 1)[0] for item in stack.listed()}
            assert len(names) == 1, names


def quietly(body, *arguments):
    try:
        return body(*arguments)
    except (CallUnavailable, CallUnknown):
        return None


@pytest.mark.timeout(200)
def test_a_full_broker_refuses_an_import_and_goes_on_working():
    """Staged rows are given up rather than the directory: it is never stuck behind an import that cannot end."""
    with ExtensionsStack(1, SETTINGS, {"broker.max_map_bytes": 1_048_576}) as stack:
        refused = 0
        for count in (500, 1_500, 2_200, 2_600, 6_000):
            before = total(stack)
            answer = load(stack, csv_of(count))
            assert answer.status in (200, 507), answer
            refused += answer.status == 507
            assert total(stack) == (max(count, before) if answer.status == 200 else before)
            check(stack)
        assert refused > 0 and total(stack) >= 500
        item = stack.api("GET", "extensions", query={"limit": 1})["items"][0]
        assert stack.api("DELETE", f"extensions/{item['id']}", if_match=f'"{item["revision"]}"').status == 204
        check(stack)
