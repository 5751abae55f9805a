"""Fixtures of the browser tests: the real Sandbox, Debian's chromium, a page that may report no error."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sandbox_process import People, Sandbox

CHROMIUM = os.environ.get("PATCHBAY_CHROMIUM", "/usr/bin/chromium")
SIZES = {"wide": {"width": 1280, "height": 800}, "narrow": {"width": 390, "height": 844}}
# Pictures of every page, to look at after a run.
SHOTS = Path(os.environ.get("PATCHBAY_SCREENSHOTS", Path(tempfile.gettempdir()) / "patchbay-screenshots"))

# Slows the pages' scripts down that many times, to find tests that depend on a fast machine.
CPU_RATE = int(os.environ.get("PATCHBAY_CPU_RATE", "1"))

# Reached only when something fails; a machine that builds beside the tests is slow.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory):
    sandbox = Sandbox(tmp_path_factory.mktemp("sandbox"))
    yield sandbox.start()
    sandbox.stop()


@pytest.fixture
def people(sandbox):
    """Begins with an empty world in which nobody is available and nothing fails."""
    people = People(sandbox.url)
    people.reset()
    return people


@pytest.fixture(scope="session")
def driver():
    """Playwright, of which a process has one at a time: a second one would fail every test after it."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(driver):
    browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield browser
    browser.close()


class Window:
    """Opens pages; a script error, a refused script or style and a failed request of a page fail the test."""

    def __init__(self, browser: Browser, url: str):
        self.browser = browser
        self.url = url
        self.contexts = []
        self.problems: list[str] = []
        self.allowed: tuple[str, ...] = ()

    def open(self, path: str, size: str = "wide", scheme: str = "light", language: str = "en-GB", routes=()) -> Page:
        context = self.browser.new_context(
            viewport=SIZES[size], color_scheme=scheme, locale=language, reduced_motion="reduce"
        )
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.problems.append(f"{path}: {error}"))
        page.on("console", lambda message: message.type == "error" and self.problems.append(f"{path}: {message.text}"))
        if CPU_RATE > 1:
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": CPU_RATE})
        for pattern, handler in routes:
            page.route(pattern, handler)
        page.goto(self.url + path)
        expect(page.locator("main:not([aria-busy])")).to_be_visible()
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()

    def photograph(self, test: str) -> None:
        """Leaves a picture of each page of a test that failed."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        for number, context in enumerate(self.contexts):
            for page in context.pages:
                page.screenshot(path=SHOTS / f"failed-{test[:80].replace('/', '-')}-{number}.png")

    def unexpected(self) -> list[str]:
        return [problem for problem in self.problems if not any(word in problem for word in self.allowed)]


@pytest.fixture
def window(browser, sandbox, request):
    window = Window(browser, sandbox.url)
    yield window
    if getattr(request.node, "has_failed", False):
        window.photograph(request.node.name)
        print(f"--- log of the Sandbox\n{sandbox.log()[-4000:]}\n--- pictures in {SHOTS}")
    window.close()
    assert window.unexpected() == []


@pytest.fixture(scope="session")
def console_stack(tmp_path_factory):
    """Broker, ExtensionsSvc, Gateway and Sandbox, for all tests of the console."""
    from console_process import ConsoleStack

    stack = ConsoleStack(tmp_path_factory.mktemp("console"))
    try:
        yield stack.start()
    finally:
        stack.close()


@pytest.fixture
def console(browser, console_stack, request):
    """Windows on the console of `console.stack`."""
    from console_window import ConsoleWindow

    window = ConsoleWindow(browser, console_stack)
    yield window
    if getattr(request.node, "has_failed", False):
        window.photograph(request.node.name)
        print(f"--- logs\n{console_stack.log()}\n--- pictures in {SHOTS}")
    window.close()
    assert window.unexpected() == []


@pytest.fixture(scope="session")
def bridge_sites(driver, tmp_path_factory):
    """crm.test, patchbay.test and evil.test over TLS, and a browser to which they are different sites."""
    from bridge_window import BRIDGE, PAGES
    from sites import Sites

    with Sites(tmp_path_factory.mktemp("sites")) as sites:
        sites.folder("crm.test", "/", PAGES / "crm")
        sites.folder("patchbay.test", "/panel/", PAGES / "panel")
        for name in sites.names:
            sites.folder(name, "/bridge/", BRIDGE)
        sites.context = sites.browser(driver, CHROMIUM)
        yield sites


@pytest.fixture
def bridge(bridge_sites):
    """Windows on a CRM page with a panel of another site in it."""
    from bridge_window import BridgeWindow

    window = BridgeWindow(bridge_sites, bridge_sites.context)
    yield window
    window.close()
    assert window.unexpected() == []


@pytest.fixture(scope="session")
def panel_stub():
    """A Gateway that is played, for all tests of the agent panel."""
    from panel_stub import PanelStub

    stub = PanelStub()
    yield stub
    stub.close()


@pytest.fixture
def desk(browser, request):
    """Windows on the agent panel of a stack of its own: `desk.stack`."""
    from panel_stack import PanelStack
    from panel_window import DeskWindow

    with PanelStack() as stack:
        window = DeskWindow(browser, stack)
        yield window
        if getattr(request.node, "has_failed", False):
            window.photograph(request.node.name)
            print(f"{stack.logs()}\n--- pictures in {SHOTS}")
        window.close()
    assert window.unexpected() == []


@pytest.fixture
def stub(panel_stub):
    panel_stub.reset()
    return panel_stub


@pytest.fixture
def panel(browser, stub, request):
    """Windows on the agent panel of `stub`."""
    from panel_window import PanelWindow

    window = PanelWindow(browser, stub)
    yield window
    if getattr(request.node, "has_failed", False):
        window.photograph(request.node.name)
        print(f"--- pictures in {SHOTS}")
    window.close()
    assert window.unexpected() == []


@pytest.fixture
def lenient_bridge(driver, bridge_sites):
    """The same in a browser that lets framed pages of other sites have storage and locks."""
    from bridge_window import BridgeWindow

    context = bridge_sites.browser(driver, CHROMIUM, profile="lenient", blocks=False)
    window = BridgeWindow(bridge_sites, context)
    yield window
    context.close()
    assert window.unexpected() == []


@pytest.fixture(scope="session")
def cif_sites(driver, tmp_path_factory, panel_stub):
    """crm.test with the stand-in of Dynamics around the panel at patchbay.test, third-party storage blocked."""
    from cif_window import panel_sites

    with panel_sites(tmp_path_factory.mktemp("cif"), panel_stub) as sites:
        sites.context = sites.browser(driver, CHROMIUM, locale="en-GB", reduced_motion="reduce")
        yield sites


@pytest.fixture(params=["panel", "flex"])
def cif(request):
    """A channel of Dynamics: the panel, then Flex with the plug-in; opened by `cif.open()`."""
    from cif_window import FlexChannel, PanelChannel

    if request.param == "panel":
        sites, stub = request.getfixturevalue("cif_sites"), request.getfixturevalue("stub")
        channel = PanelChannel(sites.context, stub)
    else:
        sites, gateway = request.getfixturevalue("bridge_sites"), request.getfixturevalue("flex_gateway")
        channel = FlexChannel(sites.context, gateway)
    channel.sites = sites
    yield channel
    if getattr(request.node, "has_failed", False) and channel.page:
        SHOTS.mkdir(parents=True, exist_ok=True)
        channel.page.screenshot(path=SHOTS / f"failed-{request.node.name[:80].replace('/', '-')}.png")
        print(channel.host("(host) => JSON.stringify({ calls: host.calls.slice(-30), events: host.events.slice(-10), tabs: host.front?.tabs })"))
        print(f"notices: {channel.notices()}")
    channel.close()
    assert channel.unexpected() == []


@pytest.fixture
def flex_gateway(bridge_sites):
    """A Gateway that is played, for the plug-in in Flex."""
    from cif_window import serve_dynamics
    from test_flex_plugin import FakeGateway

    serve_dynamics(bridge_sites)
    yield (fake := FakeGateway(bridge_sites))
    fake.stream.end()
    site = bridge_sites.sites["patchbay.test"]
    site.functions.clear()
    site.streams.clear()


@pytest.fixture
def picture():
    SHOTS.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str, **options) -> None:
        page.screenshot(path=SHOTS / f"{name}.png", **options)

    return take


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.has_failed = report.failed
    return report


def pytest_terminal_summary(terminalreporter):
    """Prints the figures that tests have measured."""
    for report in terminalreporter.getreports("passed"):
        for name, value in getattr(report, "user_properties", []):
            terminalreporter.write_line(f"{name}: {value}")
