// Where the control check is, again and again; when it is over, the page with its result.
"use strict";

const EVERY_MS = 400;
const panel = document.getElementById("stage");

async function ask() {
  try {
    const answer = await fetch(panel.dataset.stage, { cache: "no-store" });
    const news = await answer.json();
    if (!news.on) {
      location.reload();
      return;
    }
    if (panel.innerHTML !== news.html) panel.innerHTML = news.html;
  } catch {
    // the unit or the network is away for a moment
  }
  setTimeout(ask, EVERY_MS);
}

ask();
if (navigator.wakeLock) navigator.wakeLock.request("screen").catch(() => {});
