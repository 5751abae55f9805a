"""The keyboard alone: every control is reached, the focus is kept where it belongs."""

from __future__ import annotations

from playwright.sync_api import expect

from scenes import open_scene


def test_a_chat_is_started_and_written_with_the_keyboard_alone(window, people):
    page = window.open("/customer")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Zoë")
    page.keyboard.press("Tab")
    page.keyboard.type("Hello?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("log")).to_contain_text("Hello?")
    page.get_by_label("Write a message").focus()
    page.keyboard.type("first line")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("second line")
    page.keyboard.press("Enter")
    expect(page.locator(".message .body").last).to_have_text("first line\nsecond line")
    expect(page.get_by_label("Write a message")).to_have_value("")
    expect(page.get_by_label("Write a message")).to_be_focused()


def test_a_sheet_takes_the_focus_keeps_it_and_gives_it_back(window, people):
    page = open_scene(window, people, "agent-conversation")
    page.get_by_role("button", name="Transfer").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Transfer to")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Transfer")).to_be_focused()


def test_a_slider_moves_with_the_arrow_keys(window, people):
    page = window.open("/control")
    slider = page.get_by_role("region", name="flex").get_by_label("Too many (429)")
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_value("3")
    expect(slider).to_be_focused()
