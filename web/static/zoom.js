// Zooms the charts of every stance along their time, all together, and reads out the stance under the pointer. The
// server has drawn them whole, so that all of it can be read without this.
"use strict";

const LEAST_S = 5;
const DRAG_PX = 8;
const STEPS_S = [2, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200];
const SVG = "http://www.w3.org/2000/svg";

const tools = document.querySelector(".zoom");
const span = tools.querySelector("output");
const panels = [...document.querySelectorAll(".over-time .panel")].map(panelOf);
const seconds = Number(panels[0].svg.dataset.seconds);
const least = Math.min(1, LEAST_S / seconds);
const degrees = new Intl.NumberFormat(document.documentElement.lang, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
let from = 0; // what is shown, as parts of the session
let until = 1;

function panelOf(figure) {
  const svg = figure.querySelector(".chart");
  return {
    svg,
    box: svg.querySelector(":scope > svg[viewBox]"),
    placed: [...svg.querySelectorAll(":scope > [x]:not(text)")].map((element) => ({
      element,
      x: parseFloat(element.getAttribute("x")),
      width: element.tagName === "rect" ? parseFloat(element.getAttribute("width")) : 0,
    })),
    stances: stancesOf(svg),
    here: svg.appendChild(made("line", { class: "zoom-here", y1: 0, y2: "100%", visibility: "hidden" })),
    chosen: svg.appendChild(made("rect", { class: "zoom-chosen", height: "100%", visibility: "hidden" })),
    readout: figure.querySelector(".readout"),
  };
}

// Where each one is, out of the paths that draw it: a part of the session, degrees, and half its interval.
function stancesOf(svg) {
  const low = Number(svg.dataset.low);
  const high = Number(svg.dataset.high);
  const drawn = (name) => svg.querySelector(`.${name}`)?.getAttribute("d").match(/M[^M]*/g) ?? [];
  const whiskers = drawn("whiskers").map((piece) => piece.match(/[\d.]+/g).map(Number));
  return drawn("dots").map((piece, index) => {
    const [x, y] = piece.match(/[\d.]+/g).map(Number);
    const [, bottom, top] = whiskers[index] ?? [];
    const half = top === undefined ? null : ((bottom - top) / 2000) * (high - low);
    return { at: x / 10000, deg: high - (y / 1000) * (high - low), half };
  });
}

function made(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function clock(at, digits = 0) {
  const whole = Math.floor(at);
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const rest = digits ? (at % 60).toFixed(digits).padStart(3 + digits, "0") : two(whole % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

function show(start, end) {
  const width = Math.min(1, Math.max(least, end - start));
  from = Math.min(1 - width, Math.max(0, (start + end - width) / 2));
  until = from + width;
  for (const panel of panels) draw(panel);
  span.textContent = `${clock(from * seconds)} – ${clock(until * seconds)}`;
}

function draw(panel) {
  panel.box.setAttribute("viewBox", `${from * 10000} 0 ${(until - from) * 10000} 1000`);
  const part = (percent) => (percent - from * 100) / (until - from);
  for (const { element, x, width } of panel.placed) {
    const left = Math.max(0, part(x));
    const right = Math.min(100, part(x + width));
    element.setAttribute("visibility", left <= right && left <= 100 ? "visible" : "hidden");
    element.setAttribute("x", `${left}%`);
    if (width) element.setAttribute("width", `${Math.max(0, right - left)}%`);
  }
  for (const tick of panel.svg.querySelectorAll(".tick-time")) tick.remove();
  const [first, last] = [from * seconds, until * seconds];
  const step = STEPS_S.find((each) => (last - first) / each <= 5) ?? STEPS_S.at(-1);
  for (let at = Math.ceil(first / step) * step; at <= last; at += step) {
    const x = (100 * (at - first)) / (last - first);
    const anchor = x < 2 ? "start" : x > 96 ? "end" : "middle";
    const tick = made("text", { class: "tick tick-time", x: `${x}%`, y: "100%", dy: 18, "text-anchor": anchor });
    tick.textContent = clock(at);
    panel.svg.append(tick);
  }
  leave(panel);
}

function leave(panel) {
  for (const mark of [panel.here, panel.chosen]) mark.setAttribute("visibility", "hidden");
  panel.readout.hidden = true;
}

function read(panel, at) {
  const seen = panel.stances.filter((stance) => stance.at >= from && stance.at <= until);
  if (!seen.length) return;
  const nearest = seen.reduce((best, stance) => (Math.abs(stance.at - at) < Math.abs(best.at - at) ? stance : best));
  const x = `${(100 * (nearest.at - from)) / (until - from)}%`;
  panel.here.setAttribute("x1", x);
  panel.here.setAttribute("x2", x);
  panel.here.setAttribute("visibility", "visible");
  const sign = nearest.deg < 0 ? "−" : "+";
  const half = nearest.half === null ? "" : ` ± ${degrees.format(nearest.half)}°`;
  panel.readout.textContent = `${clock(nearest.at * seconds, 1)}: ${sign}${degrees.format(Math.abs(nearest.deg))}°${half}`;
  panel.readout.hidden = false;
}

function follow(panel) {
  let began = null;
  const partAt = (event) => {
    const { left, width } = panel.svg.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  };
  const drags = (event) => began !== null && Math.abs(event.clientX - began.x) > DRAG_PX;
  panel.svg.addEventListener("pointerdown", (event) => {
    if (event.isPrimary && event.button === 0) began = { x: event.clientX, part: partAt(event) };
  });
  panel.svg.addEventListener("pointermove", (event) => {
    if (!drags(event)) {
      read(panel, from + partAt(event) * (until - from));
      return;
    }
    panel.svg.setPointerCapture(event.pointerId);
    const [left, right] = [began.part, partAt(event)].sort((a, b) => a - b);
    panel.chosen.setAttribute("x", `${100 * left}%`);
    panel.chosen.setAttribute("width", `${100 * (right - left)}%`);
    panel.chosen.setAttribute("visibility", "visible");
  });
  panel.svg.addEventListener("pointerup", (event) => {
    const [left, right] = [began?.part ?? 0, partAt(event)].sort((a, b) => a - b);
    const chosen = drags(event);
    began = null;
    if (chosen) show(from + left * (until - from), from + right * (until - from));
    else read(panel, from + partAt(event) * (until - from));
  });
  panel.svg.addEventListener("pointercancel", () => {
    began = null;
    leave(panel);
  });
  panel.svg.addEventListener("pointerleave", (event) => {
    if (event.pointerType === "mouse" && began === null) leave(panel);
  });
  panel.svg.addEventListener("dblclick", () => show(0, 1));
}

const asked = {
  earlier: (width) => [from - width / 2, until - width / 2],
  later: (width) => [from + width / 2, until + width / 2],
  closer: (width) => [from + width / 4, until - width / 4],
  wider: (width) => [from - width / 2, until + width / 2],
  whole: () => [0, 1],
};
tools.addEventListener("click", (event) => {
  const to = asked[event.target.value];
  if (to) show(...to(until - from));
});
for (const panel of panels) follow(panel);
show(0, 1);
tools.hidden = false;
