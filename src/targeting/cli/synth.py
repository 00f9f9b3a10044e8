"""targeting synth: synthetic PPSE and DTSEN files with known truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from targeting.cli.options import AsJson
from targeting.cli.output import print_json, print_table
from targeting.errors import UsageError


def synth(
    out: Annotated[Path, typer.Option(help="Folder to write into; made if it is not there.")],
    *,
    households: Annotated[int | None, typer.Option(min=1, help="PPSE households.")] = None,
    families: Annotated[int | None, typer.Option(min=1, help="DTSEN families; 7 a household without it.")] = None,
    noise: Annotated[Literal["low", "medium", "high"], typer.Option(help="How much goes wrong.")] = "medium",
    overlap: Annotated[float, typer.Option(min=0, max=1, help="Share of households that DTSEN holds.")] = 0.9,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same files.")] = 1,
    file_format: Annotated[Literal["csv", "parquet"], typer.Option("--format", help="Of all files.")] = "csv",
    districts: Annotated[str, typer.Option(help="Kemendagri codes of kabupaten or kota, by comma.")] = "34.04,35.07",
    sample: Annotated[bool, typer.Option("--sample", help="The files of data/sample, bad rows and all.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make both sources as they might be, with the true links and the hidden consumption. No real person is in them.

    Example: targeting synth --households 200 --noise high --overlap 0.9 --seed 7 --out synth
    """
    from targeting.synth import files, generate  # noqa: PLC0415  (numpy and scipy load for this command only)
    from targeting.synth.sample import write_sample  # noqa: PLC0415

    if sample:
        rows = write_sample(out)
    elif households is None:
        raise UsageError("Say how many PPSE households with --households, or ask for --sample.")
    else:
        codes = tuple(districts.split(","))
        asked = {
            "households": households,
            "families": families,
            "noise": noise,
            "overlap": overlap,
            "seed": seed,
            "districts": list(codes),
        }
        data = generate(households, noise, overlap, seed, families=families, districts=codes)
        rows = files.write(data, out, file_format, asked)
    if as_json:
        print_json(rows)
    else:
        print_table(f"synthetic data in {out}", ["file", "rows"], [(name, f"{n:,}") for name, n in rows.items()], (1,))
