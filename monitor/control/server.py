"""The unit's end of the socket: a line of JSON in, a line of JSON out, and after some of these a picture.

Who may open the socket may command the unit: its file is for the unit's user and group alone.
"""

import json
import logging
import os
import socketserver
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

LONGEST_LINE = 4096
SILENT_S = 30.0
"""A caller that says nothing for so long is hung up on."""
MODE = 0o660

log = logging.getLogger(__name__)


class RefusedError(Exception):
    """What was asked for cannot be done now; the message says why, in a sentence."""


class Doer(Protocol):
    """Does what is asked, on the thread of whoever asks; a command is a method with its name."""

    def do(self, command: str, arguments: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """What is answered, and the bytes that follow it. Raises RefusedError, LookupError for no such command."""


class Control:
    """Listens while it is open.

    Raises:
        OSError: the socket cannot be made.
    """

    def __init__(self, path: Path, doer: Doer) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            path.unlink()  # of a unit that was killed
        self._path = path
        self._server = _Server(str(path), doer)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.2,), name="control", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening. Idempotent."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
            self._server.server_close()
            with suppress(FileNotFoundError):
                self._path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(socketserver.ThreadingUnixStreamServer):
    daemon_threads = True
    request_queue_size = 128  # fifty phones may ask at once
    block_on_close = False

    def __init__(self, path: str, doer: Doer) -> None:
        self.doer = doer
        super().__init__(path, _Caller)
        os.chmod(path, MODE)  # noqa: PTH101 - the path as it was bound

    def handle_error(self, request: Any, client_address: Any) -> None:
        del request, client_address
        log.debug("a caller hung up", exc_info=True)


class _Caller(socketserver.StreamRequestHandler):
    timeout = SILENT_S
    server: _Server

    def handle(self) -> None:
        while line := self.rfile.readline(LONGEST_LINE):
            answer, after = self._answer(line)
            if after:
                answer["bytes"] = len(after)
            self.wfile.write(json.dumps(answer).encode() + b"\n" + after)

    def _answer(self, line: bytes) -> tuple[dict[str, Any], bytes]:
        try:
            asked = json.loads(line)
            command = asked.pop("do")
            if not isinstance(command, str):
                raise TypeError(command)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return _refusal('The unit takes a line of JSON with what to "do".'), b""
        try:
            answer, after = self.server.doer.do(command, asked)
        except RefusedError as error:
            return _refusal(str(error)), b""
        except LookupError:
            return _refusal("The unit does not know this command."), b""
        except Exception:
            log.exception("the command %r failed", command)
            return _refusal("The unit could not do this; its log says why."), b""
        return {"ok": True, **answer}, after


def _refusal(sentence: str) -> dict[str, Any]:
    return {"ok": False, "error": sentence}
