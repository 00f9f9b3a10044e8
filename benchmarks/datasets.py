"""The linkage test sets by name: `make` writes one; run as a program it lists or writes them.

python benchmarks/datasets.py                                   # the names
python benchmarks/datasets.py indonesia-medium --size 100000x1000000 --out build/sets
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sets import census, febrl, indonesia, synthetic
from sets.base import Files, LinkageSet, write

Maker = Callable[[int, int, int], LinkageSet]


def makers() -> dict[str, Maker]:
    """Set name -> function of left size, right size and seed. FEBRL sets have their own sizes and know no seed."""
    found: dict[str, Maker] = {
        "febrl3": lambda *_: febrl.febrl3(),
        "febrl3-dedupe": lambda *_: febrl.febrl3_dedupe(),
        "febrl4": lambda *_: febrl.febrl4(),
    }
    for dates in (True, False):
        for address in (True, False):
            name = f"census-{'dates' if dates else 'ages'}{'' if address else '-no-address'}"
            found[name] = partial(census.census, dates=dates, address=address)
    found["register"] = census.register
    for name in indonesia.variants():
        found[name] = partial(indonesia.indonesia, name)
    for level in ("low", "medium", "high"):
        for variant in synthetic.WITHOUT:
            if level != "low" or not variant:
                found[f"synth-{level}{variant}"] = partial(synthetic.synthetic, level, variant)
    return found


def make(name: str, left: int, right: int, seed: int, folder: Path) -> Files:
    """The files of set `name` in `folder`/NAME-LEFTxRIGHT-SEED, made once."""
    target = folder / f"{name}-{left}x{right}-{seed}"
    if (target / "about.json").exists():
        return Files(target)
    return write(makers()[name](left, right, seed), target)


def size(text: str) -> tuple[int, int]:
    """`10000x40000` as two numbers."""
    left, right = text.lower().split("x")
    return int(left), int(right)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="sets to write; none: list all")
    parser.add_argument("--size", type=size, default=(5000, 5000), help="persons left x right")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=Path("build/sets"))
    arguments = parser.parse_args()
    for name in arguments.names:
        print(make(name, *arguments.size, arguments.seed, arguments.out).folder)
    if not arguments.names:
        print("\n".join(makers()))


if __name__ == "__main__":
    main()
