// The camera's picture and what is said of it, again and again, for as long as the page is seen.
"use strict";

const PICTURE_MS = 250;
const REPORT_MS = 1000;

const picture = document.getElementById("picture");
const report = document.getElementById("report");
const source = picture.src;

function later(task, ms) {
  setTimeout(() => (document.hidden ? later(task, ms) : task()), ms);
}

function look() {
  const next = new Image();
  next.onload = () => {
    picture.src = next.src;
    later(look, PICTURE_MS);
  };
  next.onerror = () => later(look, REPORT_MS);
  next.src = `${source}?${Date.now()}`;
}

async function ask() {
  try {
    const answer = await fetch(report.dataset.report, { cache: "no-store" });
    const news = await answer.json();
    if (!news.open) {
      location.reload();
      return;
    }
    if (report.innerHTML !== news.html) report.innerHTML = news.html;
  } catch {
    // the unit or the network is away for a moment
  }
  later(ask, REPORT_MS);
}

look();
ask();
