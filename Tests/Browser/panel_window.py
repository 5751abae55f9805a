"""Windows on the agent panel of the stub."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from conftest import SIZES, Window
from panel_stub import TOKEN, PanelStub

SIZES["slim"] = {"width": 300, "height": 640}
SIZES["dock"] = {"width": 360, "height": 720}
SIZES["half"] = {"width": 1000, "height": 760}
# What the browser prints when the Gateway refuses something that the panel deals with.
REFUSALS = ("status of 40", "status of 422", "status of 50", "ERR_CONNECTION", "ERR_EMPTY_RESPONSE", "ERR_INCOMPLETE_CHUNKED", "ERR_INVALID_HTTP_RESPONSE")


class PanelWindow(Window):
    def __init__(self, browser, stub: PanelStub):
        super().__init__(browser, stub.url)
        self.stub = stub
        self.allowed = REFUSALS

    def enter(self, size: str = "dock", path: str = "/panel/", **options) -> Page:
        """Signs in with a token and waits until the panel is live."""
        page = self.open(path, size=size, **options)
        sign_in(page)
        return page


class DeskWindow(Window):
    """The panel of the real Gateway, and the Sandbox's pages beside it."""

    def __init__(self, browser, stack):
        super().__init__(browser, stack.url)
        self.stack = stack
        self.allowed = REFUSALS

    def enter(self, agent: str, size: str = "dock", **options) -> Page:
        page = self.open("/panel/", size=size, **options)
        sign_in(page, self.stack.token(agent))
        return page

    def customer(self) -> Page:
        """The telephone of the one who calls."""
        self.url = self.stack.sandbox_url
        try:
            return self.open("/customer?app=calls", "narrow")
        finally:
            self.url = self.stack.url


def sign_in(page, token: str = TOKEN) -> None:
    page.locator("textarea.token").fill(token)
    page.locator("form:has(textarea.token) button[type=submit]").click()
    expect(page.locator(".pill-live")).to_be_attached()
    expect(page.locator("main.view:not([aria-busy])")).to_be_visible()


def control(page, name: str):
    return page.locator(f".task:not([hidden]) [data-control={name}]")


def has_class(name: str) -> re.Pattern:
    return re.compile(rf"(^|\s){name}(\s|$)")
