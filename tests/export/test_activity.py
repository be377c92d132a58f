"""The FIT activity, read by the vendor's own decoder and by another one."""

import math
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import fmean
from typing import Any

import fitdecode
import pytest
from garmin_fit_sdk import Decoder, Stream
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.export.activity import FIRST_DATE, HALF_WIDTHS, PAUSE_S, VALUES, UndatedError, fit_activity
from monitor.export.document import Quality, Result, cadence_spm
from monitor.export.session import result_of
from monitor.store import Reader
from monitor.vocabulary import VARIABLES, Side, Stance, Statistic
from tests.web.conftest import Demo
from tests.web.demo import make_stance, summarise

BEGAN = datetime(2026, 3, 1, 7, 30, 0, 600_000, tzinfo=UTC)
KINDS = ("story", "recovered", "withheld", "single", "nobody", "no summary", "hostile")


def decoded(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """By the vendor's decoder, which finds nothing wrong."""
    assert Decoder(Stream.from_byte_array(bytearray(data))).check_integrity()
    messages, errors = Decoder(Stream.from_byte_array(bytearray(data))).read()
    assert errors == []
    return messages


def also_decoded(data: bytes) -> list[fitdecode.FitDataMessage]:
    """By the other one, with every check that it has."""
    with fitdecode.FitReader(
        data, check_crc=fitdecode.CrcCheck.RAISE, error_handling=fitdecode.ErrorHandling.RAISE
    ) as found:
        return [frame for frame in found if isinstance(frame, fitdecode.FitDataMessage)]


def values_of(message: dict[str, Any]) -> dict[int, float]:
    """The developer fields that have a value: the base type's "invalid" is not a number."""
    return {number: value for number, value in message.get("developer_fields", {}).items() if not math.isnan(value)}


def made(stances: list[Stance], duration_s: float) -> Result:
    return Result("made", 30.0, duration_s, cadence_spm(stances), Quality(0, 0, {}), summarise(stances), stances)


def steps(count: int, start_s: float = 0.0) -> list[Stance]:
    dice = random.Random(7)
    return [make_stance(i, dice, start_s=start_s) for i in range(count)]


@pytest.mark.parametrize("kind", KINDS)
def test_both_decoders_read_every_session_alike(demo_store: Demo, reader: Reader, kind: str) -> None:
    session = reader.session(demo_store.ids[kind])
    assert session is not None
    result = result_of(reader, session)
    data = fit_activity(result, session.started_at)
    messages = decoded(data)
    counts = {name: len(found) for name, found in messages.items()}
    assert counts.pop("record_mesgs") >= 1
    assert counts == {
        "file_id_mesgs": 1,
        "developer_data_id_mesgs": 1,
        "field_description_mesgs": 32,
        "event_mesgs": 2,
        "lap_mesgs": 1,
        "session_mesgs": 1,
        "activity_mesgs": 1,
    }
    (whole,) = messages["session_mesgs"]
    began = session.started_at.replace(microsecond=0)
    assert (whole["sport"], whole["sub_sport"], whole["start_time"]) == ("running", "treadmill", began)
    assert whole["total_elapsed_time"] == pytest.approx(session.elapsed_s, abs=1e-3)
    times = [record["timestamp"] for record in messages["record_mesgs"]]
    assert times[0] == began
    assert {b - a for a, b in pairwise(times)} <= {timedelta(seconds=1)}
    assert times[-1] <= whole["timestamp"]
    other = also_decoded(data)
    assert other[0].name == "file_id"
    assert [m.get_value("timestamp") for m in other if m.name == "record"] == times


def test_cadence_is_in_strides_as_the_vendor_counts_it(demo_store: Demo, reader: Reader) -> None:
    session = reader.session(demo_store.ids["story"])
    assert session is not None
    result = result_of(reader, session)
    messages = decoded(fit_activity(result, session.started_at))
    (whole,) = messages["session_mesgs"]
    assert result.cadence_spm is not None
    strides = whole["avg_running_cadence"] + whole["avg_fractional_cadence"]
    assert strides == pytest.approx(result.cadence_spm / 2.0, abs=1 / 256)
    known = [r for r in messages["record_mesgs"] if "cadence" in r]
    assert len(known) > 200
    for record in known:
        assert record["cadence"] + record["fractional_cadence"] == pytest.approx(60.0 / 0.72, abs=4.0)
    assert "cadence" not in messages["record_mesgs"][0]


def test_the_fields_say_what_they_are_and_hold_what_was_measured() -> None:
    stances = steps(40)
    result = made(stances, 16.0)
    data = fit_activity(result, BEGAN)
    messages = decoded(data)
    described = {
        m["field_definition_number"]: (m["field_name"], m["units"]) for m in messages["field_description_mesgs"]
    }
    assert described == {f.number: (f.name, f.unit) for f in VALUES + HALF_WIDTHS}
    assert described[0] == ("Pelvis drop left", "deg")
    assert described[11] == ("Knee window right", "hip widths")
    assert len({name for name, _ in described.values()}) == 4 * len(VARIABLES)
    for second, record in enumerate(messages["record_mesgs"]):
        begun = [s for s in stances if second <= s.contact_s < second + 1]
        expected = {
            f.number: fmean(values)
            for f in VALUES
            if (values := [float(s.measures[f.variable.name].value or 0) for s in begun if s.side is f.side])
        }
        assert values_of(record) == pytest.approx(expected, abs=1e-5)
    for name in ("lap_mesgs", "session_mesgs"):
        means = values_of(messages[name][0])
        for field in VALUES:
            statistic = result.summary[field.side][field.variable.name]
            assert statistic.ci95 is not None
            low, high = statistic.ci95
            assert means[field.number] == pytest.approx(statistic.mean, abs=1e-5)
            assert means[field.number + len(VALUES)] == pytest.approx((high - low) / 2, abs=1e-5)
    (session,) = [m for m in also_decoded(data) if m.name == "session"]
    drop = session.get_field("Pelvis drop left")
    assert drop.units == "deg"
    assert drop.value == pytest.approx(result.summary[Side.LEFT]["pelvic_drop_deg"].mean, abs=1e-5)


def test_what_is_withheld_has_no_number(demo_store: Demo, reader: Reader) -> None:
    session = reader.session(demo_store.ids["withheld"])
    assert session is not None
    messages = decoded(fit_activity(result_of(reader, session), session.started_at))
    pelvic = {f.number for f in VALUES + HALF_WIDTHS if f.variable.name == "pelvic_drop_deg"}
    known = set[int]().union(*map(values_of, (*messages["record_mesgs"], *messages["session_mesgs"])))
    assert known
    assert pelvic.isdisjoint(known)


@pytest.mark.parametrize(("pause_s", "records"), [(PAUSE_S - 10, 60), (PAUSE_S + 3600, 12)])
def test_a_long_pause_is_left_out(pause_s: float, records: int) -> None:
    stances = steps(10) + steps(10, 5.0 + pause_s)
    found = decoded(fit_activity(made(stances, 20.0 + pause_s), BEGAN))["record_mesgs"]
    assert len(found) == pytest.approx(records, abs=3)
    assert found[-1]["timestamp"] == BEGAN.replace(microsecond=0) + timedelta(seconds=int(stances[-1].contact_s))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.floats(0.0, 300.0), st.booleans(), st.floats(-90.0, 90.0)), max_size=30))
def test_any_stances_make_a_sound_file(given_: list[tuple[float, bool, float]]) -> None:
    stances = []
    for at_s, left, value in sorted(given_):
        plain = make_stance(0 if left else 1, random.Random(3))
        measures = {name: replace(m, value=value) for name, m in plain.measures.items()}
        stances.append(replace(plain, contact_s=at_s, midstance_s=at_s + 0.1, toe_off_s=at_s + 0.2, measures=measures))
    messages = decoded(fit_activity(made(stances, 301.0), BEGAN))
    times = [record["timestamp"] for record in messages["record_mesgs"]]
    assert times == sorted(set(times))


def test_a_session_that_runs_ends_with_its_last_stance_so_far() -> None:
    messages = decoded(fit_activity(made(steps(40), 3.0), BEGAN))
    (whole,) = messages["session_mesgs"]
    assert whole["timestamp"] == messages["activity_mesgs"][0]["timestamp"] == messages["record_mesgs"][-1]["timestamp"]
    assert whole["total_elapsed_time"] == len(messages["record_mesgs"]) - 1


def test_a_session_without_a_date_is_refused() -> None:
    early = FIRST_DATE - timedelta(seconds=1)
    for began in (datetime(1970, 1, 1, tzinfo=UTC), early):
        with pytest.raises(UndatedError, match="clock"):
            fit_activity(made(steps(4), 5.0), began)
    assert decoded(fit_activity(made(steps(4), 5.0), FIRST_DATE))["file_id_mesgs"][0]["time_created"] == FIRST_DATE


def test_what_is_not_known_of_the_whole_is_left_out() -> None:
    result = made(steps(4), 5.0)
    unknown = {side: {v.name: Statistic(None, None, 0, None, "no stance") for v in VARIABLES} for side in Side}
    messages = decoded(fit_activity(replace(result, summary=unknown, cadence_spm=None), BEGAN))
    (whole,) = messages["session_mesgs"]
    assert "developer_fields" not in whole
    assert "avg_cadence" not in whole


def test_the_belts_speed_is_in_every_record_from_where_it_was_said() -> None:
    result = replace(made(steps(60), 25.0), belt_speeds=[(5.0, 2.5), (10.0, 3.0)])
    data = fit_activity(result, BEGAN)
    speeds = [record.get("enhanced_speed") for record in decoded(data)["record_mesgs"]]
    assert speeds == [None if s < 5 else 2.5 if s < 10 else 3.0 for s in range(len(speeds))]
    records = [frame for frame in also_decoded(data) if frame.name == "record"]
    assert [frame.get_value("enhanced_speed", fallback=None) for frame in records] == speeds
    without = decoded(fit_activity(made(steps(60), 25.0), BEGAN))["record_mesgs"]
    assert all("enhanced_speed" not in record for record in without)
