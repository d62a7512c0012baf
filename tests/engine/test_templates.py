"""Templates of documents: fields become words, nothing is left empty in silence, no Python runs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from engine.ids import AgencyId, TemplateId
from engine.shipped_templates import shipped, template_for
from engine.template_filling import GIVEN, fill, require_sound, said
from engine.templates import DocumentTemplate, TemplateInvalid, TemplateNotFound, TemplateUnfilled, template_from
from tests.support.builders import AGENCY

KNOWN = {**dict.fromkeys(GIVEN, "Tỉnh"), "year": 2026}


class NoneOwn:
    """Agencies that made no template their own."""

    def get(self, template_id: TemplateId) -> DocumentTemplate:
        """Find none."""
        raise TemplateNotFound(name=str(template_id))

    def find(self, agency_id: AgencyId, code: str, on: date) -> None:
        """Return nothing."""

    def versions(self, agency_id: AgencyId, code: str) -> Sequence[DocumentTemplate]:
        """Return none."""
        return ()

    def of_agency(self, agency_id: AgencyId) -> Sequence[DocumentTemplate]:
        """Return none."""
        return ()

    def next_version(self, agency_id: AgencyId, code: str) -> int:
        """Return the first."""
        return 1

    def add(self, template_id: TemplateId, template: DocumentTemplate) -> None:
        """Keep nothing."""


NONE_OWN = NoneOwn()


def of(*paragraphs: str) -> DocumentTemplate:
    return replace(shipped()["announcement"], subject="Công bố", paragraphs=paragraphs)


@pytest.mark.parametrize("code", shipped())
def test_a_shipped_template_is_sound_and_leaves_no_braces(code: str) -> None:
    template = shipped()[code]

    require_sound(template)
    filled = fill(template, {**KNOWN, **template.samples})

    assert not {"{", "}", "%}"} & set(filled.body.split())
    assert "None" not in filled.body


def test_what_recognises_or_revokes_is_signed_by_the_head_only() -> None:
    assert {code for code, template in shipped().items() if template.head_only} == {
        "recognise_commune",
        "revoke_commune",
        "recognise_product",
    }


def test_a_template_that_is_not_there_or_does_not_hold_yet_is_named() -> None:
    with pytest.raises(TemplateNotFound):
        template_for(AGENCY, "recognise_galaxy", date(2026, 11, 23), NONE_OWN)
    with pytest.raises(TemplateNotFound):
        template_for(AGENCY, "recognise_product", date(2026, 5, 21), NONE_OWN)


def test_paragraphs_are_left_out_and_repeated() -> None:
    template = of("{% if holder %}Có {{ holder }}", "{% if tier %}Không", "{% each one in address %}- {{ one.name }};")

    filled = fill(template, {"holder": "xã A", "tier": None, "address": [{"name": "một"}, {"name": "hai"}]})

    assert filled.paragraphs == ("Có xã A", "- một;", "- hai;")


def test_numbers_and_days_are_written_as_an_office_writes_them() -> None:
    values = (Decimal("85.70"), 31.6, "2026-11-02", ["a", "b"], 7, "hai\ndòng")

    assert [said(value) for value in values] == ["85,7", "31,6", "02/11/2026", "a, b", "7", "hai dòng"]


def test_a_field_without_a_value_is_refused_by_its_name() -> None:
    with pytest.raises(TemplateUnfilled) as refused:
        fill(of("Công nhận {{ holder }}."), {"holder": ""})

    assert refused.value.facts["field"] == "holder"


@pytest.mark.parametrize(
    ("paragraph", "code"),
    [
        ("{{ holderr }}", "unknown_field"),
        ("{{ holder.__class__ }}", "expression"),
        ("{{ open('x') }}", "expression"),
        ("{{ holder", "not_a_field"),
        ("{{ holder }} {% if tier %}", "not_a_field"),
        ("{{ holder + 1 }}", "unfilled"),
        ("", "too_many"),
    ],
)
def test_a_text_that_could_not_be_filled_in_is_refused(paragraph: str, code: str) -> None:
    with pytest.raises(TemplateInvalid) as refused:
        require_sound(of(*([paragraph] if paragraph else [])))

    assert code in {error.code for error in refused.value.errors}


def test_a_template_is_kept_whole() -> None:
    template = shipped()["recognise_commune"]

    again = template_from(
        template.content(), code=template.code, version=0, agency_id=None, effective_from=template.effective_from
    )

    assert again == template
