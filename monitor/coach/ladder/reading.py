"""Reads the ladder's file, and says of a faulty one what is wrong and where."""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, TypeVar

from monitor.coach.ladder.exercises import (
    Activity,
    Condition,
    Dose,
    Exercise,
    Frequency,
    Ladder,
    Legs,
    LiesOn,
    Range,
    Stage,
)
from monitor.vocabulary import Side

FILE = "ladder.toml"
DRAWINGS = resources.files("monitor.coach.drawings")
TEXTS = ("name", "purpose", "easier", "harder", "shows", "of", "source", "set_up", "steps", "faults", "care")
"""What of the file is said to people, and translated."""
Named = TypeVar("Named", bound=StrEnum)


class LadderError(ValueError):
    """The ladder's file cannot be used; the message says where and why."""


class _Table:
    """A table of the file. What is asked for must be there, and all that is there must be asked for."""

    def __init__(self, held: object, where: str) -> None:
        if not isinstance(held, dict):
            raise LadderError(f"{where} is no table")
        self._held: dict[str, Any] = held
        self._asked: set[str] = set()
        self.where = where

    def __contains__(self, name: str) -> bool:
        self._asked.add(name)
        return name in self._held

    def any(self, name: str) -> Any:
        if name not in self:
            raise LadderError(f"{self.where} lacks {name!r}")
        return self._held[name]

    def text(self, name: str) -> str:
        value = self.any(name)
        if not isinstance(value, str) or not value.strip():
            raise LadderError(f"{self.where}: {name!r} is no text")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        values = self.any(name)
        if not isinstance(values, list) or not values or not all(isinstance(v, str) and v.strip() for v in values):
            raise LadderError(f"{self.where}: {name!r} is no list of texts")
        return tuple(values)

    def number(self, name: str) -> int:
        value = self.any(name)
        if type(value) is not int or value < 0:
            raise LadderError(f"{self.where}: {name!r} is no whole number")
        return value

    def one_of(self, name: str, kind: type[Named]) -> Named:
        value = self.any(name)
        if value not in list(kind):
            known = ", ".join(repr(str(each)) for each in kind)
            raise LadderError(f"{self.where}: {name!r} is {value!r}, and no one of {known}")
        return kind(value)

    def range(self, name: str) -> Range:
        value = self.any(name)
        if not isinstance(value, list) or len(value) != 2 or any(type(v) is not int or v < 1 for v in value):
            raise LadderError(f"{self.where}: {name!r} is no pair of whole numbers")
        if value[0] > value[1]:
            raise LadderError(f"{self.where}: {name!r} goes from {value[0]} down to {value[1]}")
        return Range(*value)

    def end(self) -> None:
        if unknown := sorted(self._held.keys() - self._asked):
            raise LadderError(f"{self.where} has {unknown[0]!r}, which nothing reads")


@cache
def ladder() -> Ladder:
    """Return the ladder that Medius comes with."""
    return read(resources.files("monitor.coach.ladder").joinpath(FILE).read_text("utf-8"))


@cache
def drawing(exercise: Exercise, side: Side) -> str:
    """Return the drawing of an exercise for a leg, as SVG to be put into a page."""
    name = _drawings(exercise.drawing, exercise.legs)[0 if side is Side.LEFT else -1]
    return DRAWINGS.joinpath(name).read_text("utf-8")


def read(text: str) -> Ladder:
    """Return the ladder of a file. Raises `LadderError`."""
    try:
        file = _Table(tomllib.loads(text), "the ladder")
    except tomllib.TOMLDecodeError as error:
        raise LadderError(f"the ladder is no TOML: {error}") from error
    stages = tuple(_stage(number, _Table(held, f"stage {number}")) for number, held in enumerate(file.any("stages")))
    exercises: dict[str, Exercise] = {}
    for number, held in enumerate(file.any("exercises"), 1):
        exercise = _exercise(_Table(held, f"exercise {number}"), stages, exercises)
        exercises[exercise.id] = exercise
    file.end()
    found = Ladder(stages, exercises)
    for stage in stages:
        if not found.of_stage(stage.number):
            raise LadderError(f"stage {stage.number} has no exercise")
        if (stage.up is None) != (stage is stages[-1]):
            raise LadderError(f"stage {stage.number}: every stage but the last says when one goes up")
    return found


def texts_of(text: str) -> Iterator[str]:
    """Yield every text of a file that is said to people, in its order."""
    return _said(tomllib.loads(text))


def _said(held: Mapping[str, Any] | Sequence[Any]) -> Iterator[str]:
    if isinstance(held, Mapping):
        for name, value in held.items():
            if name in TEXTS:
                yield from [value] if isinstance(value, str) else value
            elif isinstance(value, Mapping | list):
                yield from _said(value)
    else:
        for each in held:
            if isinstance(each, Mapping):
                yield from _said(each)


def _stage(number: int, held: _Table) -> Stage:
    made = Stage(
        number=number,
        name=held.text("name"),
        purpose=held.text("purpose"),
        frequency=held.one_of("frequency", Frequency),
        dose=_dose(held),
        up=_condition(_Table(held.any("up"), f"{held.where}, up")) if "up" in held else None,
        optional="optional" in held and held.any("optional") is True,
    )
    held.end()
    return made


def _dose(held: _Table) -> Dose:
    dose = _Table(held.any("dose"), f"{held.where}, dose")
    reps = dose.range("reps") if "reps" in dose else None
    seconds = dose.range("seconds") if "seconds" in dose else None
    if reps is None and seconds is None:
        raise LadderError(f"{dose.where} has neither 'reps' nor 'seconds'")
    made = Dose(dose.range("sets"), reps, seconds)
    dose.end()
    return made


def _condition(held: _Table) -> Condition:
    numbers = ("sets", "reps", "seconds", "effort_at_most", "pain_at_most", "sides_within_percent")
    made = Condition(
        **{name: held.number(name) for name in numbers if name in held},
        check=held.text("check") if "check" in held else None,
        morning=held.text("morning") if "morning" in held else None,
    )
    held.end()
    if made == Condition():
        raise LadderError(f"{held.where} asks for nothing")
    return made


def _exercise(held: _Table, stages: Sequence[Stage], before: Mapping[str, Exercise]) -> Exercise:
    name = held.text("id")
    held.where = f"exercise {name!r}"
    if name in before:
        raise LadderError(f"{held.where} is there twice")
    stage = held.number("stage")
    if stage >= len(stages):
        raise LadderError(f"{held.where}: there is no stage {stage}")
    after = held.text("after") if "after" in held else None
    if after is not None and (after not in before or before[after].stage != stage):
        raise LadderError(f"{held.where} comes after {after!r}, which is no exercise of its stage before it")
    made = Exercise(
        id=name,
        name=held.text("name"),
        stage=stage,
        legs=held.one_of("legs", Legs),
        lies_on=held.one_of("lies_on", LiesOn) if "lies_on" in held else LiesOn.NEITHER,
        after=after,
        dose=_dose(held) if "dose" in held else stages[stage].dose,
        purpose=held.text("purpose"),
        set_up=held.texts("set_up"),
        steps=held.texts("steps"),
        faults=held.texts("faults"),
        easier=held.text("easier"),
        harder=held.text("harder"),
        care=held.texts("care"),
        drawing=held.text("drawing"),
        shows=held.text("shows"),
        activity=_activity(_Table(held.any("activity"), f"{held.where}, activity")) if "activity" in held else None,
    )
    held.end()
    for file in _drawings(made.drawing, made.legs):
        if not DRAWINGS.joinpath(file).is_file():
            raise LadderError(f"{held.where}: there is no drawing {file!r}")
    return made


def _drawings(name: str, legs: Legs) -> tuple[str, ...]:
    """The files of a drawing: of the left leg and of the right one, or one for both."""
    return (f"{name}.svg",) if legs is Legs.BOTH else (f"{name}-left.svg", f"{name}-right.svg")


def _activity(held: _Table) -> Activity:
    made = Activity(held.text("percent"), held.text("of"), held.text("source"))
    held.end()
    return made
