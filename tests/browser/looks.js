// What is looked at on a page; each returns what is wrong with it, as sentences.
"use strict";

window.looks = (() => {
  const OPERABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]";
  const PRIMARY = "button, .button, nav a, .brand, input, select, summary";

  const called = (element) =>
    `<${element.tagName.toLowerCase()}${element.id && ` id=${element.id}`}${
      element.className && ` class="${element.getAttribute("class")}"`
    }> ${(element.getAttribute("aria-label") || element.textContent).trim().replace(/\s+/g, " ").slice(0, 40)}`;
  const all = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const operable = () => all(OPERABLE).filter((element) => element.tabIndex >= 0 && !element.disabled);
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const within = (element, test) => {
    for (let at = element; at; at = at.parentElement) if (test(at)) return at;
    return null;
  };
  const inText = (element) =>
    getComputedStyle(element).display === "inline" &&
    element.parentElement.textContent.trim() !== element.textContent.trim();

  return {
    openAll() {
      for (const details of document.querySelectorAll("details")) details.open = true;
    },

    // What is read, without what only a script does, and without times of the day.
    text() {
      for (const element of document.querySelectorAll(".zoom, #said")) element.hidden = true;
      return document.querySelector("main").innerText.replace(/\d\d:\d\d/g, "").replace(/\s+/g, " ").trim();
    },

    // A table's rows after the twentieth are like those before, and axe takes long over each.
    thin() {
      for (const row of document.querySelectorAll("tbody tr:nth-child(n + 21)")) row.remove();
    },

    // Text as far apart as WCAG 1.4.12 has it.
    spaceOut() {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(
        "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }" +
          "p { margin-bottom: 2em !important }",
      );
      document.adoptedStyleSheets = [sheet];
    },

    packAgain() {
      document.adoptedStyleSheets = [];
    },

    sticksOut() {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return [];
      const out = all("body *").filter(
        (element) =>
          element.getBoundingClientRect().right > width + 0.5 &&
          !within(element.parentElement, scrolls) &&
          !element.closest(".visually-hidden, .skip, svg svg"),
      );
      return out.slice(0, 5).map((element) => `sticks out at ${width} px: ${called(element)}`);
    },

    // A table of five columns or more may be scrolled sideways in a region of its own; the others fit a phone.
    scrollsSideways() {
      return all(".scroll")
        .filter((region) => region.scrollWidth > region.clientWidth && !region.querySelector("thead th:nth-child(5)"))
        .map((region) => `is scrolled sideways by ${region.scrollWidth - region.clientWidth} px: ${called(region)}`);
    },

    cutOff() {
      return all("body *")
        .filter((element) => {
          const style = getComputedStyle(element);
          return (
            style.overflowX === "hidden" &&
            element.scrollWidth > element.clientWidth + 1 &&
            !element.closest(".visually-hidden, svg")
          );
        })
        .map((element) => `is cut off: ${called(element)}`);
    },

    tooSmall(least, primary) {
      return operable()
        .filter((element) => !element.closest(".skip") && !inText(element))
        .filter((element) => {
          const box = (element.closest("label") ?? element).getBoundingClientRect();
          const wanted = element.matches(PRIMARY) ? primary : least;
          return box.height < wanted - 0.5 || box.width < least;
        })
        .map((element) => {
          const box = element.getBoundingClientRect();
          return `is small to touch, ${box.width.toFixed()} x ${box.height.toFixed()}: ${called(element)}`;
        });
    },

    // Each picture is either no more than its text says, or has a name and its numbers somewhere.
    charts() {
      const complaints = [];
      for (const svg of document.querySelectorAll("svg, canvas, img:not([alt=''])")) {
        if (svg.parentElement.closest("svg") || svg.closest("[aria-hidden=true]")) continue;
        const label = svg.getAttribute("aria-label") || svg.getAttribute("alt");
        if (!label) complaints.push(`has no name: ${called(svg)}`);
        if (!svg.matches(".chart")) continue;
        const details = document.getElementById(svg.getAttribute("aria-details"));
        if (!details) complaints.push(`says nowhere where its numbers are: ${called(svg)}`);
        else if (!details.matches("a[href]") && !details.querySelector("table td"))
          complaints.push(`has no table: ${called(svg)}`);
      }
      return complaints;
    },

    moves() {
      const moving = (style) =>
        [style.transitionDuration, style.animationDuration].some((text) => text.split(",").some(parseFloat)) ||
        style.scrollBehavior === "smooth";
      return [
        ...document.getAnimations().map(() => "an animation runs"),
        ...all("*").filter((element) => moving(getComputedStyle(element))).map((element) => `moves: ${called(element)}`),
      ];
    },

    printed() {
      const width = document.documentElement.clientWidth;
      const cut = all(".scroll").filter((region) => region.scrollHeight > region.clientHeight + 1);
      const charts = all(".chart")
        .map((chart) => [chart, chart.getBoundingClientRect()])
        .filter(([, box]) => box.left < 0 || box.right > width + 0.5 || box.height < 40 || box.width < 100)
        .map(([chart, box]) => `is printed ${box.width.toFixed()} x ${box.height.toFixed()} px: ${called(chart)}`);
      return [...charts, ...cut.map((region) => `is cut off on paper: ${called(region)}`)];
    },

    operable: () => operable().map(called),

    // Where the keyboard is, and whether that can be seen; null: nowhere on the page.
    focused() {
      const element = document.activeElement;
      if (!element || element === document.body || element === document.documentElement) return null;
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const ringed = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
      const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      return { at: operable().indexOf(element), name: called(element), ringed, seen };
    },
  };
})();
