"""The states documents may go through."""

from dataclasses import replace
from datetime import date

import pytest

from engine.arrival_stamps import STAMP_HEIGHT_MM, STAMP_WIDTH_MM
from engine.document_types import DOCUMENT_TYPES
from engine.documents import DocumentNotInState, IncomingState, NumberUnfit, OutgoingState
from engine.registers import WITHOUT_ABBREVIATION
from tests.support.builders import FILE, UNIT, an_incoming_document, an_outgoing_document

TODAY = date(2026, 11, 20)


def test_the_decree_knows_29_types_of_which_27_have_an_abbreviation() -> None:
    assert len(DOCUMENT_TYPES) == 29
    assert len(DOCUMENT_TYPES.keys() - WITHOUT_ABBREVIATION) == 27


def test_a_regulation_is_abbreviated_with_a_small_y() -> None:
    assert DOCUMENT_TYPES["QyĐ"] == "Quy định"
    assert "QYĐ" not in DOCUMENT_TYPES


def test_a_received_document_is_registered_once() -> None:
    registered = an_incoming_document().registered(7, TODAY)

    assert (registered.arrival_number, registered.state) == (7, IncomingState.REGISTERED)
    with pytest.raises(DocumentNotInState):
        registered.registered(8, TODAY)


@pytest.mark.parametrize("state", [IncomingState.CLOSED, IncomingState.REFUSED, IncomingState.STOPPED])
def test_a_closed_or_refused_document_never_changes_again(state: IncomingState) -> None:
    with pytest.raises(DocumentNotInState):
        an_incoming_document(state=state).in_state(IncomingState.REGISTERED)


@pytest.mark.parametrize("state", [OutgoingState.ISSUED, OutgoingState.RECALLED, OutgoingState.CANCELLED])
def test_an_issued_document_never_changes_again(state: OutgoingState) -> None:
    with pytest.raises(DocumentNotInState):
        an_outgoing_document(state=state).in_state(OutgoingState.DRAFT)


@pytest.mark.parametrize("state", sorted(set(OutgoingState) - {OutgoingState.SIGNED}))
def test_only_a_signed_document_gets_a_number(state: OutgoingState) -> None:
    with pytest.raises(DocumentNotInState):
        an_outgoing_document(state=state).numbered("05/QĐ-UBND", TODAY)


def test_a_numbered_document_gets_no_second_number() -> None:
    numbered = an_outgoing_document(state=OutgoingState.SIGNED).numbered("05/QĐ-UBND", TODAY)

    with pytest.raises(DocumentNotInState):
        replace(numbered, state=OutgoingState.SIGNED).numbered("06/QĐ-UBND", TODAY)


@pytest.mark.parametrize("state", [OutgoingState.DRAFT, OutgoingState.TO_SIGN, OutgoingState.SIGNED])
def test_a_number_goes_with_the_states_after_it_and_with_no_other(state: OutgoingState) -> None:
    numbered = an_outgoing_document(state=OutgoingState.SIGNED).numbered("05/QĐ-UBND", TODAY)

    with pytest.raises(NumberUnfit, match="05/QĐ-UBND"):
        numbered.in_state(state)
    with pytest.raises(NumberUnfit):
        an_outgoing_document(state=OutgoingState.SIGNED).in_state(OutgoingState.SEALED)
    assert numbered.in_state(OutgoingState.CANCELLED).number == "05/QĐ-UBND"


def test_what_was_never_registered_is_not_handled() -> None:
    with pytest.raises(NumberUnfit):
        an_incoming_document().in_state(IncomingState.ASSIGNED)
    assert an_incoming_document().in_state(IncomingState.STOPPED).arrival_number is None


def test_a_new_file_is_the_next_version() -> None:
    document = an_outgoing_document().with_file(FILE)

    assert document.version == 2


def test_the_stamp_of_arrival_says_agency_number_date_and_unit_and_is_35_by_50_millimetres() -> None:
    stamp = an_incoming_document().registered(7, TODAY).stamp("UBND tỉnh", "Phòng Nông thôn mới")

    assert stamp is not None
    assert (stamp.agency, stamp.number, stamp.arrived_on, stamp.forwarded_to) == (
        "UBND tỉnh",
        7,
        TODAY,
        "Phòng Nông thôn mới",
    )
    assert (STAMP_HEIGHT_MM, STAMP_WIDTH_MM) == (35, 50)


def test_an_unregistered_document_has_no_stamp() -> None:
    assert an_incoming_document().stamp("UBND tỉnh", None) is None


def test_readers_only_grow() -> None:
    document = an_outgoing_document().read_by(units=[UNIT]).read_by(people=[])

    assert UNIT in document.reader_units
