"use strict";
// What both queues of the desk share; each has a script of its own, loaded after this one.
// Values come from people's files: they are only ever written as text, never as markup.
const words = JSON.parse(document.body.dataset.words);
const decisions = JSON.parse(document.body.dataset.decisions);
const keys = JSON.parse(document.body.dataset.keys);
const at = (id) => document.getElementById(id);
const queue = document.body.dataset.queue;
let state = null;
let busy = false;

function make(tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
}

// A number as the page's language writes it.
function decimals(value, digits) {
  const places = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return value.toLocaleString(document.documentElement.lang, places);
}

async function ask(path, body) {
  const options = body === undefined ? {} : {
    method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-Review-Desk": "1" },
  };
  const response = await fetch(path, options);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error || response.status);
  return answer;
}

async function once(work) {
  if (busy) return;
  busy = true;
  try {
    await work();
  } catch (error) {
    at("status").textContent = `${words.failed} ${error.message}`;
  } finally {
    busy = false;
  }
}

async function loadFrom(path, query, draw) {
  const chosen = at("district") ? { district: at("district").value } : {};
  const asked = new URLSearchParams({ reviewer: at("reviewer").value, view: at("view").value, ...chosen, ...query });
  state = await ask(`${path}?${asked}`);
  sessionStorage.setItem(`${queue} place`, state.place === null ? "0" : String(state.place));
  draw();
}

const move = (by, load) => once(async () => {
  if (state === null || state.place === null) return;
  const place = Math.min(Math.max(state.place + by, 0), state.total - 1);
  await load({ place });
  at("status").textContent = by > 0 && place === state.total - 1 ? words.last : "";
});

// Keyboard, buttons and choices of a queue, and its first row.
function start({ load, decide, undo, draft }) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { document.activeElement.blur(); return; }
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement.tagName)) return;
    const does = { ArrowRight: "next", ArrowLeft: "previous" }[event.key] || keys[event.key.toLowerCase()];
    if (!does) return;
    event.preventDefault();
    if (does === "undo") undo();
    else if (does === "note") at("note").focus();
    else if (does === "other") at("other").click();
    else if (does === "next") move(1, load);
    else if (does === "previous") move(-1, load);
    else decide(does);
  });
  for (const button of document.querySelectorAll("[data-decision]"))
    button.addEventListener("click", () => decide(button.dataset.decision));
  at("undo").addEventListener("click", undo);
  at("next").addEventListener("click", () => move(1, load));
  at("previous").addEventListener("click", () => move(-1, load));
  at("note").addEventListener("input", () => sessionStorage.setItem(draft(), at("note").value));
  // Who sits here is one person on both pages; what is shown is chosen for each.
  for (const [id, kept] of [["reviewer", "reviewer"], ["view", `${queue} view`], ["district", "district"]]) {
    if (!at(id)) continue;
    at(id).value = sessionStorage.getItem(kept) ?? at(id).value;
    if (at(id).selectedIndex === -1) at(id).selectedIndex = 0;
    at(id).addEventListener("change", () => {
      sessionStorage.setItem(kept, at(id).value);
      once(() => load({ place: 0 }));
    });
  }
  once(() => load({ place: sessionStorage.getItem(`${queue} place`) ?? "0" }));
}
