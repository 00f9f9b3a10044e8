"""Rules between two files: members belong to accepted households, and households have their members."""

from __future__ import annotations

import polars as pl

from targeting.contracts.schemas import Schema, schema_of
from targeting.intake.frames import Partition, TextFrame
from targeting.intake.partition import WARNINGS, reject, warn
from targeting.intake.reading import types_of
from targeting.intake.structure import (
    HOUSEHOLD_HAS_NO_MEMBER,
    HOUSEHOLD_IS_NOT_IN_ITS_FILE,
    HOUSEHOLD_WAS_REJECTED,
    MEMBER_WAS_MADE_FROM_HEAD,
    SIZE_DIFFERS_FROM_MEMBERS,
)

SIZE = "jumlah_anggota_keluarga"


def match_members(
    households: Partition, members: Partition, member_text: TextFrame, schema: Schema
) -> tuple[Partition, Partition]:
    """Both partitions, with members of no accepted household rejected and households of unlike size warned of.

    `schema` is the members' contract; its family id is the households' record id.
    """
    key = schema.family_id
    members = without_orphans(households, members, member_text, schema)
    return warn(households, sizes_unlike(households.accepted, members.accepted, key), key), members


def sizes_unlike(households: pl.DataFrame, members: pl.DataFrame, key: str) -> pl.DataFrame:
    """Findings on accepted households (row_number, the key, their size) that have no accepted member (the key), or
    another number of them than they say.
    """
    sizes = members.group_by(key).agg(members=pl.len().cast(pl.Int64))
    sized = households.join(sizes, on=key, how="left").with_columns(pl.col("members").fill_null(0))
    empty = sized.filter(members=0)
    unlike = sized.filter((pl.col("members") > 0) & (pl.col("members") != pl.col(SIZE)))
    return pl.concat([HOUSEHOLD_HAS_NO_MEMBER.on(empty, key), SIZE_DIFFERS_FROM_MEMBERS.on(unlike, SIZE)])


def without_orphans(households: Partition, members: Partition, text: TextFrame, schema: Schema) -> Partition:
    """The members' partition, those of no accepted household rejected."""
    key = schema.family_id
    orphans = members.accepted.join(households.accepted, on=key, how="anti")
    of_rejected = orphans.join(households.rejected, left_on=key, right_on="record_id", how="semi")
    unknown = orphans.join(households.rejected, left_on=key, right_on="record_id", how="anti")
    findings = [HOUSEHOLD_WAS_REJECTED.on(of_rejected, key), HOUSEHOLD_IS_NOT_IN_ITS_FILE.on(unknown, key)]
    return reject(members, text, pl.concat(findings), schema.record_id)


def members_of_flat(households: Partition) -> tuple[Partition, Partition]:
    """Households without the head's columns, and the heads as members: person_id is household_id + "-1".

    A household whose head has no name has no member and is warned of. The members' partition has no rejected rows; what
    was found about the heads stands with the households.
    """
    schema = schema_of("ppse-member")
    key, items = schema.family_id, schema_of("ppse-household").person_fields
    rows = households.accepted
    heads = rows.filter(pl.col("nama").is_not_null()) if "nama" in rows.columns else rows.clear()
    relation = pl.col("id_hub_kepala_keluarga").fill_null(1)
    absent = [pl.lit(None, dtype).alias(name) for name, dtype in types_of(schema).items() if name not in rows.columns]
    members = (
        heads.with_columns(absent)
        .with_columns(person_id=pl.col(key) + "-1", id_hub_kepala_keluarga=relation)
        .select("row_number", *schema.fields, WARNINGS)
    )
    no_head = HOUSEHOLD_HAS_NO_MEMBER.on(rows.join(heads, on="row_number", how="anti"), key)
    made = pl.concat([no_head, MEMBER_WAS_MADE_FROM_HEAD.on_file()])
    none_rejected, no_issues = households.rejected.clear(), households.issues.clear()
    partition = Partition(households.source, households.sha256, members.height, members, none_rejected, no_issues)
    households = warn(households, made, key)
    return without_columns(households, items), partition


def without_columns(partition: Partition, columns: tuple[str, ...]) -> Partition:
    """The same partition, accepted rows without these columns."""
    accepted = partition.accepted.drop(columns, strict=False)
    return Partition(
        partition.source, partition.sha256, partition.rows_in, accepted, partition.rejected, partition.issues
    )
