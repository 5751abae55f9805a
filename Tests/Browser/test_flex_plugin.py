"""The plug-in in a stand-in of Flex, framed by a CRM page of another site, with a Gateway of a third."""

from __future__ import annotations

import json
import threading

import pytest

from bridge_window import CRM, events, frame_of, settle, until, wait_for_event
from web_sources import ROOT

FLEX = "https://flex.test"
GATEWAY = "https://patchbay.test"
STANDIN = ROOT / "Tests" / "Browser" / "flex_standin"
PLUGIN = ROOT / "Sources" / "Gateway" / "Web" / "flex"
CORS = {"Access-Control-Allow-Origin": FLEX, "Access-Control-Allow-Headers": "authorization, content-type, last-event-id", "Access-Control-Allow-Methods": "GET, POST"}
PERMITTED = {
    "agentId": "ana.ruiz", "status": "flex", "e164": "+34600123456", "interactionId": "DL1", "destination": "+34600123456",
    "callerId": "+34910000000", "queueSid": "WQ9", "taskAttributes": {"crm": "c-1"},
}  # fmt: skip


class FakeGateway:
    """What the Gateway answers to the plug-in: dials, pops, the stream; and what it was asked."""

    def __init__(self, sites):
        self.sites = sites
        self.dials: list[dict] = []
        self.pops: list[dict] = []
        self.tokens: list[str] = []
        self.status = 202
        self.words: list[tuple[str, dict]] = []
        sites.folder("flex.test", "/", STANDIN)
        sites.folder("patchbay.test", "/flex/", PLUGIN)
        sites.function("patchbay.test", "/v1/dials", self.dial)
        sites.function("patchbay.test", "/v1/agent/pops/P1", self.pop)
        self.stream = sites.stream("patchbay.test", "/v1/stream", CORS)
        sites.function("patchbay.test", "/v1/stream", lambda *_: (204, None, CORS))
        self.configure()

    def configure(self, **more):
        config = {"origins": [CRM], "compatibilityOrigins": []} | more
        self.sites.function("patchbay.test", "/v1/panel/config", lambda *_: (200, config, CORS))

    def dial(self, method, headers, body):
        if method == "OPTIONS":
            return 204, None, CORS
        self.tokens.append(headers["Authorization"])
        self.dials.append(json.loads(body))
        dial = f"DL{len(self.dials)}"
        for topic, data in self.words:
            self.stream.send(topic, {"dialId": dial} | data)
        if self.status != 202:
            return self.status, {"title": "Refused", "detail": "Not now."}, CORS
        return 202, {"dialId": dial}, CORS

    def pop(self, method, _, body):
        if method != "OPTIONS":
            self.pops.append(json.loads(body))
        return 204, None, CORS


@pytest.fixture
def gateway(bridge_sites):
    yield (fake := FakeGateway(bridge_sites))
    fake.stream.end()
    site = bridge_sites.sites["patchbay.test"]
    site.functions.clear()
    site.streams.clear()


class Flex:
    """A CRM page with Flex in it, connected."""

    def __init__(self, bridge, gateway, script: str = ""):
        self.page = bridge.open(CRM + "/?wait", script)
        self.page.wait_for_function("window.mount !== undefined")
        self.page.evaluate(f"window.mount({{ panel: '{FLEX}', path: '/', title: 'Flex' }})")
        self.frame = frame_of(self.page, FLEX)
        self.page.wait_for_function("window.bridge.state === 'connected'")
        until(lambda: gateway.stream.readers >= 1)

    def offer(self, number: int = 1, attributes: dict | None = None, more: dict | None = None) -> None:
        self.frame.evaluate("([n, attributes, more]) => window.standin.offer(n, attributes, more)", [number, attributes or {}, more or {}])

    def act(self, action: str, number: int = 1, **payload) -> None:
        self.frame.evaluate("([name, payload]) => Twilio.Flex.Actions.invokeAction(name, payload)", [action, {"sid": f"WR{number}"} | payload])

    def become(self, status: str, event: str, number: int = 1) -> None:
        self.frame.evaluate("([n, status, event]) => window.standin.become(n, status, event)", [number, status, event])

    def told(self, number: int = 1) -> list[str]:
        settle(self.page, self.frame)
        return [event["event"] for event in events(self.page, "interaction") if event["interaction"]["interactionId"] == f"WT{number}"]

    def last(self) -> dict:
        settle(self.page, self.frame)
        return events(self.page, "interaction")[-1]["interaction"]

    def invoked(self, name: str) -> list[dict]:
        return [one["payload"] for one in self.frame.evaluate("window.standin.invoked") if one["name"] == name]


@pytest.fixture
def flex(bridge, gateway):
    flex = Flex(bridge, gateway)
    yield flex
    assert flex.frame.evaluate("window.standin.replaced()") == 0, "an action was replaced"


def test_framed_it_hides_the_second_panel_and_says_who_the_agent_is(flex, gateway):
    assert flex.frame.evaluate("Twilio.Flex.AgentDesktopView.defaultProps.showPanel2") is False
    assert flex.page.evaluate("window.bridge.agent") == {"id": "ana.ruiz", "name": "Ana Ruiz"}
    assert gateway.stream.requests[0]["authorization"] == "Bearer flex-token"


def test_unframed_it_leaves_flex_alone(bridge, gateway):
    page = bridge.open(FLEX + "/")
    page.wait_for_function("window.isLoaded")
    page.evaluate("window.standin.offer(1)")
    assert page.evaluate("Twilio.Flex.AgentDesktopView.defaultProps.showPanel2") is True
    assert gateway.stream.requests == []


def test_a_page_that_the_gateway_does_not_name_gets_nothing(bridge, gateway):
    bridge.site("evil.test", "/", "<iframe src='https://flex.test/'></iframe>")
    page = bridge.open("https://evil.test/")
    frame = frame_of(page, FLEX)
    frame.evaluate("window.standin.offer(1)")
    page.evaluate("frames[0].postMessage('+34600123456', '*')")
    frame.wait_for_function("window.received.length === 1")
    frame.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")
    assert page.evaluate("window.received") == []
    assert frame.evaluate("window.standin.invoked") == []


def test_an_offer_holds_what_a_crm_may_know_and_no_other_attribute(flex):
    flex.offer()
    told = flex.last()
    assert told["from"] == "+34600111222" and told["to"] == "+34910000000" and told["customer"]["phone"] == "+34600111222"
    assert (told["channel"], told["direction"], told["queue"]) == ("voice", "inbound", {"id": "WQ1", "name": "Sales"})
    assert told["attributes"] == {}
    flex.offer(2, {"direction": "outbound", "outbound_to": "+34600999888", "from": "+34910000000"})
    told = flex.last()
    assert (told["direction"], told["to"], told["customer"]["phone"]) == ("outbound", "+34600999888", "+34600999888")
    flex.offer(3, {"channelType": "whatsapp", "from": "whatsapp:+34600111222"}, {"taskChannelUniqueName": "chat"})
    assert (flex.last()["channel"], flex.last()["customer"].get("phone")) == ("whatsapp", None)


def test_only_attributes_that_the_configuration_names_are_told(bridge, gateway):
    flex = Flex(bridge, gateway, "window.uiAttributes = { patchbay: { attributes: ['account_data'] } };")
    flex.offer(1, {"account_data": {"first_name": "Ada"}})
    assert flex.last()["attributes"] == {"account_data": {"first_name": "Ada"}}


def test_acceptance_selection_and_completion_are_told_once_each_after_they_happened(flex):
    flex.offer()
    flex.frame.evaluate("window.standin.failing.set('AcceptTask', 'no capacity')")
    flex.frame.evaluate("Twilio.Flex.Actions.invokeAction('AcceptTask', { sid: 'WR1' }).catch(() => {})")
    assert flex.told() == ["offered"]
    flex.frame.evaluate("window.standin.failing.clear()")
    flex.act("AcceptTask")
    flex.act("SelectTask")
    wait_for_event(flex.page, "selected", "WT1")
    flex.act("HangupCall")
    flex.become("wrapping", "wrapup")
    flex.act("CompleteTask")
    assert flex.told() == ["offered", "accepted", "wrapup", "completed"]
    assert events(flex.page, "interaction")[-1]["interaction"]["state"] == "completed"
    assert flex.page.evaluate("window.bridge.interactions") == []


@pytest.mark.parametrize(("clicks", "ended_by"), [(["HangupCall"], "agent"), (["WrapupTask"], "agent"), ([], "customer")])
def test_an_end_names_who_ended_it(flex, clicks, ended_by):
    flex.offer()
    flex.act("AcceptTask")
    for click in clicks:
        flex.act(click)
    flex.become("wrapping", "wrapup")
    assert flex.told() == ["offered", "accepted", "wrapup"]
    assert flex.last()["endedBy"] == ended_by
    assert flex.last()["endedTs"] >= flex.last()["acceptedTs"] >= flex.last()["offeredTs"]


@pytest.mark.parametrize(("status", "event", "told"), [
    ("timeout", "timeout", "missed"), ("rejected", "rejected", "rejected"), ("canceled", "canceled", "cancelled"), ("rescinded", "rescinded", "cancelled"),
])  # fmt: skip
def test_an_offer_that_is_not_accepted_ends_too(flex, status, event, told):
    flex.offer()
    flex.become(status, event)
    assert flex.told() == ["offered", told]
    assert flex.last()["outcome"] == {"timeout": "missed"}.get(event, event)
    assert flex.frame.evaluate("window.sent.filter((message) => message?.type === 'ready').length") == 1


@pytest.mark.parametrize("mode", ["COLD", "WARM"])
def test_a_transfer_is_told_with_its_target(flex, mode):
    flex.offer()
    flex.act("AcceptTask")
    flex.act("TransferTask", targetSid="WQ7", options={"mode": mode})
    flex.become("wrapping", "wrapup")
    flex.become("completed", "completed")
    assert flex.told() == ["offered", "accepted", "updated", "transferred", "wrapup", "completed"]
    transfer = next(one["interaction"] for one in events(flex.page, "interaction") if one["event"] == "transferred")["transfer"]
    assert transfer == {"target": {"kind": "queue", "id": "WQ7"}, "mode": mode.lower()}


def test_a_transfer_that_is_cancelled_is_none(flex):
    flex.offer()
    flex.act("AcceptTask")
    flex.act("TransferTask", targetSid="WK7", options={"mode": "WARM"})
    flex.act("CancelTransfer")
    flex.become("wrapping", "wrapup")
    assert "transferred" not in flex.told()


def test_a_permitted_dial_starts_the_call_as_the_gateway_says(flex, gateway):
    gateway.words = [("dial.accepted", PERMITTED)]
    answer = flex.page.evaluate("window.bridge.dial('600 12 34 56', { record: { entity: 'contact', id: 'c-1' } })")
    assert answer == {"status": "placed", "e164": "+34600123456", "interactionId": "DL1"}
    (asked,) = gateway.dials
    assert (asked["number"], asked["region"], asked["record"]) == ("600 12 34 56", "ES", {"entity": "contact", "id": "c-1"})
    assert len(asked["nonce"]) == 36
    assert gateway.tokens == ["Bearer flex-token"]
    assert flex.invoked("StartOutboundCall") == [
        {"destination": "+34600123456", "callerId": "+34910000000", "queueSid": "WQ9", "taskAttributes": {"crm": "c-1", "dialId": "DL1"}}
    ]


def test_the_word_of_the_stream_may_come_after_the_answer(flex, gateway):
    timer = threading.Timer(0.3, lambda: gateway.stream.send("dial.accepted", PERMITTED | {"dialId": "DL1"}))
    timer.start()
    assert flex.page.evaluate("window.bridge.dial('600123456')")["status"] == "placed"
    gateway.stream.send("dial.accepted", PERMITTED | {"dialId": "DL1"})
    settle(flex.page, flex.frame)
    assert len(flex.invoked("StartOutboundCall")) == 1


def test_a_refused_dial_starts_no_call_and_the_page_learns_why(bridge, flex, gateway):
    gateway.words = [("dial.refused", {"reason": "blocked", "detail": "Calls to that country are off.", "remedy": "Switch it on.", "agentId": "ana.ruiz"})]
    answer = flex.page.evaluate("window.bridge.dial('600123456')")
    assert answer == {"status": "refused", "reason": "blocked", "detail": "Calls to that country are off.", "remedy": "Switch it on."}
    gateway.status = 503
    assert flex.page.evaluate("window.bridge.dial('600123456')") == {"status": "refused", "reason": "offline", "detail": "Not now."}
    bridge.allowed = ("status of 503",)
    assert flex.invoked("StartOutboundCall") == []


def test_a_dial_by_rest_is_placed_by_the_gateway_and_not_here(flex, gateway):
    gateway.words = [("dial.accepted", PERMITTED | {"status": "placed"})]
    assert flex.page.evaluate("window.bridge.dial('600123456')")["status"] == "placed"
    assert flex.invoked("StartOutboundCall") == []


@pytest.mark.timeout(90)
def test_a_word_that_comes_too_late_or_for_somebody_else_starts_no_call(flex, gateway):
    gateway.stream.send("dial.accepted", PERMITTED | {"dialId": "DL77"})
    error = flex.page.evaluate("window.outcome(window.bridge.dial('600123456', { timeoutMs: 20_000 }))")["error"]
    assert error["code"] == "timeout"
    gateway.stream.send("dial.accepted", PERMITTED | {"dialId": "DL1"})
    flex.frame.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")
    assert flex.invoked("StartOutboundCall") == []


def test_a_call_that_flex_does_not_start_is_a_refusal(flex, gateway):
    gateway.words = [("dial.accepted", PERMITTED)]
    flex.frame.evaluate("window.standin.failing.set('StartOutboundCall', 'No microphone')")
    answer = flex.page.evaluate("window.bridge.dial('600123456')")
    assert (answer["status"], answer["reason"]) == ("refused", "internal") and "No microphone" in answer["detail"]


def test_a_bare_number_that_the_page_posts_dials_nothing(flex, gateway):
    flex.page.evaluate("frames[0].postMessage('+34600123456', '*')")
    settle(flex.page, flex.frame)
    assert gateway.dials == [] and flex.invoked("StartOutboundCall") == []


def test_a_pop_of_the_server_is_shown_by_the_page_and_reported(flex, gateway):
    record = {"entity": "contact", "id": "c-1", "label": "Lucía"}
    gateway.stream.send("pop.requested", {"popId": "P1", "interactionId": "WT1", "trigger": "accepted", "outcome": "one", "record": record, "matches": [], "query": {"phone": "+34600111222"}, "defaults": {}})
    until(lambda: gateway.pops)
    assert flex.page.evaluate("window.asked")[0]["record"] == record
    assert gateway.pops[0]["outcome"] == "opened" and gateway.pops[0]["latencyMs"] < 1_000


def test_a_pop_of_a_second_offer_is_of_the_task_that_the_page_knows(flex, gateway):
    flex.offer()
    for one in ["WT1~2", "WT9~2", "DL1"]:
        gateway.stream.send("pop.requested", {"popId": "P1", "interactionId": one, "trigger": "offered", "outcome": "none", "matches": [], "query": {"phone": "+34600111222"}, "defaults": {}})
    until(lambda: len(gateway.pops) == 3)
    assert [one["interactionId"] for one in flex.page.evaluate("window.asked")] == ["WT1", "WT9~2", "DL1"]


def test_the_stream_is_opened_again_with_the_token_of_then_and_goes_on_after_the_last_event(flex, gateway):
    gateway.stream.send("agent.updated", {})
    settle(flex.page, flex.frame)
    flex.frame.evaluate("window.flexToken = 'renewed'; Twilio.Flex.Manager.getInstance().store.getState = () => ({ flex: { session: { ssoTokenPayload: { token: 'renewed' } } } }); 0")
    gateway.stream.end()
    until(lambda: len(gateway.stream.requests) == 2)
    assert gateway.stream.requests[1]["authorization"] == "Bearer renewed"
    assert gateway.stream.requests[1]["last-event-id"] == "1"


def test_controls_of_the_page_are_actions_of_flex(flex):
    flex.offer()
    control = "([action, options]) => window.outcome(window.bridge.control('WT1', action, options))"
    assert flex.page.evaluate(control, ["accept", {}])["value"]["state"] == "accepted"
    flex.page.evaluate(control, ["hold", {}])
    assert flex.last()["held"] is True
    flex.page.evaluate(control, ["resume", {}])
    flex.page.evaluate(control, ["mute", {}])
    flex.page.evaluate(control, ["mute", {}])
    assert flex.last()["muted"] is True and len(flex.invoked("ToggleMute")) == 1
    flex.page.evaluate(control, ["transfer", {"target": {"kind": "queue", "id": "WQ7"}, "mode": "warm"}])
    assert flex.invoked("TransferTask") == [{"sid": "WR1", "targetSid": "WQ7", "options": {"mode": "WARM"}}]
    flex.page.evaluate(control, ["hangup", {}])
    assert flex.invoked("HangupCall") == [{"sid": "WR1"}]
    assert flex.page.evaluate(control, ["dtmf", {"digits": "1"}])["error"]["code"] == "denied"
    flex.frame.evaluate("window.standin.failing.set('CompleteTask', 'Notes are missing')")
    assert flex.page.evaluate(control, ["complete", {}])["error"]["code"] == "conflict"
    assert flex.page.evaluate("window.outcome(window.bridge.control('WT9', 'hold'))")["error"]["code"] == "not_found"


def test_presence_and_selection_go_both_ways(flex):
    flex.offer()
    assert flex.page.evaluate("window.bridge.setPresence('Break')")["presence"] == "Break"
    flex.frame.evaluate("Twilio.Flex.Actions.invokeAction('SetActivity', { activityName: 'Available' })")
    wait_for_event(flex.page, "presence", "Available")
    flex.page.evaluate("window.bridge.select('WT1')")
    until(lambda: flex.invoked("SelectTask"))
    assert flex.invoked("SelectTask") == [{"sid": "WR1"}]
    settle(flex.page, flex.frame)
    assert events(flex.page, "selected") == []


def test_tasks_that_were_there_before_the_plugin_are_in_its_snapshot_and_their_end_is_told(bridge, gateway):
    flex = Flex(bridge, gateway, "window.earlierTasks = [1, 2];")
    assert [(one["interactionId"], one["state"]) for one in flex.page.evaluate("window.bridge.interactions")] == [("WT1", "accepted"), ("WT2", "accepted")]
    flex.become("wrapping", "wrapup", 2)
    wait_for_event(flex.page, "interaction", '"event":"wrapup"')
    assert flex.last()["interactionId"] == "WT2"


def test_without_a_gateway_flex_works_on(bridge, gateway):
    bridge.allowed = ("Failed to load resource", "CORS policy")
    gateway.sites.function("patchbay.test", "/v1/panel/config", lambda *_: (503, {}, {}))
    page = bridge.open(CRM + "/?wait")
    page.wait_for_function("window.mount !== undefined")
    page.evaluate(f"window.mount({{ panel: '{FLEX}', path: '/' }})")
    frame = frame_of(page, FLEX)
    frame.evaluate("window.standin.offer(1); Twilio.Flex.Actions.invokeAction('AcceptTask', { sid: 'WR1' })")
    assert [one["name"] for one in frame.evaluate("window.standin.invoked")] == ["AcceptTask"]
    assert page.evaluate("window.bridge.state") == "connecting"
