"""What deploy/twilio ships: a Studio flow whose parts fit together, and a Function that reaches a real Gateway."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from playwright._impl._driver import compute_driver_executable

from gateway_process import Gateway
from real_process import ACCOUNTS, TOKENS

FILES = Path(__file__).resolve().parents[2] / "deploy" / "twilio"
FLOW = json.loads((FILES / "extensions.studio.json").read_text())
# Studio's names of widgets (twilio.com/docs/studio/widget-library) that the flow uses.
WIDGETS = {
    "trigger", "set-variables", "gather-input-on-call", "split-based-on", "make-http-request", "say-play", "send-to-flex",
    "connect-call-to",
}  # fmt: skip

HARNESS = """
const [file, context, event] = process.argv.slice(1);
globalThis.Twilio = { Response: class {
  constructor() { this.headers = {}; }
  appendHeader(name, value) { this.headers[name] = value; }
  setStatusCode(status) { this.status = status; }
  setBody(body) { this.body = body; }
} };
require(file).handler(JSON.parse(context), JSON.parse(event), (error, response) => {
  console.log(JSON.stringify({ error, ...response }));
});
"""


@pytest.fixture(scope="module")
def node() -> str:
    """The node that Playwright brings along."""
    return str(compute_driver_executable()[0])


def next_of(state: dict) -> list[str]:
    return [row["next"] for row in state["transitions"] if "next" in row]


def test_every_step_of_the_flow_leads_to_one_that_is_there_and_every_one_is_reached():
    states = {state["name"]: state for state in FLOW["states"]}
    assert len(states) == len(FLOW["states"])
    assert {state["type"] for state in states.values()} <= WIDGETS
    reached, queue = set(), [FLOW["initial_state"]]
    while queue:
        name = queue.pop()
        if name not in reached:
            reached.add(name)
            queue += next_of(states[name])
    assert reached == set(states)


def test_whatever_fails_in_the_flow_leads_to_an_agent():
    states = {state["name"]: state for state in FLOW["states"]}
    for state in states.values():
        for row in state["transitions"]:
            if row["event"] in ("failed", "timeout"):
                assert states[row["next"]]["type"] == "send-to-flex", (state["name"], row)


def test_attributes_of_tasks_are_json_once_the_variables_are_filled_in():
    for state in FLOW["states"]:
        if state["type"] == "send-to-flex":
            json.loads(state["properties"]["attributes"])


def call(node: str, gateway: Gateway, token: str, event: dict) -> dict:
    context = {"PATCHBAY_URL": gateway.url, "ACCOUNT_SID": ACCOUNTS["flex"], "AUTH_TOKEN": token}
    arguments = ["-e", HARNESS, str(FILES / "agentExtensions.protected.js"), json.dumps(context), json.dumps(event)]
    answer = subprocess.run([node, *arguments], capture_output=True, text=True, timeout=30, check=True)
    return json.loads(answer.stdout)


def test_the_function_is_let_in_by_its_signature_alone(broker, node):
    gateway = Gateway(broker)
    # The Gateway checks the address that the world knows: here its own.
    gateway.settings["gateway.public_url"] = gateway.url
    with gateway.start():
        signed = call(node, gateway, TOKENS["flex"], {"agentExt": "7777"})
        # Nothing is published in this test: that is said only to whom the Gateway knows.
        assert (signed["status"], signed["body"].get("code")) == (503, "lookup.no_directory"), signed
        forged = call(node, gateway, "somebody else's token, of some length", {"agentExt": "7777"})
        assert forged["status"] == 403
    away = call(node, gateway, TOKENS["flex"], {"agentExt": "7777"})
    assert away["status"] == 503
