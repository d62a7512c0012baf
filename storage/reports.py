"""Validation reports as JSON, read back into values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.signatures import (
    Coverage,
    Modification,
    Problem,
    SignatureKind,
    SignatureReport,
    ValidationReport,
    Verdict,
)


def report_from(data: Mapping[str, Any]) -> ValidationReport:
    """Return the report that ``ValidationReport.as_data`` described."""
    return ValidationReport(
        verdict=Verdict(data["verdict"]),
        signatures=tuple(_signature(item) for item in data["signatures"]),
        problems=tuple(_problem(item) for item in data["problems"]),
        checked_at=datetime.fromisoformat(data["checked_at"]),
    )


def _signature(data: Mapping[str, Any]) -> SignatureReport:
    plain = {
        name: data[name]
        for name in (
            "field",
            "signer",
            "organization",
            "certificate",
            "intact",
            "valid",
            "trusted",
            "docmdp_ok",
            "ades",
        )
    }
    return SignatureReport(
        **plain,
        kind=SignatureKind(data["kind"]),
        signed_at=_moment(data["signed_at"]),
        timestamped_at=_moment(data["timestamped_at"]),
        coverage=Coverage(data["coverage"]),
        modification=Modification(data["modification"]),
        changed_fields=tuple(data["changed_fields"]),
    )


def _problem(data: Mapping[str, Any]) -> Problem:
    return Problem(code=data["code"], template=data["template"], facts=data["facts"], fatal=data["fatal"])


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
