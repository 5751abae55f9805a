"""Healing through real processes: what was missed while the bus was away, pairs that drifted, relays, routes, import."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from sync_stack import ACCOUNTS, SETTLE_DEADLINE, SIDES, TOKENS, SyncStack, binary, free_port, sid, wait_until
from test_agents import ANA, go, reservations
from twilio.request_validator import RequestValidator
from twins import said_once

# The command's exit status when it cannot say what became of its request, and how often it is asked then.
UNKNOWN = 75
ATTEMPTS = 5


def patchbay(stack: SyncStack, *arguments: str, code: int = 0, config: bool = True) -> str:
    """What the command prints on its standard output; its exit code must be `code`."""
    # What the command could not wait for may have happened or not: it is asked for again, as the command says.
    for _ in range(ATTEMPTS):
        done = run_command(stack, arguments, config)
        if done.returncode != UNKNOWN or code == UNKNOWN:
            break
    assert done.returncode == code, f"{arguments}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def run_command(stack: SyncStack, arguments: tuple[str, ...], config: bool) -> subprocess.CompletedProcess:
    command = [str(binary("patchbay")), *arguments] + ([f"--config={stack.config}"] if config else [])
    tokens = {f"PATCHBAY_GATEWAY_PROJECTS_{side.upper()}_AUTH_TOKEN": TOKENS[side] for side in SIDES}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, cwd=stack.base, env=os.environ | tokens
    )


def published(stack: SyncStack, topic: str, bus=None) -> list[dict]:
    """What stands in the journal; whoever looks again and again does it with one client."""
    return [json.loads(row.record.payload) for row in (bus or stack.bus()).read_all(filters=[topic])]


def given_up(stack: SyncStack, **wanted: int) -> None:
    """Waits until the Sandbox has sent so many webhooks of an event in vain; it sends none again by itself then."""

    def are_lost():
        rows = stack.sandbox("GET", "log?since=0")["entries"]
        lost = [row["event_type"] for row in rows if row["direction"] == "out" and row["status"] == 0]
        return all(lost.count(event) >= count for event, count in wanted.items())

    wait_until(are_lost, SETTLE_DEADLINE, f"webhooks given up: {wanted}")


class Receiver:
    """Somebody's webhook: keeps what it is sent, and can be away."""

    def __init__(self):
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/hook?tenant=1"
        self.taken: list[tuple[str, dict]] = []
        self._server: ThreadingHTTPServer | None = None

    def start(self) -> None:
        taken = self.taken

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = dict(parse_qsl(body, keep_blank_values=True, strict_parsing=True))
                taken.append((self.headers["X-Twilio-Signature"], form))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def bodies(self) -> list[str]:
        return [form["Body"] for _, form in self.taken if form["EventType"] == "onMessageAdded"]


@pytest.fixture(scope="module")
def receiver():
    receiver = Receiver()
    receiver.start()
    yield receiver
    receiver.stop()


@pytest.fixture(scope="module")
def stack(receiver):
    relay = {"flex": {"url": receiver.url}}
    with SyncStack(sync={"relay": relay}) as stack:
        yield stack


def test_what_happened_while_the_bus_was_away_comes_back_once():
    stack = SyncStack()
    try:
        stack.start("broker", "sandbox")
        go(stack, ANA, "flex", "Available")
        chat = stack.sandbox("POST", "customer/chats", project="flex", name="Eva", body="hello")
        conversation = chat["conversation_sid"]
        reservation = wait_until(lambda: reservations(stack, ANA), SETTLE_DEADLINE, "a reservation")[0]
        stack.sandbox("POST", f"reservations/{reservation['sid']}/accept", project="flex")
        stack.sandbox(
            "POST", f"conversations/{conversation}/messages", project="flex", author=chat["identity"], body="anybody?"
        )
        given_up(stack, **{"reservation.accepted": 1, "onMessageAdded": 2})
        # The start of SyncSvc reads what no webhook has said.
        stack.start("gateway", "sync-1")
        pair = stack.paired("flex", conversation, chat["identity"], ANA)
        pair.wait_for_twins(2)
        accepted = published(stack, "task.accepted")
        assert [row["data"]["reservationSid"] for row in accepted] == [reservation["sid"]]

        stack.stop("gateway")
        for number in range(3):
            pair.say("flex", f"question {number}")
            pair.say("frontline", f"answer {number}")
        given_up(stack, onMessageAdded=8)
        stack.start("gateway")
        rows = json.loads(patchbay(stack, "gaps", "--minutes=5", "--format=json"))["sources"]
        messages = {row["side"]: row["published"] for row in rows if row["source"] == "messages"}
        assert messages["flex"] >= 3 and messages["frontline"] == 3
        flex, frontline = pair.wait_for_twins(8)
        assert said_once(flex, pair.said["flex"]) == []
        assert said_once(frontline, pair.said["frontline"]) == []

        # Everything is known as soon as what was just written has been read, and nothing is published twice.
        def is_known() -> bool:
            rows = json.loads(patchbay(stack, "gaps", "--minutes=5", "--format=json"))["sources"]
            assert sum(row["read"] for row in rows) > 8
            return [row["published"] for row in rows] == [0] * len(rows)

        wait_until(is_known, SETTLE_DEADLINE, "a reading that finds nothing new")
        pair.wait_for_twins(8)
    finally:
        print(stack.log("sync-1"))  # shown when the test fails
        stack.close()


def test_a_pair_that_drifted_is_found_and_put_right(stack):
    pair = stack.web_chat("Olga")
    pair.say("flex", "one")
    pair.say("frontline", "two")
    pair.wait_for_twins(3)
    assert json.loads(patchbay(stack, "sync", "diff", pair.conversations["frontline"], "--format=json"))["isEqual"]
    copy = stack.rows("flex", pair.conversations["flex"])[-1]
    product, path = stack.collection("flex", pair.conversations["flex"])
    stack.rest("flex", "DELETE", product, f"{path}/Messages/{copy['sid']}")
    assert pair.differences() != []

    name = pair.conversations["flex"]
    diff = json.loads(patchbay(stack, "sync", "diff", name, "--format=json", code=1))
    assert [step["do"] for step in diff["steps"]] == ["copy"] and diff["missing"] == 1
    plan = json.loads(patchbay(stack, "sync", "repair", "--dry-run", name, "--format=json"))
    assert plan["steps"] == diff["steps"]
    assert len(stack.rows("flex", name)) == 2 and published(stack, "conversation.repaired") == []

    assert "1 repairs" in patchbay(stack, "sync", "repair", name)
    pair.wait_for_twins(3)
    repaired = wait_until(
        lambda: published(stack, "conversation.repaired"), SETTLE_DEADLINE, "conversation.repaired"
    )
    assert [row["data"]["steps"] for row in repaired] == [diff["steps"]]
    assert json.loads(patchbay(stack, "sync", "diff", name, "--format=json"))["isEqual"]
    assert name in patchbay(stack, "sync", "status", "--format=json")


def test_a_start_finds_drift_by_itself_and_publishes_nothing_that_it_made():
    with SyncStack() as stack:
        pair = stack.web_chat("Nora")
        pair.say("flex", "one")
        pair.say("flex", "two")
        pair.wait_for_twins(3)
        stack.kill("sync-1")
        # Behind its back: one copy is gone, one says something else, one is there twice.
        product, path = stack.collection("frontline", pair.conversations["frontline"])
        rows = stack.rows("frontline", pair.conversations["frontline"])
        stack.rest("frontline", "DELETE", product, f"{path}/Messages/{rows[1]['sid']}")
        stack.rest("frontline", "POST", product, f"{path}/Messages/{rows[0]['sid']}", Body="hallo")
        stack.rest(
            "frontline", "POST", product, f"{path}/Messages", Body="two", Author=rows[2]["author"],
            Attributes=rows[2]["attributes"],
        )
        stack.start("sync-1")
        bus = stack.bus()
        # A round that was done less than 30 s ago counts, so this may take as long.
        wait_until(lambda: published(stack, "conversation.repaired", bus), SETTLE_DEADLINE, "conversation.repaired")

        def is_whole() -> bool:
            rows = stack.rows("frontline", pair.conversations["frontline"])
            return sorted(row["body"] for row in rows) == ["hello", "one", "two"]

        wait_until(is_whole, SETTLE_DEADLINE, "each message once, as it was written")
        steps = [step["do"] for row in published(stack, "conversation.repaired") for step in row["data"]["steps"]]
        assert sorted(steps) == ["copy", "remove", "rewrite"]
        added = [row["data"]["conversationSid"] for row in published(stack, "conversation.added")]
        assert pair.conversations["frontline"] not in added
        # The second round finds nothing more to do.
        repairs = len(published(stack, "conversation.repaired"))
        assert "1 repairs" in patchbay(stack, "sync", "repair", pair.conversations["flex"])
        # Only the order cannot be mended: a conversation grows at its end.
        diff = json.loads(patchbay(stack, "sync", "diff", pair.conversations["flex"], "--format=json", code=1))
        assert diff["steps"] == [] and diff["missing"] == 0
        assert len(published(stack, "conversation.repaired")) == repairs


@pytest.mark.parametrize("frontline", ["conversations", "chat"])
def test_a_copy_with_files_is_put_right_with_its_files(frontline):
    with SyncStack(frontline=frontline) as stack:
        # The round that each start begins with would put it right before it is looked at.
        wait_until(lambda: stack.metric("sync-1", "patchbay_sync_healing_rounds_total") > 0, 60, "the first round of healing")
        pair = stack.web_chat("Vera")
        files = [
            {"data": base64.b64encode(name.encode()).decode(), "content_type": "image/png", "filename": name}
            for name in ("a.png", "bb.png", "ccc.png")
        ]
        path = f"conversations/{pair.conversations['flex']}/messages"
        stack.sandbox("POST", path, project="flex", author=pair.customer, body="one", media=files[:1])
        stack.sandbox("POST", path, project="flex", author=pair.customer, body="three", media=files)
        pair.wait_for_twins()
        product, path = stack.collection("frontline", pair.conversations["frontline"])
        rows = stack.rows("frontline", pair.conversations["frontline"])
        assert [row["body"] or "" for row in rows] == ["hello", "one", "", "", "three"]
        # Behind its back: the last message is gone with all of its files, one before it says something else.
        for row in rows[2:]:
            stack.rest("frontline", "DELETE", product, f"{path}/Messages/{row['sid']}")
        stack.rest("frontline", "POST", product, f"{path}/Messages/{rows[1]['sid']}", Body="eins")
        name = pair.conversations["flex"]
        diff = json.loads(patchbay(stack, "sync", "diff", name, "--format=json", code=1))
        assert sorted(step["do"] for step in diff["steps"]) == ["copy", "rewrite"]
        assert "1 repairs" in patchbay(stack, "sync", "repair", name)
        pair.wait_for_twins()
        assert json.loads(patchbay(stack, "sync", "diff", name, "--format=json"))["isEqual"]


def test_the_projects_own_webhook_goes_on_being_called_also_after_it_was_away(stack, receiver):
    pair = stack.web_chat("Rosa", "good day")
    wait_until(lambda: "good day" in receiver.bodies(), SETTLE_DEADLINE, "the webhook of the first message")
    receiver.stop()
    for number in range(3):
        pair.say("flex", f"away {number}")
    wait_until(
        lambda: stack.metric("sync-1", "patchbay_sync_relay_webhooks_total", outcome="repeated") > 0,
        SETTLE_DEADLINE, "a webhook that could not be relayed",
    )
    receiver.start()
    wanted = {f"away {number}" for number in range(3)}

    def away() -> list[str]:
        return [body for body in receiver.bodies() if body in wanted]

    wait_until(lambda: len(away()) >= 3, SETTLE_DEADLINE, "the webhooks of what was written meanwhile")
    # In the order in which the webhooks came, which the provider does not promise to be that of the messages.
    came = [row["data"].get("body") for row in published(stack, "message.added")]
    assert away() == [body for body in came if body in wanted]
    validator = RequestValidator(TOKENS["flex"])
    for signature, form in receiver.taken:
        assert validator.validate(receiver.url, form, signature), form["EventType"]
        assert form["AccountSid"] == ACCOUNTS["flex"]


def test_routes_are_shown_applied_and_rolled_back(stack):
    path = f"v1/Services/{sid('IS', 'flex')}/Configuration/Webhooks"
    before = stack.rest("flex", "POST", "conversations", path, PostWebhookUrl="https://theirs.example.com/hook")
    workspace = f"v1/Workspaces/{sid('WS', 'frontline')}"
    callback = stack.rest("frontline", "GET", "taskrouter", workspace)["event_callback_url"]
    assert "theirs.example.com" in patchbay(stack, "routes", "show", "--format=json")
    assert "flex/conversations" in patchbay(stack, "routes", "diff", "--format=json", code=1)
    # Somebody's webhook is not displaced silently.
    patchbay(stack, "routes", "apply", code=1)
    assert stack.rest("flex", "GET", "conversations", path)["post_webhook_url"] == before["post_webhook_url"]
    patchbay(stack, "routes", "apply", "--replace")
    url = stack.rest("flex", "GET", "conversations", path)["post_webhook_url"]
    assert url.startswith(f"{stack.gateway_url}/webhooks/twilio/flex/conversations#rc=")
    patchbay(stack, "routes", "verify")
    patchbay(stack, "routes", "diff")
    # Somebody changes one, it is applied once more, and what was there first is what comes back.
    stack.rest("frontline", "POST", "taskrouter", workspace, EventCallbackUrl="https://later.example.com/")
    patchbay(stack, "routes", "verify", code=1)
    patchbay(stack, "routes", "apply", "--replace")
    patchbay(stack, "routes", "rollback")
    after = stack.rest("flex", "GET", "conversations", path)
    assert after["post_webhook_url"] == before["post_webhook_url"]
    assert after["method"] == before["method"] and set(after["filters"]) == set(before["filters"])
    assert stack.rest("frontline", "GET", "taskrouter", workspace)["event_callback_url"] == callback
    patchbay(stack, "routes", "verify", code=1)


def test_a_samples_env_file_becomes_a_configuration(stack):
    env = stack.base / "sample.env"
    env.write_text(
        f"ACCOUNT_SID={ACCOUNTS['flex']}\nAUTH_TOKEN={TOKENS['flex']}\nCHAT_SERVICE_SID={sid('IS', 'flex')}\n"
        f"WORKSPACE_SID={sid('WS', 'flex')}\nWORKFLOW_SID={sid('WW', 'flex')}\n"
        f"FRONTLINE_ACCOUNT_SID={ACCOUNTS['frontline']}\nFRONTLINE_AUTH_TOKEN={TOKENS['frontline']}\n"
        f"CONERSATION_SERVICE_SID={sid('IS', 'frontline')}\nFRONTLINE_WORKSPACE_SID={sid('WS', 'frontline')}\n"
        "NOTIFICATION_TIMEOUT_MINUTES=0.5\nAUTO_ACCEPT_TASKS=true\nSMS_NUMBER=+14155550100\n"
    )
    arguments = ["config", "import", "--from=flex-frontline", "--out=imported.yaml", "--secrets=secrets", "sample.env"]
    patchbay(stack, *arguments, config=False)
    imported = stack.base / "imported.yaml"
    assert TOKENS["flex"] not in imported.read_text()
    assert (stack.base / "secrets" / "projects-flex-auth-token").read_text() == TOKENS["flex"] + "\n"
    address = "--set=gateway.public_url=https://patchbay.example.com"
    checked = patchbay(stack, "config", "check", f"--config={imported}", address, config=False)
    assert "gateway: ok" in checked and "sync: ok" in checked
    # Nothing is overwritten unasked.
    patchbay(stack, *arguments, config=False, code=1)
