"""Fixtures of the foreign-client tests: a real Broker, and the library that takes its power away."""

from __future__ import annotations

import os
import tempfile
import zlib

import hypothesis.configuration
import pytest
from hypothesis import HealthCheck, settings

import power_loss
import whole_answers
from broker_process import Broker, binary
from patchbay_client import Client, event

# Derandomised by default, so that a run repeats; `HYPOTHESIS_PROFILE=explore` looks for new cases and prints how to
# repeat them.
hypothesis.configuration.set_hypothesis_home_dir(os.path.join(tempfile.gettempdir(), "patchbay-hypothesis"))
QUIET = {"database": None, "deadline": None, "print_blob": True, "suppress_health_check": list(HealthCheck)}
settings.register_profile("repeat", derandomize=True, **QUIET)
settings.register_profile("explore", **QUIET)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))


whole_answers.install()


@pytest.fixture(autouse=True)
def answers_are_whole():
    """Twilio's library found every member that it looked for in the Sandbox's answers."""
    whole_answers.missing.clear()
    yield
    assert sorted(whole_answers.missing) == []


@pytest.fixture(scope="session")
def powerloss_library(tmp_path_factory):
    return power_loss.build(tmp_path_factory.mktemp("powerloss"))


@pytest.fixture(scope="session")
def broker_binary():
    path = binary("patchbay-broker")
    if not os.access(path, os.X_OK):
        pytest.fail(
            f"No executable at {path}: run `swift build`, or set PATCHBAY_BIN_DIR to where it is.", pytrace=False
        )
    return path


@pytest.fixture
def make_broker(broker_binary, request):
    """Makes Brokers that are gone after the test; prints their logs when it failed."""
    made: list[Broker] = []

    def make(*arguments, **settings) -> Broker:
        made.append(Broker(*arguments, **settings))
        return made[-1]

    yield make
    for broker in made:
        if getattr(request.node, "has_failed", False):
            print(f"--- log of {broker.base}\n{broker.log()[-8000:]}")
        broker.close()


@pytest.fixture
def broker(make_broker):
    """A running Broker with an empty journal."""
    return make_broker().start()


@pytest.fixture
def busy_broker(broker):
    """A Broker that has something to tell: events, a group with open deliveries, a dead letter, a map."""
    bus = broker.client()
    bus.publish(*(event("t.metrics", f"k{n}", f"metrics-{n}", {"n": n}) for n in range(10)))
    bus.put("pairs", "CH1", b"CH2")
    group = bus.join("metrics.group", filters=["t.>"])
    first, second, _ = group.deliveries(count=3)
    group.ack(first)
    group.term(second, reason="for the dead letters")
    return broker


@pytest.fixture(scope="module")
def shared_broker(broker_binary):
    """A running Broker that the tests of a module share: each uses topics, groups and maps of its own."""
    with Broker() as broker:
        yield broker.start()


@pytest.fixture
def name(request) -> str:
    """A name of the test's own, for its groups, maps and keys."""
    readable = "".join(c if c.isalnum() else "-" for c in request.node.name.removeprefix("test_"))[:40]
    return f"{readable}-{zlib.crc32(request.node.name.encode()):08x}"


@pytest.fixture
def bus(shared_broker):
    """A client that may do everything."""
    with Client(shared_broker.run_dir, role="operator") as client:
        yield client


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.has_failed = report.failed
    return report
