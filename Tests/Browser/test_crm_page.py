"""The demo CRM with a panel beside it, spoken to by the real bridge; the agent's telephone."""

from __future__ import annotations

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from conftest import Window
from panel_site import PanelSite
from sandbox_process import NUMBERS, People, Sandbox, wait_until
from test_looks import RULES, STICKS_OUT

CUSTOMER = "+34600111222"
TOKEN = "a token for the CRM of the tests"
ANA = {"name": "ana.ruiz", "full_name": "Ana Ruiz", "contact_uri": "client:ana.ruiz", "team": "sales"}


@pytest.fixture(scope="module")
def site():
    site = PanelSite()
    yield site
    site.close()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory, site):
    projects = {name: {"number": NUMBERS[name][0], "agents": [ANA], "workers": ["ben.cole"]} for name in NUMBERS}
    sandbox = Sandbox(tmp_path_factory.mktemp("crm"), panel_url=site.url, projects=projects)
    sandbox.environment["PATCHBAY_SANDBOX_CRM_TOKEN"] = TOKEN
    yield sandbox.start()
    sandbox.stop()


@pytest.fixture
def people(sandbox, site):
    people = People(sandbox.url)
    people.reset()
    site.origin = sandbox.url
    return people


@pytest.fixture
def service(sandbox):
    """A service that brings the CRM's token."""

    def ask(method: str, path: str, **body) -> requests.Response:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        return requests.request(method, f"{sandbox.url}/crm/v1/{path}", json=body or None, headers=headers, timeout=10)

    return ask


def opened(window: Window, hash_: str = "", **options) -> tuple[Page, Frame]:
    """The CRM's page, once both sides are connected."""
    page = window.open(f"/crm/?worker=ana.ruiz{hash_}", **options)
    expect(page.locator("#patchbay-panel iframe")).to_be_attached()
    wait_until(lambda: any("/panel/" in frame.url for frame in page.frames), 10, "the panel's frame")
    frame = next(frame for frame in page.frames if "/panel/" in frame.url)
    frame.wait_for_function("window.panel?.state === 'connected'")
    return page, frame


def pop(frame: Frame, **fields) -> dict:
    return frame.evaluate("(pop) => panel.screenPop(pop, { timeoutMs: 5000 })", {"interactionId": "WT1", "trigger": "accepted"} | fields)


def match(number: str, name: str) -> dict:
    return {"entity": "contact", "id": number, "label": name, "matchedOn": "phone_exact", "score": 1}


@pytest.mark.parametrize("size,scheme,language", [("wide", "light", "en-GB"), ("narrow", "dark", "es-ES")])
@pytest.mark.parametrize("place", ["", "#contact/C-1004", "#cases", "#activities", "#new", "#contact/nobody"])
def test_every_view_fits_and_is_accessible(window, people, picture, place, size, scheme, language):
    page, _ = opened(window, place, size=size, scheme=scheme, language=language)
    picture(page, f"crm-{place.strip('#').replace('/', '-') or 'contacts'}-{size}-{scheme}-{language[:2]}")
    assert page.evaluate(STICKS_OUT) == []
    violations = Axe().run(page, options=RULES).response["violations"]
    assert [f"{one['id']}: {node['html'][:160]}" for one in violations for node in one["nodes"]] == []


def test_names_are_text_whatever_stands_in_them(window, people, service):
    hostile = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    log = {"agentId": hostile, "notes": hostile, "channel": hostile, "outcome": hostile, "contactId": "C-1004", "dispositionCode": hostile}
    assert service("PUT", "activities/WT9:x", **log).status_code == 201
    page, _ = opened(window, "#contact/C-1004")
    expect(page.get_by_role("heading", level=1)).to_contain_text('<img src=x onerror=alert(1)> "Bobby"')
    expect(page.get_by_text(hostile).first).to_be_visible()
    assert page.evaluate("window.hacked") is None


def test_contacts_are_searched_by_name_and_by_number(window, people):
    page, _ = opened(window)
    page.get_by_role("searchbox").fill("okafor")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("searchbox").fill("600 111")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="María López").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("María López")
    page.get_by_role("searchbox").wait_for(state="detached")


def test_a_pop_with_one_record_opens_it(window, people):
    page, frame = opened(window)
    result = pop(frame, record={"entity": "contact", "id": "C-1001", "label": "María López"})
    assert result["outcome"] == "opened" and result["record"]["id"] == "C-1001"
    expect(page.get_by_role("heading", level=1)).to_have_text("María López")
    assert page.url.endswith("#contact/C-1001")


def test_a_pop_with_several_asks_and_tells_the_choice(window, people, picture):
    page, frame = opened(window)
    result = pop(frame, candidates=[match("C-1002", "James Okafor"), match("C-1003", "Grace Okafor")], query={"phone": "+442079460018"})
    assert result["outcome"] == "multiple"
    dialog = page.get_by_role("dialog", name="Who is it?")
    expect(dialog.get_by_role("button").first).to_be_focused()
    picture(page, "crm-picker-wide-light-en")
    dialog.get_by_role("button", name="Grace Okafor").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Grace Okafor")
    frame.wait_for_function("chosen.length === 1")
    assert frame.evaluate("chosen[0].record.id") == "C-1003"


def test_a_pop_without_a_match_begins_a_record_with_what_is_known(window, people, service, picture):
    page, frame = opened(window)
    result = pop(frame, query={"phone": "+34699000111"}, defaults={"phone": "+34699000111", "name": "Lucía"})
    assert result["outcome"] == "none"
    expect(page.get_by_label("Telephone", exact=True)).to_have_value("+34699000111")
    expect(page.get_by_label("Name")).to_have_value("Lucía")
    picture(page, "crm-new-for-call-wide-light-en")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lucía")
    frame.wait_for_function("chosen.length === 1")
    (made,) = service("GET", "contacts?phone=%2B34699000111").json()["items"]
    assert frame.evaluate("chosen[0].record.id") == made["id"]


def test_every_number_is_dialled_by_a_click_and_a_refusal_is_told(window, people):
    page, frame = opened(window, "#contact/C-1001")
    page.get_by_role("button", name=f"Call {CUSTOMER}").click()
    expect(page.get_by_text(f"Calling {CUSTOMER}")).to_be_visible()
    (request,) = frame.evaluate("dialled")
    assert (request["number"], request["region"], request["record"]["id"]) == (CUSTOMER, "ES", "C-1001")
    frame.evaluate("window.answer = { status: 'refused', reason: 'no_permission', detail: 'Spain is off.', remedy: 'Switch it on.' }")
    page.get_by_role("button", name=f"Call {CUSTOMER}").click()
    expect(page.get_by_role("alert").get_by_text("Spain is off. Switch it on.")).to_be_visible()


def test_what_is_logged_appears_at_once(window, people, service, picture):
    page, _ = opened(window, "#contact/C-1001")
    expect(page.get_by_text("No activity yet.")).to_be_visible()
    log = {
        "interactionId": "WT1", "agentId": "ana.ruiz", "revision": 1, "channel": "voice", "direction": "inbound", "outcome": "completed",
        "record": {"entity": "contact", "id": "C-1001"}, "startedTs": 1_795_220_000_000, "ringMs": 4_000, "talkMs": 65_000, "holdMs": 9_000,
        "dispositionCode": "solved", "notes": "Parcel found.",
    }  # fmt: skip
    assert service("PUT", "activities/WT1:ana.ruiz", **log).status_code == 201
    expect(page.get_by_text("Call · completed")).to_be_visible()
    expect(page.get_by_text("talked 1:05")).to_be_visible()
    picture(page, "crm-activity-wide-light-en")
    assert service("PUT", "activities/WT1:ana.ruiz", **log | {"revision": 2, "notes": "Parcel is lost."}).status_code == 200
    expect(page.get_by_text("Parcel is lost.")).to_be_visible()
    expect(page.get_by_text("Parcel found.")).to_have_count(0)


def test_the_crm_is_away_for_services_as_the_control_page_says(window, people, service, sandbox):
    page = window.open("/control")
    card = page.get_by_role("region", name="Demo CRM")
    card.get_by_role("button", name="Refuses").click()
    wait_until(lambda: service("GET", "contacts").status_code == 503, 5, "a refusal")
    assert service("GET", "contacts").json()["error"]["code"] == "unavailable"
    assert requests.get(f"{sandbox.url}/sandbox/v1/crm/contacts", params={"project": "flex"}, timeout=5).status_code == 200
    card.get_by_role("button", name="Answers").click()
    wait_until(lambda: service("GET", "contacts").status_code == 200, 5, "an answer")
    assert requests.get(f"{sandbox.url}/crm/v1/contacts", timeout=5).status_code == 401


def test_a_country_is_switched_off_and_on(window, people):
    page = window.open("/control")
    card = page.get_by_role("region", name="Countries that may be called")
    card.get_by_label("Switch off").select_option(label="Spain")
    card.get_by_role("button", name="Permit Spain again").click()
    expect(card.get_by_role("button", name="Permit Spain again")).to_have_count(0)


def ring(people: People) -> dict:
    """An agent-first call to ana's telephone, and the customer in its conference."""
    number = NUMBERS["flex"][0]
    twiml = "<Response><Dial><Conference participantLabel='agent' endConferenceOnExit='true'>DL1</Conference></Dial></Response>"
    account = people.get("world")["projects"][0]["account_sid"]
    root = f"api/2010-04-01/Accounts/{account}"
    people.rest("flex", f"{root}/Calls.json", To="client:ana.ruiz", From=number, Twiml=twiml)
    return people.rest("flex", f"{root}/Conferences/DL1/Participants.json", To=CUSTOMER, From=number, Label="customer", EndConferenceOnExit="true")


@pytest.mark.parametrize("place", ["page", "strip"])
def test_the_telephone_rings_is_picked_up_shows_hold_and_hangs_up(window, people, picture, place):
    page = window.open("/telephone?worker=ana.ruiz", "narrow") if place == "page" else opened(window)[0]
    telephone = page.get_by_role("region", name="Telephone of Ana Ruiz")
    expect(telephone.get_by_text("Ready")).to_be_visible()
    customer = window.open("/customer?app=calls", "narrow")
    member = ring(people)
    expect(telephone.get_by_text("Ringing")).to_be_visible()
    picture(page, f"telephone-{place}-rings")
    telephone.get_by_role("button", name="Pick up").click()
    customer.get_by_role("button", name="Answer").click()
    expect(telephone.get_by_text(CUSTOMER)).to_be_visible()
    account = people.get("world")["projects"][0]["account_sid"]
    participants = f"api/2010-04-01/Accounts/{account}/Conferences/{member['conference_sid']}/Participants"
    people.rest("flex", f"{participants}/customer.json", Hold="true")
    expect(customer.get_by_text("You are on hold: music plays.")).to_be_visible()
    people.rest("flex", f"{participants}/customer.json", Hold="false")
    people.rest("flex", f"{participants}/agent.json", Muted="true")
    expect(telephone.get_by_text("Muted")).to_be_visible()
    agent = next(call for call in people.get("calls", project="flex")["calls"] if call["label"] == "agent")
    people.post(f"calls/{agent['sid']}/digits", "flex", digits="42#")
    expect(customer.get_by_role("log", name="Tones received")).to_contain_text("42#")
    picture(customer, "customer-tones-narrow-light-en")
    telephone.get_by_role("button", name="Hang up the telephone").click()
    expect(customer.get_by_role("list", name="Past calls")).to_contain_text("Ended")
    expect(telephone.get_by_text("Ready")).to_be_visible()


def test_a_telephone_that_picks_up_by_itself_needs_nobody(window, people):
    page = window.open("/telephone?worker=ana.ruiz", "narrow")
    page.get_by_label("Picks up by itself").check()
    wait_until(lambda: people.worker("flex", "ana.ruiz")["automatic_answer"], 5, "the setting")
    ring(people)
    expect(page.get_by_role("button", name="Hang up the telephone")).to_be_visible()
    expect(page.get_by_text("Connected")).to_be_visible()


def test_without_a_gateway_the_page_works_and_says_what_is_missing(window, people, site):
    window.allowed = ("ERR_FAILED",)
    page = window.open("/crm/?worker=ana.ruiz#contact/C-1001", routes=[(f"{site.url}/**", lambda route: route.abort())])
    expect(page.get_by_text("The panel cannot be loaded")).to_be_visible()
    page.get_by_role("button", name=f"Call {CUSTOMER}").click()
    expect(page.get_by_text("The telephone panel is not there")).to_be_visible()
