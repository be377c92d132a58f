"""Zooming every stance of a session along its time: with buttons, by keyboard, with a mouse."""

import itertools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.looks import axe
from tests.browser.phones import owners
from tests.browser.unit import dashboard, resting_unit


@pytest.fixture(scope="module")
def opened(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder = tmp_path_factory.mktemp("zoom")
    with resting_unit(folder) as (shown, _), dashboard(folder) as place:
        page = owners(browser, place).new_page()
        page.goto(f"/sessions/{shown.sessions['own']}")
        yield page


@pytest.fixture
def page(opened: Page) -> Page:
    opened.reload()
    opened.locator(".over-time").scroll_into_view_if_needed()
    return opened


def shown_s(page: Page) -> tuple[int, int]:
    """From when until when, as it is said; both sides show the same."""
    drawn = page.locator(".over-time .chart > svg[viewBox]")
    boxes = drawn.evaluate_all("all => all.map(each => each.getAttribute('viewBox'))")
    assert len(boxes) == 2
    assert len(set(boxes)) == 1
    said = re.fullmatch(r"(\d+):(\d\d) – (\d+):(\d\d)", page.locator(".zoom output").inner_text())
    assert said is not None
    numbers = [int(number) for number in said.groups()]
    return 60 * numbers[0] + numbers[1], 60 * numbers[2] + numbers[3]


def drag(page: Page, start: float, end: float) -> None:
    """Over a part of the left chart, from one place to another."""
    box = page.locator(".over-time .chart").first.bounding_box()
    assert box is not None
    y = box["y"] + box["height"] / 2.0
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    for part in (0.5, 1.0):
        page.mouse.move(box["x"] + (start + part * (end - start)) * box["width"], y)
    page.mouse.up()


def test_buttons_and_keys(page: Page) -> None:
    whole = shown_s(page)
    ticks = page.locator(".over-time .tick-time").all_text_contents()
    closer = page.get_by_role("button", name="Zoom in")
    closer.focus()
    spans = [whole]
    for _ in range(8):
        page.keyboard.press("Enter")
        spans.append(shown_s(page))
    lengths = [end - start for start, end in spans]
    assert lengths[1] == pytest.approx(lengths[0] / 2.0, abs=1.0)
    assert all(after <= before for before, after in itertools.pairwise(lengths))
    assert 4 <= lengths[-1] <= 6, "no closer than five seconds"
    expect(closer).to_be_focused()
    assert axe(page) == []
    page.reload()
    for _ in range(2):
        page.get_by_role("button", name="Zoom in").click()
    middle = shown_s(page)
    page.get_by_role("button", name="Earlier").click()
    assert shown_s(page)[0] < middle[0]
    for _ in range(9):
        page.get_by_role("button", name="Later").click()
    assert shown_s(page)[1] == whole[1]
    page.get_by_role("button", name="Zoom out").click()
    page.get_by_role("button", name="The whole session").click()
    assert shown_s(page) == whole
    assert page.locator(".over-time .tick-time").all_text_contents() == ticks


def test_a_stretch_that_is_chosen_fills_the_chart(page: Page) -> None:
    start, end = shown_s(page)
    drag(page, 0.25, 0.75)
    length = end - start
    assert shown_s(page) == pytest.approx((start + length / 4.0, end - length / 4.0), abs=1.0)
    expect(page.locator(".zoom-chosen").first).to_be_hidden()
    drag(page, 0.9, 0.1)
    assert shown_s(page)[1] - shown_s(page)[0] == pytest.approx(0.4 * length, abs=1.5)
    page.locator(".over-time .chart").first.dblclick()
    assert shown_s(page) == (start, end)


def test_the_stance_under_the_pointer_is_read_out_as_the_table_has_it(page: Page) -> None:
    box = page.locator(".over-time .chart").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2.0, box["y"] + 20.0)
    read = page.locator(".readout").first
    expect(read).to_have_text(re.compile(r"^0:\d\d\.\d: [+−]\d+\.\d° ± \d\.\d°$"))
    told = read.inner_text()
    value = told.partition(": ")[2].replace("°", "")
    page.goto(f"{page.url}/stances")
    assert page.locator(".stances td").filter(has_text=value).count(), f"{told} is no stance"
    page.go_back()
    expect(page.locator(".readout").first).to_be_hidden()
