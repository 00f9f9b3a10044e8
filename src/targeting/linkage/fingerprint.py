"""What a model was trained on, as hashes: of each file's values, whatever the order of its rows, and of the spec."""

from __future__ import annotations

import json
from hashlib import sha256

from targeting.contracts.linkage import LinkSpec
from targeting.linkage.prepare import SIDES, Prepared, Word

NOT_LEARNED_FROM = {"thresholds"}
"""Parts of a spec that training does not read."""


def fingerprint(prepared: Prepared) -> dict[str, str]:
    """left, right, spec: a sha256 each, of the values that are compared and how many records bear each."""
    return {word: _of_side(prepared, word) for word in SIDES} | {"spec": _of_spec(prepared.spec)}


def unlike(trained_on: dict[str, str], prepared: Prepared) -> tuple[str, ...]:
    """A remark where a model was trained on other files or with another spec than these."""
    if not trained_on:
        return ("the model does not say what data it was trained on. Train again with --save-model to have it told.",)
    own = fingerprint(prepared)
    words = {"left": "another left file", "right": "another right file", "spec": "another spec"}
    other = [words[part] for part in own if trained_on.get(part) != own[part]]
    if not other:
        return ()
    note = (
        f"the model was trained with {' and '.join(other)}. Its m, u and prior hold as far as these files are like "
        "those: train again without --model where sources, cleaning, region or year differ."
    )
    return (note,)


def _of_side(prepared: Prepared, word: Word) -> str:
    """Hash of what the records of a side bear, column by column."""
    digest = sha256()
    for name in prepared.comparisons:
        for kind, count in sorted(prepared.side(word).counts(name).items()):
            codes, bearers = count.distinct()
            digest.update(f"{name} {kind} {count.records} {len(codes)}".encode())
            digest.update(codes.astype("<u8").tobytes())
            digest.update(bearers.astype("<i8").tobytes())
    return digest.hexdigest()


def _of_spec(spec: LinkSpec) -> str:
    """Hash of what training reads of a spec."""
    return sha256(
        json.dumps(spec.model_dump(mode="json", exclude=NOT_LEARNED_FROM), sort_keys=True).encode()
    ).hexdigest()
