"""Saving a template: a version of the agency's own, from a day on, that could be filled in."""

from datetime import timedelta

import pytest

from engine.access import NotAllowed
from engine.actions.save_template import SaveTemplate, save_template
from engine.deadlines import office_date
from engine.shipped_templates import shipped, template_for
from engine.templates import DocumentTemplate, TemplateInvalid, TemplateNotFound
from tests.support.office import Office


def saved(office: Office, by: str = "chanhvanphong", days: int = 0, **changes: str) -> DocumentTemplate:
    ours, services = shipped()["announcement"], office.house.services
    request = SaveTemplate(
        code=changes.get("code", ours.code),
        subject=changes.get("subject", ours.subject),
        paragraphs=[changes.get("body", "Công bố {{ holder }}.")],
        effective_from=office_date(services.clock()) + timedelta(days=days),
        source="Quyết định số 20/QĐ-UBND",
    )
    with services.begin() as work:
        return save_template(request, by=office.people[by], at=services.clock(), work=work)


def test_the_agency_drafts_from_its_own_text_from_that_day_on_and_others_from_theirs(office: Office) -> None:
    first, second = saved(office), saved(office, days=3, body="Từ ngày mai: {{ holder }}.")
    services = office.house.services
    today = office_date(services.clock())

    with services.begin() as work:
        agency, other = office.people["chutich"].agency_id, office.commune().agency_id
        in_force = template_for(agency, "announcement", today, work.templates)
        later = template_for(agency, "announcement", today + timedelta(days=3), work.templates)
        theirs = template_for(other, "announcement", today, work.templates)

    assert (in_force, later) == (first, second)
    assert (first.version, second.version, theirs.version) == (1, 2, 0)


def test_only_texts_that_can_be_filled_in_are_kept_and_only_by_those_who_set_them(office: Office) -> None:
    with pytest.raises(NotAllowed):
        saved(office, by="chuyenvien")
    with pytest.raises(TemplateNotFound):
        saved(office, code="recognise_galaxy")
    with pytest.raises(TemplateInvalid) as refused:
        saved(office, body="{{ nobody }}")
    with pytest.raises(TemplateInvalid) as past:
        saved(office, days=-1)

    assert [error.code for error in refused.value.errors] == ["unknown_field"]
    assert [error.field for error in past.value.errors] == ["effective_from"]
