"""Feeds broken and hostile files to intake, and looks at whether every row is accounted for.

    python tests/campaigns/intake_fuzz.py --cases 100000 --seconds 600
    python tests/campaigns/intake_fuzz.py --kind gzip --first 4711 --cases 1      # one case again

A case is a number: the same number makes the same file. Small whole files of every form are altered: bytes flipped,
cut, doubled and moved; rows and columns shuffled, doubled, ragged; encodings mixed; cells that are formulas, markup,
SQL, paths, control characters or very long; thousands of columns; damaged archives; pipeline and policy files with
anchors, tags, paths out of their folder. A file must be read and judged with rows in = accepted + rejected, findings
on rows that exist and no hostile cell repeated in one, or be refused with one error of the program's own; within the
stated seconds. Anything else is printed with its number. Ends with 1 if there was any.
"""

from __future__ import annotations

import argparse
import gzip
import io
import os
import random
import string
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import xlsxwriter

from targeting.contracts.config import Source
from targeting.contracts.pipeline_file import load_pipeline
from targeting.contracts.policy_file import load_policy
from targeting.contracts.schemas import schema_of
from targeting.errors import TargetingError
from targeting.intake import RuleContext, read_text, validate

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "data" / "sample"
LONGEST_SECONDS = 10.0
WHOLE, OTHERS = 0.1, 5
"""Share of the cases with all columns of their file, and how many columns the others have besides those they need."""
SCHEMAS = {"ppse_household": "ppse-household", "ppse_member": "ppse-member", "dtsen_person": "dtsen-person"}
HOSTILE = (
    *('=HYPERLINK("http://x","klik")', "+1+cmd|'/C calc'!A0", "@SUM(1)", "-2+3", "\t=1"),
    *("'; DROP TABLE person; --", '"); DELETE FROM run; --', "{{7*7}}", "${jndi:ldap://x}", "%s%n%x"),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>"),
    *("../../../../etc/passwd", "C:\\Windows\\win.ini", "\\\\host\\share"),
    *(
        "\u202egpj.exe",
        "\ufeff",
        "\u0000",
        "é" * 300,
        "\U0001f600" * 50,
        "\u0663\u0664\u0660\u0664",
        "\U0001d516\U0001d52f",
    ),
    *("NaN", "Infinity", "1e999", "-0", "0x1F", "9" * 40, "1" * 16, "null", "NULL", "#N/A"),
)
"""What somebody might type, or try."""


@dataclass(frozen=True)
class Case:
    """A file to be judged."""

    name: str
    content: bytes
    schema: str
    told: dict[str, str]


def table_of(chance: random.Random) -> tuple[str, list[list[str]]]:
    """A contract and some rows of its sample file, header first; of most, the columns that must be and a few others.

    Judging a small file takes as long as it has columns, and columns seldom have to do with each other.
    """
    name = chance.choice(list(SCHEMAS))
    rows = ROWS[name]
    first = chance.randrange(1, len(rows) - 8)
    chosen = [rows[0], *rows[first : first + chance.randint(1, 8)]]
    if chance.random() < WHOLE:
        return SCHEMAS[name], [list(row) for row in chosen]
    needed = [at for at, column in enumerate(rows[0]) if schema_of(SCHEMAS[name]).fields[column].required]
    columns = sorted({*needed, *chance.sample(range(len(rows[0])), OTHERS)})
    return SCHEMAS[name], [[row[at] for at in columns] for row in chosen]


def csv_of(rows: list[list[str]], delimiter: str = ",", quoted: bool = True) -> str:
    """The rows as delimited text."""

    def cell(text: str) -> str:
        special = quoted and any(mark in text for mark in (delimiter, '"', "\n", "\r"))
        return '"' + text.replace('"', '""') + '"' if special else text

    return "\n".join(delimiter.join(map(cell, row)) for row in rows) + "\n"


def altered_bytes(chance: random.Random, content: bytes) -> bytes:
    """Some bytes flipped, cut, doubled, moved, or put in."""
    data = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5, 40))):
        if not data:
            break
        at, length = chance.randrange(len(data)), chance.choice((1, 1, 2, 8, 64))
        match chance.randrange(6):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                data[at : at + length] = chance.randbytes(length)
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = data[at : at + length]
            case 4:
                data[at:at] = chance.choice(
                    (b'"', b"\n", b"\r", b"\0", b",", b";", b"\xff\xfe", b"\x80", b"\xef\xbb\xbf")
                )
            case _:
                del data[at:]
    return bytes(data)


def hostile_cells(chance: random.Random, rows: list[list[str]]) -> list[list[str]]:
    """Some cells, of the header too now and then, replaced by what somebody might try."""
    for _ in range(chance.randint(1, 6)):
        row = rows[0] if chance.random() < 0.1 else chance.choice(rows[1:])
        row[chance.randrange(len(row))] = chance.choice(HOSTILE)
    return rows


def shuffled(chance: random.Random, rows: list[list[str]]) -> list[list[str]]:
    """Columns in another order, some doubled or gone; rows doubled, ragged or empty."""
    order = list(range(len(rows[0])))
    chance.shuffle(order)
    order = order[: chance.randint(1, len(order))] if chance.random() < 0.3 else order
    order += chance.choices(order, k=2) if chance.random() < 0.2 else []
    moved = [[row[at] for at in order] for row in rows]
    for row in chance.choices(moved[1:], k=chance.randint(0, 2)):
        match chance.randrange(3):
            case 0:
                row.append("lebih")
            case 1:
                del row[chance.randrange(max(len(row), 1)) :]
            case _:
                moved.append(list(row))
    return moved


def workbook_of(rows: list[list[str]]) -> bytes:
    """The rows as an Excel workbook."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Data")
        for at, row in enumerate(rows):
            for column, text in enumerate(row):
                sheet.write_string(at, column, text[:30_000])
    return buffer.getvalue()


def parquet_of(rows: list[list[str]]) -> bytes:
    """The rows as Parquet, all text."""
    buffer = io.BytesIO()
    columns = {name: [row[at] for row in rows[1:]] for at, name in enumerate(rows[0])}
    pl.DataFrame(columns).write_parquet(buffer)
    return buffer.getvalue()


def of_bytes(chance: random.Random) -> Case:
    """Delimited text with altered bytes."""
    schema, rows = table_of(chance)
    return Case("bytes.csv", altered_bytes(chance, csv_of(rows, chance.choice(",;\t|")).encode()), schema, {})


def of_cells(chance: random.Random) -> Case:
    """Delimited text with hostile cells, quoted as it should be or not."""
    schema, rows = table_of(chance)
    text = csv_of(hostile_cells(chance, rows), chance.choice(",;\t|"), quoted=chance.random() < 0.8)
    return Case("cells.csv", text.encode(errors="replace"), schema, {})


def of_columns(chance: random.Random) -> Case:
    """Delimited text, columns and rows in disorder."""
    schema, rows = table_of(chance)
    return Case("columns.csv", csv_of(shuffled(chance, rows), chance.choice(",;\t|")).encode(), schema, {})


def of_encodings(chance: random.Random) -> Case:
    """Lines in several encodings, or all in one that is told wrongly."""
    schema, rows = table_of(chance)
    text = csv_of(hostile_cells(chance, rows))
    names = ("utf-8", "cp1252", "utf-16-le", "utf-16", "utf-16-be", "utf-8-sig", "utf-32", "cp037", "shift_jis")
    whole = chance.random() < 0.5
    one = chance.choice(names)
    lines = [line.encode(one if whole else chance.choice(names), "replace") for line in text.splitlines(keepends=True)]
    told = ("utf-8", "cp1252", "utf-16", "ascii", "idna", "rot13", "zlib", "unicode_escape", "punycode", "nonsense")
    return Case("enc.csv", b"".join(lines), schema, {"encoding": chance.choice(told)} if chance.random() < 0.4 else {})


def of_gzip(chance: random.Random) -> Case:
    """Packed text, its packing altered."""
    schema, rows = table_of(chance)
    packed = gzip.compress(csv_of(rows).encode(), mtime=0)
    return Case("packed.csv.gz", altered_bytes(chance, packed) if chance.random() < 0.9 else packed, schema, {})


def of_excel(chance: random.Random) -> Case:
    """A workbook: its cells hostile, its bytes altered, or a part of the archive altered inside of a whole archive."""
    schema, rows = table_of(chance)
    content = workbook_of(hostile_cells(chance, rows))
    if chance.random() < 0.4:
        return Case("book.xlsx", altered_bytes(chance, content), schema, {})
    if chance.random() < 0.5:
        buffer = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
            target = chance.choice(old.namelist())
            for name in old.namelist():
                part = old.read(name)
                new.writestr(name, altered_bytes(chance, part) if name == target else part)
        content = buffer.getvalue()
    return Case("book.xlsx", content, schema, {"sheet": chance.choice(HOSTILE)} if chance.random() < 0.1 else {})


def of_parquet(chance: random.Random) -> Case:
    """A Parquet file with altered bytes, between its marks or anywhere."""
    schema, rows = table_of(chance)
    content = parquet_of(rows)
    inner = altered_bytes(chance, content[4:-4])
    return Case("rows.parquet", b"PAR1" + inner + b"PAR1", schema, {})


def of_size(chance: random.Random) -> Case:
    """Huge cells, thousands of columns, deep quotes, long lines without end."""
    schema, rows = table_of(chance)
    match chance.randrange(5):
        case 0:
            chance.choice(rows[1:])[chance.randrange(len(rows[0]))] = "x" * chance.choice(
                (10_000, 1_000_000, 10_000_000)
            )
            text = csv_of(rows)
        case 1:
            extra = chance.choice((1_000, 10_000))
            text = csv_of([row + [f"k{at}" if n == 0 else "" for at in range(extra)] for n, row in enumerate(rows)])
        case 2:
            text = csv_of(rows) + '"' * chance.randint(1, 100_001)
        case 3:
            text = csv_of(rows) + chance.choice((",", "\n", "\r", " ", '"\n')) * 100_000
        case _:
            text = chance.choice(string.printable) * chance.randint(1, 200_000)
    return Case("size.csv", text.encode(), schema, {})


KINDS: dict[str, tuple[int, Callable[[random.Random], Case]]] = {
    "bytes": (30, of_bytes),
    "cells": (20, of_cells),
    "columns": (15, of_columns),
    "encodings": (12, of_encodings),
    "gzip": (8, of_gzip),
    "excel": (6, of_excel),
    "parquet": (8, of_parquet),
    "size": (1, of_size),
}
"""Kind of case: how often, and what makes it. Pipeline and policy files are a kind of their own."""
CONFIGURATION = (
    *("&a [*a, *a]", "&x {a: *x}", "<<: *x", "*x", "!!binary aGk=", "!!python/object/apply:os.system ['id']"),
    *("!include /etc/passwd", "../../../../etc/passwd", "/dev/zero", "%TAG ! tag:x", "---", "..."),
    *("{a: 1, a: 2}", "? [1]\n: 2", '"\\u0000"', "'\u202e'", "|\n  x", "1e400", "2026-99-99", "0o17", "yes", "~"),
    *("[[[[[[", "- x", "\t", "@", "`", "# x", "null: null", "[" * 500, "{a: " * 500),
)


def judge(case: Case, folder: Path) -> str:
    """How the case ended: accepted rows, or refused; AssertionError if not as promised."""
    path = folder / case.name
    path.write_bytes(case.content)
    source = Source(path=path, **case.told)  # type: ignore[arg-type]
    try:
        text = read_text(path, source)
        part = validate(text, case.schema, source, CONTEXT)
    except TargetingError as error:
        message = str(error)
        assert len(message) < 5_000, "the error's message is endless"
        return "refused"
    assert part.rows_in == text.rows_in == part.accepted.height + part.rejected.height, "a row is lost"
    numbers = pl.concat([part.accepted["row_number"], part.rejected["row_number"]]).sort()
    assert numbers.equals(pl.Series(range(1, part.rows_in + 1), dtype=pl.Int64)), "a row number is lost"
    assert part.issues.filter(~pl.col("row_number").is_between(0, part.rows_in)).is_empty(), "a finding without a row"
    for column in ("message_id", "message_en"):
        told = [value for value in part.issues[column].unique() if "not used" not in value and "tidak di" not in value]
        assert not any(len(value) > 6 and value in message for message in told for value in HOSTILE), "a cell is told"
    return "judged"


def configured(chance: random.Random, folder: Path) -> str:
    """A pipeline or a policy file with lines replaced or put in: it is read, or refused with one error."""
    name, load = chance.choice(((ROOT / "pipelines" / "wub-2026.yaml", load_pipeline), (POLICY, load_policy)))
    lines = name.read_text(encoding="utf-8").splitlines()
    for _ in range(chance.randint(1, 4)):
        at, new = chance.randrange(len(lines)), chance.choice(CONFIGURATION)
        key = lines[at].partition(":")[0]
        lines[at] = chance.choice((f"{key}: {new}", new, f"{lines[at]} {new}", f"{lines[at]}\n{new}"))
    content = "\n".join(lines).encode(errors="replace")
    path = folder / "case.yaml"
    path.write_bytes(altered_bytes(chance, content) if chance.random() < 0.3 else content)
    try:
        load(path)  # type: ignore[operator]
    except TargetingError:
        return "refused"
    return "read"


def run_case(kind: str, number: int, folder: Path) -> tuple[str, float, str | None]:
    """How a case ended, in what time, and what was not as promised."""
    chance = random.Random(f"{kind} {number}")  # noqa: S311  (cases, not secrets)
    begun = time.monotonic()
    wrong = None
    try:
        outcome = configured(chance, folder) if kind == "configuration" else judge(KINDS[kind][1](chance), folder)
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        outcome, wrong = "wrong", f"{type(error).__name__}: {str(error)[:200]}"
    seconds = time.monotonic() - begun
    if wrong is None and seconds > LONGEST_SECONDS:
        wrong = f"took {seconds:.1f} s"
    return outcome, seconds, wrong


def sequence(kinds: list[str]) -> list[str]:
    """The kinds in the order in which they take turns."""
    turns = {name: weight for name, (weight, _) in KINDS.items()} | {"configuration": 10}
    found = [name for name in kinds for _ in range(turns[name])]
    random.Random(0).shuffle(found)  # noqa: S311
    return found


def rows_of(name: str) -> list[list[str]]:
    """The first rows of a sample file."""
    text = (SAMPLE / f"{name}.csv").read_text(encoding="utf-8-sig").splitlines()[:60]
    return [line.split(",") for line in text if line.count(",") == text[0].count(",") and '"' not in line]


def table(counts: Counter[tuple[str, str]], slowest: dict[str, float]) -> str:
    """Cases by kind and outcome, as Markdown."""
    lines = ["| kind | cases | judged or read | refused with one error | not as promised | slowest, s |"]
    lines.append("|---|---|---|---|---|---|")
    for kind in (*KINDS, "configuration"):
        of = {outcome: counts[kind, outcome] for outcome in ("judged", "read", "refused", "wrong")}
        cells = [kind, sum(of.values()), of["judged"] + of["read"], of["refused"], of["wrong"]]
        lines.append(f"| {' | '.join(f'{cell:,}' for cell in cells[1:])} |".replace("| ", f"| {kind} | ", 1))
        lines[-1] = lines[-1][:-2] + f" | {slowest.get(kind, 0.0):.2f} |"
    return "\n".join(lines)


def main() -> None:
    """Run the campaign."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--seconds", type=float, default=600.0, help="stop after so many")
    parser.add_argument("--kind", choices=[*KINDS, "configuration"], help="this kind only")
    given = parser.parse_args()
    kinds = [given.kind] if given.kind else [*KINDS, "configuration"]
    order, counts, slowest, wrong = sequence(kinds), Counter[tuple[str, str]](), dict[str, float](), 0
    until = time.monotonic() + given.seconds
    with tempfile.TemporaryDirectory() as folder:
        for number in range(given.first, given.first + given.cases):
            kind = order[number % len(order)]
            outcome, seconds, problem = run_case(kind, number, Path(folder))
            counts[kind, outcome] += 1
            slowest[kind] = max(slowest.get(kind, 0.0), seconds)
            if problem is not None:
                wrong += 1
                print(f"--kind {kind} --first {number} --cases 1: {problem}", file=sys.stderr, flush=True)
            if time.monotonic() > until:
                break
    print(table(counts, slowest))
    print(f"\n{sum(counts.values()):,} cases, {wrong} not as promised")
    sys.exit(1 if wrong else 0)


ROWS = {name: rows_of(name) for name in SCHEMAS}
CONTEXT = RuleContext(date(2026, 6, 1), ("34.04", "35.07"))
POLICY = ROOT / "pipelines" / "policy" / "wub-ppse-2026.yaml"

if __name__ == "__main__":
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    main()
