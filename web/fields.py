"""The settings as a form: what each is called, what it may be, and what is wrong with what was typed."""

from collections.abc import Mapping
from dataclasses import dataclass

from web.heard import heard
from web.language import BROWSER, N_, _, languages
from web.words import sentence, written

LONGEST = 20
"""Characters of a value that are looked at: the unit's line has room for all of them."""


@dataclass(frozen=True, slots=True)
class Field:
    """A setting, by the unit's name for it."""

    name: str
    label: str
    hint: str
    choices: tuple[tuple[str, str], ...] = ()
    """Value and words of each; a field without is typed."""


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that belong together."""

    title: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as it stands in the form."""

    field: Field
    value: str
    default: str
    elsewhere: str
    """Where it is set if it cannot be changed here."""
    complaint: str

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Those of the field, and what is set now if it is none of them."""
        known = self.field.choices
        if not known or self.value in dict(known):
            return known
        return (*known, (self.value, self.value))

    @property
    def in_words(self) -> str:
        """The value as it is read."""
        chosen = dict(self.field.choices).get(self.value)
        return _(chosen) if chosen else written(self.value) or _("not set")


GROUPS = (
    Group(
        N_("Targets"),
        (
            Field(
                "target_left_deg",
                N_("Left, °"),
                N_("The left lamp turns amber when the pelvis drops by more than this in left stance: mean of ten."),
            ),
            Field(
                "target_right_deg",
                N_("Right, °"),
                N_(
                    "The same for the right. 5° is a default of this project, not a limit from a study; most trials "
                    "aim at 80 % of the runner's own baseline."
                ),
            ),
        ),
    ),
    Group(
        N_("Cue"),
        (
            Field(
                "buzzer",
                N_("Buzzer"),
                N_("The button silences it for the rest of a session."),
                (
                    ("cue", N_("Beeps when amber lights")),
                    ("metronome", N_("Clicks for every step")),
                    ("off", N_("Off")),
                ),
            ),
            Field(
                "metronome_spm",
                N_("Metronome, steps a minute"),
                N_("140 to 220. Trials aim at 5 to 10 % above one's own."),
            ),
            Field(
                "sessions",
                N_("A session begins"),
                N_(
                    "Without a button, when somebody runs. It ends by button, phone, or ten minutes after the last "
                    "step."
                ),
                (
                    ("", N_("By the button, if there is one")),
                    ("button", N_("By the button or a phone")),
                    ("auto", N_("When somebody runs")),
                ),
            ),
        ),
    ),
    Group(
        N_("Treadmill"),
        (
            Field(
                "speed_unit",
                N_("Its speed is shown in"),
                N_("Speeds are typed and shown so. Files hold metres a second."),
                (
                    ("km/h", N_("km/h")),
                    ("mph", N_("miles an hour")),
                    ("min/km", N_("minutes a kilometre")),
                ),
            ),
        ),
    ),
    Group(
        N_("How long sessions are kept"),
        (
            Field(
                "keep_days",
                N_("Kept for"),
                N_("What is older is deleted within seconds of a change here, and for good."),
                (
                    ("30", N_("A month")),
                    ("91", N_("Three months")),
                    ("183", N_("Half a year")),
                    ("365", N_("A year")),
                    ("730", N_("Two years")),
                    ("1826", N_("Five years")),
                    ("inf", N_("Until deleted by hand")),
                ),
            ),
            Field(
                "keep_mb",
                N_("All together at most, MB"),
                N_("An hour of running takes 0.3 MB. When it is more, the oldest are deleted."),
            ),
        ),
    ),
    Group(
        N_("Camera"),
        (
            Field(
                "mains_hz",
                N_("Lamps in the room burn on"),
                N_(
                    "60 Hz in the Americas and a part of Asia. A Pi camera times its frames so that lamps do not "
                    "flicker."
                ),
                (
                    ("50", N_("50 Hz")),
                    ("60", N_("60 Hz")),
                ),
            ),
            Field(
                "camera_turn_deg",
                N_("The camera hangs"),
                N_(
                    "For a Pi camera, as seen from behind it. When this is changed the set-up is forgotten: do it "
                    "again."
                ),
                (
                    ("0", N_("Upright")),
                    ("90", N_("On its side, turned clockwise")),
                    ("270", N_("On its side, turned the other way")),
                    ("180", N_("Upside down")),
                ),
            ),
        ),
    ),
    Group(
        N_("Pages"),
        (
            Field(
                "language",
                N_("Language of the pages"),
                N_("A phone on which another is chosen, at the foot of any page, keeps that."),
                (
                    (BROWSER, N_("As the browser asks")),
                    *((each.code, each.name) for each in languages().values()),
                ),
            ),
        ),
    ),
)
NAMES = tuple(field.name for group in GROUPS for field in group.fields)


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """What a form says of the settings, as the unit takes it."""
    return {name: form[name][:LONGEST].strip().replace(",", ".") for name in NAMES if name in form}


def shown(
    told: Mapping[str, Mapping[str, str]], said: Mapping[str, str], wrong: Mapping[str, str]
) -> list[tuple[str, list[Shown]]]:
    """The form by its groups.

    :param told: each setting as the unit has it.
    :param said: what was typed instead.
    :param wrong: what the unit says of that.
    """
    return [
        (
            group.title,
            [
                Shown(
                    field,
                    said.get(field.name, told[field.name]["value"]),
                    told[field.name]["default"],
                    told[field.name]["elsewhere"],
                    sentence(heard(wrong.get(field.name, ""))),
                )
                for field in group.fields
                if field.name in told
            ],
        )
        for group in GROUPS
    ]
