"""What docs/reference/python.md says: the functions that a notebook calls. tools/reference.py writes it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Any

LISTED: Mapping[str, str] = MappingProxyType(
    {
        "Files to frames": """
            targeting.intake.load_regions targeting.intake.RuleContext targeting.intake.intake_ppse
            targeting.intake.intake_dtsen targeting.intake.read_text targeting.intake.validate
            targeting.intake.Partition""",
        "Links": """
            targeting.linkage.link.link targeting.linkage.engines.choice.open_engine targeting.linkage.link.LinkResult
            targeting.linkage.evaluation.evaluate targeting.linkage.labelled.evaluate_labelled
            targeting.linkage.review_sample.stratified
            targeting.linkage.register.link_register targeting.linkage.register.RegisterLinks""",
        "A register prepared once": """
            targeting.snapshot.build_dtsen targeting.snapshot.open_register targeting.snapshot.link_to_register""",
        "Eligibility": """
            targeting.eligibility.AssessmentInputs targeting.eligibility.assess
            targeting.contracts.assessment.Assessment targeting.eligibility.reason_text""",
        "Poverty from a survey": """
            targeting.poverty.train.Request targeting.poverty.train.train targeting.poverty.scoring.locate
            targeting.poverty.scoring.scores""",
        "Seats": """
            targeting.ranking.rank targeting.ranking.summary targeting.ranking.standing
            targeting.ranking.wrong_tickets""",
        "What a store holds": """
            targeting.store.standing_of targeting.store.assessment_of targeting.store.review_queue
            targeting.store.mask""",
        "Made-up data": "targeting.synth.generate targeting.synth.files.write",
    }
)
"""What a notebook asks for, in the order in which a list comes about; dotted names by heading."""

EXAMPLE = """\
from contextlib import closing

from targeting.contracts.config import LinkageSettings
from targeting.contracts.linkage import LinkSpec
from targeting.linkage.engines.choice import open_engine
from targeting.linkage.evaluation import evaluate
from targeting.linkage.link import link
from targeting.synth import generate

made = generate(150, "medium", 0.9, 3, families=400)
spec = LinkSpec.model_validate(
    {
        "left": {"id": "person_id"},
        "right": {"id": "dtsen_person_id"},
        "columns": {"nama": "name", "nik": "nik", "tanggal_lahir": "date"},
        "assignment": "many_to_one",
    }
)
with closing(open_engine(LinkageSettings(threads=1))) as engine:
    found = link(made.ppse_member, made.dtsen_person, spec, engine)

truth = made.truth_person.rename(dict(zip(made.truth_person.columns, ["id_l", "id_r"], strict=True)))
judged = evaluate(found.links, truth)
"""
"""Any two polars frames linked; a test runs it."""

PLAIN = (bool, int, float, str, type(None))
LONGEST_LINE = 100


def parts() -> Iterator[str]:
    """The page below its title."""
    yield (
        "The rooms of the program are functions: polars frames in, polars frames out, no files but those that are "
        "named, no clock. [The notebook](../examples/rooms.ipynb) walks through them; any two frames are linked so:\n"
    )
    yield f"```python\n{EXAMPLE}```\n"
    for heading, names in LISTED.items():
        yield f"## {heading}\n"
        yield from (entry(name) for name in names.split())


def entry(name: str) -> str:
    """A function with its signature, or a class with its fields, and what it says of itself."""
    module, _, own = name.rpartition(".")
    one = getattr(import_module(module), own)
    text = f"from {module} import {own}\n\n{own}{signature(one)}"
    return f"### {own}\n\n```python\n{text}\n```\n\n{inspect.cleandoc(one.__doc__ or '')}\n"


def signature(one: Any) -> str:
    """What is given and what comes back; a default that is not plain is an ellipsis."""
    found = inspect.signature(one)
    given = [
        str(each if isinstance(each.default, PLAIN) or each.default is each.empty else each.replace(default=...))
        for each in found.parameters.values()
    ]
    back = "" if isinstance(one, type) else f" -> {found.return_annotation}"
    line = f"({', '.join(given)}){back}"
    whole = line if len(line) <= LONGEST_LINE else "(\n" + "".join(f"    {each},\n" for each in given) + f"){back}"
    return re.sub(r"\bEllipsis\b", "...", whole.replace("'", ""))
