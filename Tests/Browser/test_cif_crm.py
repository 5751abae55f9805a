"""Dynamics: clicks, notifications, presence, articles, sessions, reloads and everything that goes wrong; in the panel and in Flex."""

from __future__ import annotations

import pytest

from bridge_window import HOSTILE, until
from cif_window import GUIDS, incident

# Clicks on numbers


@pytest.mark.parametrize("value", ["+33 1 42 68 53 00", "(415) 555-0123", "+44 20 7946 0958 ext. 12"])
def test_a_click_asks_for_the_number_as_it_stands_and_docks(cif, value):
    """DY-7, DY-B4: what number it is is the server's to say, nothing is put before it."""
    cif.open()
    cif.page.evaluate("(id) => { window.rows = [{ entity: 'contact', contactid: id }]; }", GUIDS[1])
    cif.host("(host, value, id) => host.click(value, { recordId: `{${id.toUpperCase()}}`, recordTitle: 'Chloé Martin' })", value, GUIDS[1])
    until(lambda: len(cif.dials()) == 1)
    asked = cif.dials()[0]
    assert asked["number"] == value and asked.get("region") is None
    assert asked["record"] == {"entity": "contact", "id": GUIDS[1], "label": "Chloé Martin"}
    cif.wait_mode(1)
    assert cif.calls("handler failed") == []


@pytest.mark.parametrize(("country", "region"), [("United States", "US"), ("USA", "US"), ("France", "FR"), ("Deutschland", "DE"), ("gb", "GB"), ("Atlantis", "ES"), ("", "ES")])
def test_a_national_number_is_of_the_country_of_its_record(cif, country, region):
    cif.open(custom={"region": "ES"})
    cif.page.evaluate("([id, country]) => { window.rows = [{ entity: 'contact', contactid: id, address1_country: country }]; }", [GUIDS[1], country])
    cif.host("(host, id) => host.click('(415) 555-0123', { recordId: id })", GUIDS[1])
    until(lambda: len(cif.dials()) == 1)
    assert (cif.dials()[0]["number"], cif.dials()[0]["region"]) == ("(415) 555-0123", region)
    assert len(cif.calls("retrieveRecord")) == 1


def test_where_the_country_does_not_come_the_agent_sees_the_number_first(cif):
    cif.open("host.faults.hang.add('retrieveRecord');", custom={"region": "ES"})
    cif.host("(host, id) => host.click('415 555 0123', { recordId: id })", GUIDS[1])
    if cif.kind == "flex":
        until(lambda: len(cif.dials()) == 1)
        assert (cif.dials()[0]["region"], cif.dials()[0]["autoPlace"]) == ("ES", False)
    else:
        until(lambda: cif.frame.evaluate("document.querySelector('.number')?.value") == "415 555 0123")
        assert cif.dials() == []


def test_without_a_record_in_the_click_the_page_in_front_says_which_and_never_another_entity(cif):
    cif.open(custom={"region": "FR"})
    cif.page.evaluate("(id) => { window.rows = [{ entity: 'contact', contactid: id }]; }", GUIDS[2])
    cif.host("(host, id) => host.addTab({ entityName: 'contact', entityId: id })", GUIDS[2])
    cif.host("(host) => host.click('01 42 68 53 00')")
    until(lambda: len(cif.dials()) == 1)
    assert cif.dials()[0]["record"] == {"entity": "contact", "id": GUIDS[2]} and cif.dials()[0]["region"] == "FR"
    # Over and out of the way for the next.
    cif.host("(host, id) => host.addTab({ entityName: 'account', entityId: id })", GUIDS[3])
    cif.refuse_dials(reason="blocked", detail="Not there.", agentId="ana.ruiz")
    cif.pause()
    if cif.kind == "flex":
        cif.host("(host) => host.click('02 42 68 53 00')")
        until(lambda: len(cif.dials()) == 2)
        assert cif.dials()[1].get("record") is None


def test_one_click_is_one_call_whatever_comes_twice(cif):
    cif.open()
    cif.host("(host) => { for (let n = 0; n < 3; n += 1) host.click('+33142685300'); }")
    until(lambda: len(cif.dials()) == 1)
    cif.pause()
    assert len(cif.dials()) == 1


def test_other_fields_and_what_is_no_number_dial_nothing(cif):
    cif.open()
    cif.host("""(host) => {
      host.click('ana@crm.test', { name: 'emailaddress1', format: 'email' });
      host.click(''); host.click('   '); host.click('none'); host.click('9'.repeat(65));
      host.emit('onclicktoact', { name: 'telephone1' }); host.emit('onclicktoact', null); host.emit('onclicktoact', ['+33142685300']);
    }""")
    cif.pause()
    assert cif.dials() == [] and cif.calls("handler failed") == []


def test_a_refused_dial_is_told_to_the_agent(cif):
    """DY-B6."""
    cif.open()
    cif.refuse_dials(reason="no_permission", detail="The account may not call Spain.", remedy="Allow it.", agentId="ana.ruiz")
    cif.host("(host) => host.click('+34911223344')")
    until(lambda: "The account may not call Spain. Allow it." in cif.notices())
    assert cif.calls("handler failed") == []


def test_without_the_privilege_the_administrators_switch_counts_and_otherwise_the_agent_learns_why(cif):
    cif.open("host.faults.lacksPrivilege = true; host.clickToAct = true;")
    cif.host("(host) => host.click('+33142685300')")
    until(lambda: len(cif.dials()) == 1)
    assert cif.notices() == ""
    cif.close()
    cif.open("host.faults.lacksPrivilege = true;")
    until(lambda: cif.notices() != "")
    assert "dial" in cif.notices() or "setClickToAct" in cif.notices()


# Notifications


@pytest.mark.parametrize(("answer", "reason", "action"), [("Accept", "Accept", "accept"), ("Accept", "AutoAccept", "accept"), ("Reject", "DeclinedByAgent", "reject")])
def test_the_agents_answer_to_a_notification_is_that_to_the_offer(cif, answer, reason, action):
    cif.open()
    cif.offer(1)
    cif.wait("(host) => host.notifications.length === 1")
    assert set(cif.host("(host) => host.notifications[0].parameters")) == {"customer", "number", "queue", "channel"}
    cif.host("(host, answer, reason) => host.settle(host.notifications[0].token, answer, reason)", answer, reason)
    until(lambda: cif.accepted() == [action])


@pytest.mark.parametrize(("answer", "reason"), [
    ("Reject", "NotificationQueueLimitExceeded"), ("Reject", "NotificationQueueTimeLimitExceeded"), ("Timeout", "DisplayTimeout"), ("Reject", "RejectAfterClientError"),
])  # fmt: skip
def test_what_the_crm_did_by_itself_is_never_the_agents_refusal(cif, answer, reason):
    cif.open()
    cif.offer(1)
    cif.wait("(host) => host.notifications.length === 1")
    cif.host("(host) => host.chooseMode(0)")
    cif.host("(host, answer, reason) => host.settle(host.notifications[0].token, answer, reason)", answer, reason)
    if answer == "Reject":
        # The offer is in the panel, which comes to the front for it.
        cif.wait_mode(1)
        until(lambda: cif.notices() != "")
    cif.pause()
    assert cif.accepted() == []


def test_a_notification_ends_with_its_offer(cif):
    cif.open()
    cif.offer(1)
    cif.wait("(host) => host.notifications.length === 1")
    cif.end(1, "missed")
    cif.wait("(host) => host.notifications.length === 0")
    assert len(cif.calls("cancelEvent")) == 1 and cif.accepted() == []


def test_without_the_template_offers_ring_in_the_panel(cif):
    cif.open("host.templates.notification = {};")
    cif.offer(1)
    cif.wait_mode(1)
    until(lambda: cif.notices() != "")
    cif.offer(2)
    cif.pause()
    assert len(cif.calls("notifyEvent")) == 1 and cif.accepted() == []


# Presence, articles, analytics


def test_presence_goes_both_ways_and_never_round(cif):
    cif.open("host.presences.push('Break', 'Pause');", custom={"presence": {"Break": "Pause"}})
    cif.wait_for_call("setPresence")
    cif.set_presence("Break")
    cif.wait("(host) => host.presence === 'Pause'")
    cif.pause()
    before = len(cif.calls("setPresence"))
    cif.host("(host) => host.choosePresence('Available')")
    until(lambda: cif.presence() == "Available")
    cif.pause()
    assert len(cif.calls("setPresence")) == before == 2
    # Only an identifier comes: the text is asked for.
    cif.host("(host) => { host.faults.presenceByID = true; host.choosePresence('Pause'); }")
    until(lambda: cif.presence() == "Break")
    cif.pause()
    assert len(cif.calls("setPresence")) == before


def test_quick_changes_on_both_sides_come_to_rest(cif):
    cif.open("host.presences.push('Break');")
    cif.wait_for_call("setPresence")
    for _ in range(3):
        cif.set_presence("Break")
        cif.host("(host) => host.choosePresence('Available')")
        cif.set_presence("Available")
        cif.host("(host) => host.choosePresence('Break')")
    cif.pause()
    count = len(cif.calls("setPresence"))
    cif.pause()
    cif.pause()
    assert len(cif.calls("setPresence")) == count <= 8


def test_a_presence_that_the_crm_does_not_know_is_told(cif):
    cif.open()
    cif.wait_for_call("setPresence")
    cif.set_presence("Break")
    until(lambda: cif.notices() != "")
    assert cif.host("(host) => host.presence") == "Available"


def test_an_article_goes_into_the_text_of_the_chat(cif):
    cif.open()
    cif.offer(1, channel="chat", conversationSid="CH1", customer={"name": "Marc"})
    cif.accept(1)
    cif.select(1)
    until(lambda: cif.selected() == cif.id(1))
    cif.host("(host) => host.sendArticle('<b>How to</b> {pair}', 'https://help.test/a?b=1')")
    until(lambda: "https://help.test/a?b=1" in cif.draft(1))
    cif.host("(host) => host.sendArticle('Bad', 'javascript:alert(1)')")
    cif.pause()
    assert cif.draft(1) == "<b>How to</b> (pair) https://help.test/a?b=1"


def test_analytics_name_what_happened_with_the_fields_that_are_required(cif):
    cif.open(custom={"analytics": True})
    cif.work(1, incident(1))
    cif.wait_for_call("logAnalyticsEvent", 2)
    logged = cif.calls("logAnalyticsEvent")
    assert [args[1] for args in logged][:2] == ["patchbay.offered", "patchbay.accepted"]
    assert all(args[0]["conversationId"] == cif.id(1) and args[0]["providerSessionId"] for args in logged)


# Sessions


def test_a_session_for_each_interaction_is_made_and_chosen_back(cif):
    cif.open(custom={"layout": "session", "defaultSession": "never"})
    cif.work(1, incident(1), customer={"name": HOSTILE + "{anchor.name}"})
    cif.wait_in_front(GUIDS[1])
    cif.work(2, incident(2))
    cif.wait_in_front(GUIDS[2])
    own = cif.host("(host) => host.own.map(({ id, title, context }) => ({ id, title, context }))")
    assert [one["context"]["patchbay_interaction"] for one in own] == [cif.id(1), cif.id(2)]
    assert not set("{}") & set(own[0]["title"])
    cif.select(2)
    cif.pause()
    # No call brings a session to the front: it asks.
    cif.select(1)
    cif.wait("(host, id) => host.session(id).hasIndicator", own[0]["id"])
    cif.select(2)
    cif.pause()
    cif.host("(host, id) => host.chooseSession(id)", own[0]["id"])
    until(lambda: cif.selected() == cif.id(1))
    cif.host("(host, id) => host.closeSession(id)", own[0]["id"])
    cif.pop(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    assert len(cif.calls("createSession")) == 3


def test_at_the_cap_the_record_opens_in_the_session_in_front_and_the_agent_is_told(cif):
    cif.open("for (let n = 0; n < 10; n += 1) host.addForeign();", custom={"layout": "session"})
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    assert cif.calls("createSession") == []
    until(lambda: "session" in cif.notices())


def test_our_own_cap_is_kept(cif):
    cif.open(custom={"layout": "session", "maxSessions": 1})
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    cif.work(2, incident(2))
    cif.wait_in_front(GUIDS[2])
    assert len(cif.calls("createSession")) == 1


def test_a_session_that_does_not_come_to_the_front_gets_its_record_when_it_is_chosen(cif):
    cif.open("host.faults.keepsFocus = true;", custom={"layout": "session"})
    cif.work(1, incident(1))
    cif.wait("(host) => host.own.length === 1 && host.own[0].hasIndicator")
    assert cif.tabs() == []
    cif.host("(host) => host.chooseSession(host.own[0].id)")
    cif.wait_in_front(GUIDS[1])


def test_in_a_foreign_session_nothing_is_opened_until_the_agent_comes_back(cif):
    cif.open()
    foreign = cif.host("(host) => { const id = host.addForeign(); host.chooseSession(id); return id; }")
    cif.work(1, incident(1))
    until(lambda: cif.popped() == ["failed"])
    assert cif.host("(host, id) => host.session(id).tabs.length", foreign) == 1 and cif.mode() == 0
    cif.host("(host) => host.chooseSession('session-home')")
    cif.wait_in_front(GUIDS[1])
    cif.wait_mode(1)


def test_with_several_providers_a_session_of_ours_shows_the_panel_and_comes_back(cif):
    cif.open("host.faults.providers = 2;")
    cif.wait("(host) => host.own.length === 1 && host.mode === 0")
    cif.host("(host) => host.closeSession(host.own[0].id)")
    cif.wait("(host) => host.own.length === 1")


# Reloads


@pytest.mark.parametrize("layout", ["tab", "session"])
def test_after_a_reload_each_interaction_finds_its_tab_again(cif, layout):
    """DY-B3; here the frame may keep nothing, so the CRM's sessions do."""
    cif.open("host.faults.providers = 2;", custom={"layout": layout})
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    cif.work(2, incident(2))
    cif.wait_in_front(GUIDS[2])
    if layout == "tab":
        cif.wait("(host) => host.own[0].context.patchbay_tabs?.includes('tab-') && JSON.parse(host.own[0].context.patchbay_tabs).length === 2")
    cif.reload()
    cif.pause()
    assert cif.in_front() == GUIDS[2], "a reload took the agent elsewhere"
    assert cif.calls("createTab") == []
    if layout == "tab":
        cif.select(2)
        cif.select(1)
        cif.wait_in_front(GUIDS[1])
        cif.complete(1)
        cif.wait_for_call("closeTab")
        cif.wait("(host) => host.front.tabs.filter((tab) => tab.parameters.entityId).length === 1")
    else:
        cif.host("(host) => host.chooseSession(host.own.find((one) => one.context.patchbay_interaction?.endsWith('1')).id)")
        until(lambda: cif.selected() == cif.id(1))


def test_what_ended_while_the_frame_was_away_is_closed(cif):
    if cif.kind == "flex":
        pytest.skip("the stand-in of Flex has no server that ends a task while the page is away; the path is the same snapshot")
    cif.open("host.faults.providers = 2;")
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    cif.wait("(host) => host.own[0].context.patchbay_tabs?.includes('tab-')")
    cif.stub.interactions.clear()
    cif.reload()
    cif.wait_for_call("closeTab")
    cif.wait_mode(0)


# The CRM does not answer


@pytest.mark.parametrize("fault", ["host.faults.isSilent = true;", "window.trusted = 'https://other.test'; window.isStranger = true;"])
def test_a_crm_that_never_becomes_ready_leaves_a_panel_that_works(cif, fault):
    cif.allowed += ("Failed to execute 'postMessage'",)
    is_silent = "isSilent" in fault
    if not is_silent:
        fault = "host.faults.isStranger = true;"
    cif.open(fault, waits=False)
    cif.offer(1)
    cif.accept(1)
    cif.pause()
    if not is_silent:
        until(lambda: cif.notices() != "")
        assert "domain" in cif.notices() or "address" in cif.notices()
    assert cif.host("(host) => host.calls.filter((call) => call.method !== 'handler failed').length") == 0


def test_without_the_library_the_panel_works_by_itself_and_says_so(cif):
    sites = cif.sites
    body = sites.sites["crm.test"].pages.pop("/webresources/Widget/msdyn_ciLibrary.js")
    cif.allowed += ("msdyn_ciLibrary", "status of 404", "MIME type")
    try:
        cif.open(waits=False)
        until(lambda: cif.notices() != "")
        cif.offer(1)
        cif.accept(1)
        assert "CRM" in cif.notices()
    finally:
        sites.sites["crm.test"].pages["/webresources/Widget/msdyn_ciLibrary.js"] = body


@pytest.mark.timeout(180)
def test_a_call_that_never_settles_ends_by_our_own_limit_and_what_it_made_later_is_not_lost(cif):
    cif.open("host.faults.lateMs = { createTab: 8_700 };")
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    until(lambda: cif.popped() == ["failed"])
    assert "createTab" in cif.notices() or "record" in cif.notices()
    cif.host("(host) => { host.faults.lateMs = {}; }")
    cif.pause()
    # The tab came after its time and is the interaction's: shown again, not made again; and closed at the end.
    cif.pop(1, incident(1))
    until(lambda: cif.popped() == ["failed", "opened"])
    assert len(cif.calls("createTab")) == 1
    cif.complete(1)
    cif.wait_for_call("closeTab")


def test_a_column_that_does_not_exist_holds_up_nothing_else(cif):
    cif.open("host.faults.hang.add('searchAndOpenRecords'); host.faults.hang.add('notifyEvent');")
    cif.offer(1)
    cif.accept(1)
    cif.pop(1, None, outcome="none", query={"phone": "+34600111222"})
    cif.work(2, incident(2))
    cif.wait_in_front(GUIDS[2])


def test_custom_parameters_that_are_wrong_are_named_and_the_usual_ones_used(cif):
    cif.open(custom={"layout": "window", "maxSessions": 99, "tabTemplate": "x y", "region": "FR"})
    until(lambda: cif.notices() != "")
    cif.work(1, incident(1))
    cif.wait_in_front(GUIDS[1])
    cif.host("(host) => host.click('0142685300')")
    until(lambda: len(cif.dials()) == 1)
    assert cif.dials()[0]["region"] == "FR"
