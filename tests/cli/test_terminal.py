"""What a session looks like, in a terminal and in a file."""

import io
import math
from dataclasses import replace

import pytest
from rich.console import Console

from monitor.audience import Progress
from monitor.camera.clock import REPEATED
from monitor.cues.lamps import LampsState
from monitor.export.document import Quality, Result
from monitor.gait import summarise
from monitor.terminal import (
    LEGEND,
    Terminal,
    engine_report,
    lamps_text,
    measure_text,
    quality_text,
    stance_text,
    statistic_text,
    summary_table,
)
from monitor.vocabulary import (
    Cue,
    CueKind,
    EngineFigures,
    LampState,
    Measure,
    PelvicSource,
    Quantiles,
    Side,
    Stance,
    Statistic,
)
from tests.gait.synthetic import Runner, run

DARK = LampsState(False, False, False, False, True, False, LampState.READY, None)
ENGINE = EngineFigures(
    model="lite",
    isolation="an empty network namespace",
    frames=88,
    dropped=2,
    fps=30.0,
    inference_s=Quantiles(0.0171, 0.02, 0.031),
    age_s=Quantiles(0.032, 0.041, 0.06),
    restarts=0,
    last_failure=None,
    worker_bytes=(100 << 20,),
)
PROGRESS = Progress(3.0, LampState.MEASURING, "", 168.2, ENGINE)
ENGINE_LINES = [
    "88 frames, 2 dropped.",
    "A picture took 17/20/31 ms in a worker, and 32/41/60 ms until it was decided on (median/95th/99th percentile).",
]
AMBER = Cue(12.0, Side.LEFT, CueKind.OUTSIDE, "the pelvis drops beyond your band", 6.3, 0.5, 5.0)


@pytest.fixture(scope="module")
def stances() -> list[Stance]:
    return run(Runner().observe(4.0))


def session(console: Console, stances: list[Stance]) -> str:
    """A session's text."""
    assert isinstance(console.file, io.StringIO)
    with Terminal(console) as terminal:
        terminal.say("Camera: a file with a long name and much to say about where its times come from, and how")
        terminal.lamps(DARK)
        terminal.progress(PROGRESS)
        terminal.stance(stances[0])
        terminal.stance(replace(stances[1], valid=False, reason="frames missing during the stance"))
        terminal.cue(AMBER)
    return console.file.getvalue()


def test_a_file_gets_whole_lines_and_no_foot(stances: list[Stance]) -> None:
    lines = session(Console(file=io.StringIO(), width=80), stances).splitlines()
    assert lines == [
        "Camera: a file with a long name and much to say about where its times come from, and how",
        LEGEND,
        stance_text(stances[0]).plain,
        f"{stances[1].contact_s:8.2f} s  {stances[1].side:<5}  withheld: frames missing during the stance",
        "   12.00 s  left lamp amber: the pelvis drops beyond your band (+6.3° ± 1.0°, target 5.0°)",
        *ENGINE_LINES,
    ]


def test_a_narrow_terminal_gets_the_beginning_of_a_stance_and_all_of_a_cue(stances: list[Stance]) -> None:
    console = Console(file=io.StringIO(), width=60, force_terminal=True, legacy_windows=False, color_system=None)
    text = session(console, stances)
    assert stance_text(stances[0]).plain[:59] + "…\n" in text
    assert "   12.00 s  left lamp amber: the pelvis drops beyond your \nband (+6.3° ± 1.0°, target 5.0°)\n" in text
    assert "○ left off     ○ right off     ● ready" in text
    assert "88 frames, 2 dropped, 30.0 a second, 168 steps/min, pose …" in text


def test_lamps_of_one_colour_are_not_said_to_be_blue() -> None:
    inside, console = Cue(9.0, None, CueKind.INSIDE, "inside your band"), Console(file=io.StringIO(), width=80)
    with Terminal(console) as terminal:
        for lamps in (DARK, replace(DARK, left_blue=None, right_blue=None)):
            terminal.lamps(lamps)
            terminal.cue(inside)
    assert isinstance(console.file, io.StringIO)
    assert console.file.getvalue().splitlines() == [
        "    9.00 s  lamps blue: inside your band",
        "    9.00 s  lamps off: inside your band",
    ]


def test_a_fault_is_said_once() -> None:
    console = Console(file=io.StringIO(), width=80)
    fault = replace(PROGRESS, state=LampState.FAULT, reason="the disk is full")
    with Terminal(console) as terminal:
        for progress in (PROGRESS, fault, replace(fault, time_s=4.0), replace(PROGRESS, time_s=5.0), fault):
            terminal.progress(progress)
    assert isinstance(console.file, io.StringIO)
    said = "    3.00 s  fault: the disk is full\n"
    assert console.file.getvalue() == said + said + "\n".join([*ENGINE_LINES, ""])


def test_what_went_wrong_with_the_engine_is_told_at_the_end() -> None:
    engine = replace(ENGINE, restarts=2, last_failure="it was ended by SIGKILL", clock_faults={REPEATED: 3})
    assert engine_report(engine).splitlines() == [
        *ENGINE_LINES,
        "2 workers replaced; the last because it was ended by SIGKILL.",
        "The camera's clock stands still in 3 frames.",
    ]
    quiet = replace(ENGINE, frames=0, dropped=0, inference_s=None, age_s=None)
    assert engine_report(quiet) == "0 frames, 0 dropped."


@pytest.mark.parametrize(
    ("state", "text"),
    [
        (DARK, "○ left off     ○ right off     ● ready"),
        (
            replace(DARK, left_amber=True, status=False, buzzer=True, means=LampState.MEASURING),
            "● left amber   ○ right off     ♪   ○ measuring",
        ),
        (replace(DARK, muted=True), "○ left off     ○ right off     muted   ● ready"),
        (
            replace(DARK, means=LampState.SETUP),
            "○ left off     ○ right off     ● somebody looks through the camera",
        ),
        (
            replace(DARK, left_blue=True, right_blue=True, means=LampState.CANNOT_SEE, reason="no picture"),
            "◆ left blue    ◆ right blue    ● cannot see you: no picture",
        ),
        (replace(DARK, left_blue=None, right_blue=None, buzzer=None), "○ left off     ○ right off     ● ready"),
    ],
)
def test_lamps_are_told_apart_by_more_than_colour(state: LampsState, text: str) -> None:
    assert lamps_text(state).plain == text


def test_a_value_comes_with_its_interval_or_a_reason() -> None:
    assert measure_text(Measure(-3.25, 0.3, shared_sd=0.4)) == f" -3.2 ± {1.96 * math.hypot(0.3, 0.4):.1f}°"
    assert measure_text(Measure.withheld("shoulders not seen")) == "withheld (shoulders not seen)"
    assert statistic_text(Statistic(6.25, 1.0, 12, (5.0, 7.5)), "°") == "+6.2 ± 1.2° (12)"
    assert statistic_text(Statistic(-0.1, 0.02, 3, (-0.15, -0.05)), "hip widths") == "-0.10 ± 0.05 (3)"
    assert statistic_text(Statistic(None, None, 0, None, "no stance"), "°") == "withheld: no stance"


def test_the_summary_fits_60_columns(stances: list[Stance]) -> None:
    console = Console(file=io.StringIO(), width=60)
    console.print(summary_table(summarise(stances)))
    assert isinstance(console.file, io.StringIO)
    text = console.file.getvalue()
    for side in Side:
        drop = summarise(stances)[side]["pelvic_drop_deg"]
        assert statistic_text(drop, "°") in text
    assert max(map(len, text.splitlines())) <= 60


def test_a_summary_of_nothing_says_so() -> None:
    assert str(summary_table(summarise([]))) == "No stance was measured."


def test_what_was_withheld_is_counted(stances: list[Stance]) -> None:
    withheld = [replace(stance, valid=False, reason="walking", pelvic_source=PelvicSource.BELT) for stance in stances]
    quality = Quality(100, 99, {"nobody in view": 1}, ["The file ends before its time: what it has was measured."])
    result = Result("run.mp4", 30.0, 3.3, 171.4, quality, summarise([]), [stances[0], *withheld[1:3]])
    assert quality_text(result).splitlines() == [
        "run.mp4: 100 frames in 3.3 s at 30.0 a second, 1 stance measured, 171 steps a minute.",
        "1 frame not used: nobody in view.",
        "2 stances withheld: walking.",
        "The file ends before its time: what it has was measured.",
    ]
