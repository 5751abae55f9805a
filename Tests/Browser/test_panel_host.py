"""The panel inside a CRM page of another site, through the real bridge: pops, dials, control, sign-in by a window, no storage."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from panel_scenes import MATCHES
from panel_stub import TOKEN, interaction
from panel_window import sign_in

PAGE = """<!doctype html><meta charset="utf-8"><title>CRM</title>
<style>body {{ margin: 0; display: grid; grid-template-columns: 1fr 360px; height: 100vh; }} #patchbay, iframe {{ height: 100%; width: 100%; border: 0; }}</style>
<main id="crm"></main><div id="patchbay"></div>
<script type="module">
  import {{ mountPanel }} from "{panel}/bridge/ccbridge-host.js";
  window.pops = []; window.events = []; window.logs = [];
  window.panel = mountPanel({{
    element: "#patchbay", panel: "{panel}", locale: "en", theme: {{ mode: "light" }},
    onScreenPop: (pop) => (window.pops.push(pop), window.popResult?.(pop)),
    onLog: ({{ log }}) => (window.logs.push(log), {{ status: "saved" }}),
    onInteraction: ({{ event, interaction }}) => window.events.push(`${{event}} ${{interaction.state}}`),
    onSelected: ({{ interactionId }}) => window.events.push(`selected ${{interactionId ? "one" : "none"}}`),
  }});
</script>"""


@pytest.fixture
def crm(panel, stub):
    """A CRM page on another site than the panel; the frame comes back as well."""
    stub.crm_page = PAGE.format(panel=stub.url)

    def open(is_signed_in: bool = True, **options):
        context = panel.browser.new_context(viewport={"width": 1100, "height": 760}, locale="en-GB", reduced_motion="reduce", **options)
        panel.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: panel.problems.append(f"crm: {error}"))
        page.goto(f"{stub.crm}/crm")
        frame = page.frame_locator("iframe")
        if is_signed_in:
            frame.locator("summary").click()
            sign_in(frame)
            page.wait_for_function("panel.state === 'connected' && panel.agent")
        return page, frame

    return open


def test_the_record_of_a_call_opens_in_the_crm_and_its_result_is_reported(crm, stub, picture):
    page, frame = crm()
    page.evaluate("() => { window.popResult = (pop) => ({ outcome: 'opened', record: pop.record }); }")
    call = stub.offer(interaction())
    stub.pop(call, "one", MATCHES[:1])
    page.wait_for_function("pops.length === 1")
    assert page.evaluate("pops[0].record.id") == "C1"
    frame.locator(".offer .accept").click()
    stub.change(call, "connected", state="connected", connectedTs=call["offeredTs"])
    page.wait_for_function("events.includes('connected connected')")
    picture(page, "panel-in-crm")
    assert page.evaluate("events") == ["offered offered", "accepted accepted", "selected one", "connected connected"]
    assert [one["outcome"] for one in stub.asked("/v1/agent/pops/")] == ["opened"]
    assert stub.asked("/v1/agent/pops/")[0]["latencyMs"] < 1_000


def test_a_record_that_nobody_opened_is_opened_by_the_panel_that_takes_over(crm, stub):
    stub.leases["holder"] = "a panel that is gone"
    page, frame = crm()
    call = stub.offer(interaction())
    stub.pop(call, "one", MATCHES[:1])
    page.wait_for_function("events.includes('offered offered')")
    assert page.evaluate("pops") == []
    stub.leases["holder"] = None
    page.wait_for_function("pops.length === 1 && pops[0].record.id === 'C1'")
    page.wait_for_function("panel.leader === true")
    assert len(page.evaluate("pops")) == 1


def test_the_agents_choice_among_several_opens_in_the_crm(crm, stub):
    page, frame = crm()
    call = stub.offer(interaction(state="connected"))
    stub.pop(call, "many", MATCHES)
    page.wait_for_function("pops.length === 1 && pops[0].candidates.length === 2")
    frame.locator(".match", has_text="Luis").click()
    page.wait_for_function("pops.length === 2 && pops[1].record.id === 'C2'")


def test_a_click_in_the_crm_is_one_call(crm, stub):
    page, frame = crm()
    result = page.evaluate("panel.dial('+34 911 22 33 44', { record: { entity: 'contact', id: 'C1', label: 'Lucía' } })")
    assert (result["status"], result["e164"]) == ("placed", "+34 911 22 33 44")
    expect(frame.locator(".call-phase")).to_have_text("Calling your phone")
    asked = stub.asked("^/v1/dials$")
    assert len(asked) == 1 and asked[0]["record"]["id"] == "C1"


def test_an_extension_goes_with_the_number_and_is_shown(crm, stub):
    page, frame = crm()
    page.evaluate("panel.dial('+34 911 22 33 44', { extension: '12' })")
    expect(frame.locator(".call-phase")).to_have_text("Calling your phone")
    [asked] = stub.asked("^/v1/dials$")
    assert (asked["number"], asked["extension"]) == ("+34 911 22 33 44", "12")
    call = list(stub.interactions.values())[-1]
    stub.change(call, "updated", call={"state": "ringing", "extension": "12"})
    expect(frame.locator(".call-reason")).to_have_text("Extension 12 is pressed once it is answered.")


def test_the_record_on_screen_is_offered_for_a_dial_and_for_a_log(crm, stub):
    page, frame = crm()
    page.evaluate("panel.setCurrentRecord({ entity: 'contact', id: 'C7', label: 'Nadia Ferrer' })")
    call = stub.offer(interaction(state="connected"))
    frame.get_by_role("button", name="Note this under the record on screen: Nadia Ferrer").click()
    page.wait_for_function("true")
    expect(frame.locator(".record-chip")).to_contain_text("Nadia Ferrer")
    expect(frame.locator(".record-current")).to_have_count(0)
    assert stub.asked("/record$")[-1]["record"]["id"] == "C7"
    stub.change(call, "completed", state="completed")
    frame.locator(".nav-item").nth(1).click()
    about = frame.get_by_label("About the record on screen: Nadia Ferrer")
    expect(about).to_be_checked()
    frame.locator(".number").fill("+34911223344")
    frame.locator(".number").press("Enter")
    expect(frame.locator(".call-phase")).to_have_text("Calling your phone")
    assert stub.asked("^/v1/dials$")[-1]["record"] == {"entity": "contact", "id": "C7", "label": "Nadia Ferrer"}


def test_a_dial_that_has_nothing_to_do_with_the_record_on_screen_says_so(crm, stub):
    page, frame = crm()
    page.evaluate("panel.setCurrentRecord({ entity: 'contact', id: 'C7', label: 'Nadia Ferrer' })")
    frame.locator(".nav-item").nth(1).click()
    frame.get_by_label("About the record on screen: Nadia Ferrer").uncheck()
    frame.locator(".number").fill("+34911223344")
    frame.locator(".number").press("Enter")
    expect(frame.locator(".call-phase")).to_have_text("Calling your phone")
    assert "record" not in stub.asked("^/v1/dials$")[-1]


def test_a_refused_dial_tells_the_crm_why_and_what_to_do(crm, stub):
    stub.dial_answer = {"reason": "no_permission", "detail": "The account may not call Spain.", "remedy": "Allow it."}
    page, _ = crm()
    result = page.evaluate("panel.dial('+34911223344')")
    assert result == {"status": "refused", "reason": "no_permission", "detail": "The account may not call Spain.", "remedy": "Allow it."}


def test_a_number_that_needs_a_yes_waits_for_the_agent(crm, stub):
    stub.agent |= {"requiresConfirm": True}
    page, frame = crm()
    assert page.evaluate("panel.dial('+34911223344')")["status"] == "confirm"
    expect(frame.locator(".number")).to_have_value("+34911223344")
    assert stub.asked("^/v1/dials$") == []
    frame.locator(".dial-call").click()
    expect(frame.locator(".call-phase")).to_have_text("Calling your phone")


def test_nobody_signed_in_dials_nothing(crm, stub):
    page, frame = crm(is_signed_in=False)
    page.wait_for_function("panel.state === 'connected'")
    assert page.evaluate("panel.dial('+34911223344')") == {"status": "refused", "reason": "offline"}
    assert stub.asked("^/v1/dials$") == []


def test_the_crm_controls_a_call_and_logs_it_when_it_is_over(crm, stub):
    page, frame = crm()
    call = stub.offer(interaction(state="connected", disposition={"required": False, "codes": []}))
    page.wait_for_function("panel.interactions.length === 1")
    for action, phase in [("hold", "held"), ("resume", "talking")]:
        page.evaluate(f"panel.control('{call['interactionId']}', '{action}')")
        expect(frame.locator(f".call[data-phase={phase}]")).to_be_visible()
    page.evaluate(f"panel.control('{call['interactionId']}', 'hangup')")
    frame.get_by_role("button", name="Complete").click()
    page.wait_for_function("logs.length === 1")
    assert page.evaluate("[logs[0].outcome, logs[0].interactionId]") == ["completed", call["interactionId"]]
    refusal = page.evaluate(f"panel.control('{call['interactionId']}', 'hold').catch((error) => error.code)")
    assert refusal == "not_found"


def test_signing_in_by_a_window_hands_the_token_to_the_frame_only(crm, stub):
    page, frame = crm(is_signed_in=False)
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="Sign in", exact=True).first.click()
    window = opened.value
    window.locator("textarea.token").fill(TOKEN)
    with window.expect_event("close"):
        window.get_by_role("button", name="Sign in", exact=True).click()
    expect(frame.locator(".pill-live")).to_be_attached()
    page.wait_for_function("panel.agent?.id === 'ana.ruiz'")


def test_without_any_storage_a_reload_of_the_frame_resumes(crm, stub):
    page, frame = crm(is_signed_in=False)
    # What Chromium does in a frame when third-party cookies are blocked.
    page.context.add_init_script("""if (parent !== window) for (const name of ["sessionStorage", "localStorage"])
      Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });""")
    page.reload()
    frame.locator("summary").click()
    sign_in(frame)
    expect(frame.locator(".banners")).to_contain_text("you sign in again")
    stub.offer(interaction(state="connected"))
    frame.locator(".wrapup textarea").fill("Kept without storage")
    page.frames[1].evaluate("location.reload()")
    expect(frame.locator(".wrapup textarea")).to_have_value("Kept without storage")
    expect(frame.locator(".pill-live")).to_be_attached()
    # What it cannot keep is a reload of the page around: that asks for another sign-in, and the call is there then.
    page.reload()
    expect(frame.locator("summary")).to_be_visible()
    frame.locator("summary").click()
    sign_in(frame)
    expect(frame.locator(".call-phase")).to_be_visible()


def test_the_crm_knows_after_a_reload_who_leads_and_what_is_selected(crm, stub):
    page, frame = crm()
    call = stub.offer(interaction(state="connected"))
    expect(frame.locator(".call-phase")).to_be_visible()
    page.evaluate("() => { events.length = 0; }")
    page.frames[1].evaluate("location.reload()")
    expect(frame.locator(".call-phase")).to_be_visible()
    page.wait_for_function("panel.state === 'connected' && panel.leader === true && panel.interactions.length === 1")
    page.wait_for_function("events.includes('selected one')")
    stub.pop(call, "one", MATCHES[:1])
    page.wait_for_function("pops.length === 1")
