"""Pages of the samples, unmodified, at origins that the server names; and the same pages at origins that it does not."""

from __future__ import annotations

import pytest

from bridge_window import CRM, HOSTILE, events, interaction, panel_of, until

IF_PAGE = CRM + "/inside-iframe.html"
FC_PAGE = CRM + "/feathercorp.html"
ENDED = {"state": "wrapup", "acceptedTs": 5_000, "connectedTs": 10_000, "endedTs": 72_400}


@pytest.fixture
def compatible(bridge):
    bridge.configure(compatibilityOrigins=[CRM])
    return bridge


def enter(bridge, url):
    page = bridge.open(url)
    frame = panel_of(page)
    return page, frame


def call(page, number: str, button: str) -> None:
    page.locator("#number").fill(number)
    page.locator(button).click()


def numbers(frame) -> list[str]:
    return [act["data"]["number"] for act in frame.evaluate("window.acted")]


def tell(frame, event: str, one: dict) -> None:
    frame.evaluate("([event, one]) => window.bridge.interaction(event, one)", [event, one])


@pytest.mark.parametrize(("url", "button"), [(IF_PAGE, "#call"), (FC_PAGE, "#dial")])
def test_a_number_that_the_page_posts_becomes_a_dial_request(compatible, url, button):
    page, frame = enter(compatible, url)
    assert frame.evaluate("window.bridge.state") == "compatible"
    call(page, "+34 600 123 456", button)
    frame.wait_for_function("window.acted.length === 1")
    (act,) = frame.evaluate("window.acted")
    assert act["data"] == {"number": "+34 600 123 456", "autoPlace": True}
    assert act["meta"]["isCompatible"] is True and act["meta"]["origin"] == CRM and len(act["meta"]["id"]) == 36


def test_a_double_click_is_one_dial_and_a_storm_is_not_many(compatible):
    page, frame = enter(compatible, IF_PAGE)
    page.locator("#number").fill("+34600123456")
    # The page's own layout moves between two clicks of a mouse.
    page.evaluate("() => { const call = document.getElementById('call'); call.click(); call.click() }")
    frame.wait_for_function("window.bridge.stats().compatible_same_click === 1")
    assert numbers(frame) == ["+34600123456"]
    page.evaluate("for (let n = 0; n < 50; n += 1) document.getElementById('flex').contentWindow.postMessage(`60012345${n}`, '*')")
    frame.wait_for_function("window.bridge.stats().rate_limited >= 47")
    assert len(numbers(frame)) <= 3


@pytest.mark.parametrize("data", ["'hello'", "''", "'+'", "'tel:+34600123456'", "'600123456;rm -rf'", "'9'.repeat(300)", "34600123456", "{ number: '+34600123456' }", "['+34600123456']", "null", f"{HOSTILE!r}", "'６００１２３'"])
def test_what_is_not_a_bare_number_is_no_dial(compatible, data):
    page, frame = enter(compatible, FC_PAGE)
    page.evaluate(f"document.getElementById('flex').contentWindow.postMessage({data}, '*')")
    call(page, "600", "#dial")
    frame.wait_for_function("window.acted.length > 0")
    assert numbers(frame) == ["600"]


def test_the_first_samples_page_pops_at_acceptance_and_shows_the_activity_of_every_end(compatible):
    page, frame = enter(compatible, IF_PAGE)
    tell(frame, "offered", interaction())
    assert page.locator("#pop").text_content().strip() == ""
    tell(frame, "accepted", interaction(state="accepted"))
    until(lambda: page.locator("#pop").text_content() == "Number to pop: +34600111222")
    tell(frame, "connected", interaction(state="connected"))
    tell(frame, "wrapup", interaction(**ENDED, endedBy="customer"))
    until(lambda: page.locator("#duration").text_content() == "62")
    assert {cell: page.locator(f"#{cell}").text_content() for cell in ("from", "to", "direction", "agent")} == {
        "from": "+34600111222", "to": "+34910000000", "direction": "inbound", "agent": "ana.ruiz",
    }  # fmt: skip
    tell(frame, "completed", interaction(**ENDED | {"state": "completed"}))
    tell(frame, "accepted", interaction(2, direction="outbound"))
    tell(frame, "accepted", interaction(3, channel="chat", **{"from": "visitor-7"}))
    tell(frame, "missed", interaction(4, state="missed", **{"from": "+34600999888"}))
    until(lambda: page.locator("#from").text_content() == "+34600999888")
    assert page.locator("#duration").text_content() == "0"
    texts = [message["data"] for message in page.evaluate("window.received")]
    assert len(texts) == 3 and all(isinstance(text, str) for text in texts)


def test_what_a_visitor_writes_as_his_address_or_name_is_no_markup_and_adds_no_field(compatible):
    """The pages show all of it as markup."""
    page, frame = enter(compatible, IF_PAGE)
    one = interaction(**ENDED, **{"from": HOSTILE, "to": '+34","agent":"mallory'}, attributes={"secret": "x"})
    tell(frame, "wrapup", one)
    until(lambda: page.locator("#agent").text_content() == "ana.ruiz")
    assert (page.locator("#from").text_content(), page.locator("#to").text_content()) == ("", "")
    assert page.evaluate("window.hacked") is None
    (text,) = [message["data"] for message in page.evaluate("window.received")]
    assert page.evaluate("(text) => Object.keys(JSON.parse(text))", text) == ["from", "to", "direction", "duration", "agent"]


def test_a_pop_holds_a_number_or_is_not_sent(compatible):
    """The page shows it as markup: what is not an address of a caller must not get there."""
    page, frame = enter(compatible, IF_PAGE)
    tell(frame, "accepted", interaction(1, **{"from": HOSTILE}))
    tell(frame, "accepted", interaction(2, **{"from": "anonymous"}))
    tell(frame, "accepted", interaction(3, **{"from": "sip:ana@example.com"}))
    tell(frame, "accepted", interaction(4, **{"from": "+34600123456"}))
    until(lambda: "+34600123456" in page.locator("#pop").text_content())
    pops = [message["data"] for message in page.evaluate("window.received")]
    assert pops == ['{"pop":"sip:ana@example.com"}', '{"pop":"+34600123456"}']
    assert page.evaluate("window.hacked") is None


def test_the_second_samples_page_shows_who_is_selected_and_nobody_when_nobody_is(compatible):
    page, frame = enter(compatible, FC_PAGE)
    account = {"first_name": "Ada", "last_name": "Feather", "img_src": "ada.png", "service_level": "gold", "iban": "ES00"}
    tell(frame, "offered", interaction(1, attributes={"account_data": account, "internal": "no"}))
    tell(frame, "offered", interaction(2))
    tell(frame, "offered", interaction(3, customer={"identityVerified": False}, attributes={"account_data": account | {"img_src": "//evil.test/x.png"}}))
    name = page.locator("#name")
    frame.evaluate("window.bridge.select('WT1')")
    until(lambda: name.text_content() == "Ada Feather")
    frame.evaluate("window.bridge.select('WT2')")
    until(lambda: name.text_content() == "Lucía García")
    frame.evaluate("window.bridge.select('WT3')")
    until(lambda: name.text_content() == "Ada Feather")
    frame.evaluate("window.bridge.select(null)")
    until(lambda: name.text_content() == " ")
    tell(frame, "offered", interaction(4, customer={"name": "Aoife <b>O'Brien</b> & \"Co\"", "identityVerified": False}))
    frame.evaluate("window.bridge.select('WT4')")
    until(lambda: name.text_content() == "Aoife bO’Brien/b  Co")
    assert page.evaluate("window.pictures") == ["/pictures/ada.png", "/pictures/", "/pictures/", "/pictures/", "/pictures/"]
    sent = [message["data"] for message in page.evaluate("window.received")]
    assert all(list(one) == ["account_data"] and list(one["account_data"]) == ["first_name", "last_name", "img_src"] for one in sent)


def test_both_pages_stay_silent_and_deaf_where_the_server_does_not_name_them(bridge):
    """Off by default: knocks come, the numbers are not heard, nothing about a call is told."""
    bridge.allowed = ("is not valid JSON",)
    for url, button in ((IF_PAGE, "#call"), (FC_PAGE, "#dial")):
        page, frame = enter(bridge, url)
        assert frame.evaluate("window.bridge.state") == "connecting"
        call(page, "+34600123456", button)
        tell(frame, "accepted", interaction())
        frame.evaluate("window.bridge.select('WT1')")
        frame.wait_for_function("window.bridge.stats().foreign === 1")
        assert frame.evaluate("window.acted") == []
        page.wait_for_function("window.received.length > 2")
        assert {message["data"].get("type") for message in page.evaluate("window.received")} == {"hello"}


def test_an_origin_is_compatible_only_when_it_may_hold_the_panel_at_all(bridge):
    bridge.configure(origins=["https://other.test"], compatibilityOrigins=[CRM])
    page, frame = enter(bridge, FC_PAGE)
    assert frame.evaluate("window.bridge.state") == "unreachable"
    call(page, "+34600123456", "#dial")
    frame.evaluate("new Promise((resolve) => setTimeout(resolve, 300))")
    assert frame.evaluate("window.acted") == []


def test_another_window_of_a_compatible_origin_dials_nothing(compatible):
    page, frame = enter(compatible, FC_PAGE)
    compatible.site("crm.test", "/sibling", "<script>parent.frames[0].postMessage('+34600123456', '*'); window.isLoaded = true</script>")
    page.evaluate("() => { const other = document.createElement('iframe'); other.src = '/sibling'; document.body.append(other) }")
    frame.wait_for_function("window.received.length === 1")
    call(page, "600", "#dial")
    frame.wait_for_function("window.acted.length > 0")
    assert numbers(frame) == ["600"]


def test_a_page_that_has_been_modified_uses_the_bridge_at_the_same_origin(compatible):
    """`mountPanel` says so in the frame's address; from then on bare numbers and the samples' shapes are off."""
    page, frame = compatible.enter()
    page.evaluate("frames[0].postMessage('+34600123456', '*')")
    tell(frame, "accepted", interaction())
    page.wait_for_function("window.bridge.interactions.length === 1")
    assert frame.evaluate("window.acted") == []
    assert {message["data"].get("type") for message in page.evaluate("window.received")} == {"hello"}
    assert events(frame, "state")[-1] == {"state": "connected"}
