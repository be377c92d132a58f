// Follows the running session, or the unit. The server renders the panel; this only puts it in place, notices when the
// line is dead (a sleeping phone, a restarting unit) and opens it again.
"use strict";

const QUIET_MS = 4500; // the server is heard from every 2 s
const LOOK_MS = 4000; // while all streams are taken by others
const PRESS_MS = 700; // so long nothing is replaced under a finger that went down, or its tap would be lost
const OPERABLE = "a[href], button, input, select, summary";

const panel = document.getElementById("live");
const below = document.getElementById("below");
const shown = new Map();
const lost = document.getElementById("lost");
const said = document.getElementById("said");
let stream = null;
let heardAt = 0;
let pressedAt = -PRESS_MS;
let waiting = null;

function heard() {
  heardAt = Date.now();
  lost.hidden = true;
  panel.classList.remove("old");
}

function show(event) {
  heard();
  const news = JSON.parse(event.data);
  if (said.textContent !== news.said) said.textContent = news.said;
  if (waiting === null) {
    const ms = pressedAt + PRESS_MS - performance.now();
    if (ms <= 0) {
      put(news);
      return;
    }
    setTimeout(() => waiting && put(waiting), ms); // what was looked up meanwhile is newer
  }
  waiting = news;
}

// What had the keyboard has it afterwards, too.
function put(news) {
  waiting = null;
  for (const [part, html] of [[panel, news.html], [below, news.below]]) {
    if (!part || html === undefined || html === shown.get(part)) continue;
    shown.set(part, html);
    const held = [...part.querySelectorAll(OPERABLE)].indexOf(document.activeElement);
    part.innerHTML = html;
    if (held >= 0) part.querySelectorAll(OPERABLE)[held]?.focus({ preventScroll: true });
  }
}

function open() {
  if (stream) stream.close();
  heardAt = Date.now();
  stream = new EventSource(panel.dataset.events);
  stream.onmessage = show;
  stream.addEventListener("beat", heard);
}

function lose() {
  lost.hidden = false;
  panel.classList.add("old");
}

async function look() {
  try {
    const page = await (await fetch(location.href)).text();
    const seen = new DOMParser().parseFromString(page, "text/html");
    put({ html: seen.getElementById("live").innerHTML, below: seen.getElementById("below")?.innerHTML });
    heard();
  } catch {
    lose();
  }
}

function watch() {
  const quiet = Date.now() - heardAt;
  if (stream.readyState === EventSource.CLOSED) {
    if (quiet > LOOK_MS) {
      look();
      open();
    }
  } else if (quiet > QUIET_MS) {
    lose();
    open();
  }
}

open();
setInterval(watch, 1000);
for (const part of [panel, below]) part?.addEventListener("pointerdown", () => (pressedAt = performance.now()));
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) watch();
});
