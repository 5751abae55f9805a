"""Messages that must not be acted upon: strangers' origins and windows, forged, repeated, late, oversized, too many, fuzzed."""

from __future__ import annotations

import os
import random
import time

import pytest

from bridge_window import (
    CONFIG,
    CRM,
    HOSTILE,
    PAGES,
    PANEL,
    events,
    frame_of,
    interaction,
    panel_of,
    settle,
    until,
    wait_for_event,
)

NOISE = ("Failed to execute 'postMessage'",)
HOST = """<div id=patchbay></div><script type=module>
import { mountPanel } from "https://patchbay.test/bridge/ccbridge-host.js";
window.bridge = mountPanel({ element: "#patchbay", panel: "https://patchbay.test" });
window.isLoaded = true;
</script>"""
DIAL = {"number": "+34600123456", "autoPlace": True}
FUZZED = int(os.environ.get("PATCHBAY_FUZZED", "100000"))
TO_PANEL = ["dial.request", "control.request", "presence.set", "interaction.selected", "record.choose", "record.current", "article.insert"]
TO_HOST = [
    "interaction.offered", "interaction.accepted", "interaction.selected", "screenpop.request", "log.save", "record.choose",
    "leader.changed", "auth.changed",
]  # fmt: skip


def wait_for_count(target, name: str, at_least: int = 1) -> None:
    target.wait_for_function(f"(window.bridge.stats()[{name!r}] ?? 0) >= {at_least}")


def dials(frame) -> list[str]:
    return [act["data"]["number"] for act in frame.evaluate("window.acted") if act["type"] == "dial.request"]


@pytest.mark.parametrize("knows_its_parent", [True, False])
def test_a_page_of_another_origin_gets_nothing_and_reaches_nothing(bridge, knows_its_parent):
    bridge.allowed = NOISE
    bridge.configure(isBlind=not knows_its_parent)
    bridge.site("evil.test", "/", HOST)
    page = bridge.open("https://evil.test/")
    frame = panel_of(page)
    frame.evaluate("(one) => { window.bridge.interaction('offered', one); window.bridge.select('WT1') }", interaction())
    page.evaluate("for (const data of ['+34600123456', { ns: 'ccbridge', v: 1, type: 'dial.request' }]) frames[0].postMessage(data, '*')")
    page.evaluate("frames[0].postMessage({ ns: 'ccbridge', type: 'welcome', data: { nonce: 'x'.repeat(36), v: 1, sid: 's' } }, '*', [new MessageChannel().port1])")
    frame.wait_for_function("window.received.length === 3")
    frame.evaluate("new Promise((resolve) => setTimeout(resolve, 600))")
    assert page.evaluate("window.received") == []
    assert page.evaluate("window.bridge.state") == "connecting"
    assert frame.evaluate("window.acted") == []
    assert frame.evaluate("window.bridge.state") == ("unreachable" if knows_its_parent else "connecting")


def test_only_exact_origins_of_the_configuration_count(bridge):
    bridge.configure(origins=["null", "*", "https://crm.test/", "http://crm.test", "https://crm.test.evil.test", "https://CRM.test", "crm.test", None, 7])
    page = bridge.open()
    frame = panel_of(page)
    assert frame.evaluate("window.bridge.state") == "unreachable"
    assert page.evaluate("window.received") == []


def test_a_page_names_its_panel_by_an_exact_origin(bridge):
    page = bridge.open(CRM + "/?wait")
    page.wait_for_function("window.mount !== undefined")
    for origin in ["*", "null", "https://patchbay.test/", "http://patchbay.test", "javascript:alert(1)", "", None]:
        error = page.evaluate("(panel) => { try { window.mount({ panel }) } catch (error) { return error.name } }", origin)
        assert error == "TypeError", origin
    assert page.evaluate("(() => { try { mount({ path: 'https://evil.test/' }) } catch (error) { return error.name } })()") == "TypeError"
    assert page.evaluate("(() => { try { mount({ theme: 'dark' }) } catch (error) { return error.message } })()") == "options.theme must be an object"
    assert page.locator("iframe").count() == 0


def test_another_window_of_the_right_origin_is_not_the_panel(bridge):
    """A second frame of the panel's own site sends a whole hello; the host looks at the window as well as at the origin."""
    bridge.site("patchbay.test", "/second", "<script>window.isLoaded = true</script>")
    page, frame = bridge.enter()
    page.evaluate("() => { const other = document.createElement('iframe'); other.src = 'https://patchbay.test/second'; document.body.append(other) }")
    second = frame_of(page, "/second")
    second.evaluate("""parent.postMessage({ ns: "ccbridge", v: 1, type: "hello", id: "i", seq: 0, ts: 1,
        data: { nonce: "n".repeat(36), versions: [1], panelId: "p", capabilities: [] } }, "*")""")
    wait_for_count(page, "wrong_window")
    assert second.evaluate("window.received") == []
    assert page.evaluate("window.bridge.state") == "connected"
    assert page.evaluate("window.bridge.dial('+34600123456')")["status"] == "placed"


def test_another_window_of_the_right_origin_is_not_the_host(bridge):
    """A frame of the CRM's own site answers the panel's knock with the right nonce, before the page does; it is not the parent."""
    bridge.site("crm.test", "/sibling", "<script>window.isLoaded = true</script>")
    bridge.site("crm.test", "/silent", "<iframe src='https://patchbay.test/panel/'></iframe><iframe src='/sibling'></iframe>")
    page = bridge.open(CRM + "/silent")
    frame = panel_of(page)
    page.wait_for_function("window.received.length > 0")
    nonce = page.evaluate("window.received[0].data.data.nonce")
    sibling = frame_of(page, "/sibling")
    sibling.evaluate("""(nonce) => parent.frames[0].postMessage({ ns: "ccbridge", v: 1, type: "welcome", id: "i", seq: 0, ts: 1,
        data: { nonce, v: 1, sid: "s", seq: 0, capabilities: [] } }, "*", [new MessageChannel().port2])""", nonce)
    wait_for_count(frame, "wrong_window")
    assert frame.evaluate("window.bridge.state") == "connecting"


def test_nested_frames_speak_with_their_own_parent_and_with_nobody_above(bridge):
    bridge.site("crm.test", "/inner", HOST)
    bridge.site("crm.test", "/outer", "<iframe src='/inner'></iframe>")
    page = bridge.open(CRM + "/outer")
    frame = panel_of(page)
    frame.wait_for_function("window.bridge.state === 'connected'")
    frame.evaluate("(one) => window.bridge.interaction('offered', one)", interaction())
    inner = next(one for one in page.frames if one.url.endswith("/inner"))
    inner.wait_for_function("window.bridge.interactions.length === 1")
    assert page.evaluate("window.received") == []
    page.evaluate("frames[0].frames[0].postMessage('+34600123456', '*')")
    wait_for_count(frame, "wrong_window")
    assert frame.evaluate("window.acted") == []


def test_a_strange_frame_between_the_page_and_the_panel_gets_nothing(bridge):
    bridge.allowed = NOISE
    bridge.site("evil.test", "/between", HOST)
    bridge.site("crm.test", "/outer", "<iframe src='https://evil.test/between'></iframe>")
    page = bridge.open(CRM + "/outer")
    frame = panel_of(page)
    assert frame.evaluate("window.bridge.state") == "unreachable"
    between = next(one for one in page.frames if "evil.test" in one.url)
    assert between.evaluate("window.received") == []
    assert page.evaluate("window.received") == []


def test_a_panel_without_an_origin_is_not_let_in(bridge):
    """A sandboxed frame has the origin `null`, as every sandboxed page of anybody has."""
    bridge.allowed = ("CORS policy", "net::ERR_FAILED", "localStorage", "sessionStorage")
    bridge.site("patchbay.test", "/knocking", """<script>setInterval(() => parent.postMessage({ ns: "ccbridge", v: 1, type: "hello",
        id: crypto.randomUUID(), seq: 0, ts: 1, data: { nonce: crypto.randomUUID(), versions: [1], panelId: "p", capabilities: [] } }, "*"), 50)</script>""")
    page = bridge.open(CRM + "/?wait")
    page.wait_for_function("window.mount !== undefined")
    page.evaluate("window.mount({ path: '/knocking' }); window.bridge.iframe.sandbox = 'allow-scripts'; window.bridge.iframe.src += '&again'")
    page.wait_for_function("window.received.some((message) => message.origin === 'null')")
    wait_for_count(page, "wrong_origin")
    assert page.evaluate("window.bridge.state") == "connecting" or page.evaluate("window.bridge.stats().wrong_origin") > 0
    before = page.evaluate("window.received.filter((message) => message.origin === 'null').length")
    page.wait_for_function(f"window.received.filter((message) => message.origin === 'null').length > {before + 3}")
    assert page.evaluate("window.bridge.state") != "connected"


def test_a_page_without_an_origin_is_no_host(bridge):
    """A sandboxed frame has the origin `null`, and so has the panel in it. What it sends is as right as such a page can make it."""
    bridge.allowed = NOISE
    middle = "<iframe src='https://patchbay.test/panel/'></iframe>"
    bridge.site("crm.test", "/outer", f'<iframe sandbox="allow-scripts" srcdoc="{middle}"></iframe>')
    # Were `null` configured by mistake, anybody's sandboxed page would be a host.
    config = CONFIG | {"origins": [CRM, "null"], "isBlind": True}
    path = "**/v1/panel/config"
    bridge.context.route(path, lambda route: route.fulfill(json=config, headers={"Access-Control-Allow-Origin": "*"}))
    try:
        page = bridge.open(CRM + "/outer")
        frame = panel_of(page)
        assert frame.evaluate("[origin, location.ancestorOrigins[0]]") == ["null", "null"]
        frame.parent_frame.evaluate("""setInterval(() => frames[0].postMessage({ ns: "ccbridge", v: 1, type: "welcome", id: crypto.randomUUID(), seq: 0, ts: 1,
            data: { nonce: "n".repeat(36), v: 1, sid: "s", seq: 0, capabilities: [] } }, "*", [new MessageChannel().port2]), 50)""")
        wait_for_count(frame, "wrong_origin")
        assert frame.evaluate("window.bridge.state") == "connecting"
        assert frame.parent_frame.evaluate("window.received") == []
    finally:
        bridge.context.unroute(path)


def test_an_old_answer_to_a_knock_opens_nothing(bridge):
    """A welcome that was right once is sent again, with another port: its nonce is spent."""
    page, frame = bridge.enter()
    page.evaluate("""(welcome) => frames[0].postMessage(welcome, "https://patchbay.test", [new MessageChannel().port2])""",
                  frame.evaluate("window.received.find((message) => message.data.type === 'welcome').data"))
    wait_for_count(frame, "wrong_nonce")
    assert page.evaluate("window.bridge.dial('+34600123456')")["status"] == "placed"


def test_a_knock_that_was_answered_is_not_answered_again(bridge):
    page, frame = bridge.enter()
    sid = page.evaluate("window.bridge.sid")
    frame.evaluate("(hello) => parent.postMessage(hello, 'https://crm.test')",
                   page.evaluate("window.received.find((message) => message.data.type === 'hello').data"))
    wait_for_count(page, "repeated_hello")
    assert (page.evaluate("window.bridge.sid"), page.evaluate("window.bridge.state")) == (sid, "connected")


def test_a_repeated_a_renumbered_and_a_foreign_sessions_message_are_dropped(bridge):
    page, frame = bridge.enter()
    page.evaluate("window.bridge.dial('+34600123456')")
    page.evaluate("window.sendRaw(window.sent.find((message) => message.type === 'dial.request'))")
    wait_for_count(frame, "duplicate")
    page.evaluate("(data) => window.sendForged('dial.request', data, { seq: 1 })", DIAL)
    wait_for_count(frame, "replayed")
    page.evaluate("(data) => window.sendForged('dial.request', data, { sid: 'another' })", DIAL)
    wait_for_count(frame, "wrong_session")
    page.evaluate("(data) => window.sendForged('dial.request', data, { seq: 5_000_000 })", DIAL)
    wait_for_count(frame, "jumped")
    assert dials(frame) == ["+34600123456"]


def test_a_dial_that_comes_after_its_time_is_not_carried_out(bridge):
    page, frame = bridge.enter()
    page.evaluate("window.bridge.dial('+34600123456')")
    page.evaluate("(data) => window.sendForged('dial.request', data, { ts: Date.now() - 10_001, ttlMs: 10_000 })", DIAL)
    wait_for_count(frame, "timeout")
    assert dials(frame) == ["+34600123456"]
    assert events(page, "problem") == []


def test_an_answer_that_nobody_waits_for_or_of_another_kind_is_dropped(bridge):
    page, frame = bridge.enter()
    page.evaluate("window.bridge.dial('1')")
    frame.evaluate("window.sendForged('dial.result', { status: 'placed' }, { re: 'nobody' })")
    wait_for_count(page, "unmatched")
    frame.evaluate("window.answers = { 'dial.request': () => new Promise(() => {}) }")
    page.evaluate("window.waiting = window.outcome(window.bridge.dial('2', { timeoutMs: 1_000 })); 0")
    asked = page.evaluate("window.sent.findLast((message) => message.type === 'dial.request').id")
    frame.evaluate("(re) => window.sendForged('control.result', { interactionId: 'x' }, { re })", asked)
    wait_for_count(page, "unmatched", 2)
    assert page.evaluate("window.waiting")["error"]["code"] == "timeout"


def test_unknown_fields_are_ignored_and_unknown_types_and_wrong_schemas_are_answered(bridge):
    page, frame = bridge.enter()
    known = page.evaluate("(data) => window.sendForged('dial.request', { ...data, fromTheFuture: { a: 1 } }, { alsoNew: true })", DIAL)
    frame.wait_for_function("window.acted.length === 1")
    assert frame.evaluate("window.acted[0].data") == DIAL
    answers = lambda re: frame.evaluate("(re) => window.sent.filter((message) => message.re === re).map(({ type, data }) => data.code ?? type)", re)  # noqa: E731
    assert until(lambda: answers(known)) == ["dial.result"]
    for message, code in [
        ("window.sendForged('dial.sing', {})", "unknown_type"),
        ("window.sendForged('dial.request', { number: 5 })", "bad_schema"),
        ("window.sendForged('dial.request', { number: '5' }, { v: 2 })", "unsupported_version"),
        ("window.sendForged('screenpop.request', { interactionId: 'a', trigger: 'manual' })", "unknown_type"),
        ("window.sendForged('dial.result', { status: 'placed' })", "unknown_type"),
    ]:
        # Errors are answered at half the rate of messages.
        frame.evaluate("new Promise((resolve) => setTimeout(resolve, 60))")
        sent = page.evaluate(message)
        assert until(lambda sent=sent: answers(sent)) == [code], message
    assert len(frame.evaluate("window.acted")) == 1


def test_what_is_too_large_is_neither_sent_nor_taken(bridge):
    page, frame = bridge.enter()
    error = page.evaluate("window.outcome(window.bridge.control('WT1', 'transfer', { context: Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`k${n}`, 'x'.repeat(1_999)])) }))")
    assert error["error"]["code"] == "too_large" and "65536 bytes" in error["error"]["message"]
    page.evaluate("(data) => window.sendForged('dial.request', { ...data, padding: 'x'.repeat(70_000) })", DIAL)
    wait_for_count(frame, "too_large")
    page.evaluate("(data) => window.sendForged('dial.request', { ...data, padding: '\\u00e9'.repeat(40_000) })", DIAL)
    wait_for_count(frame, "too_large", 2)
    assert frame.evaluate("window.acted") == []


def test_more_than_the_rate_is_dropped_by_the_receiver_and_held_back_by_the_sender(bridge):
    page, frame = bridge.enter()
    page.evaluate("window.bridge.dial('1')")
    page.evaluate("(data) => { for (let n = 0; n < 1_000; n += 1) window.sendForged('dial.request', data) }", DIAL)
    wait_for_count(frame, "rate_limited", 800)
    assert len(dials(frame)) <= 110
    assert frame.evaluate("window.sent.filter((message) => message.data.code === 'rate_limited').length") <= 30
    wait_for_count(page, "unmatched")
    other, other_frame = bridge.enter()
    other_frame.evaluate("for (let n = 0; n < 120; n += 1) window.bridge.analytics({ name: `n${n}` })")
    other.wait_for_function("window.events.filter((event) => event.name === 'analytics').length === 120")
    assert [event["name"] for event in events(other, "analytics")] == [f"n{n}" for n in range(120)]
    assert other.evaluate("window.bridge.stats()").get("rate_limited") is None
    assert other_frame.evaluate("Array.from({ length: 300 }, (_, n) => window.bridge.analytics({ name: `m${n}` })).filter((sent) => !sent).length") > 0
    assert events(other_frame, "problem")[0]["code"] == "rate_limited"


def test_two_sides_of_different_versions_part_with_a_word(bridge):
    bridge.site("patchbay.test", "/next", """<script>parent.postMessage({ ns: "ccbridge", v: 2, type: "hello", id: "i", seq: 0, ts: 1,
        data: { nonce: "n".repeat(36), versions: [3, 2], panelId: "p", capabilities: [] } }, "https://crm.test")</script>""")
    page = bridge.open(CRM + "/?wait")
    page.wait_for_function("window.mount !== undefined")
    page.evaluate("window.mount({ path: '/next' })")
    wait_for_event(page, "state", "unsupported_version")
    frame = next(one for one in page.frames if "/next" in one.url)
    frame.wait_for_function("window.received.length > 0")
    assert frame.evaluate("window.received[0].data.data") == {"nonce": "n" * 36, "code": "unsupported_version", "versions": [1]}
    assert page.evaluate("window.outcome(window.bridge.dial('1'))")["error"]["code"] == "not_ready"


@pytest.mark.parametrize("answer", ["reject", "welcome"])
def test_a_panel_leaves_a_host_of_another_version_alone(bridge, answer):
    data = {"reject": "{ nonce, code: 'unsupported_version', versions: [7] }", "welcome": "{ nonce, v: 7, sid: 's', seq: 0, capabilities: [] }"}[answer]
    bridge.site("crm.test", "/other-version", f"""<iframe src="https://patchbay.test/panel/"></iframe><script>
        addEventListener("message", (event) => {{ const nonce = event.data.data.nonce; if (event.data.type === "hello")
          event.source.postMessage({{ ns: "ccbridge", v: 7, type: "{answer}", id: "i", seq: 0, ts: 1, data: {data} }}, event.origin, {"[new MessageChannel().port2]" if answer == "welcome" else "[]"}) }})</script>""")
    page = bridge.open(CRM + "/other-version")
    frame = panel_of(page)
    frame.wait_for_function("window.bridge.state === 'rejected'")
    assert events(frame, "state")[-1] == {"state": "rejected", "code": "unsupported_version"}
    hellos = page.evaluate("window.received.filter((message) => message.data.type === 'hello').length")
    frame.evaluate("new Promise((resolve) => setTimeout(resolve, 600))")
    assert page.evaluate("window.received.filter((message) => message.data.type === 'hello').length") == hellos
    if answer == "welcome":
        assert page.evaluate("window.received.at(-1).data.data.code") == "unsupported_version"


def test_html_and_script_in_every_field_stay_text(bridge):
    page, frame = bridge.enter()
    hostile = interaction(
        **{"from": HOSTILE, "to": HOSTILE, "state": HOSTILE[:60], "interactionId": HOSTILE[:60], "queue": {"id": HOSTILE, "name": HOSTILE}},
        customer={"name": HOSTILE, "phone": HOSTILE, "email": HOSTILE, "identityVerified": True},
        record={"entity": HOSTILE, "id": HOSTILE, "label": HOSTILE, "url": "javascript:window.hacked=1"},
        attributes={"note": HOSTILE, "more": {"deep": HOSTILE}}, disposition={"required": True, "codes": [], "notes": HOSTILE},
    )  # fmt: skip
    frame.evaluate("(one) => window.bridge.interaction('offered', one)", hostile)
    wait_for_event(page, "interaction")
    told = events(page, "interaction")[0]["interaction"]
    assert told == hostile
    pop = {"interactionId": "a", "trigger": "manual", "record": hostile["record"], "query": {"name": HOSTILE}, "defaults": {HOSTILE: HOSTILE}}
    frame.evaluate("(pop) => window.bridge.screenPop(pop)", pop)
    assert page.evaluate("window.asked") == [pop]
    page.evaluate("(text) => window.bridge.dial('1', { record: { entity: 'contact', id: text, label: text } })", HOSTILE)
    page.evaluate("(text) => window.bridge.insertArticle({ title: text, link: text })", HOSTILE)
    wait_for_event(frame, "article.insert")
    assert frame.evaluate("window.acted[0].data.record.label") == HOSTILE
    settle(page, frame)
    assert page.evaluate("window.hacked") is None and frame.evaluate("window.hacked") is None
    assert page.locator("script:not([src])").count() == 0 and page.locator("img").count() == 0


FAST_CLOCK = """
  let pretended = 0;
  // Time runs so fast that the rate holds nothing back: every message reaches the checks behind it.
  window.hurry = () => { performance.now = () => (pretended += 25); };
"""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("side", ["host", "panel"])
def test_fuzzed_messages_are_not_acted_upon_and_nothing_throws(bridge, side, record_property):
    seed = int(os.environ.get("PATCHBAY_SEED", random.randrange(2**32)))
    print(f"PATCHBAY_SEED={seed}")
    bridge.sites.page("crm.test", "/fuzz.js", (PAGES / "fuzz.js").read_text(), "text/javascript")
    page, frame = bridge.enter(script=FAST_CLOCK)
    page.evaluate("window.bridge.dial('0')")
    frame.evaluate("window.bridge.analytics({ name: 'first' })")
    settle(page, frame)
    sender, receiver = (page, frame) if side == "host" else (frame, page)
    sender.evaluate((PAGES / "fuzz.js").read_text() + "; 0")
    before = (receiver.evaluate("window.acted ?? []"), receiver.evaluate("window.events"), receiver.evaluate("window.asked ?? []"))
    receiver.evaluate("window.hurry()")
    start = time.monotonic()
    arguments = {"seed": seed, "count": FUZZED, "side": side, "sinks": TO_PANEL if side == "host" else TO_HOST}
    kinds = sender.evaluate("(options) => window.fuzz(options)", arguments)
    # One that is right comes last: when it is acted upon, all before it have been looked at.
    right = {"host": ("article.insert", {"title": "last", "link": "last"}), "panel": ("analytics.event", {"name": "last", "attrs": {}})}[side]
    sender.evaluate("([type, data]) => window.sendRaw({ ...window.envelope(type, data), seq: (window.fuzzSeq += 1) })", list(right))
    wait_for_event(receiver, right[0].split(".")[0] if side == "panel" else right[0], "last")
    record_property(f"fuzzed messages to the {'panel' if side == 'host' else 'host'}", f"{FUZZED} in {time.monotonic() - start:.1f} s (seed {seed})")
    acted, told, asked = (receiver.evaluate(name) for name in ("window.acted ?? []", "window.events", "window.asked ?? []"))
    assert (acted, asked) == (before[0], before[2])
    assert [event for event in told[len(before[1]) :] if event["name"] not in ("problem", "state") and "last" not in str(event["value"])] == []
    counts = receiver.evaluate("window.bridge.stats()")
    assert "internal" not in counts and "rate_limited" not in counts, counts
    assert counts["bad_schema"] > FUZZED / 5 and counts["foreign"] > FUZZED / 50 and counts["wrong_session"] > FUZZED / 100
    assert counts["unknown_type"] > FUZZED / 50 and counts["too_large"] > FUZZED / 50 and counts["timeout"] > FUZZED / 200
    assert sum(kinds.values()) == FUZZED


@pytest.mark.timeout(120)
def test_fuzzed_window_messages_open_nothing(bridge, record_property):
    seed = int(os.environ.get("PATCHBAY_SEED", random.randrange(2**32)))
    print(f"PATCHBAY_SEED={seed}")
    page, frame = bridge.enter()
    for sender, target in ((page, "frames[0]"), (frame, "parent")):
        sender.evaluate((PAGES / "fuzz.js").read_text() + "; 0")
        sender.evaluate(f"(options) => {{ window.sendRaw = (message) => {target}.postMessage(message, '*'); return window.fuzz(options) }}",
                        {"seed": seed, "count": 10_000, "side": "host", "sinks": TO_PANEL})
    settle(page, frame)
    assert frame.evaluate("window.acted") == [] and page.evaluate("window.asked") == []
    assert page.evaluate("window.bridge.dial('+34600123456')")["status"] == "placed"
    assert {page.evaluate("window.bridge.state"), frame.evaluate("window.bridge.state")} == {"connected"}
    assert PANEL in frame.url
