"""Measures the console with 10,000 rows in Chromium; part of deploy/bench.

A time is from the action to the end of the frame that shows what came of it. Browser and all processes share the machine.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "Tests" / "Browser")]
os.environ.setdefault("PATCHBAY_BIN_DIR", str(ROOT / ".build" / "release"))

from conftest import CHROMIUM  # noqa: E402
from console_process import ConsoleStack  # noqa: E402
from console_speed import measure, middle, open_ten_thousand  # noqa: E402
from console_window import ConsoleWindow  # noqa: E402


def figures(quick: bool):
    """Yields (name, value, unit): the median action, the slowest one's median, the slowest of all."""
    with tempfile.TemporaryDirectory(prefix="pb-") as base, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        stack = ConsoleStack(Path(base))
        try:
            window = ConsoleWindow(browser, stack.start())
            times = measure(open_ten_thousand(window), 3 if quick else 10)
            window.close()
        finally:
            stack.close()
            browser.close()
    middles = {action: middle(each) for action, each in times.items()}
    yield "console_action_p50", middle(list(middles.values())), "ms"
    for kind in ("filter", "sort", "scroll"):
        yield f"console_{kind}_p50", max(each for action, each in middles.items() if action.split()[1] == kind), "ms"
    yield "console_action_max", max(max(each) for each in times.values()), "ms"


if __name__ == "__main__":
    for name, value, unit in figures("--quick" in sys.argv):
        print(json.dumps({"name": name, "value": round(value, 1), "unit": unit}), flush=True)
