"""A link as a picture that a phone's camera reads off a terminal."""

import itertools

import segno
from rich.text import Text

MARGIN = 2
"""Modules around the code: a terminal's own ground does for the rest of the four that the standard asks for."""
BLOCKS = {(True, True): " ", (True, False): "▄", (False, True): "▀", (False, False): "█"}
"""By whether the upper and the lower module are dark: the light ones are drawn, for terminals are dark."""


def qr_text(link: str) -> Text:
    """Return the QR code of a link, two modules in the height of a line."""
    rows = [list(row) for row in segno.make_qr(link, error="m").matrix_iter(border=MARGIN)]
    pairs = itertools.zip_longest(rows[::2], rows[1::2], fillvalue=[1] * len(rows[0]))
    lines = ("".join(BLOCKS[bool(a), bool(b)] for a, b in zip(*pair, strict=True)) for pair in pairs)
    return Text("\n".join(lines), "white on black", no_wrap=True)
