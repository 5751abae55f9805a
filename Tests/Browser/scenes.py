"""Pages in the states in which a person meets them: what the tests of texts, looks and accessibility look at."""

from __future__ import annotations

import base64

from playwright.sync_api import Page, expect

from sandbox_process import ACCOUNTS, People

# A picture of one grey pixel.
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
SCENES = [
    "landing-empty", "landing", "customer-start", "customer-chat", "customer-texts", "customer-calls", "agent-choose",
    "agent-list", "agent-conversation", "agent-system", "agent-transfer", "desk-choose", "desk-empty", "desk-incoming",
    "desk-chat", "control-log", "control-faults", "control-drift",
]  # fmt: skip


def open_scene(window, people: People, scene: str, **options) -> Page:
    """Makes what the scene needs, opens its page and brings it there."""
    return globals()["_" + scene.replace("-", "_")](window, people, options)


def accepted_chat(people: People, name: str = "María López", body: str = "Where is my order?") -> dict:
    """A web chat that ana.ruiz has accepted."""
    people.set_activity("flex", "ana.ruiz", "Available")
    chat = people.begin_chat(name, body)
    reservation = next(
        one for one in people.get("tasks", project="flex")["reservations"] if one["task_sid"] == chat["task_sid"]
    )
    people.post(f"reservations/{reservation['sid']}/accept", "flex")
    return chat | {"reservation_sid": reservation["sid"]}


def mobile_conversation(people: People, name: str = "María López", worker: str = "ana.ruiz", **more) -> str:
    """A conversation of the second project, as a synchronisation would have made it."""
    root = "conversations/v1/Conversations"
    sid = people.rest("frontline", root, FriendlyName=name, **more)["sid"]
    people.rest("frontline", f"{root}/{sid}/Participants", Identity=worker)
    people.rest("frontline", f"{root}/{sid}/Participants", Identity="guest-1", Attributes='{"customer_id": "1"}')
    return sid


def mirrored(people: People, sid: str, source: dict, author: str = "guest-1") -> None:
    """Writes a message of the first project into a conversation of the second, tagged as a mirror."""
    tag = '{"mirror": {"src": "flex", "id": "%s"}}' % source["sid"]
    path = f"conversations/v1/Conversations/{sid}/Messages"
    people.rest("frontline", path, Author=author, Body=source["body"], Attributes=tag)


def pair_that_differs(people: People) -> None:
    """Five messages on one side; on the other the second is doubled, the fourth missing, the last out of order."""
    chat = people.begin_chat("María López", "message 0")
    for number in range(1, 5):
        people.write("flex", chat["conversation_sid"], chat["identity"], f"message {number}")
    sources = people.get(f"conversations/{chat['conversation_sid']}", project="flex")["messages"]
    twin = mobile_conversation(people, UniqueName=f"ff:{ACCOUNTS['flex']}:{chat['conversation_sid']}")
    for number in [4, 0, 1, 1, 2]:
        mirrored(people, twin, sources[number])


def _landing_empty(window, people, options):
    return window.open("/", **options)


def _landing(window, people, options):
    pair_that_differs(people)
    page = window.open("/", **options)
    expect(page.locator(".pair")).to_have_count(1)
    return page


def _customer_start(window, people, options):
    return window.open("/customer", **options)


def _customer_chat(window, people, options):
    page = window.open("/customer", **options)
    page.locator("input[name=name]").fill("María López")
    page.locator("textarea[name=body]").fill("Where is my order?")
    page.locator("form.start button").click()
    expect(page.locator(".message")).to_have_count(1)
    return page


def _customer_texts(window, people, options):
    people.post("customer/sms", "flex", **{"from": "+34600111222"}, body="Are you open today?", channel="sms")
    page = window.open("/customer?app=texts", **options)
    expect(page.locator(".message")).to_have_count(1)
    return page


def _customer_calls(window, people, options):
    return window.open("/customer?app=calls", **options)


def _agent_choose(window, people, options):
    return window.open("/agent", **options)


def _agent_list(window, people, options):
    for name in ["María López", "James Okafor"]:
        sid = mobile_conversation(people, name)
        people.write("frontline", sid, "guest-1", "Where is my order?")
    page = window.open("/agent?worker=ana.ruiz", **options)
    expect(page.locator(".conversation")).to_have_count(2)
    return page


def _agent_conversation(window, people, options):
    sid = mobile_conversation(people)
    file = {"filename": "label.png", "content_type": "image/png", "data": PIXEL}
    note = {"filename": "note.pdf", "content_type": "application/pdf", "data": base64.b64encode(b"x" * 81_000).decode()}
    people.write("frontline", sid, "guest-1", "Here is the label", media=[file, note])
    people.write("frontline", sid, "ana.ruiz", "Thank you")
    page = window.open("/agent?worker=ana.ruiz", **options)
    page.locator(".conversation").click()
    expect(page.locator(".message")).to_have_count(2)
    return page


def system_conversation(people: People) -> str:
    root = "conversations/v1/Conversations"
    sid = people.rest("frontline", root, FriendlyName="System", Attributes='{"isNotificationSystem": true}')["sid"]
    for identity in ["ana.ruiz", "NotifyAgent.ana.ruiz"]:
        people.rest("frontline", f"{root}/{sid}/Participants", Identity=identity)
    text = "María López wants to chat. Reply 1 to accept, 2 to decline."
    people.rest("frontline", f"{root}/{sid}/Messages", Author="NotifyAgent.ana.ruiz", Body=text)
    return sid


def _agent_system(window, people, options):
    system_conversation(people)
    page = window.open("/agent?worker=ana.ruiz", **options)
    page.locator(".conversation").click()
    expect(page.locator(".quick-answer")).to_have_count(2)
    return page


def _agent_transfer(window, people, options):
    page = _agent_conversation(window, people, options)
    page.locator(".app-bar .square").nth(1).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page


def _desk_choose(window, people, options):
    return window.open("/desk", **options)


def _desk_empty(window, people, options):
    return window.open("/desk?worker=ana.ruiz", **options)


def _desk_incoming(window, people, options):
    people.set_activity("flex", "ana.ruiz", "Available")
    people.begin_chat("María López", "Where is my order?")
    page = window.open("/desk?worker=ana.ruiz", **options)
    expect(page.locator(".incoming")).to_have_count(1)
    return page


def _desk_chat(window, people, options):
    chat = accepted_chat(people)
    people.write("flex", chat["conversation_sid"], "ana.ruiz", "I am looking it up.")
    page = window.open("/desk?worker=ana.ruiz", **options)
    page.locator(".desk-left .conversation").click()
    expect(page.locator(".message")).to_have_count(2)
    return page


def _control_log(window, people, options):
    mobile_conversation(people)
    page = window.open("/control", **options)
    expect(page.locator(".entry").first).to_be_visible()
    return page


def _control_faults(window, people, options):
    page = window.open("/control", **options)
    page.locator("#flex-500").fill("40")
    page.locator("#flex-latency").fill("25")
    page.locator(".fault-card:has(.down)").last.locator(".down .segments button").last.click()
    expect(page.locator(".down.is-down")).to_have_count(1)
    return page


def _control_drift(window, people, options):
    pair_that_differs(people)
    page = window.open("/control?view=drift", **options)
    expect(page.locator(".mark-missing").first).to_be_visible()
    return page
