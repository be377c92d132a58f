"""The hip line against the truth, on the clips of `python -m training clips`: the table of the report."""

import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.gait.axes import outward
from monitor.pelvis import landmark_line
from monitor.pose.weights import Model
from monitor.vocabulary import Landmark, Observation, PelvicLine, PelvicSource, Side, Stance
from tests.bench.rendered import Clip, observe, result

FloatArray = npt.NDArray[np.float64]
NEAR_S = 0.1
"""A stance found within this of a true contact is that one."""


@dataclass(frozen=True)
class Kept:
    """A stance with its truth."""

    side: Side
    true_deg: float
    read_deg: float


@dataclass(frozen=True)
class Measured:
    """One clip by one method."""

    name: str
    stances: list[Kept]
    intervals: dict[Side, tuple[float, float] | None]
    frames: int
    lines: int
    """Frames with a line of the method's source."""
    slope: float
    """Of the frames' line on the truth."""
    true_deg: dict[Side, float]
    """True mean peak drop over all whole stances."""

    @property
    def group(self) -> str:
        return self.name.split("-")[0]

    @property
    def kind(self) -> str:
        return self.name.split("-")[1]

    def error(self, side: Side) -> float | None:
        """Of the mean peak drop of a side; None where nothing is shown."""
        errors = [s.read_deg - s.true_deg for s in self.stances if s.side is side]
        return float(np.mean(errors)) if errors else None

    def read(self, side: Side) -> float | None:
        values = [s.read_deg for s in self.stances if s.side is side]
        return float(np.mean(values)) if values else None


Method = Callable[[Observation], PelvicLine | None]


def ours(observation: Observation) -> PelvicLine | None:
    """What the unit reads, but the landmarks' line."""
    line = observation.line
    return None if line is None or line.source is PelvicSource.LANDMARKS else line


def landmarks(observation: Observation) -> PelvicLine | None:
    """The landmarks' hip line, believed."""
    line = None if observation.pose is None else landmark_line(observation.pose)
    return None if line is None else PelvicLine(line.angle_deg, line.sd_deg, PelvicSource.GIVEN, 0.1)


def true_angles(clip: Clip) -> tuple[FloatArray, FloatArray]:
    truth = clip.truth()
    return truth["t"], truth["hipline_img_deg"] - clip.roll_deg


def peaks(clip: Clip, side: Side) -> list[tuple[float, float]]:
    """Contact and true peak drop of every whole stance."""
    time_s, angle_deg = true_angles(clip)
    drop = outward(side) * angle_deg
    found = clip.events()[side]
    return [(on, float(drop[(time_s >= on) & (time_s <= off)].max())) for on, off in found]


def measured(clip: Clip, observations: list[Observation], method: Method) -> Measured:
    chosen = [replace(o, line=method(o)) for o in observations]
    told = result(clip, chosen)
    true = {side: peaks(clip, side) for side in Side}
    stances = [kept for stance in told.stances if (kept := _kept(stance, true[stance.side])) is not None]
    time_s, angle_deg = true_angles(clip)
    lines = [(o.time_s, o.line.angle_deg - clip.roll_deg) for o in chosen if o.line is not None]
    at, read = np.array(lines).T if lines else np.empty((2, 0))
    slope = float(np.polyfit(np.interp(at, time_s, angle_deg), read, 1)[0]) if len(at) > 10 else float("nan")
    return Measured(
        clip.name,
        stances,
        {side: told.summary[side]["pelvic_drop_deg"].ci95 for side in Side},
        len(observations),
        len(lines),
        slope,
        {side: float(np.mean([deg for _, deg in true[side]])) for side in Side},
    )


def _kept(stance: Stance, true: Iterable[tuple[float, float]]) -> Kept | None:
    drop = stance.measures["pelvic_drop_deg"].value
    near = [deg for contact_s, deg in true if abs(contact_s - stance.contact_s) < NEAR_S]
    return Kept(stance.side, near[0], drop) if stance.valid and drop is not None and near else None


def public_method(clip: Clip, observations: list[Observation]) -> dict[Side, float]:
    """What public analysers take: the absolute tilt of the landmarks' hip line when the ankle is lowest."""
    values: dict[Side, list[float]] = {side: [] for side in Side}
    for side in Side:
        for on, off in clip.events()[side]:
            seen = [o.pose for o in observations if on <= o.time_s <= off and o.pose is not None]
            if seen:
                ankle = Landmark[f"{side.name}_ANKLE"]
                line = landmark_line(max(seen, key=lambda pose: float(pose.landmarks[ankle, 1])))
                if line is not None:
                    values[side].append(abs(line.angle_deg))
    return {side: float(np.mean(values[side])) for side in Side}


def slope(clips: list[Measured]) -> tuple[float, float, float]:
    """Response of the mean peak drop to the dose: of all, and the least and greatest of an identity's side."""
    series: dict[tuple[str, Side], list[tuple[float, float]]] = {}
    for clip in clips:
        for side in Side:
            read = clip.read(side)
            if read is not None:
                series.setdefault((clip.name.split("-")[2], side), []).append((clip.true_deg[side], read))
    centred, single = [], []
    for pairs in series.values():
        if len(pairs) > 2:
            true, read_deg = np.array(pairs).T
            centred.append((true - true.mean(), read_deg - read_deg.mean()))
            single.append(float(np.polyfit(true, read_deg, 1)[0]))
    if not single:
        return (float("nan"),) * 3
    true, read_deg = (np.concatenate(part) for part in zip(*centred, strict=True))
    return float(true @ read_deg / (true @ true)), min(single), max(single)


def leaks(clips: list[Measured]) -> list[float]:
    """Change of the error of a side's mean peak drop with a degree of trunk lean, of every person and side."""
    people = {clip.name.split("-")[2] for clip in clips}
    found = []
    for person in sorted(people):
        of_person = [clip for clip in clips if clip.name.split("-")[2] == person]
        for side in Side:
            pairs = [(float(clip.name.split("-")[3]), clip.error(side)) for clip in of_person]
            known = [(lean, error) for lean, error in pairs if error is not None]
            if len(known) > 1:
                found.append(float(np.polyfit(*np.array(known).T, 1)[0]))
    return found


def row(name: str, clips: list[Measured]) -> str:
    doses = [clip for clip in clips if clip.kind == "dose"]
    errors = [e for clip in doses for side in Side if (e := clip.error(side)) is not None]
    differences = [
        left - right
        for clip in doses
        if (left := clip.error(Side.LEFT)) is not None and (right := clip.error(Side.RIGHT)) is not None
    ]
    stances = [s.read_deg - s.true_deg for clip in doses for s in clip.stances]
    held = [
        interval[0] <= clip.true_deg[side] <= interval[1]
        for clip in clips
        for side in Side
        if (interval := clip.intervals[side]) is not None
    ]
    captured = [clip for clip in clips if clip.kind == "captured"]
    captured_errors = [e for clip in captured for side in Side if (e := clip.error(side)) is not None]
    response, least, most = slope(doses)
    leak = leaks([clip for clip in clips if clip.kind == "lean"])
    lines = sum(clip.lines for clip in clips) / max(1, sum(clip.frames for clip in clips))
    figures = {
        "slope": f"{response:.3f} ({least:.2f} to {most:.2f})",
        "side, mean": _size(errors, np.mean),
        "side, worst": _size(errors, np.max),
        "captured, mean": _size(captured_errors, np.mean),
        "captured slopes": ", ".join(f"{clip.slope:.2f}" for clip in captured),
        "left − right": f"{_size(differences, np.mean)}, worst {_size(differences, np.max)}",
        "stance SD": f"{np.std(stances):.2f}" if stances else "",
        "leak": f"{_size(leak, np.mean)}, worst {_size(leak, np.max)}",
        "held": f"{100 * np.mean(held):.0f} % of {len(held)}" if held else "",
        "lines": f"{100 * lines:.1f} %",
    }
    return f"{name}\n" + "\n".join(f"    {key:16s} {value}" for key, value in figures.items())


def _size(values: list[float], of: Callable[[FloatArray], np.floating]) -> str:
    return f"{float(of(np.abs(values))):.2f}" if values else ""


def main(root: str, model: str = Model.LITE) -> None:
    """Every clip's errors, then the table."""
    by_method: dict[str, list[Measured]] = {}
    false_belts = frames = 0
    public: list[tuple[float, float]] = []
    metas = sorted(meta for meta in Path(root).glob("*-*/meta.json") if meta.parent.suffix != ".part")
    if not metas:
        raise SystemExit(f"There are no clips in {root}: make them with `python -m training clips`.")
    for meta in metas:
        clip = Clip(meta.parent, float(json.loads(meta.read_text())["args"]["cam_roll"]))
        observations = observe(clip, Model(model))
        mine = measured(clip, observations, ours)
        by_method.setdefault(mine.group, []).append(mine)
        if mine.group not in ("belt", "askew"):
            by_method.setdefault(f"{mine.group}: landmarks", []).append(measured(clip, observations, landmarks))
            said = public_method(clip, observations)
            public += [(mine.true_deg[side], said[side]) for side in Side]
            frames += len(observations)
            false_belts += sum(o.line is not None and o.line.source is PelvicSource.BELT for o in observations)
        shown = {side.name.lower(): mine.error(side) for side in Side}
        said_errors = ", ".join(f"{side} {'none' if e is None else f'{e:+.2f}'}" for side, e in shown.items())
        print(f"{clip.name:28s} {said_errors}, slope of frames {mine.slope:.2f}, lines {mine.lines}/{mine.frames}")
        sys.stdout.flush()
    for group, clips in sorted(by_method.items()):
        print(row(group, clips))
    if public:
        true, said_deg = np.array(public).T
        print(f"public analysers' method: slope {np.polyfit(true, said_deg, 1)[0]:.2f}, mean error", end=" ")
        print(f"{np.mean(np.abs(said_deg - true)):.2f} deg")
    print(f"false belts: {false_belts} of {frames} frames; {os.cpu_count()} cores")


if __name__ == "__main__":
    main(*sys.argv[1:])
