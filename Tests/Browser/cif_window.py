"""The same adapter in two channels: Patchbay's panel and Flex with the plug-in, each in the stand-in of Dynamics at crm.test."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Frame, Page, expect

from bridge_window import BRIDGE, CRM, DEADLINE, PAGES, PANEL, frame_of, until
from panel_stub import TOKEN, PanelStub, interaction
from panel_window import REFUSALS
from sites import Sites
from test_flex_plugin import FLEX, FakeGateway
from web_sources import ROOT

DYNAMICS = ROOT / "Sources" / "Sandbox" / "Web"
SITE = Path(__file__).resolve().parent / "cif_site"
LIBRARY = DYNAMICS / "js" / "dynamics" / "msdyn_ciLibrary.js"
GUIDS = [f"{n}1111111-2222-4333-8444-55555555555{n}" for n in range(10)]
DIALLED = {"status": "placed", "e164": "+33142685300", "interactionId": "DL1"}


def incident(number: int, **more) -> dict:
    return {"entity": "incident", "id": GUIDS[number], "label": f"Case {number}"} | more


def contact(number: int, **more) -> dict:
    return {"entity": "contact", "id": GUIDS[number], "label": f"Contact {number}"} | more


def serve_dynamics(sites: Sites) -> None:
    """The stand-in's files at crm.test."""
    sites.folder("crm.test", "/web/", DYNAMICS)
    sites.folder("crm.test", "/cif/", SITE)
    sites.page("crm.test", "/webresources/Widget/msdyn_ciLibrary.js", LIBRARY.read_text(), "text/javascript")


class Channel:
    """A channel in the stand-in's page. Tasks are numbered; `host(…)` runs in the page, on the host's model."""

    url: str
    kind: str

    def __init__(self, context: BrowserContext):
        self.context = context
        self.problems: list[str] = []
        self.allowed: tuple[str, ...] = ("Patchbay",)
        self.pages: list[Page] = []
        self.page: Page | None = None
        self.frame: Frame | None = None
        self.pops = itertools.count(1)

    def open(self, prepare: str = "", custom: dict | None = None, script: str = "", waits: bool = True, query: str = "", bypasses: bool = False) -> Channel:
        """Opens the page; `prepare` runs on the host before the panel is there, `custom` are the provider's parameters."""
        page = self.page = self.context.new_page()
        self.pages.append(page)
        page.add_init_script(path=PAGES / "spy.js")
        page.add_init_script(f"window.prepare = (host) => {{ host.environment.customParams = {json.dumps(json.dumps(custom or {}))}; {prepare} }};")
        page.add_init_script(script)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: message.type == "error" and self.problems.append(f"{page.url}: {message.text}"))
        page.goto(f"{CRM}/cif/?panel={quote(self.url + query, safe='')}")
        self.enter()
        if waits:
            self.settle()
        return self

    def host(self, script: str, *arguments):
        """`script` is a function of the host."""
        return self.page.evaluate(f"(given) => ({script})(window.host, ...given)", list(arguments))

    def wait(self, condition: str, *arguments) -> None:
        """Waits until a function of the host is true."""
        self.page.wait_for_function(f"(given) => ({condition})(window.host, ...given)", arg=list(arguments), timeout=DEADLINE * 1_000)

    def calls(self, method: str) -> list:
        return [call["args"] for call in self.host("(host) => host.calls") if call["method"] == method]

    def wait_for_call(self, method: str, count: int = 1) -> None:
        self.wait("(host, method, count) => host.calls.filter((call) => call.method === method).length >= count", method, count)

    def settle(self) -> None:
        """The panel stands where it stands at the beginning."""
        self.wait_for_call("setMode")

    def pause(self) -> None:
        """Lets everything that is under way arrive: two rounds through both windows."""
        for _ in range(2):
            self.frame.evaluate("new Promise((resolve) => setTimeout(resolve, 60))")
            self.page.evaluate("new Promise((resolve) => setTimeout(resolve, 60))")

    def tabs(self) -> list[dict]:
        """Tabs of the session in front that show a record."""
        return self.host("(host) => host.front.tabs.filter((tab) => tab.parameters.entityId).map(({ id, parameters }) => ({ id, ...parameters }))")

    def in_front(self) -> str | None:
        return self.host("(host) => host.tabInFront?.parameters.entityId ?? null")

    def wait_in_front(self, record_id: str) -> None:
        self.wait("(host, id) => host.tabInFront?.parameters.entityId === id", record_id)

    def mode(self) -> int:
        return self.host("(host) => host.mode")

    def wait_mode(self, mode: int) -> None:
        self.wait("(host, mode) => host.mode === mode", mode)

    def work(self, number: int, record: dict, **fields) -> None:
        """A task that is accepted and whose record pops."""
        self.offer(number, **fields)
        self.accept(number)
        self.pop(number, record)

    def reload(self) -> None:
        self.host("(host) => { host.calls.length = 0; }")
        self.frame.evaluate("location.reload()")
        self.page.wait_for_timeout(100)
        self.enter()
        self.wait_for_call("setMode")

    def close(self) -> None:
        for page in self.pages:
            page.close()

    def unexpected(self) -> list[str]:
        return [problem for problem in self.problems if not any(word in problem for word in self.allowed)]


class PanelChannel(Channel):
    """Patchbay's own panel; the Gateway is played by the stub."""

    kind = "panel"
    url = f"{PANEL}/panel/cif"

    def __init__(self, context: BrowserContext, stub: PanelStub):
        super().__init__(context)
        self.stub = stub
        stub.cif_origins = [CRM]
        self.allowed += REFUSALS

    def enter(self) -> None:
        self.page.frame_locator("iframe").locator("textarea.token, .pill-live").first.wait_for(state="attached")
        self.frame = next(one for one in self.page.frames if one.url.startswith(PANEL))
        self.frame.locator("summary, .pill-live").first.wait_for(state="attached")
        if self.frame.locator(".pill-live").count() == 0:
            # Errors of the CRM may lie over the form.
            self.frame.locator("summary").evaluate("(summary) => summary.click()")
            self.frame.locator("textarea.token").fill(TOKEN)
            self.frame.locator("form:has(textarea.token) button[type=submit]").evaluate("(button) => button.click()")
            # The panel may be minimised at once: there, and not to be seen.
            expect(self.frame.locator(".pill-live")).to_be_attached()
            expect(self.frame.locator("main.view:not([aria-busy])")).to_be_attached()

    def id(self, number: int) -> str:
        return f"WT{number:032}"

    def offer(self, number: int = 1, **fields) -> None:
        self.stub.offer(interaction(number, **fields))
        self.frame.locator(".offer").first.wait_for(state="attached")

    def accept(self, number: int = 1) -> None:
        self.change(number, "accepted", state="accepted")
        self.frame.locator(f'.task[data-id="{self.id(number)}"]').wait_for(state="attached")

    def change(self, number: int, event: str, **fields) -> None:
        self.stub.change(self.stub.interactions[self.id(number)], event, **fields)

    def pop(self, number: int, record: dict | None, **more) -> None:
        fields = {"popId": f"P{next(self.pops)}", "agentId": "ana.ruiz", "interactionId": self.id(number), "trigger": "accepted", "outcome": "one", "matches": [], "truncated": False, "query": {}, "defaults": {}}
        self.stub.push("pop.requested", fields | ({"record": record} if record else {}) | more)

    def popped(self) -> list[str]:
        return [one["outcome"] for one in self.stub.asked("/v1/agent/pops/")]

    def wrap_up(self, number: int = 1) -> None:
        self.change(number, "wrapup", state="wrapup")

    def complete(self, number: int = 1) -> None:
        self.change(number, "completed", state="completed")

    def end(self, number: int, state: str) -> None:
        self.change(number, state, state=state)

    def select(self, number: int) -> None:
        self.frame.locator(f'.task-tab[data-id="{self.id(number)}"], .tab[data-id="{self.id(number)}"]').first.evaluate("(tab) => tab.click()")

    def selected(self) -> str:
        return self.frame.evaluate("document.querySelector('.task:not([hidden])')?.dataset.id ?? ''")

    def navigate(self) -> None:
        self.frame.locator(".nav-item").nth(1).evaluate("(item) => item.click()")

    def accepted(self) -> list[str]:
        return [one["action"] for one in self.stub.asked("/actions$")]

    def dials(self) -> list[dict]:
        return self.stub.asked("^/v1/dials$")

    def refuse_dials(self, **refusal) -> None:
        self.stub.dial_answer = refusal

    def notices(self) -> str:
        return self.frame.evaluate("[...document.querySelectorAll('.notice')].map((notice) => notice.textContent).join(' | ')")

    def presence(self) -> str:
        return self.stub.agent["activity"]["name"]

    def set_presence(self, name: str) -> None:
        activity = next(one for one in self.stub.agent["activities"] if one["name"] == name)
        self.stub.agent = self.stub.agent | {"activity": activity}
        self.stub.push("agent.updated", {"agentId": "ana.ruiz", "agent": self.stub.agent})

    def draft(self, number: int) -> str:
        return self.frame.locator(f'.task[data-id="{self.id(number)}"] .composer textarea').input_value()


class FlexChannel(Channel):
    """Flex with the plug-in; the Gateway is played by `FakeGateway`."""

    kind = "flex"
    url = f"{FLEX}/"

    def __init__(self, context: BrowserContext, gateway: FakeGateway):
        super().__init__(context)
        self.gateway = gateway
        self.states: dict[int, str] = {}
        gateway.configure(cifOrigins=[CRM])
        gateway.words = [("dial.accepted", DIALLED)]

    def enter(self) -> None:
        before = len(self.gateway.stream.requests)
        self.frame = frame_of(self.page, FLEX)
        until(lambda: self.gateway.stream.readers >= 1 and len(self.gateway.stream.requests) >= max(1, before))

    def id(self, number: int) -> str:
        return f"WT{number}"

    def offer(self, number: int = 1, **fields) -> None:
        attributes = {key: value for key, value in fields.items() if key in ("from", "to", "direction", "name", "conversationSid", "channelType")}
        if customer := fields.get("customer"):
            attributes |= {"name": customer.get("name"), **({"from": customer["phone"]} if "phone" in customer else {})}
        more = {"taskChannelUniqueName": "chat"} if fields.get("channel") == "chat" else {}
        self.frame.evaluate("([n, attributes, more]) => window.standin.offer(n, attributes, more)", [number, attributes, more])

    def act(self, action: str, number: int, **payload) -> None:
        self.frame.evaluate("([name, payload]) => Twilio.Flex.Actions.invokeAction(name, payload)", [action, {"sid": f"WR{number}"} | payload])

    def accept(self, number: int = 1) -> None:
        self.act("AcceptTask", number)
        self.act("SelectTask", number)

    def pop(self, number: int, record: dict | None, **more) -> None:
        fields = {"popId": "P1", "interactionId": self.id(number), "trigger": "accepted", "outcome": "one", "matches": [], "query": {}, "defaults": {}}
        self.gateway.stream.send("pop.requested", fields | ({"record": record} if record else {}) | more)

    def popped(self) -> list[str]:
        return [one["outcome"] for one in self.gateway.pops]

    def become(self, number: int, status: str, event: str) -> None:
        self.frame.evaluate("([n, status, event]) => window.standin.become(n, status, event)", [number, status, event])

    def wrap_up(self, number: int = 1) -> None:
        self.become(number, "wrapping", "wrapup")

    def complete(self, number: int = 1) -> None:
        self.act("CompleteTask", number)

    def end(self, number: int, state: str) -> None:
        status, event = {"missed": ("timeout", "timeout"), "rejected": ("rejected", "rejected"), "cancelled": ("canceled", "canceled")}[state]
        self.become(number, status, event)

    def select(self, number: int) -> None:
        self.act("SelectTask", number)

    def invoked(self, name: str) -> list[dict]:
        return [one["payload"] for one in self.frame.evaluate("window.standin.invoked") if one["name"] == name]

    def selected(self) -> str:
        chosen = self.invoked("SelectTask")
        return "WT" + chosen[-1]["sid"].removeprefix("WR") if chosen else ""

    def navigate(self) -> None:
        self.frame.evaluate("Twilio.Flex.Actions.invokeAction('NavigateToView', { viewName: 'agent-desktop' })")

    def accepted(self) -> list[str]:
        names = {"AcceptTask": "accept", "RejectTask": "reject"}
        return [names[one["name"]] for one in self.frame.evaluate("window.standin.invoked") if one["name"] in names]

    def dials(self) -> list[dict]:
        return self.gateway.dials

    def refuse_dials(self, **refusal) -> None:
        self.gateway.words = [("dial.refused", refusal)]

    def notices(self) -> str:
        return self.frame.evaluate("window.standin.shown.map((one) => one.content).join(' | ')")

    def presence(self) -> str:
        return self.frame.evaluate("window.standin.manager.workerClient.activity.name")

    def set_presence(self, name: str) -> None:
        self.frame.evaluate("(name) => Twilio.Flex.Actions.invokeAction('SetActivity', { activityName: name })", name)

    def draft(self, number: int) -> str:
        texts = self.invoked("SetInputText")
        return texts[-1]["body"] if texts else ""

    def reload(self) -> None:
        """What the agent has is there again after a reload, as TaskRouter has it."""
        live = self.frame.evaluate("[...window.standin.manager.workerClient.reservations.values()].filter((one) => ['accepted', 'wrapping'].includes(one.status)).map((one) => Number(one.sid.slice(2)))")
        self.page.add_init_script(f"window.earlierTasks = {json.dumps(live)};")
        super().reload()


def panel_sites(base: Path, stub: PanelStub) -> Sites:
    """crm.test with the stand-in, patchbay.test with the panel."""
    sites = Sites(base)
    serve_dynamics(sites)
    sites.proxy("patchbay.test", "/", stub.url)
    sites.folder("evil.test", "/bridge/", BRIDGE)
    return sites
