from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.camera.exposure import (
    DARKEST,
    LONGEST_US,
    MOST_GAIN,
    SHARP_US,
    STEADY_PICTURES,
    Light,
    Limits,
    Metered,
    fixed_exposure,
    frame_duration_us,
    has_settled,
    middle_of_exposure_s,
)

MAINS_HZ = st.sampled_from([50, 60])
FPS = st.floats(5.0, 200.0)
EXPOSURES_US = st.floats(100.0, 120_000.0)
GAINS = st.floats(1.0, 64.0)
SENSORS = st.builds(
    Limits, least_exposure_us=st.integers(1, 200), least_gain=st.floats(1.0, 1.5), most_gain=st.floats(1.5, 64.0)
)
STEADY = Metered(10_000.0, 2.0, (2.0, 1.5), 0.4, False)


@pytest.mark.parametrize(
    ("fps", "mains_hz", "least_us", "duration_us"),
    [
        (50.0, 50, 0, 20_000),
        (60.0, 50, 0, 20_000),
        (40.0, 50, 0, 30_000),
        (100.0, 50, 0, 10_000),
        (50.0, 60, 0, 25_000),
        (60.0, 60, 0, 16_667),
        (120.0, 60, 0, 8_333),
        (50.0, 50, 17_849, 20_000),
        (50.0, 50, 24_390, 30_000),
        (60.0, 60, 16_667, 16_667),
    ],
)
def test_frames_are_half_periods_of_the_mains_apart(fps: float, mains_hz: int, least_us: int, duration_us: int) -> None:
    assert frame_duration_us(fps, mains_hz, least_us) == duration_us


@given(FPS, MAINS_HZ, st.floats(0.0, 100_000.0))
def test_no_lamp_flickers_and_no_higher_rate_would_do(fps: float, mains_hz: int, least_us: float) -> None:
    duration_us = frame_duration_us(fps, mains_hz, least_us)
    half_us = 0.5e6 / mains_hz
    halves = round(duration_us / half_us)
    assert halves >= 1
    assert abs(duration_us - halves * half_us) <= 0.5
    wished_us = max(1e6 / fps, least_us)
    assert duration_us >= wished_us - 1.5
    assert halves == 1 or (halves - 1) * half_us < wished_us


@given(EXPOSURES_US, GAINS, SENSORS)
def test_an_exposure_keeps_to_every_limit(metered_us: float, metered_gain: float, sensor: Limits) -> None:
    fixed = fixed_exposure(metered_us, metered_gain, sensor)
    most_gain = min(MOST_GAIN, sensor.most_gain)
    assert sensor.least_exposure_us <= fixed.exposure_us <= LONGEST_US
    assert sensor.least_gain <= fixed.gain <= most_gain
    assert fixed.exposure_us <= SHARP_US or fixed.gain == pytest.approx(most_gain, rel=1e-3)
    assert fixed.exposure_us <= SHARP_US or fixed.light is not Light.GOOD


@given(EXPOSURES_US, GAINS, SENSORS)
def test_a_picture_is_as_bright_as_metered_unless_it_is_said(
    metered_us: float, metered_gain: float, sensor: Limits
) -> None:
    needed = metered_us * metered_gain
    fixed = fixed_exposure(metered_us, metered_gain, sensor)
    brightness = fixed.exposure_us * fixed.gain
    if needed >= sensor.least_exposure_us * sensor.least_gain:
        assert brightness <= needed * (1.0 + 1e-9)
        if fixed.light is Light.GOOD:
            assert brightness == pytest.approx(needed, rel=1e-9, abs=fixed.gain)  # a microsecond is lost in rounding
        elif fixed.light is Light.DIM:
            assert brightness >= DARKEST * needed * (1.0 - 1e-3)
        else:
            assert brightness < DARKEST * needed


@given(EXPOSURES_US, GAINS, st.floats(1.0, 10.0), SENSORS)
def test_less_light_makes_nothing_shorter_or_better(
    metered_us: float, metered_gain: float, times_darker: float, sensor: Limits
) -> None:
    verdicts = list(Light)
    bright = fixed_exposure(metered_us, metered_gain, sensor)
    dark = fixed_exposure(metered_us, metered_gain * times_darker, sensor)
    assert dark.exposure_us >= bright.exposure_us
    assert dark.exposure_us * dark.gain >= bright.exposure_us * bright.gain * (1.0 - 1e-9)
    assert verdicts.index(dark.light) >= verdicts.index(bright.light)


@given(EXPOSURES_US, GAINS, st.floats(0.1, 10.0), SENSORS)
def test_only_the_product_counts(metered_us: float, metered_gain: float, factor: float, sensor: Limits) -> None:
    one = fixed_exposure(metered_us, metered_gain, sensor)
    other = fixed_exposure(metered_us * factor, metered_gain / factor, sensor)
    assert other.exposure_us == pytest.approx(one.exposure_us, abs=1)
    assert other.gain == pytest.approx(one.gain, rel=0.02)


def test_gain_goes_before_a_longer_exposure() -> None:
    sensor = Limits(1, 1.0, 16.0)
    assert fixed_exposure(2_000.0, 1.0, sensor).exposure_us == 2_000
    assert fixed_exposure(20_000.0, 1.0, sensor).gain == 5.0
    dim = fixed_exposure(20_000.0, 2.0, sensor)
    assert (dim.exposure_us, dim.gain, dim.light) == (5_000, 8.0, Light.DIM)
    assert fixed_exposure(20_000.0, 6.0, sensor).light is Light.DIM
    dark = fixed_exposure(20_000.0, 16.0, sensor)
    assert (dark.exposure_us, dark.gain, dark.light) == (LONGEST_US, 8.0, Light.DARK)


def test_impossible_limits() -> None:
    for impossible in ((0, 1.0, 2.0), (1, 0.0, 2.0), (1, 4.0, 2.0)):
        with pytest.raises(ValueError, match="a sensor has"):
            Limits(*impossible)


def test_settled_is_what_stays() -> None:
    assert has_settled([STEADY] * STEADY_PICTURES)
    assert not has_settled([STEADY] * (STEADY_PICTURES - 1))
    brighter, redder = replace(STEADY, gain=2.1), replace(STEADY, colour_gains=(2.1, 1.5))
    for other in (brighter, redder, replace(STEADY, searching=True)):
        assert not has_settled([STEADY] * STEADY_PICTURES + [other])
        assert has_settled([other] + [STEADY] * STEADY_PICTURES)
    assert has_settled([replace(STEADY, exposure_us=20_000.0, gain=1.0, colour_gains=None)] * STEADY_PICTURES)
    assert has_settled([STEADY, replace(STEADY, exposure_us=20_000.0, gain=1.0)] * STEADY_PICTURES)


def test_what_metadata_tell() -> None:
    told = {"ExposureTime": 9_000, "AnalogueGain": 2.0, "DigitalGain": 1.5, "ColourGains": (2.0, 1.5), "AfState": 1}
    assert Metered.of(told) == Metered(9_000.0, 3.0, (2.0, 1.5), None, True)
    assert Metered.of({"ExposureTime": 9_000, "AnalogueGain": 2.0, "AeState": 1, "LensPosition": 0.3}) == Metered(
        9_000.0, 2.0, None, 0.3, True
    )
    assert Metered.of({"SensorTimestamp": 1}) is None


@given(st.integers(0, 10**15), st.floats(0.0, 66_000.0))
def test_the_middle_is_half_an_exposure_before_its_end(stamp_ns: int, exposure_us: float) -> None:
    assert middle_of_exposure_s(stamp_ns, exposure_us) == pytest.approx(stamp_ns / 1e9 - exposure_us / 2e6, abs=1e-9)
    assert middle_of_exposure_s(10**9, 4_000.0) == pytest.approx(0.998, abs=1e-12)
