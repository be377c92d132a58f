"""Reads QR codes as a phone would, from what a page or a terminal shows."""

import re

import cv2
import numpy as np
import numpy.typing as npt

Modules = npt.NDArray[np.bool_]
PIXELS = 8


def of_svg(svg: str) -> str:
    """The text of a code that is drawn as one stroked path: M, m and h, in modules."""
    (size,) = {int(side) for side in re.findall(r"viewBox=\"0 0 (\d+) \d+\"", svg)}
    (path,) = re.findall(r"stroke=\"#000\"[^>]* d=\"([^\"]+)\"|d=\"([^\"]+)\"[^>]* stroke=\"#000\"", svg)
    dark = np.zeros((size, size), bool)
    x = y = 0.0
    for step, arguments in re.findall(r"([Mmh])([-\d. ]+)", "".join(path)):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", arguments)]
        if step == "h":
            dark[int(y), int(x) : int(x + numbers[0])] = True
            x += numbers[0]
        else:
            x, y = numbers if step == "M" else (x + numbers[0], y + numbers[1])
    return read(dark)


def of_terminal(text: str) -> str:
    """The text of a code that is drawn in half blocks, the light modules bright."""
    halves = {" ": (True, True), "▄": (True, False), "▀": (False, True), "█": (False, False)}
    rows = [[halves[character][half] for character in line] for line in text.splitlines() for half in (0, 1)]
    return read(np.array(rows))


def read(dark: Modules) -> str:
    """The text of a code; empty when it cannot be read."""
    framed = np.pad(dark, 4)
    picture = np.where(np.kron(framed, np.ones((PIXELS, PIXELS))) > 0, 0, 255).astype(np.uint8)
    text, _, _ = cv2.QRCodeDetectorAruco().detectAndDecode(picture)  # the plain one misses two codes in a hundred
    return text
