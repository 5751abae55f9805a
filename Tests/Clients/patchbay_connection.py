"""One session on `bus.sock`: a DEALER, its heartbeat and the matching of answers to requests.

The socket never leaves the thread that opened it. Other threads queue frames and write an eventfd.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from concurrent.futures import Future
from pathlib import Path
from typing import Callable

import zmq

from patchbay_wire import Frame, FrameType, Json, PatchbayError, WireError

SILENCE = 12.0  # seconds without a word on an open connection; then the Broker is taken for hung
DEFAULT_TIMEOUT = 10.0  # seconds a synchronous request waits for its answer
HELLO_PATIENCE = 2.0  # seconds for a welcome; ZeroMQ does not say that nothing listens on a socket's file

# Frames that answer a request by its `ref`.
ANSWERS = {
    FrameType.WELCOME, FrameType.PONG, FrameType.PUBLISHED, FrameType.JOINED, FrameType.SETTLED, FrameType.REPLIED,
    FrameType.MAP_VALUE, FrameType.MAP_ENTRIES, FrameType.RECORDS, FrameType.SLICES, FrameType.DONE, FrameType.FAILURE,
}  # fmt: skip


class Refused(PatchbayError):
    """A `failure` frame: the Broker refused this request."""


class SessionLost(PatchbayError):
    """The session is over; what was unanswered may or may not have happened."""


class NoAnswer(PatchbayError):
    """Nothing came within the time that the caller gave."""


def failure(body: Json, error: type[PatchbayError] = Refused) -> PatchbayError:
    value = body.value or {}
    return error(value.get("code", "?"), value.get("message", ""), bool(value.get("retryable", False)))


class Dealer:
    """A bare DEALER as the page asks for it: no linger, no reconnect. Sends and receives frames, nothing else."""

    def __init__(self, run_dir: Path | str, receive_high_water_mark: int = 0):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.setsockopt(zmq.RECONNECT_IVL, -1)
        self.socket.setsockopt(zmq.SNDHWM, 0)
        self.socket.setsockopt(zmq.RCVHWM, receive_high_water_mark)
        self.disconnected = self.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)  # readable when the Broker is gone
        self.socket.connect(f"ipc://{run_dir}/bus.sock")

    def send(self, frame: Frame | bytes) -> None:
        try:
            self.socket.send(frame if isinstance(frame, bytes) else frame.encode(), zmq.DONTWAIT)
        except zmq.Again:  # nothing but a lost connection stops an unbounded queue
            raise SessionLost("session.disconnected", "there is no connection to the Broker", True) from None

    def receive(self, timeout: float = DEFAULT_TIMEOUT) -> Frame:
        return Frame.decode(self.receive_bytes(timeout))

    def receive_bytes(self, timeout: float = DEFAULT_TIMEOUT) -> bytes:
        if not self.socket.poll(int(timeout * 1000)):
            raise NoAnswer("client.timeout", f"no frame within {timeout} s")
        return self.socket.recv()

    def hello(self, timeout: float = DEFAULT_TIMEOUT, **fields) -> dict:
        """Says hello and returns the welcome; a `close` or `failure` is raised as `Refused`."""
        self.send(Frame(FrameType.HELLO, Json(fields), ref=0))
        answer = self.receive(timeout)
        if answer.type in (FrameType.CLOSE, FrameType.FAILURE):
            raise failure(answer.body)
        if answer.type is not FrameType.WELCOME:
            raise WireError("wire.malformed", f"{answer.type.name} came instead of a welcome")
        return answer.body.value

    def close(self) -> None:
        self.socket.disable_monitor()
        self.socket.close()

    def __enter__(self) -> Dealer:
        return self

    def __exit__(self, *_) -> None:
        self.close()


class Connection:
    """A session kept alive by a thread of its own.

    `on_frame` is called on that thread with every frame that is no answer (deliver, revoked, request), and must not
    block. When the session ends every open request fails with `SessionLost` and `on_end` is called once.
    """

    def __init__(
        self,
        run_dir: Path | str,
        hello: dict,
        on_frame: Callable[[Frame], None],
        on_end: Callable[[PatchbayError], None],
        timeout: float = DEFAULT_TIMEOUT,
    ):
        self._run_dir, self._hello, self._timeout = run_dir, hello, timeout
        self._on_frame, self._on_end = on_frame, on_end
        self._lock = threading.Lock()
        self._outgoing: deque[bytes] = deque()
        self._pending: dict[int, Future] = {}
        self._next_ref = 1 << 32  # publishes use the small numbers as sequence
        self._ended: PatchbayError | None = None
        self._is_closing = False
        self._wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        welcomed: Future = Future()
        self._thread = threading.Thread(target=self._run, args=(welcomed,), name="patchbay-session", daemon=True)
        self._thread.start()
        try:
            self.welcome: dict = welcomed.result()
        except BaseException:
            self._thread.join()
            os.close(self._wake)
            raise

    # Any thread

    @property
    def ended(self) -> PatchbayError | None:
        return self._ended

    def request(self, type: FrameType, body, ref: int | None = None) -> Future:
        """Sends a frame and returns what becomes its answer."""
        future: Future = Future()
        with self._lock:
            if self._ended or self._is_closing:
                raise self._ended or SessionLost("client.closed", "the client was closed")
            if ref is None:
                ref, self._next_ref = self._next_ref, self._next_ref + 1
            self._pending[ref] = future
            self._outgoing.append(Frame(type, body, self.session, ref).encode())
        os.eventfd_write(self._wake, 1)
        return future

    def tell(self, type: FrameType, body, ref: int = 0) -> None:
        """Sends a frame that has no answer."""
        with self._lock:
            if self._ended or self._is_closing:
                raise self._ended or SessionLost("client.closed", "the client was closed")
            self._outgoing.append(Frame(type, body, self.session, ref).encode())
        os.eventfd_write(self._wake, 1)

    @property
    def session(self) -> int:
        return self.welcome["session"]

    def close(self) -> None:
        with self._lock:
            if self._is_closing:
                return
            self._is_closing = True
        os.eventfd_write(self._wake, 1)
        self._thread.join()
        os.close(self._wake)

    # The session's thread

    def _run(self, welcomed: Future) -> None:
        try:
            dealer, self.welcome = self._enter()
        except BaseException as error:
            self._ended = error if isinstance(error, PatchbayError) else SessionLost("client.broken", repr(error))
            welcomed.set_exception(error)
            return
        with dealer:
            welcomed.set_result(self.welcome)
            try:
                self._pump(dealer, self.welcome["heartbeat_ms"] / 1000)
                reason = SessionLost("client.closed", "the client was closed")
            except PatchbayError as error:
                reason = error
            except BaseException as error:  # never leave a caller waiting
                reason = SessionLost("client.broken", repr(error))
            self._end(reason)

    def _enter(self) -> tuple[Dealer, dict]:
        """A dealer that was welcomed: a hello that stays unanswered is said again on a new one, until the time is over."""
        deadline = time.monotonic() + self._timeout
        while True:
            dealer = Dealer(self._run_dir)
            try:
                patience = max(0.0, min(HELLO_PATIENCE, deadline - time.monotonic()))
                return dealer, dealer.hello(patience, **self._hello)
            except BaseException as error:
                dealer.close()
                if not isinstance(error, NoAnswer) or time.monotonic() >= deadline:
                    raise

    def _pump(self, dealer: Dealer, heartbeat: float) -> None:
        poller = zmq.Poller()
        poller.register(dealer.socket, zmq.POLLIN)
        poller.register(self._wake, zmq.POLLIN)
        poller.register(dealer.disconnected, zmq.POLLIN)
        heard = said = time.monotonic()
        while True:
            now = time.monotonic()
            if now - heard > SILENCE:
                raise SessionLost("session.silent", f"no frame of the Broker for {now - heard:.1f} s", True)
            if now - said >= heartbeat / 2:
                dealer.send(Frame(FrameType.PING, session=self.session))
                said = now
            ready = dict(poller.poll(int(max(said + heartbeat / 2 - now, 0) * 1000) + 1))
            if self._wake in ready:
                os.eventfd_read(self._wake)
                if self._send_waiting(dealer):
                    said = time.monotonic()
                if self._is_closing:
                    dealer.send(Frame(FrameType.GOODBYE, session=self.session))
                    dealer.socket.setsockopt(zmq.LINGER, 100)  # time for the goodbye to leave
                    return
            if dealer.socket in ready:
                self._receive_waiting(dealer)
                heard = time.monotonic()
            if dealer.disconnected in ready:
                self._receive_waiting(dealer)  # a close that came before
                raise SessionLost("session.disconnected", "the Broker closed the connection or ended", True)

    def _send_waiting(self, dealer: Dealer) -> bool:
        with self._lock:
            frames, self._outgoing = self._outgoing, deque()
        for frame in frames:
            dealer.send(frame)
        return bool(frames)

    def _receive_waiting(self, dealer: Dealer) -> None:
        while dealer.socket.poll(0):
            self._take(Frame.decode(dealer.socket.recv()))

    def _take(self, frame: Frame) -> None:
        if frame.type is FrameType.CLOSE:
            raise failure(frame.body, SessionLost)
        if frame.type is FrameType.FAILURE and (frame.body.value or {}).get("code") == "session.unknown":
            raise failure(frame.body, SessionLost)
        if frame.type not in ANSWERS:
            self._on_frame(frame)
            return
        with self._lock:
            future = self._pending.pop(frame.ref, None)
        if future is None:
            return  # a pong, or the answer to a request that nobody waits for
        if frame.type is FrameType.FAILURE:
            future.set_exception(failure(frame.body))
        else:
            future.set_result(frame.body)

    def _end(self, reason: PatchbayError) -> None:
        with self._lock:
            self._ended = reason
            pending, self._pending = self._pending, {}
        for future in pending.values():
            future.set_exception(SessionLost(reason.code, reason.message, reason.retryable))
        self._on_end(reason)
