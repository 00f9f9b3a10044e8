"use strict";
const load = (query) => loadFrom("api/state", query, draw);

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
  const seat = pair.seat === null ? "" : `; ${words.seat} ${decimals(pair.seat, 2)}`;
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
    row.append(make("td", bar.words), chart, make("td", `${bar.bits > 0 ? "+" : ""}${decimals(bar.bits, 1)}`, "n"));
    return row;
  });
  const sum = make("tr");
  const probability = `${words.probability} ${decimals(pair.probability, 3)}; ${words.status}: ${words[pair.status]}`;
  sum.append(make("th", `${words.weight}; ${probability}`), make("td"), make("td", decimals(pair.weight, 1), "n"));
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

start({ load, decide, undo, draft: () => draft(state.pair) });
