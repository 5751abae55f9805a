"""Windows on a CRM page and the panel's frame in it, for the tests of the bridge."""

from __future__ import annotations

import json
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, Frame, Page

from sites import Sites
from web_sources import ROOT

PAGES = Path(__file__).resolve().parent / "bridge_site"
BRIDGE = ROOT / "Sources" / "Gateway" / "Web" / "bridge"
CRM = "https://crm.test"
PANEL = "https://patchbay.test"
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>"\'\\u2028${x}'
DEADLINE = 30.0
CONFIG = {"origins": [CRM], "compatibilityOrigins": [], "flexOrigins": []}


def interaction(number: int = 1, **fields) -> dict:
    """An interaction as the server sends it."""
    return {
        "interactionId": f"WT{number}", "channel": "voice", "direction": "inbound", "state": "offered", "from": "+34600111222",
        "to": "+34910000000", "queue": {"id": "WQ1", "name": "Sales"}, "customer": {"name": "Lucía García", "identityVerified": False},
        "offeredTs": 1_000, "muted": False, "held": False, "attributes": {},
    } | fields  # fmt: skip


class BridgeWindow:
    """Opens CRM pages with a panel; a script error of either side fails the test."""

    def __init__(self, sites: Sites, context: BrowserContext):
        self.sites = sites
        self.context = context
        self.problems: list[str] = []
        self.allowed: tuple[str, ...] = ()
        self.pages: list[Page] = []
        self.configure()

    def site(self, name: str, path: str, body: str) -> None:
        """A page of a test."""
        self.sites.page(name, path, f"<!doctype html><html lang=en><title>Test</title><body>{body}</body></html>")

    def configure(self, **changes) -> None:
        """What /v1/panel/config says from now on."""
        self.sites.json("patchbay.test", "/v1/panel/config", CONFIG | changes)

    def open(self, url: str = CRM + "/", script: str = "") -> Page:
        """A page of its own tab; `spy.js` and `script` run before the scripts of each of its frames."""
        page = self.context.new_page()
        page.add_init_script(path=PAGES / "spy.js")
        page.add_init_script(script)
        self.pages.append(page)
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("console", lambda message: message.type == "error" and self.problems.append(f"{page.url}: {message.text}"))
        page.goto(url)
        return page

    def enter(self, url: str = CRM + "/", script: str = "") -> tuple[Page, Frame]:
        """Opens a CRM page and waits until both sides are connected."""
        page = self.open(url, script)
        return page, self.connected(page)

    def connected(self, page: Page) -> Frame:
        page.wait_for_function("window.bridge?.state === 'connected'", timeout=DEADLINE * 1_000)
        frame = panel_of(page)
        frame.wait_for_function("window.isLoaded && window.bridge.state === 'connected'", timeout=DEADLINE * 1_000)
        return frame

    def close(self) -> None:
        for page in self.pages:
            page.close()

    def unexpected(self) -> list[str]:
        return [problem for problem in self.problems if not any(word in problem for word in self.allowed)]


def panel_of(page: Page) -> Frame:
    """The panel's frame, once its script has run."""
    return frame_of(page, PANEL)


def frame_of(page: Page, address: str) -> Frame:
    """The frame whose address holds this, once its script has run."""
    end = time.monotonic() + DEADLINE
    while not (frame := next((one for one in page.frames if address in one.url), None)):
        assert time.monotonic() < end, f"there is no frame of {address}"
        # The browser's news arrive while its side is waited for.
        page.wait_for_timeout(20)
    # Asked from here: a frame that is not seen is drawn never, so a wait inside it would not end.
    until(lambda: frame.evaluate("Boolean(window.isLoaded)"))
    return frame


def until(condition, deadline: float = DEADLINE):
    end = time.monotonic() + deadline
    while not (value := condition()):
        assert time.monotonic() < end, "the condition was not met in time"
        time.sleep(0.01)
    return value


def events(target, name: str | None = None) -> list:
    found = target.evaluate("window.events")
    return [event["value"] for event in found if event["name"] == name] if name else found


def wait_for_event(target, name: str, text: str = "") -> None:
    """Waits until an event of that name came, whose value holds `text`."""
    target.wait_for_function(
        f"window.events.some((event) => event.name === {json.dumps(name)} && JSON.stringify(event.value).includes({json.dumps(text)}))",
        timeout=DEADLINE * 1_000,
    )


def settle(page: Page, frame: Frame) -> None:
    """Waits until everything that was posted so far has been handled on both sides: a request is answered in order."""
    page.evaluate("window.bridge.state === 'connected' ? window.outcome(window.bridge.snapshot()) : null")
    frame.evaluate("new Promise((resolve) => setTimeout(resolve, 0))")
