"""Groups: what one member of a group takes and settles."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, Iterable, Iterator

from patchbay_connection import DEFAULT_TIMEOUT
from patchbay_wire import (
    Credit,
    Deliver,
    Delivery,
    FrameType,
    Leave,
    Outcome,
    PatchbayError,
    Revoked,
    Settled,
    SettleOutcome,
)

from .errors import SettleFailed
from .statuses import SETTLE_DONE

if TYPE_CHECKING:
    from .client import Client


class Subscription:
    """One membership in a group: deliveries wait here until they are taken; credit follows what is settled."""

    def __init__(self, bus: Client, joined: dict, events: int, bytes: int):
        self.bus, self.number, self.config, self.floor = bus, joined["subscription"], joined["config"], joined["floor"]
        self.revoked: list[int] = []
        self._waiting: deque[Delivery] = deque()
        self._open: dict[int, Delivery] = {}
        self._changed = threading.Condition()
        bus._adopt(self)
        if events or bytes:
            self.credit(events, bytes)

    def credit(self, events: int, bytes: int) -> None:
        self.bus._connection.tell(FrameType.CREDIT, Credit(self.number, events, bytes))

    def next(self, timeout: float = DEFAULT_TIMEOUT) -> Delivery | None:
        """The next delivery, or None when none came in time; raises what ended the session."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self.bus.ended, timeout)
            if self._waiting:
                return self._waiting.popleft()
            if self.bus.ended:
                raise self.bus.ended
            return None

    def deliveries(self, count: int | None = None, timeout: float = DEFAULT_TIMEOUT) -> Iterator[Delivery]:
        """Up to `count` deliveries; ends when none came for `timeout`."""
        while count is None or count > 0:
            delivery = self.next(timeout)
            if delivery is None:
                return
            count = count - 1 if count is not None else None
            yield delivery

    def settle(
        self, *outcomes: SettleOutcome, publishes=(), writes=(), atomic=False, timeout=DEFAULT_TIMEOUT
    ) -> Settled:
        """Settles, and grants anew the credit of what is finished. Raises `SettleFailed` unless all of it was done."""
        for outcome in outcomes:
            if outcome.kind == Outcome.NAK:
                self._drop_later_of_key(outcome.delivery_id)
        settled = self.bus.settle(self.number, outcomes, publishes, writes, atomic, timeout)
        if settled.status == SETTLE_DONE or not atomic:
            results = zip(outcomes, settled.outcomes)
            self._finish([o.delivery_id for o, status in results if status == 0 and o.kind != Outcome.IN_PROGRESS])
        if settled.status != SETTLE_DONE or any(settled.outcomes):
            raise SettleFailed(settled)
        return settled

    def ack(self, *deliveries: Delivery, **more) -> Settled:
        return self.settle(*(SettleOutcome(d.delivery_id) for d in deliveries), **more)

    def nak(self, delivery: Delivery, delay_ms: int = 0, reason: str = "") -> Settled:
        return self.settle(SettleOutcome(delivery.delivery_id, Outcome.NAK, delay_ms, reason))

    def term(self, delivery: Delivery, reason: str = "") -> Settled:
        return self.settle(SettleOutcome(delivery.delivery_id, Outcome.TERM, 0, reason))

    def in_progress(self, delivery: Delivery) -> Settled:
        return self.settle(SettleOutcome(delivery.delivery_id, Outcome.IN_PROGRESS))

    def leave(self, timeout: float = DEFAULT_TIMEOUT) -> None:
        self.bus._ask(FrameType.LEAVE, Leave(self.number), timeout)

    def wait_revoked(self, delivery: Delivery, timeout: float = DEFAULT_TIMEOUT) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: delivery.delivery_id in self.revoked, timeout)

    # The session's thread

    def _deliver(self, body: Deliver) -> None:
        with self._changed:
            for delivery in body.deliveries:
                self._open[delivery.delivery_id] = delivery
                self._waiting.append(delivery)
            self._changed.notify_all()

    def _revoke(self, body: Revoked) -> None:
        gone = set(body.delivery_ids)
        with self._changed:
            self._waiting = deque(d for d in self._waiting if d.delivery_id not in gone)
            self.revoked += body.delivery_ids
            self._changed.notify_all()
        self._finish(body.delivery_ids)

    def _drop_later_of_key(self, delivery_id: int) -> None:
        """What follows a nak in its key comes again: `revoked` tells so, this does not wait for it."""
        with self._changed:
            first = self._open.get(delivery_id)
            if first:
                later = [d for d in self._waiting if d.record.key == first.record.key and d.offset > first.offset]
                self._waiting = deque(d for d in self._waiting if d not in later)

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _finish(self, delivery_ids: Iterable[int]) -> None:
        with self._changed:
            finished = [d for d in (self._open.pop(id, None) for id in delivery_ids) if d]
        if finished:
            try:
                self.credit(len(finished), sum(len(d.record.encode()) for d in finished))
            except PatchbayError:
                pass  # the session ended: the next one starts with fresh credit
