"""The story of the README across two sites: a CRM page at crm.test with the panel of patchbay.test, every process a real one."""

from __future__ import annotations

import json

import pytest
import requests
from playwright.sync_api import BrowserContext, FrameLocator, Page, expect

from conftest import CHROMIUM, SHOTS, SIZES
from console_process import SECRET
from panel_stack import AGENT, PanelStack, binary, spawn
from panel_window import has_class
from sandbox_process import tokens_in_environment, wait_until
from sites import Sites

CRM, PATCHBAY = "https://crm.test", "https://patchbay.test"
CRM_TOKEN = "a token for the CRM of the story"
# Seeded in the Sandbox's CRM.
CHLOE, CHLOE_NUMBER, CHLOE_WORK = "Chloé Martin", "+33612345678", "+33142685300"


class StoryStack(PanelStack):
    """The panel's stack with the Sandbox's CRM behind the `http` connector, both pages under names of their own."""

    def __init__(self):
        super().__init__()
        settings = json.loads(self.config.read_text())
        settings["gateway"]["panel"] = {"origins": [CRM]}
        settings["sandbox"] |= {"page_hosts": ["crm.test"], "panel_url": PATCHBAY}
        http = {"base_url": f"{self.sandbox_url}/crm/v1", "record_url": CRM + "/crm/#contact/{id}"}
        settings["crm"] |= {"connector": "http", "http": http}
        self.config.write_text(json.dumps(settings))

    def _launch(self, name: str) -> None:
        kind, _, instance = name.partition("-")
        command = [binary(f"patchbay-{kind}"), f"--config={self.config}", *([f"--instance={instance}"] if instance else [])]
        secrets = {
            "PATCHBAY_GATEWAY_AUTH_JWT_SECRET": SECRET, "PATCHBAY_SANDBOX_DEV_LOGIN_SECRET": SECRET,
            "PATCHBAY_SANDBOX_CRM_TOKEN": CRM_TOKEN, "PATCHBAY_CRM_HTTP_TOKEN": CRM_TOKEN,
        }  # fmt: skip
        self.processes[name] = spawn(command, self.base / f"{name}.log", tokens_in_environment() | secrets, self.base)

    def logged(self) -> set[str]:
        """Interactions that are in the CRM, as the bridge tells; a later fact may have revised one."""
        return {row["data"]["interactionId"] for row in self.events("activity.logged")}

    def written(self) -> list[dict]:
        """What the CRM has."""
        headers = {"Authorization": f"Bearer {CRM_TOKEN}"}
        answer = requests.get(f"{self.sandbox_url}/crm/v1/activities", headers=headers, timeout=10)
        return [row["log"] for row in answer.json()["items"]]


@pytest.fixture
def stack(request):
    with StoryStack() as stack:
        yield stack
        if getattr(request.node, "has_failed", False):
            print(stack.logs())


@pytest.fixture
def person(driver, stack, tmp_path) -> BrowserContext:
    """The agent's browser: two sites, third-party cookies blocked."""
    with Sites(tmp_path) as sites:
        sites.proxy("crm.test", "/", stack.sandbox_url)
        sites.proxy("patchbay.test", "/", stack.gateway_url)
        yield sites.browser(driver, CHROMIUM, viewport=SIZES["wide"], locale="en-GB", reduced_motion="reduce")


def opened(person: BrowserContext) -> tuple[Page, FrameLocator]:
    """A tab of the CRM with the panel in its frame."""
    page = person.new_page()
    page.goto(f"{CRM}/crm/?worker={AGENT}")
    return page, page.frame_locator("#patchbay-panel iframe")


def sign_in(panel: FrameLocator, token: str) -> None:
    panel.get_by_text("Sign in here instead").click()
    panel.locator("textarea.token").fill(token)
    panel.locator("form:has(textarea.token) button[type=submit]").click()
    expect(panel.locator(".pill-live")).to_be_attached()


def keep(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"story-{name}.png")


def test_a_call_pops_its_record_survives_a_reload_and_is_logged_once_and_a_click_dials(person, stack, record_property):
    page, panel = opened(person)
    sign_in(panel, stack.token())
    # Who is signed in in one tab is so in the next; only one of them leads.
    other, second = opened(person)
    expect(second.get_by_text("This panel is active in another tab")).to_be_visible()
    page.bring_to_front()

    call = stack.customer_calls(CHLOE_NUMBER)
    expect(panel.locator(".offer")).to_contain_text(CHLOE)
    keep(page, "1-offered")
    panel.locator(".offer .accept").click()
    page.get_by_role("button", name="Pick up").click()
    expect(panel.locator(".call-phase")).to_have_text("On the call")
    expect(page.get_by_role("heading", name=CHLOE)).to_be_visible()
    # Only the tab that leads shows the record.
    expect(other.get_by_role("heading", name=CHLOE)).to_have_count(0)
    keep(page, "2-on-the-call")

    panel.locator("body").evaluate("() => location.reload()")
    expect(panel.locator(".call-phase")).to_have_text("On the call")
    expect(panel.locator(".pill-live")).to_be_attached()

    stack.hang_up(call)
    expect(panel.locator(".call-reason")).to_have_text("The customer ended the call.")
    keep(page, "3-wrap-up")
    panel.get_by_text("Solved").click()
    panel.get_by_role("button", name="Complete").click()
    expect(page.get_by_text("Call · completed")).to_be_visible()
    [first] = wait_until(stack.logged, 30, "the activity")
    keep(page, "4-logged")

    page.get_by_role("button", name=CHLOE_WORK).click()
    expect(panel.locator(".call-phase")).to_have_text("Calling your phone")
    page.get_by_role("button", name="Pick up").click()
    expect(panel.locator(".call-phase")).to_have_text("Ringing")
    stack.pick_up(CHLOE_WORK)
    expect(panel.locator(".call-phase")).to_have_text("On the call")
    keep(page, "5-dialled")
    panel.locator("[data-control=end]:visible").click()
    panel.get_by_text("Solved").click()
    panel.get_by_role("button", name="Complete").click()
    expect(panel.locator(".nothing-icon")).to_have_class(has_class("is-ready"))
    both = wait_until(lambda: len(stack.logged()) == 2 and stack.logged(), 30, "the second activity")
    keep(page, "6-done")

    # One record for each of the two, whatever was reported how often.
    written = stack.written()
    assert sorted(row["interactionId"] for row in written) == sorted(both)
    assert {row["outcome"] for row in written} == {"completed"} and all(row["talkMs"] > 0 for row in written)
    pops = [row["data"] for row in stack.events("screen.popped")]
    assert [row["outcome"] for row in pops if row["interactionId"] == first] == ["opened"]
    record_property("milliseconds from the pop's request to its answer", [row["latencyMs"] for row in pops])
