"""The parent's side of one pose worker: start it, talk to it, know how it died, leave nothing behind."""

import os
import pickle
import signal
import subprocess
import sys
from multiprocessing.connection import Connection
from socket import socketpair

from monitor.pose.isolation import Isolation
from monitor.pose.messages import Answer, Job, Ready
from monitor.pose.slots import FrameSlots

LAST_WORDS_BYTES = 4096
ENVIRONMENT = {"GLOG_minloglevel": "3", "TF_CPP_MIN_LOG_LEVEL": "3", "MALLOC_ARENA_MAX": "1"}
"""No chatter, and one heap for all threads: a worker then holds 3 to 30 MB less, for the same CPU [ours]."""


class WorkerProcess:
    """A fresh interpreter that runs `monitor.pose.worker`. Close it, or it stays until this process ends.

    :param start: a `Start`, pickled.
    :param slots: where the pictures of the jobs will lie.
    """

    def __init__(self, start: bytes, slots: FrameSlots) -> None:
        self.isolation: Isolation | None = None
        """Known once the worker is ready."""
        self._ending: str | None = None
        ours, theirs = socketpair()
        lifeline, self._lifeline = os.pipe()
        inherited = (theirs.fileno(), slots.descriptor, lifeline)
        self.connection = Connection(ours.detach())
        self._stderr = os.memfd_create("medius-pose-worker")
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "monitor.pose.worker", *map(str, inherited)],
                pass_fds=inherited,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                env=os.environ | ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,  # Ctrl-C in the terminal is for the parent, which ends its workers when done
            )
        finally:
            theirs.close()
            os.close(lifeline)
        self._tell(start)

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def give(self, job: Job) -> None:
        """Hand over a job."""
        self._tell(job.pack())

    def hear(self) -> Ready | Answer | None:
        """What the worker said; None when it has died. Call when `connection` is readable."""
        try:
            said = self.connection.recv_bytes()
        except (EOFError, OSError):
            return None
        if self.isolation is not None:
            return Answer.unpack(said)
        ready: Ready = pickle.loads(said)
        self.isolation = ready.isolation
        return ready

    def let_go(self) -> None:
        """Ask the worker to end, which it does at once unless it is stuck. Idempotent."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    def close(self, patience_s: float = 0.0) -> str:
        """End the worker, by force after `patience_s`; return its last words, or else how it ended. Idempotent."""
        if self._ending is None:
            self._ending = self._end(patience_s)
        return self._ending

    def _end(self, patience_s: float) -> str:
        try:
            status = self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self.let_go()
        self.connection.close()
        said = os.pread(self._stderr, LAST_WORDS_BYTES, max(0, os.fstat(self._stderr).st_size - LAST_WORDS_BYTES))
        os.close(self._stderr)
        lines = said.decode(errors="replace").strip().splitlines()
        if status < 0:
            return f"it was ended by {signal.Signals(-status).name}"
        return lines[-1] if lines else f"it ended with status {status}"

    def _tell(self, message: bytes) -> None:
        try:
            self.connection.send_bytes(message)
        except OSError:
            return  # the worker has died, which is noticed when it is listened to
