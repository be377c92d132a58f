"""What the owner changes about a unit from the dashboard: checked as all settings are, kept beside the sessions."""

import json
from collections.abc import Mapping

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import EnvSettingsSource, TomlConfigSettingsSource

from monitor import settings as house
from monitor.files import write_whole
from monitor.settings import CHANGEABLE, OWNERS_FILE, Settings, why

HEAD = """\
# What was set on the dashboard, which writes this file anew. A settings file of the system or the user wins over it.
"""
PLAIN = {
    "float_parsing": "This is no number.",
    "greater_than": "It has to be more than {gt:g}.",
    "less_than_equal": "It can be {le:g} at most.",
    "enum": "It can be {expected}.",
    "literal_error": "It can be {expected}.",
    "string_pattern_mismatch": "There is no such choice.",
}
"""What is said for pydantic's kinds of error; for others, what it says itself."""


class WrongSettingsError(Exception):
    """Settings that cannot be: a sentence for each, by its name."""

    def __init__(self, sentences: Mapping[str, str]) -> None:
        super().__init__(" ".join(sentences.values()))
        self.sentences = dict(sentences)


def given_elsewhere() -> dict[str, str]:
    """Which of the changeable settings somebody has given by hand, and where: there they are changed, and not here."""
    files = [(path, TomlConfigSettingsSource(Settings, toml_file=path)()) for path in house.SETTINGS_FILES]
    found = {name: str(path) for path, given in files for name in given}
    found |= {name: f"the variable MEDIUS_{name.upper()}" for name in EnvSettingsSource(Settings)()}
    return {name: found[name] for name in CHANGEABLE if name in found}


def changed(settings: Settings, asked: Mapping[str, object], elsewhere: Mapping[str, str]) -> Settings:
    """The settings with what was asked for; an empty text asks for the default. Raises WrongSettingsError."""
    wrong = {}
    for name in asked:
        if name not in CHANGEABLE:
            wrong[name] = "This cannot be set here."
        elif name in elsewhere:
            wrong[name] = f"It is set in {elsewhere[name]}: change it there."
        elif not isinstance(asked[name], str):
            wrong[name] = "This is given as text."
    given = {name: asked[name] or _default(name) for name in asked if name not in wrong}
    try:
        found = Settings(**{**settings.model_dump(), **given})
    except ValidationError as error:
        raise WrongSettingsError(wrong | {str(e["loc"][0]): _sentence(e) for e in error.errors()}) from None
    if wrong:
        raise WrongSettingsError(wrong)
    return found


def keep_changes(settings: Settings, elsewhere: Mapping[str, str]) -> None:
    """Write what differs from the default and is not given elsewhere into the owner's file. Raises OSError."""
    kept = {name: getattr(settings, name) for name in CHANGEABLE if name not in elsewhere}
    lines = [f"{name} = {_as_toml(value)}\n" for name, value in kept.items() if value != _default(name)]
    write_whole(settings.state_dir / OWNERS_FILE, HEAD + "".join(lines))


def in_words(settings: Settings, elsewhere: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Each changeable setting as text: how it is, how it would be by default, and where it is given if not here."""
    return {
        name: {
            "value": _as_text(getattr(settings, name)),
            "default": _as_text(_default(name)),
            "elsewhere": elsewhere.get(name, ""),
        }
        for name in CHANGEABLE
    }


def _sentence(error: ErrorDetails) -> str:
    plain = PLAIN.get(error["type"])
    return f"{why(error)}." if plain is None else plain.format(**error.get("ctx", {}))


def _default(name: str) -> object:
    return Settings.model_fields[name].default


def _as_text(value: object) -> str:
    return "" if value is None else str(value).removesuffix(".0")


def _as_toml(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else repr(value)
