"""HTTP on the admin socket of a process."""

from __future__ import annotations

import http.client
import socket

from prometheus_client.parser import text_string_to_metric_families


class AdminConnection(http.client.HTTPConnection):
    """A connection to a Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=30)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


def metric(broker, name: str, **labels: str) -> float | None:
    """A figure of the Broker's `/metrics`, None when it has none of this name and labels."""
    connection = AdminConnection(broker.run_dir / "admin-broker.sock")
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == name and labels.items() <= sample.labels.items():
                return sample.value
    return None
