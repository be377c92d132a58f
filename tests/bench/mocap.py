"""Real treadmill runners (motion capture, force plate) seen by a virtual camera: the figures of the gait room."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from monitor.gait import GaitSettings, GaitTracker, summarise
from monitor.gait.axes import knee_collapse_deg, trunk_lean_deg
from monitor.vocabulary import Landmark, Observation, PelvicLine, PelvicSource, Pose, Side, Stance, View

FloatArray = npt.NDArray[np.float64]

SHARED = Path(__file__).resolve().parents[3] / "shared"
WIDTH, HEIGHT = 720, 1280
FOCAL_PX = HEIGHT / 2.0 / np.tan(np.radians(66.0 / 2.0))
"""Camera Module 3, portrait."""
DISTANCE_M = 2.5
LINE_SD_DEG = 1.6


@dataclass(frozen=True)
class Trial:
    """A recorded run. `joints` (n, 33, 3): metres, X running direction, Y up, Z the runner's right."""

    name: str
    time_s: FloatArray
    joints: FloatArray
    contacts_s: dict[Side, FloatArray]
    toe_offs_s: dict[Side, FloatArray]


def trials() -> Iterator[Trial]:
    """All force-plate trials; none where the shared data are absent."""
    for path in sorted((SHARED / "mocap").glob("RBDS*.npz")):
        yield load(path)


def load(path: Path) -> Trial:
    data = np.load(path)
    joints = np.full((len(data["xyz_m"]), 33, 3), np.nan)
    for index, name in enumerate(data["joints"]):
        joints[:, Landmark[str(name)]] = data["xyz_m"][:, index]
    sides = {Side.LEFT: "L", Side.RIGHT: "R"}
    has_plate = "contact_side" in data
    return Trial(
        path.stem,
        np.arange(len(joints)) / float(data["fs"]),
        joints,
        {s: data["contact_on_s"][data["contact_side"] == c] for s, c in sides.items()} if has_plate else {},
        {s: data["contact_off_s"][data["contact_side"] == c] for s, c in sides.items()} if has_plate else {},
    )


def project(joints: FloatArray, view: View = View.REAR) -> FloatArray:
    """Pixels (n, 33, 2) of a level camera at pelvis height, behind the runner or before."""
    hips = joints[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]]
    centre = np.nanmean(hips, axis=(0, 1))
    facing = 1.0 if view is View.REAR else -1.0
    depth = DISTANCE_M + facing * (joints[..., 0] - centre[0])
    right = FOCAL_PX * facing * (joints[..., 2] - centre[2]) / depth
    up = FOCAL_PX * (joints[..., 1] - centre[1]) / depth
    return np.stack([WIDTH / 2 + right, HEIGHT / 2 - up], axis=-1)


def image_angle_deg(pixels: FloatArray) -> FloatArray:
    """Image angle of the hip line of (n, 33, 2), + = picture-right end higher."""
    span = pixels[:, Landmark.RIGHT_HIP] - pixels[:, Landmark.LEFT_HIP]
    return np.degrees(np.arctan(-span[:, 1] / span[:, 0]))


def resample(trial: Trial, time_s: FloatArray) -> FloatArray:
    """Joints (m, 33, 3) at other times; gaps of the capture are bridged linearly."""
    out = np.full((len(time_s), 33, 3), np.nan)
    for point in range(33):
        for axis in range(3):
            known = np.isfinite(trial.joints[:, point, axis])
            if known.any():
                out[:, point, axis] = np.interp(time_s, trial.time_s[known], trial.joints[known, point, axis])
    return out


def noisy_track(
    trial: Trial, fps: float, seed: int, roll_deg: float = 0.0, view: View = View.REAR
) -> tuple[FloatArray, FloatArray]:
    """Times (m,) and pixels (m, 33, 2) with white noise such that the hip line has an SD of 1.6 degrees.

    `roll_deg` as `--roll-deg` takes it.
    """
    time_s = np.arange(0.5 / fps, trial.time_s[-1], 1.0 / fps)
    pixels = project(resample(trial, time_s), view)
    width = np.nanmean(np.linalg.norm(pixels[:, Landmark.RIGHT_HIP] - pixels[:, Landmark.LEFT_HIP], axis=-1))
    sd_px = np.radians(LINE_SD_DEG) * width / np.sqrt(2.0)
    noise = np.random.default_rng(seed).normal(0.0, sd_px, pixels.shape)
    cos, sin = np.cos(np.radians(roll_deg)), np.sin(np.radians(roll_deg))
    centre = np.array([WIDTH / 2, HEIGHT / 2])
    return time_s, centre + (pixels + noise - centre) @ np.array([[cos, -sin], [sin, cos]])


def observations(time_s: FloatArray, pixels: FloatArray) -> Iterator[Observation]:
    """The track as the gait is told it, the line taken from the same noisy hips."""
    angles = image_angle_deg(pixels)
    for index, (time, points, angle) in enumerate(zip(time_s, pixels, angles, strict=True)):
        landmarks = np.column_stack([points / [WIDTH, HEIGHT], np.ones(33)])
        line = PelvicLine(float(angle), LINE_SD_DEG, PelvicSource.GIVEN)
        yield Observation(index, float(time), Pose(landmarks, WIDTH, HEIGHT), line)


def track(time_s: FloatArray, pixels: FloatArray, roll_deg: float = 0.0, view: View = View.REAR) -> list[Stance]:
    tracker = GaitTracker(GaitSettings(view, roll_deg))
    stances = [stance for observation in observations(time_s, pixels) for stance in tracker.push(observation)]
    return stances + tracker.finish()


@dataclass(frozen=True)
class Truth:
    """Of one stance, read from noise-free motion capture between the force plate's contact and toe-off."""

    contact_s: float
    toe_off_s: float
    drop_deg: float
    collapse_deg: float


def truths(trial: Trial, side: Side) -> list[Truth]:
    pixels = project(trial.joints)
    hips = trial.joints[:, Landmark.RIGHT_HIP] - trial.joints[:, Landmark.LEFT_HIP]
    sign = -1.0 if side is Side.LEFT else 1.0
    drop = sign * np.degrees(np.arctan2(hips[:, 1], hips[:, 2]))
    hip, knee, ankle = (pixels[:, Landmark[f"{side.name}_{n}"]] * [1, -1] for n in ("HIP", "KNEE", "ANKLE"))
    collapse = knee_collapse_deg(knee - hip, ankle - knee, side)
    found = []
    for on, off in zip(trial.contacts_s[side], trial.toe_offs_s[side], strict=True):
        rows = (trial.time_s >= on) & (trial.time_s <= off)
        if rows.sum() > 5 and np.isfinite(drop[rows]).all():
            found.append(Truth(float(on), float(off), float(drop[rows].max()), float(np.nanmax(collapse[rows]))))
    return found


def pair(stances: list[Stance], truth: list[Truth]) -> list[tuple[Stance, Truth]]:
    """Stances and truths whose contacts lie within 100 ms."""
    pairs = []
    for one in truth:
        near = [s for s in stances if abs(s.contact_s - one.contact_s) < 0.1]
        if near:
            pairs.append((near[0], one))
    return pairs


@dataclass
class Figures:
    """What a run over all trials at one frame rate gives."""

    stances: int = 0
    wrong_side: int = 0
    missed: int = 0
    invented: int = 0
    contact_s: FloatArray = field(default_factory=lambda: np.empty(0))
    toe_off_s: FloatArray = field(default_factory=lambda: np.empty(0))
    mean_drop: FloatArray = field(default_factory=lambda: np.empty(0))
    single_drop_sd: float = 0.0
    single_z: float = 0.0
    held: float = 0.0
    mean_collapse: FloatArray = field(default_factory=lambda: np.empty(0))


def run(fps: float, seed: int = 0, view: View = View.REAR, chosen: list[Trial] | None = None) -> Figures:
    figures = Figures()
    contact, toe_off, mean_drop, mean_collapse, held, single, z = [], [], [], [], [], [], []
    for number, trial in enumerate(chosen if chosen is not None else trials()):
        time_s, pixels = noisy_track(trial, fps, seed + number, view=view)
        stances = track(time_s, pixels, view=view)
        summary = summarise(stances)
        expected = {side: truths(trial, side) for side in Side}
        everything = [(side, t) for side in Side for t in expected[side]]
        for stance in stances:
            if not stance.valid:
                continue
            near = [side for side, t in everything if abs(t.contact_s - stance.contact_s) < 0.12]
            figures.stances += 1
            figures.wrong_side += bool(near) and stance.side not in near
            figures.invented += not near
        for side in Side:
            mine = [s for s in stances if s.side is side and s.valid]
            pairs = pair(mine, expected[side])
            inner = [t for t in expected[side] if t.toe_off_s < time_s[-1] - 0.02]
            found = {t.contact_s for _, t in pairs}
            figures.missed += sum(t.contact_s not in found for t in inner)
            contact += [s.contact_s - t.contact_s for s, t in pairs]
            toe_off += [s.toe_off_s - t.toe_off_s for s, t in pairs]
            drops = [(s.measures["pelvic_drop_deg"], t.drop_deg) for s, t in pairs]
            errors = np.array([m.value - t for m, t in drops if m.value is not None])
            single.append(errors.std())
            z += [(m.value - t) / np.hypot(m.sd, m.shared_sd) for m, t in drops if m.value is not None]
            statistic = summary[side]["pelvic_drop_deg"]
            true_mean = float(np.mean([t.drop_deg for t in expected[side]]))
            mean_drop.append(statistic.mean - true_mean)
            held.append(statistic.ci95[0] <= true_mean <= statistic.ci95[1])
            mean_collapse.append(
                summary[side]["knee_collapse_deg"].mean - float(np.mean([t.collapse_deg for t in expected[side]]))
            )
    figures.contact_s, figures.toe_off_s = np.array(contact), np.array(toe_off)
    figures.mean_drop, figures.mean_collapse = np.array(mean_drop), np.array(mean_collapse)
    figures.single_drop_sd, figures.single_z = float(np.mean(single)), float(np.std(z))
    figures.held = float(np.mean(held))
    return figures


def trunk_error_deg(fps: float, seed: int = 0) -> dict[Side, float] | None:
    """Error of the mean peak trunk lean on the full-body trial, or None where it is absent."""
    path = SHARED / "mocap" / "HAMNER02_fullbody.npz"
    if not path.exists():
        return None
    trial = load(path)
    time_s, pixels = noisy_track(trial, fps, seed)
    stances = track(time_s, pixels)
    clean = project(trial.joints) * [1, -1]
    middle = clean[:, [Landmark.LEFT_HIP, Landmark.RIGHT_HIP]].mean(axis=1)
    trunk = clean[:, [Landmark.LEFT_SHOULDER, Landmark.RIGHT_SHOULDER]].mean(axis=1) - middle
    errors = {}
    for side in Side:
        lean = trunk_lean_deg(trunk, side)
        mine = [s for s in stances if s.side is side and s.valid]
        true = [lean[(trial.time_s >= s.contact_s) & (trial.time_s <= s.toe_off_s)].max() for s in mine]
        errors[side] = float(np.mean([s.measures["trunk_lean_deg"].value or np.nan for s in mine]) - np.mean(true))
    return errors


def show(name: str, figures: Figures) -> None:
    contact_ms, toe_off_ms = 1e3 * figures.contact_s, 1e3 * figures.toe_off_s
    drop, collapse = figures.mean_drop, figures.mean_collapse
    astray = figures.missed + figures.invented
    rows = {
        "side right": f"{100 * (1 - figures.wrong_side / figures.stances):.2f} %",
        f"missed {figures.missed} + invented {figures.invented}": f"{100 * astray / figures.stances:.2f} %",
        "contact": f"{contact_ms.mean():+.1f} ms, SD {contact_ms.std():.1f} ms",
        "toe-off": f"{toe_off_ms.mean():+.1f} ms, SD {toe_off_ms.std():.1f} ms",
        "mean peak drop": f"{_errors(drop)}",
        "single stance": f"SD {figures.single_drop_sd:.2f} deg, {figures.single_z:.2f} of the stated one",
        "95 % interval holds the truth": f"{100 * figures.held:.1f} % of {len(drop)}",
        "mean knee collapse": f"{_errors(collapse)}",
    }
    print(f"{name}: {figures.stances} stances")
    for label, value in rows.items():
        print(f"  {label:30s} {value}")


def _errors(errors_deg: FloatArray) -> str:
    size = abs(errors_deg)
    return f"|error| mean {size.mean():.2f}, worst {size.max():.2f}, bias {errors_deg.mean():+.2f} deg"


def main() -> None:
    for fps in (60, 30, 15):
        show(f"{fps} fps", run(fps))
    show("30 fps, from the front", run(30, view=View.FRONT))
    print("trunk lean, error of the mean (full-body trial):", trunk_error_deg(60), trunk_error_deg(30))


if __name__ == "__main__":
    main()
