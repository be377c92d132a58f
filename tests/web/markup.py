"""What every page must be, checked on its text: well formed, accessible in structure, nothing inline or foreign."""

import itertools
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SHAPES = frozenset(["circle", "line", "path", "rect"])
ADDRESSES = frozenset(["action", "cite", "data", "formaction", "href", "poster", "src", "srcset", "xlink:href"])


@dataclass(eq=False)
class Element:
    tag: str
    attributes: dict[str, str]
    ancestors: tuple["Element", ...]
    text: str = ""

    @property
    def classes(self) -> frozenset[str]:
        return frozenset(self.attributes.get("class", "").split())

    def within(self, tag: str) -> "Element | None":
        return next((a for a in reversed(self.ancestors) if a.tag == tag), None)


@dataclass
class Page(HTMLParser):
    """A parsed page. Raises AssertionError for what is not well formed."""

    source: str
    elements: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Between two tags each."""

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.source)
        self.close()
        assert not self._open, f"left open: {[e.tag for e in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        element = Element(tag, {name: value or "" for name, value in attrs}, tuple(self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        assert tag in VOID or self._open[-1].within("svg"), f"<{tag}/> outside a drawing"
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.texts.append(" ".join(data.split()))
        for element in self._open:
            element.text += data

    def all(self, tag: str, **attributes: str) -> list[Element]:
        return [
            e
            for e in self.elements
            if e.tag == tag and all(e.attributes.get(k.rstrip("_")) == v for k, v in attributes.items())
        ]


def said_by(page: Page) -> list[str]:
    """Every text of a page, whether it is seen or read out: a run of text, an element's name."""
    named = [
        e.attributes[name]
        for e in page.elements
        for name in ("aria-label", "alt", "data-label", "title")
        if e.attributes.get(name)
    ]
    return [*page.texts, *named]


def check_page(source: str, language: str = "en") -> Page:
    assert source.startswith("<!doctype html>")
    page = Page(source)
    check_fragment(page)
    assert [e.attributes.get("lang") for e in page.all("html")] == [language]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    assert page.all("title")[0].text.strip()
    levels = [int(e.tag[1]) for e in page.elements if re.fullmatch("h[1-6]", e.tag)]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels)), levels
    return page


def check_fragment(page: Page) -> None:
    ids = [e.attributes["id"] for e in page.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids)), "an id twice"
    for element in page.elements:
        _check_element(element, frozenset(ids))


def _check_element(element: Element, ids: frozenset[str]) -> None:
    tag, attributes = element.tag, element.attributes
    assert "style" not in attributes, f"inline style on <{tag}>"
    assert tag != "style", "inline style sheet"
    assert not [name for name in attributes if name.startswith("on")], f"inline handler on <{tag}>"
    assert tag != "script" or ("src" in attributes and not element.text.strip()), "inline script"
    assert tag != "img" or "alt" in attributes
    assert tag != "th" or attributes.get("scope") in {"col", "row", "rowgroup"}
    assert tag != "svg" or element.within("svg") or attributes.get("aria-hidden") or attributes.get("aria-label")
    for name in ("aria-labelledby", "aria-describedby"):
        assert set(attributes.get(name, "").split()) <= ids
    for name in ADDRESSES & attributes.keys():
        value = attributes[name]
        own = value.startswith(("/", "#", "?")) and not value.startswith("//")
        assert own or (tag == "data"), f"<{tag} {name}={value!r}> leads elsewhere"
    if attributes.get("href", "").startswith("#"):
        assert attributes["href"][1:] in ids
    if tag in ("a", "button"):
        assert element.text.strip(), f"<{tag}> has no name"
    if tag == "path" and "d" in attributes:
        assert not re.search(r"nan|inf|none", attributes["d"], re.IGNORECASE)


def check_no_foreign_address(text: str, but_for: str = "") -> None:
    """No address of another host anywhere, the SVG name space aside. `but_for` is escaped text that may hold one."""
    rest = text.replace("http://www.w3.org/2000/svg", "")
    if but_for:
        rest = rest.replace(but_for, "")
    assert not re.search(r"(https?:)?//[a-z0-9]", re.sub(r"^\s*// .*$", "", rest, flags=re.MULTILINE), re.IGNORECASE)
