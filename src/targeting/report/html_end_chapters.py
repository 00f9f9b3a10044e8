"""The closing chapters: what the list assumes, and with what it was made."""

from __future__ import annotations

from targeting.report.html_data_chapters import Numbers
from targeting.report.html_parts import Chapter, Grid, Note, Part
from targeting.report.html_words import say
from targeting.report.labels import Language
from targeting.report.policy_words import named, part_name, unit

SHOWN_VALUES = 12
"""Numbers of one table of the policy; the policy file has all of them."""


def assumptions(numbers: Numbers, reasons: Numbers, language: Language) -> Chapter:
    """How many assumptions the list rests on, and which; `reasons` has each gate in words."""
    number = numbers["counts"].get("assumptions")
    parts: list[Part] = [Note(say("assumptions_count", language).format(number=number), loud=True)]
    listed = numbers["assumptions"]
    if listed is None:
        parts.append(Note(say("no_policy_file", language)))
    else:
        columns = tuple(say(name, language) for name in ("what", "value", "unit", "basis"))
        rows = tuple(
            (
                _name(one["path"], reasons, language),
                _value(one["value"], language),
                unit(one["unit"], language),
                one["source_id"] if language is Language.ID else one["source"],
            )
            for one in listed
        )
        parts.append(Grid(say("assumptions", language), columns, rows, cards=True))
    return Chapter("assumptions", say("assumptions_title", language), say("assumptions_lead", language), parts)


def _name(path: str, reasons: Numbers, language: Language) -> str:
    """What an assumption is about; a gate by what it refuses."""
    gate = path.removeprefix("gates.")
    return f"{say('gate', language)} {gate}: {reasons[gate]}" if gate in reasons else named(path, language)


def _value(value: object, language: Language) -> str:
    """A number, or the first of a table of numbers by name."""
    if isinstance(value, dict):
        cells = [f"{part_name(name, language)}: {_value(one, language)}" for name, one in value.items()]
        return "; ".join(cells[:SHOWN_VALUES]) + (" …" if len(cells) > SHOWN_VALUES else "")
    if isinstance(value, float):
        written = f"{value:,.12g}"
        return written if language is Language.EN else written.translate(str.maketrans(",.", ".,"))
    return "" if value is None else str(value)


def versions(numbers: Numbers, language: Language) -> Chapter:
    """Program, libraries, policy, model, register, seed."""
    run = numbers["run"]
    rows = [
        (say("program_version", language), run["program_version"]),
        *(run["library_versions"] or {}).items(),
        (say("policy", language), f"{run['policy_id']} {run['policy_version']}"),
        (say("policy_sha256", language), run["policy_sha256"]),
        (say("engine", language), run["engine"]),
        (say("model_sha256", language), run["model_sha256"] or say("trained_on_run", language)),
        (say("registry", language), run["registry"] or say("read_from_files", language)),
        (say("seed", language), run["seed"]),
    ]
    columns = (say("what", language), say("value", language))
    table = tuple((str(name), "" if value is None else str(value)) for name, value in rows)
    grid = Grid(say("versions", language), columns, table, code=(1,))
    return Chapter("versions", say("versions", language), say("versions_lead", language), (grid,))
