"""The extension directory at the edge: tokens, REST, publish and lookup, event stream, over real processes."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from openapi_spec_validator import validate

from extensions_edge import SECRET, Edge, Stream, bearer, claims, fuzz, record, token
from gateway_process import Gateway
from real_process import wait_until

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def edge(broker):
    with Edge(broker) as edge:
        yield edge


def test_an_extension_is_edited_published_and_looked_up(edge):
    created = edge.request("POST", "/v1/extensions", record("0042", 42, "Ana Ruiz"))
    assert created.status_code == 201, created.text
    assert created.headers["Location"] == f"/v1/extensions/{created.json()['id']}"
    assert edge.lookup(agentExt="0042").status_code == 503, "nothing is published yet"
    assert edge.publish()["state"] == "deployed"
    found = edge.lookup(agentExt="0042").json()
    assert found["found"] is True and found["workerSID"] == f"WK{42:032x}" and found["spokenName"] == "Ana Ruiz"
    assert edge.lookup("/agentExtensions", agentExt="0042").json() == {"found": True, "workerSID": f"WK{42:032x}"}
    assert edge.lookup(agentExt="0043").json() == {"found": False}
    assert edge.lookup("/studio/dial-by-name", digits="784").json()["count"] == 1
    lookups = edge.get("/v1/extensions/publish").json()["lookups"]
    assert [one["isCurrent"] for one in lookups] == [True]


def test_whoever_has_an_answer_is_told_that_it_is_the_same(edge):
    made = edge.request("POST", "/v1/extensions", record("0042", 42, "Ana Ruiz")).json()
    paths = ["/v1/extensions", "/v1/extensions?sort=-updatedAt&q=ana", "/v1/extensions/diff", f"/v1/extensions/{made['id']}"]

    def ask(path: str, tag: str) -> requests.Response:
        return edge.request("GET", path, If_None_Match=tag)

    first = {path: edge.get(path) for path in paths}
    for path, answer in first.items():
        tag = answer.headers["ETag"]
        for seen in (tag, f'"other", W/{tag}', "*"):
            same = ask(path, seen)
            assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", tag), path
        for other in ('"other"', tag[:-2] + '"', made["id"]):
            assert ask(path, other).json() == answer.json(), path
    # A publish changes no revision, but what the answers say.
    assert edge.publish()["state"] == "deployed"
    for path, answer in first.items():
        again = ask(path, answer.headers["ETag"])
        assert again.status_code == 200 and again.headers["ETag"] != answer.headers["ETag"], path
    # The tag of an answer is good for If-Match too.
    tag = edge.get(f"/v1/extensions/{made['id']}").headers["ETag"]
    assert edge.request("PUT", f"/v1/extensions/{made['id']}", record("0042", 42, "Ana R."), If_Match=tag).status_code == 200
    stale = edge.request("DELETE", f"/v1/extensions/{made['id']}", If_Match=tag)
    assert stale.status_code == 412 and edge.get("/v1/me").status_code == 200


def test_lookups_work_while_everything_else_is_down_and_after_a_restart_without_it(edge):
    edge.request("POST", "/v1/extensions", record("7777", 7))
    assert edge.publish()["state"] == "deployed"
    edge.service.kill()
    edge.broker.kill()
    assert edge.lookup(agentExt="7777").json()["found"] is True
    edge.gateway.stop()
    # It is not ready without the Broker, so its first answer is what is waited for.
    edge.gateway.launch()

    def answers():
        try:
            # An answer with an error is false.
            return [edge.lookup(agentExt="7777")]
        except requests.ConnectionError:
            return None

    [answer] = wait_until(answers, 30, "an answer of the Gateway")
    assert answer.json()["found"] is True
    assert edge.get("/v1/extensions").status_code == 503


def test_a_stream_shows_changes_at_once_and_goes_on_where_it_ended(edge):
    first = Stream(edge)
    start = first.next()
    assert "data" not in start and start["id"].isdigit()
    made = edge.request("POST", "/v1/extensions", record("2001", 1)).json()
    event = first.next()
    assert event["event"] == "extensions.changed"
    assert event["data"]["data"]["changes"][0]["id"] == made["id"]
    first.close()
    for number in range(2, 12):
        answer = edge.request("POST", "/v1/extensions", record(str(2000 + number), number))
        assert answer.status_code == 201, answer.text
    again = Stream(edge, last=event["id"])
    seen = [again.next()["data"]["data"]["changes"][0]["after"]["extension"] for _ in range(10)]
    assert seen == [str(2000 + number) for number in range(2, 12)]
    edge.publish()
    # Behind what was missed the stream says where it is.
    assert next(event for event in iter(again.next, None) if "event" in event)["event"] == "extensions.published"
    again.close()


def test_a_thousand_streams_are_small_and_all_hear(broker):
    with Edge(broker, max_connections=1_100) as edge:
        process = Path(f"/proc/{edge.gateway.pid}/status")

        def resident() -> int:
            return next(int(line.split()[1]) for line in process.read_text().splitlines() if line.startswith("VmRSS"))

        warm = [Stream(edge, sub=f"agent-{number}") for number in range(50)]
        before = resident()
        streams = warm + [Stream(edge, sub=f"agent-{number}") for number in range(50, 1_000)]
        for stream in streams:
            stream.next()
        each = (resident() - before) / 950
        edge.request("POST", "/v1/extensions", record("2001", 1))
        assert all(stream.next()["event"] == "extensions.changed" for stream in streams)
        assert Stream(edge).response.status_code == 429
        for stream in streams:
            stream.close()
        print(f"{each:.1f} KB for each stream")
        assert each <= 40


def test_tokens_of_another_library_let_in_and_forged_ones_do_not(broker, tmp_path):
    rsa_key, other_key = rsa.generate_private_key(65537, 2048), rsa.generate_private_key(65537, 2048)
    ec_key = ec.generate_private_key(ec.SECP256R1())

    def jwks(*keys) -> str:
        algorithm = {"RSA": jwt.algorithms.RSAAlgorithm, "EC": jwt.algorithms.ECAlgorithm}
        documents = []
        for kind, kid, key in keys:
            documents.append(json.loads(algorithm[kind].to_jwk(key.public_key())) | {"kid": kid, "use": "sig"})
        return json.dumps({"keys": documents})

    file = tmp_path / "jwks.json"
    file.write_text(jwks(("RSA", "r1", rsa_key), ("EC", "e1", ec_key)))
    settings = {"auth.jwks_file": file, "auth.issuer": "https://login.example/", "auth.audience": "patchbay"}
    with _gateway(broker, settings) as edge:
        ours = {"iss": "https://login.example/", "aud": ["patchbay", "other"]}

        def status(key, algorithm, kid="r1", **changes) -> int:
            text = jwt.encode(claims(**ours | changes), key, algorithm=algorithm, headers={"kid": kid})
            headers = {"Authorization": f"Bearer {text}"}
            return requests.get(edge.url + "/v1/me", headers=headers, timeout=20).status_code

        assert status(rsa_key, "RS256") == 200
        assert status(ec_key, "ES256", "e1") == 200
        assert status(SECRET, "HS256") == 200
        assert status(other_key, "RS256") == 401
        assert status(rsa_key, "RS256", "e1") == 401
        assert status(rsa_key, "RS512") == 401, "the key's algorithm is RS256"
        assert status(rsa_key, "RS256", iss="https://evil.example/") == 401
        assert status(rsa_key, "RS256", aud="someone") == 401
        assert status(rsa_key, "RS256", exp=int(time.time()) - 60) == 401
        assert status(rsa_key, "RS256", role="nobody") == 403
        # A key that is new: the file is read again, though not more often than every 10 s.
        file.write_text(jwks(("RSA", "r2", other_key)))
        wait_until(lambda: status(other_key, "RS256", "r2") == 200, 30, "the new key")
        assert status(rsa_key, "RS256") == 401, "the old key is gone"


def _gateway(broker, settings) -> Gateway:
    gateway = Gateway(broker, **settings)
    gateway.environment["PATCHBAY_GATEWAY_AUTH_JWT_SECRET"] = SECRET
    return gateway.start()


def test_the_openapi_document_is_valid_and_served(edge):
    answer = requests.get(edge.gateway.url + "/openapi.json", timeout=10)
    assert answer.status_code == 200
    validate(answer.json())


def test_whatever_schemathesis_makes_of_the_document_is_no_server_error(edge):
    # test_gateway_crm.py does the same for the routes of the CRM.
    fuzz(edge.gateway.url, edge.broker.base, "--exclude-path-regex=^/v1/(stream|dials|agent.*|crm.*)$")
    assert edge.get("/v1/extensions").status_code == 200


def test_the_samples_page_lists_updates_and_publishes(edge):
    def admin(path: str, role: str = "supervisor", **body) -> requests.Response:
        return requests.post(edge.gateway.url + path, json={"Token": token(role)} | body, timeout=30)

    edge.request("POST", "/v1/extensions", record("3009", 9) | {"target": {"type": "queue", "queue": "Sales"}})
    edge.request("POST", "/v1/extensions", record("3010", 10, "Ana Ruiz"))
    edge.publish()
    listed = admin("/admin/list", "agent").json()
    ana = {"workerFullName": "Ana Ruiz", "extensionNumber": "3010", "workerSid": f"WK{10:032x}"}
    assert listed["data"] == [ana] and listed["versionIsDeployed"] is True
    ben = {"workerFullName": "Ben", "extensionNumber": "0011", "workerSid": f"WK{11:032x}"}
    assert admin("/admin/update", "agent", data=[], version=listed["version"]).status_code == 403
    # The page has not seen what somebody else has entered, and does not take it away.
    url, olga = edge.gateway.url + "/v1/extensions", bearer("supervisor", sub="u-2", name="Olga")
    unseen = requests.post(url, json=record("3012", 12), headers=olga, timeout=30).json()
    refused = admin("/admin/update", data=[ana, ben], version=listed["version"])
    assert refused.status_code == 409 and "updated by someone else" in refused.json()["message"], refused.text
    match = {"If-Match": f'"{unseen["revision"]}"'}
    gone = requests.delete(f"{url}/{unseen['id']}", headers=olga | match, timeout=30)
    assert gone.status_code == 204, gone.text
    assert admin("/admin/update", data=[ben], version=listed["version"]).status_code == 200
    updated = admin("/admin/update", data=[ana, ben], version=listed["version"])
    assert updated.status_code == 200, updated.text
    build = updated.json()["buildSid"]
    assert admin("/admin/update-status", buildSid=build).json() == {"buildStatus": "completed"}
    published = admin("/admin/publish", buildSid=build)
    assert published.status_code == 200, published.text
    wait_until(lambda: edge.lookup(agentExt="0011").json()["found"], 30, "the new version")
    assert edge.lookup(agentExt="3009").json()["target"] == {"type": "queue", "queue": "Sales"}
    stale = admin("/admin/update", data=[], version=listed["version"])
    assert stale.status_code == 409 and "updated by someone else" in stale.json()["message"]


def test_publishing_shows_nobody_a_mixture(edge):
    """Version n says n for every extension: one lookup after the other never goes back, and never fails."""
    numbers = [str(4000 + number) for number in range(40)]
    stop, seen, failures = threading.Event(), [], []

    def look() -> None:
        while not stop.is_set():
            answer = edge.lookup("/studio/dial-by-name", digits="8377466")
            names = {match["spokenName"] for match in answer.json()["matches"]}
            if answer.status_code != 200 or len(names) != 1:
                failures.append(answer.text)
                return
            seen.append(int(names.pop().split()[1]))

    def edit(version: int) -> None:
        rows = [record(number, int(number), f"Version {version}") for number in numbers]
        draft = edge.request("GET", "/v1/extensions?limit=1").headers["ETag"]
        answer = edge.request("POST", "/v1/extensions/import?format=json&mode=replace", rows, if_match=draft)
        assert answer.status_code == 200, answer.text
        assert edge.publish()["state"] == "deployed"

    edit(1)
    reader = threading.Thread(target=look)
    reader.start()
    for version in range(2, 6):
        edit(version)
    wait_until(lambda: failures or (seen and seen[-1] == 5), 30, "the last version")
    stop.set()
    reader.join()
    assert not failures, failures[0]
    assert seen == sorted(seen) and set(seen) >= {1, 5}
