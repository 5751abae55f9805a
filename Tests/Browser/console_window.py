"""Windows on the console, and scenes: the states in which a person meets it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from conftest import SIZES, Window
from console_process import ConsoleStack, token

SIZES["tablet"] = {"width": 820, "height": 1180}
# What the browser prints when the Gateway refuses something that the page deals with.
REFUSALS = ("status of 401", "status of 409", "status of 412", "status of 422", "status of 503", "ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED")
IMPORT = "extension,type,queue,spoken_name,team\r\n7777,queue,Night,Night desk,Night\r\n1000,queue,Sales,Sales desk,Sales\r\n1e5,queue,Support,Bad,\r\n"
SCENES = [
    "sign-in", "table", "table-empty", "table-agent", "edit", "edit-invalid", "edit-worker", "merge", "deleted", "diff", "publish",
    "published", "history", "versions", "rollback", "import", "bulk", "menu", "offline",
]  # fmt: skip


class ConsoleWindow(Window):
    """A browser of its own for each `enter`: another person, another machine."""

    def __init__(self, browser, stack: ConsoleStack):
        super().__init__(browser, stack.url)
        self.stack = stack
        self.allowed = REFUSALS

    def enter(self, name: str = "Ana Ruiz", role: str = "supervisor", **options) -> Page:
        """Signs in with a token and waits for the table."""
        page = self.open("/console/", **options)
        page.locator("textarea.token").fill(token(name, role))
        page.locator("form:has(textarea.token) button[type=submit]").click()
        expect(page.locator(".pill-live")).to_be_attached()
        expect(page.locator("main:not([aria-busy])")).to_be_visible()
        return page


def open_scene(window: ConsoleWindow, scene: str, **options) -> Page:
    """Makes what the scene needs and brings a window there."""
    ana = window.stack.ana
    if scene == "sign-in":
        page = window.open("/console/", **options)
        expect(page.locator("form.development")).to_be_visible()
        return page
    ana.replace([] if scene == "table-empty" else ana.team())
    if scene not in ("table-empty", "table"):
        ana.publish("First version")
        ana.change("1001", spokenName="Ben C.", team="Sales")
        ana.delete("1007")
    page = window.enter(role="agent" if scene == "table-agent" else "supervisor", **options)
    globals()["_" + scene.replace("-", "_")](page, window)
    return page


def row(page: Page, number: str):
    return page.locator(".grid-body [role=row]").filter(has=page.locator(".cell-extension", has_text=number))


def open_record(page: Page, number: str) -> None:
    row(page, number).locator(".cell-spokenName").click()
    expect(page.locator(".drawer h2")).to_contain_text(number)


def field(page: Page, name: str):
    return page.locator(f".drawer [data-field={name}] input:not([type=radio])").first


def more(page: Page, number: int):
    """An entry of the menu: history, versions, import, CSV, JSON."""
    page.locator(".tools .menu-button").click()
    page.locator(".tools .menu-item").nth(number).click()


def _table(page, window):
    expect(page.locator(".grid-body [role=row]")).to_have_count(12)


def _table_empty(page, window):
    expect(page.locator(".empty")).to_be_visible()


def _table_agent(page, window):
    open_record(page, "1001")


def _edit(page, window):
    open_record(page, "1001")


def _edit_invalid(page, window):
    page.locator(".tools .primary").click()
    field(page, "extension").fill("1001")
    page.locator(".drawer button[type=submit]").click()
    expect(page.locator(".field-error:not(:empty)")).to_have_count(3)


def _edit_worker(page, window):
    page.locator(".tools .primary").click()
    field(page, "target").press_sequentially("a")
    expect(page.locator(".option").first).to_be_visible()
    page.keyboard.press("ArrowDown")


def _merge(page, window):
    open_record(page, "1002")
    field(page, "spokenName").fill("Chloé from Lyon")
    field(page, "team").fill("Sales")
    window.stack.ana.change("1002", spokenName="Chloé M.", validUntil="2099-01-31T18:00:00Z")
    expect(page.locator(".panel-news .callout")).to_be_visible()
    page.locator(".drawer button[type=submit]").click()
    expect(page.locator("table.comparison")).to_be_visible()


def _deleted(page, window):
    open_record(page, "1002")
    field(page, "spokenName").fill("Chloé from Lyon")
    window.stack.ana.delete("1002")
    expect(page.locator(".panel-news .callout")).to_be_visible()
    page.locator(".panel-news button").click()


def _diff(page, window):
    page.locator(".banner-pending button").first.click()
    expect(page.locator(".diff-entry")).to_have_count(2)


def _publish(page, window):
    page.locator(".banner-pending .primary").click()
    expect(page.locator("dialog .diff-entry")).to_have_count(2)


def _published(page, window):
    _publish(page, window)
    page.locator("dialog .primary").click()
    expect(page.locator("dialog .callout-good")).to_be_visible()


def _history(page, window):
    more(page, 0)
    expect(page.locator(".history-entry").first).to_be_visible()


def _versions(page, window):
    more(page, 1)
    expect(page.locator(".version").first).to_be_visible()


def _rollback(page, window):
    window.stack.ana.publish("Second version")
    _versions(page, window)
    page.locator(".version button").nth(2).click()
    expect(page.locator("dialog")).to_be_visible()


def _import(page, window):
    more(page, 2)
    page.locator(".drawer input[type=file]").set_input_files({"name": "extensions.csv", "mimeType": "text/csv", "buffer": IMPORT.encode()})
    expect(page.locator(".report-rows tbody tr")).to_have_count(3)


def _bulk(page, window):
    for number in ["1000", "1001", "2000"]:
        row(page, number).locator(".cell-select").click()
    expect(page.locator(".bulk")).to_be_visible()


def _menu(page, window):
    page.locator(".tools .menu-button").click()


def _offline(page, window):
    window.stack.stop("gateway")
    try:
        expect(page.locator(".banner-late")).to_be_visible()
    finally:
        window.stack.start("gateway")
