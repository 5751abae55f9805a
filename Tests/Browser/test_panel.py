"""The agent panel against a Gateway that is played: sign-in, offers, calls."""

from __future__ import annotations

from playwright.sync_api import expect

from panel_stub import interaction
from panel_window import control


def test_a_call_is_offered_accepted_held_and_ended_by_the_agent(panel, stub, picture):
    page = panel.enter()
    call = stub.offer(interaction())
    offer = page.locator(".offer")
    expect(offer).to_contain_text("Lucía García")
    expect(offer).to_contain_text("Support")
    expect(offer.locator(".offer-left")).to_contain_text("s left")
    picture(page, "panel-offer")
    offer.get_by_role("button", name="Accept").click()
    expect(offer).to_have_count(0)
    expect(page.locator(".call-phase")).to_have_text("Connecting")
    stub.change(call, "connected", state="connected", connectedTs=call["offeredTs"] + 3_000)
    expect(page.locator(".call-phase")).to_have_text("On the call")
    control(page, "hold").click()
    expect(page.locator(".call-phase")).to_have_text("On hold")
    picture(page, "panel-held")
    control(page, "hold").click()
    expect(page.locator(".call-phase")).to_have_text("On the call")
    control(page, "end").click()
    expect(page.locator(".wrapup.is-over")).to_be_visible()
    picture(page, "panel-wrapup")
    assert [one["action"] for one in stub.asked("/actions$")] == ["accept", "hold", "resume", "hangup"]
