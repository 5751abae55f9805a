"""A real Sandbox, Twilio's own client pointed at it, and a server that takes its webhooks."""

from __future__ import annotations

import json
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import requests
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from gateway_process import Parameters
from real_process import ACCOUNTS, TOKENS, RealProcess, binary, free_port, tokens_in_environment, wait_until


class Sandbox(RealProcess):
    """A Sandbox with the projects `flex` and `frontline` on a free port; `projects` adds to their settings."""

    name = "the Sandbox"

    def __init__(self, projects: dict[str, dict] | None = None, **settings):
        self._temporary = tempfile.TemporaryDirectory(prefix="pb-", ignore_cleanup_errors=True)
        self.base = Path(self._temporary.name)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.settings = {"run_dir": self.base / "run", "sandbox.listen.port": self.port}
        self.settings |= {f"sandbox.{name}": value for name, value in settings.items()}
        given = projects or {}
        self.projects = {name: {"workers": ["ana", "ben"]} | given.get(name, {}) for name in ACCOUNTS}
        self.config = self.base / "sandbox.yaml"
        accounts = {name: {"account_sid": sid} for name, sid in ACCOUNTS.items()}
        # JSON is YAML.
        self.config.write_text(
            json.dumps({"gateway": {"projects": accounts}, "sandbox": {"projects": self.projects}})
        )
        self.log_path = self.base / "sandbox.log"
        self.environment = tokens_in_environment()

    def command(self) -> list:
        settings = [f"--set={key}={value}" for key, value in self.settings.items()]
        return [binary("patchbay-sandbox"), f"--config={self.config}", *settings]

    def answers(self) -> bool:
        try:
            return self.get("world").status_code == 200
        except requests.ConnectionError:
            return False

    def close(self) -> None:
        super().close()
        self._temporary.cleanup()

    def __enter__(self) -> Sandbox:
        return self.start()

    def get(self, path: str, **query) -> requests.Response:
        """Reads below /sandbox/v1/."""
        return requests.get(f"{self.url}/sandbox/v1/{path}", params=query, timeout=30)

    def act(self, path: str, project: str = "flex", **body) -> dict:
        """Does what a person does; the answer's JSON."""
        answer = requests.post(f"{self.url}/sandbox/v1/{path}", json={"project": project} | body, timeout=30)
        assert answer.ok, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else {}

    def faults(self, **document) -> dict:
        """Switches exactly these faults on; none switches all off."""
        answer = requests.put(f"{self.url}/sandbox/v1/faults", json=document, timeout=30)
        assert answer.ok, answer.text
        return answer.json()

    def world(self, project: str = "flex") -> dict:
        return next(one for one in self.get("world").json()["projects"] if one["name"] == project)

    def twilio(self, project: str = "flex", timeout: float = 20) -> Client:
        """Twilio's library, which believes it talks to Twilio."""
        return Client(ACCOUNTS[project], TOKENS[project], http_client=RedirectedClient(self.url, timeout))


class RedirectedClient(TwilioHttpClient):
    """Sends what is meant for `https://X.twilio.com/…` to `<sandbox>/api/X/…`, and nothing anywhere else."""

    def __init__(self, sandbox: str, timeout: float):
        super().__init__(timeout=timeout)
        self.sandbox = sandbox
        self.headers: dict[str, str] = {}

    def request(self, method, url, params=None, data=None, headers=None, **others):
        parts = urlsplit(url)
        if parts.hostname.endswith(".twilio.com"):
            product = parts.hostname.removesuffix(".twilio.com")
            url = f"{self.sandbox}/api/{product}{parts.path}" + (f"?{parts.query}" if parts.query else "")
        assert url.startswith(self.sandbox), url
        return super().request(method, url, params, data, (headers or {}) | self.headers, **others)


class Receiver:
    """An HTTP server for webhooks: keeps what came and answers as told."""

    def __init__(self):
        self.received: list[dict] = []
        self.status = 204
        self.body = b""
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                receiver.take(self, body)

            do_GET = do_POST

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def take(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        form = parse_qs(body.decode(), keep_blank_values=True, strict_parsing=bool(body))
        fields = {name: values[0] if len(values) == 1 else values for name, values in form.items()}
        status = self.statuses.pop(0) if self.statuses else self.status
        self.received.append(
            {"path": handler.path, "headers": dict(handler.headers), "form": fields, "body": body, "status": status}
        )
        handler.send_response(status)
        answer = b"" if status == 204 else self.body
        if status != 204:
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(answer)))
        handler.end_headers()
        handler.wfile.write(answer)

    def events(self, event: str | None = None) -> list[dict]:
        """The parameters of what came, in the order it came."""
        return [one["form"] for one in list(self.received) if event in (None, one["form"].get("EventType"))]

    def wait(self, event: str, count: int = 1, timeout: float = 30.0) -> list[dict]:
        wait_until(lambda: len(self.events(event)) >= count, timeout, f"{count} {event} (came: {self.names()})")
        return self.events(event)

    def names(self) -> list[str]:
        return [form.get("EventType", "?") for form in self.events()]

    def verify_all(self, token: str) -> int:
        """Has Twilio's library check every signature; how many there were."""
        validator = RequestValidator(token)
        for one in list(self.received):
            signature = one["headers"]["X-Twilio-Signature"]
            assert validator.validate(self.url + one["path"], Parameters(one["form"]), signature), one
        return len(self.received)

    def __enter__(self) -> Receiver:
        self.thread.start()
        return self

    def __exit__(self, *_) -> None:
        self.server.shutdown()
        self.server.server_close()
