"""Brackets within brackets are no reason to crash."""

from __future__ import annotations

import pytest

from targeting.contracts.yaml_file import Finding, plain_value


@pytest.mark.parametrize("deep", ["[" * 5_000, "{a: " * 5_000, "a: " + "[" * 3_000 + "]" * 3_000])
def test_a_file_that_is_nested_without_end_is_one_finding(deep):
    findings: list[Finding] = []
    assert plain_value(deep, {}, findings) is None
    assert [finding.where for finding in findings] == ["yaml"]
