"""The HTTP server: waitress, and patience that ends, so that nobody keeps the dashboard from others by being slow."""

import ipaddress
import logging
import socket
import time
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer

SPARE_THREADS = 8
"""For pages, while every live stream holds a thread."""
CONNECTIONS = 500
MOST_OF_ONE = 120
"""Connections of one address: a gym's phones may come through one, and then keep a second one open besides."""
MOST_SENT_BYTES = 1 << 14
"""A form of ours is much smaller."""
HEAD_BYTES = 1 << 15
OUTPUT_BYTES = 1 << 18
KERNEL_BYTES = 1 << 17
"""Of an answer, in the kernel; what a live page has not read is no news."""
REQUEST_S = 20.0
"""From its first byte on, a request is there after so long, or never."""
HURRIED_S = 2.0
"""The same, and for connections without a request, while no more can be taken."""
IDLE_S = 120
STALLED_S = 20.0
STALLED_BYTES = 20_000
"""So much of an answer that waits is taken within that time, or all of it: 8 kbit a second [ours]."""
CHECK_EVERY_S = 1


class Channel(HTTPChannel):  # type: ignore[misc] # waitress has no types
    """A connection that knows since when it waits for the other end."""

    def __init__(
        self, server: "Server", line: socket.socket, address: tuple[Any, ...], *others: Any, **named: Any
    ) -> None:
        super().__init__(server, line, address, *others, **named)
        theirs = sum(other.addr[0] == address[0] for other in server.active_channels.values())
        self.will_close = theirs > MOST_OF_ONE and not ipaddress.ip_address(address[0]).is_loopback
        self._asking_since: float | None = None
        self._sent = 0
        self._mark = self.creation_time, 0
        """When it was last well with the answer, and what was sent by then."""

    def received(self, data: bytes) -> bool:
        """See waitress."""
        done: bool = super().received(data)
        if self.request is None:
            self._asking_since = None
        elif self._asking_since is None:
            self._asking_since = time.time()
        return done

    def send(self, data: bytes, do_close: bool = True) -> int:
        """See waitress."""
        sent: int = super().send(data, do_close=do_close)
        self._sent += sent
        return sent

    def is_too_slow(self, now: float, hurried: bool) -> bool:
        """Whether it has been waited for long enough. To be asked every now and then."""
        if self._asking_since is not None:
            return now - self._asking_since > (HURRIED_S if hurried else REQUEST_S)
        waiting = self.total_outbufs_len
        since, sent = self._mark
        if not waiting or self._sent - sent >= STALLED_BYTES:
            self._mark = now, self._sent
        elif now - since > STALLED_S:
            return True
        return hurried and not waiting and not self.requests and now - self.last_activity > HURRIED_S


class Server(TcpWSGIServer):  # type: ignore[misc]
    """Serves an application over a listening socket."""

    channel_class = Channel

    def __init__(self, application: Any, listener: socket.socket, threads: int) -> None:
        adjustments = Adjustments(
            sockets=[listener],
            threads=threads,
            connection_limit=CONNECTIONS,
            asyncore_use_poll=True,
            channel_request_lookahead=1,
            channel_timeout=IDLE_S,
            cleanup_interval=CHECK_EVERY_S,
            max_request_header_size=HEAD_BYTES,
            max_request_body_size=MOST_SENT_BYTES,
            outbuf_high_watermark=OUTPUT_BYTES,
            ident=None,
        )
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it warns of each page that waits for a thread
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BYTES)
        bound = listener.family, listener.type, listener.proto, listener.getsockname()
        super().__init__(application, _sock=listener, adj=adjustments, sockinfo=bound, bind_socket=False)

    def maintenance(self, now: float) -> None:
        """Hang up on who is idle or slow."""
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            if channel.is_too_slow(now, self.in_connection_overflow):
                channel.handle_close()  # to be told to close it would have to be writable
