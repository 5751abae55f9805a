"""`ccbridge` between a CRM page and a panel on different sites: handshake, requests, events."""

from __future__ import annotations

import pytest

from bridge_window import events, interaction, settle, wait_for_event


def test_the_handshake_connects_both_sides_and_tells_each_who_the_other_is(bridge):
    page, frame = bridge.enter()
    host = frame.evaluate("window.bridge.host")
    assert host["origin"] == "https://crm.test"
    assert host["user"] == {"crmUserId": "u-1", "name": "Ana"}
    assert host["theme"] == {"mode": "dark", "primary": "#0055aa"}
    assert (host["locale"], host["defaultRegion"]) == ("es-ES", "ES")
    assert set(host["capabilities"]) == {"screenpop", "log", "panel"}
    assert page.evaluate("window.bridge.agent") == {"id": "ana.ruiz", "name": "Ana Ruiz"}
    assert page.evaluate("window.bridge.capabilities") == ["interactions", "dial", "message", "control", "presence", "leader"]


def test_the_frame_may_use_what_it_needs_at_its_own_origin_only(bridge):
    page, _ = bridge.enter()
    frame = page.locator("iframe")
    assert frame.get_attribute("allow") == "; ".join(
        f"{feature} https://patchbay.test" for feature in ("microphone", "autoplay", "clipboard-write")
    )
    assert frame.get_attribute("title") == "Patchbay"
    assert frame.get_attribute("sandbox") is None


def test_a_third_party_cookie_of_the_panel_is_blocked_and_nothing_needs_it(bridge):
    _, frame = bridge.enter()
    frame.evaluate("document.cookie = 'third=1; Secure; SameSite=None'")
    assert "third=1" not in frame.evaluate("document.cookie")
    # One of this CRM's partition is let through: what a session of a framed panel may be kept in.
    frame.evaluate("document.cookie = 'partitioned=1; Secure; SameSite=None; Partitioned'")
    assert "partitioned=1" in frame.evaluate("document.cookie")


def test_a_dial_is_answered_with_what_the_panel_did(bridge):
    page, frame = bridge.enter()
    answer = page.evaluate("window.bridge.dial('+34 600 123 456', { record: { entity: 'contact', id: 'c-1', label: 'Lucía' } })")
    assert answer == {"status": "placed", "e164": "+34600123456", "interactionId": "DL1"}
    (acted,) = frame.evaluate("window.acted")
    assert acted["data"] == {
        "number": "+34 600 123 456", "region": "ES", "autoPlace": True,
        "record": {"entity": "contact", "id": "c-1", "label": "Lucía"},
    }  # fmt: skip
    assert len(acted["meta"]["id"]) == 36 and acted["meta"]["origin"] == "https://crm.test"
    assert acted["meta"]["isCompatible"] is False


def test_a_refusal_and_a_typed_error_reach_the_page(bridge):
    page, frame = bridge.enter()
    frame.evaluate("window.answers = { 'dial.request': () => ({ status: 'refused', reason: 'busy', detail: 'A call is on.' }) }")
    assert page.evaluate("window.bridge.dial('1')") == {"status": "refused", "reason": "busy", "detail": "A call is on."}
    frame.evaluate("window.answers = { 'control.request': () => { throw new BridgeError('not_found', 'No such call.') } }")
    error = page.evaluate("window.outcome(window.bridge.control('WT1', 'hold'))")["error"]
    assert (error["name"], error["code"], error["message"], error["retryable"]) == ("BridgeError", "not_found", "No such call.", False)
    frame.evaluate("window.answers = { 'control.request': () => { throw new Error('secret') } }")
    error = page.evaluate("window.outcome(window.bridge.control('WT1', 'hold'))")["error"]
    assert error["code"] == "internal" and "secret" not in error["message"]
    assert page.evaluate("window.outcome(window.bridge.message({ channel: 'sms', to: '+34600111222' }))")["error"]["code"] == "unknown_type"


def test_a_request_that_nobody_answers_ends_by_its_time_limit(bridge):
    page, frame = bridge.enter()
    frame.evaluate("window.answers = { 'dial.request': () => new Promise(() => {}) }")
    assert page.evaluate("window.outcome(window.bridge.dial('1', { timeoutMs: 100 }))")["error"]["code"] == "timeout"


def test_a_dial_made_before_the_panel_is_there_waits_but_never_comes_late(bridge):
    page = bridge.open("https://crm.test/?wait")
    page.wait_for_function("window.mount !== undefined")
    page.evaluate("window.mount({ path: '/nothing' })")
    assert page.evaluate("window.outcome(window.bridge.dial('1', { timeoutMs: 200 }))")["error"]["code"] == "timeout"
    page.evaluate("window.waiting = window.outcome(window.bridge.dial('+34600123456')); window.bridge.iframe.src = 'https://patchbay.test/panel/'; 0")
    frame = bridge.connected(page)
    assert page.evaluate("window.waiting")["value"]["status"] == "placed"
    assert [act["data"]["number"] for act in frame.evaluate("window.acted")] == ["+34600123456"]
    bridge.allowed = ("404",)


def test_events_of_an_interaction_arrive_whole_and_an_update_carries_what_changed(bridge):
    page, frame = bridge.enter()
    first = interaction(secret="of the server", customer={"name": "Lucía", "identityVerified": False, "ssn": "1"})
    frame.evaluate("(one) => window.bridge.interaction('offered', one)", first)
    wait_for_event(page, "interaction", "offered")
    told = events(page, "interaction")[0]["interaction"]
    assert told["from"] == "+34600111222" and told["queue"] == {"id": "WQ1", "name": "Sales"}
    assert "secret" not in told and "ssn" not in told["customer"]
    frame.evaluate("(one) => window.bridge.interaction('updated', one)", first | {"held": True, "state": "connected"})
    wait_for_event(page, "interaction", "updated")
    assert events(page, "interaction")[1]["interaction"] == told | {"held": True, "state": "connected"}
    assert page.evaluate("window.bridge.interactions") == [told | {"held": True, "state": "connected"}]
    assert frame.evaluate("(one) => window.bridge.interaction('updated', one)", first | {"held": True, "state": "connected"}) is False


def test_what_the_server_got_wrong_is_a_problem_and_not_an_exception(bridge):
    page, frame = bridge.enter()
    assert frame.evaluate("(one) => window.bridge.interaction('offered', one)", interaction(channel="pigeon")) is False
    assert events(frame, "problem")[0]["code"] == "bad_schema"
    assert "pigeon" not in events(frame, "problem")[0]["message"]


def test_a_long_name_is_cut_and_hides_no_call(bridge):
    """A visitor gives himself any name, and a contact in the CRM has any company."""
    page, frame = bridge.enter()
    match = {"entity": "contact", "id": "c-1", "label": "L" * 999, "detail": "D" * 999, "matchedOn": "name", "score": 0.4, "url": "https://crm.test/" + "u" * 2_000}
    customer = {"name": "N" * 199 + "😀" * 9, "phone": "+34600111222", "email": "e" * 999, "identityVerified": False}
    one = interaction(customer=customer, matches=[match], attributes={"note": "x" * 2_001}, **{"from": "f" * 999})
    assert frame.evaluate("(one) => window.bridge.interaction('offered', one)", one) is True
    wait_for_event(page, "interaction", "offered")
    told = events(page, "interaction")[0]["interaction"]
    assert told["customer"] == {"name": "N" * 199, "phone": "+34600111222", "identityVerified": False}
    assert told["matches"] == [{"entity": "contact", "id": "c-1", "label": "L" * 200, "detail": "D" * 300, "matchedOn": "name", "score": 0.4}]
    assert (told["from"], told["attributes"]) == ("f" * 320, {"note": "x" * 2_000})
    ask = "(data) => window.bridge.screenPop({ interactionId: 'WT1', trigger: 'accepted', ...data })"
    asked = {"candidates": [match, match | {"id": "c-2"}], "query": {"name": "N" * 999, "email": "e" * 999}, "defaults": {"name": "N" * 2_001}}
    assert frame.evaluate(ask, asked)["outcome"] == "multiple"
    assert page.evaluate("window.asked")[0]["query"] == {"name": "N" * 200}


def test_one_interaction_that_does_not_fit_hides_neither_the_agent_nor_the_others(bridge):
    page, frame = bridge.enter()
    frame.evaluate("(all) => { window.world.interactions = all; window.bridge.refresh(); }", [interaction(1), interaction(2, channel="pigeon"), interaction(3)])
    page.wait_for_function("window.bridge.interactions.length === 2")
    assert page.evaluate("window.bridge.agent") == {"id": "ana.ruiz", "name": "Ana Ruiz"}
    assert page.evaluate("window.bridge.interactions.map((one) => one.interactionId)") == ["WT1", "WT3"]
    assert [problem["code"] for problem in events(frame, "problem")] == ["bad_schema"]


@pytest.mark.parametrize(
    ("count", "more", "told", "missing"),
    [
        (14, {"codes": 50}, 14, {"matches"}),
        (50, {}, 50, {"matches"}),
        (40, {"codes": 100}, 40, {"matches", "codes"}),
        (40, {"attributes": {"text": "x" * 2_000}}, 40, {"matches", "codes", "attributes"}),
        (50, {"from": "é" * 320, "to": "é" * 320, "customer": {"name": "é" * 200, "email": "é" * 320}}, 10, {"matches", "codes"}),
    ],
)
def test_a_snapshot_that_is_too_large_for_a_message_leaves_out_what_is_needed_least(bridge, count, more, told, missing):
    page, frame = bridge.enter()
    match = {"entity": "contact", "label": "Lucía", "matchedOn": "name", "score": 0.4}
    codes = [{"code": f"c{number}", "label": "Sale", "requiresNotes": False} for number in range(more.pop("codes", 1))]
    fields = {"matches": [match | {"id": f"c-{number}"} for number in range(20)], "disposition": {"required": True, "codes": codes}} | more
    frame.evaluate("(all) => { window.world.interactions = all; window.bridge.refresh(); }", [interaction(number, **fields) for number in range(count)])
    page.wait_for_function("window.bridge.interactions.length > 0")
    got = page.evaluate("window.bridge.interactions")
    assert len(got) == count if told == count else told < len(got) < count
    assert got[-1]["interactionId"] == f"WT{count - 1}" and events(frame, "problem") == []
    assert ("matches" not in got[0], not got[0].get("disposition", {}).get("codes"), got[0]["attributes"] == {}) == ("matches" in missing, "codes" in missing, True)
    # What was left out comes with the next update.
    frame.evaluate("(one) => window.bridge.interaction('updated', one)", interaction(count - 1, **fields))
    page.wait_for_function("window.bridge.interactions.at(-1).matches?.length === 20")


def test_a_screen_pop_is_asked_and_answered(bridge):
    page, frame = bridge.enter()
    record = {"entity": "contact", "id": "c-1", "label": "Lucía"}
    ask = "(data) => window.bridge.screenPop({ interactionId: 'WT1', trigger: 'accepted', ...data })"
    assert frame.evaluate(ask, {"record": record}) == {"outcome": "opened", "record": record, "matches": []}
    match = {"entity": "contact", "id": "c-1", "label": "Lucía", "matchedOn": "phone_exact", "score": 1}
    assert frame.evaluate(ask, {"candidates": [match, match | {"id": "c-2"}]})["outcome"] == "multiple"
    assert frame.evaluate(ask, {"query": {"phone": "+34600111222"}, "defaults": {"phone": "+34600111222"}})["outcome"] == "none"
    page.evaluate("window.popAnswer = () => ({ outcome: 'created', record: { entity: 'contact', id: 'c-9' }, tabId: 't' })")
    assert frame.evaluate(ask, {}) == {"outcome": "created", "record": {"entity": "contact", "id": "c-9"}, "matches": [], "tabId": "t"}
    page.evaluate("window.popAnswer = () => ({ outcome: 'exploded' })")
    assert frame.evaluate(f"(data) => ({ask})(data).catch((error) => error.code)", {}) == "bad_schema"
    assert len(page.evaluate("window.asked")) == 5


def test_selection_goes_both_ways_and_not_round_in_circles(bridge):
    page, frame = bridge.enter()
    frame.evaluate("window.bridge.select('WT1')")
    wait_for_event(page, "selected", "WT1")
    page.evaluate("window.bridge.select('WT1'); window.bridge.select('WT2')")
    wait_for_event(frame, "interaction.selected", "WT2")
    frame.evaluate("window.bridge.select('WT2')")
    settle(page, frame)
    assert events(page, "selected") == [{"interactionId": "WT1"}]
    assert events(frame, "interaction.selected") == [{"interactionId": "WT2"}]


def test_records_presence_leader_sign_in_and_logs_are_told(bridge):
    page, frame = bridge.enter()
    page.evaluate("window.bridge.setCurrentRecord({ entity: 'contact', id: 'c-1' }, 'https://crm.test/c-1')")
    wait_for_event(frame, "record.current", "c-1")
    page.evaluate("window.bridge.chooseRecord('WT1', { entity: 'contact', id: 'c-2' })")
    wait_for_event(frame, "record.choose", "c-2")
    assert page.evaluate("window.bridge.setPresence('Break')")["presence"] == "Break"
    frame.evaluate("window.bridge.presence({ presence: 'Offline', available: false, sinceTs: 5 })")
    frame.evaluate("window.bridge.presence({ presence: 'Offline', available: false, sinceTs: 5 })")
    frame.evaluate("window.bridge.leader({ leader: true, holderPanelId: 'panel-1' })")
    frame.evaluate("window.bridge.auth(false)")
    wait_for_event(page, "auth")
    assert events(page, "presence") == [{"presence": "Offline", "available": False, "sinceTs": 5, "source": "panel"}]
    assert page.evaluate("window.bridge.leader") is True
    log = {
        "interactionId": "WT1", "channel": "voice", "direction": "inbound", "from": "+1", "to": "+2", "agentId": "ana.ruiz", "startedTs": 1,
        "endedTs": 2, "ringMs": 1, "talkMs": 1, "holdMs": 0, "wrapMs": 0, "outcome": "completed", "revision": 1,
    }  # fmt: skip
    saved = frame.evaluate("(log) => window.bridge.saveLog(log, 'WT1.1')", log)
    assert saved == {"status": "saved", "activity": {"entity": "phonecall", "id": "a-WT1.1"}}


def test_the_panel_sizes_its_frame_when_the_page_has_no_other_idea(bridge):
    page, frame = bridge.enter()
    assert frame.evaluate("window.bridge.setPanel({ mode: 'min' })") == {"mode": "min"}
    assert page.locator("iframe").evaluate("(frame) => frame.style.height") == "48px"
    frame.evaluate("window.bridge.setPanel({ mode: 'dock', heightPx: 300, widthPx: 420 })")
    assert page.locator("iframe").bounding_box()["width"] == 420
    frame.evaluate("window.bridge.setPanel({ mode: 'hide' })")
    assert not page.locator("iframe").is_visible()


def test_a_panel_that_nothing_frames_is_on_its_own(bridge):
    page = bridge.open("https://patchbay.test/panel/")
    page.wait_for_function("window.isLoaded")
    assert page.evaluate("window.bridge.state") == "standalone"
    assert page.evaluate("window.bridge.screenPop({ interactionId: 'a', trigger: 'manual' }).catch((error) => error.code)") == "not_ready"
    assert page.evaluate("window.bridge.interaction('offered', {})") is False


def test_a_bridge_that_is_destroyed_ends_its_requests_and_takes_its_frame_away(bridge):
    page, frame = bridge.enter()
    frame.evaluate("window.answers = { 'dial.request': () => new Promise(() => {}) }")
    page.evaluate("window.open = window.outcome(window.bridge.dial('1')); window.bridge.destroy()")
    assert page.evaluate("window.open")["error"]["code"] == "not_ready"
    assert page.locator("iframe").count() == 0
    assert page.evaluate("window.outcome(window.bridge.dial('1'))")["error"]["code"] == "not_ready"
