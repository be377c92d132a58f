"""A link as a picture that a phone's camera reads off a screen."""

import io
import socket
from urllib.parse import urlsplit

import segno
from flask import current_app, request

from web.guard import is_this_computer


def qr_svg(link: str) -> str:
    """Return the QR code of a link as SVG, black on white in the dark too; its place in the page says what it is."""
    drawn = io.BytesIO()
    segno.make_qr(link, error="m").save(
        drawn, kind="svg", border=4, light="#fff", xmldecl=False, omitsize=True, svgclass=None, lineclass=None
    )
    return drawn.getvalue().decode().replace("<svg ", '<svg aria-hidden="true" ', 1)


def address() -> str:
    """Return where a phone finds these pages: as this browser does, or by the unit's name when this is the unit."""
    address = request.host_url
    parts = urlsplit(address)
    if current_app.config["MEDIUS"].owner_dir is None or not is_this_computer(parts.hostname or ""):
        return address
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{socket.gethostname().partition('.')[0]}.local{port}/"
