"""Browsers of those who use a dashboard, each with its own cookies."""

from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import HOST, PATIENCE_MS
from tests.browser.looks import LOOKS
from tests.browser.unit import Place

PHONE = {"width": 360, "height": 800}


def phone(browser: Browser, place: Place, *, script: bool = True) -> BrowserContext:
    """One that has never been here."""
    context = browser.new_context(base_url=place.address, viewport=PHONE, java_script_enabled=script)
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(path=LOOKS)
    return context


def owners(browser: Browser, place: Place) -> BrowserContext:
    """One in which the PIN was typed."""
    context = phone(browser, place)
    page = context.new_page()
    enter(page, place.pin)
    page.close()
    return context


def enter(page: Page, pin: str) -> None:
    """Say the PIN on its page."""
    page.goto("/owner")
    page.get_by_label("PIN").fill(pin)
    page.get_by_role("button", name="Open").click()
    page.wait_for_url("/")


def runners(browser: Browser, place: Place, key: str) -> BrowserContext:
    """One that has claimed sessions."""
    context = phone(browser, place)
    context.add_cookies([{"name": "medius_runner", "value": key, "domain": HOST, "path": "/"}])
    return context
