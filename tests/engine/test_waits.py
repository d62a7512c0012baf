"""What a procedure waits for by itself is written where it changes, and costs nothing where there is none of it."""

import re
from dataclasses import replace
from pathlib import Path

from tests.engine.runtime.drawing import event, flows, human, parallel
from tests.support.models import after, boundary, deployed, instance_of
from tests.support.office import Office
from tests.support.wire import Wire, listened_to


def on_the_wire(office: Office, wire: Wire) -> Office:
    """Return the same office, its transactions listened to."""
    services = replace(office.house.services, begin=wire.begin)
    return replace(office, house=replace(office.house, services=services))


def about_waits(wire: Wire) -> list[str]:
    """Return what was done to the rows of timers and subscriptions, or asked of them."""
    sent = wire.trace.read_text("utf-8", "replace")
    return re.findall(r"(?:INTO|FROM|UPDATE) (timers|subscriptions)", sent)


def test_a_procedure_without_timers_and_messages_pays_no_statement_for_them(office: Office, tmp_path: Path) -> None:
    document_id = office.reviewed()

    with listened_to(office.house.settings, tmp_path / "trace") as wire:
        on_the_wire(office, wire).complete(document_id, "sign", "return", "chutich", reason="Sửa căn cứ")

    assert wire.statements() > 5
    assert about_waits(wire) == []


def test_a_timer_is_written_when_it_comes_and_goes_and_not_while_it_waits(office: Office, tmp_path: Path) -> None:
    deployed(
        office,
        event("start", "begin"),
        parallel("fork"),
        human("handle"),
        human("note"),
        human("note_again"),
        boundary("overdue", "handle", after("P1D"), interrupting=False),
        event("end", "finished"),
        event("end", "noted"),
        event("end", "reminded"),
        flows("begin > fork > handle > finished", "fork > note > note_again > noted", "overdue > reminded"),
    )
    document_id = office.register().document.id
    with office.house.services.begin() as work:
        digest = instance_of(document_id, work).waits

    with listened_to(office.house.settings, tmp_path / "meanwhile") as wire:
        on_the_wire(office, wire).complete(document_id, "note", "done", "vanthu")
        assert about_waits(wire) == []
    with listened_to(office.house.settings, tmp_path / "at_the_end") as wire:
        on_the_wire(office, wire).complete(document_id, "handle", "done", "vanthu")
        assert about_waits(wire) == ["timers", "subscriptions"]

    assert digest
    with office.house.services.begin() as work:
        assert instance_of(document_id, work).waits == ""
