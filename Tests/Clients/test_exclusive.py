"""Two Brokers never serve one directory or one socket: the second is refused, and told by whom."""

from __future__ import annotations

import grp
import os

import pytest

from patchbay_client import event


@pytest.mark.parametrize("shared", ["state_dir", "run_dir"])
def test_second_broker_is_refused_with_the_owners_pid(broker, make_broker, shared):
    second = make_broker()
    setattr(second, shared, getattr(broker, shared))
    second.launch()
    assert second.wait() != 0
    assert str(broker.pid) in second.log(), second.log()
    with_client = broker.client()
    assert with_client.publish(event("t.x", "k", "1"))[0].is_stored


@pytest.mark.parametrize("shared", ["state_dir", "run_dir"])
def test_next_broker_starts_when_the_first_was_killed(broker, make_broker, shared):
    broker.kill()
    second = make_broker()
    setattr(second, shared, getattr(broker, shared))
    second.start()


def test_sockets_are_for_their_owner_and_group(broker):
    assert os.stat(broker.run_dir).st_mode & 0o777 == 0o750
    assert os.stat(broker.run_dir / "bus.sock").st_mode & 0o777 == 0o660
    # Without the group whose members may see everything, nobody but the owner watches.
    has_group = any(entry.gr_name == "patchbay-tap" for entry in grp.getgrall())
    assert os.stat(broker.run_dir / "tap.sock").st_mode & 0o777 == (0o660 if has_group else 0o600)


def test_socket_path_that_is_too_long_is_refused_by_name(make_broker):
    broker = make_broker()
    broker.run_dir = broker.base / ("r" * 100)
    broker.launch()
    assert broker.wait() == 78
    assert "107" in broker.log()
