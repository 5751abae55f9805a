"""The agent's mobile app in a real browser, with what the company's own services answer and decide behind it."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from sync_stack import SETTLE_DEADLINE, WORKERS, SyncStack, wait_until

CHROMIUM = os.environ.get("PATCHBAY_CHROMIUM", "/usr/bin/chromium")
SHOTS = Path(os.environ.get("PATCHBAY_SCREENSHOTS", Path(tempfile.gettempdir()) / "patchbay-screenshots"))
PHONE = {"width": 420, "height": 860}
CUSTOMER = "+34600111222"
expect.set_options(timeout=30_000)


@pytest.fixture
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser, stack: SyncStack, path: str):
    page = browser.new_context(viewport=PHONE, locale="en-GB", reduced_motion="reduce").new_page()
    page.goto(stack.sandbox_url + path)
    return page


def look(page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
    violations = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"]}).response["violations"]
    assert [f"{one['id']}: {node['html'][:160]}" for one in violations for node in one["nodes"]] == [], name


def available(stack: SyncStack, *names: str) -> None:
    for project in stack.sandbox("GET", "world")["projects"]:
        for worker in project["workers"]:
            activity = "Available" if worker["name"] in names else "Offline"
            stack.sandbox("POST", f"workers/{worker['sid']}/activity", project=project["name"], activity=activity)


def test_a_conversation_begins_with_customer_template_and_address_of_the_callbacks(browser):
    templates = [{"category": "Opener", "text": "Your order is here, says {{agent.name}}"}]
    with SyncStack(sync={"agents": {"templates": templates}}) as stack:
        stack.sandbox("POST", "customer/sms", project="frontline", **{"from": CUSTOMER}, body="Are you there?")
        conversation = wait_until(
            lambda: stack.sandbox("GET", "conversations?project=frontline")["conversations"], SETTLE_DEADLINE, "a text"
        )[0]["sid"]
        product, path = stack.collection("frontline", conversation)
        stack.rest("frontline", "POST", product, f"{path}/Participants", Identity=WORKERS[0])

        app = opened(browser, stack, f"/agent?worker={WORKERS[0]}")
        app.get_by_role("button", name="New conversation").click()
        customers = app.get_by_role("list", name="Customers")
        expect(customers.get_by_role("button")).to_have_count(1)
        look(app, "agent-new-customers")
        customers.get_by_role("button").click()
        expect(app.get_by_label("Channel")).to_contain_text(CUSTOMER)
        app.get_by_role("button", name="Your order is here").click()
        expect(app.get_by_label("First message")).to_have_value(re.compile("^Your order is here, says ."))
        look(app, "agent-new-write")
        app.get_by_role("button", name="Start conversation").click()
        expect(app.get_by_role("log")).to_contain_text("Your order is here")
        begun = [
            row
            for row in stack.sandbox("GET", "conversations?project=frontline")["conversations"]
            if row["sid"] != conversation and row["friendly_name"] != "System"
        ]
        (customer,) = [one for row in begun for one in row["participants"] if one.get("address")]
        assert customer["address"] == CUSTOMER
        # What sync.sides.frontline.sms_number says, not the number of the Sandbox's project.
        assert customer["proxy_address"] == "+14155550100"
        log = stack.sandbox("GET", "log")["entries"]
        callbacks = [entry for entry in log if entry["path"].startswith(f"{stack.gateway_url}/frontline/")]
        asked = {entry["event_type"]: entry["status"] for entry in callbacks}
        assert asked == {
            "GetCustomersList": 200, "GetCustomerDetailsByCustomerId": 200, "GetTemplatesByCustomerId": 200,
            "GetProxyAddress": 200,
        }  # fmt: skip


def test_without_anybody_to_ask_the_app_says_so_and_takes_a_number(browser):
    with SyncStack() as stack:
        stack.stop("sync-1")
        app = opened(browser, stack, f"/agent?worker={WORKERS[0]}")
        app.get_by_role("button", name="New conversation").click()
        expect(app.get_by_text("The callback /frontline/crm did not answer.")).to_be_visible()
        look(app, "agent-new-failed")
        app.get_by_role("button", name="Write to a number").click()
        expect(app.get_by_label("Customer's number")).to_be_visible()


def test_a_call_taken_in_the_app_by_reply_connects_customer_and_agent(browser):
    with SyncStack() as stack:
        available(stack, WORKERS[0])
        customer = opened(browser, stack, "/customer?app=calls")
        customer.get_by_role("button", name="Call", exact=True).click()
        expect(customer.get_by_text("Connected")).to_be_visible()
        customer.get_by_role("group", name="Keypad").get_by_role("button", name="1").click()
        app = opened(browser, stack, f"/agent?worker={WORKERS[0]}")
        app.get_by_role("button", name="System").click()
        app.get_by_role("button", name="1 · Accept").click()
        strip = app.get_by_role("region", name="Current call")
        expect(strip.get_by_text("Connected")).to_be_visible()
        look(app, "agent-call-accepted")
        strip.get_by_role("button", name="Hold").click()
        expect(customer.get_by_text("You are on hold: music plays.")).to_be_visible()
        customer.get_by_role("button", name="Hang up").click()
        expect(strip).not_to_be_visible()
        calls = stack.sandbox("GET", "calls?project=flex")["calls"]
        assert {call["status"] for call in calls} == {"completed"} and len(calls) == 2
