"""What a client raises beside what the Broker refused."""

from __future__ import annotations

from patchbay_wire import PatchbayError, Settled

from .statuses import SETTLE_REFUSED


class EpochWentBack(PatchbayError):
    """The Broker runs in an older epoch than one seen before: it was restored from an older copy."""


class SettleFailed(PatchbayError):
    """A settle that was not done. `settled` says which outcome or write was at fault."""

    CODES = {1: "settle.fenced", 2: "settle.revision_mismatch", 3: "settle.refused", 4: "settle.rejected"}

    def __init__(self, settled: Settled):
        code = self.CODES.get(settled.status, "settle.unknown")
        super().__init__(code, settled.reason, retryable=settled.status == SETTLE_REFUSED)
        self.settled = settled


class CallFailed(PatchbayError):
    """The server ran the call and answered with a failure."""


class CallUnavailable(PatchbayError):
    """No server had room before the deadline: the call certainly did not run."""


class CallUnknown(PatchbayError):
    """The server was lost or the deadline passed: the call may have run."""
