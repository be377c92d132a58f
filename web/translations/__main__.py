"""`python -m web.translations`: bring the catalogues up to date with the code, compile them, name what they lack."""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import click
from babel import Locale, UnknownLocaleError
from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from web.language import DOMAIN, FOLDER, compiled, languages

ROOT = FOLDER.parents[1]
METHODS = [
    ("web/templates/**.html", "jinja2"),
    ("web/**.py", "python"),
    ("monitor/**.py", "python"),
    ("monitor/**.toml", "web.translations.ladder:texts"),
]
OPTIONS = {"**.html": {"trimmed": "true", "encoding": "utf-8", "silent": "false"}}
KEYWORDS = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2), "both": (1, 2)}
WIDTH = 120


def extract() -> Catalog:
    """Return every text of the pages, as the code and the templates have it."""
    found = Catalog(domain=DOMAIN, project="medius", charset="utf-8")
    for name, _line, text, comments, context in extract_from_dir(ROOT, METHODS, OPTIONS, KEYWORDS, ("Translators:",)):
        found.add(text, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def catalogue(code: str) -> Path:
    """Where the texts of a language are written."""
    return compiled(code).with_suffix(".po")


def read(code: str) -> Catalog:
    """Return a catalogue as it is written."""
    with catalogue(code).open("rb") as written:
        return read_po(written, locale=_locale(code), domain=DOMAIN)


def as_compiled(of: Catalog) -> bytes:
    """Return what the dashboard reads of a catalogue."""
    made = io.BytesIO()
    write_mo(made, of)
    return made.getvalue()


def lacking(of: Catalog) -> Iterator[Message]:
    """Yield the texts that are not translated, or only perhaps."""
    for message in of:
        said = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if message.id and (message.fuzzy or not all(said)):
            yield message


def _locale(code: str) -> Locale:
    """Raises UnknownLocaleError, ValueError."""
    return Locale.parse(code, sep="-")


def _begun(code: str) -> Catalog:
    """An empty catalogue."""
    return Catalog(
        locale=_locale(code),
        domain=DOMAIN,
        fuzzy=False,
        project="Medius",
        version="1",
        header_comment=f"# Medius: the pages in {_locale(code).english_name}. See web/translations/README.md.",
        last_translator="the project",
        language_team="the project",
        msgid_bugs_address="the project",
    )


def update(code: str, template: Catalog) -> Catalog:
    """Bring a language's file up to date; return what it then holds."""
    path = catalogue(code)
    known = read(code) if path.exists() else _begun(code)
    known.update(template, no_fuzzy_matching=True, update_creation_date=False)
    known.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as written:
        write_po(written, known, width=WIDTH, include_lineno=False)
    compiled(code).write_bytes(as_compiled(read(code)))
    return known


@click.command()
@click.option("--new", metavar="CODE", help="Begin a language, by its code: fr, pt-BR.")
def main(new: str | None) -> None:
    """Bring the catalogues of the pages' languages up to date with the code, and name what they lack."""
    try:
        codes = [*list(languages())[1:], *([str(_locale(new)).replace("_", "-")] if new else [])]
    except (UnknownLocaleError, ValueError) as error:
        raise click.ClickException(f"there is no language {new}: give a code as fr or pt-BR") from error
    template = extract()
    missing = [(code, message) for code in codes for message in lacking(update(code, template))]
    for code, message in missing:
        text = message.id if isinstance(message.id, str) else message.id[0]
        click.echo(f"{code}: {text}")
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
