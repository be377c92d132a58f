"""The command line as a user meets it."""

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from monitor.cli import main

NOBODY_UID = 65534


@dataclass(frozen=True)
class Done:
    status: int
    out: str
    err: str

    @property
    def sentence(self) -> str:
        """What is wrong, in the one line that is all there is."""
        assert self.status == 1, (self.out, self.err)
        assert self.out == ""
        (line,) = self.err.splitlines()
        assert line.startswith("Error: ")
        assert line.endswith(".")
        return line.removeprefix("Error: ")


def medius(*arguments: object) -> Done:
    """The command in this process; an exception that it does not expect fails the test."""
    out, err = io.StringIO(), io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        pytest.raises(SystemExit) as ending,
    ):
        main([str(argument) for argument in arguments], prog_name="medius")
    return Done(int(ending.value.code or 0), out.getvalue(), err.getvalue())


@contextlib.contextmanager
def unprivileged() -> Iterator[None]:
    """Be somebody whom file permissions bind."""
    if os.geteuid() != 0:
        yield
        return
    try:
        os.seteuid(NOBODY_UID)
    except OSError:
        pytest.skip("root may not become another user here, and nothing forbids root to read a file")
    try:
        yield
    finally:
        os.seteuid(0)
