"""Earlier participants of WUB, PENA and the like: a list as programmes keep it, close to PPSE's words (assumption)."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Le, MaxLen

from targeting.contracts.fields import Address, Coded, Day, Name, Nik, Nkk, RecordId, VillageCode
from targeting.contracts.items import Record

Year = Annotated[int, Ge(1990), Le(2100)]
Programme = Annotated[str, MaxLen(100)]


class PriorRecipient(Record):
    """One participation of one person. Only the name is needed; each further column makes the match surer."""

    prior_id: RecordId
    nama: Name
    nik: Nik | None = None
    no_kk: Nkk | None = None
    tanggal_lahir: Day | None = None
    id_jenis_kelamin: Annotated[int, Coded("jenis_kelamin")] | None = None
    kode_desa: VillageCode | None = None
    alamat: Address | None = None
    program: Programme | None = None
    tahun: Year | None = None
