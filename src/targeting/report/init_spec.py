"""A linkage spec as text, each line with the reason why it says what it says."""

from __future__ import annotations

from targeting.contracts.guess import LinkGuess, SideGuess
from targeting.report.html_words import whole
from targeting.report.init_file import Drafted, Lines, quoted, share_of
from targeting.report.init_words import say
from targeting.report.labels import Language

DOUBTFUL = 0.5
"""Share of readable values below which a column is asked to be looked at."""


def spec_text(found: LinkGuess, file: str, language: Language) -> Drafted:
    """The spec of these two files; valid as it stands if both have an id. The same arguments give the same text."""
    lines = Lines(language)
    names = {"left": found.left.path.name, "right": found.right.path.name}
    lines.note(0, say("spec_head", language).format(**names))
    command = say("spec_next", language).format(left=found.left.path, right=found.right.path, file=file)
    lines += ["#", *(f"# {line}" for line in command.splitlines()), ""]
    both_have_homes = found.left.household is not None and found.right.household is not None
    for key, side in (("left", found.left), ("right", found.right)):
        _side(lines, key, side, with_home=both_have_homes)
    lines.append("columns:")
    for field, kind in found.shared:
        _column(lines, found, field, kind)
    lines += [f"assignment: many_to_one    # {say('about_assignment', language)}"]
    lines.append(f"# thresholds: {{link: 0.9, review: 0.2}}    # {say('about_thresholds', language)}")
    return Drafted("\n".join(lines) + "\n", tuple(lines.points))


def _side(lines: Lines, key: str, side: SideGuess, *, with_home: bool) -> None:
    """The id column, and the household's if both sides have one."""
    if side.id is None:
        lines.point(0, f"{side.path.name}: {say('no_id', lines.language)}")
    if side.repeated:
        told = {"file": side.path.name, "rows": whole(side.repeated, lines.language)}
        lines.point(0, say("id_twice", lines.language).format(**told))
    home = f", household: {quoted(side.household)}" if with_home and side.household is not None else ""
    about = say("about_id", lines.language).format(rows=whole(side.rows, lines.language))
    comment = "" if side.id is None or side.repeated else f"    # {about}"
    lines.append(f"{key}: {{id: {quoted(side.id or 'id')}{home}}}{comment}")


def _column(lines: Lines, found: LinkGuess, field: str, kind: str) -> None:
    """One comparison."""
    language = lines.language
    left, right = found.left.columns[field], found.right.columns[field]
    for one in (left, right):
        if one.share is not None and one.share < DOUBTFUL:
            told = {"column": quoted(one.column), "field": one.field, "share": share_of(one, language)}
            lines.point(2, say("doubted", language).format(**told))
    shares = "; ".join(f"{quoted(one.column)} {share_of(one, language)}" for one in (left, right))
    name = f"  {field}: {{type: {kind}, left: {quoted(left.column)}, right: {quoted(right.column)}}}"
    lines.append(f"{name}    # {say('readable_both', language).format(shares=shares)}")
