"""The renderer, with what its own command does not vary: prints on cloth, colours of the room, hems that hang."""

import importlib
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

FloatArray = npt.NDArray[np.float64]

_PRINTED = """
uniform vec4 pat; uniform vec4 pat2; uniform vec3 patcol;
float printed(vec3 r){
 vec2 q = vec2(r.x*cos(pat.z) - r.z*sin(pat.z), r.x*sin(pat.z) + r.z*cos(pat.z));
 if(pat.x < .5) return 0.;
 if(pat.x < 1.5) return step(.5, fract(q.y*pat.y + pat.w));
 if(pat.x < 2.5) return step(.5, fract(q.x*pat.y + pat.w))*step(.5, fract(q.y*pat.y*.7));
 if(pat.x < 3.5) return smoothstep(.45, .55, vnoise(q*pat.y*.6 + pat.w));
 if(pat.x < 4.5) return step(fract(q.y*pat.y*.25 + pat.w), .12);
 return step(length(q - pat2.xy), pat2.z)*step(rn.y, 0.);
}
"""
"""Stripes, checks, spots, a few broad stripes, a badge on the back."""

_TEXTURE_PX = 1024
"""Width and height to which the renderer brings every texture."""

_SHADOW = "float sh=shadow(w,N);\n ao*="
_USE_PRINT = "if(mat==1&&pat2.w<1.5||mat==2&&pat2.w>.5) alb=mix(alb,patcol,.85*printed(rest));\n "
_MAIN = "void main(){"


@dataclass(frozen=True)
class Renderer:
    """Its modules."""

    runner: ModuleType
    """Arguments, motion, camera, truth."""
    body: ModuleType
    scene: ModuleType


def load(folder: Path) -> Renderer:
    """The renderer in `folder`.

    Raises:
        SystemExit: it is not there, or not the one that this was written for.
    """
    sys.path.insert(0, str(folder))
    try:
        runner, body, scene = (importlib.import_module(name) for name in ("make_runner", "body", "scene"))
    except ModuleNotFoundError as error:
        raise SystemExit(f"No renderer can be loaded from {folder}: {error}.") from error
    shader: str = scene.FS_PERSON
    if shader.count(_SHADOW) != 1 or _MAIN not in shader:
        raise SystemExit(f"The renderer in {folder} is another version: its shader has no place for prints.")
    scene.FS_PERSON = shader.replace(_MAIN, _PRINTED + _MAIN, 1).replace(_SHADOW, _USE_PRINT + _SHADOW, 1)
    _recolour_rooms(scene)
    _hang_hems(scene, body)
    _remember_files(scene, importlib.import_module("mh"))
    return Renderer(runner, body, scene)


def _remember_files(scene: ModuleType, files: ModuleType) -> None:
    """Read shapes and textures once, and not again for everybody: half of the time of an identity."""
    files.target = cache(files.target)
    files.load_obj = cache(files.load_obj)

    @cache
    def opened(path: str) -> Image.Image:
        with Image.open(path) as texture:
            return texture.convert("RGBA").resize((_TEXTURE_PX, _TEXTURE_PX), Image.Resampling.LANCZOS)

    scene.Image = SimpleNamespace(
        open=opened, LANCZOS=Image.Resampling.LANCZOS, FLIP_TOP_BOTTOM=Image.Transpose.FLIP_TOP_BOTTOM
    )


def _recolour_rooms(scene: ModuleType) -> None:
    plain = scene.room

    def room(arguments: dict[str, Any], random: np.random.Generator) -> tuple[FloatArray, FloatArray]:
        still, moving = plain(arguments, random)
        chance = np.random.default_rng(arguments["seed"] + 999)
        for part in (still, moving):
            if chance.random() < 0.85:
                _recolour(part[:, 7:10], chance)
        clutter = _clutter(scene, chance)
        return (np.concatenate([still, clutter]) if len(clutter) else still), moving

    scene.room = room


def _recolour(colours: FloatArray, chance: np.random.Generator) -> None:
    """Change every colour of (n, 3), equal ones alike, in place."""
    known, which = np.unique(colours, axis=0, return_inverse=True)
    for index, colour in enumerate(known):
        if colour.max() > 0.9 and chance.random() < 0.6:
            continue
        if chance.random() < 0.5:
            new = colour * chance.uniform(0.3, 2.4) * chance.uniform(0.6, 1.4, 3)
        else:
            new = chance.uniform(0.02, 0.9) * chance.uniform(0.5, 1.2, 3)
        colours[which.ravel() == index] = np.clip(new, 0.005, 1.7)


def _clutter(scene: ModuleType, chance: np.random.Generator) -> FloatArray:
    """Boxes and bars about the room."""
    u = chance.uniform
    things = scene.Geo()
    for _ in range(chance.integers(0, 10)):
        x, y, z = u(-2.4, 2.0), u(1.3, 3.2), u(-0.2, 1.7)
        wide, deep, high = u(0.04, 0.9, 3) * [1.0, 0.3, 1.0]
        colour = tuple(u(0.02, 1.0) * u(0.5, 1.2, 3))
        things.box((x, y, z), (x + wide, y + deep, z + high), 3, colour)
    for _ in range(chance.integers(0, 6)):
        x, y = u(-2.0, 2.0), u(1.3, 3.2)
        lean = chance.normal(0.0, 0.5, 2)
        foot = x, y, u(-0.2, 1.0)
        top = x + lean[0], y + 0.01, u(0.3, 2.5) + lean[1]
        things.cyl(foot, top, u(0.015, 0.08), 3, tuple(u(0.02, 1.0, 3)))
    return np.array(things.v, "f4")


def _hang_hems(scene: ModuleType, body: ModuleType) -> None:
    plain = scene.garments

    def garments(person: Any, arguments: dict[str, Any]) -> tuple[Any, ...]:
        bottom, top, *rest = plain(person, arguments)
        share = arguments.get("hang", 0.0)
        if share > 0.0:
            top = _hanging(top, body.DI, share, arguments["flare"], arguments["hang_from"])
        return bottom, top, *rest

    scene.garments = garments


def _hanging(top: dict[str, Any], bones: dict[str, int], share: float, flare: float, hang_from: str) -> dict[str, Any]:
    """A top that below the waist follows the spine by `share`, and not the pelvis, and stands off by `flare` metres."""
    on_trunk = top["arm"] < -0.5
    pelvis = [bones["pelvis"], bones["thighL"], bones["thighR"]]
    weights = top["W"].copy()
    low = np.clip((top["leg"] + 0.42) / 0.30, 0.0, 1.0) * on_trunk * share
    given = weights[:, pelvis] * low[:, None]
    weights[:, pelvis] -= given
    weights[:, bones[hang_from]] += given.sum(axis=1)
    outward = top["nor"].copy()
    outward[:, 2] = 0.0
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 0.3)
    off = flare * np.clip((top["leg"] + 0.42) / 0.5, 0.0, 1.3) ** 1.3 * on_trunk
    return top | {"W": weights, "pos": top["pos"] + outward * off[:, None]}
