"""The bill of materials."""

from datetime import date
from pathlib import Path

import pytest

from hardware import circuit, parts
from hardware.parts import Part


def test_the_prices_have_their_date_and_the_numbers_say_whether_they_were_seen() -> None:
    prices_of, listed = parts.read()
    assert prices_of == date(2026, 11, 29)
    assert len({part.name for part in listed}) == len(listed) > 20
    assert {part.name for part in listed if part.number and not part.seen} == set()


def test_each_computer_gets_one_of_what_only_fits_it() -> None:
    _, listed = parts.read()
    for word in ("Raspberry Pi", "power supply", "Camera cable"):
        for computer in parts.COMPUTERS:
            only = [part for part in listed if word in part.name and part.computers == [computer]]
            assert only, f"{word} for the {computer}"


def test_resistors_are_those_of_the_wiring() -> None:
    assert parts.resistors(circuit.FULL) == "2 × 100 Ω, 4 × 120 Ω, 1 × 330 Ω"
    assert parts.resistors(circuit.SIMPLE) == "4 × 120 Ω, 1 × 330 Ω"


def test_a_total_counts_the_first_of_a_choice_and_nothing_of_other_builds() -> None:
    listed = [
        Part("a", "", 1.0, "list"),
        Part("b", "", 1.0, "list", count=2, builds=["full"]),
        Part("c", "", 4.0, "list", computers=["4"]),
        Part("d", "", 8.0, "list", choice="camera"),
        Part("e", "", 16.0, "list", choice="camera"),
    ]
    assert parts.total_usd(listed, "full", "5") == 11.0
    assert parts.total_usd(listed, "simple", "4") == 13.0


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("builds = ['grand']", "there are the builds"),
        ("price_usd = 0", "a price is above 0"),
        ("count = 0", "a count is 1 or more"),
        ("seen = true", "only a number"),
        ("colour = 'red'", "colour"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(tmp_path: Path, line: str, complaint: str) -> None:
    given = {"name": "'x'", "instead": "''", "price_usd": "1", "price_from": "'list'"}
    name, _, value = line.partition(" = ")
    given[name] = value
    lines = "\n".join(f"{name} = {value}" for name, value in given.items())
    path = tmp_path / "parts.toml"
    path.write_text(f"prices_of = 2026-11-29\n[[part]]\n{lines}\n")
    with pytest.raises((ValueError, TypeError), match=complaint):
        parts.read(path)
