"""Models that take who is to do a step from what somebody typed: whoever that is exists, or it is said."""

import pytest

from engine import procedures
from engine.ids import DocumentId
from engine.runtime.errors import ExpressionFailed
from tests.engine.runtime.drawing import event, flows, human
from tests.support.models import deployed_with, instance_of, standing
from tests.support.office import Office

NOBODY = "01a203dd-c979-75e1-9d26-000000000000"
FORM = {"who.json": b'{"type": "object", "properties": {"id": {"type": "string"}}}'}
BODY = (
    event("start", "begin"),
    human("ask", "done:who"),
    event("end", "finished"),
    flows("begin > ask > next > finished"),
)


@pytest.fixture(params=[{"roles": "", "assignee": "ask.id"}, {"unit": "ask.id"}], ids=["person", "unit"])
def asked(request: pytest.FixtureRequest, office: Office) -> DocumentId:
    """A document whose clerk is asked who does the next step."""
    deployed_with(office, FORM, *BODY, human("next", **request.param))
    return office.register().document.id


@pytest.mark.parametrize("typed", ["lan", "0", "{}", "x" * 300])
def test_an_answer_that_names_nobody_by_id_is_refused_in_words_and_nothing_moves(
    office: Office, asked: DocumentId, typed: str
) -> None:
    with pytest.raises(ExpressionFailed, match=r"'ask\.id' .* gives no id"):
        office.complete(asked, "ask", "done", "vanthu", id=typed)

    assert standing(office, asked) == ["ask"]


def test_a_step_for_somebody_who_is_not_there_is_an_incident_and_not_silence(office: Office, asked: DocumentId) -> None:
    office.complete(asked, "ask", "done", "vanthu", id=NOBODY)

    assert standing(office, asked) == []
    with office.house.services.begin() as work:
        instance = instance_of(asked, work)
        assert [task.element_id for task in procedures.look(instance, work).open_tasks] == ["next"]
        (incident,) = work.incidents.unresolved_of(instance.id)
    assert incident.code == "work_item.nobody_may_do"


def test_a_step_for_somebody_of_another_agency_is_an_incident_and_not_theirs(office: Office) -> None:
    deployed_with(office, FORM, *BODY, human("next", roles="", assignee="ask.id"))
    document_id = office.register().document.id

    office.complete(document_id, "ask", "done", "vanthu", id=str(office.commune().id))

    assert standing(office, document_id) == []
