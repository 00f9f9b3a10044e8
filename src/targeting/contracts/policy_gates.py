"""Gates of a policy: the conditions for candidates, each a rule over one field with its source."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from targeting.contracts.dtsen import STATUS_DTSEN
from targeting.contracts.sourced import Basis, Plain
from targeting.contracts.welfare import require_meanings

GateId = Literal["D01", "W01", "S01", "S02", "S03", "S04", "U01", "P01", "P02", "T01", "B01", "L01"]
HouseholdField = Literal["desil", "district", "status_dtsen", "family_presence", "p_link"]
MemberField = Literal["member_presence", "age", "work_status", "schooling", "turnover_class", "p_prior"]
CODED_FIELDS = {
    "family_presence": "id_status_keberadaan_keluarga",
    "member_presence": "id_keberadaan_anggota",
    "work_status": "id_status_kedudukan_pekerjaan_utama",
    "schooling": "id_partisipasi_sekolah",
    "turnover_class": "id_omset_usaha_utama",
}
"""Gate fields that hold the meaning of a coded column."""
HOUSEHOLD_FIELDS = ("desil", "district", "status_dtsen", "family_presence", "p_link")
PRIOR = "p_prior"
"""The field that needs the list of earlier participants."""
NO_BUSINESS = "tanpa_usaha"
"""What `turnover_class` says of a member who has no business: nothing is missing then."""


class Gate(Plain):
    """A tri-state rule over one field.

    `at_most`, `at_least`, `between`: `args` (and `verify`) name parameters. `one_of`, `none_of`: they are texts,
    code meanings where the field is coded. PASS if `args` hold; else VERIFY if `verify` holds (for one_of and none_of:
    if the value is one of `verify`); else `otherwise`. A missing value gives `on_missing`.
    `scope: anyone` judges every member by the worst of the household. `within` names the parameter that says for how
    many years an earlier participation counts, `unlike` the one that says the most a match with an earlier participant
    is believed if no part of the two names sounds alike.
    """

    id: GateId
    field: HouseholdField | MemberField
    op: Literal["at_most", "at_least", "between", "one_of", "none_of"]
    args: tuple[str, ...] = Field(min_length=1)
    verify: tuple[str, ...] = ()
    otherwise: Literal["FAIL", "VERIFY"] = "FAIL"
    on_missing: Literal["PASS", "FAIL", "VERIFY"] = "VERIFY"
    scope: Literal["nominee", "anyone"] = "nominee"
    within: str | None = None
    unlike: str | None = None
    source: Basis

    @property
    def numeric(self) -> bool:
        """Whether `args` name parameters."""
        return self.op in ("at_most", "at_least", "between")

    @property
    def of_household(self) -> bool:
        """Whether the gate judges the household; else it judges each member."""
        return self.field in HOUSEHOLD_FIELDS

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters it names, each once."""
        limits = self.args + self.verify if self.numeric else ()
        return tuple(dict.fromkeys(limits + tuple(name for name in (self.within, self.unlike) if name)))

    @model_validator(mode="after")
    def has_as_many_limits_as_its_op_needs(self) -> Self:
        """Refuse `between` with one limit, `at_most` with two."""
        needed = 2 if self.op == "between" else 1
        if self.numeric and (len(self.args) != needed or len(self.verify) not in (0, needed)):
            raise ValueError(f"gate {self.id}: '{self.op}' takes {needed} parameter name(s) under 'args' and 'verify'")
        return self

    @model_validator(mode="after")
    def is_asked_of_whom_it_can_be(self) -> Self:
        """Refuse a scope for a gate of the household, and years for a field that has none."""
        if self.scope == "anyone" and self.of_household:
            raise ValueError(f"gate {self.id}: 'scope: anyone' is for fields of members, not for '{self.field}'")
        for name in ("within", "unlike"):
            if getattr(self, name) is not None and self.field != PRIOR:
                raise ValueError(f"gate {self.id}: '{name}' goes with the field '{PRIOR}' only")
        return self

    @model_validator(mode="after")
    def compares_words_that_exist(self) -> Self:
        """Refuse a word that the field can never hold."""
        words = self.args + self.verify
        if self.numeric == (self.field in CODED_FIELDS or self.field in ("district", "status_dtsen")):
            raise ValueError(f"gate {self.id}: '{self.op}' does not suit the field '{self.field}'")
        if self.field in CODED_FIELDS:
            require_meanings(CODED_FIELDS[self.field], tuple(word for word in words if word != NO_BUSINESS))
        if self.field == "status_dtsen" and (unknown := set(words) - set(STATUS_DTSEN)):
            raise ValueError(f"gate {self.id}: no DTSEN status {sorted(unknown)}. Statuses: {', '.join(STATUS_DTSEN)}")
        return self
