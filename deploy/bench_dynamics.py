"""Measures the lookup of a screen pop against the Sandbox's Dataverse; part of deploy/bench.

50,000 contacts of 20 countries with numbers as people type them; every request to Dataverse takes 50 to 150 ms, every token
300 ms. The callers are people of the table, and one in ten is nobody's. A time is that of `GET /v1/crm/contacts?phone=` at the
service's own door, one caller after the other.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests" / "Integration"), str(ROOT / "Tests" / "Clients")]
os.environ.setdefault("PATCHBAY_BIN_DIR", str(ROOT / ".build" / "release"))

import phonenumbers  # noqa: E402
import requests  # noqa: E402
from crm_stack import CRMStack  # noqa: E402

TENANT = "00000000-0000-4000-8000-00000000da7a"
CLIENT_ID = "00000000-0000-4000-8000-0000000c11e7"
SECRET = "bench-secret-0123456789"
CONTACTS = 50_000
FAULTS = [
    {"project": "dataverse", "match": {"product": "dataverse"}, "effect": {"latency_ms": {"min": 50, "max": 150}}},
    {"project": "dataverse", "match": {"product": "entra"}, "effect": {"latency_ms": 300}},
]


class Dynamics(CRMStack):
    """A CRM bridge whose CRM is the Sandbox's Dataverse."""

    def __init__(self) -> None:
        super().__init__()
        secret = self.base / "dataverse.secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        settings = json.loads(self.config.read_text())
        settings["sandbox"]["dataverse"] = {
            "client_secret_file": str(secret), "contacts": CONTACTS, "requests_per_window": 1_000_000,
        }  # fmt: skip
        settings["crm"] |= {"connector": "dynamics", "country": "ES"}
        settings["crm"]["dynamics"] = {
            "organization": self.sandbox_url, "authority": f"{self.sandbox_url}/entra", "tenant": TENANT,
            "client_id": CLIENT_ID, "client_secret_file": str(secret),
        }  # fmt: skip
        self.config.write_text(json.dumps(settings))


def callers(stack: Dynamics, count: int) -> list[str]:
    """Numbers of the table in E.164, and every tenth one of nobody."""
    chance = random.Random(1)
    rows, url = [], f"{stack.sandbox_url}/sandbox/v1/dataverse/contacts?$select=telephone1,mobilephone&$top=5000"
    rows = requests.get(url, timeout=120).json()["value"]
    found: list[str] = []
    chance.shuffle(rows)
    for row in rows:
        text = row.get("mobilephone") or row.get("telephone1") or ""
        if not text.startswith("+"):
            continue
        try:
            number = phonenumbers.parse(text, None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            found.append(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        if len(found) % 10 == 9:
            found.append(f"+4477009{chance.randrange(10**5):05d}")
        if len(found) >= count:
            return found
    raise SystemExit(f"only {len(found)} numbers in the table")


def figures(quick: bool):
    """Yields (name, value, unit)."""
    with Dynamics() as stack:
        numbers = callers(stack, 100 if quick else 500)
        stack.api("GET", "crm/contacts", query={"phone": numbers[0]})
        stack.faults(rules=FAULTS)
        before = stack.sandbox("GET", "dataverse/requests")
        times = []
        for number in numbers:
            start = time.monotonic()
            status, body = stack.api("GET", "crm/contacts", query={"phone": number, "limit": "20"})
            times.append((time.monotonic() - start) * 1_000)
            if status != 200:
                raise SystemExit(f"{status}: {body}")
        after = stack.sandbox("GET", "dataverse/requests")
    times.sort()
    yield "crm_lookup_p50", times[len(times) // 2], "ms"
    yield "crm_lookup_p95", times[len(times) * 95 // 100], "ms"
    yield "crm_lookup_requests", (after["total"] - before["total"]) / len(numbers), "each"
    yield "crm_lookup_tokens", after["tokens"] - before["tokens"], "count"


if __name__ == "__main__":
    for name, value, unit in figures("--quick" in sys.argv):
        print(json.dumps({"name": name, "value": round(value, 2), "unit": unit}), flush=True)
