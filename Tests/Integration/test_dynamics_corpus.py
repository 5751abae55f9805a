"""The corpus of written telephone numbers is what it says it is, and its counting can be trusted."""

from __future__ import annotations

import collections

import phonenumbers
import pytest

from dynamics_corpus import COUNTRIES, HOME, MAX_TEXT, Corpus, score
from dynamics_ways import reading


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus(seed=1)


def test_the_same_seed_makes_the_same_contacts_and_another_seed_others(corpus):
    assert Corpus(seed=1).rows() == corpus.rows()
    assert Corpus(seed=2).rows() != corpus.rows()


def test_it_has_the_countries_the_ways_of_writing_and_the_near_misses_that_are_asked_for(corpus):
    ways: dict[str, set[str]] = collections.defaultdict(set)
    for contact in corpus.contacts:
        if not contact.near and contact.way != "oddity":
            (number,) = contact.numbers
            ways[phonenumbers.region_code_for_number(phonenumbers.parse(number))].add(contact.way)
    assert set(ways) == set(COUNTRIES) and len(COUNTRIES) >= 25
    assert min(len(used) for used in ways.values()) >= 8, {region: len(used) for region, used in ways.items()}
    assert len(corpus.near_misses()) >= 0.3 * len(corpus.contacts)
    misses = collections.Counter(contact.way for contact in corpus.near_misses())
    assert all(count >= 30 for count in misses.values()), misses
    assert sum(contact.way == "oddity" for contact in corpus.contacts) >= 80
    assert all(len(contact.text) <= MAX_TEXT for contact in corpus.contacts)
    assert len({contact.id for contact in corpus.contacts}) == len(corpus.contacts)


def test_phonenumbers_reads_each_number_as_it_was_meant_but_for_the_exceptions_listed(corpus):
    wrong, excused = [], 0
    for contact in corpus.contacts:
        meant = reading(contact.text, contact.region)
        if contact.exception or contact.way == "only the end":
            excused += 1
        elif (meant,) != contact.numbers:
            wrong.append((contact, meant))
    assert wrong == []
    assert excused < 0.15 * len(corpus.contacts)


def test_no_near_miss_is_the_caller_after_all(corpus):
    for contact in corpus.near_misses():
        assert contact.near not in contact.numbers
        if contact.way != "only the end":
            assert reading(contact.text, contact.region) != contact.near, contact
    at_home = [contact for contact in corpus.contacts if contact.country is None]
    assert len(at_home) > 100 and all(contact.region == HOME for contact in at_home)


def perfect(corpus: Corpus) -> dict[str, list[dict]]:
    return {
        caller: [{"id": id, "matchedOn": "phone_exact"} for id in sorted(corpus.truth[caller])]
        for caller in corpus.callers
    }


def test_the_counting_finds_nothing_wrong_with_a_perfect_answer(corpus):
    result = score(corpus, perfect(corpus))
    assert (result.recall, result.precision) == (1, 1)
    assert not (result.missed or result.wrong or result.below or result.doubled) and result.found > 1_000


def test_the_counting_sees_what_is_missing_wrong_twice_or_out_of_order(corpus):
    """Negative control: six answers are spoilt, and each is seen."""
    answers = perfect(corpus)
    one, two, three, four, five = [caller for caller in corpus.callers if len(corpus.truth[caller]) == 1][:5]
    answers[one] = []
    answers[two][0]["matchedOn"] = "phone_suffix"
    near = next(contact for contact in corpus.near_misses() if contact.near == three)
    answers[three].append({"id": near.id, "matchedOn": "phone_exact"})
    answers[four].append(answers[four][0])
    answers[five].insert(0, {"id": near.id, "matchedOn": "phone_suffix"})
    nobody = next(caller for caller in corpus.callers if not corpus.truth[caller])
    answers[nobody] = [{"id": "00000000-0000-4000-8000-000000000000", "matchedOn": "phone_exact"}]
    result = score(corpus, answers)
    assert {caller for caller, _ in result.missed} == {one, two}
    assert [caller for caller, _ in result.wrong] == sorted([three, nobody], key=list(answers).index)
    assert result.below == [five] and [caller for caller, _ in result.doubled] == [four]
    assert result.recall < 1 and result.precision < 1
    # A digit-blind matcher, which takes the last eight digits for the whole number, would not pass.
    blind = {
        caller: [
            {"id": contact.id, "matchedOn": "phone_exact"}
            for contact in corpus.contacts
            if caller[-8:] in "".join(c for c in contact.text if c.isdigit())
        ]
        for caller in corpus.callers
    }
    assert score(corpus, blind).precision < 0.9
