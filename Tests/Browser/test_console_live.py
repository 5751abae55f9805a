"""One stream for all tabs of a browser, over HTTP/1.1; what is missed while it is away is made up for."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from console_process import token
from console_sources import console_catalogue
from console_speed import measure, middle, open_ten_thousand
from console_window import field, open_record, row

TEXTS = console_catalogue("en")
TABS = 10


@pytest.fixture
def team(console):
    console.stack.ana.replace(console.stack.ana.team())
    return console.stack.ana


def tabs(console, count: int):
    """Tabs of one browser: the first signs in, the others take over from it."""
    first = console.enter()
    streams = []
    context = console.contexts[-1]
    context.on("request", lambda request: request.url.endswith("/v1/stream") and streams.append(request))
    pages = [first]
    for _ in range(count - 1):
        page = context.new_page()
        page.goto(console.url + "/console/")
        expect(page.locator(".pill-live")).to_be_attached()
        pages.append(page)
    return pages, streams


@pytest.mark.timeout(180)
def test_ten_tabs_of_one_browser_share_one_stream_and_all_see_a_change(console, team):
    pages, streams = tabs(console, TABS)
    assert streams == [], "a tab opened a stream of its own"
    team.change("1003", spokenName="Diego from Vigo")
    for page in pages:
        expect(row(page, "1003").locator(".cell-spokenName")).to_have_text("Diego from Vigo")
    # A tab that only watched can work: no connection is left waiting behind streams.
    open_record(pages[-1], "1004")
    field(pages[-1], "spokenName").fill("Eva N.")
    pages[-1].locator(".drawer button[type=submit]").click()
    for page in pages:
        expect(row(page, "1004").locator(".cell-spokenName")).to_have_text("Eva N.")


def test_when_the_tab_with_the_stream_is_closed_another_resumes_where_it_was(console, team):
    pages, streams = tabs(console, 3)
    pages[0].close()
    team.change("1003", spokenName="Diego from Vigo")
    for page in pages[1:]:
        expect(row(page, "1003").locator(".cell-spokenName")).to_have_text("Diego from Vigo")
        expect(page.locator(".pill-live")).to_be_attached()
    assert len(streams) == 1
    assert streams[0].headers["last-event-id"].isdigit()


@pytest.mark.timeout(120)
def test_a_gateway_that_is_away_is_told_and_what_was_missed_is_made_up_for(console, team):
    page = console.enter()
    open_record(page, "1005")
    field(page, "spokenName").fill("Fatima H.")
    console.stack.stop("gateway")
    expect(page.locator(".pill-offline")).to_have_text(TEXTS["link.offline"])
    expect(page.locator(".banner-late")).to_contain_text("The Gateway has not answered since")
    page.locator(".drawer button[type=submit]").click()
    expect(page.locator(".panel-news")).to_contain_text("what you typed is still here")
    console.stack.start("gateway")
    team.change("1003", spokenName="Diego from Vigo")
    expect(page.locator(".pill-live")).to_be_attached()
    expect(row(page, "1003").locator(".cell-spokenName")).to_have_text("Diego from Vigo")
    expect(page.locator(".banner-late")).to_have_count(0)
    page.locator(".drawer button[type=submit]").click()
    expect(row(page, "1005").locator(".cell-spokenName")).to_have_text("Fatima H.")


def test_what_a_stream_that_breaks_again_and_again_does_not_tell_is_loaded(console, team):
    page = console.open(
        "/console/", routes=[("**/v1/stream", lambda route: route.fulfill(content_type="text/event-stream", body="id: 1\n\n"))]
    )  # fmt: skip
    page.locator("textarea.token").fill(token("Ana Ruiz", "supervisor"))
    page.get_by_role("button", name=TEXTS["signin.yes"]).click()
    expect(row(page, "1003").locator(".cell-spokenName")).to_have_text("Diego Peña")
    team.change("1003", spokenName="Diego from Vigo")
    expect(row(page, "1003").locator(".cell-spokenName")).to_have_text("Diego from Vigo")


def test_two_people_in_windows_of_one_browser_stay_themselves(console, team):
    ana = console.enter("Ana Ruiz")
    ben = console.contexts[-1].new_page()
    ben.goto(console.url + "/console/")
    expect(ben.locator(".account-name")).to_have_text("Ana Ruiz")
    ben.locator(".bar .menu-button").click()
    ben.get_by_role("menuitem", name=TEXTS["account.switch"]).click()
    ben.locator("textarea.token").fill(token("Ben Cole", "supervisor"))
    ben.get_by_role("button", name=TEXTS["signin.yes"]).click()
    expect(ben.locator(".account-name")).to_have_text("Ben Cole")
    expect(ana.locator(".account-name")).to_have_text("Ana Ruiz")
    ben.locator(".bar .menu-button").click()
    ben.get_by_role("menuitem", name=TEXTS["account.out"]).click()
    expect(ben.locator("textarea.token")).to_be_visible()
    expect(ana.locator(".account-name")).to_have_text("Ana Ruiz")


@pytest.mark.timeout(180)
def test_ten_thousand_rows_are_searched_sorted_and_scrolled(console, picture, record_property):
    """Prints how long each action takes until its frame; the limit of 100 ms is a figure, not an assertion."""
    page = open_ten_thousand(console)
    assert page.locator(".grid-body [role=row]").count() < 60, "rows out of sight have elements"
    times = measure(page)
    middles = {action: middle(each) for action, each in times.items()}
    slowest = max(middles, key=middles.get)
    record_property("10,000 rows, median of all actions, ms to the frame", round(middle(list(middles.values())), 1))
    record_property("10,000 rows, median of the slowest action", f"{middles[slowest]:.1f} ms ({slowest})")
    record_property("10,000 rows, slowest of all", round(max(max(each) for each in times.values()), 1))
    page.get_by_label(TEXTS["table.search"]).fill("19999")
    expect(page.locator(".grid-body [role=row]")).to_have_count(1)
    picture(page, "console-ten-thousand")
