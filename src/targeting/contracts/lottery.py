"""The seed of a run's draws: from a file that stays secret until the list is out, held to what was published of it."""

from __future__ import annotations

from pathlib import Path

from targeting.contracts.config import PipelineConfig
from targeting.contracts.policy_quotas import commitment
from targeting.errors import UsageError

SEED_BITS = 62
"""As long as a store's whole numbers allow: trying all of them would take a computer centuries."""
CURE = "'targeting lottery commit --out FILE' writes such a file."


def seeded(config: PipelineConfig, path: Path | None = None) -> PipelineConfig:
    """The run with its seed: of the file given, else of its own file, else as it says.

    Raises UsageError for a file without a seed, and for a seed that is not the committed one; no message shows a seed.
    """
    file = path or config.seed_file
    seed = config.seed if file is None else read_seed(file)
    if config.seed_commit is not None and commitment(seed) != config.seed_commit:
        raise UsageError(
            "the seed is not the one that the pipeline file committed to (seed_commit). Give the file with that seed "
            "(seed_file, --seed-file); a new seed needs a commitment that is published before the run."
        )
    return config.model_copy(update={"seed": seed})


def read_seed(path: Path) -> int:
    """The seed in a file: one whole number of at most SEED_BITS bits; lines that begin with # say what it is for."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}. {CURE}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is no text. {CURE}") from None
    said = [line.strip() for line in lines if line.strip() and not line.lstrip().startswith("#")]
    if len(said) != 1 or not (said[0].isascii() and said[0].isdigit()) or len(said[0]) > len(str(2**SEED_BITS)):
        raise UsageError(f"{path} holds no seed: a single whole number is expected. {CURE}")
    seed = int(said[0])
    if seed >= 2**SEED_BITS:
        raise UsageError(f"{path}: the seed is too long: it has to be below 2^{SEED_BITS}. {CURE}")
    return seed


def spelled(seed: int, purpose: str) -> str:
    """The text of a seed's file."""
    return f"# {purpose}\n{seed}\n"
