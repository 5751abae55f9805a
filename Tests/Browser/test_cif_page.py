"""The stand-in of Dynamics as a page: forms, rail, tabs, notifications, the tester's drawer; the panel in it is the real one."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from bridge_window import CRM, PANEL
from cif_window import DYNAMICS, GUIDS, PanelChannel, incident
from conftest import SIZES
from panel_stub import interaction

CONTACTS = [
    {"contactid": GUIDS[3], "fullname": "Chloé Martin", "telephone1": "01 42 68 53 00", "mobilephone": "+33 6 12 34 56 78", "emailaddress1": "chloe@martin.example", "jobtitle": "Buyer", "address1_city": "Paris", "address1_country": "France"},
    {"contactid": GUIDS[4], "fullname": "Dana O'Neil", "telephone1": "(415) 555-0123", "emailaddress1": "dana@oneil.example", "address1_city": "San Francisco", "address1_country": "United States"},
    {"contactid": GUIDS[5], "fullname": "<b>Eva</b> Novák", "telephone1": "+420 221 222 333", "emailaddress1": "eva@novak.example"},
]  # fmt: skip
CASES = [
    {"incidentid": GUIDS[1], "title": "Parcel has not arrived", "ticketnumber": "CAS-01001-A1B2C3", "_customerid_value": GUIDS[3], "caseorigincode": 1, "statecode": 0, "createdon": "2026-11-24T09:12:00Z", "description": "Ordered on Monday, promised for Thursday."},
    {"incidentid": GUIDS[2], "title": "Wrong invoice", "ticketnumber": "CAS-01002-D4E5F6", "_customerid_value": GUIDS[4], "caseorigincode": 3, "statecode": 0, "createdon": "2026-11-23T15:40:00Z"},
]  # fmt: skip
CALLS = [
    {"activityid": GUIDS[7], "subject": "Call with Chloé Martin", "_regardingobjectid_value": GUIDS[1], "directioncode": False, "phonenumber": "+33142685300", "actualdurationminutes": 4, "createdon": "2026-11-24T09:12:00Z", "description": "Asked where the parcel is."},
]  # fmt: skip
ROWS = {"contacts": CONTACTS, "incidents": CASES, "phonecalls": CALLS}



def answer(route):
    """What the Sandbox's page API would say, out of the few rows above."""
    url = route.request.url
    name = re.search(r"/sandbox/v1/([a-z/]+)", url)[1]
    if not name.startswith("dataverse/"):
        return route.fulfill(status=404, body="{}")
    rows = ROWS[name.removeprefix("dataverse/")]
    found = re.search(r"filter=(\w+?)(?:\+|%20)eq(?:\+|%20)([0-9a-f-]{36})", url)
    if found:
        rows = [row for row in rows if row.get(found[1]) == found[2]]
    return route.fulfill(status=200, content_type="application/json", body=json.dumps({"value": rows}))


@pytest.fixture
def dynamics(cif_sites, stub):
    """The page with the panel in it, signed in."""
    stub.cif_origins = [CRM]
    cif_sites.page("crm.test", "/dynamics/", (DYNAMICS / "dynamics.html").read_text())
    cif_sites.page("crm.test", "/dynamics-settings.js", f'export const panelOrigin = "{PANEL}";', "text/javascript")
    channel = PanelChannel(cif_sites.context, stub)
    channel.allowed += ("status of 404", "Failed to load resource")

    def open(size: str = "wide", scheme: str = "light", query: str = "", language: str = "en"):
        page = channel.page = cif_sites.context.new_page()
        channel.pages.append(page)
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=scheme)
        page.add_init_script(f"try {{ localStorage.setItem('patchbay.language', '{language}'); localStorage.removeItem('patchbay.theme'); }} catch {{}}")
        page.on("pageerror", lambda error: channel.problems.append(str(error)))
        page.on("console", lambda message: message.type == "error" and channel.problems.append(message.text))
        page.route("**/sandbox/v1/**", answer)
        page.goto(f"{CRM}/dynamics/{query}")
        channel.enter()
        channel.settle()
        return page

    channel.open_page = open
    yield channel
    channel.close()
    assert channel.unexpected() == []


def test_a_call_is_accepted_in_the_crm_and_its_case_stands_in_a_tab(dynamics, picture):
    page = dynamics.open_page()
    expect(page.get_by_role("heading", name="Contacts")).to_be_visible()
    picture(page, "dynamics-home")
    dynamics.stub.offer(interaction(1, customer={"name": "Chloé Martin", "phone": "+33142685300", "identityVerified": False}, **{"from": "+33142685300"}))
    expect(page.get_by_role("region", name="Incoming")).to_contain_text("Chloé Martin")
    picture(page, "dynamics-offered")
    page.get_by_role("button", name="Accept", exact=True).click()
    expect(page.get_by_role("region", name="Incoming")).to_have_count(0)
    dynamics.stub.change(dynamics.stub.interactions[dynamics.id(1)], "connected", state="connected", connectedTs=1)
    dynamics.pop(1, incident(1))
    expect(page.get_by_role("tab", name="Parcel has not arrived")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("heading", name="Parcel has not arrived")).to_be_visible()
    expect(page.get_by_role("region", name="Timeline")).to_contain_text("Asked where the parcel is.")
    picture(page, "dynamics-case")
    assert dynamics.accepted() == ["accept"]


def test_a_number_in_a_form_dials_with_its_record(dynamics, picture):
    page = dynamics.open_page()
    page.get_by_role("button", name="Dana O'Neil").click()
    expect(page.get_by_role("heading", name="Dana O'Neil")).to_be_visible()
    picture(page, "dynamics-contact")
    page.get_by_role("button", name="Call (415) 555-0123").click()
    dynamics.wait_mode(1)
    dynamics.page.wait_for_function("window.host.events.some((event) => event.name === 'onclicktoact')")
    dynamics.frame.locator(".task, .call-phase").first.wait_for(state="attached")
    asked = dynamics.dials()[0]
    assert asked["number"] == "(415) 555-0123" and asked["record"] == {"entity": "contact", "id": GUIDS[4], "label": "Dana O'Neil"}


@pytest.mark.parametrize(("size", "scheme", "language"), [("wide", "dark", "es"), ("narrow", "light", "en")])
def test_the_page_is_drawn_in_other_looks(dynamics, picture, size, scheme, language):
    page = dynamics.open_page(size=size, scheme=scheme, language=language)
    dynamics.host("(host) => host.chooseMode(1)")
    page.locator(".dyn-link").first.click()
    expect(page.locator(".dyn-head h1")).to_have_text("Chloé Martin")
    picture(page, f"dynamics-{size}-{scheme}-{language}")
    page.locator(".dyn-bar button").last.click()
    expect(page.locator(".dyn-tester")).to_be_visible()
    page.locator(".dyn-tester .small").first.click()
    expect(page.locator(".dyn-session")).to_have_count(2)
    picture(page, f"dynamics-tester-{size}-{scheme}-{language}")


def test_names_are_texts(dynamics):
    page = dynamics.open_page()
    expect(page.get_by_role("button", name="<b>Eva</b> Novák")).to_be_visible()
