"""A small CRM over HTTP, with faults, that counts every activity it was ever told to create."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "crm-test-token"


class CRMServer:
    """Activities by id, and each creation; `fault` decides about one write: None, "refuse", "hang", "late", "429", "500".

    `late` does it and answers after the client has given up; `hang` never answers and does nothing.
    """

    def __init__(self, fault=lambda number: None, upsert: bool = True):
        self.fault = fault
        self.upsert = upsert
        self.lock = threading.Lock()
        self.writes = 0
        self.most = 0
        self.running = 0
        self.activities: dict[str, dict] = {}
        self.created: list[str] = []
        self.revisions: list[tuple[str, int]] = []
        self.times: list[float] = []
        self.port = 0
        self.server: ThreadingHTTPServer | None = None

    def start(self) -> CRMServer:
        crm = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                self.answer(200, {})

            def parse_request(self):
                # Connections that are kept open end with the server.
                if crm.server is None:
                    self.close_connection = True
                    return False
                return super().parse_request()

            def do_PUT(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                crm.write(self, self.path.rsplit("/", 1)[1], body)

            def answer(self, status: int, body: dict, headers: dict | None = None):
                data = json.dumps(body).encode()
                try:
                    self.send_response(status)
                    for name, value in (headers or {}).items():
                        self.send_header(name, value)
                    self.send_header("Content-Length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except OSError:
                    self.close_connection = True  # the client has gone

            def log_message(self, *_):
                pass

        ThreadingHTTPServer.daemon_threads = True
        ThreadingHTTPServer.request_queue_size = 128
        self.server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def stop(self) -> None:
        """Nobody listens on the port any more."""
        server, self.server = self.server, None
        if server:
            server.shutdown()
            server.server_close()

    def write(self, handler, activity: str, body: bytes) -> None:
        if handler.headers.get("Authorization") != f"Bearer {TOKEN}":
            return handler.answer(401, {})
        with self.lock:
            self.writes += 1
            self.running += 1
            self.most = max(self.most, self.running)
            self.times.append(time.monotonic())
            fault = self.fault(self.writes)
        try:
            if fault == "429":
                return handler.answer(429, {}, {"Retry-After": "1"})
            if fault == "500":
                return handler.answer(500, {})
            if fault == "refuse":
                return handler.answer(422, {"field": "dispositionCode"})
            if fault == "hang":
                time.sleep(3)
                handler.close_connection = True
                return None
            status = self.keep(activity, json.loads(body))
            if fault == "late":
                time.sleep(2)
            return handler.answer(status, {"id": activity})
        finally:
            with self.lock:
                self.running -= 1

    def keep(self, activity: str, log: dict) -> int:
        with self.lock:
            # The negative control: a CRM that does not know our id makes a new record of every write.
            known = activity if self.upsert else f"{activity}-{len(self.created)}"
            is_new = known not in self.activities
            if is_new:
                self.created.append(known)
            if is_new or log["revision"] >= self.activities[known]["revision"]:
                self.activities[known] = log
            self.revisions.append((log["interactionId"], log["revision"]))
            return 201 if is_new else 200
