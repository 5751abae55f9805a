"""One test for each weakness of the samples' pages and plug-ins (crm.md, part e: 1 to 9 and 25), against the real panel.

The panel is the product's, framed by a CRM page of another site; the Gateway behind it is played (panel_stub.py).
"""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from bridge_window import BRIDGE, CRM, HOSTILE, PAGES, PANEL, BridgeWindow, events, until, wait_for_event
from conftest import CHROMIUM
from panel_stub import interaction
from panel_window import REFUSALS, sign_in
from sites import Sites
from test_flex_plugin import FakeGateway, Flex  # noqa: F401

ORIGINS = {"origins": [CRM], "compatibilityOrigins": []}


@pytest.fixture(scope="module")
def desk_sites(driver, tmp_path_factory, panel_stub):
    with Sites(tmp_path_factory.mktemp("desk")) as sites:
        sites.folder("crm.test", "/", PAGES / "crm")
        sites.proxy("patchbay.test", "/", panel_stub.url)
        for name in ("crm.test", "evil.test"):
            sites.folder(name, "/bridge/", BRIDGE)
        sites.context = sites.browser(driver, CHROMIUM, locale="en-GB", reduced_motion="reduce")
        sites.context.set_default_timeout(15_000)
        yield sites


class Desk(BridgeWindow):
    """CRM pages with the real panel in them; a script error of either side fails the test."""

    def __init__(self, sites, stub):
        super().__init__(sites, sites.context)
        self.stub = stub
        self.allowed = REFUSALS

    def panel_in(self, page):
        page.locator("iframe").first.wait_for()
        page.frame_locator("iframe").first.locator("textarea.token, .pill-live").first.wait_for(state="attached")
        return next(one for one in page.frames if one.url.startswith(PANEL))

    def sign_in(self, frame):
        """Signs in without the window that a frame would open, where another tab has not done so, and waits until the panel is live."""
        frame.locator("summary, .pill-live").first.wait_for(state="attached")
        if frame.locator(".pill-live").count() == 0:
            frame.locator("summary").click()
            sign_in(frame)
        return frame

    def sit_down(self, script: str = "", options: str = ""):
        """A CRM page, connected, with the agent signed in."""
        page = self.open(CRM + "/?wait", script)
        page.wait_for_function("window.mount !== undefined")
        page.evaluate(f"window.mount({{ locale: 'en', {options} }})")
        frame = self.sign_in(self.panel_in(page))
        page.wait_for_function("window.bridge.state === 'connected' && window.bridge.agent !== null")
        return page, frame


@pytest.fixture
def desk(desk_sites, stub):
    other, stub.crm = stub.crm, CRM
    desk = Desk(desk_sites, stub)
    yield desk
    desk.close()
    stub.crm = other
    desk_sites.sites["patchbay.test"].pages.clear()
    assert desk.unexpected() == []


def told(page) -> list[str]:
    return [event["event"] for event in events(page, "interaction")]


def test_weakness_1_a_window_message_starts_no_call(desk):
    page, frame = desk.sit_down()
    desk.site("evil.test", "/neighbour", "<script>for (const data of ['+34600123456', { type: 'dial.request' }]) parent.frames[0].postMessage(data, '*')</script>")
    page.evaluate("() => { const other = document.createElement('iframe'); other.src = 'https://evil.test/neighbour'; document.body.append(other) }")
    page.evaluate("""() => { for (const data of ["+34600123456", 34600123456, { number: "+34600123456" }, '{"destination":"+34600123456"}',
        { ns: "ccbridge", v: 1, type: "dial.request", id: "i", sid: window.bridge.sid, seq: 1, ts: Date.now(), data: { number: "+34600123456", autoPlace: true } }])
        frames[0].postMessage(data, "*") }""")
    until(lambda: frame.evaluate("window.received.length") >= 8)
    assert desk.stub.asked("/v1/dials") == []
    assert page.evaluate("window.bridge.dial('600 12 34 56')")["status"] in ("placed", "refused")
    assert len(desk.stub.asked("/v1/dials", "POST")) == 1


def test_weakness_2_no_other_page_and_no_neighbour_learns_of_a_call(desk):
    desk.site("evil.test", "/", "<iframe src='https://patchbay.test/panel/'></iframe>")
    desk.allowed = (*REFUSALS, "frame-ancestors", "Framing 'https://patchbay.test/'")
    desk.stub.offer(interaction())
    clickjacking = desk.open("https://evil.test/")
    until(lambda: any("frame-ancestors" in problem or "Framing" in problem for problem in desk.problems) or clickjacking.wait_for_timeout(20))
    assert clickjacking.evaluate("window.received") == []
    desk.site("evil.test", "/neighbour", "")
    page, frame = desk.sit_down()
    page.evaluate("() => { const other = document.createElement('iframe'); other.src = 'https://evil.test/neighbour'; document.body.append(other) }")
    desk.stub.offer(interaction(2))
    page.wait_for_function("window.bridge.interactions.length === 2")
    neighbour = until(lambda: next((one for one in page.frames if "evil" in one.url), None) or page.wait_for_timeout(20))
    assert neighbour.evaluate("window.received") == []
    alone = desk.open(PANEL + "/panel/")
    alone.locator("textarea.token, .pill-live").first.wait_for(state="attached")
    if alone.locator(".pill-live").count() == 0:
        sign_in(alone)
    expect(alone.locator(".pill-live")).to_be_attached()
    assert alone.evaluate("window.received") == []
    # What the page itself hears at its window is the knock, without anything of anybody in it.
    assert {message["data"]["type"] for message in page.evaluate("window.received")} == {"hello"}
    assert "+346" not in json.dumps(page.evaluate("window.received"))


def test_weakness_3_a_quote_in_a_value_breaks_no_message_and_adds_no_field(desk):
    page, _ = desk.sit_down()
    name = 'Ana "la jefa", \\ \u2028 ","agent":"mallory'
    desk.stub.offer(interaction(customer={"name": name, "identityVerified": False}, **{"from": '+34","pop":"x'}))
    wait_for_event(page, "interaction", "offered")
    one = events(page, "interaction")[-1]["interaction"]
    assert one["customer"]["name"] == name and one["from"] == '+34","pop":"x'
    assert "agent" not in one and "pop" not in one
    desk.configure(compatibilityOrigins=[CRM])
    # The sample's page takes every message for JSON text, the greeting of the bridge too (IF-B2).
    desk.allowed = (*desk.allowed, "is not valid JSON")
    sample = desk.open(CRM + "/inside-iframe.html")
    desk.sign_in(desk.panel_in(sample))

    def shown() -> bool:
        return sample.locator("#agent").text_content() == "ana.ruiz" and sample.locator("#from").text_content() == ""

    # Nothing tells from outside when the panel has found the page to be one of the sample's: calls come until one is shown.
    for number in range(2, 14):
        call = desk.stub.offer(interaction(number, **{"from": '+34","agent":"mallory'}))
        desk.stub.change(call, "missed", state="missed", endedTs=call["offeredTs"] + 1_000)
        sample.wait_for_timeout(1_000)
        if shown():
            break
    until(shown)
    assert sample.locator("#agent").text_content() == "ana.ruiz"


def test_weakness_4_foreign_messages_throw_nothing_and_markup_stays_text(desk):
    page, frame = desk.sit_down()
    page.evaluate("(hostile) => { for (const data of [hostile, '{', 'undefined', 7, null, undefined, [], new Date(), { pop: hostile }]) { postMessage(data, '*'); frames[0].postMessage(data, '*') } }", HOSTILE)
    record = {"entity": "contact", "id": "C-1", "label": HOSTILE}
    call = desk.stub.offer(interaction(customer={"name": HOSTILE, "phone": "+34600000001", "identityVerified": False}, queue={"id": "WQ1", "name": HOSTILE}, record=record, **{"from": HOSTILE}))
    expect(frame.locator(".offer")).to_contain_text(HOSTILE)
    desk.stub.change(call, "connected", state="connected", acceptedTs=call["offeredTs"], connectedTs=call["offeredTs"])
    expect(frame.locator(".call-phase")).to_have_text("On the call")
    desk.stub.pop(call, "one", [{"entity": "contact", "id": "C-1", "label": HOSTILE, "matchedOn": "phone_exact", "score": 1}])
    page.wait_for_function("window.asked.length === 1")
    assert page.evaluate("window.asked")[0]["record"]["label"] == HOSTILE
    for side in (page, frame):
        assert side.evaluate("window.hacked") is None
        assert side.locator("script:not([src]), img[src=x]").count() == 0


def test_weakness_5_a_pop_follows_what_happened_and_no_action_is_replaced(desk, bridge_sites):
    page, frame = desk.sit_down()
    desk.stub.fail("/actions$", 409, times=1, code="crm.wrong_state", detail="Another agent has it.")
    desk.stub.offer(interaction())
    frame.locator(".offer .accept").click()
    until(lambda: desk.stub.asked("/actions$"))
    page.evaluate("window.bridge.snapshot()")
    assert "accepted" not in told(page) and page.evaluate("window.asked") == []
    gateway = FakeGateway(bridge_sites)
    window = BridgeWindow(bridge_sites, bridge_sites.context)
    try:
        flex = Flex(window, gateway)
        flex.offer()
        flex.frame.evaluate("window.standin.failing.set('AcceptTask', 'Somebody else has it')")
        flex.frame.evaluate("Twilio.Flex.Actions.invokeAction('AcceptTask', { sid: 'WR1' }).catch(() => {})")
        assert flex.told() == ["offered"] and flex.page.evaluate("window.asked") == []
        assert flex.frame.evaluate("window.standin.replaced()") == 0
    finally:
        window.close()
        gateway.stream.end()
        bridge_sites.sites["patchbay.test"].functions.clear()
        bridge_sites.sites["patchbay.test"].streams.clear()


@pytest.mark.parametrize("end", ["agent", "customer", "transfer", "missed"])
def test_weakness_6_every_end_is_logged_once_with_times_in_milliseconds(desk, end):
    page, frame = desk.sit_down(options="onLog: (log) => { (window.logs ??= []).push(log); return { status: 'saved' } }")
    page.wait_for_function("window.bridge.leader === true")
    call = desk.stub.offer(interaction(disposition={"required": False, "codes": []}))
    at = call["offeredTs"]
    if end == "missed":
        desk.stub.change(call, "missed", state="missed", endedTs=at + 15_000, outcome="missed")
    else:
        desk.stub.change(call, "connected", state="connected", acceptedTs=at + 2_000, connectedTs=at + 2_500)
        ended = {"endedTs": at + 62_500, "wrapupTs": at + 62_500, "endedBy": end if end != "transfer" else "agent"}
        if end == "transfer":
            desk.stub.change(call, "transferred", state="transferred", transfer={"target": {"kind": "queue", "id": "WQ7"}, "mode": "cold", "state": "done"}, **ended, completedTs=at + 62_500, outcome="completed")
        else:
            desk.stub.change(call, "wrapup", state="wrapup", **ended)
            desk.stub.change(call, "completed", state="completed", completedTs=at + 70_000, outcome="completed")
    page.wait_for_function("window.logs?.length > 0")
    # The same news again, as after a lost connection.
    desk.stub.push("interaction.updated", {"agentId": "ana.ruiz", "event": "completed", "interaction": desk.stub.recent[0]})
    page.evaluate("window.bridge.snapshot()")
    (log,) = page.evaluate("window.logs")
    assert log["idempotencyKey"].startswith(call["interactionId"])
    assert log["log"]["agentId"] == "ana.ruiz"
    if end == "missed":
        assert (log["log"]["outcome"], log["log"]["talkMs"]) == ("missed", 0)
    else:
        # From the offer to the answer, and from there to the end: not the age of the task.
        assert (log["log"]["ringMs"], log["log"]["talkMs"]) in ((2_000, 60_000), (2_500, 60_000))


def test_weakness_7_every_message_has_a_type_an_id_a_version_and_a_number(desk):
    page, frame = desk.sit_down()
    desk.stub.offer(interaction())
    wait_for_event(page, "interaction", "offered")
    page.evaluate("window.bridge.snapshot()")
    for side in (page, frame):
        sent = [message for message in side.evaluate("window.sent") if isinstance(message, dict) and message.get("ns") == "ccbridge"]
        assert sent and all({"ns", "v", "type", "id", "sid", "seq", "ts", "data"} <= message.keys() for message in sent)
        assert len({message["id"] for message in sent}) == len(sent)
        numbered = [message["seq"] for message in sent if message["type"] not in ("ping", "pong", "ready", "error", "unloading")]
        assert numbered == list(range(1, len(numbered) + 1))
        assert {message["v"] for message in sent} == {1}


def test_weakness_8_nothing_but_named_fields_goes_to_the_parent_and_nothing_to_the_top(desk):
    desk.site("crm.test", "/inner", """<div id=patchbay></div><script type=module>
        import { mountPanel } from "https://patchbay.test/bridge/ccbridge-host.js";
        window.bridge = mountPanel({ element: "#patchbay", panel: "https://patchbay.test" });</script>""")
    desk.site("crm.test", "/outer", "<iframe src='/inner' style='width: 500px; height: 700px'></iframe>")
    page = desk.open(CRM + "/outer")
    inner = until(lambda: next((one for one in page.frames if one.url.endswith("/inner")), None) or page.wait_for_timeout(20))
    inner.locator("iframe").wait_for()
    until(lambda: any(one.url.startswith(PANEL) for one in page.frames) or page.wait_for_timeout(20))
    panel = next(one for one in page.frames if one.url.startswith(PANEL))
    panel.locator("summary").wait_for()
    desk.sign_in(panel)
    desk.stub.offer(interaction(attributes={"vip": True}, iban="ES00", internalNotes="no", customer={"name": "Lucía", "identityVerified": True, "passport": "X1"}))
    inner.wait_for_function("window.bridge.interactions.length === 1")
    one = inner.evaluate("window.bridge.interactions")[0]
    assert one["attributes"] == {"vip": True} and one["customer"] == {"name": "Lucía", "identityVerified": True}
    assert "iban" not in one and "internalNotes" not in one
    assert "iban" not in json.dumps(panel.evaluate("window.sent"), default=str)
    assert page.evaluate("window.received") == []


def test_weakness_9_missing_fields_and_foreign_pictures_break_nothing_and_the_microphone_is_allowed(desk):
    page, frame = desk.sit_down()
    desk.stub.offer(interaction(customer={"identityVerified": False}, queue=None, attributes={}, **{"from": ""}))
    expect(frame.locator(".offer")).to_be_visible()
    wait_for_event(page, "interaction", "offered")
    assert events(page, "interaction")[-1]["interaction"].get("queue") is None
    assert "microphone https://patchbay.test" in page.locator("iframe").get_attribute("allow")
    desk.configure(compatibilityOrigins=[CRM])
    sample = desk.open(CRM + "/feathercorp.html")
    second = desk.sign_in(desk.panel_in(sample))
    desk.stub.offer(interaction(2, customer={"identityVerified": False}, attributes={"account_data": {"img_src": "//evil.test/x.png"}}))
    call = desk.stub.offer(interaction(3, state="connected", attributes={"account_data": {"first_name": 7, "img_src": "../../x.png"}}))
    expect(second.locator(".call-phase")).to_have_text("On the call")
    # The call that was connected is selected: its names are those of nobody, its picture none.
    sample.wait_for_function("window.pictures.length > 0")
    assert set(sample.evaluate("window.pictures")) == {"/pictures/"}
    assert call["interactionId"] not in json.dumps(sample.evaluate("window.received"))


def test_weakness_25_a_reload_in_a_call_resumes_other_versions_part_and_of_two_tabs_one_leads(desk):
    page, frame = desk.sit_down()
    page.wait_for_function("window.bridge.leader === true")
    sid = page.evaluate("window.bridge.sid")
    call = desk.stub.offer(interaction(state="connected"))
    expect(frame.locator(".call-phase")).to_have_text("On the call")
    other, other_frame = desk.sit_down()
    expect(other_frame.get_by_text("This panel is active in another tab")).to_be_visible()
    desk.stub.pop(call, "one", [{"entity": "contact", "id": "C-1", "label": "Lucía", "matchedOn": "phone_exact", "score": 1}])
    page.wait_for_function("window.asked.length === 1")
    other.evaluate("window.bridge.snapshot()")
    assert other.evaluate("window.asked") == []
    refused = other.evaluate("window.bridge.dial('600123456')")
    assert (refused["status"], refused["reason"]) == ("refused", "not_leader")
    assert desk.stub.asked("/v1/dials") == []
    frame.evaluate("setTimeout(() => location.reload(), 0)")
    page.wait_for_function("window.bridge.state === 'lost'")
    page.wait_for_function("window.bridge.state === 'connected' && window.bridge.agent !== null && window.bridge.interactions.length === 1")
    assert page.evaluate("window.bridge.sid") == sid
    expect(desk.panel_in(page).locator(".call-phase")).to_have_text("On the call")
    desk.site("crm.test", "/next-version", """<iframe src="https://patchbay.test/panel/"></iframe><script>
        addEventListener("message", (event) => event.source.postMessage({ ns: "ccbridge", v: 9, type: "reject", id: "i", seq: 0, ts: 1,
          data: { nonce: event.data.data.nonce, code: "unsupported_version", versions: [9] } }, event.origin))</script>""")
    newer = desk.open(CRM + "/next-version")
    panel = desk.panel_in(newer)
    panel.wait_for_timeout(700)
    assert len(newer.evaluate("window.received")) <= 3
    expect(panel.locator("textarea.token, .pill-live").first).to_be_attached()
