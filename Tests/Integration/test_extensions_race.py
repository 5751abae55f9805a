"""Two supervisors at the same instant, in two processes: never two owners of a number, never a lost edit."""

from __future__ import annotations

import os
import random

import pytest

from extensions_oracle import check, replay
from extensions_stack import OTHER, SUPERVISOR, ExtensionsStack, record, worker

ROUNDS = int(os.environ.get("PATCHBAY_RACE_ROUNDS", "1000"))


@pytest.mark.timeout(400)
def test_the_same_number_and_the_same_record_at_the_same_instant():
    with ExtensionsStack(2, {"extensions.numbers.min_digits": 5, "extensions.numbers.max_digits": 5}) as stack:
        shared = stack.create("10000", 1)
        worker_taken = number_taken = 0
        for round in range(ROUNDS):
            number = f"{20_000 + round}"
            mine, yours = 10 + 2 * round, 11 + 2 * round
            name = f"Round {round}"
            answers = stack.at_once(
                ("POST", "extensions", record(number, mine), SUPERVISOR),
                ("POST", "extensions", record(number, yours), OTHER),
                ("POST", "extensions", record(f"{50_000 + round}", mine), OTHER),
                ("PUT", f"extensions/{shared['id']}", record("10000", 1, f"{name} a"), SUPERVISOR, shared.etag),
                ("PUT", f"extensions/{shared['id']}", record("10000", 1, f"{name} b"), OTHER, shared.etag),
            )
            # Either the number's two and the worker's two overlap on one winner, or the winners share neither.
            created = [answer for answer in answers[:3] if answer.status == 201]
            assert sorted(answer.status for answer in answers[:3]) in ([201, 409, 409], [201, 201, 409]), answers[:3]
            assert len({answer["extension"] for answer in created}) == len(created)
            number_taken += sum(answer.body.get("code") == "extensions.number_taken" for answer in answers[:3])
            worker_taken += sum(answer.body.get("code") == "extensions.worker_taken" for answer in answers[:3])
            assert sorted(answer.status for answer in answers[3:]) == [200, 412], answers[3:]
            winner = next(answer for answer in answers[3:] if answer.status == 200)
            loser = next(answer for answer in answers[3:] if answer.status == 412)
            assert loser["current"]["spokenName"] == winner["spokenName"] != loser["yours"]["spokenName"]
            shared = winner
        check(stack)
        assert number_taken > 0 and worker_taken > 0
        both = [stack.requests(name) for name in stack.names]
        assert min(both) > ROUNDS, f"the requests of the processes: {both}"
        print(f"{ROUNDS} rounds: {number_taken} numbers and {worker_taken} workers refused, requests {both}")


@pytest.mark.timeout(200)
@pytest.mark.parametrize("seed", range(4))
def test_any_edits_at_once_leave_a_sound_directory(seed):
    """Random edits, imports and publishes of three processes, one of which is killed and comes back, over and over."""
    print(f"seed {seed}")
    chance = random.Random(seed)
    with ExtensionsStack(3) as stack:
        for round in range(12):
            known = stack.listed()
            requests = []
            for _ in range(12):
                number, sid = f"{chance.randrange(2000, 2040)}", chance.randrange(1, 40)
                if known and chance.random() < 0.5:
                    item = chance.choice(known)
                    path, tag = f"extensions/{item['id']}", f'"{item["revision"]}"'
                    if chance.random() < 0.3:
                        requests.append(("DELETE", path, None, SUPERVISOR, tag))
                    else:
                        requests.append(("PUT", path, record(number, sid), OTHER, tag))
                elif chance.random() < 0.2:
                    rows = [record(f"{chance.randrange(2000, 2040)}", chance.randrange(1, 40)) for _ in range(5)]
                    requests.append(("POST", "extensions/import?format=json&partial=true", rows))
                else:
                    requests.append(("POST", "extensions", record(number, sid), SUPERVISOR))
            victim = chance.choice(stack.names)
            if chance.random() < 0.5:
                answers = stack.at_once_while(lambda: stack.kill(victim), *requests)
                stack.start(victim)
            else:
                answers = stack.at_once(*requests)
            assert all(answer is None or answer.status < 500 for answer in answers), answers
            check(stack)
        assert len(replay(stack.events())[0]) > 0


def test_the_oracle_complains_about_two_owners():
    """The negative control."""
    def event(revision, *changes):
        return {"data": {"revision": revision, "changes": list(changes)}}

    one = record("2000", 1) | {"id": "a"}
    two = record("2000", 2) | {"id": "b"}
    three = {"extension": "2001", "target": {"workerSid": worker(1)}}
    created = [{"id": id, "before": None, "after": after} for id, after in (("a", one), ("b", two), ("c", three))]
    assert replay([event(1, created[0])])[1] == []
    assert "two owners" in replay([event(1, created[0]), event(2, created[1])])[1][0]
    assert "two extensions" in replay([event(1, created[0], created[2])])[1][0]
    assert "comes after" in replay([event(1, created[0]), event(3)])[1][0]
    assert "was not as" in replay([event(1, {"id": "a", "before": two, "after": None})])[1][0]
