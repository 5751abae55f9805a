"""The agent panel on real processes: customers call from the Sandbox's telephone, agents answer at theirs."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from panel_stack import AGENT, COLLEAGUE
from panel_window import control
from sandbox_process import wait_until

NUMBER = "+34911222333"


def answered(desk, page, customer=None) -> str:
    """A customer calls, the agent accepts in the panel and takes his telephone up: the customer's leg."""
    call = desk.stack.customer_calls()
    page.locator(".offer .accept").click()
    desk.stack.pick_up(AGENT)
    expect(page.locator(".call-phase")).to_have_text("On the call")
    return call


def complete(page) -> None:
    page.get_by_text("Solved").click()
    page.get_by_role("button", name="Complete").click()
    expect(page.locator(".nothing-to-do")).to_be_visible()


def test_a_call_from_the_offer_to_the_log(desk, picture):
    page, customer = desk.enter(AGENT), desk.customer()
    expect(page.locator(".nothing-icon.is-ready")).to_be_visible()
    call = desk.stack.customer_calls()
    expect(page.locator(".offer-left")).to_contain_text("s left")
    picture(page, "panel-stack-offer")
    page.locator(".offer .accept").click()
    desk.stack.pick_up(AGENT)
    expect(page.locator(".call-phase")).to_have_text("On the call")
    expect(page.locator(".call-audio")).to_contain_text("Audio is in Flex")
    control(page, "hold").click()
    expect(page.locator(".call-phase")).to_have_text("On hold")
    expect(customer.get_by_text("You are on hold: music plays.")).to_be_visible()
    control(page, "hold").click()
    expect(page.locator(".call-phase")).to_have_text("On the call")
    expect(customer.get_by_text("You are on hold: music plays.")).not_to_be_visible()
    control(page, "mute").click()
    expect(control(page, "mute")).to_have_text("Unmute")
    control(page, "keypad").click()
    page.keyboard.type("4711#")
    expect(page.locator(".dialled")).to_have_text("4711#")
    wait_until(lambda: "4711#" in "".join(desk.stack.call(call).get("tones") or []), 30, "the tones that the customer hears")
    picture(page, "panel-stack-call")
    customer.get_by_role("button", name="Hang up").click()
    expect(page.locator(".call-reason")).to_have_text("The customer ended the call.")
    page.get_by_role("button", name="Complete").click()
    expect(page.locator(".codes-field .field-error")).to_contain_text("Choose an outcome")
    page.locator(".wrapup textarea").fill("Order 4711 was sent again.")
    complete(page)
    page.locator(".nav-item").nth(2).click()
    expect(page.locator(".recent-row")).to_have_count(1)
    expect(page.locator(".recent-row")).to_contain_text("Completed")
    picture(page, "panel-stack-recent")


def test_a_call_goes_on_while_the_panel_is_reloaded(desk, record_property):
    page = desk.enter(AGENT)
    call = answered(desk, page)
    page.locator(".wrapup textarea").fill("Half a thought")
    begun = time.monotonic()
    page.reload(wait_until="commit")
    expect(page.locator(".call-phase")).to_have_text("On the call")
    record_property("panel: reload in a call, seconds", round(time.monotonic() - begun, 3))
    expect(page.locator(".pill-live")).to_be_attached()
    expect(page.locator(".wrapup textarea")).to_have_value("Half a thought")
    desk.stack.hang_up(call)
    expect(page.locator(".wrapup.is-over")).to_be_visible()


def test_an_offer_that_is_declined_goes_to_a_colleague(desk):
    page = desk.enter(AGENT)
    desk.stack.go(COLLEAGUE, "Available")
    other = desk.enter(COLLEAGUE)
    desk.stack.customer_calls()
    first, second = wait_until(
        lambda: next(((one, two) for one, two in [(page, other), (other, page)] if one.locator(".offer").count()), None), 30, "an offer"
    )
    first.locator(".offer .reject").click()
    expect(first.locator(".offer")).to_have_count(0)
    expect(second.locator(".offer")).to_be_visible()


def test_a_call_is_given_to_a_colleague(desk):
    page = desk.enter(AGENT)
    answered(desk, page)
    desk.stack.go(COLLEAGUE, "Available")
    other = desk.enter(COLLEAGUE)
    control(page, "transfer").click()
    page.locator(".target-row", has_text=COLLEAGUE).click()
    other.locator(".offer .accept").click()
    desk.stack.pick_up(COLLEAGUE)
    expect(other.locator(".call-phase")).to_have_text("On the call")
    expect(page.locator(".call-controls")).not_to_be_visible()


def test_a_number_is_dialled_and_talks(desk):
    page = desk.enter(AGENT)
    page.locator(".nav-item").nth(1).click()
    page.locator(".number").fill("911 222 333")
    page.locator(".number").press("Enter")
    expect(page.locator(".call-phase")).to_have_text("Calling your phone")
    desk.stack.pick_up(AGENT)
    expect(page.locator(".call-phase")).to_have_text("Ringing")
    desk.stack.pick_up(NUMBER)
    expect(page.locator(".call-phase")).to_have_text("On the call")
    control(page, "end").click()
    expect(page.locator(".call-controls")).not_to_be_visible()


def test_a_number_outside_the_list_is_refused_with_what_to_do(desk, picture):
    page = desk.enter(AGENT)
    page.locator(".nav-item").nth(1).click()
    page.locator(".number").fill("+7 495 123 45 67")
    page.locator(".number").press("Enter")
    expect(page.locator(".dial-outcome .callout-bad")).to_contain_text("Calls to this country are not allowed")
    picture(page, "panel-stack-refused")


def test_the_broker_away_is_said_and_no_click_is_done_late(desk):
    page = desk.enter(AGENT)
    desk.stack.stop("broker")
    expect(page.locator(".banners .banner").first).to_be_visible()
    page.locator(".nav-item").nth(1).click()
    page.locator(".number").fill(NUMBER)
    page.locator(".number").press("Enter")
    expect(page.locator(".dial-outcome .callout-bad")).to_be_visible()
    desk.stack.start("broker")
    expect(page.locator(".banners .banner")).to_have_count(0, timeout=60_000)
    desk.stack.customer_calls()
    expect(page.locator(".offer")).to_be_visible(timeout=60_000)
    assert [call for call in desk.stack.calls() if call["to"] == NUMBER] == []


def test_the_status_is_the_one_of_the_worker(desk):
    page = desk.enter(AGENT)
    page.locator(".activity .menu-button").click()
    page.get_by_role("menuitemradio").filter(has_text="Offline").click()
    expect(page.locator(".nothing-to-do h2")).to_have_text("You are not available")
    desk.stack.go(AGENT, "Available")
    expect(page.locator(".nothing-to-do h2")).to_have_text("Ready")
