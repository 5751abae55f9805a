"""The directory beside the provider, which the Sandbox plays: workers, Flex tokens, the sample's Sync map and asset."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
import requests

from extensions_stack import ExtensionsStack, binary, record, wait_until
from sync_stack import ACCOUNTS, TOKENS, free_port

PORT = free_port()
URL = f"http://127.0.0.1:{PORT}"
WORKSPACE = "WS" + "a" * 32
WORKERS = ["Ana Ruiz", "ben.cole", "Émile Dupré"]


def rest(method: str, product: str, path: str, data=None, **options) -> dict:
    answer = requests.request(
        method, f"{URL}/api/{product}/{path}", auth=(ACCOUNTS["flex"], TOKENS["flex"]), data=data, timeout=30, **options
    )
    assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json() if answer.content else {}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory):
    directory = tmp_path_factory.mktemp("sandbox")
    config = directory / "patchbay.json"
    project = {"service_sid": "IS" + "a" * 32, "workspace_sid": WORKSPACE, "workers": WORKERS}
    settings = {
        "run_dir": str(directory / "run"),
        "gateway": {"public_url": "http://127.0.0.1:1", "projects": {"flex": {"account_sid": ACCOUNTS["flex"]}}},
        "sandbox": {"listen": {"port": PORT}, "projects": {"flex": project}},
    }
    config.write_text(json.dumps(settings))
    environment = os.environ | {"PATCHBAY_GATEWAY_PROJECTS_FLEX_AUTH_TOKEN": TOKENS["flex"]}
    with open(directory / "log", "wb") as log:
        process = subprocess.Popen(
            [str(binary("patchbay-sandbox")), f"--config={config}"], stdout=log, stderr=log, env=environment, cwd=directory
        )

    def answers():
        try:
            return requests.get(f"{URL}/sandbox/v1/", timeout=1).status_code < 500
        except requests.ConnectionError:
            return False

    wait_until(answers, 30, "the Sandbox")
    yield process
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def stack(sandbox):
    service = rest("GET", "serverless", "v1/Services")["services"][0]["sid"]
    environment = rest("GET", "serverless", f"v1/Services/{service}/Environments")["environments"][0]["sid"]
    maps = rest("GET", "sync", "v1/Services")["services"][0]["sid"]
    rest("POST", "sync", f"v1/Services/{maps}/Maps", {"UniqueName": "agentExtensions"})
    settings = {
        "gateway.projects.flex.account_sid": ACCOUNTS["flex"],
        "extensions.workers.project": "flex",
        "extensions.workers.workspace_sid": WORKSPACE,
        "extensions.workers.refresh_seconds": 1,
        "extensions.sync.service_sid": maps,
        "extensions.sync.map": "agentExtensions",
        "extensions.serverless.service_sid": service,
        "extensions.serverless.environment_sid": environment,
        "twilio.base_url": f"{URL}/api/{{product}}",
    }
    os.environ["PATCHBAY_GATEWAY_PROJECTS_FLEX_AUTH_TOKEN"] = TOKENS["flex"]
    with ExtensionsStack(1, settings) as stack:
        stack.maps = maps
        stack.serverless = (service, environment)
        wait_until(lambda: workers(stack), 30, "the workers")
        yield stack


def workers(stack, q: str = "") -> list[dict]:
    return stack.api("GET", "workers", query={"q": q})["items"]


def transfer(stack, action: str, **options) -> dict:
    request = {"action": action, "actor": {"sub": "u", "name": "Sofia", "role": "supervisor"}} | options
    return json.loads(stack.bus.call("extensions.transfer", json.dumps(request).encode(), 25_000))


def test_workers_are_found_by_name_and_renamed_or_lost_ones_reported(stack):
    assert [w["name"] for w in workers(stack)] == ["Ana Ruiz", "ben.cole", "Émile Dupré"]
    [emile] = workers(stack, "emi")
    assert emile["extension"] is None and emile["activity"]
    target = {"type": "worker", "workerSid": emile["sid"], "workerName": emile["name"]}
    made = stack.api("POST", "extensions", {"extension": "2000", "target": target})
    assert made.status == 201 and made["problems"] == [] and made["spokenName"] == "Émile Dupré"
    assert workers(stack, "dup em")[0]["extension"] == "2000"
    lost = stack.create("2001", 77)
    assert [p["code"] for p in lost["problems"]] == ["extensions.worker_missing"]
    rest("POST", "taskrouter", f"v1/Workspaces/{WORKSPACE}/Workers/{emile['sid']}", {"FriendlyName": "Emile D."})

    def problems():
        return [p["code"] for p in stack.api("GET", f"extensions/{made['id']}")["problems"]]

    assert wait_until(problems, 30, "the new name") == ["extensions.worker_renamed"]


def test_tokens_of_flex_are_checked_and_everything_else_is_a_no(stack):
    def ask(token) -> dict:
        return json.loads(stack.bus.call("extensions.flex-token", json.dumps({"token": token}).encode(), 10_000))

    body = {"project": "flex", "worker": "Ana Ruiz", "role": "supervisor"}
    answer = requests.post(f"{URL}/sandbox/v1/tokens", json=body, timeout=30)
    assert answer.ok, answer.text
    found = ask(answer.json()["token"])
    assert found["valid"] is True and found["role"] == "supervisor" and found["sub"], found
    for token in ("", "x", "a" * 100_000, None, 7):
        assert ask(token)["valid"] is False
    assert json.loads(stack.bus.call("extensions.flex-token", b"{"))["valid"] is False


def test_the_samples_map_comes_in_and_goes_out(stack):
    items = f"v1/Services/{stack.maps}/Maps/agentExtensions/Items"
    [ben] = workers(stack, "ben")
    data = {"workerFullName": ben["name"], "extensionNumber": "0077", "workerSid": ben["sid"]}
    rest("POST", "sync", items, {"Key": ben["sid"], "Data": json.dumps(data)})
    dry = transfer(stack, "sync-import", dryRun=True)
    assert dry["counts"]["created"] == 1 and "batch" not in dry, dry
    done = transfer(stack, "sync-import")
    assert done["counts"]["created"] == 1 and done["batch"]
    assert stack.listed(q="0077")[0]["target"]["workerSid"] == ben["sid"]
    assert stack.publish().status == 202
    assert stack.wait_for_publish()["state"] == "deployed"
    out = transfer(stack, "sync-export", replace=True)
    assert out["counts"]["updated"] == 0 and out["counts"]["created"] >= 1, out
    assert transfer(stack, "sync-export")["counts"]["created"] == 0
    found = {item["data"]["extensionNumber"] for item in rest("GET", "sync", items)["items"]}
    assert found == {entry["number"] for entry in stack.served()}


def test_the_asset_is_published_beside_all_others(stack):
    service, environment = stack.serverless
    assert "error" in transfer(stack, "asset-publish") or wait_for_asset(stack)["state"] == "failed"
    # Another asset is deployed already.
    asset = rest("POST", "serverless", f"v1/Services/{service}/Assets", {"FriendlyName": "other"})["sid"]
    version = rest(
        "POST", "serverless-upload", f"v1/Services/{service}/Assets/{asset}/Versions",
        {"Path": "/other.txt", "Visibility": "public"}, files={"Content": ("other.txt", b"hello", "text/plain")},
    )["sid"]  # fmt: skip
    build = rest("POST", "serverless", f"v1/Services/{service}/Builds", {"AssetVersions": version})["sid"]
    status = f"v1/Services/{service}/Builds/{build}/Status"
    wait_until(lambda: rest("GET", "serverless", status)["status"] == "completed", 30, "the first build")
    rest("POST", "serverless", f"v1/Services/{service}/Environments/{environment}/Deployments", {"BuildSid": build})
    for _ in range(2):
        assert "error" not in transfer(stack, "asset-publish")
        ended = wait_for_asset(stack)
        assert ended["state"] == "deployed", ended
        live = rest("GET", "serverless", f"v1/Services/{service}/Environments/{environment}")["build_sid"]
        assert live == ended["build"]
        paths = [v["path"] for v in rest("GET", "serverless", f"v1/Services/{service}/Builds/{live}")["asset_versions"]]
        assert sorted(paths) == ["/extensions.json", "/other.txt"]


def wait_for_asset(stack) -> dict:
    def ended():
        asset = transfer(stack, "asset-status")["asset"]
        return asset if asset["state"] in ("deployed", "failed") else None

    return wait_until(ended, 60, "the asset's end")


def test_nobody_but_supervisors_transfers(stack):
    request = {"action": "sync-import", "actor": {"sub": "a", "name": "A", "role": "agent"}}
    assert "role" in json.loads(stack.bus.call("extensions.transfer", json.dumps(request).encode()))["error"]
