"""The files that pages bring along: asked for once, and again when they are others."""

import hashlib
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request

assets = Blueprint("assets", __name__)

FOREVER = "public, max-age=31536000, immutable"
ROOT = Path(__file__).parent / "static"
MARKS = {
    file.relative_to(ROOT).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    for file in ROOT.rglob("*")
    if file.is_file()
}
"""By a file's name: what its address carries, which changes with its content."""


@assets.app_url_defaults
def _mark(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and (mark := MARKS.get(values.get("filename", ""))):
        values.setdefault("v", mark)


@assets.after_app_request
def _keep(response: Response) -> Response:
    """Let the browser keep what it asked for by its mark; without one it asks each time whether it is the same."""
    mark = MARKS.get((request.view_args or {}).get("filename", ""))
    if request.endpoint == "static" and mark is not None and request.args.get("v") == mark:
        response.headers["Cache-Control"] = FOREVER
    return response
