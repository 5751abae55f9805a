"""Dynamics: what a hostile record, name, number or event may try, in the panel and in Flex; nothing of it reaches a call."""

from __future__ import annotations

import json

import pytest

from bridge_window import HOSTILE, until
from cif_window import GUIDS, incident


@pytest.mark.parametrize("record", [
    {"entity": "incident", "id": "1) or (1 eq 1"}, {"entity": "incident'", "id": GUIDS[1]}, {"entity": "incident&cmd=delete", "id": GUIDS[1]}, {"entity": "INCIDENT", "id": GUIDS[1]},
])  # fmt: skip
def test_a_record_that_is_no_entity_and_guid_reaches_no_call(cif, record):
    """Weakness 13."""
    cif.open()
    cif.offer(1)
    cif.accept(1)
    cif.pop(1, record)
    until(lambda: cif.popped() == ["none"])
    assert cif.calls("createTab") == [] and cif.calls("searchAndOpenRecords") == []


@pytest.mark.parametrize("query", [
    {"phone": "' or '1' eq '1"}, {"phone": "+34600111222') or (telephone1 ne 'x"}, {"name": "O'Hara' or '1' eq '1"}, {"email": "a'b@crm.test"}, {"name": "&$expand=x"},
])  # fmt: skip
def test_a_lookup_holds_each_value_as_one_literal(cif, query):
    cif.open()
    cif.offer(1)
    cif.accept(1)
    cif.pop(1, None, outcome="none", query=query)
    until(lambda: cif.popped() == ["none"])
    for args in cif.calls("searchAndOpenRecords"):
        assert args[2] is True and args[1].count("'") == 2 and args[1].count("&") == 2 and args[1].count("$filter=contains(") == 1


FUZZ = """(host, names, payloads) => {
  for (const name of names) for (const payload of payloads) for (const encoding of ["text", "object"]) {
    host.faults.encoding = encoding;
    try { host.emit(name, payload); } catch {}
  }
  host.faults.encoding = "text";
}"""
PAYLOADS = [
    None, 0, -1, 1e308, "", "{", "null", "[]", [], {}, {"value": None}, {"value": {}}, {"value": []}, {"value": "\u0000"}, {"value": HOSTILE}, {"value": -3}, {"value": 1.5},
    {"value": "{\"value\":\"{}\"}"}, {"sessionId": {}}, {"sessionId": "x" * 5_000}, {"sessionId": "session-home"}, {"presenceInfo": "Available"}, {"presenceInfo": {"presenceText": HOSTILE}},
    {"presenceId": "__proto__"}, {"__proto__": {"value": "+34600111222"}}, {"title": HOSTILE, "link": "javascript:alert(1)"}, {"title": {}, "link": {}},
    {"value": "https://evil.test/main.aspx?etn=incident&id=" + GUIDS[1]}, {"value": "x" * 100_000}, {"value": "https://crm.test/main.aspx?etn=../x&id=" + GUIDS[1]},
]  # fmt: skip
NAMES = ["onclicktoact", "onmodechanged", "onsizechanged", "onpagenavigate", "onsendkbarticle", "onSessionSwitched", "onSessionClosed", "onPresenceChange"]


@pytest.mark.parametrize("name", NAMES)
def test_no_payload_of_an_event_breaks_anything(cif, name):
    cif.open(script="window.hacked = 0;")
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    cif.host(FUZZ, [name], PAYLOADS)
    cif.pause()
    assert cif.frame.evaluate("window.hacked ?? 0") == 0 and cif.page.evaluate("window.hacked ?? 0") == 0
    assert cif.calls("handler failed") == []
    assert all("<img" not in dial["number"] for dial in cif.dials())
    assert cif.tabs()[0]["entityId"] == GUIDS[1]
    cif.work(2, incident(2))
    cif.wait("(host, id) => host.sessions.some((one) => one.tabs.some((tab) => tab.parameters.entityId === id))", GUIDS[2])


def test_hostile_names_and_numbers_stay_texts(cif):
    cif.open(script="window.hacked = 0;")
    cif.offer(1, customer={"name": HOSTILE, "phone": "+34600111222"})
    cif.wait("(host) => host.notifications.length === 1")
    shown = cif.host("(host) => host.notifications[0].parameters")
    assert not set("{}\u2028") & set(json.dumps(shown["customer"], ensure_ascii=False)) and len(shown["customer"]) <= 100
    cif.host("(host, text) => host.click('+34 600 11', { recordTitle: text, recordId: text })", HOSTILE)
    until(lambda: len(cif.dials()) == 1)
    assert cif.dials()[0].get("record") is None
    assert cif.frame.evaluate("window.hacked") == 0 and cif.page.evaluate("window.hacked") == 0
