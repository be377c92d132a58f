"""The ladder's file: what it says is the table, and what is wrong with a faulty one is said."""

import re
from importlib import resources

import pytest

from monitor.coach.ladder import Condition, Dose, Frequency, LadderError, Legs, Range, drawing, ladder, read
from monitor.coach.ladder.reading import texts_of
from monitor.vocabulary import Side

FILE = resources.files("monitor.coach.ladder").joinpath("ladder.toml").read_text("utf-8")


def dose(sets: tuple[int, int], reps: tuple[int, int] | None = None, seconds: tuple[int, int] | None = None) -> Dose:
    return Dose(Range(*sets), Range(*reps) if reps else None, Range(*seconds) if seconds else None)


def test_the_stages_are_those_of_the_table() -> None:
    assert [(s.name, s.frequency, s.dose, s.up, s.optional) for s in ladder().stages] == [
        ("Wake-up", Frequency.DAILY, dose((1, 1), (5, 10), (5, 10)), Condition(pain_at_most=2), False),
        ("Isolated", Frequency.ALTERNATE, dose((2, 3), (10, 15)), Condition(sets=3, reps=15, effort_at_most=7), False),
        (
            "Isolated, hard",
            Frequency.ALTERNATE,
            dose((3, 3), None, (20, 30)),
            Condition(seconds=30, sides_within_percent=20),
            False,
        ),
        ("Standing", Frequency.ALTERNATE, dose((3, 3), (8, 12)), Condition(check="steady"), False),
        (
            "Loaded",
            Frequency.ALTERNATE,
            dose((3, 3), (6, 10)),
            Condition(sets=3, reps=10, pain_at_most=2, morning="none"),
            False,
        ),
        ("Spring", Frequency.ALTERNATE, dose((2, 3), (8, 10)), None, True),
    ]


def test_every_exercise_has_its_stage_s_dose_but_the_raise_in_the_side_plank() -> None:
    other = {e.id: e.dose for e in ladder().exercises.values() if e.dose != ladder().stages[e.stage].dose}
    assert other == {"side-plank-leg-raise": dose((3, 3), (6, 10))}
    assert ladder().exercises["side-plank-leg-raise"].after == "side-plank"


def test_what_is_known_of_the_muscle_is_told_with_its_source() -> None:
    told = {e.id: (e.activity.percent, e.activity.source) for e in ladder().exercises.values() if e.activity}
    assert told == {
        "side-lying-abduction": ("81 ± 42", "Distefano 2009"),
        "clam": ("40 ± 38", "Distefano 2009"),
        "side-plank-leg-raise": ("103", "Boren 2011, as others tell it"),
        "lateral-step-down": ("61 ± 20", "MacAskill 2014"),
        "reverse-lunge": ("48 ± 21", "Distefano 2009"),
        "box-squat": ("82 to 83", "as others tell it"),
    }


def test_who_lies_on_which_side_is_told_of_every_exercise_on_a_side() -> None:
    on_a_side = {e.id for e in ladder().exercises.values() if e.lies_on}
    assert on_a_side == {
        e.id for e in ladder().exercises.values() if re.search(r"Lie on (your|the) side|side plank", str(e.set_up))
    }
    assert all("outer hip" in str(ladder().exercises[name].care) for name in on_a_side)


def test_every_exercise_has_drawings() -> None:
    for exercise in ladder().exercises.values():
        left, right = (drawing(exercise, side) for side in (Side.LEFT, Side.RIGHT))
        assert left.startswith("<svg ")
        assert (left == right) == (exercise.legs is Legs.BOTH)


def test_texts_are_sentences_in_careful_words() -> None:
    texts = list(texts_of(FILE))
    assert len(texts) > 200
    exercise = ladder().exercises["clam"]
    assert {exercise.name, *exercise.steps, *exercise.care, exercise.shows, exercise.easier} <= set(texts)
    assert not [t for t in texts if re.search(r"(?i)weak|normal|treat|prevent|risk|diagnos|cure|patient|injur", t)]
    assert not [t for t in texts if "  " in t or t != t.strip()]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("[[stages]]", "[[stages]", "the ladder is no TOML"),
        ('frequency = "daily"', 'frequency = "hourly"', "stage 0: 'frequency' is 'hourly', and no one of"),
        ("sets = [1, 1]", "sets = [2, 1]", "stage 0, dose: 'sets' goes from 2 down to 1"),
        ("reps = [10, 15]", 'reps = "many"', "stage 1, dose: 'reps' is no pair of whole numbers"),
        ("up = { pain_at_most = 2 }", "", "stage 0: every stage but the last says when one goes up"),
        ("up = { pain_at_most = 2 }", "up = {}", "stage 0, up asks for nothing"),
        ("up = { pain_at_most = 2 }", "up = { pain_at_most = 2.5 }", "stage 0, up: 'pain_at_most' is no whole number"),
        (
            "up = { pain_at_most = 2 }",
            "up = { pane_at_most = 2 }",
            "stage 0, up has 'pane_at_most', which nothing reads",
        ),
        ('id = "bridge"', 'id = "wall-hold"', "exercise 'wall-hold' is there twice"),
        ('name = "Clam"', "", "exercise 'clam' lacks 'name'"),
        ('name = "Clam"', 'name = " "', "exercise 'clam': 'name' is no text"),
        ('drawing = "clam"', 'drawing = "mussel"', "exercise 'clam': there is no drawing 'mussel-left.svg'"),
        ('after = "side-plank"', 'after = "hops"', "'hops', which is no exercise of its stage before it"),
        ("stage = 5\nlegs", "stage = 7\nlegs", "exercise 'skips': there is no stage 7"),
        ('legs = "both"', 'legs = "three"', "exercise 'bridge': 'legs' is 'three'"),
        (
            'steps = [\n  "Keep the feet',
            'steps = [\n  7, "Keep the feet',
            "exercise 'clam': 'steps' is no list of texts",
        ),
    ],
)
def test_what_is_wrong_is_said_and_where(before: str, after: str, said: str) -> None:
    assert before in FILE
    with pytest.raises(LadderError) as raised:
        read(FILE.replace(before, after, 1))
    assert said in str(raised.value)
