"""The stand-in's host behaves as the documentation of CIF 2.0 says, cell by cell (crm.md a.3 to a.5); and the adapter's parts that need no host."""

from __future__ import annotations

import json

import pytest

from bridge_window import CRM
from cif_window import GUIDS

SETUP = """async () => {
  const { HostModel } = await import("/web/js/dynamics/host-model.js");
  window.host = new HostModel({ rows: async (entity) => ({ rows: window.rows.filter((row) => row.entity === entity) }), displayMs: 200 });
  window.rows = [];
  window.sent = [];
  host.connect((message) => sent.push(message));
  window.attempt = (method, ...args) => host.call(method, args).then((value) => ({ value }), (error) => ({ error }));
}"""


@pytest.fixture
def model(cif_sites):
    page = cif_sites.context.new_page()
    cif_sites.page("crm.test", "/empty", "<!doctype html><title>Model</title>")
    page.goto(f"{CRM}/empty")
    page.evaluate(SETUP)
    yield page
    page.close()


def ask(model, method: str, *arguments):
    return model.evaluate("([method, ...args]) => attempt(method, ...args)", [method, *arguments])


RECORD = {"templateName": "msdyn_entityrecord", "templateParameters": {"entityName": "incident", "entityId": GUIDS[1]}}
SESSION = {"templateName": "patchbay_session", "templateParameters": {"customer": "Chloé"}}
FOREIGN = "host.chooseSession(host.addForeign())"


@pytest.mark.parametrize(("method", "arguments"), [("setMode", [1]), ("setWidth", [400]), ("createSession", [SESSION]), ("createTab", [RECORD]), ("getTabs", []), ("focusTab", ["tab-1"]), ("closeTab", ["tab-1"])])
def test_with_a_foreign_session_in_front_calls_about_the_panel_are_refused(model, method, arguments):
    model.evaluate(FOREIGN)
    assert ask(model, method, *arguments)["error"]["errorCode"] == 20
    assert ask(model, "getFocusedSession")["value"] is None


def test_ten_sessions_are_the_limit_and_only_our_own_are_named(model):
    model.evaluate("host.addForeign()")
    for _ in range(9):
        assert ask(model, "canCreateSession")["value"] is True
        ask(model, "createSession", SESSION)
    assert ask(model, "canCreateSession")["value"] is False and "error" in ask(model, "createSession", SESSION)
    assert len(ask(model, "getAllSessions")["value"]) == 9


def test_a_mode_set_by_us_raises_no_event_and_one_by_the_agent_does(model):
    assert ask(model, "setMode", 0)["value"] == 0 and ask(model, "setMode", 3).get("error")
    assert model.evaluate("sent.length") == 0
    model.evaluate("host.chooseMode(1)")
    assert model.evaluate("sent[0]") == {"event": "onmodechanged", "isMap": False, "payload": '{"value":1}'}


def test_widths_below_three_hundred_are_ignored_and_half_a_screen_collapses(model):
    ask(model, "setWidth", 299)
    assert model.evaluate("host.width") == 360
    ask(model, "setWidth", 5_000)
    assert model.evaluate("host.mode") == 0


@pytest.mark.parametrize(("method", "input"), [
    ("createTab", {"templateName": "nothing"}), ("createTab", {"templateName": "msdyn_entityrecord", "templateParameters": {"other": 1}}),
    ("createSession", {"templateName": "msdyn_entity_session"}), ("notifyEvent", {"templateName": "nothing"}),
])  # fmt: skip
def test_unknown_templates_and_parameters_are_refused(model, method, input):
    error = ask(model, method, input)["error"]
    assert error["message"] and (error.get("msdyn_name") == "NotificationTemplateNotFoundError" if method == "notifyEvent" else error["errorCode"])


def test_a_form_takes_json_text_with_known_options_only(model):
    assert "error" in ask(model, "openForm", {"entityName": "contact"})
    assert "error" in ask(model, "openForm", json.dumps({"entityName": "contact", "cmdBar": True}))
    assert "value" in ask(model, "openForm", json.dumps({"entityName": "contact", "entityId": GUIDS[1], "cmdbar": True}))


@pytest.mark.parametrize(("query", "is_only", "count", "opens"), [
    ("?$filter=a", False, 1, "msdyn_entityrecord"), ("?$filter=a", True, 1, None), ("?$search=a", False, 1, "msdyn_searchpage"), ("?$filter=a", False, 2, "msdyn_searchpage"),
])  # fmt: skip
def test_a_search_opens_a_record_a_page_or_nothing(model, query, is_only, count, opens):
    model.evaluate("([count, id]) => { window.rows = Array.from({ length: count }, () => ({ entity: 'contact', contactid: id })); }", [count, GUIDS[1]])
    rows = json.loads(ask(model, "searchAndOpenRecords", "contact", query, is_only)["value"])
    assert list(rows) == [str(n) for n in range(count)]
    assert model.evaluate("host.front.tabs.slice(1).map((tab) => tab.templateName)") == ([opens] if opens else [])


def test_several_cases_open_no_search_page_and_a_phonecall_an_empty_form(model):
    model.evaluate("window.rows = [1, 2].map(() => ({ entity: 'incident', incidentid: 'x' })).concat({ entity: 'phonecall', phonecallid: 'y' })")
    ask(model, "searchAndOpenRecords", "incident", "?$filter=a", False)
    assert model.evaluate("host.front.tabs.length") == 1
    ask(model, "searchAndOpenRecords", "phonecall", "?$filter=a", False)
    assert model.evaluate("host.tabInFront.parameters.entityId") == ""


def test_a_request_for_focus_is_an_indicator_and_takes_no_focus(model):
    session = ask(model, "createSession", SESSION)["value"]
    model.evaluate("host.chooseSession('session-home')")
    ask(model, "requestFocusSession", session)
    assert model.evaluate("host.focused") == "session-home" and model.evaluate("(id) => host.session(id).hasIndicator", session)


def test_tabs_are_known_by_their_identifier_and_the_anchor_stays(model):
    session = ask(model, "createSession", SESSION)["value"]
    tab = ask(model, "createTab", RECORD)["value"]
    assert ask(model, "getFocusedTab")["value"] == tab and tab in ask(model, "getTabs")["value"]
    assert "error" in ask(model, "focusTab", "tab-99") and "error" in ask(model, "closeTab", "tab-99")
    assert "value" in ask(model, "closeTab", tab)
    assert "error" in ask(model, "closeTab", ask(model, "getFocusedTab")["value"])
    assert ask(model, "getSession", session)["value"]["isFocused"] is True


def test_presence_that_is_not_defined_is_false_and_no_rejection(model):
    assert ask(model, "setPresence", "available") == {"value": False}
    assert ask(model, "setPresence", "Away") == {"value": True}
    assert json.loads(ask(model, "getPresence")["value"])["presenceText"] == "Away"


def test_notifications_are_queued_to_ten_and_time_out(model):
    model.evaluate("window.pending = Array.from({ length: 10 }, () => attempt('notifyEvent', { templateName: 'patchbay_offer' }))")
    full = json.loads(ask(model, "notifyEvent", {"templateName": "patchbay_offer"})["value"])
    assert full == {"value": {"actionName": "Reject", "responseReason": "NotificationQueueLimitExceeded"}}
    outcome = json.loads(model.evaluate("pending[0]")["value"])
    assert outcome == {"value": {"actionName": "Timeout", "responseReason": "DisplayTimeout"}}


def test_click_to_act_needs_the_privilege_and_is_off_at_first(model):
    assert model.evaluate("host.click('+34911')") is False
    model.evaluate("host.faults.lacksPrivilege = true")
    assert "prvWrite" in ask(model, "setClickToAct", True)["error"]["message"]


def test_events_of_both_sides_reach_both(model):
    model.evaluate("window.heard = []; host.on('ours', (map) => heard.push(map.get('value')))")
    assert ask(model, "raiseEvent", "ours", {"a": 1})["value"] is True
    assert model.evaluate("heard") == [{"a": 1}] and model.evaluate("sent.at(-1).event") == "ours"


@pytest.mark.parametrize(("method", "arguments"), [("logAnalyticsEvent", [{"conversationId": "c"}, "n"]), ("notifyNewActivity", ["session-1", -1]), ("updateConversation", ["c", {"a": 1}]), ("createRecord", ["contact", {"a": 1}])])
def test_what_lacks_a_field_or_is_no_json_text_is_refused(model, method, arguments):
    assert "error" in ask(model, method, *arguments)


def test_the_environment_follows_the_page(model):
    assert json.loads(ask(model, "getEnvironment")["value"])["pagetype"] == "dashboard"
    model.evaluate("(id) => host.addTab({ entityName: 'contact', entityId: id })", GUIDS[1])
    page = json.loads(ask(model, "getEnvironment")["value"])
    assert (page["pagetype"], page["etn"], page["id"]) == ("entityrecord", "contact", GUIDS[1])


# The adapter's own parts


@pytest.fixture
def parts(model, cif_sites):
    from bridge_window import BRIDGE

    cif_sites.folder("crm.test", "/bridge/", BRIDGE)
    return model


ORIGIN = """async (given) => (await import("/bridge/cif/origin.js")).crmOriginOf(given)"""
ONE, TWO = "https://a.crm4.dynamics.com", "https://b.crm.dynamics.com"


@pytest.mark.parametrize(("given", "origin"), [
    ({"origins": [ONE], "search": "?ucilib=" + ONE}, ONE), ({"origins": [ONE, TWO], "search": f"?ucilib={TWO}/"}, TWO), ({"origins": [ONE], "search": "?ucilib=https://evil.test"}, None),
    ({"origins": [ONE], "search": "?ucilib="}, None), ({"origins": [ONE, TWO], "ancestor": TWO}, TWO), ({"origins": [ONE, TWO]}, None), ({"origins": [ONE]}, ONE), ({"origins": []}, None),
    ({"origins": [ONE], "ancestor": "https://evil.test"}, None), ({"origins": [ONE], "isAsked": False}, None), ({"origins": ["http://a.crm4.dynamics.com"]}, None), ({"origins": [ONE], "search": "?ucilib=https://a.crm4.dynamics.com.evil.test"}, None),
])  # fmt: skip
def test_the_crm_is_one_of_the_list_whatever_the_address_says(parts, given, origin):
    """Weakness 18: whole origins."""
    assert parts.evaluate(ORIGIN, given) == origin


@pytest.mark.parametrize(("value", "literal"), [("O'Hara", "'O%27%27Hara'"), ("+34 600", "'%2B34%20600'"), ("a&$top=1#%", "'a%26%24top%3D1%23%25'")])
def test_a_literal_is_doubled_and_encoded_as_a_whole(parts, value, literal):
    assert parts.evaluate("async (value) => (await import('/bridge/cif/lookup.js')).literal(value)", value) == literal


@pytest.mark.parametrize(("value", "action"), [
    ({"value": {"actionName": "Accept", "responseReason": "AutoAccept"}}, "accept"), ('{"value":"{\\"actionName\\":\\"Reject\\",\\"responseReason\\":\\"DeclinedByAgent\\"}"}', "reject"), ({"actionName": "Timeout", "responseReason": "DisplayTimeout"}, "timeout"),
    ({"value": {"actionName": "Reject", "responseReason": "NotificationQueueTimeLimitExceeded"}}, "full"), ({"value": {"actionName": "Reject"}}, "failed"), (None, "failed"), ("nonsense", "failed"), ({"value": {"actionName": "Cancel"}}, "failed"),
])  # fmt: skip
def test_an_outcome_is_the_agents_only_when_it_says_so(parts, value, action):
    assert parts.evaluate("async (value) => (await import('/bridge/cif/offers.js')).outcomeOf(value).action", value) == action
