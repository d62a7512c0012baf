"""An inline operation ends with an error the model expects: it is undone, the rest of the transaction stands."""

import pytest

from engine.documents import DocumentNotInState
from tests.engine.runtime.drawing import event, flows, human, service
from tests.support.calls import elements, known
from tests.support.models import boundary, deployed, instance_of
from tests.support.office import Office

REGISTERS_AGAIN = (
    event("start", "begin"),
    human("check"),
    service("number", "register_delivered"),
    event("end", "finished"),
    flows("begin > check > number > finished"),
)
CAUGHT = (
    boundary("no", "number", '<errorEventDefinition errorRef="elsewhere"/>'),
    human("mend"),
    flows("no > mend > finished"),
)


def test_what_the_operation_changed_is_undone_and_the_step_stands(office: Office) -> None:
    deployed(office, *REGISTERS_AGAIN, *CAUGHT)
    document = office.register().document

    office.complete(document.id, "check", "done", "vanthu")

    with office.house.services.begin() as work:
        instance = instance_of(document.id, work)
    assert elements(office, instance) == ["mend"]
    assert "registered" in known(office, instance, "no")["message"]
    assert office.register(code_number="13").document.arrival_number == (document.arrival_number or 0) + 1


def test_without_an_error_event_it_is_refused_to_whoever_did_the_step(office: Office) -> None:
    deployed(office, *REGISTERS_AGAIN)
    document = office.register().document

    with pytest.raises(DocumentNotInState):
        office.complete(document.id, "check", "done", "vanthu")

    assert office.item(document.id, "check")
    assert office.register(code_number="13").document.arrival_number == (document.arrival_number or 0) + 1
