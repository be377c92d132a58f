"""The dashboard: pages over the store for a browser on the LAN. It reads the store, and asks the unit for the rest."""

from flask import Flask
from jinja2 import StrictUndefined

from monitor.store import Clock, SystemClock
from web import words
from web.assets import assets
from web.backup import backup, prepare_copies
from web.check import check
from web.claims import claims
from web.coach import coach
from web.commands import commands
from web.comparing import comparing
from web.compression import compression
from web.config import Config
from web.deletion import deletion
from web.errors import errors
from web.feed import Feed
from web.guard import guard
from web.health import health
from web.heard import heard
from web.help import help_page
from web.ladder import climbing
from web.language import _, ngettext
from web.languages import language_choice
from web.live import Bulletin, live
from web.offers import Offers
from web.owner import install, owner
from web.plan import plan
from web.programme import programme
from web.runners import runners
from web.sessions import sessions
from web.settings import settings
from web.setup import setup
from web.slowing import Slowing
from web.source import Source
from web.standing import Standing
from web.streams import Streams
from web.takeaway import takeaway
from web.unit import unit

__all__ = ["Config", "create_app"]


def create_app(config: Config, clock: Clock | None = None) -> Flask:
    """Return the dashboard over one store, which need not exist yet; `clock` is the computer's unless given."""
    app = Flask(__name__)
    app.config["MEDIUS"] = config
    app.extensions["medius.clock"] = clock = clock or SystemClock()
    app.extensions["medius.source"] = source = Source(config.database)
    app.extensions["medius.feed"] = Feed(source, config.poll_s / 2, clock)
    app.extensions["medius.bulletin"] = Bulletin()
    app.extensions["medius.offers"] = Offers(config.control, clock)
    app.extensions["medius.standing"] = Standing(config.control, clock)
    app.extensions["medius.beginnings"] = Slowing(clock)
    app.extensions["medius.streams"] = Streams(config.max_streams)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(words=words, heard=heard)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.install_gettext_callables(_, ngettext)  # type: ignore[attr-defined]  # of the extension
    install(app, clock)
    prepare_copies(app)
    for blueprint in (
        guard,
        assets,
        compression,
        errors,
        owner,
        language_choice,
        claims,
        runners,
        programme,
        coach,
        check,
        climbing,
        plan,
        comparing,
        sessions,
        live,
        unit,
        commands,
        setup,
        settings,
        backup,
        health,
        help_page,
        takeaway,
        deletion,
    ):
        app.register_blueprint(blueprint)
    return app
