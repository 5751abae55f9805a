"""Dynamics: an interaction's record in a tab of its own, focus both ways, the panel's mode; in the panel and in Flex (DY-1 to DY-6)."""

from __future__ import annotations

import pytest

from bridge_window import until
from cif_window import GUIDS, contact, incident


def test_the_library_is_loaded_as_documented_and_everything_is_asked_after_it_is_ready(cif):
    cif.open()
    script = cif.frame.evaluate("({ ...document.querySelector('script[data-cifid]').dataset, src: document.querySelector('script[data-cifid]').src })")
    assert script == {"crmurl": "https://crm.test", "cifid": "CIFMainLibrary", "src": "https://crm.test/webresources/Widget/msdyn_ciLibrary.js"}
    assert cif.calls("setClickToAct") == [[True]]
    assert cif.calls("setMode") == [[0]]
    assert cif.calls("handler failed") == []


def test_each_interaction_pops_its_case_in_a_tab_of_its_own_and_switching_goes_both_ways(cif):
    cif.open()
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    cif.work(2, incident(2))
    cif.wait_in_front(GUIDS[2])
    first, second = cif.tabs()
    assert [(tab["entityName"], tab["entityId"]) for tab in (first, second)] == [("incident", GUIDS[1]), ("incident", GUIDS[2])]
    cif.select(2)
    cif.select(1)
    cif.wait_in_front(GUIDS[1])
    cif.pause()
    # The agent looks at the other case in the CRM.
    cif.host("(host, id) => host.chooseTab(id)", second["id"])
    until(lambda: cif.selected() == cif.id(2))
    cif.pause()
    assert cif.in_front() == GUIDS[2] and len(cif.tabs()) == 2
    until(lambda: len(cif.popped()) == 2)
    assert cif.popped() == ["opened", "opened"]


def test_an_offer_docks_and_opens_nothing_until_it_is_accepted(cif):
    """DY-B1."""
    cif.open()
    assert cif.mode() == 0
    cif.offer(1)
    cif.wait_mode(1)
    assert cif.calls("createTab") == [] and cif.calls("searchAndOpenRecords") == []
    cif.end(1, "missed")
    cif.wait_mode(0)
    cif.pop(1, incident(1))
    until(lambda: cif.popped() == ["failed"])
    assert cif.calls("createTab") == []


def test_the_panel_is_minimised_after_the_last_wrap_up_and_not_before(cif):
    cif.open()
    cif.work(1, incident(1))
    cif.work(2, incident(2))
    cif.wait_mode(1)
    cif.wait_in_front(GUIDS[2])
    for number in (1, 2):
        cif.wrap_up(number)
    cif.complete(1)
    cif.wait_for_call("closeTab")
    assert cif.mode() == 1
    cif.complete(2)
    cif.wait_mode(0)
    cif.wait_for_call("closeTab", 2)
    assert cif.tabs() == []


def test_what_the_agent_does_with_the_panel_is_respected(cif):
    cif.open()
    cif.offer(1)
    cif.accept(1)
    cif.wait_mode(1)
    cif.host("(host) => host.chooseMode(0)")
    cif.pop(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    cif.pause()
    cif.navigate()
    cif.pause()
    assert cif.mode() == 0
    # The next one needs an answer.
    cif.offer(2)
    cif.wait_mode(1)
    cif.host("(host) => host.chooseMode(1)")
    cif.end(2, "missed")
    cif.complete(1)
    cif.wait_for_call("closeTab")
    cif.pause()
    assert cif.mode() == 1


def test_a_view_docks(cif):
    """DY-6."""
    cif.open()
    assert cif.mode() == 0
    cif.navigate()
    cif.wait_mode(1)


def test_only_what_was_made_here_is_closed(cif):
    cif.open()
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    own = cif.host("(host, id) => host.addTab({ entityName: 'incident', entityId: id })", GUIDS[1])
    # The tab that is in front at the end is the agent's, with the same case in it.
    cif.complete(1)
    cif.wait_for_call("closeTab")
    cif.wait_mode(0)
    assert [tab["id"] for tab in cif.tabs()] == [own]


def test_a_tab_that_the_agent_has_closed_is_opened_again_when_it_is_wanted(cif):
    cif.open()
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    cif.host("(host) => host.closeTab(host.tabInFront.id)")
    cif.pop(1, incident(1), trigger="manual") if cif.kind == "flex" else cif.pop(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    assert len(cif.calls("createTab")) == 2 and len(cif.tabs()) == 1


def test_another_record_of_the_same_interaction_replaces_the_tab(cif):
    cif.open()
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    cif.pop(1, contact(3))
    cif.wait_in_front(GUIDS[3])
    cif.wait_for_call("closeTab")
    assert [tab["entityId"] for tab in cif.tabs()] == [GUIDS[3]]


def test_one_match_of_a_number_opens_and_several_are_the_agents_choice(cif):
    cif.open(script=f"window.found = [{{ entity: 'contact', contactid: '{GUIDS[4]}', fullname: \"O'Hara\", telephone1: '+34 600 111 222' }}];")
    cif.page.evaluate("window.rows = window.found")
    cif.offer(1)
    cif.accept(1)
    cif.pop(1, None, outcome="none", query={"phone": "+34600111222"})
    cif.wait_in_front(GUIDS[4])
    asked = cif.calls("searchAndOpenRecords")
    assert {(args[0], args[2]) for args in asked} == {("contact", True), ("account", True)}
    assert "telephone1 eq '%2B34600111222'" in asked[0][1] and "+" not in asked[0][1]
    cif.page.evaluate(f"window.rows = [window.found[0], {{ ...window.found[0], contactid: '{GUIDS[5]}' }}]")
    cif.offer(2)
    cif.accept(2)
    cif.pop(2, None, outcome="none", query={"phone": "+34600111222"})
    until(lambda: cif.popped() == ["opened", "multiple"])
    assert cif.in_front() == GUIDS[4]


@pytest.mark.parametrize("encoding", ["text", "object", "map"])
def test_text_objects_and_maps_are_understood(cif, encoding):
    cif.open(f"host.faults.encoding = '{encoding}'")
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    cif.host("(host) => host.click('+33 1 42 68 53 00')")
    until(lambda: len(cif.dials()) == 1)
    assert cif.calls("handler failed") == []
