"""What the panel does when something is refused, away, late or hostile."""

from __future__ import annotations

from playwright.sync_api import expect

from panel_scenes import HOSTILE, MATCHES, choose, open_scene, world
from panel_stub import TOKEN, chat, interaction, message
from panel_window import control, sign_in


def test_a_token_that_is_refused_is_told_and_the_next_one_works(panel, stub):
    page = panel.open("/panel/", size="dock")
    page.locator("textarea.token").fill("nonsense")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").filter(has_text="not valid")).to_be_visible()
    sign_in(page)


def test_a_sign_in_that_ends_meanwhile_keeps_what_is_typed(panel, stub):
    page = open_scene(panel, "wrapup", size="dock")
    notes = page.locator(".task:not([hidden]) .wrapup textarea")
    notes.fill("He moves in March.")
    stub.fail("^/v1/agent", 401, detail="Expired.")
    page.locator(".task:not([hidden]) .code").first.click()
    page.locator(".task:not([hidden]) .wrapup .primary").click()
    dialog = page.locator("dialog[open]")
    expect(dialog).to_contain_text("Your sign-in has ended")
    stub.heal()
    dialog.locator("textarea.token").fill(TOKEN)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(notes).to_have_value("He moves in March.")
    page.locator(".task:not([hidden]) .wrapup .primary").click()
    expect(page.locator('.tab[data-id$="0003"]')).to_have_count(0)


def test_an_offer_that_somebody_else_took_is_told_and_goes(panel, stub):
    page = panel.enter()
    call = stub.offer(interaction())
    stub.fail("/actions$", 409, times=1, code="crm.wrong_state", detail="The interaction is cancelled.")
    page.locator(".offer .accept").click()
    expect(page.locator(".offer .failure")).to_contain_text("no longer in a state for that")
    stub.change(call, "cancelled", state="cancelled")
    expect(page.locator(".offer")).to_have_count(0)
    expect(page.locator(".nothing-to-do h2")).to_be_visible()


def test_the_bus_away_is_said_plainly_and_goes_by_itself(panel, stub):
    page = open_scene(panel, "call", size="dock")
    stub.fail("^/v1/(agent|dials)", 503, code="gateway.bus_unavailable", detail="The Broker is away.")
    control(page, "hold").click()
    expect(page.locator(".banner-bad")).to_contain_text("The event bus has been away since")
    expect(page.locator(".failure")).to_contain_text("could not be put on hold")
    stub.heal()
    # The next beat of the lease finds it there again.
    expect(page.locator(".banner-bad")).to_have_count(0)
    control(page, "hold").click()
    expect(page.locator(".task:not([hidden]) .call[data-phase=held]")).to_be_visible()


def test_a_dial_while_the_bus_is_away_is_refused_and_never_repeated(panel, stub):
    page = open_scene(panel, "dial", size="dock")
    stub.fail("^/v1/dials", 503, code="gateway.bus_unavailable", detail="The Broker is away.")
    page.locator(".dial-call").click()
    expect(page.locator(".dial-outcome .callout-bad")).to_be_visible()
    stub.heal()
    page.locator(".dial-outcome").get_by_role("button").click()
    expect(page.locator(".dial-outcome .callout-bad")).to_have_count(0)
    assert len(stub.asked("^/v1/dials")) == 1


def test_a_double_click_on_call_is_one_dial(panel, stub):
    page = open_scene(panel, "dial", size="dock")
    page.locator(".dial-call").dblclick()
    expect(page.locator(".task:not([hidden]) .call-phase")).to_have_text("Calling your phone")
    assert len(stub.asked("^/v1/dials")) == 1


def test_a_lost_stream_is_told_and_what_happened_meanwhile_comes_after(panel, stub):
    page = open_scene(panel, "late", size="dock")
    stub.offer(interaction(60))
    expect(page.locator(".pill-delayed")).to_be_attached()
    expect(page.locator(".offer")).to_have_count(0)
    before = len(stub.asked("^/v1/agent$"))
    stub.heal()
    expect(page.locator(".pill-live")).to_be_attached()
    expect(page.locator(".offer")).to_have_count(1)
    expect(page.locator(".banner-late")).to_have_count(0)
    assert len(stub.asked("^/v1/agent$")) == before, "it resumed, and did not load anew"


def test_a_journal_that_begins_anew_makes_the_panel_load_again(panel, stub):
    page = open_scene(panel, "late", size="dock")
    stub.offer(interaction(60))
    stub.forget()
    stub.heal()
    expect(page.locator(".offer")).to_have_count(1)
    assert len(stub.asked("^/v1/agent$")) == 2


def test_a_gateway_that_is_gone_is_offline_and_comes_back(panel, stub):
    page = open_scene(panel, "call", size="dock")
    stub.fail(".", 0)
    stub.cut()
    expect(page.locator(".pill-offline")).to_be_attached()
    expect(page.locator(".banners")).to_contain_text("No connection since")
    stub.heal()
    expect(page.locator(".pill-live")).to_be_attached()
    expect(page.locator(".banners .banner")).to_have_count(0)


def test_a_state_that_cannot_be_loaded_is_told_and_tried_again(panel, stub):
    stub.fail("^/v1/agent$", 503, times=1, detail="Starting.")
    page = panel.open("/panel/", size="dock")
    page.locator("textarea.token").fill(TOKEN)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".banner-bad")).to_contain_text("could not be loaded")
    expect(page.locator(".pill-live")).to_be_attached()
    expect(page.locator(".banner-bad")).to_have_count(0)


def test_a_message_that_is_not_sent_stays_and_is_sent_once(panel, stub):
    page = open_scene(panel, "chat-failed", size="dock")
    stub.heal()
    page.get_by_role("button", name="Send again").click()
    expect(page.locator(".is-failed, .is-pending")).to_have_count(0)
    expect(page.locator(".is-out .bubble", has_text="It leaves today.")).to_have_count(1)
    asked = stub.asked("/messages$", "POST")
    assert len(asked) == 2 and asked[0]["requestId"] == asked[1]["requestId"]


def test_another_panel_takes_over_and_gives_back(panel, stub):
    one = panel.enter()
    other = panel.enter()
    expect(other.locator(".banners .banner-note")).to_contain_text("active in another tab")
    other.get_by_role("button", name="Use it here").click()
    expect(other.locator(".banners .banner-note")).to_have_count(0)
    expect(one.locator(".banners .banner-note")).to_be_visible(timeout=8_000)


def test_nothing_that_people_write_is_ever_markup(panel, stub):
    world(stub)
    hostile = {"name": HOSTILE, "phone": HOSTILE, "identityVerified": True}
    call = interaction(1, state="connected", customer=hostile, queue={"id": "q", "name": HOSTILE}, record={"entity": "contact", "id": "x", "label": HOSTILE, "url": "javascript:window.hacked=1"}, disposition={"required": True, "codes": [{"code": "x", "label": HOSTILE}], "notes": HOSTILE})
    talk = chat(9, customer=hostile)
    stub.interactions = {one["interactionId"]: one for one in (call, talk)}
    stub.threads[talk["interactionId"]] = [message(1, HOSTILE), message(2, HOSTILE, "out")]
    stub.recent = [interaction(8, state="completed", customer=hostile, outcome=HOSTILE, logged={"status": "saved"})]
    stub.agent |= {"name": HOSTILE, "callerId": HOSTILE}
    page = panel.enter()
    choose(page, 9)
    expect(page.locator(".bubble")).to_have_count(2)
    choose(page, 1)
    stub.pop(call, "many", [one | {"label": HOSTILE, "detail": HOSTILE} for one in MATCHES], defaults={"name": HOSTILE})
    expect(page.locator(".match")).to_have_count(2)
    page.locator(".record-chip button").click()
    stub.offer(interaction(50, customer=hostile))
    expect(page.locator(".offer-name")).to_have_text(HOSTILE)
    page.locator(".nav-item").nth(2).click()
    expect(page.locator(".recent-row")).to_have_count(1)
    assert page.evaluate("[window.hacked ?? null, document.querySelectorAll('img, main script').length]") == [None, 0]
