"""People talk: the customer, the agent at the desk and the agent's mobile app, each in a window."""

from __future__ import annotations

import base64

from playwright.sync_api import expect

from scenes import PIXEL, mobile_conversation, open_scene, system_conversation

BURST = 20


def test_a_customer_writes_an_agent_accepts_and_both_talk_until_the_end(window, people):
    people.set_activity("flex", "ana.ruiz", "Available")
    customer = open_scene(window, people, "customer-chat")
    desk = window.open("/desk?worker=ana.ruiz")
    expect(desk).to_have_title("(1) Desk · Patchbay")
    desk.locator(".incoming").get_by_role("button", name="Accept").click()
    expect(customer.get_by_text("An agent is with you")).to_be_visible()
    desk.get_by_role("button", name="María López").click()
    desk.get_by_label("Write a message").fill("Good morning")
    desk.get_by_role("button", name="Send", exact=True).click()
    expect(customer.get_by_role("log")).to_contain_text("Good morning")
    customer.get_by_label("Write a message").fill("Thank you")
    customer.keyboard.press("Enter")
    expect(desk.locator(".message .body").last).to_have_text("Thank you")
    expect(customer.get_by_role("img", name="Read").last).to_be_visible()
    desk.get_by_role("button", name="End chat").click()
    expect(desk.get_by_text("Complete the task when you are done")).to_be_visible()
    desk.get_by_role("button", name="Complete").click()
    expect(desk.get_by_text("No tasks")).to_be_visible()


def test_an_offer_counts_down_and_can_be_declined(window, people):
    desk = open_scene(window, people, "desk-incoming")
    left = int(desk.locator(".ring-text").inner_text())
    assert 0 < left <= 120
    expect(desk.locator(".ring-text")).not_to_have_text(str(left))
    desk.get_by_role("button", name="Decline").click()
    reservations = people.get("tasks", project="flex")["reservations"]
    assert "rejected" in [one["status"] for one in reservations]


def test_twenty_messages_arrive_once_and_in_order(window, people):
    desk = open_scene(window, people, "desk-chat")
    customer_conversation = people.get("conversations", project="flex")["conversations"][0]["sid"]
    desk.get_by_role("button", name=f"Write {BURST} numbered messages").click()
    expect(desk.locator(".message .body").last).to_have_text(f"Message {BURST} of {BURST}")
    expect(desk.locator(".waiting")).to_have_count(0)
    messages = people.get(f"conversations/{customer_conversation}", project="flex")["messages"]
    assert [m["body"] for m in messages[2:]] == [f"Message {n} of {BURST}" for n in range(1, BURST + 1)]
    assert desk.locator(".message .body").all_inner_texts()[2:] == [m["body"] for m in messages[2:]]


def test_a_message_is_edited_and_deleted_on_both_sides(window, people):
    customer = open_scene(window, people, "customer-chat")
    message = customer.locator(".message")
    message.hover()
    message.get_by_role("button", name="Edit").click()
    customer.locator(".editor textarea").fill("Where is order 4711?")
    customer.get_by_role("button", name="Save").click()
    expect(message.locator(".body")).to_have_text("Where is order 4711?")
    expect(message).to_contain_text("edited")
    message.get_by_role("button", name="Delete").click()
    message.get_by_role("button", name="Yes, delete").click()
    expect(message).to_have_count(0)
    sid = people.get("conversations", project="flex")["conversations"][0]["sid"]
    assert people.get(f"conversations/{sid}", project="flex")["messages"] == []


def test_a_file_is_sent_and_shown(window, people, tmp_path):
    file = tmp_path / "label.png"
    file.write_bytes(base64.b64decode(PIXEL))
    customer = open_scene(window, people, "customer-chat")
    customer.locator("input[type=file]").set_input_files(file)
    expect(customer.get_by_role("list", name="Attached files")).to_contain_text("label.png")
    customer.get_by_role("button", name="Send", exact=True).click()
    picture = customer.get_by_role("img", name="label.png")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("(image) => image.naturalWidth") == 1


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(window, people, tmp_path):
    file = tmp_path / "film.mp4"
    file.write_bytes(bytes(4 * 1024 * 1024 + 1))
    customer = open_scene(window, people, "customer-chat")
    customer.locator("input[type=file]").set_input_files(file)
    expect(customer.get_by_role("alert").get_by_text("film.mp4 is larger than 4 MiB")).to_be_visible()


def test_a_reload_comes_back_to_the_same_chat(window, people):
    customer = open_scene(window, people, "customer-chat")
    customer.reload()
    expect(customer.get_by_role("log")).to_contain_text("Where is my order?")


def test_text_messages_begin_a_conversation_and_stay_in_it(window, people):
    customer = window.open("/customer?app=texts")
    customer.get_by_label("My number").fill("+34 600 333 444")
    customer.get_by_label("My number").press("Tab")
    for text in ["Are you open?", "Hello?"]:
        customer.get_by_label("Write a message").fill(text)
        customer.keyboard.press("Enter")
        expect(customer.locator(".message .body").last).to_have_text(text)
    expect(customer.locator(".waiting")).to_have_count(0)
    conversations = people.get("conversations", project="flex")["conversations"]
    assert len(conversations) == 1
    assert "+34600333444" in [one.get("address") for one in conversations[0]["participants"]]


def test_the_mobile_app_counts_what_is_unread_until_it_is_read(window, people):
    sid = mobile_conversation(people)
    agent = window.open("/agent?worker=ana.ruiz")
    expect(agent.locator(".conversation")).to_have_count(1)
    for text in ["one", "two"]:
        people.write("frontline", sid, "guest-1", text)
    expect(agent.locator(".badge")).to_contain_text("2")
    expect(agent).to_have_title("(2) Mobile app · Patchbay")
    agent.locator(".conversation").click()
    expect(agent.locator(".message .body")).to_have_text(["one", "two"])
    agent.get_by_role("button", name="Back").click()
    expect(agent.locator(".badge")).to_have_count(0)


def test_the_system_conversation_is_answered_with_one_touch(window, people):
    sid = system_conversation(people)
    agent = window.open("/agent?worker=ana.ruiz")
    agent.get_by_role("button", name="System").click()
    agent.get_by_role("button", name="1 · Accept").click()
    expect(agent.locator(".message .body").last).to_have_text("1")
    messages = people.get(f"conversations/{sid}", project="frontline")["messages"]
    assert (messages[-1]["author"], messages[-1]["body"]) == ("ana.ruiz", "1")


def test_availability_is_switched(window, people):
    agent = window.open("/agent?worker=ana.ruiz")
    switch = agent.get_by_role("switch", name="Available")
    expect(switch).to_have_attribute("aria-checked", "false")
    switch.click()
    expect(switch).to_have_attribute("aria-checked", "true")
    assert people.worker("frontline", "ana.ruiz")["available"] is True


def test_a_transfer_hands_the_conversation_to_the_other_agent(window, people):
    agent = open_scene(window, people, "agent-conversation")
    other = window.open("/agent?worker=ben.cole")
    expect(other.get_by_text("No open conversations")).to_be_visible()
    agent.get_by_role("button", name="Transfer").click()
    agent.get_by_role("dialog").get_by_role("button", name="ben.cole").click()
    expect(agent.get_by_text("Transferred to ben.cole")).to_be_visible()
    other.locator(".conversation").click()
    expect(other.get_by_role("log")).to_contain_text("Transferred from ana.ruiz to ben.cole")


def test_closing_asks_and_moves_the_conversation_to_the_closed_ones(window, people):
    agent = open_scene(window, people, "agent-conversation")
    agent.get_by_role("button", name="Close conversation").click()
    agent.get_by_role("dialog").get_by_role("button", name="Close conversation").click()
    expect(agent.get_by_text("This conversation is closed.")).to_be_visible()
    agent.get_by_role("button", name="Back").click()
    expect(agent.get_by_text("No open conversations")).to_be_visible()
    agent.get_by_role("button", name="Closed").click()
    expect(agent.locator(".conversation")).to_have_count(1)


def test_what_people_write_is_never_markup(window, people):
    evil = '<img src=x onerror="document.title=1"><b>bold</b>'
    people.begin_chat(evil, evil)
    desk_worker = "ana.ruiz"
    people.set_activity("flex", desk_worker, "Available")
    desk = window.open(f"/desk?worker={desk_worker}")
    expect(desk.locator(".incoming .conversation-title")).to_have_text(evil)
    assert desk.locator("main b, main img[src=x]").count() == 0


def test_an_agent_writes_first_from_the_mobile_app(window, people):
    agent = window.open("/agent?worker=ana.ruiz")
    agent.get_by_role("button", name="New conversation").click()
    agent.get_by_label("Customer's number").fill("+34600555666")
    agent.get_by_role("button", name="Start conversation").click()
    agent.get_by_label("Write a message").fill("Your parcel is here")
    agent.keyboard.press("Enter")
    expect(agent.get_by_role("log")).to_contain_text("Your parcel is here")
    conversation = people.get("conversations", project="frontline")["conversations"][0]
    assert {one.get("identity") or one["address"] for one in conversation["participants"]} == {
        "ana.ruiz", "+34600555666",
    }  # fmt: skip
