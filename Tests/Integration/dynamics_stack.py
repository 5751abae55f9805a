"""Real processes with the Dynamics connector, a Sandbox that is Dataverse and Entra, and Studio at the Gateway's door.

with DynamicsStack() as stack:
    stack.load("contacts", [{"contactid": "…", "firstname": "Ana", "telephone1": "+34 600 111 222"}])
    stack.find("+34600111222")          # what an agent's panel would ask
    stack.studio("createCase", title="…")  # what a Studio flow would post
"""

from __future__ import annotations

import json
import secrets
import time
import uuid

import requests
from patchbay_client import event
from patchbay_wire import Write
from twilio.request_validator import RequestValidator

from crm_stack import ONE, CRMStack
from sync_stack import ACCOUNTS, TOKENS

TENANT = "00000000-0000-4000-8000-00000000da7a"
CLIENT_ID = "00000000-0000-4000-8000-0000000c11e7"
CLIENT_SECRET = "dataverse-secret-~0123456789.abcdef"  # said in no log
BATCH = 500  # rows of one upload


class DynamicsStack(CRMStack):
    """`contacts` are seeded; `dynamics` and `dataverse` add to the settings of the connector and of the Sandbox."""

    def __init__(
        self,
        crms: int = 1,
        contacts: int = 0,
        crm: dict | None = None,
        dynamics: dict | None = None,
        dataverse: dict | None = None,
        **more,
    ):
        super().__init__(crms=crms, **more)
        secret = self.base / "dataverse.secret"
        secret.write_text(CLIENT_SECRET)
        secret.chmod(0o600)
        settings = json.loads(self.config.read_text())
        settings["sandbox"]["dataverse"] = {
            "tenant": TENANT,
            "client_id": CLIENT_ID,
            "client_secret_file": str(secret),
            "contacts": contacts,
        } | (dataverse or {})
        settings["crm"] |= {"connector": "dynamics", "country": "ES"} | (crm or {})
        settings["crm"]["dynamics"] = {
            "organization": self.sandbox_url,
            "authority": f"{self.sandbox_url}/entra",
            "tenant": TENANT,
            "client_id": CLIENT_ID,
            "client_secret_file": str(secret),
        } | (dynamics or {})
        self.config.write_text(json.dumps(settings))

    # Dataverse, behind everybody's back

    def load(self, table: str, rows: list[dict]) -> None:
        """Puts rows into a table; they are no requests of anybody."""
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            answer = requests.post(f"{self.sandbox_url}/sandbox/v1/dataverse/rows/{table}", json=batch, timeout=60)
            assert answer.ok, f"{table}: {answer.status_code} {answer.text}"

    def table(self, name: str, **query: str) -> list[dict]:
        """All rows of a table, by all pages."""
        url: str | None = f"{self.sandbox_url}/sandbox/v1/dataverse/{name}"
        found: list[dict] = []
        options: dict | None = {f"${key}": value for key, value in query.items()}
        while url:
            answer = requests.get(url, params=options, timeout=60)
            assert answer.ok, f"{name}: {answer.status_code} {answer.text}"
            found += answer.json()["value"]
            url, options = answer.json().get("@odata.nextLink"), None
        return found

    def asked(self) -> dict:
        """How often what was asked of Dataverse and Entra since the last reset."""
        return self.sandbox("GET", "dataverse/requests")

    # What agents and flows ask

    def find(self, phone: str, limit: int = 50) -> list[dict]:
        status, body = self.api("GET", "crm/contacts", query={"phone": phone, "limit": str(limit)})
        assert status == 200, (status, body)
        return body["items"]

    def studio(self, path: str, project: str = "flex", sign: bool = True, headers: dict | None = None, **form: str):
        """A flow's request to the Gateway, signed as the provider signs it."""
        url = f"{self.gateway_url}/{path}"
        fields = dict(headers or {})
        if sign:
            fields["X-Twilio-Signature"] = RequestValidator(TOKENS[project]).compute_signature(url, form)
        return requests.post(url, data=form, headers=fields, timeout=30)

    def queue(self, log: dict) -> None:
        """Puts an activity on its way as the end of an interaction does: row and event in one transaction."""
        id, revision = log["interactionId"], log["revision"]
        row = json.dumps({"queuedTs": int(time.time() * 1000), "log": log}).encode()
        data = {"interactionId": id, "agentId": log["agentId"], "revision": revision}
        due = event("activity.due", id, f"activity.due:{id}:{revision}", data, source="/crm")
        self.client.write(Write("crm-outbox", f"due/{id}", row), publishes=(due,))

    def waiting(self) -> list[str]:
        return [entry.key for entry in self.client.entries("crm-outbox", "due/")]

    def everything_logged(self) -> str:
        """All that the processes under test have written, each from its beginning."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.base.glob("*.log")))


def activity(interaction: str, number: str, record: dict | None = None, revision: int = 1, **fields) -> dict:
    """The record of a call of `number`, as the bridge queues it."""
    log = {
        "interactionId": interaction, "revision": revision, "agentId": ONE, "channel": "voice", "direction": "inbound",
        "from": number, "to": "+34900111222", "startedTs": 1790000000000, "endedTs": 1790000125000, "ringMs": 4000,
        "talkMs": 115000, "holdMs": 5000, "wrapMs": 1000, "outcome": "completed",
    } | fields  # fmt: skip
    return log | ({"record": record} if record else {})


def call_sid() -> str:
    return "CA" + secrets.token_hex(16)


def guid() -> str:
    return str(uuid.uuid4())


__all__ = ["ACCOUNTS", "BATCH", "CLIENT_ID", "CLIENT_SECRET", "TENANT", "DynamicsStack", "activity", "call_sid", "guid"]
