"""The Sandbox goes away and comes back: pages say so plainly, lose nothing and go on by themselves."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from conftest import Window
from sandbox_process import People, Sandbox
from scenes import open_scene


@pytest.fixture
def own(browser, tmp_path):
    """A Sandbox of this test alone, and windows on it."""
    sandbox = Sandbox(tmp_path).start()
    window = Window(browser, sandbox.url)
    yield sandbox, window, People(sandbox.url)
    window.close()
    sandbox.stop()


def test_a_lost_connection_is_told_and_the_page_goes_on_when_it_is_back(own):
    sandbox, window, people = own
    page = window.open("/agent?worker=ana.ruiz")
    sandbox.stop()
    expect(page.get_by_text("Connection lost", exact=True)).to_be_visible()
    expect(page.get_by_role("alert").get_by_text("Connection lost at")).to_be_visible()
    sandbox.start()
    expect(page.locator(".pill-open")).to_be_visible()
    expect(page.get_by_text("Connection lost at")).to_have_count(0)
    people.set_activity("frontline", "ana.ruiz", "Available")
    expect(page.get_by_role("switch", name="Available")).to_have_attribute("aria-checked", "true")


def test_a_message_that_could_not_be_sent_is_kept_and_says_what_to_do(own):
    sandbox, window, people = own
    page = open_scene(window, people, "customer-chat")
    sandbox.stop()
    page.get_by_label("Write a message").fill("Are you there?")
    page.keyboard.press("Enter")
    expect(page.locator(".unsent")).to_contain_text("Are you there?")
    expect(page.get_by_role("alert").get_by_text("Check that patchbay-sandbox is running")).to_be_visible()
    page.get_by_role("button", name="Discard").click()
    expect(page.locator(".unsent")).to_have_count(0)


def test_a_page_that_is_opened_before_the_sandbox_answers_waits_for_it(own):
    _, window, _ = own
    fail = {"left": 2}

    def refuse(route):
        fail["left"] -= 1
        return route.abort() if fail["left"] >= 0 else route.continue_()

    page = window.open("/desk?worker=ana.ruiz", routes=[("**/sandbox/v1/world", refuse)])
    expect(page.get_by_text("No tasks", exact=True)).to_be_visible()


def test_a_page_that_comes_back_from_the_history_of_the_browser_shows_what_it_missed(own):
    _, window, people = own
    page = open_scene(window, people, "agent-conversation")
    sid = people.get("conversations", project="frontline")["conversations"][0]["sid"]
    page.evaluate("dispatchEvent(new Event('pagehide'))")
    people.write("frontline", sid, "guest-1", "Are you still there?")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    expect(page.locator(".message .body").last).to_have_text("Are you still there?")
