"""A Sandbox that is Dataverse and Entra, and clients that do not know it."""

from __future__ import annotations

import requests
from sandbox_process import Sandbox

TENANT = "00000000-0000-4000-8000-00000000da7a"
CLIENT_ID = "00000000-0000-4000-8000-0000000c11e7"
SECRET = "odata-client-secret-0123456789"


class Dataverse(Sandbox):
    """`contacts` are seeded; further settings are those of `sandbox.dataverse`."""

    def __init__(self, contacts: int = 0, **settings):
        world = {"tenant": TENANT, "client_id": CLIENT_ID, "contacts": contacts} | settings
        super().__init__(**{f"dataverse.{name}": value for name, value in world.items()})
        self.environment = self.environment | {"PATCHBAY_SANDBOX_DATAVERSE_CLIENT_SECRET": SECRET}
        self.api = f"{self.url}/api/data/v9.2/"

    def token(self, version: str = "v2.0/", **form) -> requests.Response:
        """What Entra says to a request for a token by client credentials, or to what the form says instead."""
        fields = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "client_secret": SECRET}
        fields |= {"scope": f"{self.url}/.default"} if version else {"resource": self.url}
        return requests.post(f"{self.url}/entra/{TENANT}/oauth2/{version}token", data=fields | form, timeout=30)

    def session(self, **headers: str) -> requests.Session:
        """A session with a token, and these headers in each request."""
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {self.token().json()['access_token']}"
        session.headers["Accept"] = "application/json"
        session.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
        return session

    def rows(self, table: str, rows: list[dict]) -> None:
        answer = requests.post(f"{self.url}/sandbox/v1/dataverse/rows/{table}", json=rows, timeout=60)
        assert answer.ok, f"{answer.status_code} {answer.text}"
