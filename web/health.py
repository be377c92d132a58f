"""For programs that watch over units: whether this one works, and its figures. Nobody's sessions are in it."""

from flask import Blueprint, Response, current_app
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from monitor.store import Clock, StoreError
from web.language import speak_english
from web.metrics import Figures
from web.saying import saying, unreadable
from web.source import source

health = Blueprint("health", __name__)

WELL = frozenset({"starting", "ready", "measuring", "cannot_see", "setup", "checking"})
"""A unit that sees nobody works."""


@health.get("/healthz")
def healthz() -> Response:
    """Answer 200 while the unit works, 503 and a sentence otherwise."""
    speak_english()
    try:
        reader = source().reader_if_any()
        says = saying(reader.unit() if reader else None, _clock().now())
    except StoreError as error:
        says = unreadable(error)
    if says.state in WELL:
        return Response("ok\n", mimetype="text/plain")
    return Response(f"{says.headline}. {says.detail}".strip() + "\n", 503, mimetype="text/plain")


@health.get("/metrics")
def metrics() -> Response:
    """Give the unit's figures as Prometheus reads them."""
    registry = CollectorRegistry()
    registry.register(Figures(source(), _clock().now(), current_app.config["MEDIUS"].database))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _clock() -> Clock:
    clock: Clock = current_app.extensions["medius.clock"]
    return clock
