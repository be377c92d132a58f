"""The JSON against `monitor/schema1.json`: all that is written is described, all that is described is written."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from monitor.analysis import measure
from monitor.export.document import Result, json_text, sd_name
from monitor.gait import GaitSettings
from monitor.vocabulary import VARIABLES, Observation, PelvicSource, Side
from tests.gait.synthetic import Runner

NOBODY = [Observation(i, i / 30.0, None, reason="nobody in view") for i in range(60)]
CASES: dict[str, list[Observation]] = {
    "a runner": Runner().observe(6.0),
    "a runner who leaves": Runner().observe(6.0) + [replace(o, time_s=o.time_s + 8.0) for o in NOBODY],
    "without a hip line": [replace(o, line=None) for o in Runner().observe(4.0)],
    "walking": Runner(stride_s=1.1, bounce_px=-18.0).observe(6.0),
    "nobody": NOBODY,
    "one stance of one side": [o for o in Runner().observe(2.0) if o.time_s < 0.9],
    "two frames": NOBODY[:2],
    "one frame": NOBODY[:1],
    "no frame": [],
}


def result_of(name: str) -> Result:
    notes = ["The file ends before its time: what it has was measured."] if name == "a runner who leaves" else []
    result = measure(f"{name}.npz", CASES[name], None, GaitSettings(), lambda _done, _count: None, notes)
    return replace(result, belt_speeds=[(0.0, 2.78), (5.0, 3.0)]) if name == "a runner" else result


@pytest.fixture(scope="module")
def documents() -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return {name: json.loads(json_text(result_of(name)), parse_constant=refuse) for name in CASES}


@pytest.mark.parametrize("name", CASES)
def test_every_result_fits_the_schema(documents: dict[str, Any], schema: Draft202012Validator, name: str) -> None:
    assert [error.message for error in schema.iter_errors(documents[name])] == []


def test_nothing_is_described_that_is_not_written(documents: dict[str, Any], schema: Draft202012Validator) -> None:
    written = {path for document in documents.values() for path in paths_of_value(document)}
    assert written == set(paths_of_schema(schema.schema, schema.schema))


def test_every_field_is_described_and_no_other_is_allowed(schema: Draft202012Validator) -> None:
    for where, part in objects_of(schema.schema):
        assert "additionalProperties" in part, where
        for name, field in part.get("properties", {}).items():
            assert len(field.get("description", "")) > 10, f"{where}/{name}"


def test_units_and_signs_are_those_of_the_vocabulary(schema: Draft202012Validator) -> None:
    fields = schema.schema["$defs"]["stance"]["properties"]
    for variable in VARIABLES:
        description = fields[variable.name]["description"]
        assert variable.label in description
        assert f"+ = {variable.meaning_of_plus}" in description
        assert ("Degrees" if variable.unit == "°" else "Hip widths") in description
        assert sd_name(variable.name) in fields
    assert set(fields["pelvic_source"]["enum"]) == {*PelvicSource, None}


@pytest.mark.parametrize("name", CASES)
def test_a_value_or_a_reason(documents: dict[str, Any], name: str) -> None:
    for stance in documents[name]["stances"]:
        for variable in VARIABLES:
            value, sd = stance[variable.name], stance[sd_name(variable.name)]
            assert (value is None) == (sd is None) == (variable.name in stance["withheld"])
        assert stance["contact_s"] < stance["midstance_s"] < stance["toe_off_s"]
    for side in Side:
        for statistic in documents[name]["summary"][side].values():
            if statistic["n"]:
                assert statistic["ci95"][0] <= statistic["mean"] <= statistic["ci95"][1]


def test_what_could_not_be_measured_says_why(documents: dict[str, Any]) -> None:
    notes = {name: document["quality"]["notes"] for name, document in documents.items()}
    assert notes == {
        "a runner": [],
        "a runner who leaves": ["The file ends before its time: what it has was measured."],
        "without a hip line": [],
        "walking": ["No stance could be measured: walking."],
        "nobody": ["No stance could be measured: nobody in view."],
        "one stance of one side": ["No stance could be measured: too few strides in a row."],
        "two frames": ["No stance could be measured: nobody in view."],
        "one frame": ["No stance could be measured: nobody in view."],
        "no frame": ["No stance could be measured: no frame yet."],
    }
    leaves = documents["a runner who leaves"]["quality"]
    assert leaves["frames"] == leaves["frames_used"] + 60
    assert leaves["frames_withheld"] == {"nobody in view": 60}
    walking = documents["walking"]
    assert walking["quality"]["stances_withheld"] == {"walking": len(walking["stances"])}


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("stances", 0, "valid"), False),
        (("stances", 0, "side"), "links"),
        (("stances", 0, "withheld"), {"heart_rate": "not measured"}),
        (("summary", "left", "knee_window", "n"), 0),
        (("summary", "left", "knee_window", "ci95"), [1.0]),
        (("quality", "comment"), "fine"),
        (("schema",), 2),
    ],
)
def test_the_schema_refuses_what_is_wrong(
    documents: dict[str, Any], schema: Draft202012Validator, place: tuple[Any, ...], value: object
) -> None:
    wrong = part = json.loads(json.dumps(documents["a runner"]))
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    assert not schema.is_valid(wrong)


def test_what_is_not_a_number_is_not_written() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        json_text(replace(result_of("a runner"), duration_s=float("nan")))


def resolved(part: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    reference = part.get("$ref")
    return root["$defs"][reference.rpartition("/")[2]] if reference else part


def objects_of(root: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every description of an object, by its place."""
    waiting = [("", root), *((f"$defs/{name}", part) for name, part in root["$defs"].items())]
    while waiting:
        where, part = waiting.pop()
        if part.get("type") == "object":
            yield where, part
        waiting += [(f"{where}/{name}", field) for name, field in part.get("properties", {}).items()]


def paths_of_schema(part: dict[str, Any], root: dict[str, Any], where: str = "") -> Iterator[str]:
    """The place of every field that is described."""
    part = resolved(part, root)
    for name, field in part.get("properties", {}).items():
        yield f"{where}/{name}"
        yield from paths_of_schema(field, root, f"{where}/{name}")
    if part.get("items"):
        yield from paths_of_schema(part["items"], root, f"{where}[]")


def paths_of_value(value: Any, where: str = "") -> Iterator[str]:
    """The place of every field that is written; the keys of a table of reasons are not fields."""
    if isinstance(value, dict) and not where.endswith(("withheld", "sources")):
        for name, inner in value.items():
            yield f"{where}/{name}"
            yield from paths_of_value(inner, f"{where}/{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from paths_of_value(inner, f"{where}[]")
