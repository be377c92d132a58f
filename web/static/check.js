// Where the control check is, again and again; when it is over, the page with its result.
"use strict";

const EVERY_MS = 400;
const panel = document.getElementById("stage");
let shown = ""; // what the browser makes of it is written otherwise

async function ask() {
  try {
    const answer = await fetch(panel.dataset.stage, { cache: "no-store" });
    const news = await answer.json();
    if (!news.on) {
      location.reload();
      return;
    }
    if (shown !== news.html) panel.innerHTML = shown = news.html;
  } catch {
    // the unit or the network is away for a moment
  }
  setTimeout(ask, EVERY_MS);
}

ask();
if (navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {});
