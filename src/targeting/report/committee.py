"""A district's list as its committee signs it: seats, reserves, waitlist, and what is filled in by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from targeting.report.committee_words import SIGNING, say
from targeting.report.html_words import NO_VALUE, decimal, percent, whole
from targeting.report.labels import Language, to_check
from targeting.vocabulary import CandidateStatus

FINGERPRINTED = ("district", "status", "rank", "household_id", "seat_basis", "waitlist_place")
"""What a signature is given for: another value in one of these is another list."""
BLANK_CHANGES = 4
OF_SEATS = ("number", "rank", "household", "person", "identity", "home", "desil", "score", "basis", "verify")
OF_WAITLIST = (*OF_SEATS[:8], "until", "verify")
BY_HAND = ("finding", "initials")
NUMBERS = (0, 1, 6)
"""Places of the columns that hold numbers."""
RESERVED = "reserve:"


@dataclass(frozen=True)
class Table:
    """A titled table; `right` lists the columns of numbers, `by_hand` those that are filled in with a pen."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...] = ()
    by_hand: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Sheet:
    """One district's sheet. `tables` in the order of the page; `counts` and `fingerprint` for machines."""

    district: str
    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    counts: Mapping[str, int]
    fingerprint: str
    revealed: bool


def sheets_of(
    run: Mapping[str, Any], listing: pl.DataFrame, language: Language, *, revealed: bool, district: str | None = None
) -> list[Sheet]:
    """A sheet for each district that has seats or households on the list, or for the one named, in order of code.

    `run` as the store gives it; `listing` the list as exported, masked unless `revealed`. Empty if the run does not
    know the district. The same arguments give the same sheets.
    """
    there = districts_of(run, listing)
    wanted = [code for code in there if district in (None, code)]
    return [_sheet(run, listing.filter(district=code), code, language, revealed=revealed) for code in wanted]


def districts_of(run: Mapping[str, Any], listing: pl.DataFrame) -> list[str]:
    """Codes of the districts with seats or with households on the list."""
    seats = {area[:5] for area, one in _seats(run).items() if area[:1].isdigit() and one["allotted"]}
    return sorted(seats | set(listing["district"].drop_nulls()))


def fingerprint(rows: pl.DataFrame) -> str:
    """SHA-256 of who has which seat or place, in the order of the list: 64 hexadecimal digits.

    Ids are hashed as they are shown, so that the sheet gives away nothing that it does not show.
    """
    told = json.dumps(rows.select(FINGERPRINTED).rows(), ensure_ascii=False)
    return hashlib.sha256(told.encode()).hexdigest()


def _sheet(run: Mapping[str, Any], rows: pl.DataFrame, district: str, language: Language, *, revealed: bool) -> Sheet:
    """One district."""
    selected = rows.filter(status=CandidateStatus.SELECTED.value)
    waiting = rows.filter(status=CandidateStatus.WAITLIST.value).sort("waitlist_place", "rank", nulls_last=True)
    allotted = sum(one["allotted"] for area, one in _seats(run).items() if area[:5] == district)
    counts = {"seats": allotted, "selected": selected.height, "waitlist": waiting.height}
    mark = fingerprint(rows)
    named = rows["nama_kabupaten_kota"].drop_nulls()
    tables = (
        *_of_batches(selected, language, revealed=revealed),
        *_reserves(run, district, language),
        _households("waitlist", waiting, OF_WAITLIST, language, revealed=revealed),
        _changes(language),
        _approval(max(allotted, selected.height), language),
    )
    place = f"{named[0]} ({district})" if named.len() else district
    return Sheet(
        district,
        f"{say('title', language)}, {place}",
        _facts(run, counts, mark, language),
        tables,
        counts,
        mark,
        revealed,
    )


def _facts(
    run: Mapping[str, Any], counts: Mapping[str, int], mark: str, language: Language
) -> tuple[tuple[str, str], ...]:
    """What stands above the tables: which list this is, and on what it rests."""
    of_run: Mapping[str, Any] = run["counts"] or {}
    told = (
        ("run", run["run_id"]),
        ("as_of", str(run["as_of"])),
        ("policy", f"{run['policy_id']} {run['policy_version']}"),
        ("assumptions", whole(of_run.get("assumptions"), language)),
        ("not_evaluated", ", ".join(of_run.get("not_evaluated", [])) or say("none", language)),
        ("commitment", of_run.get("lottery", {}).get("commitment", NO_VALUE)),
        ("allotted", whole(counts["seats"], language)),
        ("seated", whole(counts["selected"], language)),
        ("empty", whole(max(0, counts["seats"] - counts["selected"]), language)),
        ("waiting", whole(counts["waitlist"], language)),
        ("fingerprint", mark),
    )
    return tuple((say(code, language), value) for code, value in told)


def _of_batches(selected: pl.DataFrame, language: Language, *, revealed: bool) -> Iterator[Table]:
    """The seats, a table a batch where there are several."""
    batches = selected["batch"].unique().sort(nulls_last=True).to_list()
    if len(batches) < 2:
        yield _households("seats", selected, OF_SEATS, language, revealed=revealed)
        return
    for batch in batches:
        title = say("batch_seats", language).format(batch=NO_VALUE if batch is None else batch)
        rows = selected.filter(pl.col("batch").eq_missing(batch))
        yield _households("seats", rows, OF_SEATS, language, revealed=revealed, title=title)


def _households(
    kind: str,
    rows: pl.DataFrame,
    columns: Sequence[str],
    language: Language,
    *,
    revealed: bool,
    title: str | None = None,
) -> Table:
    """Seats or waitlist: what the list says of each household, and two columns for the committee."""
    told = tuple(
        (
            whole(number, language),
            *_cells(row, columns[1:], language, revealed=revealed),
            say("finding_choice", language),
            "",
        )
        for number, row in enumerate(rows.iter_rows(named=True), start=1)
    )
    heads = tuple(say(name, language) for name in (*columns, *BY_HAND))
    at = len(columns)
    note = "" if told else say("nobody", language)
    return Table(title or say(kind, language), heads, told, NUMBERS, (at, at + 1), note)


def _cells(row: Mapping[str, Any], columns: Sequence[str], language: Language, *, revealed: bool) -> list[str]:
    """One household's cells, in the order of the columns."""
    home = [row["nama_desa"], row["nama_kecamatan"]]
    if revealed:
        numbers = [f"{name.upper()} {row[name]}" for name in ("rt", "rw") if row[name]]
        home = [row["alamat"], *numbers, *home]
    told = {
        "rank": whole(row["rank"], language),
        "household": row["household_id"],
        "person": _joined(row["nama_calon"], row["nama_kepala_keluarga"]),
        "identity": _joined(row["nik"], row["no_kk"]),
        "home": ", ".join(part for part in home if part) or NO_VALUE,
        "desil": whole(row["desil"], language),
        "score": f"{decimal(row['score'], 3, language)}; {percent(row['p_top_k'], language, 0)}",
        "basis": _basis(row["seat_basis"], row["override"], language),
        "until": str(row["waitlist_until"] or NO_VALUE),
        "verify": to_check(row["to_verify"]) or NO_VALUE,
    }
    return [told[name] for name in columns]


def _joined(first: str | None, second: str | None) -> str:
    """Two values, each a dash where there is none."""
    return f"{first or NO_VALUE}; {second or NO_VALUE}"


def _basis(basis: str | None, override: str | None, language: Language) -> str:
    """How a seat was won, and what a person decided."""
    kind, _, group = (basis or "").partition(":")
    told = say("of_reserve", language).format(group=say(group, language)) if group else say(kind, language) or NO_VALUE
    return told if override is None else f"{told}. {override}"


def _reserves(run: Mapping[str, Any], district: str, language: Language) -> Iterator[Table]:
    """What each group must have, has, and had by reserve."""
    groups: Mapping[str, Any] = (run["counts"] or {}).get("reserves", {}).get(district, {})
    names = ("needed", "filled", "by_reserve", "largest_score_gap")
    rows = tuple(
        (
            say(group, language),
            *(whole(one[name], language) for name in ("needed", "seated", "by_reserve")),
            decimal(one["largest_score_gap"], 3, language),
        )
        for group, one in groups.items()
    )
    if rows:
        heads = tuple(say(name, language) for name in ("reserve", *names))
        yield Table(say("reserves", language), heads, rows, (1, 2, 3, 4))


def _changes(language: Language) -> Table:
    """Empty lines for what the committee changes."""
    heads = tuple(say(name, language) for name in ("household", "change", "reason", "initials"))
    lines = (("",) * len(heads),) * BLANK_CHANGES
    return Table(say("changes", language), heads, lines, (), (0, 1, 2, 3), say("changes_note", language))


def _approval(seats: int, language: Language) -> Table:
    """The signature block."""
    heads = tuple(say(name, language) for name in ("role", "name", "official_number", "signature", "signed_on"))
    rows = tuple((say(role, language), "", "", "", "") for role in SIGNING)
    note = say("approval_note", language).format(seats=whole(seats, language))
    return Table(say("approval", language), heads, rows, (), (1, 2, 3, 4), note)


def _seats(run: Mapping[str, Any]) -> Mapping[str, Mapping[str, int]]:
    """Seats by area, as the run counted them."""
    found: Mapping[str, Mapping[str, int]] = (run["counts"] or {}).get("seats", {})
    return found
