"""What judging a large file part by part has found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from targeting.intake import Partition, RuleContext
from targeting.intake.in_parts import Across, across_parts, columns_across
from targeting.vocabulary import Severity

ROW_NUMBER = "row_number"


@dataclass
class Judged:
    """What judging has found so far, of one of the two files."""

    schema: str
    parts: int = 0
    file: str = ""
    sha256: str = ""
    rows_in: int = 0
    findings: list[pl.DataFrame] = field(default_factory=list)
    rejected: list[pl.DataFrame] = field(default_factory=list)
    across: list[pl.DataFrame] = field(default_factory=list)

    def add(self, part: Partition) -> None:
        """Take in the judgement of some rows."""
        self.parts += 1
        self.file, self.sha256 = part.source, part.sha256
        self.rows_in += part.rows_in
        self.findings.append(part.issues)
        self.rejected.append(part.rejected)
        self.across.append(part.accepted.select(columns_across(self.schema, part.accepted.columns)))

    def conclude(self, found: Across, rows: pl.DataFrame) -> None:
        """Take in what was found across the parts; of a refused row its columns are kept that were looked at."""
        self.findings.append(found.issues)
        again = found.issues.filter(pl.col("severity") == Severity.ERROR.value)
        as_kept = pl.struct(pl.exclude(ROW_NUMBER)).struct.json_encode().alias("raw")
        raw = rows.join(found.refused, on=ROW_NUMBER, how="semi").select(ROW_NUMBER, as_kept)
        self.rejected.append(
            again.join(raw, on=ROW_NUMBER).select("source", ROW_NUMBER, "record_id", rules="rule", raw="raw")
        )

    def described(self) -> dict[str, Any]:
        """What the manifest says of the file."""
        rejected = sum(part.height for part in self.rejected)
        warnings = sum(part.filter(pl.col("severity") == Severity.WARNING.value).height for part in self.findings)
        return {
            "contract": self.schema,
            "source": self.file,
            "sha256": self.sha256,
            "rows_in": self.rows_in,
            "accepted": self.rows_in - rejected,
            "rejected": rejected,
            "warnings": warnings,
        }


def concluded(judged: Mapping[str, Judged], context: RuleContext) -> dict[str, pl.DataFrame]:
    """row_number of the rows of each table that a look across all parts refuses after all; none if it was one part."""
    families, persons = (pl.concat(one.across) for one in judged.values())
    for one in judged.values():
        one.across.clear()
    nobody = pl.DataFrame(schema={ROW_NUMBER: pl.Int64})
    if all(one.parts == 1 for one in judged.values()):
        return dict.fromkeys(judged, nobody)
    names = tuple(one.file for one in judged.values())
    found = across_parts(families, persons, (names[0], names[1]), context)
    for one, of_file, rows in zip(judged.values(), found, (families, persons), strict=True):
        one.conclude(of_file, rows)
    return {name: of_file.refused for name, of_file in zip(judged, found, strict=True)}
