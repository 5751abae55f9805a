"""Reloads, lost connections, several tabs: who knows what afterwards, and how soon."""

from __future__ import annotations

import time

import pytest

from bridge_window import CRM, events, frame_of, interaction, panel_of, settle, until, wait_for_event

RESUME_MS = 1_000


def connected_again(page, frame=None) -> None:
    page.wait_for_function("window.bridge.state === 'connected'")
    if frame:
        frame.wait_for_function("window.isLoaded && window.bridge.state === 'connected'")


def reload_panel(page) -> object:
    """Reloads the panel's frame as its own page would, and waits for the new document."""
    panel_of(page).evaluate("window.isOld = true; setTimeout(() => location.reload(), 0)")
    page.wait_for_function("window.bridge.state === 'lost'")
    return panel_of(page)


def test_a_reloaded_panel_resumes_its_session_within_a_second(bridge, record_property):
    page, frame = bridge.enter()
    sid = page.evaluate("window.bridge.sid")
    page.evaluate("window.bridge.setCurrentRecord({ entity: 'contact', id: 'c-1' }, 'https://crm.test/c-1'); window.bridge.select('WT1')")
    wait_for_event(frame, "record.current")
    page.evaluate("window.bridge.on('state', ({ state }) => (window[`${state}At`] = performance.now())); 0")
    again = reload_panel(page)
    connected_again(page, again)
    took = page.evaluate("window.connectedAt - window.lostAt")
    record_property("a reloaded panel is connected again after", f"{took:.0f} ms")
    assert took < RESUME_MS
    assert page.evaluate("window.bridge.sid") == sid
    wait_for_event(again, "record.current", "c-1")
    wait_for_event(again, "interaction.selected", "WT1")
    assert page.evaluate("window.bridge.dial('+34600123456')")["status"] == "placed"
    again.evaluate("(one) => window.bridge.interaction('offered', one)", interaction(7))
    wait_for_event(page, "interaction", "WT7")
    assert "gap" not in page.evaluate("window.bridge.stats()")


def test_what_a_reloaded_panel_knows_replaces_what_the_page_knew(bridge):
    page, frame = bridge.enter(script="window.world = null;")
    frame.evaluate("(one) => window.bridge.interaction('offered', one)", interaction(1))
    frame.evaluate("(one) => window.bridge.interaction('offered', one)", interaction(2))
    page.wait_for_function("window.bridge.interactions.length === 2")
    again = reload_panel(page)
    connected_again(page, again)
    page.wait_for_function("window.bridge.interactions.length === 0")
    again.evaluate("(one) => { window.world.interactions = [one]; window.bridge.refresh() }", interaction(2, state="connected"))
    page.wait_for_function("window.bridge.interactions.length === 1")
    assert page.evaluate("window.bridge.interactions")[0]["state"] == "connected"
    assert events(page, "interaction")[-1]["event"] == "updated"


def test_a_reloaded_page_and_with_it_the_panel_keep_their_session(bridge):
    page, frame = bridge.enter()
    sid = page.evaluate("window.bridge.sid")
    page.evaluate("window.bridge.dial('1')")
    frame.evaluate("for (let n = 0; n < 5; n += 1) window.bridge.analytics({ name: 'n' })")
    settle(page, frame)
    start = time.monotonic()
    page.reload()
    frame = bridge.connected(page)
    assert time.monotonic() - start < 5
    assert page.evaluate("window.bridge.sid") == sid
    assert page.evaluate("window.bridge.dial('+34600123456')")["status"] == "placed"
    frame.evaluate("(one) => window.bridge.interaction('offered', one)", interaction(3))
    wait_for_event(page, "interaction", "WT3")
    assert frame.evaluate("window.acted").__len__() == 1


def test_a_framed_panel_has_no_storage_in_this_browser_and_needs_none(bridge):
    """What blocked third-party cookies mean in Chromium; the tests of this file run like that."""
    _, frame = bridge.enter()
    for storage in ("sessionStorage", "localStorage"):
        assert frame.evaluate(f"(() => {{ try {{ return window.{storage}.length }} catch (error) {{ return error.name }} }})()") == "SecurityError"


def test_where_the_page_cannot_store_anything_either_its_reload_begins_a_session_anew(bridge):
    forbidden = "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('forbidden', 'SecurityError') } });"
    page, frame = bridge.enter(script=forbidden)
    sid = page.evaluate("window.bridge.sid")
    again = reload_panel(page)
    connected_again(page, again)
    assert page.evaluate("window.bridge.sid") == sid
    page.reload()
    bridge.connected(page)
    assert page.evaluate("window.bridge.sid") != sid
    assert page.evaluate("window.bridge.dial('1')")["status"] == "placed"


def test_a_request_that_a_reload_interrupts_fails_and_is_not_made_again(bridge):
    page, frame = bridge.enter()
    frame.evaluate("window.answers = { 'dial.request': () => new Promise(() => {}) }")
    page.evaluate("window.waiting = window.outcome(window.bridge.dial('+34600123456')); 0")
    frame.wait_for_function("window.acted.length === 1")
    again = reload_panel(page)
    connected_again(page, again)
    error = page.evaluate("window.waiting")["error"]
    assert (error["code"], error["retryable"]) == ("not_ready", True)
    settle(page, again)
    assert again.evaluate("window.acted") == []


def test_a_request_made_while_the_panel_reloads_is_carried_out_once_it_is_back(bridge):
    page, frame = bridge.enter()
    again = reload_panel(page)
    page.evaluate("window.waiting = window.outcome(window.bridge.dial('+34600123456')); 0")
    connected_again(page, again)
    assert page.evaluate("window.waiting")["value"]["status"] == "placed"
    assert len(again.evaluate("window.acted")) == 1


def test_a_port_that_breaks_is_replaced_and_what_was_missed_is_sent_again(bridge):
    """Both documents live on: events of the gap are replayed, none twice."""
    page, frame = bridge.enter()
    frame.evaluate("(one) => window.bridge.interaction('offered', one)", interaction(1))
    wait_for_event(page, "interaction", "offered")
    sid = page.evaluate("window.bridge.sid")
    frame.evaluate("""(one) => {
      window.bridge.on("state", ({ state }) => state === "lost" && window.bridge.interaction("accepted", { ...one, state: "accepted" }));
    }""", interaction(1))
    page.evaluate("window.sendForged('unloading', {}, { seq: 0 }); window.lastPort.close()")
    wait_for_event(page, "interaction", "accepted")
    connected_again(page, frame)
    settle(page, frame)
    assert page.evaluate("window.bridge.sid") == sid
    assert [event["event"] for event in events(page, "interaction")] == ["offered", "accepted"]
    ready = [one for one in frame.evaluate("window.sent") if one["type"] == "ready"]
    assert "snapshot" in ready[0]["data"] and "snapshot" not in ready[1]["data"]


def test_too_much_missed_becomes_a_snapshot(bridge):
    page, frame = bridge.enter()
    frame.evaluate("""(one) => {
      window.bridge.on("state", ({ state }) => {
        if (state !== "lost") return;
        for (let n = 0; n < 60; n += 1) window.bridge.analytics({ name: "missed" });
        window.world.interactions = [one];
      });
    }""", interaction(9))
    page.evaluate("window.sendForged('unloading', {}, { seq: 0 }); window.lastPort.close()")
    page.wait_for_function("window.bridge.interactions.length === 1")
    connected_again(page, frame)
    assert events(page, "analytics") == []
    assert "snapshot" in [one for one in frame.evaluate("window.sent") if one["type"] == "ready"][1]["data"]
    frame.evaluate("window.bridge.analytics({ name: 'after' })")
    wait_for_event(page, "analytics", "after")
    assert "gap" not in page.evaluate("window.bridge.stats()")


def test_a_gap_in_the_numbers_asks_for_everything(bridge):
    page, frame = bridge.enter()
    frame.evaluate("""(one) => {
      window.world.interactions = [one];
      window.loseNext = true;
      window.bridge.interaction("offered", one);
      window.bridge.analytics({ name: "next" });
    }""", interaction(4))
    page.wait_for_function("window.bridge.interactions.length === 1")
    assert page.evaluate("window.bridge.stats().gap") == 1


def test_a_side_that_falls_silent_is_lost_and_found_again(bridge):
    """Fifteen seconds without a sign of life; the clock of the test runs faster."""
    bridge.allowed = ()
    page = bridge.open(CRM + "/?wait")
    page.clock.install()
    page.goto(CRM + "/")
    frame = panel_of(page)
    until(lambda: page.clock.run_for(50) or page.evaluate("window.bridge.state") == "connected")
    page.evaluate("window.lastPort.onmessage = null")
    for _ in range(5):
        page.clock.run_for(5_000)
        frame.evaluate("0")
    until(lambda: events(page, "state")[-2:] == [{"state": "lost", "code": "silent"}, {"state": "connected"}] or page.clock.run_for(300))
    page.evaluate("window.bridge.snapshot()")


def test_a_panel_that_nobody_answers_gives_up_after_thirty_seconds_and_tries_again_when_looked_at(bridge):
    bridge.site("crm.test", "/mute", "<iframe src='https://patchbay.test/panel/'></iframe>")
    page = bridge.open("about:blank")
    page.clock.install()
    page.goto(CRM + "/mute")
    frame = panel_of(page)
    for _ in range(31):
        page.clock.run_for(1_000)
    frame.wait_for_function("window.bridge.state === 'unreachable'")
    hellos = page.evaluate("window.received.length")
    assert 110 <= hellos <= 123
    nonces = page.evaluate("new Set(window.received.map((message) => message.data.data.nonce)).size")
    assert nonces == 1
    page.clock.run_for(2_000)
    assert page.evaluate("window.received.length") == hellos
    frame.evaluate("window.dispatchEvent(new Event('online'))")
    page.wait_for_function(f"window.received.length > {hellos}")


@pytest.mark.timeout(90)
def test_of_three_tabs_one_leads_and_another_follows_when_it_closes(lenient_bridge, record_property):
    bridge = lenient_bridge
    bridge.configure(elects=True)
    tabs = [bridge.enter() for _ in range(3)]
    states = lambda: [frame.evaluate("window.election.state") for page, frame in tabs if not page.is_closed()]  # noqa: E731
    until(lambda: states().count("leader") == 1)
    assert sorted(states()) == ["leader", "waiting", "waiting"]
    for left in (2, 1):
        leader = next(page for page, frame in tabs if not page.is_closed() and frame.evaluate("window.election.state") == "leader")
        start = time.monotonic()
        leader.close()
        until(lambda: states().count("leader") == 1)
        record_property(f"another tab leads after, of {left} left", f"{1_000 * (time.monotonic() - start):.0f} ms")
        assert len(states()) == left
    last = next(frame for page, frame in tabs if not page.is_closed())
    last.evaluate("window.election.release()")
    last.wait_for_function("window.election.state === 'waiting'")


def test_where_third_party_cookies_are_blocked_the_lease_at_the_server_decides(bridge):
    """Chromium refuses locks to a framed page then; that is told, not thrown."""
    bridge.configure(elects=True)
    for _, frame in [bridge.enter() for _ in range(2)]:
        wait_for_event(frame, "leader", "absent")


@pytest.mark.parametrize("locks", [
    "Object.defineProperty(navigator, 'locks', { get() { throw new DOMException('no', 'SecurityError') } })",
    "Object.defineProperty(navigator, 'locks', { value: undefined })",
    "Object.defineProperty(navigator, 'locks', { value: { query: () => Promise.reject(new Error('no')), request: () => new Promise(() => {}) } })",
    "Object.defineProperty(navigator, 'locks', { value: { query: () => new Promise(() => {}), request: () => new Promise(() => {}) } })",
    "Object.defineProperty(navigator, 'locks', { value: { query: async () => ({}), request: async () => { throw new Error('no') } } })",
])  # fmt: skip
def test_where_locks_do_not_work_nobody_is_elected_here(bridge, locks):
    bridge.configure(elects=True)
    _, frame = bridge.enter(script=locks)
    wait_for_event(frame, "leader", "absent")
    assert frame.evaluate("window.election.state") == "absent"


def test_a_panel_that_goes_away_for_good_leaves_the_page_in_order(bridge):
    page, frame = bridge.enter()
    frame.evaluate("window.bridge.close()")
    page.wait_for_function("window.bridge.state === 'lost'")
    assert events(page, "state")[-1] == {"state": "lost", "code": "unloading"}
    page.evaluate("window.bridge.iframe.src = 'https://patchbay.test/panel/?ccbridge=1&again'")
    frame_of(page, "again")
    connected_again(page)
