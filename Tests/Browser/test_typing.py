"""What a person types stays in its field and goes where he meant it, whatever is drawn or arrives meanwhile."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from console_window import field, open_record
from console_window import open_scene as open_console_scene
from scenes import open_scene, system_conversation

# The page draws a moment after something has changed. Held, that moment lasts as long as a test wants it to.
HOLD = """() => {
  const original = window.setTimeout;
  const held = [];
  window.setTimeout = (call, wait, ...values) => (wait > 1000 ? original(call, wait, ...values) : held.push(call));
  window.draw = () => {
    window.setTimeout = original;
    for (const call of held.splice(0)) call();
  };
}"""
MARK = "(element) => (element.isTheFirst = true)"


def hold_drawing(page: Page) -> None:
    page.evaluate(HOLD)


def draw(page: Page) -> None:
    page.evaluate("draw()")


def composer(page: Page):
    return page.get_by_label("Write a message")


class Held:
    """Requests that wait until a test lets them go."""

    def __init__(self, page: Page, pattern: str | re.Pattern, method: str = "GET"):
        self.routes = []
        self.method = method
        self.is_over = False
        page.route(pattern, self._take)

    def _take(self, route) -> None:
        if self.is_over or route.request.method != self.method:
            route.fallback()
        else:
            self.routes.append(route)

    def wait(self, page: Page) -> None:
        """Until a request is held."""
        for _ in range(3_000):
            if self.routes:
                return
            page.wait_for_timeout(10)
        raise AssertionError("no request came within 30 s")

    def release(self) -> None:
        """Lets them go, and all that come after them."""
        self.is_over = True
        for route in self.routes:
            route.continue_()
        self.routes.clear()


def other_number(page: Page) -> None:
    page.get_by_label("My number").fill("+34 600 333 444")
    page.get_by_label("My number").press("Tab")


def other_channel(page: Page) -> None:
    page.get_by_role("button", name="WhatsApp").click()


def other_company(page: Page) -> None:
    page.get_by_role("combobox", name="To").select_option("frontline")


LINES = {
    other_number: ("flex", "+34600333444"), other_channel: ("flex", "whatsapp:+34600111222"),
    other_company: ("frontline", "+34600111222"),
}  # fmt: skip


@pytest.mark.parametrize("is_sent_first", [False, True], ids=["drawn-first", "sent-first"])
@pytest.mark.parametrize("change", LINES, ids=lambda change: change.__name__)
def test_a_text_typed_right_after_the_line_was_changed_is_sent_on_that_line(window, people, change, is_sent_first):
    customer = window.open("/customer?app=texts")
    hold_drawing(customer)
    change(customer)
    composer(customer).fill("Are you open?")
    composer(customer).evaluate(MARK)
    if is_sent_first:
        customer.keyboard.press("Enter")
        draw(customer)
    else:
        draw(customer)
        expect(composer(customer)).to_be_focused()
        expect(composer(customer)).to_have_value("Are you open?")
        expect(composer(customer)).to_have_js_property("isTheFirst", True)
        customer.keyboard.press("Enter")
    expect(customer.locator(".message .body")).to_have_text(["Are you open?"])
    expect(customer.locator(".waiting")).to_have_count(0)
    project, address = LINES[change]
    (conversation,) = people.get("conversations", project=project)["conversations"]
    assert address in [one.get("address") for one in conversation["participants"]]


def test_a_text_half_written_before_the_number_changes_is_still_there_afterwards(window, people):
    customer = window.open("/customer?app=texts")
    composer(customer).fill("Are you")
    other_number(customer)
    expect(customer.locator(".app-bar .sub")).to_be_visible()
    expect(composer(customer)).to_have_value("Are you")


def test_a_text_is_kept_while_the_conversation_of_another_number_is_loaded(window, people):
    people.post("customer/sms", "flex", **{"from": "+34600333444"}, body="Hello", channel="sms")
    customer = window.open("/customer?app=texts")
    held = Held(customer, re.compile(r"/sandbox/v1/conversations/CH"))
    other_number(customer)
    composer(customer).fill("Are you ")
    held.wait(customer)
    held.release()
    expect(customer.locator(".message .body")).to_have_text(["Hello"])
    expect(composer(customer)).to_be_focused()
    customer.keyboard.type("open?")
    customer.keyboard.press("Enter")
    expect(customer.locator(".message .body")).to_have_text(["Hello", "Are you open?"])


def test_messages_that_wait_when_the_number_changes_go_out_from_the_number_they_were_written_on(window, people):
    customer = window.open("/customer?app=texts")
    held = Held(customer, "**/sandbox/v1/customer/sms", "POST")
    for text in ["one", "two"]:
        composer(customer).fill(text)
        customer.keyboard.press("Enter")
    held.wait(customer)
    other_number(customer)
    expect(customer.locator(".waiting")).to_have_count(0)
    held.release()
    customer.get_by_label("My number").fill("+34600111222")
    customer.get_by_label("My number").press("Tab")
    expect(customer.locator(".message:not(.waiting) .body")).to_have_text(["one", "two"])
    assert len(people.get("conversations", project="flex")["conversations"]) == 1


def test_a_file_chosen_in_one_conversation_goes_along_with_the_words_that_begin_another(window, people, tmp_path):
    file = tmp_path / "label.txt"
    file.write_text("label")
    customer = open_scene(window, people, "customer-texts")
    customer.locator("input[type=file]").set_input_files(file)
    expect(customer.get_by_role("list", name="Attached files")).to_contain_text("label.txt")
    other_number(customer)
    composer(customer).fill("Here it is")
    customer.keyboard.press("Enter")
    expect(customer.locator(".message:not(.waiting)")).to_have_count(2)
    expect(customer.locator(".message .file")).to_contain_text("label.txt")


def test_half_a_number_stays_in_its_field_and_changes_nothing(window, people):
    customer = window.open("/customer?app=texts")
    customer.get_by_label("My number").fill("+34 6")
    customer.get_by_label("My number").press("Tab")
    composer(customer).fill("Are you open?")
    customer.keyboard.press("Enter")
    expect(customer.locator(".message:not(.waiting) .body")).to_have_text(["Are you open?"])
    expect(customer.get_by_label("My number")).to_have_value("+34 6")


def test_the_form_that_begins_a_chat_keeps_its_words_while_another_app_is_open(window, people):
    customer = window.open("/customer")
    customer.locator("input[name=name]").fill("María López")
    customer.locator("textarea[name=body]").fill("Where is")
    customer.get_by_role("button", name="Phone").click()
    expect(customer.locator("#dial")).to_be_visible()
    customer.get_by_role("button", name="Web chat").click()
    expect(customer.locator("input[name=name]")).to_have_value("María López")
    expect(customer.locator("textarea[name=body]")).to_have_value("Where is")


def test_an_edited_message_keeps_its_words_when_something_arrives_before_it_is_saved(window, people):
    customer = open_scene(window, people, "customer-chat")
    conversation = people.get("conversations", project="flex")["conversations"][0]["sid"]
    customer.locator(".message").hover()
    customer.get_by_role("button", name="Edit").click()
    customer.locator(".editor textarea").fill("Where is order 4711?")
    customer.get_by_role("button", name="Save").focus()
    people.write("flex", conversation, "ana.ruiz", "One moment")
    expect(customer.locator(".message")).to_have_count(2)
    expect(customer.locator(".editor textarea")).to_have_value("Where is order 4711?")
    customer.keyboard.press("Enter")
    expect(customer.locator(".message .body").first).to_have_text("Where is order 4711?")


def test_quick_answers_that_appear_leave_the_field_that_somebody_writes_into_alone(window, people):
    sid = system_conversation(people)
    agent = window.open("/agent?worker=ana.ruiz")
    agent.get_by_role("button", name="System").click()
    agent.get_by_role("button", name="1 · Accept").click()
    expect(agent.locator(".quick-answer")).to_have_count(0)
    composer(agent).press_sequentially("Tell ")
    people.write("frontline", sid, "NotifyAgent.ana.ruiz", "James Okafor wants to chat.")
    expect(agent.locator(".quick-answer")).to_have_count(2)
    expect(composer(agent)).to_be_focused()
    agent.keyboard.type("me more")
    expect(composer(agent)).to_have_value("Tell me more")


def test_the_number_of_a_new_conversation_is_kept_while_messages_arrive(window, people):
    agent = open_scene(window, people, "agent-list")
    sid = people.get("conversations", project="frontline")["conversations"][0]["sid"]
    agent.get_by_role("button", name="New conversation").click()
    agent.get_by_label("Customer's number").fill("+34600")
    agent.get_by_label("Channel").focus()
    people.write("frontline", sid, "guest-1", "And now?")
    expect(agent.get_by_text("And now?")).to_be_attached()
    expect(agent.get_by_label("Customer's number")).to_have_value("+34600")


@pytest.fixture
def changed(console):
    """A console on a directory that has been published and changed since."""
    ana = console.stack.ana
    ana.replace(ana.team())
    ana.publish("First version")
    ana.change("1001", spokenName="Ben C.")
    return console.enter()


def test_a_note_is_written_while_the_differences_are_on_their_way(console, changed):
    held = Held(changed, "**/v1/extensions/diff")
    changed.locator(".banner-pending .primary").click()
    note = changed.locator("dialog input[type=text]")
    note.press_sequentially("Ben is back")
    for _ in range(5):
        note.press("ArrowLeft")
    held.wait(changed)
    held.release()
    expect(changed.locator("dialog .diff-entry")).to_have_count(1)
    expect(note).to_be_focused()
    changed.keyboard.type("C. ")
    expect(note).to_have_value("Ben isC.  back")


def test_a_number_typed_while_the_next_free_one_is_asked_for_stays(console, changed):
    held = Held(changed, "**/v1/extensions/next*")
    changed.locator(".tools .primary").click()
    changed.locator(".drawer .with-button button").click()
    field(changed, "extension").fill("4444")
    held.wait(changed)
    with changed.expect_response("**/v1/extensions/next*"):
        held.release()
    changed.locator(".drawer .with-button button").hover()
    expect(field(changed, "extension")).to_have_value("4444")


def test_a_form_that_follows_somebody_elses_change_keeps_field_and_caret(console, changed):
    open_record(changed, "1001")
    name = field(changed, "spokenName")
    name.focus()
    name.evaluate("(input) => input.setSelectionRange(3, 3)")
    console.stack.ana.change("1001", spokenName="Ben Cole", team="Sales")
    expect(name).to_have_value("Ben Cole")
    expect(name).to_be_focused()
    changed.keyboard.type("jamin")
    expect(name).to_have_value("Benjamin Cole")


def test_what_is_done_to_many_stays_under_the_pointer_while_somebody_else_changes_things(console, changed):
    changed.locator(".grid-body .cell-select").first.click()
    button = changed.locator(".bulk button").first
    button.evaluate(MARK)
    button.focus()
    console.stack.ana.change("1003", spokenName="Diego from Vigo")
    expect(changed.locator(".grid-body")).to_contain_text("Diego from Vigo")
    expect(button).to_be_focused()
    expect(button).to_have_js_property("isTheFirst", True)


def test_the_name_on_the_sign_in_page_is_kept_when_the_language_changes(console):
    page = open_console_scene(console, "sign-in")
    page.locator("form.development input").fill("Ana Ruiz")
    page.locator("form.development select").select_option("admin")
    page.locator(".language-code").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("form.development input")).to_have_value("Ana Ruiz")
    expect(page.locator("form.development select")).to_have_value("admin")
