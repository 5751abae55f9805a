"""The story of the README in a real browser: a customer, an agent's mobile app, one side that goes away and comes back."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from sync_stack import SETTLE_DEADLINE, SIDES, WORKERS, SyncStack, wait_until
from twins import differences

CHROMIUM = os.environ.get("PATCHBAY_CHROMIUM", "/usr/bin/chromium")
SHOTS = Path(os.environ.get("PATCHBAY_SCREENSHOTS", Path(tempfile.gettempdir()) / "patchbay-screenshots"))
PHONE, DESKTOP = {"width": 420, "height": 860}, {"width": 1280, "height": 860}
expect.set_options(timeout=30_000)


@pytest.fixture
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def test_a_customer_and_the_app_talk_through_an_outage_once_and_in_order(browser):
    SHOTS.mkdir(parents=True, exist_ok=True)
    with SyncStack() as stack:
        def page(path: str, size: dict):
            page = browser.new_context(viewport=size, locale="en-GB", reduced_motion="reduce").new_page()
            page.goto(stack.sandbox_url + path)
            return page

        for side, project in {project["name"]: project for project in stack.sandbox("GET", "world")["projects"]}.items():
            worker = next(worker for worker in project["workers"] if worker["name"] == WORKERS[0])
            stack.sandbox("POST", f"workers/{worker['sid']}/activity", project=side, activity="Available")

        customer, app, control = page("/customer", PHONE), page("/agent", PHONE), page("/control", DESKTOP)
        customer.locator("input[name=name]").fill("María López")
        customer.locator("textarea[name=body]").fill("Where is my order?")
        customer.locator("form.start button").click()

        app.get_by_role("button", name=WORKERS[0]).click()
        app.get_by_role("button", name="System").click()
        app.get_by_role("button", name="1 · Accept").click()
        app.get_by_role("button", name="Back").click()
        app.get_by_role("button", name="María López").click()
        expect(app.get_by_role("log")).to_contain_text("Where is my order?")
        app.get_by_label("Write a message").fill("I am looking")
        app.get_by_role("button", name="Send", exact=True).click()
        expect(customer.get_by_role("log")).to_contain_text("I am looking")

        stack.faults(seed=1, down=[{"project": "frontline", "seconds": 600}])
        customer.get_by_role("button", name="Write 20 numbered messages").click()
        expect(customer.get_by_role("log")).to_contain_text("20")
        wait_until(
            lambda: stack.metric("sync-1", "patchbay_sync_pairs_waiting", side="frontline") == 1,
            SETTLE_DEADLINE, "a pair that waits for the side that is away",
        )
        control.screenshot(path=SHOTS / "story-away.png")
        stack.faults()
        conversations = {
            side: next(
                row["sid"] for row in stack.rest(side, "GET", *stack.collection(side))["conversations"]
                if row["friendly_name"] != "System"
            )
            for side in SIDES
        }

        def are_twins():
            sides = [stack.listed(side, conversations[side]) for side in SIDES]
            return len(sides[0].messages) == len(sides[1].messages) == 22 and not differences(*sides)

        wait_until(are_twins, SETTLE_DEADLINE, "both sides equal, each message once")
        app.screenshot(path=SHOTS / "story-app.png")
        customer.screenshot(path=SHOTS / "story-customer.png")
