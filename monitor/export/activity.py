"""A session as a FIT activity: treadmill running with cadence, and what was measured as developer fields.

The vendor's convention counts a runner's cadence in strides: half of the steps of both feet. A record a second holds
the cadence of the last seconds, the belt's speed where it was said, and, of each side, the mean of the stances that
began in that second; what has no value is the base type's "invalid". Lap and session hold the means of the whole with
half of their 95 % intervals.

Messages are turned into bytes one after the other: a record of `fit_tool` takes some 50 kB as an object, and 71 bytes
in the file.
"""

import uuid
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from statistics import fmean

from fit_tool.base_type import BaseType
from fit_tool.data_message import DataMessage
from fit_tool.definition_message import DefinitionMessage
from fit_tool.developer_field import DeveloperField
from fit_tool.fit_file_header import FitFileHeader
from fit_tool.profile.messages.activity_message import ActivityMessage
from fit_tool.profile.messages.developer_data_id_message import DeveloperDataIdMessage
from fit_tool.profile.messages.event_message import EventMessage
from fit_tool.profile.messages.field_description_message import FieldDescriptionMessage
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.lap_message import LapMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.messages.session_message import SessionMessage
from fit_tool.profile.profile_type import Activity, Event, EventType, FileType, Manufacturer, Sport, SubSport
from fit_tool.record import Record
from fit_tool.utils.crc import crc16

from monitor.export.document import Result, cadence_spm, speed_at
from monitor.vocabulary import VARIABLES, Side, Stance, Variable

APPLICATION = uuid.UUID("6d656469-7573-4d75-8d65-646975730001")
"""Marks the developer fields as this program's [ours]."""
EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
"""From which FIT counts its seconds."""
FIRST_DATE = EPOCH + timedelta(seconds=0x10000000)
"""What is earlier is no date in FIT, but a time since a device was switched on."""
CADENCE_S = 5.0
"""The steps of so long make a record's cadence [ours]."""
PAUSE_S = 60
"""No record is written for longer stretches without a stance [ours]."""
MOST_SPM = 500.0
"""Nobody runs so; a byte holds 254 strides."""
FRACTIONS = 128
"""Of a stride a minute, in the field for the fraction."""


class UndatedError(Exception):
    """The session has no date that FIT can hold."""


@dataclass(frozen=True, slots=True)
class _Field:
    """A developer field: a variable of a side, its mean or half of the mean's 95 % interval."""

    number: int
    variable: Variable
    side: Side
    is_half_width: bool = False

    @property
    def name(self) -> str:
        return f"{self.variable.label} {self.side}{', half of 95 % interval' if self.is_half_width else ''}"

    @property
    def unit(self) -> str:
        return "deg" if self.variable.unit == "°" else self.variable.unit

    def fresh(self) -> DeveloperField:
        """One to put into a message, without a value."""
        return DeveloperField(
            developer_data_index=0,
            field_id=self.number,
            name=self.name,
            base_type=BaseType.FLOAT32,
            size=BaseType.FLOAT32.size,
            units=self.unit,
        )


VALUES = tuple(
    _Field(number, variable, side)
    for number, (variable, side) in enumerate((variable, side) for variable in VARIABLES for side in Side)
)
HALF_WIDTHS = tuple(_Field(len(VALUES) + field.number, field.variable, field.side, True) for field in VALUES)


def fit_activity(result: Result, started_at: datetime) -> bytes:
    """The file. `result`'s times are from its start, which was at `started_at`. Raises UndatedError."""
    if started_at < FIRST_DATE:
        raise UndatedError("the unit's clock was not set")
    began_ms = int(started_at.timestamp()) * 1000
    file = _File()
    file.add(_file_id(began_ms))
    for message in _descriptions():
        file.add(message)
    file.add(_timer(began_ms, EventType.START))
    last_s = _add_records(file, result, began_ms)
    lasted = replace(result, duration_s=max(result.duration_s, last_s))  # a session that runs is told of later
    ended_ms = began_ms + round(lasted.duration_s) * 1000
    file.add(_timer(ended_ms, EventType.STOP_ALL))
    file.add(_lap(lasted, began_ms, ended_ms))
    file.add(_session(lasted, began_ms, ended_ms))
    file.add(_activity(lasted, ended_ms))
    return file.whole()


class _File:
    """Messages as bytes, each kind defined before it is used, and again when its fields are others."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._defined = b""

    def add(self, message: DataMessage) -> None:
        self.define(message)
        self.write(message)

    def define(self, message: DataMessage) -> None:
        """Prepare for messages with the fields that this one has a value in."""
        definition = DefinitionMessage.from_data_message(message)
        defined = Record.from_message(definition).to_bytes()
        if defined != self._defined:
            self._defined = defined
            self._data += defined
        message.set_definition_message(definition)

    def write(self, message: DataMessage) -> None:
        """Write a message that was defined; where it has no value, that it is invalid."""
        self._data += Record.from_message(message).to_bytes()

    def whole(self) -> bytes:
        header: bytes = FitFileHeader(records_size=len(self._data), gen_crc=True).to_bytes()
        checksum: int = crc16(self._data, crc16(header))
        return header + self._data + checksum.to_bytes(2, "little")


def _file_id(began_ms: int) -> FileIdMessage:
    message = FileIdMessage()
    message.type = FileType.ACTIVITY
    message.manufacturer = Manufacturer.DEVELOPMENT.value
    message.product = 0
    message.product_name = "Medius"
    message.time_created = began_ms
    return message


def _descriptions() -> Iterator[DataMessage]:
    application = DeveloperDataIdMessage()
    application.developer_data_index = 0
    application.application_id = APPLICATION.bytes
    yield application
    for field in VALUES + HALF_WIDTHS:
        message = FieldDescriptionMessage()
        message.developer_data_index = 0
        message.field_definition_number = field.number
        message.fit_base_type_id = BaseType.FLOAT32.value
        message.field_name = field.name
        message.units = field.unit
        yield message


def _timer(at_ms: int, what: EventType) -> EventMessage:
    message = EventMessage()
    message.timestamp = at_ms
    message.event = Event.TIMER
    message.event_type = what
    return message


def _add_records(file: _File, result: Result, began_ms: int) -> int:
    """Add a record for every second, and return the last one."""
    fields = [field.fresh() for field in VALUES]
    message = RecordMessage(developer_fields=fields)
    message.timestamp, message.cadence, message.fractional_cadence = began_ms, 0, 0.0
    if result.belt_speeds:
        message.enhanced_speed = 0.0
    for developer_field in fields:
        developer_field.set_value(0, 0.0)
    file.define(message)
    last: deque[Stance] = deque()
    second = 0
    for second, begun in _by_second(result.stances):
        last.extend(begun)
        while last and last[0].contact_s < second + 1 - CADENCE_S:
            last.popleft()
        message.timestamp = began_ms + second * 1000
        message.cadence, message.fractional_cadence = _cadence(cadence_spm(last))
        if result.belt_speeds:
            message.enhanced_speed = speed_at(result.belt_speeds, second)
        for field, developer_field in zip(VALUES, fields, strict=True):
            developer_field.set_value(0, _mean(field, begun))
        file.write(message)
    return second


def _by_second(stances: Iterable[Stance]) -> Iterator[tuple[int, list[Stance]]]:
    """Every second from the first on and the stances that began in it, but for those of long pauses."""
    next_second = 0
    for second, group in groupby(stances, key=lambda stance: max(0, int(stance.contact_s))):
        begun = list(group)
        if second - next_second <= PAUSE_S:
            for empty in range(next_second, second):
                yield empty, []
        elif next_second == 0:
            yield 0, []
        yield second, begun
        next_second = second + 1
    if next_second == 0:
        yield 0, []


def _mean(field: _Field, stances: list[Stance]) -> float | None:
    measures = [stance.measures[field.variable.name] for stance in stances if stance.side is field.side]
    values = [measure.value for measure in measures if measure.value is not None]
    return fmean(values) if values else None


def _cadence(steps_per_minute: float | None) -> tuple[int | None, float | None]:
    """Whole strides a minute and their fraction; None for what is not known or what FIT cannot hold."""
    if steps_per_minute is None or steps_per_minute >= MOST_SPM:
        return None, None
    whole, part = divmod(round(steps_per_minute / 2.0 * FRACTIONS), FRACTIONS)
    return whole, part / FRACTIONS


def _lap(result: Result, began_ms: int, ended_ms: int) -> LapMessage:
    message = LapMessage(developer_fields=_means(result))
    _set_totals(message, result, began_ms, ended_ms)
    return message


def _session(result: Result, began_ms: int, ended_ms: int) -> SessionMessage:
    message = SessionMessage(developer_fields=_means(result))
    _set_totals(message, result, began_ms, ended_ms)
    message.first_lap_index = 0
    message.num_laps = 1
    return message


def _set_totals(message: LapMessage | SessionMessage, result: Result, began_ms: int, ended_ms: int) -> None:
    message.message_index = 0
    message.timestamp = ended_ms
    message.start_time = began_ms
    message.total_elapsed_time = message.total_timer_time = result.duration_s
    message.sport = Sport.RUNNING
    message.sub_sport = SubSport.TREADMILL
    message.avg_running_cadence, message.avg_fractional_cadence = _cadence(result.cadence_spm)


def _means(result: Result) -> list[DeveloperField]:
    """Of the session; what is not known is left out."""
    known = []
    for field in VALUES + HALF_WIDTHS:
        statistic = result.summary[field.side][field.variable.name]
        value = statistic.mean
        if field.is_half_width:
            value = None if statistic.ci95 is None else (statistic.ci95[1] - statistic.ci95[0]) / 2.0
        if value is not None:
            developer_field = field.fresh()
            developer_field.set_value(0, value)
            known.append(developer_field)
    return known


def _activity(result: Result, ended_ms: int) -> ActivityMessage:
    message = ActivityMessage()
    message.timestamp = ended_ms
    ended_at = datetime.fromtimestamp(ended_ms / 1000.0).astimezone()
    message.local_timestamp = round((ended_at.replace(tzinfo=UTC) - EPOCH).total_seconds())
    message.total_timer_time = result.duration_s
    message.num_sessions = 1
    message.type = Activity.MANUAL
    message.event = Event.ACTIVITY
    message.event_type = EventType.STOP
    return message
