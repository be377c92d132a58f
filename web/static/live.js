// Follows the running session, or the unit. The server renders the panel; this only puts it in place, notices when the
// line is dead (a sleeping phone, a restarting unit) and opens it again.
"use strict";

const QUIET_MS = 4500; // the server is heard from every 2 s
const LOOK_MS = 4000; // while all streams are taken by others

const panel = document.getElementById("live");
const lost = document.getElementById("lost");
const said = document.getElementById("said");
let stream = null;
let heardAt = 0;

function heard() {
  heardAt = Date.now();
  lost.hidden = true;
  panel.classList.remove("old");
}

function show(event) {
  heard();
  const news = JSON.parse(event.data);
  panel.innerHTML = news.html;
  if (said.textContent !== news.said) said.textContent = news.said;
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
    panel.innerHTML = new DOMParser().parseFromString(page, "text/html").getElementById("live").innerHTML;
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
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) watch();
});
