"""The files of data/sample: a small synthetic pair of sources, in the form in which such files arrive.

`write_sample` makes the same bytes each time. PPSE gets the flaws of flaws.py, twice each, and flawed rows; the
README it writes names every one of them with its record.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from targeting.errors import UsageError
from targeting.synth import files
from targeting.synth.flaws import HOUSEHOLDS, MEMBERS, Flaw
from targeting.synth.generate import DISTRICTS, SynthData, generate
from targeting.synth.sample_forms import write_broken, write_forms
from targeting.synth.survey import COLUMN_MAP, survey

HOUSEHOLD_ROWS, FAMILY_ROWS, OVERLAP, SEED = 600, 4_000, 0.9, 2026
CLEAN = ("dtsen_family", "dtsen_person", "prior_recipient", "truth_person", "truth_household", "truth_prior")
"""Files without injected flaws."""
SURVEYS = {2024: 300, 2025: 300}
"""Households of the survey of a year."""
TIMES = 2
"""How often each flaw is put in."""


@dataclass
class Cells:
    """A table as text cells, and which of its rows have a flaw already."""

    header: list[str]
    rows: list[list[str]]
    used: set[int] = field(default_factory=set)

    def at(self, column: str) -> int:
        """Position of a column."""
        return self.header.index(column)


@dataclass(frozen=True)
class Note:
    """A flaw as the README tells it."""

    file: str
    record: str
    column: str
    name: str
    says: str
    outcome: str


def write_sample(out: Path) -> dict[str, int]:
    """Rows of each file written into `out`. Raises UsageError if it cannot write."""
    data = generate(HOUSEHOLD_ROWS, "medium", OVERLAP, SEED, families=FAMILY_ROWS)
    households, members = flawed(data)
    notes = [*households[1], *members[1]]
    texts = {
        "ppse_household.csv": csv_text(households[0]),
        "ppse_member.csv": csv_text(members[0]),
        **{f"{name}.csv": files.text_of(table).write_csv() for name, table in _clean_tables(data).items()},
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (out / name).write_text(text, encoding="utf-8", newline="")
        forms = write_forms(out, data)
        broken = write_broken(out / "broken", data)
        (out / "survey_columns.yaml").write_text(COLUMN_MAP, encoding="utf-8", newline="")
        (out / "README.md").write_text(readme(notes, forms, broken), encoding="utf-8", newline="")
    except OSError as error:
        raise UsageError(f"{out} cannot be written ({error.strerror}). Give a folder you may write to.") from None
    return {name: text.count("\n") - 1 for name, text in texts.items()}


def _clean_tables(data: SynthData) -> dict[str, pl.DataFrame]:
    """Their rows by name, the surveys and what PPSE's households spend among them."""
    tables = files.tables_of(data)
    spent = tables["consumption"].drop_nulls("household_id").drop("dtsen_family_id")
    surveys = {f"survey_{year}": survey(data, SEED, rows, year, DISTRICTS) for year, rows in SURVEYS.items()}
    return {name: tables[name] for name in CLEAN} | {"truth_consumption": spent, **surveys}


def flawed(data: SynthData) -> tuple[tuple[Cells, list[Note]], tuple[Cells, list[Note]]]:
    """PPSE's two tables with every flaw in them, and what was done to which record."""
    households, members = cells(data.ppse_household), cells(data.ppse_member)
    household_notes = inject(households, "ppse_household.csv", HOUSEHOLDS, start=7, step=5)
    member_notes = inject(members, "ppse_member.csv", MEMBERS, start=11, step=16)
    household_notes += flawed_rows(households, "ppse_household.csv")
    member_notes += flawed_rows(members, "ppse_member.csv") + flawed_families(members)
    return (households, household_notes), (members, member_notes)


def cells(table: pl.DataFrame) -> Cells:
    """The table as text, null as the empty cell."""
    text = files.text_of(table).select(pl.all().cast(pl.String).fill_null(""))
    return Cells(text.columns, [list(row) for row in text.iter_rows()])


def inject(table: Cells, file: str, flaws: Sequence[Flaw], start: int, step: int) -> list[Note]:
    """Each flaw into `TIMES` rows that have something in its column, no row twice."""
    notes, row = [], start
    for flaw in flaws:
        column = table.at(flaw.column)
        for _ in range(TIMES):
            while not _suits(table, row, column, flaw):
                row += 1
            table.rows[row][column] = flaw.change(table.rows[row][column])
            table.used.add(row)
            notes.append(Note(file, table.rows[row][0], flaw.column, flaw.name, flaw.says, flaw.outcome))
            row += step
    return notes


def _suits(table: Cells, row: int, column: int, flaw: Flaw) -> bool:
    """Whether the row can take the flaw and show it."""
    value = table.rows[row][column]
    return row not in table.used and value != "" and flaw.change(value) != value


def flawed_rows(table: Cells, file: str) -> list[Note]:
    """Rows that do not fit the header, and a row that is there twice."""
    last = len(table.rows) - 1
    short, long, twice = last - 3, last - 9, last - 15
    ids = [table.rows[row][0] for row in (short, long, twice)]
    table.rows[short] = table.rows[short][:-4]
    table.rows[long] = [*table.rows[long], "lihat catatan", ""]
    table.rows.insert(twice + 1, list(table.rows[twice]))
    table.used |= {short, long, twice}
    return [
        Note(file, ids[0], "", "row_too_short", "four cells are missing at the end", "refused"),
        Note(file, ids[1], "", "row_too_long", "two cells more than the header", "refused"),
        Note(file, ids[2], "", "row_twice", "the same row, id and all, stands there twice", "refused"),
    ]


def flawed_families(members: Cells) -> list[Note]:
    """Members without a household, one NIK for two people, a family with two heads, spouses of one sex."""
    nik, role, household = members.at("nik"), members.at("id_hub_kepala_keluarga"), members.at("household_id")
    sex = members.at("id_jenis_kelamin")
    free = [row for row in range(700, len(members.rows) - 40) if row not in members.used and members.rows[row][nik]]
    heads = [row for row in free if members.rows[row][role] == "1"]
    couples = [row for row in free if members.rows[row][role] == "2" and members.rows[row - 1][role] == "1"]
    notes = []
    for row in free[3:5]:
        members.rows[row][household] = "PPSE-9999999"
        notes.append(_note(members, row, ("household_id", "orphan", "its household is not in the file", "refused")))
    members.rows[heads[8]][nik] = members.rows[heads[20]][nik]
    notes.append(_note(members, heads[8], ("nik", "nik_of_another", "NIK of somebody in another household", "warning")))
    members.rows[couples[3]][role] = "1"
    notes.append(_note(members, couples[3], ("id_hub_kepala_keluarga", "two_heads", "a second head", "warning")))
    members.rows[couples[5]][sex] = members.rows[couples[5] - 1][sex]
    notes.append(
        _note(members, couples[5], ("id_jenis_kelamin", "one_sex", "spouse has the sex of the head", "warning"))
    )
    return notes


def _note(table: Cells, row: int, what: tuple[str, str, str, str]) -> Note:
    """Of a member row: column, flaw, what it is, outcome."""
    table.used.add(row)
    return Note("ppse_member.csv", table.rows[row][0], *what)


def csv_text(table: Cells) -> str:
    """The table as comma-separated text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([table.header, *table.rows])
    return text.getvalue()


def readme(notes: list[Note], forms: dict[str, str], broken: dict[str, str]) -> str:
    """What each file is, and every flaw in it."""
    lines = [
        "# Sample data",
        "",
        "Synthetic: no real person, NIK serials from 9001 on. Made by `targeting synth --sample --out data/sample`",
        f"({HOUSEHOLD_ROWS} PPSE households against {FAMILY_ROWS:,} DTSEN families of Sleman and Kabupaten Malang,",
        f"medium noise, {OVERLAP:.0%} of the households in DTSEN, seed {SEED}); a test holds the files to those bytes.",
        "",
        "`truth_person.csv` and `truth_household.csv` are the true links (id_l PPSE, id_r DTSEN).",
        "",
        "`prior_recipient.csv` is a list of earlier participants of WUB and PENA as offices type it: one NIK in eight",
        "is wrong, another one missing. `truth_prior.csv` says who of PPSE is on it (id_l PPSE, id_r the list).",
        "",
        "`truth_consumption.csv` is what each PPSE household really spends, rupiah a head and month.",
        "",
        "`survey_2024.csv` and `survey_2025.csv` are household surveys with spending (kapita), weights (fwt), villages",
        "(psu) and strata; `survey_columns.yaml` says which of their columns PPSE has.",
        "",
        "## Other forms of the same records, readable",
        "",
        *(f"- `{name}`: {says}" for name, says in forms.items()),
        "",
        "## broken/: files that must end in one clear error",
        "",
        *(f"- `broken/{name}`: {says}" for name, says in broken.items()),
        "",
        "## Flaws put into the two PPSE files",
        "",
        "repaired: read as meant; kept: accepted as it stands; warning: the row is accepted with a finding, and a",
        "value that cannot be is set aside; refused: the row is rejected, and with a household its members.",
        "",
        "| file | record | column | flaw | what | expected |",
        "|---|---|---|---|---|---|",
        *(f"| {n.file} | {n.record} | {n.column} | {n.name} | {n.says} | {n.outcome} |" for n in notes),
        "",
    ]
    return "\n".join(lines)
