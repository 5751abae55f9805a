"""deploy/second_chance.py: what failed is run again alone, a few of them and once; what fails again fails the run."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from real_process import ROOT

FLAKY = """
def test_flaky(once):
    assert once("flaky")
"""
OK = """
def test_ok():
    pass
"""
BROKEN = """
def test_broken():
    assert False, "always"
"""
CONFTEST = """
import pathlib, pytest

@pytest.fixture
def once(request):
    def is_again(name):
        mark = pathlib.Path(__file__).with_name(name + ".mark")
        was_there = mark.exists()
        mark.touch()
        return was_there
    return is_again
"""


@pytest.fixture
def second_chance(tmp_path):
    """Runs a module of tests in a folder of its own: exit status, output, flaky tests."""
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -ra\n")
    (folder / "conftest.py").write_text(CONFTEST)
    result = tmp_path / "results" / "step.txt"
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "PATCHBAY_TEST"))
    }
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"

    def run(text: str, *arguments: str):
        (folder / "test_it.py").write_text(text)
        command = [sys.executable, ROOT / "deploy" / "second_chance.py", result, folder, "-p", "xdist", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, cwd=tmp_path)
        return done.returncode, done.stdout, result.read_text().splitlines()

    return run


def test_what_passes_is_run_once(second_chance):
    status, output, flaky = second_chance(OK)
    assert (status, flaky) == (0, []) and "second chance" not in output


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["one-process", "xdist"])
def test_a_flaky_test_passes_the_run_and_is_named_with_its_first_failure(second_chance, arguments):
    status, output, flaky = second_chance(OK + FLAKY, *arguments)
    assert (status, flaky) == (0, ["test_it.py::test_flaky"])
    assert output.count("def test_flaky(once):") == 1, "the first failure is in the output"
    assert output.rstrip().endswith("test_it.py::test_flaky")


@pytest.mark.parametrize("arguments", [(), ("-n", "2")], ids=["one-process", "xdist"])
def test_what_fails_again_fails_the_run_beside_a_flaky_one_too(second_chance, arguments):
    status, output, flaky = second_chance(OK + FLAKY + BROKEN, *arguments)
    assert (status, flaky) == (1, [])
    assert "Failed again:\n  test_it.py::test_broken" in output


def test_more_than_three_get_no_second_chance(second_chance):
    many = "".join(FLAKY.replace("flaky", f"flaky_{number}") for number in range(4))
    status, output, flaky = second_chance(many)
    assert (status, flaky) == (1, [])
    assert "4 tests failed, more than 3" in output and "4 failed" in output and "passed" not in output


def test_three_flaky_ones_get_it(second_chance):
    many = "".join(FLAKY.replace("flaky", f"flaky_{number}") for number in range(3))
    status, _, flaky = second_chance(many)
    assert status == 0 and len(flaky) == 3


def test_a_file_that_cannot_be_read_gets_none(second_chance):
    status, output, flaky = second_chance(OK + "import nothing_of_that_name\n")
    assert status != 0 and flaky == [] and "Once more" not in output


def test_a_failure_that_no_test_explains_gets_none(second_chance):
    text = OK + "import os\n\ndef test_dies():\n    os._exit(1)\n"
    status, output, flaky = second_chance(text)
    assert status == 1 and flaky == [] and "Once more" not in output


def test_a_test_that_is_skipped_the_second_time_has_not_passed(second_chance):
    text = "import pytest\n\ndef test_it(once):\n    if once('it'):\n        pytest.skip('not now')\n    assert False\n"
    status, _, flaky = second_chance(text)
    assert status == 1 and flaky == []


def test_a_fixture_that_fails_at_its_end_counts_as_its_test(second_chance):
    fixture = "import pytest\n\n@pytest.fixture\ndef late(once):\n    yield\n    assert once('late')\n\ndef test_it(late):\n    pass\n"
    status, _, flaky = second_chance(fixture)
    assert (status, flaky) == (0, ["test_it.py::test_it"])


def test_a_worker_that_dies_is_its_tests_failure(second_chance):
    text = OK + "import os\n\ndef test_dies(once):\n    once('dies') or os._exit(1)\n"
    status, _, flaky = second_chance(text, "-n", "2")
    assert (status, flaky) == (0, ["test_it.py::test_dies"])


def test_arguments_of_the_first_run_hold_for_the_second(second_chance):
    status, _, flaky = second_chance(FLAKY + BROKEN, "-k", "flaky")
    assert (status, flaky) == (0, ["test_it.py::test_flaky"])
