"use strict";
// Values come from people's files: they are only ever written as text, never as markup.
const words = JSON.parse(document.body.dataset.words);
const decisions = JSON.parse(document.body.dataset.decisions);
const keys = JSON.parse(document.body.dataset.keys);
const at = (id) => document.getElementById(id);
let state = null;
let busy = false;

function make(tag, text, className) {
  const node = document.createElement(tag);
  if (text !== undefined) node.textContent = text;
  if (className) node.className = className;
  return node;
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

async function load(query) {
  const asked = new URLSearchParams({ reviewer: at("reviewer").value, view: at("view").value, ...query });
  state = await ask(`api/state?${asked}`);
  sessionStorage.setItem("place", state.place === null ? "0" : String(state.place));
  draw();
}

function cell(parts) {
  const node = make("td");
  for (const [text, differs] of parts) node.append(make(differs ? "mark" : "span", text));
  return node;
}

function draw() {
  const { pair, progress } = state;
  at("done").max = Math.max(progress.pairs, 1);
  at("done").value = progress.mine;
  at("counts").textContent =
    `${words.by_you} ${progress.mine}, ${words.by_anyone} ${progress.decided} ${words.of} ${progress.pairs}; ` +
    `${words.disagreed}: ${progress.disagreed}`;
  at("pair").hidden = pair === null;
  at("facts").textContent = "";
  if (pair === null) {
    at("heading").textContent = words.nothing;
    return;
  }
  at("heading").textContent = `${words.pair} ${state.place + 1} ${words.of} ${state.total} (${pair.ground_words})`;
  const seat = pair.seat === null ? "" : `; ${words.seat} ${pair.seat.toFixed(2)}`;
  at("facts").textContent = `${words.value_of} ${pair.household_id}${seat}`;
  at("fields").tBodies[0].replaceChildren(...pair.fields.map((field) => {
    const row = make("tr", undefined, field.verdict);
    const name = make("th", pair.labels[field.name]);
    name.scope = "row";
    row.append(name, cell(field.left_parts), cell(field.right_parts), make("td", words[field.verdict]));
    return row;
  }));
  drawEvidence(pair);
  drawSaid(pair);
  at("note").value = sessionStorage.getItem(draft(pair)) ?? pair.note;
}

function drawEvidence(pair) {
  const totals = pair.evidence.flatMap((bar) => [bar.total, bar.total - bar.bits]).concat([0]);
  const low = Math.min(...totals), span = Math.max(...totals) - low || 1;
  const rows = pair.evidence.map((bar) => {
    const row = make("tr");
    const chart = make("td", undefined, "chart");
    const step = make("span", undefined, bar.bits < 0 ? "step against" : "step");
    step.style.left = `${((Math.min(bar.total, bar.total - bar.bits) - low) / span) * 100}%`;
    step.style.width = `${(Math.abs(bar.bits) / span) * 100}%`;
    chart.append(step);
    row.append(make("td", bar.words), chart, make("td", `${bar.bits > 0 ? "+" : ""}${bar.bits.toFixed(1)}`, "n"));
    return row;
  });
  const sum = make("tr");
  const probability = `${words.probability} ${pair.probability.toFixed(3)}; ${words.status}: ${words[pair.status]}`;
  sum.append(make("th", `${words.weight}; ${probability}`), make("td"), make("td", pair.weight.toFixed(1), "n"));
  at("evidence").tBodies[0].replaceChildren(...rows, sum);
  // Drawn at random to measure the links: judge the records before the model's reasons.
  at("why").open = pair.ground !== "check";
}

function drawSaid(pair) {
  at("said").hidden = !pair.hidden && pair.decisions.length === 0;
  const said = pair.hidden
    ? [make("li", words.hidden_decision)]
    : pair.decisions.map((one) => make("li",
      `${one.at} ${one.operator}: ${decisions[one.decision]}${one.note ? ` (${one.note})` : ""}`));
  at("said").querySelector("ul").replaceChildren(...said);
  at("disagreement").hidden = !pair.disagreed;
  at("disagreement").textContent = pair.disagreed ? words.disagreement : "";
}

const draft = (pair) => `note ${pair.person_id} ${pair.dtsen_person_id}`;

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

const decide = (decision) => once(async () => {
  const pair = state?.pair;
  if (!pair) return;
  const { person_id, dtsen_person_id, fingerprint } = pair;
  const note = at("note").value;
  const reviewer = at("reviewer").value;
  await ask("api/decide", { reviewer, person_id, dtsen_person_id, fingerprint, decision, note });
  sessionStorage.removeItem(draft(pair));
  const leaves = ["open", "first", "second"].includes(at("view").value);
  await load({ place: leaves ? state.place : state.place + 1 });
  at("status").textContent = `${decisions[decision]}: ${words.saved}`;
});

const undo = () => once(async () => {
  const { pair } = await ask("api/undo", { reviewer: at("reviewer").value });
  if (!pair) return;
  await load({ person_id: pair.person_id, dtsen_person_id: pair.dtsen_person_id });
  at("status").textContent = words.undone;
});

const move = (by) => once(async () => {
  if (state === null || state.place === null) return;
  const place = Math.min(Math.max(state.place + by, 0), state.total - 1);
  await load({ place });
  at("status").textContent = by > 0 && place === state.total - 1 ? words.last : "";
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { document.activeElement.blur(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (["INPUT", "TEXTAREA", "SELECT"].includes(document.activeElement.tagName)) return;
  const does = { ArrowRight: "next", ArrowLeft: "previous" }[event.key] || keys[event.key.toLowerCase()];
  if (!does) return;
  event.preventDefault();
  if (does === "undo") undo();
  else if (does === "note") at("note").focus();
  else if (does === "next") move(1);
  else if (does === "previous") move(-1);
  else decide(does);
});

for (const button of document.querySelectorAll("[data-decision]"))
  button.addEventListener("click", () => decide(button.dataset.decision));
at("undo").addEventListener("click", undo);
at("next").addEventListener("click", () => move(1));
at("previous").addEventListener("click", () => move(-1));
at("note").addEventListener("input", () => sessionStorage.setItem(draft(state.pair), at("note").value));
for (const id of ["reviewer", "view"]) {
  at(id).value = sessionStorage.getItem(id) ?? at(id).value;
  at(id).addEventListener("change", () => {
    sessionStorage.setItem(id, at(id).value);
    once(() => load({ place: 0 }));
  });
}
once(() => load({ place: sessionStorage.getItem("place") ?? "0" }));
