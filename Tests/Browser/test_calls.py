"""Telephone calls: the customer dials, hears the menu, presses keys, hangs up; a call that comes in is answered."""

from __future__ import annotations

from playwright.sync_api import expect

from sandbox_process import NUMBERS, wait_until

CUSTOMER = "+34600111222"


def test_a_customer_calls_hears_the_menu_presses_keys_and_hangs_up(window, people):
    page = window.open("/customer?app=calls")
    expect(page.get_by_label("Number to call")).to_have_value(NUMBERS["flex"][0])
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.get_by_text("Connected")).to_be_visible()
    menu = page.get_by_role("log", name="What the voice says")
    expect(menu).not_to_have_text("")
    page.get_by_role("group", name="Keypad").get_by_role("button", name="1").click()
    expect(page.get_by_label("Keys pressed")).to_have_text("1")
    wait_until(lambda: people.get("calls", project="flex")["calls"], 30, "call")
    page.get_by_role("button", name="Hang up").click()
    expect(page.get_by_role("list", name="Past calls")).to_contain_text("Ended")


def test_a_number_is_dialled_with_the_keypad(window, people):
    page = window.open("/customer?app=calls")
    page.get_by_label("Number to call").fill("+")
    for key in "14155550200":
        page.get_by_role("group", name="Keypad").get_by_role("button", name=key, exact=True).click()
    expect(page.get_by_label("Number to call")).to_have_value(NUMBERS["frontline"][0])
    page.get_by_role("button", name="Call", exact=True).click()
    wait_until(lambda: people.get("calls", project="frontline")["calls"], 30, "call of the other project")


def test_a_call_that_comes_in_rings_and_is_answered(window, people):
    page = window.open("/customer?app=calls")
    people.post("calls", "flex", **{"from": "client:ana.ruiz", "to": CUSTOMER})
    expect(page.get_by_text("Ringing")).to_be_visible()
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_text("Connected")).to_be_visible()
    page.get_by_role("button", name="Hang up").click()
    expect(page.get_by_role("list", name="Past calls")).to_be_visible()


def test_a_call_that_comes_in_can_be_declined(window, people):
    page = window.open("/customer?app=calls")
    people.post("calls", "flex", **{"from": "client:ana.ruiz", "to": CUSTOMER})
    page.get_by_role("button", name="Decline").click()
    expect(page.get_by_role("list", name="Past calls")).to_contain_text("Busy")


def waiting_call(window, people, *workers):
    """A customer who calls and presses a key, and the workers who are available for him."""
    for worker in workers:
        people.set_activity("flex", worker, "Available")
    customer = window.open("/customer?app=calls", "narrow")
    customer.get_by_role("button", name="Call", exact=True).click()
    expect(customer.get_by_text("Connected")).to_be_visible()
    customer.get_by_role("group", name="Keypad").get_by_role("button", name="1").click()
    return customer


def desk_of(window, worker):
    desk = window.open(f"/desk?worker={worker}")
    desk.locator(".incoming").get_by_role("button", name="Accept").click()
    desk.locator(".desk-left .conversation").click()
    expect(desk.get_by_text("Connected")).to_be_visible()
    return desk


def test_an_agent_holds_and_mutes_and_the_customer_hears_music(window, people, picture):
    customer = waiting_call(window, people, "ana.ruiz")
    desk = desk_of(window, "ana.ruiz")
    desk.get_by_role("button", name="Hold").click()
    expect(desk.get_by_role("button", name="Hold")).to_have_attribute("aria-pressed", "true")
    expect(customer.get_by_text("You are on hold: music plays.")).to_be_visible()
    picture(customer, "customer-held-narrow-light-en")
    desk.get_by_role("button", name="Mute").click()
    expect(desk.get_by_text("Muted")).to_be_visible()
    picture(desk, "desk-call-held-wide-light-en")
    desk.get_by_role("button", name="Hold").click()
    expect(customer.get_by_text("You are on hold: music plays.")).not_to_be_visible()
    customer.get_by_role("button", name="Hang up").click()
    expect(desk.get_by_role("button", name="Complete")).to_be_visible()


def test_a_call_is_handed_on_and_the_customer_changes_over_when_it_is_taken(window, people, picture):
    customer = waiting_call(window, people, "ana.ruiz")
    first = desk_of(window, "ana.ruiz")
    people.set_activity("flex", "ben.cole", "Available")
    first.get_by_role("button", name="Hand on").click()
    picture(first, "desk-call-transfer-wide-light-en")
    first.get_by_role("list", name="Transfer to").get_by_role("button", name="ben.cole").click()
    expect(first.get_by_text("Offered to ben.cole").first).to_be_visible()
    expect(customer.get_by_text("Connected")).to_be_visible()
    second = desk_of(window, "ben.cole")
    expect(first.get_by_role("button", name="Complete")).to_be_visible()
    expect(customer.get_by_text("Connected")).to_be_visible()
    second.get_by_role("button", name="Hang up").click()
    expect(customer.get_by_role("list", name="Past calls")).to_contain_text("Ended")


def test_a_call_accepted_elsewhere_is_in_the_agents_app_with_its_buttons(window, people, picture):
    customer = waiting_call(window, people, "ana.ruiz")
    app = window.open("/agent?worker=ana.ruiz", "narrow", scheme="dark", language="es-ES")
    (offered,) = wait_until(lambda: people.get("tasks", project="flex")["reservations"], 30, "reservation")
    workspace = people.get("world")["projects"][0]["workspace_sid"]
    people.rest(
        "flex",
        f"taskrouter/v1/Workspaces/{workspace}/Tasks/{offered['task_sid']}/Reservations/{offered['sid']}",
        ReservationStatus="accepted",
    )
    strip = app.get_by_role("region", name="Llamada en curso")
    expect(strip.get_by_text(CUSTOMER)).to_be_visible()
    strip.get_by_role("button", name="Poner en espera").click()
    expect(customer.get_by_text("You are on hold: music plays.")).to_be_visible()
    picture(app, "agent-call-narrow-dark-es")
    strip.get_by_role("button", name="Colgar").click()
    expect(strip).not_to_be_visible()
    expect(customer.get_by_role("list", name="Past calls")).to_contain_text("Ended")


def test_a_call_that_waits_is_taken_at_the_desk_and_ends_on_both_sides(window, people, picture):
    people.set_activity("flex", "ana.ruiz", "Available")
    customer = window.open("/customer?app=calls")
    customer.get_by_role("button", name="Call", exact=True).click()
    customer.get_by_role("group", name="Keypad").get_by_role("button", name="1").click()
    desk = window.open("/desk?worker=ana.ruiz")
    desk.locator(".incoming").get_by_role("button", name="Accept").click()
    desk.locator(".desk-left .conversation").click()
    expect(desk.get_by_role("heading", name=CUSTOMER).last).to_be_visible()
    expect(desk.get_by_text("Connected")).to_be_visible()
    picture(desk, "desk-call-wide-light-en")
    desk.get_by_role("button", name="Hang up").click()
    expect(customer.get_by_role("list", name="Past calls")).to_contain_text("Ended")
    desk.get_by_role("button", name="Complete").click()
    expect(desk.get_by_text("No tasks")).to_be_visible()
