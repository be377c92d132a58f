"""The catalogue: nothing lacks a translation, and every translation says as much as its text."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages import Catalog, Message

from web.language import FOLDER, N_, both, compiled, languages
from web.translations.__main__ import KEYWORDS, as_compiled, extract, lacking, read

OTHERS = [code for code in languages() if code != "en"]
TEMPLATES = sorted((FOLDER.parent / "templates").glob("*.html"))
BANNED = {
    "en": (
        "abnormal",
        "normal",
        "weakness",
        "diagnos",
        "prevent",
        "risk",
        "screening",
        "safe to run",
        "cure",
        "treats",
    ),
    "de": ("normal", "schwäche", "schwach", "diagnos", "risiko", "verhinder", "vorbeug", "heil", "therapier", "gefahr"),
}
"""science.md, section 8."""
Text = str | tuple[str, ...]


@pytest.fixture(scope="module")
def template() -> Catalog:
    return extract()


def texts(catalogue: Catalog) -> set[Text]:
    return {message.id if isinstance(message.id, str) else tuple(message.id) for message in catalogue if message.id}


def pairs(message: Message) -> list[tuple[str, str]]:
    """What is said in English, and in the other language."""
    if isinstance(message.id, str):
        return [(message.id, str(message.string))]
    one, many = message.id
    said = list(message.string)
    return [(one, said[0]), *((many, each) for each in said[1:])]


def parts(text: str) -> tuple[list[str], list[str]]:
    """The places for values and the tags of a text, in order of their names."""
    tags: list[str] = []

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(f"{tag} {attrs}")

    Tags().feed(text)
    return sorted(re.findall(r"%\(\w+\)s", text)), sorted(tags)


def test_there_is_german() -> None:
    assert OTHERS == ["de"]


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_the_pages_is_in_the_catalogue_and_no_other(code: str, template: Catalog) -> None:
    """`python -m web.translations` brings it up to date."""
    assert texts(read(code)) == texts(template)


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated_for_certain(code: str) -> None:
    assert [message.id for message in lacking(read(code))] == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_text_that_is_lacking_would_be_named(code: str) -> None:
    known = read(code)
    first, second = (message for message in list(known)[1:3])
    first.string = ""
    second.flags.add("fuzzy")
    assert [message.id for message in lacking(known)] == [first.id, second.id]


@pytest.mark.parametrize("code", OTHERS)
def test_what_the_dashboard_reads_is_made_of_what_is_written(code: str) -> None:
    assert compiled(code).read_bytes() == as_compiled(read(code))


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_has_the_places_and_tags_of_its_text(code: str) -> None:
    wrong = [
        (text, said)
        for message in read(code)
        if message.id
        for text, said in pairs(message)
        if parts(text) != parts(said) and not ("%(num)s" in message.id[1] and parts(message.id[1]) == parts(said))
    ]
    assert wrong == []


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_can_be_filled_as_its_text_can(code: str) -> None:
    """Per-cent signs are doubled where there are places for values, and only there."""
    for message in read(code):
        for text, said in pairs(message) if message.id else ():
            values = dict.fromkeys([*re.findall(r"%\((\w+)\)s", text), "num"], "7")
            if re.search(r"%\(\w+\)s", text):
                assert "%" not in re.sub(r"%%", "", re.sub(r"%\(\w+\)s", "", text)), text
                assert "7" in said % values
                assert (text % values).count("%") == (said % values).count("%")
            else:
                assert "%%" not in text + said
                assert text.count("%") == said.count("%")


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_ends_as_its_text_does(code: str) -> None:
    """Sentences are put together with what comes after them."""
    ends = re.compile(r"[.:?!]?$")
    for message in read(code):
        for text, said in pairs(message) if message.id else ():
            if " " in text:  # a day's name is shortened otherwise
                assert ends.search(text).group() == ends.search(said).group(), text  # type: ignore[union-attr]
            assert (text.strip() == text) == (said.strip() == said)


@pytest.mark.parametrize("code", ["en", *OTHERS])
def test_no_language_says_more_than_is_known(code: str, template: Catalog) -> None:
    said = (
        [text for message in template if message.id for text, _ in [(t, "") for t in flat(message.id)]]
        if code == "en"
        else [each for message in read(code) if message.id for _, each in pairs(message)]
    )
    assert len(said) > 500
    words = re.compile("|".join(rf"\b{word}" for word in BANNED[code]), re.IGNORECASE)
    assert [text for text in said if words.search(text)] == []


def flat(text: Text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize("code", OTHERS)
def test_the_runner_is_addressed_in_one_way(code: str) -> None:
    familiar = re.compile(r"\b(du|dich|dir|dein\w*)\b", re.IGNORECASE)
    assert code == "de"
    assert [said for message in read(code) if message.id for _, said in pairs(message) if familiar.search(said)] == []


def marked(path: Path) -> Iterator[Text]:
    """The texts that a module marks, found in its syntax."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
            count = 2 if node.func.id in ("ngettext", "both") else 1
            found = [a.value for a in node.args[:count] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if len(found) == count:
                yield found[0] if count == 1 else tuple(found)


def test_every_text_that_a_module_marks_is_extracted(template: Catalog) -> None:
    """One within an f-string would not be."""
    found = {text for path in sorted(FOLDER.parent.rglob("*.py")) for text in marked(path)}
    assert len(found) > 300
    assert found <= texts(template)


def test_the_marks_change_nothing() -> None:
    assert (N_("a text"), both("one", "two")) == ("a text", ("one", "two"))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_has_no_words_beside_the_catalogue(path: Path) -> None:
    bare = re.sub(r"\{% trans.*?endtrans %\}", "", path.read_text(), flags=re.DOTALL)
    bare = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "|", bare, flags=re.DOTALL)
    named = re.findall(r'(?:aria-label|alt|title|placeholder|data-label)="([^"]*)"', bare)
    words = "|".join([*named, re.sub(r"<[^>]*>", "|", bare)])
    assert set(re.findall(r"[A-Za-z]{2,}", words)) <= {"Medius", "CSV", "JSON", "FIT"}
