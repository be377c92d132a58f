"""What the unit says, in the reader's language: every sentence of its code is known, and recognised with its values."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.vocabulary import VARIABLES
from web.heard import heard
from web.sentences import SENTENCES

MONITOR = Path(__file__).parents[2] / "monitor"
PLACE = "\0"
REFUSALS = (
    *("RefusedError", "UnitBusyError", "UnitUnreachableError", "NoStoreYetError", "SessionOpenError"),
    *("StoreDamagedError", "StoreUnreachableError", "UndatedError"),
)
REASON_MODULES = (
    *("gait/drop.py", "gait/frames.py", "gait/limbs.py", "gait/sighting.py", "gait/steps.py", "gait/tracker.py"),
    *("pose/runner.py", "cues/decision.py", "coach/check/reading.py"),
)
NOT_FOR_READERS = {"a measure that was read has a value", "a tick has a finite time, not \0"}


def without_places(text: str) -> str:
    return re.sub(r"%\(\w+\)s|\{[^{}]*\}", PLACE, text)


def literal(node: ast.AST) -> str | None:
    """A text of the code, with its values taken out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return without_places(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(v.value) if isinstance(v, ast.Constant) else PLACE for v in node.values)
    return None


def literals(tree: ast.AST) -> Iterator[str]:
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    within = {id(v) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for v in node.values}
    for node in ast.walk(tree):
        text = literal(node)
        if text is not None and id(node) not in docs | within:
            yield text


def code(pattern: str = "**/*.py") -> list[ast.Module]:
    return [ast.parse(path.read_text()) for path in sorted(MONITOR.glob(pattern))]


KNOWN = {without_places(sentence) for sentence in SENTENCES}


def in_german(app: Flask, text: str) -> str:
    with app.test_request_context(headers={"Accept-Language": "de"}):
        return heard(text)


def test_every_sentence_is_one_of_the_unit() -> None:
    said = {form for tree in code() for text in literals(tree) for form in (text, text.strip())}
    assert {sentence for sentence in SENTENCES if without_places(sentence) not in said} == set()


def test_every_refusal_of_the_unit_is_known() -> None:
    said = {
        text
        for tree in code()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and node.args
        if getattr(node.func, "id", "") in REFUSALS or getattr(node.func, "attr", "") == "__init__"
        for choice in (ast.walk(node.args[0]) if isinstance(node.args[0], ast.IfExp) else [node.args[0]])
        if (text := literal(choice)) is not None and re.search("[a-z]{3}", text)
    }
    assert len(said) > 30
    assert said - KNOWN == set()


def test_every_reason_of_the_measurement_is_known() -> None:
    said = {
        text for module in REASON_MODULES for tree in code(module) for text in literals(tree) if " " in text.strip()
    }
    assert len(said) > 25
    assert said - KNOWN - NOT_FOR_READERS == set()


def test_every_variable_is_known() -> None:
    words = {word for variable in VARIABLES for word in (variable.label, variable.meaning_of_plus, variable.unit)}
    assert words - {"°"} <= set(SENTENCES)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_is_recognised_with_its_values(app: Flask, sentence: str) -> None:
    names = re.findall(r"%\((\w+)\)s", sentence)
    values = {name: f"«{index}»" for index, name in enumerate(names)}
    said = in_german(app, sentence % values if names else sentence)
    assert [value for value in values.values() if value not in said] == []
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert heard(sentence) == sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nobody in view", "niemand im Bild"),
        ("Nobody in view.", "Niemand im Bild."),
        ("nobody in view; not upright", "niemand im Bild; nicht aufrecht"),
        ("lens 30 ± 4 cm above the hips", "Objektiv 30 ± 4 cm über den Hüften"),
        ("-0.4 ± 0.2°, from upright edges, the belt worn", "-0,4 ± 0,2°, aus: senkrechte Kanten, der getragene Gürtel"),
        ("nothing was heard from the measurement for 0.5 s", "seit 0,5 s war von der Messung nichts zu hören"),
        (
            "There is nothing to keep yet. Walk or run on the belt for ten seconds.",
            "Es gibt noch nichts zu behalten. Gehen oder laufen Sie zehn Sekunden auf dem Band.",
        ),
        (
            "This link opens nothing any more: it was used already, or its time is over.",
            "Dieser Link öffnet nichts mehr: er wurde schon benutzt, oder seine Zeit ist um.",
        ),
        (
            "the pelvis drops beyond your band while you stand on the left leg",
            "Standbein links: das Becken sinkt über Ihren Bereich hinaus ab",
        ),
        (
            "run.mp4, 720 × 1280, 30 frames a second; every frame; times are the file's own",
            "run.mp4, 720 × 1280, 30 Bilder je Sekunde; jedes Bild; Zeiten sind die der Datei",
        ),
        ("no", "nein"),
        ("something that the unit never said", "something that the unit never said"),
        ("", ""),
    ],
)
def test_it_says_the_same_in_german(app: Flask, text: str, said: str) -> None:
    assert in_german(app, text) == said


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(alphabet=st.sampled_from("ab ;,.:%()±0123456789°\n'\"<>{}s")))
def test_whatever_comes_is_shown(app: Flask, text: str) -> None:
    """Nothing that is not known is lost, and nothing fails."""
    said = in_german(app, text)
    assert sorted(re.sub(r"[.,\s]", "", said)) == sorted(re.sub(r"[.,\s]", "", text))
