"""The help page: what is measured and how well, what is not known, and where everything goes. For everybody."""

from flask import Blueprint, render_template

help_page = Blueprint("help", __name__)


@help_page.get("/help")
def page() -> str:
    """Show it."""
    return render_template("help.html")
