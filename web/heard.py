"""What the unit said, in the language of the page.

The unit speaks English: into the store, which keeps its reasons for years, and over its socket. The dashboard knows
every sentence that can come (`web.sentences`), recognises it with the values in it, and says it in the reader's
language. What is not among them is shown as it came.
"""

import re
from functools import cache, lru_cache

from web.language import Language, languages, spoken
from web.sentences import SENTENCES

PLACE = re.compile(r"%\((\w+)\)s")
NUMBER = re.compile(r"[-+−±]?\d+\.\d+\W?\w{0,2}")
ANYTHING, ONE_WORD = ".*?", r"\w+"
LISTED = ("; ", ", ")
KNOWN = frozenset(SENTENCES)
MOST_REMEMBERED = 4096
LONGEST = 600
"""Characters: the unit says nothing longer."""
DEEPEST = 4
"""A sentence within a sentence within a reason, and one to spare."""


def heard(text: str) -> str:
    """Return it in the language of the page."""
    code = spoken().code
    return text if code == "en" or not text else _heard(text, code)


@lru_cache(MOST_REMEMBERED)
def _heard(text: str, code: str) -> str:
    return text if len(text) > LONGEST else _said(text, languages()[code], DEEPEST) or text


def _said(text: str, language: Language, depth: int) -> str | None:
    """None where nothing of it is known."""
    if text in KNOWN:
        return language.words.gettext(text)
    if NUMBER.fullmatch(text):
        return language.number(text)
    if depth == 0:
        return None
    for pattern, sentence in _patterns():
        if found := pattern.fullmatch(text):
            values = {name: _said(value, language, depth - 1) or value for name, value in found.groupdict().items()}
            return language.words.gettext(sentence) % values
    return _otherwise_written(text, language, depth - 1) or _listed(text, language, depth - 1)


def _otherwise_written(text: str, language: Language, depth: int) -> str | None:
    """A reason that was made a sentence of: with a capital letter, a full stop."""
    bare = text[:1].lower() + text[1:].removesuffix(".")
    said = _said(bare, language, 0) if bare != text else None
    if said is None and text.endswith(".") and depth:
        said = _said(text[:-1], language, depth) or None
    if said is None:
        return None
    return (said[:1].upper() + said[1:] if text[:1].isupper() else said) + ("." if text.endswith(".") else "")


def _listed(text: str, language: Language, depth: int) -> str | None:
    for comma in LISTED:
        parts = text.split(comma)
        said = [_said(part, language, depth) for part in parts] if len(parts) > 1 else []
        if any(said):
            return comma.join(new or old for new, old in zip(said, parts, strict=True))
    return None


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Sentences with places for values, those that say the most first."""
    with_places = [sentence for sentence in SENTENCES if PLACE.search(sentence)]
    with_places.sort(key=lambda sentence: -len(PLACE.sub("", sentence)))
    return tuple((re.compile(_pattern(sentence), re.DOTALL), sentence) for sentence in with_places)


def _pattern(sentence: str) -> str:
    """A place may be empty: where the unit adds something only now and then."""
    pieces = PLACE.split(sentence)
    pieces[1::2] = [f"(?P<{name}>{ONE_WORD if name == 'word' else ANYTHING})" for name in pieces[1::2]]
    pieces[::2] = map(re.escape, pieces[::2])
    return "".join(pieces)
