"""Sites of several names over TLS on this machine, and a Chromium that finds them, trusts them and blocks third-party cookies.

`Sites` serves `https://crm.test`, `https://patchbay.test` and whatever other names a test asks for from one port: the browser's
resolver rules lead every name there, and the Host header tells them apart. A name serves folders, single pages, or a running
plain-HTTP server (streams included). For the browser these are different sites: frames are third party for real.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import http.client
import json
import mimetypes
import queue
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import BrowserContext, Playwright

NAMES = ("crm.test", "patchbay.test", "evil.test", "flex.test")
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "proxy-authenticate", "content-length", "host"}
UPSTREAM_SECONDS = 300
mimetypes.add_type("text/javascript", ".js")


class EventStream:
    """Server-sent events of a test: what `send` is given goes to every connection that is open then."""

    def __init__(self, headers: dict[str, str]):
        self.headers = headers
        self.requests: list[dict[str, str]] = []
        self._connections: list[queue.SimpleQueue] = []
        self._number = 0

    def send(self, topic: str, data: dict) -> None:
        self._number += 1
        text = f"id: {self._number}\nevent: {topic}\ndata: {json.dumps({'type': topic, 'data': data})}\n\n"
        for connection in self._connections:
            connection.put(text.encode())

    def end(self) -> None:
        """Ends all connections, as a server that restarts does."""
        while self._connections:
            self._connections.pop().put(None)

    @property
    def readers(self) -> int:
        return len(self._connections)

    def serve(self, headers: dict[str, str], write: Callable) -> None:
        connection: queue.SimpleQueue = queue.SimpleQueue()
        self.requests.append({name.lower(): value for name, value in headers.items()})
        self._connections.append(connection)
        try:
            write(b":\n\n")
            while (text := connection.get()) is not None:
                write(text)
        except OSError:
            pass
        finally:
            with contextlib.suppress(ValueError):
                self._connections.remove(connection)


@dataclass
class Site:
    """What one name serves; the longest prefix that fits is taken."""

    folders: dict[str, Path] = field(default_factory=dict)
    pages: dict[str, tuple[bytes, str, dict[str, str]]] = field(default_factory=dict)
    proxies: dict[str, str] = field(default_factory=dict)
    functions: dict[str, Callable] = field(default_factory=dict)
    streams: dict[str, EventStream] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class Sites:
    """One TLS server for all names. Use as a context manager, or call `start` and `stop`."""

    def __init__(self, base: Path, names: tuple[str, ...] = NAMES):
        self.base = base
        self.names = names
        self.sites = {name: Site() for name in names}
        authority = trustme.CA()
        certificate = authority.issue_cert(*names)
        self._fingerprint = spki(certificate.cert_chain_pems[0].bytes())
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate.configure_cert(self._context)
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.sites = self
        self._server.tls = self._context
        self.port = self._server.server_address[1]
        self._contexts: list[BrowserContext] = []

    def __enter__(self) -> Sites:
        return self.start()

    def __exit__(self, *_) -> None:
        self.stop()

    def start(self) -> Sites:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        for context in self._contexts:
            with contextlib.suppress(Exception):
                context.close()
        for site in self.sites.values():
            for stream in site.streams.values():
                stream.end()
        self._server.shutdown()
        self._server.server_close()

    def folder(self, name: str, prefix: str, folder: Path) -> None:
        self.sites[name].folders[prefix] = folder

    def page(self, name: str, path: str, body: str, kind: str = "text/html; charset=utf-8", headers: dict | None = None) -> None:
        self.sites[name].pages[path] = (body.encode(), kind, headers or {})

    def json(self, name: str, path: str, value) -> None:
        self.page(name, path, json.dumps(value), "application/json")

    def proxy(self, name: str, prefix: str, origin: str) -> None:
        """Leads requests below `prefix` to a server at `origin` (`http://127.0.0.1:port`); answers are streamed."""
        self.sites[name].proxies[prefix] = origin

    def function(self, name: str, path: str, answer: Callable) -> None:
        """`answer(method, headers, body) -> (status, document, headers)` for tests that look at requests."""
        self.sites[name].functions[path] = answer

    def stream(self, name: str, path: str, headers: dict[str, str]) -> EventStream:
        self.sites[name].streams[path] = EventStream(headers)
        return self.sites[name].streams[path]

    def browser(self, playwright: Playwright, chromium: str, profile: str = "profile", blocks: bool = True, **options) -> BrowserContext:
        """A browser with a profile of its own, in which every tab shares its storage as the tabs of one person do.

        `blocks`: third-party cookies are blocked, and with them a framed page's storage and locks.
        """
        directory = self.base / profile
        preferences = directory / "Default" / "Preferences"
        preferences.parent.mkdir(parents=True, exist_ok=True)
        # 1 is "block third-party cookies"; the older name of the same choice is read by older versions.
        preferences.write_text(json.dumps({"profile": {"cookie_controls_mode": int(blocks), "block_third_party_cookies": blocks}}))
        rules = ", ".join(f"MAP {name} 127.0.0.1:{self.port}" for name in self.names)
        context = playwright.chromium.launch_persistent_context(
            directory,
            executable_path=chromium,
            args=["--no-sandbox", f"--host-resolver-rules={rules}", f"--ignore-certificate-errors-spki-list={self._fingerprint}"],
            **options,
        )
        self._contexts.append(context)
        return context


def spki(pem: bytes) -> str:
    """SHA-256 of a certificate's public key, as Chromium's switch takes it."""
    key = x509.load_pem_x509_certificate(pem).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    sites: Sites
    tls: ssl.SSLContext

    def finish_request(self, request, client_address):
        # In the connection's own thread: a slow handshake holds up nobody else.
        with contextlib.suppress(OSError, ssl.SSLError):
            request.settimeout(UPSTREAM_SECONDS)
            super().finish_request(self.tls.wrap_socket(request, server_side=True), client_address)

    def handle_error(self, request, client_address):
        pass


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do(self) -> None:
        site = self.server.sites.sites.get(self.headers.get("Host", "").split(":")[0])
        if site is None:
            return self._send(421, b"", "text/plain", {})
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if path == "/favicon.ico" and path not in site.pages:
            # A browser asks for this one by itself.
            return self._send(204, b"", "text/plain", {})
        if path in site.streams and self.command == "GET":
            return self._stream(site.streams[path])
        if path in site.functions:
            status, document, headers = site.functions[path](self.command, self.headers, body)
            return self._send(status, json.dumps(document).encode(), "application/json", site.headers | headers)
        if path in site.pages:
            content, kind, headers = site.pages[path]
            return self._send(200, content, kind, site.headers | headers)
        served = max(
            [(prefix, folder) for prefix, folder in [*site.folders.items(), *site.proxies.items()] if path.startswith(prefix)],
            key=lambda one: len(one[0]), default=None,
        )  # fmt: skip
        if served is None:
            return self._send(404, b"", "text/plain", {})
        prefix, target = served
        return self._proxy(target, body) if isinstance(target, str) else self._file(site, target, path.removeprefix(prefix))

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = do_HEAD = do

    def _file(self, site: Site, folder: Path, rest: str) -> None:
        path = (folder / rest.lstrip("/")).resolve()
        if path.is_dir():
            path = path / "index.html"
        if not path.is_file() or folder.resolve() not in path.parents:
            return self._send(404, b"", "text/plain", {})
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
        return self._send(200, path.read_bytes(), kind, site.headers | headers)

    def _send(self, status: int, content: bytes, kind: str, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Type": kind, "Cache-Control": "no-store"} | headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def _stream(self, stream: EventStream) -> None:
        self.close_connection = True
        self.send_response(200)
        for name, value in ({"Content-Type": "text/event-stream", "Cache-Control": "no-store", "Connection": "close"} | stream.headers).items():
            self.send_header(name, value)
        self.end_headers()

        def write(data: bytes) -> None:
            self.wfile.write(data)
            self.wfile.flush()

        stream.serve(dict(self.headers), write)

    def _proxy(self, origin: str, body: bytes) -> None:
        """Hands a request on and streams the answer; the Host header stays that of the site."""
        upstream = http.client.HTTPConnection(urlsplit(origin).netloc, timeout=UPSTREAM_SECONDS)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        headers |= {"Host": self.headers["Host"], "X-Forwarded-Proto": "https", "Connection": "close"}
        self.close_connection = True
        try:
            upstream.request(self.command, self.path, body=body or None, headers=headers)
            answer = upstream.getresponse()
        except OSError:
            upstream.close()
            return self._send(502, b"", "text/plain", {})
        try:
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            while chunk := answer.read1(65_536):
                self.wfile.write(chunk)
                self.wfile.flush()
        except OSError:
            pass
        finally:
            upstream.close()
