"""The language of a page. English stands in the code and the templates; `translations/` has it in every other language.

`_` and `ngettext` translate now; `N_` marks a constant that is translated where it is shown, `_(constant)`. A sentence
with values names them, `_("left at %(time)s", time=…)`; only then is its `%` doubled.
"""

import gettext as gnu
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import g, has_request_context, request
from werkzeug.datastructures import LanguageAccept

DOMAIN = "medius"
FOLDER = Path(__file__).parent / "translations"
COOKIE = "medius_language"


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the pages can be read in."""

    code: str
    """As browsers and the attribute `lang` say it."""
    name: str
    """In itself."""
    locale: Locale
    words: gnu.NullTranslations

    def number(self, text: str) -> str:
        """A number in the code's way of writing, `1,234.5`, in the language's."""
        symbols = self.locale.number_symbols["latn"]
        return text.translate({ord(","): symbols["group"], ord("."): symbols["decimal"]})


def catalogue(code: str) -> Path:
    """Where the words of a language are."""
    return FOLDER / code / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def languages() -> dict[str, Language]:
    """Return all there are by their codes, English first."""
    others = sorted(path.name for path in FOLDER.iterdir() if catalogue(path.name).exists())
    return {code: _language(code) for code in ("en", *others)}


def spoken() -> Language:
    """The language of the page that is being made; English where none is."""
    if not has_request_context():
        return languages()["en"]
    if "language" not in g:
        g.language = choose(request.cookies.get(COOKIE, ""), request.accept_languages)
    found: Language = g.language
    return found


def choose(wanted: str, accepted: LanguageAccept) -> Language:
    """Choose by what the phone wants, or else by what its browser accepts; English where neither is known here."""
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


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark a constant for the catalogue."""
    return text


def _language(code: str) -> Language:
    locale = Locale.parse(code)
    return Language(code, str(locale.display_name), locale, _words(code))


def _words(code: str) -> gnu.NullTranslations:
    """What the catalogue says; fuzzy ones are left out."""
    if code == "en":
        return gnu.NullTranslations()
    compiled = io.BytesIO()
    with catalogue(code).open("rb") as written:
        write_mo(compiled, read_po(written, locale=code))
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)
