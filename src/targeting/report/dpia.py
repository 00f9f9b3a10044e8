"""The data protection papers of a run: the record of processing (Article 31 of Law 27/2022) and the impact assessment
(Article 34), filled in from what the run recorded. What no program can know is left for the controller, and marked.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from targeting.report.dpia_words import RISKS, TRIGGERS, WORDS
from targeting.report.html_text import readable
from targeting.report.labels import Language, in_language


@dataclass(frozen=True)
class Chapter:
    """A heading, a sentence or none, and rows under two or three headings."""

    title: str
    lead: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def chapters(
    run: Mapping[str, Any], events: Sequence[Mapping[str, Any]], language: Language, *, encrypted: bool
) -> list[Chapter]:
    """All of both papers. `run` is the run's row, `events` the audit events of it; nothing in them names anybody.

    `encrypted`: whether the database is, as it stands when the papers are written.
    """
    say = in_language(WORDS, language)
    return [
        _record(run, say, say["encrypted" if encrypted else "in_the_clear"]),
        _sources(run, say),
        _recipients(events, say),
        _retention(run, say),
        _triggers(run, say, language),
        _risks(run, say, language),
        _decision(say),
    ]


def _record(run: Mapping[str, Any], say: Mapping[str, str], at_rest: str) -> Chapter:
    """Who processes what of whom, why, on which ground."""
    households, members = _of(run, "households"), _of(run, "members")
    rows = (
        (say["controller"], say["fill_in"]),
        (say["officer"], say["fill_in"]),
        (say["purpose"], str(run["purpose"])),
        (say["ground"], say["ground_said"]),
        (say["subjects"], say["subjects_said"].format(members.get("accepted", "?"), households.get("accepted", "?"))),
        (say["kinds"], say["kinds_said"]),
        (say["specific"], say["specific_said"]),
        (say["run"], f"{run['run_id']}, {run['started_at']:%Y-%m-%d %H:%M} UTC, {run['operator']}"),
        (say["program"], f"targeting {run['program_version']}, {run['engine']}"),
        (say["policy"], f"{run['policy_id']} {run['policy_version']}, sha256 {run['policy_sha256']}"),
        (say["transfer"], say["transfer_said"]),
        (say["measures"], say["measures_said"].format(at_rest)),
    )
    return Chapter(say["record"], "", (say["what"], say["content"]), rows)


def _sources(run: Mapping[str, Any], say: Mapping[str, str]) -> Chapter:
    """Where the data came from."""
    rows = tuple(
        (str(one.get("source")), f"{one.get('rows_in'):,}", str(one.get("sha256"))) for one in run["inputs"] or []
    )
    return Chapter(say["sources"], "", (say["file"], say["rows"], "SHA-256"), rows)


def _recipients(events: Sequence[Mapping[str, Any]], say: Mapping[str, str]) -> Chapter:
    """Who took data out of the store so far."""
    rows = tuple(
        (f"{one['happened_at']:%Y-%m-%d %H:%M}", f"{one['action']}: {one['operator']}", str(one["purpose"]))
        for one in events
    )
    return Chapter(say["recipients"], say["recipients_lead"], (say["when"], say["who"], say["purpose"]), rows)


def _retention(run: Mapping[str, Any], say: Mapping[str, str]) -> Chapter:
    """How long each table is kept, as the pipeline file said."""
    days = (run["counts"] or {}).get("retention") or {}
    rows = tuple((table, str(count)) for table, count in sorted(days.items()))
    return Chapter(say["retention"], "" if rows else say["no_retention"], (say["table"], say["days"]), rows)


def _triggers(run: Mapping[str, Any], say: Mapping[str, str], language: Language) -> Chapter:
    """Why Article 34 asks for an assessment, each ground with what this run did."""
    figures = _figures(run)
    rows = tuple((pair[0], pair[1].format_map(figures)) for pair in TRIGGERS[language])
    return Chapter(say["assessment"], say["assessment_lead"], (say["trigger"], say["in_run"]), rows)


def _risks(run: Mapping[str, Any], say: Mapping[str, str], language: Language) -> Chapter:
    """What can go wrong for a person, how this run measured it, and what is done about it."""
    figures = _figures(run)
    rows = tuple((risk, measured.format_map(figures), measure) for risk, measured, measure in RISKS[language])
    return Chapter(say["risks"], "", (say["risk"], say["measured"], say["measure"]), rows)


def _decision(say: Mapping[str, str]) -> Chapter:
    """What persons have to decide and sign."""
    names = ("necessity", "proportion", "residual", "consulted", "decision", "signed")
    return Chapter(
        say["to_decide"], say["to_decide_lead"], (say["what"], ""), tuple((say[n], say["fill_in"]) for n in names)
    )


def _figures(run: Mapping[str, Any]) -> dict[str, str]:
    """The run's numbers as text; a number that it did not make is a question mark."""
    counts = run["counts"] or {}
    rates = _of(run, "linkage").get("error_rates") or {}
    persons, households, candidates = _of(run, "members"), _of(run, "households"), _of(run, "candidates")
    return {
        "persons": _number(persons.get("accepted")),
        "households": _number(households.get("accepted")),
        "rejected": _number((persons.get("rejected") or 0) + (households.get("rejected") or 0)),
        "selected": _number(candidates.get("selected")),
        "waitlist": _number(candidates.get("waitlist")),
        "registered": _number(_of(run, "linkage").get("registered_persons")),
        "links": _number(persons.get("linked")),
        "review": _number(persons.get("review")),
        "false_link": _rate(rates.get("false_link")),
        "missed_link": _rate(rates.get("missed_link")),
        "assumptions": _number(counts.get("assumptions")),
        "not_evaluated": ", ".join(counts.get("not_evaluated") or []) or "-",
        "overrides": _number(sum((counts.get("overrides") or {}).values())),
    }


def _of(run: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """One part of the run's counts, empty if it has none."""
    found: Mapping[str, Any] = (run["counts"] or {}).get(name) or {}
    return found


def _number(value: Any) -> str:
    """A count for reading."""
    return "?" if value is None else f"{value:,}"


def _rate(rate: Mapping[str, float] | None) -> str:
    """A rate with its interval, in per cent."""
    if not rate:
        return "?"
    return f"{rate['value']:.2%} ({rate['low']:.2%}-{rate['high']:.2%})"


def markdown(parts: Sequence[Chapter], title: str, note: str) -> str:
    """The papers as Markdown; what could be taken for markup is not."""
    lines = [f"# {title}", "", note, ""]
    for part in parts:
        lines += [f"## {part.title}", ""]
        if part.lead:
            lines += [part.lead, ""]
        if part.rows:
            lines += [_line(part.columns), _line(("---",) * len(part.columns)), *map(_line, part.rows), ""]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    """A table's row."""
    safe = (html.escape(readable(cell), quote=False).replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {' | '.join(safe)} |"


def page(parts: Sequence[Chapter], title: str, note: str, language: Language) -> str:
    """The papers as one HTML page without script or network."""

    def text(value: str) -> str:
        return html.escape(readable(value))

    body = []
    for part in parts:
        body.append(f"<h2>{text(part.title)}</h2>" + (f"<p>{text(part.lead)}</p>" if part.lead else ""))
        if part.rows:
            head = "".join(f"<th>{text(name)}</th>" for name in part.columns)
            rows = ("<tr>" + "".join(f"<td>{text(cell)}</td>" for cell in row) + "</tr>" for row in part.rows)
            body.append(f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>")
    return (
        f'<!doctype html><html lang="{language.value}"><head><meta charset="utf-8"><title>{text(title)}</title><style>'
        "body{font:1rem/1.4 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:.3rem .5rem;text-align:left;"
        f"vertical-align:top;overflow-wrap:anywhere}}</style></head><body><h1>{text(title)}</h1><p>{text(note)}</p>"
        f"{''.join(body)}</body></html>\n"
    )
