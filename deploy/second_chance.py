"""
Runs pytest and gives the tests that failed one second chance: again, alone, one after the other, without xdist.

    second_chance.py RESULT [PYTEST ARGUMENTS]

At most FLAKY_LIMIT of a run get it; more than that, a file that cannot be read, or an end that no test explains are
failures at once. What failed first stays in the output; the names of those that passed afterwards are written into the
file RESULT, a line each, and told at the end. What fails again fails the run. See docs/decisions/0015-second-chance.md.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

# Tests of one run that may be run again.
FLAKY_LIMIT = 3
# pytest's exit status when tests have failed, and nothing else has gone wrong.
TESTS_FAILED = 1
# Where the plugin leaves its record.
RECORD = "PATCHBAY_TEST_RECORD"


class Recorder:
    """The plugin's part: which tests failed, which passed, and what else went wrong."""

    def __init__(self, path: str):
        self.path = path
        self.failed: dict[str, None] = {}
        self.passed: set[str] = set()
        self.unreadable: list[str] = []

    def pytest_runtest_logreport(self, report):
        # A fixture's failure is its test's, and so is the death of a worker of xdist.
        if report.failed:
            self.failed[report.nodeid] = None
        elif report.when == "call" and report.passed:
            self.passed.add(report.nodeid)

    def pytest_collectreport(self, report):
        if report.failed:
            self.unreadable.append(report.nodeid)

    def pytest_sessionfinish(self, session):
        record = {
            "failed": [*self.failed],
            "passed": sorted(self.passed - {*self.failed}),
            "unreadable": self.unreadable,
        }
        Path(self.path).write_text(json.dumps(record))


def pytest_configure(config):
    # Only where all reports come together: not in a worker of xdist.
    if RECORD in os.environ and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(os.environ[RECORD]))


@dataclass(frozen=True)
class Run:
    status: int
    failed: list[str]
    passed: list[str]
    unreadable: list[str]

    @property
    def deserves_a_second_chance(self) -> bool:
        return self.status == TESTS_FAILED and not self.unreadable and 0 < len(self.failed) <= FLAKY_LIMIT


def run(arguments: list[str], cache: Path) -> Run:
    record = cache / "record.json"
    record.unlink(missing_ok=True)
    here = str(Path(__file__).resolve().parent)
    environment = os.environ | {
        RECORD: str(record),
        "PYTHONPATH": os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH")])),
    }
    options = ["-p", "second_chance", "-o", f"cache_dir={cache / 'pytest'}"]
    status = subprocess.run([sys.executable, "-m", "pytest", *arguments, *options], env=environment).returncode
    found = json.loads(record.read_text()) if record.exists() else {"failed": [], "passed": [], "unreadable": []}
    return Run(status, **found)


def main(result: Path, arguments: list[str]) -> int:
    result.parent.mkdir(parents=True, exist_ok=True)
    result.write_text("")
    cache = Path(tempfile.mkdtemp(prefix="pb-second-chance-"))
    try:
        first = run(arguments, cache)
        if not first.deserves_a_second_chance:
            if len(first.failed) > FLAKY_LIMIT:
                tell(f"{len(first.failed)} tests failed, more than {FLAKY_LIMIT}: no second chance.")
            return first.status
        tell(f"{count(first.failed)} failed, as told above. Once more, alone:", first.failed)
        second = run([*arguments, "-n", "0", "--last-failed", "--last-failed-no-failures=none"], cache)
    finally:
        shutil.rmtree(cache, ignore_errors=True)
    # Not only "nothing failed": each of them has to have run, and passed.
    again = [test for test in first.failed if test not in second.passed]
    if second.status or again:
        tell("Failed again:", again or second.failed)
        return second.status or TESTS_FAILED
    result.write_text("".join(f"{test}\n" for test in first.failed))
    tell("Flaky, failed at first and passed alone:", first.failed)
    return 0


def count(tests: list[str]) -> str:
    return "1 test" if len(tests) == 1 else f"{len(tests)} tests"


def tell(sentence: str, tests: list[str] = ()) -> None:
    print("\n" + "\n".join([f"second chance: {sentence}", *(f"  {test}" for test in tests)]), flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
