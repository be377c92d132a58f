"""Finds single-leg squats in what the camera sees: who stands on one leg, lets the hips down and comes up again."""

import math
import statistics
from collections import deque
from dataclasses import dataclass, field

from monitor.coach.check.posture import Posture
from monitor.vocabulary import Side

SMOOTH_S = 0.2
"""Heights are means over this [ours]."""
ON_ONE_LEG = 0.5
"""Of `Posture.on_leg`, either way [ours]."""
STANDS_S = 0.5
"""So long on one leg, somebody stands on it: a step of a run or a walk ends sooner [ours]."""
OTHER_S = 0.15
"""So long on the other leg, the legs were changed [ours]."""
TOUCH_S, TOUCH_FRAMES = 0.15, 3
"""So long and in so many frames the foot is down in a touch: one frame that is read wrongly is none [ours]."""
LEAST_LIFT = 0.06
"""Of the leg: a foot that is usually held lower tells no touch by its height, only by the weight it takes [ours]."""
DOWN = 0.25
"""Of the height at which it is usually held [ours]."""
LONGEST_TOUCH_S = 0.8
"""A longer one is no touch: both feet are down [ours]."""
LONGEST_GAP_S = 1.0
"""After so long out of sight nothing is known any more [ours]."""
LEAST_DESCENT = 0.035
"""Of the leg's length: less is sway, which stays below 0.015 on the clips at hand [ours]."""
ATTEMPT = 0.06
"""A descent that the free foot ended counts from here [ours]."""
RISEN = 0.7
"""Who has come up by this part of the way down has done one [ours]."""
BEGUN = 0.01
SHORTEST_S, LONGEST_S = 0.6, 10.0
LEG_OF_HIPS = 1.06
"""The leg from the hip joint to the ankle over that between the pose network's points, which has the hip lower: 1.03 to
1.07 on rendered people [ours]."""
KEPT_S = 15.0


@dataclass(frozen=True, slots=True)
class Squat:
    """One squat on one leg, whatever it is worth; times are the camera's."""

    side: Side
    """The leg that stood."""
    start_s: float
    bottom_s: float
    end_s: float
    leg_px: float
    """Hip joint to ankle, standing."""
    level_px: float
    """Height of the hips, standing."""
    depth: float
    """How far the hips came down, in leg lengths."""
    frames: tuple[Posture, ...]
    """From start to end, those that could be used."""
    standing_width_px: float
    """Across the shoulders, standing."""
    touched: bool
    """The free foot came down."""
    lost: bool
    """Nobody was seen before it was over."""


@dataclass(slots=True)
class _Descent:
    start_s: float
    bottom_px: float
    bottom_s: float
    touched: bool = False


@dataclass(slots=True)
class _Spell:
    """A time on one leg."""

    side: Side
    on_s: float
    """When the leg was last seen to carry alone."""
    peak_px: float
    peak_s: float
    leg_px: float
    lifts: deque[float] = field(default_factory=lambda: deque(maxlen=150))
    """How high the free foot is held, in leg lengths."""
    widths_px: deque[float] = field(default_factory=lambda: deque(maxlen=100))
    levels_px: list[float] = field(default_factory=list)
    descent: _Descent | None = None
    down_frames: int = 0
    """In which the free foot has been down since `on_s`."""


class Finder:
    """Takes postures in time order and gives squats when they are over; keeps `KEPT_S`, and never revises."""

    def __init__(self) -> None:
        self._near: deque[Posture] = deque()
        self._kept: deque[Posture] = deque()
        self._spell: _Spell | None = None
        self._leaning: tuple[Side | None, float] = None, 0.0
        """Which leg carries now, and since when."""
        self.touches: dict[Side, int] = dict.fromkeys(Side, 0)
        """How often the free foot came down for a moment, by the leg that stood."""

    @property
    def side(self) -> Side | None:
        """The leg that somebody stands on now."""
        return self._spell.side if self._spell else None

    @property
    def depth(self) -> float:
        """How far the hips are down now, in leg lengths."""
        spell = self._spell
        if spell is None or not self._near:
            return 0.0
        height_px = statistics.fmean(p.hips_px for p in self._near)
        return max(0.0, (_level(spell) - height_px) / (LEG_OF_HIPS * spell.leg_px))

    def push(self, posture: Posture) -> list[Squat]:
        """Take the next frame that shows somebody; the squats that are over with it."""
        found: list[Squat] = []
        if self._kept and posture.time_s - self._kept[-1].time_s > LONGEST_GAP_S:
            found = self._end_spell(lost=True)
            self.forget()
        elif self._spell is not None and self._kept:
            self._spell.on_s += max(0.0, posture.time_s - self._kept[-1].time_s - SMOOTH_S)  # unseen is no touch
        self._kept.append(posture)
        self._near.append(posture)
        while self._near[0].time_s < posture.time_s - SMOOTH_S:
            self._near.popleft()
        while self._kept[0].time_s < posture.time_s - KEPT_S:
            self._kept.popleft()
        now_s = statistics.fmean(p.time_s for p in self._near)
        height_px = statistics.fmean(p.hips_px for p in self._near)
        found += self._stand(now_s, height_px)
        if self._spell is not None:
            found += self._move(self._spell, now_s, height_px)
        return found

    def forget(self) -> None:
        """What was begun is not finished: nothing before counts any more."""
        self._spell = None
        self._near.clear()
        self._kept.clear()
        self._leaning = None, 0.0

    def _stand(self, now_s: float, height_px: float) -> list[Squat]:
        """Follow which leg carries."""
        on_leg = statistics.fmean(p.on_leg for p in self._near)
        side = None if abs(on_leg) < ON_ONE_LEG else Side.LEFT if on_leg < 0.0 else Side.RIGHT
        if side is not self._leaning[0]:
            self._leaning = side, now_s
        for_s = now_s - self._leaning[1]
        spell, found = self._spell, []
        if spell is not None and side is spell.side and not self._foot_is_down(spell):
            if now_s - spell.on_s >= TOUCH_S and spell.down_frames >= TOUCH_FRAMES:
                self._touch(spell)
            spell.on_s, spell.down_frames = now_s, 0
        elif spell is not None and side in (None, spell.side) and now_s - spell.on_s <= LONGEST_TOUCH_S:
            spell.down_frames += 1
        elif spell is not None and now_s - spell.on_s > (LONGEST_TOUCH_S if side is None else OTHER_S):
            found = self._end_spell()
        if self._spell is None and side is not None and for_s >= STANDS_S:
            leg_px = statistics.fmean(p.leg_px(side) for p in self._near)
            self._spell = _Spell(side, now_s, height_px, now_s, leg_px)
        return found

    def _foot_is_down(self, spell: _Spell) -> bool:
        """Whether the free foot is as low as the other one though the weight is not on it."""
        lifts = [lift for p in self._near if not math.isnan(lift := p.free_lifted(spell.side))]
        if not lifts:
            return False
        lift = statistics.fmean(lifts)
        usual = statistics.median(spell.lifts or [lift])
        spell.lifts.append(lift)
        return usual >= LEAST_LIFT and lift < DOWN * usual

    def _touch(self, spell: _Spell) -> None:
        self.touches[spell.side] += 1
        if spell.descent is not None:
            spell.descent.touched = True

    def _move(self, spell: _Spell, now_s: float, height_px: float) -> list[Squat]:
        """Follow the hips."""
        leg_px = statistics.fmean(p.leg_px(spell.side) for p in self._near)
        spell.leg_px = max(spell.leg_px, leg_px)
        unit_px = LEG_OF_HIPS * spell.leg_px
        descent = spell.descent
        if descent is None:
            if height_px >= spell.peak_px:
                spell.peak_px, spell.peak_s = height_px, now_s
            elif height_px < spell.peak_px - LEAST_DESCENT * unit_px:
                spell.descent = _Descent(self._left(spell.peak_s, spell.peak_px - BEGUN * unit_px), height_px, now_s)
                return []
            spell.widths_px.append(self._near[-1].width_px)
            return []
        if height_px < descent.bottom_px:
            descent.bottom_px, descent.bottom_s = height_px, now_s
        level_px = _level(spell)
        if height_px - descent.bottom_px < RISEN * (level_px - descent.bottom_px):
            return []
        squat = self._squat(spell, descent, now_s)
        spell.levels_px.append(spell.peak_px)
        spell.descent, spell.peak_px, spell.peak_s = None, height_px, now_s
        return [] if squat is None else [squat]

    def _left(self, after_s: float, level_px: float) -> float:
        """When the hips were last as high as this, since `after_s`."""
        high = [p.time_s for p in self._kept if p.time_s >= after_s and p.hips_px >= level_px]
        return high[-1] if high else after_s

    def _end_spell(self, *, lost: bool = False) -> list[Squat]:
        spell, self._spell = self._spell, None
        if spell is None or spell.descent is None:
            return []
        if _level(spell) - spell.descent.bottom_px < ATTEMPT * LEG_OF_HIPS * spell.leg_px:
            return []
        spell.descent.touched = not lost
        squat = self._squat(spell, spell.descent, self._kept[-1].time_s, lost=lost)
        return [] if squat is None else [squat]

    def _squat(self, spell: _Spell, descent: _Descent, end_s: float, *, lost: bool = False) -> Squat | None:
        """What was done, unless it was too quick or too slow for a squat."""
        if not SHORTEST_S <= end_s - descent.start_s <= LONGEST_S:
            return None
        level_px, leg_px = _level(spell), LEG_OF_HIPS * spell.leg_px
        return Squat(
            spell.side,
            descent.start_s,
            descent.bottom_s,
            end_s,
            leg_px,
            level_px,
            (level_px - descent.bottom_px) / leg_px,
            tuple(p for p in self._kept if descent.start_s <= p.time_s <= end_s),
            statistics.median(spell.widths_px),
            descent.touched,
            lost,
        )


def _level(spell: _Spell) -> float:
    """Where the hips are standing: before this squat, or before most of the others if that was higher."""
    return max(spell.peak_px, statistics.median(spell.levels_px or [spell.peak_px]))
