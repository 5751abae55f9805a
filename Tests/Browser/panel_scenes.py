"""The states in which an agent meets the panel."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from panel_stub import CODES, chat, interaction, message, now
from panel_window import PanelWindow, control

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
MATCHES = [
    {"entity": "contact", "id": "C1", "label": "Lucía García", "detail": "Lavandería Sol, Valencia", "matchedOn": "phone_exact", "score": 1},
    {"entity": "contact", "id": "C2", "label": "Luis García", "detail": "Home", "matchedOn": "phone_suffix", "score": 0.6},
]  # fmt: skip
SCENES = [
    "sign-in", "nothing", "away", "offer", "offers", "call", "held", "keypad", "transfer", "warm", "chat", "chat-failed", "wrapup", "wrapup-invalid",
    "many", "none", "dial", "dial-refused", "recent", "menu", "activities", "shortcuts", "refused", "late", "other-tab", "not-an-agent",
]  # fmt: skip


def world(stub) -> None:
    """Four tasks and a few that are over."""
    t = now()
    call = interaction(1, state="connected", offeredTs=t - 153_000, acceptedTs=t - 150_000, connectedTs=t - 148_000, record={"entity": "contact", "id": "C1", "label": "Lucía García Fernández"})
    talk = chat(9)
    other = chat(10, channel="whatsapp", customer={"name": "Bartholomew Featherstonehaugh-Cholmondeley", "identityVerified": False})
    over = interaction(3, state="wrapup", offeredTs=t - 95_000, acceptedTs=t - 90_000, connectedTs=t - 80_000, endedTs=t - 20_000, wrapupTs=t - 20_000, endedBy="customer", customer={"phone": "+34911222333", "identityVerified": False})
    stub.interactions = {one["interactionId"]: one for one in (call, talk, other, over)}
    old = [message(index, f"Message {index} of an older conversation.", "in" if index % 3 else "out") for index in range(1, 60)]
    stub.threads[talk["interactionId"]] = old + [message(60, "Hi! My order 4711 has not arrived."), message(61, "I am looking it up.", "out"), message(62, "Thank you!")]
    ended = [
        ("completed", {"logged": {"status": "saved"}, "disposition": {"required": True, "codes": CODES, "code": "solved"}}), ("missed", {"logged": {"status": "queued"}}), ("rejected", {}),
        ("completed", {"outcome": "busy", "direction": "outbound", "to": "+34911222333", "customer": {"phone": "+34911222333"}, "logged": {"status": "failed"}}),
    ]  # fmt: skip
    stub.recent = []
    for number, (state, more) in enumerate(ended, 1):
        at = t - number * 3_600_000
        times = {"acceptedTs": at + 4_000, "connectedTs": at + 6_000, "endedTs": at + 216_000, "wrapupTs": at + 216_000, "completedTs": at + 260_000}
        stub.recent.append(interaction(20 + number, state=state, offeredTs=at, **(times if state == "completed" else {"endedTs": at + 20_000}), **more))


def open_scene(window: PanelWindow, scene: str, **options) -> Page:
    """Makes what the scene needs and brings a window there."""
    stub = window.stub
    if scene == "sign-in":
        return window.open("/panel/", **options)
    if scene not in ("nothing", "away", "not-an-agent"):
        world(stub)
    if scene == "away":
        stub.agent["activity"] = stub.agent["activities"][1]
    if scene == "not-an-agent":
        stub.fail("^/v1/agent$", 404, code="crm.not_an_agent", detail="No worker is called ana.ruiz.")
        page = window.open("/panel/", **options)
        page.locator("textarea.token").fill("a-token-of-ana")
        page.locator("form:has(textarea.token) button[type=submit]").click()
        expect(page.locator(".banner-bad")).to_be_visible()
        return page
    page = window.enter(**options)
    globals()["_" + scene.replace("-", "_")](page, window)
    return page


def choose(page: Page, number: int) -> None:
    page.locator(f'.tab[data-id="WT{number:032}"]').click()
    expect(page.locator(f'.task[data-id="WT{number:032}"]')).to_be_visible()


def view(page: Page, name: str) -> None:
    page.locator(".nav-item").nth(["tasks", "dial", "recent"].index(name)).click()


def _nothing(page, window):
    expect(page.locator(".nothing-icon.is-ready")).to_be_visible()


def _away(page, window):
    expect(page.locator(".nothing-to-do .primary")).to_be_visible()


def _offer(page, window):
    choose(page, 1)
    window.stub.offer(interaction(50))
    expect(page.locator(".offer").last).to_be_visible()


def _offers(page, window):
    window.stub.offer(chat(51, state="offered", customer={"name": "Nora"}))
    _offer(page, window)
    expect(page.locator(".offer")).to_have_count(2)


def _call(page, window):
    choose(page, 1)


def _held(page, window):
    choose(page, 1)
    control(page, "hold").click()
    expect(page.locator(".task:not([hidden]) .call[data-phase=held]")).to_be_visible()


def _keypad(page, window):
    choose(page, 1)
    control(page, "keypad").click()
    page.keyboard.type("12#")
    expect(page.locator(".task:not([hidden]) .dialled")).to_have_text("12#")


def _transfer(page, window):
    choose(page, 1)
    control(page, "transfer").click()
    expect(page.locator(".task:not([hidden]) .target-row")).to_have_count(4)


def _warm(page, window):
    _transfer(page, window)
    page.locator(".task:not([hidden]) [data-mode=warm]").click()
    page.keyboard.press("Shift+Tab")
    page.locator(".task:not([hidden]) .transfer input").fill("+34 911 22 33 44")
    expect(page.locator(".task:not([hidden]) .target-row")).to_have_count(1)


def _chat(page, window):
    choose(page, 9)
    expect(page.locator(".task:not([hidden]) .bubble").last).to_be_in_viewport()


def _chat_failed(page, window):
    _chat(page, window)
    window.stub.fail("/messages$", 503, method="POST", detail="The Broker is away.")
    page.locator(".task:not([hidden]) .composer textarea").fill("It leaves today.")
    page.keyboard.press("Enter")
    expect(page.locator(".is-failed")).to_be_visible()


def _wrapup(page, window):
    choose(page, 3)


def _wrapup_invalid(page, window):
    choose(page, 3)
    page.locator(".task:not([hidden]) .wrapup .primary").click()
    expect(page.locator(".task:not([hidden]) .codes-field .field-error")).not_to_be_empty()


def _many(page, window):
    choose(page, 1)
    window.stub.pop(window.stub.interactions[f"WT{1:032}"], "many", MATCHES)
    expect(page.locator(".match")).to_have_count(2)


def _none(page, window):
    choose(page, 3)
    window.stub.pop(window.stub.interactions[f"WT{3:032}"], "none")
    expect(page.locator(".record input")).to_have_count(3)


def _dial(page, window):
    view(page, "dial")
    page.locator(".number").fill("+34 911 22 33 44")


def _dial_refused(page, window):
    window.stub.dial_answer = {"reason": "no_permission", "detail": "The account may not call Spain.", "remedy": "Ask an administrator to allow Spain under voice geographic permissions."}
    _dial(page, window)
    page.locator(".dial-call").click()
    expect(page.locator(".dial-outcome .callout-bad")).to_be_visible()


def _recent(page, window):
    view(page, "recent")
    expect(page.locator(".recent-row")).to_have_count(4)


def _menu(page, window):
    page.locator(".bar-end .menu-button").click()


def _activities(page, window):
    page.locator(".activity .menu-button").click()


def _shortcuts(page, window):
    page.locator(".bar-end .menu-button").click()
    page.locator(".bar-end .menu-item").first.click()
    expect(page.locator("dialog[open]")).to_be_visible()


def _refused(page, window):
    choose(page, 1)
    window.stub.fail("/actions$", 409, code="crm.wrong_state", detail="The interaction is wrapup.")
    control(page, "mute").click()
    expect(page.locator(".failure")).to_be_visible()


def _late(page, window):
    choose(page, 1)
    window.stub.cut(for_good=True)
    expect(page.locator(".banner-late")).to_be_visible()


def _other_tab(page, window):
    choose(page, 1)
    window.stub.leases["holder"] = "another"
    window.stub.push("agent.updated", {"agentId": "ana.ruiz", "agent": window.stub.agent | {"leader": {"panelId": "another", "expiresTs": now() + 15_000}}})
    expect(page.locator(".banners .banner-note")).to_be_visible()
