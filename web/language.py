"""The language of a page. English stands in the code and the templates; `translations/` has it in every other language.

`_` and `ngettext` translate now; `N_` marks a constant that is translated where it is shown, `_(constant)`. A sentence
with values names them, `_("left at %(time)s", time=…)`; only then is its `%` doubled.
"""

import gettext as gnu
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import current_app, g, has_request_context, request
from werkzeug.datastructures import LanguageAccept

DOMAIN = "medius"
FOLDER = Path(__file__).parent / "translations"
COOKIE = "medius_language"
BROWSER = "browser"
"""What the owner sets so that browsers choose."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a constant for the catalogue."""
    return text


# Translators: what your language is called in your language
ITSELF = N_("the language's own name")
# Translators: this number as your language writes it
A_NUMBER = N_("1,234.5")


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the pages can be read in."""

    code: str
    """As browsers and the attribute `lang` say it."""
    name: str
    """In itself."""
    words: gnu.NullTranslations
    marks: dict[int, str]
    """What it writes for the comma and the point of 1,234.5, where that is another."""

    def number(self, text: str) -> str:
        """A number in the code's way of writing, `1,234.5`, in the language's."""
        return text.translate(self.marks) if self.marks else text


def compiled(code: str) -> Path:
    """Where the words of a language are: made of the catalogue beside it, which takes 70 times as long to read."""
    return FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.mo"


@cache
def languages() -> dict[str, Language]:
    """Return all there are by their codes, English first."""
    others = sorted(path.name for path in FOLDER.iterdir() if compiled(path.name).exists())
    return {code: _language(code) for code in ("en", *others)}


def spoken() -> Language:
    """The language of the page that is being made; English where none is."""
    if not has_request_context():
        return languages()["en"]
    found: Language | None = g.get("language")
    if found is None:
        wanted = request.cookies.get(COOKIE, "") or current_app.extensions["medius.standing"].language()
        g.language = found = choose(wanted, request.accept_languages)
    return found


def speak_english() -> None:
    """Whoever asks, for what programs read."""
    g.language = languages()["en"]


def choose(wanted: str, accepted: LanguageAccept) -> Language:
    """Choose what the phone or the owner wants, or else what the browser accepts; English where neither is known."""
    known = languages()
    return known.get(wanted) or known[accepted.best_match(list(known), "en") or "en"]


def _(text: str, **values: object) -> str:
    """Return a text in the language of the page, with values in the places that it names."""
    said = spoken().words.gettext(text)
    return said % values if values else said


def ngettext(one: str, many: str, number: int, **values: object) -> str:
    """Return the text that goes with a number, which stands in it as `%(num)s`."""
    language = spoken()
    return language.words.ngettext(one, many, number) % {"num": language.number(f"{number:,}"), **values}


def both(one: str, many: str) -> tuple[str, str]:
    """Mark the two forms of a constant that goes with a number: `ngettext(*constant, number)`."""
    return one, many


def _language(code: str) -> Language:
    if code == "en":
        return Language(code, "English", gnu.NullTranslations(), {})
    with compiled(code).open("rb") as file:
        words = gnu.GNUTranslations(file)
    marks = dict(zip(map(ord, A_NUMBER), words.gettext(A_NUMBER), strict=True))
    return Language(code, words.gettext(ITSELF), words, marks)
