"""What several modules of these tests start from."""

from __future__ import annotations

import pytest

from sync_stack import SyncStack


@pytest.fixture
def plain():
    with SyncStack() as stack:
        yield stack
