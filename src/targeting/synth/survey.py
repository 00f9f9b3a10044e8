"""A household survey of registered families, as a statistics office would hand it out: spending, weights, proxies."""

from __future__ import annotations

import polars as pl

from targeting.synth.generate import SynthData
from targeting.synth.streams import stream

PROXIES = {
    "art": "jumlah_anggota_keluarga",
    "luas": "luas_lantai_bangunan",
    "lantai": "id_lantai_terluas",
    "dinding": "id_dinding_terluas",
    "air": "id_sumber_airminum",
    "bab": "id_fasilitas_bab",
    "kulkas": "aset_bergerak_lemari_es",
    "motor": "aset_bergerak_sepeda_motor",
}
"""Column of the survey: column of the contract."""
LIGHTEST, HEAVIEST = 50, 150
"""Households that one of the survey stands for."""
COLUMN_MAP = "\n".join(
    [
        "# Column of the survey: column of the contract. What PPSE does not have is left out and is no proxy.",
        "columns:",
        *(f"  {own}: {contract}" for own, contract in PROXIES.items()),
        "code_lists: dtsen-2025",
        "",
    ]
)
"""The survey's columns as `targeting pmt --columns` reads them."""


def survey(data: SynthData, seed: int, households: int, year: int, districts: tuple[str, ...]) -> pl.DataFrame:
    """So many registered households of the districts, or all if there are fewer, in the order of their number.

    Columns: urut (number), strata (kabupaten), psu (village), fwt (weight), perempuan_kepala (1 yes, 2 no), those of
    PROXIES, kapita (rupiah a head and month). The same arguments give the same rows, each year others.
    """
    rng = stream(seed, f"survey {year}")
    spent = data.hidden_consumption.drop_nulls("dtsen_family_id").drop("household_id")
    heads = data.dtsen_person.filter(id_hub_kepala_keluarga=1).unique("dtsen_family_id", keep="first")
    known = (
        data.dtsen_family.join(spent, on="dtsen_family_id")
        .join(heads.select("dtsen_family_id", "id_jenis_kelamin"), on="dtsen_family_id")
        .filter(pl.col("kode_kabupaten_kota").is_in(districts))
        .sort("dtsen_family_id")
    )
    drawn = known[sorted(rng.permutation(known.height)[:households].tolist())]
    return drawn.select(
        urut=pl.int_range(1, pl.len() + 1),
        strata="kode_kabupaten_kota",
        psu="kode_desa",
        fwt=pl.Series(rng.integers(LIGHTEST, HEAVIEST + 1, drawn.height)),
        perempuan_kepala=pl.when(id_jenis_kelamin=2).then(1).otherwise(2),
        **{own: pl.col(contract) for own, contract in PROXIES.items()},
        kapita=pl.col("consumption_idr_capita_month").round(0),
    )
