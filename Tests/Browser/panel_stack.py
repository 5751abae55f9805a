"""Broker, Sandbox, Gateway and patchbay-crm for the panel's tests: agents who sign in, customers who call."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from console_process import SECRET, token
from sandbox_process import tokens_in_environment

sys.path += [str(Path(__file__).resolve().parents[1] / folder) for folder in ("Clients", "Integration")]

from crm_stack import CRMStack  # noqa: E402
from sync_stack import binary, spawn  # noqa: E402

AGENT, COLLEAGUE = "agent.one", "agent.two"
PROCESSES = ("broker", "sandbox", "gateway", "crm-1")


class PanelStack(CRMStack):
    """The stack of the CRM's own tests, with sign-in by tokens and one outcome that is required."""

    def __init__(self):
        codes = ["solved=Solved", "other=Something else*"]
        super().__init__(crm={"dispositions": [{"queue": "*", "required": True, "codes": codes}]})
        settings = json.loads(self.config.read_text())
        settings["gateway"]["auth"] = {"development_url": f"{self.sandbox_url}/dev/token"}
        settings["sandbox"]["dev_login_origins"] = [self.gateway_url]
        self.config.write_text(json.dumps(settings))
        self.url = self.gateway_url

    def _launch(self, name: str) -> None:
        kind, _, instance = name.partition("-")
        command = [binary(f"patchbay-{kind}"), f"--config={self.config}", *([f"--instance={instance}"] if instance else [])]
        secrets = {"PATCHBAY_GATEWAY_AUTH_JWT_SECRET": SECRET, "PATCHBAY_SANDBOX_DEV_LOGIN_SECRET": SECRET}
        self.processes[name] = spawn(command, self.base / f"{name}.log", tokens_in_environment() | secrets, self.base)

    def token(self, agent: str = AGENT) -> str:
        return token(agent, "agent")

    def logs(self) -> str:
        return "\n".join(f"--- {name}\n{self.log(name)}" for name in PROCESSES)
