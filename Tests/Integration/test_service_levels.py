"""Service levels from a customer's first word to the page of the Gateway, with real processes and a real browser."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from sync_stack import SETTLE_DEADLINE, WORKERS, SyncStack, wait_until

CHROMIUM = os.environ.get("PATCHBAY_CHROMIUM", "/usr/bin/chromium")
SHOTS = Path(os.environ.get("PATCHBAY_SCREENSHOTS", Path(tempfile.gettempdir()) / "patchbay-screenshots"))
SIZES = {"wide": {"width": 1280, "height": 900}, "narrow": {"width": 390, "height": 844}}
LOOKS = [("wide", "light", "en-GB"), ("narrow", "dark", "es-ES")]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def look(page, name: str) -> None:
    """Leaves a picture; nothing sticks out, and axe-core finds nothing."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)
    width = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert width[0] <= width[1], f"{name}: {width}"
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [f"{one['id']}: {node['html'][:160]}" for one in violations for node in one["nodes"]] == [], name


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def stack():
    with SyncStack(sync={"healing": {"settle_seconds": 0}}) as stack:
        yield stack


def looks_of(browser, url: str, name: str, text: dict[str, str]) -> None:
    for size, scheme, language in LOOKS:
        context = browser.new_context(
            viewport=SIZES[size], color_scheme=scheme, locale=language, reduced_motion="reduce"
        )
        page = context.new_page()
        page.goto(url)
        expect(page.get_by_text(text[language[:2]], exact=True).first).to_be_visible()
        look(page, f"{name}-{size}-{scheme}-{language[:2]}")
        context.close()


def test_without_interactions_the_page_says_how_one_comes_to_be_there(stack, browser):
    empty = {
        "en": "No interaction has ended in this period",
        "es": "Ninguna interacción ha terminado en este periodo",
    }
    looks_of(browser, f"{stack.gateway_url}/service-levels", "service-levels-empty", empty)


def handled(stack: SyncStack, name: str, worker: str, answers: int) -> None:
    """A web chat that a worker accepts, answers and completes."""
    rows = {row["name"]: row for row in stack.sandbox("GET", "world")["projects"][0]["workers"]}
    for other in WORKERS:
        activity = "Available" if other == worker else "Break"
        stack.sandbox("POST", f"workers/{rows[other]['sid']}/activity", project="flex", activity=activity)
    chat = stack.sandbox("POST", "customer/chats", project="flex", name=name, body="Where is my order?")
    reservation = wait_until(
        lambda: next(
            (
                one
                for one in stack.sandbox("GET", "tasks?project=flex")["reservations"]
                if one["task_sid"] == chat["task_sid"] and one["worker_sid"] == rows[worker]["sid"]
            ),
            None,
        ),
        SETTLE_DEADLINE,
        "a reservation",
    )
    stack.sandbox("POST", f"reservations/{reservation['sid']}/accept", project="flex")
    path = f"conversations/{chat['conversation_sid']}/messages"
    for number in range(answers):
        stack.sandbox("POST", path, project="flex", author=worker, body=f"answer {number}")
        stack.sandbox("POST", path, project="flex", author=chat["identity"], body=f"question {number}")
    for act in ("wrapup", "complete"):
        stack.sandbox("POST", f"reservations/{reservation['sid']}/{act}", project="flex")


def test_interactions_are_shown_by_queue_agent_and_channel(stack, browser):
    assert stack.sandbox("GET", "world")["gateway_url"] == stack.gateway_url
    handled(stack, "María López", WORKERS[0], answers=2)
    handled(stack, "James Okafor", WORKERS[1], answers=1)
    url = f"{stack.gateway_url}/service-levels"

    def counted() -> bool:
        text = requests.get(url, headers={"Accept-Language": "en"}, timeout=30).text
        return "<strong>2</strong>" in text and all(worker in text for worker in WORKERS)

    wait_until(counted, SETTLE_DEADLINE, "both interactions on the page")
    looks_of(browser, url, "service-levels", {"en": "By agent", "es": "Por agente"})

    page = browser.new_context(viewport=SIZES["wide"], locale="en-GB").new_page()
    page.goto(stack.sandbox_url)
    page.get_by_role("link", name="Service levels").click()
    expect(page.get_by_role("heading", name="Service levels")).to_be_visible()
    agents = page.get_by_role("table", name="By agent")
    expect(agents.get_by_role("rowheader", name=WORKERS[0])).to_be_visible()
    expect(agents.get_by_role("row")).to_have_count(3)
    # Of persons the page names workers only.
    for name in ("María", "James"):
        expect(page.locator("body")).not_to_contain_text(name)
    page.get_by_role("link", name="7 days").click()
    expect(page.get_by_role("link", name="7 days")).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("heading", name="Niveles de servicio")).to_be_visible()
    expect(page.get_by_role("link", name="7 días")).to_have_attribute("aria-current", "page")


def test_while_the_service_is_away_the_page_says_what_to_look_at(stack, browser):
    stack.stop("sync-1")
    away = {"en": "The figures cannot be read now", "es": "Ahora no se pueden leer las cifras"}
    looks_of(browser, f"{stack.gateway_url}/service-levels", "service-levels-away", away)
    assert requests.get(f"{stack.gateway_url}/service-levels", timeout=30).status_code == 503
    stack.start("sync-1")


@pytest.mark.parametrize("header", [{"X-Forwarded-For": "203.0.113.9"}, {"Host": "rebound.example"}])
def test_a_request_from_elsewhere_is_refused(stack, header):
    answer = requests.get(f"{stack.gateway_url}/service-levels", headers=header, timeout=30)
    assert answer.status_code == 403 and answer.json()["code"] == "gateway.page_private"
