"""Whether a run fits the memory it may have, said before it starts: pairs are spilled, files are held."""

from __future__ import annotations

from targeting.contracts.config import PipelineConfig
from targeting.errors import UsageError
from targeting.intake import sources_of
from targeting.memory import LEAST_ADDRESS_SPACE, address_space, allowed_bytes

LEAST_BYTES = 480_000_000
"""Below it linking refuses to begin, too little being left for pairs; some dozens of households take 350 MB."""
TIMES_THE_FILES = 4
"""A lower bound: rows of the sample and of benchmarks take eight times their bytes as CSV."""


def check_memory(config: PipelineConfig) -> None:
    """Raise UsageError if the run would be killed for want of memory, or could not begin."""
    addresses = address_space()
    if addresses is not None and addresses < LEAST_ADDRESS_SPACE:
        raise UsageError(
            f"ulimit -v allows {addresses / 1e9:.1f} GB of addresses, and the libraries reserve "
            f"{LEAST_ADDRESS_SPACE / 1e9:.1f} GB that they hardly use. Take it away (ulimit -v unlimited), and limit "
            "memory itself where it must be: MemoryMax in a systemd unit, or a container's limit."
        )
    sources = [source.path for source in sources_of(config) if source is not None]
    files = sum(path.stat().st_size for path in sources if path.is_file())
    need, allowed = LEAST_BYTES + TIMES_THE_FILES * files, allowed_bytes()
    if need > allowed:
        raise UsageError(
            f"this process may have {allowed / 1e6:,.0f} MB of memory, and a run of these files takes at least "
            f"{need / 1e6:,.0f} MB. Give it more (MemoryMax in a systemd unit, a container's limit), or link against a "
            "registry snapshot (targeting registry build), which is not held in memory. Nothing was begun."
        )
