"""A real Gateway in front of a Broker, and webhooks signed by Twilio's own library."""

from __future__ import annotations

import hashlib
import json
from urllib.parse import urlencode

import requests
from twilio.request_validator import RequestValidator

from broker_process import Broker
from real_process import ACCOUNTS, TOKENS, RealProcess, binary, free_port, tokens_in_environment

PUBLIC_URL = "https://bus.example.com"
NEXT_FLEX_TOKEN = "flex-next-auth-token-0123456789"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"


class Gateway(RealProcess):
    """A Gateway with two projects on a free port; it outlives restarts of its Broker."""

    name = "the Gateway"

    def __init__(self, broker: Broker, public_url: str = PUBLIC_URL, instance: str = "", **settings):
        self.base = broker.base
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        # Of its own, not the Broker's: it keeps the published directory there.
        self.settings = {"run_dir": broker.run_dir, "state_dir": self.base / "gateway-state"}
        self.settings["gateway.listen.port"] = self.port
        self.settings |= {f"gateway.{name}": value for name, value in settings.items()}
        if instance:
            self.settings["instance"] = instance
        self.config = self.base / "gateway.yaml"
        projects = {name: {"account_sid": sid} for name, sid in ACCOUNTS.items()}
        # JSON is YAML.
        self.config.write_text(json.dumps({"gateway": {"public_url": public_url, "projects": projects}}))
        self.environment = tokens_in_environment() | {
            "PATCHBAY_GATEWAY_PROJECTS_FLEX_AUTH_TOKEN_SECONDARY": NEXT_FLEX_TOKEN
        }
        self.log_path = self.base / "gateway.log"

    def command(self) -> list:
        settings = [f"--set={key}={value}" for key, value in self.settings.items()]
        return [binary("patchbay-gateway"), f"--config={self.config}", *settings]

    def answers(self) -> bool:
        try:
            return requests.get(f"{self.url}/readyz", timeout=1).status_code == 200
        except requests.ConnectionError:
            return False

    def post(self, target: str, body: bytes, signature: str | None, content_type: str = FORM, **headers):
        """Sends exactly these bytes to exactly this path and query."""
        fields = {"Content-Type": content_type} | {name.replace("_", "-"): text for name, text in headers.items()}
        if signature is not None:
            fields["X-Twilio-Signature"] = signature
        request = requests.Request("POST", self.url, data=body, headers=fields).prepare()
        # Not through the library's own normalisation: what is signed is the target as written.
        request.url = self.url + target
        with requests.Session() as session:
            return session.send(request, timeout=30)


class Parameters(dict):
    """Parameters as a web framework hands them to Twilio's library; a list is a repeated name."""

    def getlist(self, name: str) -> list[str]:
        value = self[name]
        return value if isinstance(value, list) else [value]


def sign(url: str, parameters: dict, token: str) -> str:
    """`X-Twilio-Signature` as Twilio's library computes it."""
    return RequestValidator(token).compute_signature(url, Parameters(parameters))


def form(parameters: dict) -> bytes:
    return urlencode(parameters, doseq=True).encode()


def sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def reservation(number: int, event: str = "reservation.created", **changes) -> dict:
    """A TaskRouter event callback; `number` makes its event, task and reservation distinct."""
    return {
        "AccountSid": ACCOUNTS["flex"],
        "EventType": event,
        "Sid": f"EV{number:032x}",
        "ResourceType": "reservation",
        "ResourceSid": f"WR{number:032x}",
        "ReservationSid": f"WR{number:032x}",
        "TaskSid": f"WT{number:032x}",
        "TaskAttributes": json.dumps({"from": "+34600111222", "name": "José Ñandú"}, ensure_ascii=False),
        "WorkerSid": f"WK{number:032x}",
        "WorkerName": "ana",
        "WorkspaceSid": "WS" + "e" * 32,
        "Timestamp": "1795220000",
        "TimestampMs": "1795220000123",
    } | changes
