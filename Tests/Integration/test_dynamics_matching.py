"""How many of a caller's contacts the Dynamics connector finds, and how few of others: real processes, the corpus's numbers.

Recall: of all pairs of a caller and a contact that is his, the share that `GET /v1/crm/contacts?phone=` lists as
`phone_exact`. Precision: of all that it lists as `phone_exact`, the share that is the caller's. What is listed as
`phone_suffix` is offered to the agent and opened by nobody: it counts for nothing, but stands below every exact match.

`DYNAMICS_SEED` and `DYNAMICS_NUMBERS` (per country) make another corpus.
"""

from __future__ import annotations

import collections
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from dynamics_corpus import NUMBERS, Corpus, Score, score
from dynamics_stack import DynamicsStack

RECALL, PRECISION = 0.99, 0.999

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    seed = int(os.environ.get("DYNAMICS_SEED", "1"))
    corpus = Corpus(seed, int(os.environ.get("DYNAMICS_NUMBERS", str(NUMBERS))))
    print(f"DYNAMICS_SEED={seed}: {len(corpus.contacts)} contacts, {len(corpus.callers)} callers")
    return corpus


@pytest.fixture(scope="module")
def answers(corpus) -> dict[str, list[dict]]:
    with DynamicsStack(dataverse={"requests_per_window": 1_000_000}) as stack:
        stack.load("contacts", corpus.rows())
        stack.find(corpus.callers[0])
        began = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            found = dict(zip(corpus.callers, pool.map(stack.find, corpus.callers)))
        print(f"{len(found)} callers in {time.monotonic() - began:.1f} s; asked {stack.asked()}")
        log = stack.everything_logged()
        leaked = [caller for caller in corpus.callers if caller in log or caller[1:] in log]
        assert leaked == [], f"numbers in the logs: {len(leaked)}"
        return found


def report(result: Score) -> str:
    """The figures, and every miss by the way it is written."""
    figures = (
        f"recall {result.recall:.4f} (missed {len(result.missed)} of {result.found + len(result.missed)}), "
        f"precision {result.precision:.4f} (wrong {len(result.wrong)} of {result.found + len(result.wrong)})"
    )
    lines = [figures]
    ways = collections.Counter(contact.way for _, contact in result.missed)
    lines += [f"  missed by way: {dict(ways.most_common())}"] if ways else []
    for kind, pairs in [("missed", result.missed), ("wrong", result.wrong)]:
        for caller, contact in pairs[:60]:
            shown = contact if isinstance(contact, str) else f"{contact.text!r} in {contact.country} [{contact.way}]"
            lines.append(f"  {kind}: {caller} {shown}")
    return "\n".join(lines)


def test_the_callers_contacts_are_found_and_nobody_elses(corpus, answers):
    result = score(corpus, answers)
    print(report(result))
    assert result.doubled == [], "a contact is listed twice"
    assert result.below == [], "an inexact match stands above an exact one"
    assert result.recall >= RECALL, report(result)
    assert result.precision >= PRECISION, report(result)


def test_the_checker_complains_about_the_same_answers_when_they_are_spoilt(corpus, answers):
    """Negative control on real answers: near misses are passed off as exact, and then true ones are kept back."""
    near = {contact.near: contact.id for contact in corpus.near_misses()}
    passed_off = {
        caller: items + ([{"id": near[caller], "matchedOn": "phone_exact"}] if caller in near and n % 100 == 0 else [])
        for n, (caller, items) in enumerate(answers.items())
    }
    assert score(corpus, passed_off).precision < PRECISION
    kept_back = {caller: [] if n % 50 == 0 else items for n, (caller, items) in enumerate(answers.items())}
    assert score(corpus, kept_back).recall < RECALL
