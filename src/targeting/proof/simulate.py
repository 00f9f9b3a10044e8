"""Two policies on one pool: whose seats would change hands, and by which rules."""

from __future__ import annotations

from typing import Any

from targeting.contracts.policy import Policy
from targeting.contracts.policy_diff import changes
from targeting.proof.compare import movers, overlap, side_by_side
from targeting.proof.replay import Pool, listed


def simulate(pool: Pool, first: Policy, second: Policy) -> dict[str, Any]:
    """run, as_of, policies, changes (paths that differ), overlap, moves: plain data, household ids as they are.

    Both lists are made by the seed and the decisions of the run, so that only the policies differ. Raises PolicyError
    for a policy that is not in force on the run's day or names another proxy means test.
    """
    pair = side_by_side(listed(pool, first), listed(pool, second))
    return {
        "run": pool.run["run_id"],
        "as_of": pool.run["as_of"],
        "policies": [first.name, second.name],
        "changes": [change.path for change in changes(first, second) if not _is_text(change.path)],
        "overlap": overlap(pair),
        "moves": movers(pair),
    }


def _is_text(path: str) -> bool:
    """Whether the path is of a source or a name, which move nobody."""
    return path.startswith("policy.") or path.endswith((".source", ".note", ".unit"))
