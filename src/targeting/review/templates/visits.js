"use strict";
const SHORTEST = 10;
let pending = null; // the decision that waits for its reason
const load = (query) => loadFrom("api/visits/state", query, draw);
const draft = () => `reason ${state.candidate.household_id} ${state.candidate.number}`;
const items = (id, texts) => at(id).replaceChildren(...(texts.length ? texts : [words.none]).map((one) => make("li", one)));

function draw() {
  const { candidate, progress } = state;
  pending = null;
  at("done").max = Math.max(progress.households, 1);
  at("done").value = progress.decided;
  at("counts").textContent =
    `${words.by_you} ${progress.mine}, ${words.by_anyone} ${progress.decided} ${words.of} ${progress.households}`;
  at("candidate").hidden = candidate === null;
  at("facts").textContent = "";
  if (candidate === null) {
    at("heading").textContent = words.nothing;
    return;
  }
  at("heading").textContent = `${words.candidate} ${state.place + 1} ${words.of} ${state.total}`;
  at("facts").textContent =
    `${words.value_of} ${candidate.household_id}; ${candidate.district}, ${words.visit} ${candidate.visit_order}`;
  items("to_verify", candidate.to_verify);
  items("reasons", candidate.reasons);
  at("known").tBodies[0].replaceChildren(...candidate.known.map(([label, value]) => {
    const row = make("tr"), name = make("th", label);
    name.scope = "row";
    row.append(name, make("td", value));
    return row;
  }));
  const said = candidate.decision;
  at("in_force").hidden = said === null;
  at("in_force").textContent = said === null ? "" :
    `${words.in_force}: ${decisions[said.kind]} (${said.override_id}, ${said.operator}, ${said.at}): ${said.reason}`;
  for (const button of document.querySelectorAll("[data-decision]")) button.disabled = said !== null;
  at("note").value = sessionStorage.getItem(draft()) ?? "";
}

const decide = (decision) => {
  const candidate = state?.candidate;
  if (!candidate || candidate.decision !== null) return;
  const reason = at("note").value.trim();
  if (reason.length < SHORTEST) {
    pending = decision;
    at("status").textContent = `${words.too_short} ${decisions[decision]}`;
    at("note").focus();
    return;
  }
  once(async () => {
    await ask("api/visits/decide", { reviewer: at("reviewer").value, number: candidate.number, decision, reason });
    sessionStorage.removeItem(draft());
    document.activeElement.blur();
    await load({ place: at("view").value === "open" ? state.place : state.place + 1 });
    at("status").textContent = `${decisions[decision]}: ${words.saved}`;
  });
};

const undo = () => once(async () => {
  const { number } = await ask("api/visits/undo", { reviewer: at("reviewer").value });
  if (number === null) return;
  await load({ number });
  at("status").textContent = words.undone;
});

at("note").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || pending === null) return;
  event.preventDefault();
  decide(pending);
});

start({ load, decide, undo, draft });
