import uuid

from hypothesis import given
from hypothesis import strategies as st

from monitor.store.identity import canonical, unix_ms_of, uuid7

moments_ms = st.integers(0, 2**48 - 1)


@given(moments_ms)
def test_it_is_a_uuid_of_version_7_that_holds_its_time(unix_ms: int) -> None:
    made = uuid.UUID(uuid7(unix_ms))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert unix_ms_of(str(made)) == unix_ms


@given(moments_ms, moments_ms)
def test_text_order_is_time_order(one_ms: int, other_ms: int) -> None:
    if one_ms != other_ms:
        assert (uuid7(one_ms) < uuid7(other_ms)) == (one_ms < other_ms)


def test_two_of_one_moment_differ() -> None:
    assert len({uuid7(1) for _ in range(1000)}) == 1000


@given(st.text())
def test_what_is_no_id_is_none(text: str) -> None:
    assert canonical(text) is None or uuid.UUID(text) == uuid.UUID(canonical(text))


def test_every_spelling_of_an_id_is_one_id() -> None:
    made = uuid7(1_700_000_000_000)
    assert {canonical(made), canonical(made.upper()), canonical(made.replace("-", "")), canonical(f"{{{made}}}")} == {
        made
    }
