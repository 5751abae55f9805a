"""promtool of Prometheus itself reads the alert rules, runs their tests, and reads `/metrics` of a real Broker."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from broker_process import ROOT
from test_metrics_format import STORED, scrape_admin, scrape_once_published

DIRECTORY = ROOT / "deploy" / "prometheus"
RULES, RULES_TEST = DIRECTORY / "patchbay.rules.yml", DIRECTORY / "patchbay.rules.test.yml"


def promtool(*arguments: str, cwd: Path = DIRECTORY, text: str = "") -> subprocess.CompletedProcess:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = shutil.which("promtool", path=path)
    if not found:
        pytest.fail("There is no promtool on the path or beside Python: deploy/test fetches it.", pytrace=False)
    return subprocess.run([found, *arguments], cwd=cwd, input=text, capture_output=True, text=True, timeout=60)


def said(done: subprocess.CompletedProcess) -> str:
    return done.stdout + done.stderr


def test_the_rules_are_rules():
    checked = promtool("check", "rules", RULES.name)
    assert checked.returncode == 0, said(checked)
    assert f"{RULES.read_text().count('- alert:')} rules found" in checked.stdout


def test_the_alerts_fire_when_they_should():
    tested = promtool("test", "rules", RULES_TEST.name)
    assert tested.returncode == 0, said(tested)


@pytest.mark.parametrize("alert", ["PatchbaySyncDrift", "PatchbayJournalDamaged"])
def test_a_rule_that_never_fires_is_noticed(tmp_path, alert):
    rules, count = re.subn(rf"(alert: {alert}\n +expr: .*) > (\d+)", r"\1 > 9999999", RULES.read_text())
    assert count == 1
    (tmp_path / RULES.name).write_text(rules)
    shutil.copy(RULES_TEST, tmp_path)
    tested = promtool("test", "rules", RULES_TEST.name, cwd=tmp_path)
    assert tested.returncode != 0 and alert in said(tested), said(tested)


def test_every_metric_of_a_rule_about_the_broker_exists(busy_broker):
    families = scrape_once_published(busy_broker, STORED)
    named = set(re.findall(r"\bpatchbay_broker_\w+", RULES.read_text()))
    assert named and named <= families.keys()


def test_promtool_finds_nothing_wrong_with_the_metrics_of_a_broker(busy_broker):
    scrape_once_published(busy_broker, STORED)
    checked = promtool("check", "metrics", text=scrape_admin(busy_broker))
    assert checked.returncode == 0 and not said(checked), said(checked)


def test_promtool_is_strict():
    wrong = "# HELP patchbay_a A.\n# TYPE patchbay_a counter\npatchbay_a 1\n"
    checked = promtool("check", "metrics", text=wrong)
    assert checked.returncode != 0 and "_total" in said(checked)
