"""The control page: what is switched there happens, and what happens is shown there."""

from __future__ import annotations

import requests
from playwright.sync_api import expect

from sandbox_process import ACCOUNTS, TOKENS, wait_until
from scenes import accepted_chat, mirrored, mobile_conversation, open_scene


def status_of(people, project: str) -> int:
    address = f"{people.url}/api/conversations/v1/Conversations"
    return requests.get(address, auth=(ACCOUNTS[project], TOKENS[project]), timeout=30).status_code


def test_a_slider_takes_effect_on_its_project_only(window, people):
    page = window.open("/control")
    page.locator("#flex-500").fill("100")
    wait_until(lambda: status_of(people, "flex") == 500, 30, "failure of flex")
    assert status_of(people, "frontline") == 200
    expect(page.get_by_text("Some things fail on purpose.")).to_be_visible()
    page.get_by_role("button", name="Switch all off").click()
    wait_until(lambda: status_of(people, "flex") == 200, 30, "success of flex")
    expect(page.locator("#flex-500")).to_have_value("0")
    expect(page.get_by_text("Everything works.")).to_be_visible()


def test_a_project_is_down_for_a_while_and_comes_back_by_itself(window, people):
    page = window.open("/control")
    card = page.get_by_role("region", name="frontline")
    card.get_by_role("button", name="Take down for 10 seconds").click()
    expect(card.get_by_text("Down, back in")).to_be_visible()
    expect(card.locator(".down strong")).to_have_text("0:09")
    expect(card.get_by_role("button", name="Take down for 10 seconds")).to_be_visible()
    assert status_of(people, "frontline") == 200


def test_a_project_is_brought_back_early(window, people):
    page = window.open("/control")
    card = page.get_by_role("region", name="flex")
    card.get_by_role("button", name="Take down for 60 seconds").click()
    card.get_by_role("button", name="Bring back").click()
    expect(card.get_by_role("button", name="Take down for 60 seconds")).to_be_visible()
    wait_until(lambda: status_of(people, "flex") == 200, 30, "answer of flex")


def test_two_control_pages_show_the_same(window, people):
    one, other = window.open("/control"), window.open("/control")
    one.locator("#flex-drop").fill("30")
    expect(other.locator("#flex-drop")).to_have_value("30")


def test_the_seed_is_set(window, people):
    page = window.open("/control")
    page.get_by_label("Seed").fill("4711")
    page.get_by_label("Seed").press("Enter")
    wait_until(lambda: people.get("faults")["seed"] == 4711, 30, "seed")


def test_requests_appear_as_they_happen_and_can_be_narrowed_down(window, people):
    page = window.open("/control")
    expect(page.get_by_text("Nothing to show")).to_be_visible()
    mobile_conversation(people)
    expect(page.locator(".entry").first).to_contain_text("/api/conversations/v1/Conversations")
    expect(page.locator(".lane-dots i").first).to_be_attached()
    shown = page.locator(".entry").count()
    page.get_by_label("Project").select_option("flex")
    expect(page.locator(".entry")).to_have_count(0)
    page.get_by_label("Project").select_option("frontline")
    expect(page.locator(".entry")).to_have_count(shown)
    page.get_by_label("Show").select_option("faults")
    expect(page.locator(".entry")).to_have_count(0)


def test_the_drift_view_marks_what_is_missing_doubled_and_out_of_order(window, people):
    page = open_scene(window, people, "control-drift")
    expect(page.locator(".drift-pairs .chip")).to_have_text("3 apart")
    expect(page.locator(".mark-missing")).to_have_count(1)
    expect(page.locator(".mark-doubled")).to_have_count(1)
    expect(page.locator(".mark-misordered").first).to_be_visible()


def test_the_landing_page_says_whether_both_sides_are_equal(window, people):
    chat = accepted_chat(people)
    page = window.open("/")
    expect(page.locator(".verdict")).to_contain_text("Nothing to compare yet")
    twin = mobile_conversation(people, UniqueName=f"ff:{ACCOUNTS['flex']}:{chat['conversation_sid']}")
    expect(page.locator(".verdict")).to_contain_text("1 message apart")
    source = people.get(f"conversations/{chat['conversation_sid']}", project="flex")["messages"][0]
    mirrored(people, twin, source)
    expect(page.locator(".verdict")).to_contain_text("Equal")


def test_the_landing_page_opens_each_person_in_a_window_of_its_own(window, people):
    page = window.open("/")
    for name, path in [("Customer", "/customer"), ("Agent, mobile app", "/agent"), ("Agent, desk", "/desk")]:
        with page.expect_popup() as opened:
            page.locator(".person", has_text=name).click()
        expect(opened.value).to_have_url(window.url + path)
