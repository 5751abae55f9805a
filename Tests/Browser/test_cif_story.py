"""The story of docs/dynamics.md with every process a real one: a channel of the stand-in of Dynamics, Dataverse behind it, a Studio flow in front.

The flow is that of the sample: it looks the caller up, opens a case, twice with one key as Studio's retry does, and queues the call with both.
"""

from __future__ import annotations

import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import pytest
import requests
from playwright.sync_api import BrowserContext, expect
from twilio.request_validator import RequestValidator

from bridge_window import frame_of, until
from conftest import CHROMIUM, SHOTS, SIZES
from console_process import SECRET
from panel_stack import AGENT, PanelStack, binary, spawn
from sandbox_process import ACCOUNTS, TOKENS, tokens_in_environment, wait_until
from sites import Sites

CRM, PATCHBAY, FLEX = "https://crm.test", "https://patchbay.test", "https://flex.test"
STANDIN = Path(__file__).resolve().parent / "flex_standin"
CLIENT_SECRET = "dataverse-secret-of-the-story-~0123456789"
TENANT, CLIENT = "00000000-0000-4000-8000-00000000da7a", "00000000-0000-4000-8000-0000000c11e7"
CHLOE, DANA = "c0000000-0000-4000-8000-000000000001", "d0000000-0000-4000-8000-000000000002"
PEOPLE = [
    {"contactid": CHLOE, "firstname": "Chloé", "lastname": "Martin", "telephone1": "01 42 68 53 00", "address1_country": "France", "emailaddress1": "chloe@martin.example"},
    {"contactid": DANA, "firstname": "Dana", "lastname": "O'Neil", "telephone1": "(415) 555-2671", "address1_country": "United States", "emailaddress1": "dana@oneil.example"},
]  # fmt: skip
CHLOE_NUMBER, DANA_NUMBER = "+33142685300", "+14155552671"


class Flow(BaseHTTPRequestHandler):
    """What a Studio flow does with an incoming call."""

    stack: StoryStack

    def do_POST(self):
        form = {name: values[0] for name, values in parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()).items()}
        body = self.stack.enqueue(form["From"], form["CallSid"]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class StoryStack(PanelStack):
    """The panel's stack with the Dynamics connector, the Sandbox's Dataverse, and a flow at the number.

    `channel` is the origin of what Dynamics frames.
    """

    def __init__(self, channel: str = PATCHBAY):
        super().__init__()
        settings = json.loads(self.config.read_text())
        settings["gateway"]["panel"] = {"cif_origins": [CRM], "flex_origins": [FLEX]}
        settings["gateway"]["studio"] = {"projects": ["flex"]}
        settings["sandbox"] |= {"page_hosts": ["crm.test"], "panel_url": channel, "dataverse": {"tenant": TENANT, "client_id": CLIENT, "contacts": 0}}
        dynamics = {"organization": self.sandbox_url, "authority": f"{self.sandbox_url}/entra", "tenant": TENANT, "client_id": CLIENT}
        settings["crm"] |= {"connector": "dynamics", "country": "ES", "dynamics": dynamics}
        settings["crm"]["teams"]["default"]["allowed_countries"] = ["ES", "FR", "US"]
        self.config.write_text(json.dumps(settings))
        self.cases: list[dict] = []
        self.flow = ThreadingHTTPServer(("127.0.0.1", 0), type("OurFlow", (Flow,), {"stack": self}))
        threading.Thread(target=self.flow.serve_forever, daemon=True).start()

    def _launch(self, name: str) -> None:
        kind, _, instance = name.partition("-")
        command = [binary(f"patchbay-{kind}"), f"--config={self.config}", *([f"--instance={instance}"] if instance else [])]
        secrets = {
            "PATCHBAY_GATEWAY_AUTH_JWT_SECRET": SECRET, "PATCHBAY_SANDBOX_DEV_LOGIN_SECRET": SECRET,
            "PATCHBAY_SANDBOX_DATAVERSE_CLIENT_SECRET": CLIENT_SECRET, "PATCHBAY_CRM_DYNAMICS_CLIENT_SECRET": CLIENT_SECRET,
        }  # fmt: skip
        self.processes[name] = spawn(command, self.base / f"{name}.log", tokens_in_environment() | secrets, self.base)

    def __enter__(self):
        super().__enter__()
        self._load()
        number = requests.get(self._rest("IncomingPhoneNumbers.json"), auth=self._auth, timeout=30).json()["incoming_phone_numbers"][0]
        form = {"VoiceUrl": f"http://127.0.0.1:{self.flow.server_port}/"}
        assert requests.post(self._rest(f"IncomingPhoneNumbers/{number['sid']}.json"), data=form, auth=self._auth, timeout=30).ok
        return self

    def __exit__(self, *error):
        self.flow.shutdown()
        self.flow.server_close()
        return super().__exit__(*error)

    _auth = (ACCOUNTS["flex"], TOKENS["flex"])

    def _rest(self, path: str) -> str:
        return f"{self.sandbox_url}/api/api/2010-04-01/Accounts/{ACCOUNTS['flex']}/{path}"

    def _load(self) -> None:
        answer = requests.post(f"{self.sandbox_url}/sandbox/v1/dataverse/rows/contacts", json=PEOPLE, timeout=30)
        assert answer.ok, answer.text

    def studio(self, path: str, **form: str) -> dict:
        url = f"{self.gateway_url}/{path}"
        signature = RequestValidator(TOKENS["flex"]).compute_signature(url, form)
        answer = requests.post(url, data=form, headers={"X-Twilio-Signature": signature}, timeout=30)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
        return answer.json()

    def enqueue(self, caller: str, call: str) -> str:
        contact = self.studio("findContactByPhoneNum", phoneNum=caller)
        case = {"contactid": contact["contactid"], "title": "Parcel has not arrived", "description": "Ordered on Monday", "CallSid": call}
        made = [self.studio("createCase", **case) for _ in range(2)]
        self.cases.append(made[0])
        task = {
            "name": f"{contact['firstname']} {contact['lastname']}", "contactId": contact["contactid"], "incidentId": made[1]["incidentId"], "ticketNumber": made[1]["ticketNumber"],
            "from": caller, "direction": "inbound", "call_sid": call,
        }  # fmt: skip
        return f"<Response><Enqueue><Task>{escape(json.dumps(task))}</Task></Enqueue></Response>"

    def rows(self, table: str) -> list[dict]:
        answer = requests.get(f"{self.sandbox_url}/sandbox/v1/dataverse/{table}", timeout=30)
        assert answer.ok, answer.text
        return answer.json()["value"]


def has_connector(stack: StoryStack) -> bool:
    """Whether the build under test has the Dynamics connector at all; everything else that is wrong is a failure."""
    command = [binary("patchbay-crm"), f"--config={stack.config}", "--check-config"]
    check = subprocess.run(command, capture_output=True, text=True, env=os.environ | tokens_in_environment(), timeout=30)
    return "found 'dynamics'" not in check.stderr + check.stdout


@pytest.fixture
def stack(request):
    stack = StoryStack(getattr(request, "param", PATCHBAY))
    if not has_connector(stack):
        stack.flow.shutdown()
        pytest.skip("patchbay-crm of this build does not know crm.connector: dynamics")
    with stack:
        yield stack
        if getattr(request.node, "has_failed", False):
            print(stack.logs())


@pytest.fixture
def person(driver, stack, tmp_path) -> BrowserContext:
    with Sites(tmp_path) as sites:
        sites.proxy("crm.test", "/", stack.sandbox_url)
        sites.proxy("patchbay.test", "/", stack.gateway_url)
        # Flex is where the stand-in of Dynamics looks for its channel.
        sites.page("flex.test", "/panel/cif", (STANDIN / "index.html").read_text())
        sites.page("flex.test", "/flex.js", (STANDIN / "flex.js").read_text(), "text/javascript")
        yield sites.browser(driver, CHROMIUM, viewport=SIZES["wide"], locale="en-GB", reduced_motion="reduce")


def keep(page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"dynamics-story-{name}.png")


def test_the_story_in_dynamics(person, stack, record_property, request):
    page = person.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{CRM}/dynamics/?worker={AGENT}")
    request.addfinalizer(lambda: keep(page, "end"))
    panel = page.frame_locator("#dyn-frame iframe")
    panel.get_by_text("Sign in here instead").click()
    panel.locator("textarea.token").fill(stack.token())
    panel.locator("form:has(textarea.token) button[type=submit]").click()
    expect(panel.locator(".pill-live")).to_be_attached()
    until(lambda: page.evaluate("window.host?.mode") == 0)

    # A call: its case opens in a tab of its own once the agent has taken it, in the CRM.
    call = stack.customer_calls(CHLOE_NUMBER)
    toast = page.get_by_role("region", name="Incoming")
    expect(toast).to_contain_text("Chloé Martin")
    until(lambda: page.evaluate("window.host?.mode") == 1)
    keep(page, "1-offered")
    assert page.get_by_role("tab", name="Parcel has not arrived").count() == 0
    toast.get_by_role("button", name="Accept").click()
    page.get_by_role("button", name="Pick up").click()
    case = page.get_by_role("tab", name="Parcel has not arrived")
    expect(case).to_have_attribute("aria-selected", "true")
    expect(panel.locator(".call-phase")).to_have_text("On the call")
    keep(page, "2-case")
    assert page.evaluate("window.host.tabInFront.parameters.entityId") == stack.cases[0]["incidentId"]

    # A message of somebody else: another tab; focus goes both ways.
    stack.sandbox("POST", "customer/sms", project="flex", **{"from": DANA_NUMBER, "body": "Is it there?"})
    panel.locator(".offer .accept").click()
    dana = page.get_by_role("tab", name="Dana O'Neil")
    expect(dana).to_have_attribute("aria-selected", "true")
    keep(page, "3-second")
    panel.locator(".tab", has_text="Chloé").click()
    expect(case).to_have_attribute("aria-selected", "true")
    dana.click()
    expect(panel.locator(".tab[aria-selected=true]")).to_contain_text("Dana")
    case.click()
    expect(panel.locator(".tab[aria-selected=true]")).to_contain_text("Chloé")

    # A reload of the panel loses nothing.
    panel.locator("body").evaluate("() => location.reload()")
    expect(panel.locator(".task:not([hidden]) .call-phase")).to_have_text("On the call")
    expect(page.get_by_role("tab")).to_have_count(3)

    # The last wrap-up minimises the panel; the tabs go with their interactions.
    stack.hang_up(call)
    finish(panel, "Chloé")
    expect(case).to_have_count(0)
    assert page.evaluate("window.host?.mode") == 1
    panel.locator(".task:not([hidden])").get_by_role("button", name="End", exact=False).first.click()
    finish(panel, "Dana")
    until(lambda: page.evaluate("window.host?.mode") == 0)
    expect(dana).to_have_count(0)

    # A click dials what the contact's number is in the contact's country.
    for name, number in [("Chloé Martin", CHLOE_NUMBER), ("Dana O'Neil", DANA_NUMBER)]:
        page.get_by_role("row").filter(has_text=name).locator(".dyn-phone").click()
        page.get_by_role("button", name="Pick up").click()
        expect(panel.locator(".call-phase")).to_have_text("Ringing")
        stack.pick_up(number)
        expect(panel.locator(".call-phase")).to_have_text("On the call")
        panel.locator("[data-control=end]:visible").click()
        finish(panel, name.split()[0])
        until(lambda: page.evaluate("window.host?.mode") == 0)
        if page.locator(".dyn-tab").count() > 1:
            page.get_by_role("tab", name="Dashboard").click()

    # Everything once.
    written = wait_until(lambda: len(calls := [row for row in stack.rows("phonecalls")]) >= 3 and calls, 40, "three phone calls")
    logged = {row["data"]["interactionId"] for row in stack.events("activity.logged")}
    assert len(stack.rows("incidents")) == 1 == len({case["incidentId"] for case in stack.cases})
    assert len({row["activityid"] for row in written}) == len(written) == len(logged)
    regarding = [row["_regardingobjectid_value"] for row in written]
    assert regarding.count(stack.cases[0]["incidentId"]) == 1
    pops = [row["data"] for row in stack.events("screen.popped")]
    record_property("milliseconds from the pop's request to its answer", [row["latencyMs"] for row in pops])
    assert problems == []


def finish(panel, name: str) -> None:
    """Files the interaction that is in front."""
    task = panel.locator(".task:not([hidden])")
    task.get_by_text("Solved").click()
    task.get_by_role("button", name="Complete").click()
    expect(panel.locator(".task:not([hidden])", has_text=name)).to_have_count(0)


class Desk:
    """Flex at Dynamics: the stand-in's tasks are those that TaskRouter gives the agent, answered there as Flex answers them."""

    def __init__(self, page, stack: StoryStack):
        self.page = page
        self.stack = stack
        self.numbers: dict[str, int] = {}
        self.frame = frame_of(page, FLEX)

    def offered(self, attributes: dict, channel: str = "voice") -> str:
        task = self.stack.offered(AGENT, but=set(self.numbers))
        self.numbers[task] = len(self.numbers) + 1
        self.frame.evaluate("([n, attributes, more]) => window.standin.offer(n, attributes, more)", [self.numbers[task], attributes, {"sid": task, "taskChannelUniqueName": channel}])
        return task

    def act(self, action: str, task: str) -> None:
        self.frame.evaluate("([name, sid]) => Twilio.Flex.Actions.invokeAction(name, { sid })", [action, f"WR{self.numbers[task]}"])

    def accept(self, task: str) -> None:
        self.stack.act(AGENT, task, "accept")
        self.act("AcceptTask", task)
        self.act("SelectTask", task)

    def finish(self, task: str) -> None:
        """What TaskRouter does when the conversation is over, and the agent's own click."""
        self.frame.evaluate("(n) => window.standin.become(n, 'wrapping', 'wrapup')", self.numbers[task])
        status, body = self.stack.api("PUT", f"agent/interactions/{task}/wrapup", {"dispositionCode": "solved", "notes": "", "complete": True}, AGENT)
        assert status == 200, body
        self.act("CompleteTask", task)

    def invoked(self, name: str) -> list[dict]:
        return [one["payload"] for one in self.frame.evaluate("window.standin.invoked") if one["name"] == name]


@pytest.mark.parametrize("stack", [FLEX], indirect=True)
def test_the_story_with_flex_as_the_channel(person, stack, request):
    person.add_init_script(f"window.flexToken = {json.dumps(stack.token())};")
    page = person.new_page()
    request.addfinalizer(lambda: keep(page, "flex-end"))
    page.goto(f"{CRM}/dynamics/?worker={AGENT}")
    until(lambda: page.evaluate("window.host?.mode") == 0)
    desk = Desk(page, stack)

    call = stack.customer_calls(CHLOE_NUMBER)
    task = desk.offered({"from": CHLOE_NUMBER, "name": "Chloé Martin"})
    expect(page.get_by_role("region", name="Incoming")).to_contain_text("Chloé Martin")
    until(lambda: page.evaluate("window.host?.mode") == 1)
    desk.accept(task)
    page.get_by_role("button", name="Pick up").click()
    case = page.get_by_role("tab", name="Parcel has not arrived")
    expect(case).to_have_attribute("aria-selected", "true")

    stack.sandbox("POST", "customer/sms", project="flex", **{"from": DANA_NUMBER, "body": "Is it there?"})
    second = desk.offered({"from": DANA_NUMBER, "name": "Dana O'Neil", "channelType": "sms"}, "chat")
    desk.accept(second)
    dana = page.get_by_role("tab", name="Dana O'Neil")
    expect(dana).to_have_attribute("aria-selected", "true")
    keep(page, "flex-second")
    desk.act("SelectTask", task)
    expect(case).to_have_attribute("aria-selected", "true")
    dana.click()
    until(lambda: desk.invoked("SelectTask")[-1]["sid"] == f"WR{desk.numbers[second]}")

    stack.hang_up(call)
    stack.wait(AGENT, task, "wrapup")
    desk.finish(task)
    expect(case).to_have_count(0)
    assert page.evaluate("window.host?.mode") == 1
    stack.act(AGENT, second, "wrapup")
    stack.wait(AGENT, second, "wrapup")
    desk.finish(second)
    until(lambda: page.evaluate("window.host?.mode") == 0)
    expect(dana).to_have_count(0)

    [first] = stack.cases
    written = wait_until(lambda: [row for row in stack.rows("phonecalls") if row["_regardingobjectid_value"] == first["incidentId"]], 40, "the phone call")
    assert len(written) == 1 and len(stack.rows("incidents")) == 1
