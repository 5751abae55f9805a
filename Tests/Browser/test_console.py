"""The console over real processes: two supervisors, conflict and merge, publish and rollback, import, bulk, roles, keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from console_process import HOSTILE, token
from console_sources import console_catalogue
from console_window import field, more, open_record, open_scene, row

TEXTS = console_catalogue("en")
ROWS = ".grid-body [role=row]"


@pytest.fixture
def team(console):
    """Twelve extensions, published."""
    console.stack.ana.replace(console.stack.ana.team())
    console.stack.ana.publish("First version")
    return console.stack.ana


def save(page) -> None:
    page.locator(".drawer button[type=submit]").click()


def publish(page) -> None:
    page.locator(".banner-pending .primary").click()
    page.locator("dialog .primary").click()
    expect(page.locator("dialog .callout-good")).to_be_visible()
    page.locator("dialog .primary").click()


def test_two_supervisors_edit_conflict_merge_publish_and_roll_back(console, team, picture):
    ana, ben = console.enter("Ana Ruiz"), console.enter("Ben Cole")
    # What one saves the other sees at once.
    open_record(ana, "1003")
    field(ana, "spokenName").fill("Diego from Vigo")
    save(ana)
    expect(row(ben, "1003").locator(".cell-spokenName")).to_have_text("Diego from Vigo")
    expect(row(ben, "1003").locator(".chip")).to_have_text(TEXTS["status.changed"])
    expect(row(ben, "1003").locator(".cell-updatedAt")).to_contain_text("Ana Ruiz")
    # Both change one extension: the second is told, and nothing typed is lost.
    open_record(ana, "1004")
    open_record(ben, "1004")
    field(ana, "spokenName").fill("Eva A.")
    field(ana, "team").fill("Alpha")
    field(ben, "spokenName").fill("Eva B.")
    field(ben, "validUntil").fill("2099-12-31T20:00")
    save(ana)
    expect(ben.locator(".panel-news")).to_contain_text("Ana Ruiz")
    save(ben)
    comparison = ben.locator("table.comparison")
    cells = comparison.locator("tr[data-field=spokenName] td")
    values = comparison.locator("tr[data-field=spokenName] .data")
    expect(values).to_have_text(["Eva Novák", "Eva A.", "Eva B."])
    expect(ben.locator(".drawer .primary")).to_be_disabled()
    picture(ben, "console-story-conflict")
    cells.nth(2).locator("input").check()
    ben.locator(".drawer .primary").click()
    for page in (ana, ben):
        expect(row(page, "1004").locator(".cell-spokenName")).to_have_text("Eva B.")
        expect(row(page, "1004").locator(".cell-team")).to_have_text("Alpha")
    saved = team.named("1004")
    assert saved["validUntil"] is not None and saved["team"] == "Alpha" and saved["spokenName"] == "Eva B."
    # One publishes, both see that nothing waits any longer, and go back to the version before.
    expect(ana.locator(".banner-pending")).to_contain_text("2")
    before = team.get("extensions/versions")["items"][0]["version"]
    publish(ben)
    for page in (ana, ben):
        expect(page.locator(".banner-pending")).to_have_count(0)
        expect(row(page, "1004").locator(".chip")).to_have_text(TEXTS["status.published"])
    more(ana, 1)
    ana.get_by_role("button", name=f"Go back to version {before}").click()
    ana.locator("dialog .primary").click()
    expect(ana.locator("dialog .callout-good")).to_be_visible()
    ana.locator("dialog .primary").click()
    newest = team.get("extensions/versions")["items"][0]
    assert (newest["rollbackOf"], newest["version"]) == (before, before + 2)
    # The draft stayed, so what was published in between waits again.
    for page in (ana, ben):
        expect(page.locator(".banner-pending")).to_contain_text("2")
    expect(ana.locator(".version").first).to_contain_text(f"goes back to {before}")


def test_a_draft_that_somebody_changed_is_not_published_unseen(console, team):
    page = console.enter()
    team.change("1000", spokenName="Ana R.")
    page.locator(".banner-pending .primary").click()
    expect(page.locator("dialog .diff-entry")).to_have_count(1)
    team.change("1001", spokenName="Ben C.")
    page.locator("dialog .primary").click()
    expect(page.locator("dialog [role=alert]")).to_contain_text(
        "Routes were updated by someone else and cannot be published. Please reload and try again."
    )
    page.get_by_role("button", name=TEXTS["publish.reload"]).click()
    expect(page.locator("dialog .diff-entry")).to_have_count(2)
    page.locator("dialog .primary").click()
    expect(page.locator("dialog .callout-good")).to_be_visible()
    expect(page.locator("dialog .lookup")).to_have_count(1)


def test_two_publishes_at_once_are_told_apart_in_the_words_of_the_sample(console, team):
    team.change("1000", spokenName="Ana R.")
    page = console.enter()
    problem = '{"type":"about:blank","status":409,"code":"extensions.publish_in_progress","detail":""}'
    running = '{"state":"writing","version":9,"by":{"name":"Ben Cole"},"done":1,"total":2,"lookups":[],"missing":[]}'
    page.locator(".banner-pending .primary").click()
    expect(page.locator("dialog .diff-entry")).to_have_count(1)

    def answer(route):
        if route.request.method == "POST":
            return route.fulfill(status=409, content_type="application/problem+json", body=problem)
        return route.fulfill(content_type="application/json", body=running)

    page.route("**/v1/extensions/publish", answer)
    page.locator("dialog .primary").click()
    expect(page.locator("dialog [role=alert]")).to_contain_text(
        "Another route publish is in progress. Publishing now will overwrite other changes."
    )
    expect(page.locator("dialog .step-now")).to_contain_text(TEXTS["publish.step_writing"])
    page.unroute("**/v1/extensions/publish")
    expect(page.get_by_role("button", name=TEXTS["publish.again"])).to_be_visible()


def test_whoever_is_available_for_calls_is_warned_before_publishing(console, team):
    page = console.enter("Ben Cole")
    team.change("1000", spokenName="Ana R.")
    available = '{"items":[{"sid":"WK1","name":"Ben Cole","activity":"Available","available":true,"extension":null}]}'
    page.route("**/v1/workers?*", lambda route: route.fulfill(content_type="application/json", body=available))
    page.locator(".banner-pending .primary").click()
    expect(page.locator("dialog")).to_contain_text(TEXTS["publish.available"])


def test_what_is_deleted_meanwhile_can_be_made_again_from_what_was_typed(console, team):
    page = open_scene(console, "deleted")
    page.get_by_role("button", name=TEXTS["merge.recreate"]).click()
    expect(field(page, "spokenName")).to_have_value("Chloé from Lyon")
    save(page)
    expect(row(page, "1002").locator(".cell-spokenName")).to_have_text("Chloé from Lyon")


def test_an_extension_is_added_with_the_keyboard_alone(console, team):
    page = console.enter()
    page.get_by_role("button", name=TEXTS["table.add"]).focus()
    page.keyboard.press("Enter")
    expect(field(page, "extension")).to_be_focused()
    page.keyboard.type("3000")
    page.keyboard.press("Tab")  # next free
    page.keyboard.press("Tab")  # kind of target
    page.keyboard.press("Tab")
    expect(field(page, "target")).to_be_focused()
    page.keyboard.type("koFi")
    expect(page.get_by_role("option", name="Kofi Mensah")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field(page, "spokenName")).to_have_value("Kofi Mensah")
    page.keyboard.press("Enter")
    expect(page.locator(".drawer")).to_be_hidden()
    expect(row(page, "3000")).to_contain_text("Kofi Mensah")
    assert team.named("3000")["target"]["workerName"] == "Kofi Mensah"


def test_the_table_is_used_with_the_keyboard(console, team):
    page = console.enter()
    grid = page.get_by_role("grid")
    grid.focus()
    for key in ["ArrowDown", "ArrowDown", "Space", "ArrowDown", "Space", "End"]:
        page.keyboard.press(key)
    expect(page.locator(".bulk strong")).to_have_text("2 extensions selected")
    active = page.locator(f"#{grid.get_attribute('aria-activedescendant')}")
    expect(active).to_contain_text("2003")
    page.keyboard.press("Enter")
    expect(page.locator(".drawer h2")).to_contain_text("2003")
    page.keyboard.press("Escape")
    expect(page.locator(".drawer")).to_be_hidden()
    expect(grid).to_be_focused()


def test_rules_are_told_while_typing_and_what_the_server_refuses_at_its_field(console, team):
    page = console.enter()
    page.get_by_role("button", name=TEXTS["table.add"]).click()
    number = page.locator("[data-field=extension]")
    for text, key in [("1e5", "number_digits"), ("12", "number_length"), ("911", "number_reserved"), ("100", "number_ambiguous")]:
        field(page, "extension").fill(text)
        field(page, "extension").blur()
        expect(number.locator(".field-error")).to_contain_text(TEXTS[f"invalid.{key}"].replace("{min}", "3").replace("{max}", "5"))
    # The page believes that the number is free; the server knows better.
    page.route("**/v1/stream", lambda route: route.abort())
    owner = team.named("2000")
    taken = {"status": 409, "code": "extensions.number_taken", "detail": "taken", "owner": owner}
    page.locator(".drawer").get_by_label("Queue").first.check()
    field(page, "target").fill("Sales")
    field(page, "spokenName").fill("Sales")
    field(page, "extension").fill("3001")
    page.route("**/v1/extensions", lambda route: route.fulfill(status=409, content_type="application/problem+json", json=taken))
    save(page)
    expect(number.locator(".field-error")).to_contain_text("2000 belongs to Support desk already.")
    expect(field(page, "extension")).to_be_focused()
    expect(field(page, "spokenName")).to_have_value("Sales")


def test_the_next_free_number_is_proposed(console, team):
    page = console.enter()
    page.get_by_role("button", name=TEXTS["table.add"]).click()
    page.get_by_role("button", name=TEXTS["edit.next_free"]).click()
    expect(field(page, "extension")).not_to_have_value("")
    number = field(page, "extension").input_value()
    assert number == team.get("extensions/next")["extension"]


def test_hostile_contents_are_text_everywhere(console, team):
    page = console.enter()
    expect(row(page, "2003").locator(".cell-spokenName")).to_have_text(HOSTILE)
    open_record(page, "2003")
    expect(field(page, "spokenName")).to_have_value(HOSTILE)
    field(page, "spokenName").fill(HOSTILE + "<i>x</i>")
    save(page)
    expect(page.locator(".drawer")).to_be_hidden()
    for number in (0, 1):
        more(page, number)
        expect(page.locator(".history-entry, .version").first).to_be_visible()
        page.keyboard.press("Escape")
    page.locator(".banner-pending .primary").click()
    page.keyboard.press("Escape")
    assert page.evaluate("window.hacked") is None
    assert page.locator(".workspace img, .workspace script, .workspace b, .workspace i").count() == 0


def test_an_import_is_shown_before_it_is_done_and_can_be_undone(console, team):
    page = open_scene(console, "import")
    report = page.locator(".report-rows tbody tr")
    expect(report.first).to_contain_text("1e5")
    expect(report.first).to_contain_text(TEXTS["import.outcome_refused"])
    expect(page.get_by_role("button", name="Import 2 changes")).to_be_disabled()
    assert all(record["extension"] != "7777" for record in team.all()), "a dry run changes nothing"
    page.get_by_label(TEXTS["import.partial"]).check()
    page.get_by_role("button", name="Import 2 changes").click()
    expect(row(page, "7777")).to_contain_text("Night desk")
    page.get_by_role("button", name=TEXTS["import.undo"]).click()
    page.locator("dialog .danger").click()
    expect(row(page, "7777")).to_have_count(0)
    assert team.named("1000")["spokenName"] == "Ana Ruiz"


def test_an_export_is_a_file_that_imports_to_the_same_directory(console, team):
    page = console.enter()
    with page.expect_download() as download:
        more(page, 3)
    text = download.value.path().read_text("utf-8-sig")
    assert download.value.suggested_filename == "extensions-draft.csv"
    assert len(text.splitlines()) == 13
    more(page, 2)
    page.locator(".drawer input[type=file]").set_input_files(download.value.path())
    expect(page.locator(".tallies")).to_have_text("12 unchanged")


def test_many_rows_are_changed_and_deleted_at_once(console, team):
    page = open_scene(console, "bulk")
    page.get_by_role("button", name=TEXTS["bulk.team"]).click()
    page.locator("dialog input").fill("Night")
    page.locator("dialog .primary").click()
    for number in ["1000", "1001", "2000"]:
        expect(row(page, number).locator(".cell-team")).to_have_text("Night")
    page.get_by_label(TEXTS["table.search"]).fill("night")
    expect(page.locator(ROWS)).to_have_count(4)
    page.get_by_label(TEXTS["table.select_all"]).check()
    page.get_by_role("button", name=TEXTS["bulk.delete"]).click()
    page.locator("dialog .danger").click()
    expect(page.get_by_text(TEXTS["table.none_found"])).to_be_visible()
    assert len(team.all()) == 7


def test_agents_read_and_nothing_more(console, team):
    page = console.enter("Kofi Mensah", role="agent")
    open_record(page, "1001")
    expect(field(page, "spokenName")).to_be_disabled()
    for name in [TEXTS["table.add"], TEXTS["edit.add"], TEXTS["edit.save"], TEXTS["edit.delete"], TEXTS["publish.open"]]:
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.locator(".cell-select .box")).to_have_count(0)
    page.locator(".tools .menu-button").click()
    expect(page.get_by_role("menuitem")).to_have_count(4)


def test_the_development_login_is_offered_and_lets_in(console, team):
    page = console.open("/console/")
    page.get_by_label(TEXTS["signin.name"]).fill("Julia Okafor")
    page.get_by_role("button", name=TEXTS["signin.development_yes"]).click()
    expect(page.locator(".account-name")).to_have_text("Julia Okafor")
    expect(page.locator(ROWS)).to_have_count(12)


def test_a_token_that_is_not_valid_is_refused_and_one_that_ends_loses_nothing(console, team):
    page = console.open("/console/")
    page.locator("textarea.token").fill("nonsense")
    page.get_by_role("button", name=TEXTS["signin.yes"]).click()
    expect(page.get_by_role("alert").get_by_text(TEXTS["signin.refused"])).to_be_visible()
    page.locator("textarea.token").fill(token("Ana Ruiz", "supervisor"))
    page.get_by_role("button", name=TEXTS["signin.yes"]).click()
    open_record(page, "1005")
    field(page, "spokenName").fill("Fatima H.")
    page.route("**/v1/extensions/ex_*", lambda route: route.fulfill(status=401, json={"code": "gateway.token_expired"}))
    save(page)
    dialog = page.get_by_role("dialog", name=TEXTS["signin.again"])
    expect(dialog).to_be_visible()
    page.unroute("**/v1/extensions/ex_*")
    dialog.locator("textarea.token").fill(token("Ana Ruiz", "supervisor"))
    dialog.get_by_role("button", name=TEXTS["signin.yes"]).click()
    expect(dialog).to_have_count(0)
    expect(field(page, "spokenName")).to_have_value("Fatima H.")
    save(page)
    expect(row(page, "1005").locator(".cell-spokenName")).to_have_text("Fatima H.")


def test_the_language_changes_at_once_and_what_was_typed_stays(console, team):
    page = console.enter()
    open_record(page, "1005")
    field(page, "spokenName").fill("Fatima H.")
    page.get_by_role("button", name=TEXTS["shell.language"]).click()
    spanish = console_catalogue("es")
    expect(page.get_by_role("button", name=spanish["edit.save"])).to_be_visible()
    expect(field(page, "spokenName")).to_have_value("Fatima H.")
    expect(page.locator("html")).to_have_attribute("lang", "es")


def test_what_was_typed_is_not_thrown_away_without_asking(console, team):
    page = console.enter()
    open_record(page, "1005")
    field(page, "spokenName").fill("Fatima H.")
    page.keyboard.press("Escape")
    page.get_by_role("dialog", name=TEXTS["edit.discard_title"]).get_by_role("button", name=TEXTS["shell.cancel"]).click()
    expect(field(page, "spokenName")).to_have_value("Fatima H.")
    row(page, "1006").locator(".cell-spokenName").click()
    page.get_by_role("button", name=TEXTS["edit.discard_yes"]).click()
    expect(page.locator(".drawer h2")).to_contain_text("1006")
