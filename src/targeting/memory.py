"""How much memory this process may have: the machine's, or less where a container or a service is held to less."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import psutil

CGROUPS, OWN = Path("/sys/fs/cgroup"), Path("/proc/self/cgroup")
LEAST_ADDRESS_SPACE = 2_500_000_000
"""Bytes of addresses that the libraries reserve, most of which they never use: 1.5 GB were too few, 2.5 GB enough for a
small run. A limit on them (ulimit -v) is a bad limit on memory."""


def allowed_bytes() -> int:
    """Bytes that this process and what shares its container may have: the machine's memory without a limit."""
    whole: int = psutil.virtual_memory().total
    return min([whole, *_limits()])


def free_bytes() -> int:
    """Bytes that may still be had now: no more than the machine has free, nor than the limit leaves."""
    held: int = psutil.Process().memory_info().rss
    free: int = psutil.virtual_memory().available
    return min(free, max(allowed_bytes() - held, 0))


def address_space() -> int | None:
    """Bytes of addresses that this process may have (ulimit -v); None without a limit."""
    if sys.platform == "win32":
        return None
    import resource  # noqa: PLC0415  (does not exist on Windows)

    soft, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if soft == resource.RLIM_INFINITY else soft


def _limits() -> Iterator[int]:
    """Limits of the control groups that this process is in, both versions, up to their root."""
    try:
        lines = OWN.read_text(encoding="ascii").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers not in ("", "memory"):
            continue
        root, name = (CGROUPS, "memory.max") if not controllers else (CGROUPS / "memory", "memory.limit_in_bytes")
        own = root / path.lstrip("/")
        # Inside a container its own group is what stands at the root, whatever path the machine calls it by.
        for group in {own, *own.parents, root}:
            if group == root or root in group.parents:
                yield from _limit(group / name)


def _limit(path: Path) -> Iterator[int]:
    """The number in a file; nothing where there is none, or it says that there is no limit."""
    try:
        yield int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return
