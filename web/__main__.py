"""`python -m web`: serve the dashboard."""

import os
import signal
import socket
import sys
import threading
from types import FrameType

import click

from monitor.journal import begin_logging
from monitor.service import Service
from web import Config, create_app
from web.heap import keep_one_heap
from web.pulse import keep_pulse
from web.server import SPARE_THREADS, Server
from web.streams import Streams

STALLED_MS = 20_000
"""A phone that sleeps keeps its connection and reads nothing; the kernel drops it after this long."""


@click.command()
@click.option("--database", required=True, help="Path or SQLAlchemy address of the store; it need not exist yet.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is every one.")
@click.option("--port", default=8420, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option(
    "--allow-host", "allowed_hosts", multiple=True, metavar="NAME", help="A further name the pages answer to."
)
@click.option(
    "--owner-dir",
    metavar="FOLDER",
    help="Where the owner's PIN is kept, which opens everything but the live page. Default: nobody is asked.",
)
@click.option("--control", metavar="SOCKET", help="The running unit's socket, to ask for sessions.")
@click.option("--with-parent", is_flag=True, help="Stop when standard input closes.")
def main(
    database: str,
    host: str,
    port: int,
    allowed_hosts: tuple[str, ...],
    owner_dir: str | None,
    control: str | None,
    with_parent: bool,
) -> None:
    """Serve the dashboard over the sessions in a database."""
    keep_one_heap()
    begin_logging()
    try:
        app = create_app(Config(database, owner_dir, control, allowed_hosts))
    except OSError as error:
        raise click.ClickException(f"the owner's PIN cannot be kept in {owner_dir} ({error.strerror})") from error
    streams: Streams = app.extensions["medius.streams"]
    listener = listen(host, port)
    server = Server(app, listener, app.config["MEDIUS"].max_streams + SPARE_THREADS)
    service = Service.from_environment()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        service.stopping()
        streams.end()
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if with_parent:
        threading.Thread(target=_stop_with_parent, name="parent", daemon=True).start()
    heard_on = listener.getsockname()[:2]
    threading.Thread(target=keep_pulse, args=(service, *heard_on, streams.pause), name="pulse", daemon=True).start()
    said = f"dashboard on {address(host, heard_on[1])}"
    click.echo(said)
    service.status(said)
    service.ready()
    server.run()


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises `click.ClickException` when the address cannot be had."""
    try:
        family, kind, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        listener = socket.socket(family, kind)
    except OSError as error:
        raise click.ClickException(f"the host {host} is not known here: give an address of this machine") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, STALLED_MS)
        listener.bind(where)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise click.ClickException(
            f"cannot listen on {host} port {port} ({error.strerror}): stop what uses it, or choose another with --port"
        ) from error
    return listener


def address(host: str, port: int) -> str:
    """Return where a browser finds the dashboard."""
    if host in ("0.0.0.0", "::"):
        name = socket.gethostname()
        host = name if "." in name else f"{name}.local"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _stop_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
