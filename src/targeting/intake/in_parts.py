"""DTSEN judged some families at a time, so that a register larger than memory is judged whole.

Both files are parted by family: a family and its persons are judged together, by the same rules and with the same
findings as all at once. What holds rows of different families against each other (an id, a NIK, a KK number used twice)
is looked at in the end, over those columns alone (`across_parts`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from targeting.contracts.config import DtsenSources, Source
from targeting.contracts.schemas import Schema, schema_of
from targeting.intake.check import validate
from targeting.intake.context import RuleContext
from targeting.intake.families import SIZE, sizes_unlike, without_orphans
from targeting.intake.frames import ROW_NUMBER, Partition, TextFrame
from targeting.intake.made import make_record_ids
from targeting.intake.partition import issues_of
from targeting.intake.reading import read_columns
from targeting.intake.rules import RULES
from targeting.intake.structure import RECORD_ID_USED_TWICE, Finding, no_findings
from targeting.intake.taken import intake_dtsen
from targeting.intake.text_parts import PART_BYTES, PART_ROWS, text_parts

SCHEMAS = ("dtsen-family", "dtsen-person")
WITHIN = [rule for rule in RULES if not rule.across]
ACROSS = [rule for rule in RULES if rule.across]


def dtsen_in_parts(sources: DtsenSources, context: RuleContext, spool: Path) -> Iterator[tuple[Partition, Partition]]:
    """Families and their persons, part after part. `spool` is a folder for files that are removed again.

    Raises InputFileError as `intake_dtsen` does.
    """
    parts = _parts(sources)
    if parts == 1:
        yield intake_dtsen(sources, context)
        return
    files = [
        _spooled(source, schema_of(schema), parts, spool) for source, schema in zip(sources.files, SCHEMAS, strict=True)
    ]
    for number in range(parts):
        texts = [file.text(number) for file in files]
        families, persons = (
            validate(text, schema, source, context, WITHIN)
            for text, schema, source in zip(texts, SCHEMAS, sources.files, strict=True)
        )
        yield families, without_orphans(families, persons, texts[1], schema_of(SCHEMAS[1]))


def _parts(sources: DtsenSources) -> int:
    """How many parts keep each within what is read at once."""
    return max(1, *(-(-size // most) for size, most in map(_size, sources.files)))


def _size(source: Source) -> tuple[int, int]:
    """Rows or bytes of a file, and how many of them make a part; a file that cannot be opened is told of later."""
    try:
        with source.path.open("rb") as file:
            is_parquet = file.read(4) == b"PAR1"
        if is_parquet:
            return int(pl.scan_parquet(source.path).select(pl.len()).collect().item()), PART_ROWS
        return source.path.stat().st_size, PART_BYTES
    except (OSError, pl.exceptions.PolarsError):
        return 0, 1


@dataclass(frozen=True)
class Spooled:
    """A file's rows as text, parted by family into files."""

    source: str
    sha256: str
    files: tuple[tuple[Path, ...], ...]
    malformed: pl.DataFrame

    def text(self, number: int) -> TextFrame:
        """The rows of one part in the order of the file, and their spool files removed; malformed rows are of the
        first part.
        """
        frame = pl.concat([pl.read_parquet(path) for path in self.files[number]])
        for path in self.files[number]:
            path.unlink()
        return TextFrame(self.source, self.sha256, frame, self.malformed if number == 0 else self.malformed.clear())


def _spooled(source: Source, schema: Schema, parts: int, spool: Path) -> Spooled:
    """The file's rows written to `parts` sets of files."""
    files: list[list[Path]] = [[] for _ in range(parts)]
    malformed, sha256 = [], ""
    for turn, text in enumerate(text_parts(source.path, source)):
        sha256 = text.sha256
        malformed.append(text.malformed)
        belongs = _family_of(text, schema, source).hash(seed=1) % parts
        for number in range(parts):
            path = spool / f"{schema.name}-{number}-{turn}.parquet"
            text.frame.filter(belongs == number).write_parquet(path, compression="lz4")
            files[number].append(path)
    return Spooled(source.path.name, sha256, tuple(map(tuple, files)), pl.concat(malformed))


def _family_of(text: TextFrame, schema: Schema, source: Source) -> pl.Series:
    """The family that each row names, as its contract reads it: both files may write it in another way."""
    frame, _ = make_record_ids(text.frame, schema)
    if schema.family_id not in frame.columns:
        return text.frame[ROW_NUMBER].cast(pl.String)
    typed, _ = read_columns(
        frame.select(ROW_NUMBER, schema.family_id), [schema.fields[schema.family_id]], source, text.source
    )
    return typed[schema.family_id].fill_null("")


def columns_across(schema: str, columns: list[str]) -> list[str]:
    """What `across_parts` needs of the accepted rows of one contract."""
    contract = schema_of(schema)
    needed = {contract.record_id, contract.family_id, SIZE}.union(*(rule.needs for rule in ACROSS))
    return [ROW_NUMBER, *(name for name in columns if name in needed)]


@dataclass(frozen=True)
class Across:
    """What was found across all parts of a file (ISSUE_SCHEMA), and row_number of the rows that it refuses."""

    issues: pl.DataFrame
    refused: pl.DataFrame


def across_parts(
    families: pl.DataFrame, persons: pl.DataFrame, names: tuple[str, str], context: RuleContext
) -> list[Across]:
    """Families and persons held against all others. Both have `columns_across` of all accepted rows; `names` are the
    files'. A row whose id an earlier row has is refused: the first one stands.
    """
    again = [_again(rows, schema_of(schema)) for rows, schema in zip((families, persons), SCHEMAS, strict=True)]
    kept = [rows.join(out, on=ROW_NUMBER, how="anti") for rows, out in zip((families, persons), again, strict=True)]
    unlike = sizes_unlike(kept[0], kept[1], schema_of(SCHEMAS[0]).record_id)
    found = []
    for rows, out, schema, name in zip((families, persons), again, SCHEMAS, names, strict=True):
        contract = schema_of(schema)
        more = unlike if schema == SCHEMAS[0] else no_findings()
        findings = pl.concat([RECORD_ID_USED_TWICE.on(out, contract.record_id), _ruled(rows, out, context), more])
        ids = rows.select(ROW_NUMBER, record_id=pl.col(contract.record_id))
        found.append(Across(issues_of(name, ids, findings), out.select(ROW_NUMBER)))
    return found


def _again(rows: pl.DataFrame, contract: Schema) -> pl.DataFrame:
    """Rows whose id an earlier row has."""
    return rows.sort(ROW_NUMBER).filter(~pl.col(contract.record_id).is_first_distinct())


def _ruled(rows: pl.DataFrame, refused: pl.DataFrame, context: RuleContext) -> pl.DataFrame:
    """What the rules across families find among the rows that are not refused."""
    usable, found = rows.join(refused, on=ROW_NUMBER, how="anti"), [no_findings()]
    for rule in ACROSS:
        if rule.applies_to(set(rows.columns)):
            finding = Finding(rule.name, rule.severity, rule.message_id, rule.message_en)
            found.append(finding.on(rule.rows(usable.lazy(), context).collect(), rule.field))
    return pl.concat(found)
