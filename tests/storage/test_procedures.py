"""What belongs to a running procedure is read back as the value that was kept."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.definitions import DefinitionNotFound
from engine.deliveries import Delivery, DeliveryState
from engine.directives import Directive
from engine.document_lines import line_of
from engine.documents import OutgoingState
from engine.ids import (
    SYSTEM,
    DeliveryId,
    DocumentId,
    PersonId,
    TaskId,
    WorkItemId,
)
from engine.incidents import IncidentState
from engine.instances import Activity, Movement
from engine.people import Role
from engine.ports import Begin
from engine.queries import PageRequest
from tests.storage.builders import (
    NOON,
    TODAY,
    a_definition,
    a_desk,
    a_signing,
    a_work_item,
    an_activation,
    an_event,
    an_incident,
    an_office,
    incoming,
    new_id,
    outgoing,
)


def test_directions_are_kept_in_order(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        units = desk.office.units
        first = Directive(
            document_id=desk.document.id,
            agency_id=desk.office.agency.id,
            given_at=NOON,
            given_by=SYSTEM,
            lead_unit=units[0].id,
            coordinating_units=(units[1].id,),
            due_date=TODAY,
            note="Gấp",
        )
        second = replace(first, lead_unit=units[1].id, coordinating_units=(), due_date=None, note=None)
        work.directives.add(first)
        work.directives.add(second)

        assert work.directives.of_document(desk.document.id) == [first, second]


def test_a_model_is_read_with_its_files_and_the_newest_version_wins(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        first, second = a_definition(office, 1), a_definition(office, 2)
        work.definitions.add(first)
        work.definitions.add(second)
        work.record(an_event(office.agency.id))

    with begin() as work:
        assert work.definitions.get(first.id) == first
        assert work.definitions.find_latest(first.key) == second
        assert work.definitions.find_latest("unknown") is None
        assert [model.version for model in work.definitions.all()] == [2, 1]


def test_new_instances_run_by_the_version_that_was_activated_last(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        first, second = a_definition(office, 1), a_definition(office, 2)
        work.definitions.add(first)
        work.definitions.add(second)
        assert work.definitions.find_active(first.key) is None
        for chosen in (second, first):
            work.definitions.activate(an_activation(chosen))
        work.record(an_event(office.agency.id))

    with begin() as work:
        assert work.definitions.find_active(first.key) == first
        assert work.definitions.activations() == {first.key: an_activation(first)}
        assert work.definitions.find_bundle(first.key, second.bundle_sha256) == second
        assert work.definitions.find_bundle("unknown", second.bundle_sha256) is None


def test_a_model_that_was_rolled_back_is_not_remembered(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
    model = a_definition(office)

    def broken_off() -> None:
        with begin() as work:
            work.definitions.add(model)
            assert work.definitions.get(model.id) == model
            raise DefinitionNotFound

    with pytest.raises(DefinitionNotFound):
        broken_off()

    with begin() as work, pytest.raises(DefinitionNotFound):
        work.definitions.get(model.id)


def test_a_procedure_and_its_history_are_read_back(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        lines = [
            Activity(
                instance_id=desk.instance.id,
                agency_id=desk.office.agency.id,
                task_id=TaskId(new_id()),
                element_id="direct",
                name="Chỉ đạo",
                kind="userTask",
                movement=movement,
                at=NOON,
                actor=SYSTEM,
                outcome=outcome,
            )
            for movement, outcome in ((Movement.ENTERED, None), (Movement.LEFT, "assign"))
        ]
        work.instances.record(lines)
        work.instances.record([])

        assert work.instances.history(desk.instance.id) == lines
        assert work.instances.get(desk.instance.id) == desk.instance
        assert work.instances.lock(desk.instance.id) == desk.instance
        assert work.instances.find_of_document(desk.document.id) == desk.instance
        assert work.instances.find_of_document(DocumentId(new_id())) is None


def test_a_work_item_with_every_field_is_read_back(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        item = a_work_item(
            desk.instance,
            roles=frozenset({Role.HEAD, Role.DEPUTY_HEAD}),
            unit_id=desk.office.units[0].id,
            excluded=frozenset({PersonId(new_id()), PersonId(new_id())}),
            due_at=NOON,
            term="2 days",
            calendar_version=3,
        )
        work.work_items.add([item])
        done = item.claimed(SYSTEM).signing().waiting("time-stamp service", NOON).completed("approve", SYSTEM, NOON)
        assert work.work_items.lock(item.id) == (item, desk.instance)
        assert work.work_items.open_of(desk.instance.id) == [desk.item, item]

        work.work_items.save(done)

        assert work.work_items.get(item.id) == done
        assert work.work_items.open_of(desk.instance.id) == [desk.item]


def test_a_signing_is_read_back_and_finished(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        signing = a_signing(desk)
        work.signings.add(signing)
        assert work.signings.find(desk.item.id) == signing

        work.signings.save(signing.signed(desk.office.file_id, NOON))

        assert work.signings.find(desk.item.id) == signing.signed(desk.office.file_id, NOON)
        assert work.signings.find(WorkItemId(new_id())) is None


def test_an_incident_is_found_until_it_is_resolved(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        incident = an_incident(desk.instance)
        work.incidents.add(incident)
        again = incident.seen_again("x.y", "Lại hỏng", NOON + timedelta(minutes=1))
        work.incidents.save(again)

        assert work.incidents.find_of_task(incident.task_id) == again
        assert work.incidents.search(desk.office.agency.id, PageRequest()).items == (again,)
        work.incidents.save(again.resolved())
        assert work.incidents.find_of_task(incident.task_id) is None
        assert work.incidents.search(desk.office.agency.id, PageRequest()).items == ()
        everything = work.incidents.search(desk.office.agency.id, PageRequest(), unresolved=False)
        assert everything.items == (again.resolved(),)


def test_a_delivery_is_read_back_and_met(begin: Begin) -> None:
    with begin() as work:
        office, other = an_office(work, "H56"), an_office(work, "H57")
        sent, arrived = outgoing(office), incoming(other)
        work.documents.add(sent)
        work.documents.add(arrived)
        delivery = Delivery(
            id=DeliveryId(new_id()),
            from_agency=office.agency.id,
            to_agency=other.agency.id,
            outgoing_id=sent.id,
            incoming_id=arrived.id,
            state=DeliveryState.ARRIVED,
            sent_at=NOON,
            state_at=NOON,
        )
        work.deliveries.add(delivery)
        refused = delivery.met(DeliveryState.REFUSED, NOON, "Sai nơi nhận")
        work.deliveries.save(refused)

        assert work.deliveries.get(delivery.id) == refused
        assert work.deliveries.of_outgoing(sent.id) == [refused]


def test_lists_say_of_a_document_what_it_says_itself(begin: Begin) -> None:
    with begin() as work:
        office = an_office(work)
        arrived = incoming(office)
        stopped = incoming(office).paused(NOON, "Chờ bổ sung")
        going_on = incoming(office).paused(NOON, "Chờ bổ sung").resumed(NOON + timedelta(days=1))
        draft = outgoing(office)
        numbered = outgoing(office, state=OutgoingState.SIGNED).numbered("05/QĐ-UBND", TODAY)
        known = {one.id: one for one in (arrived, stopped, going_on, draft, numbered)}
        for document in known.values():
            work.documents.add(document)
            work.record(an_event(office.agency.id))

    with begin() as work:
        lines = work.documents.lines([*known, DocumentId(new_id())])

    assert lines == {document.id: line_of(document) for document in known.values()}
    assert [bool(line.pause) for line in lines.values()].count(True) == 1


def test_everything_about_a_document_is_read_at_once(begin: Begin) -> None:
    with begin() as work:
        desk = a_desk(work)
        other = a_desk(work, desk.office)
        directive = Directive(
            document_id=desk.document.id,
            agency_id=desk.office.agency.id,
            given_at=NOON,
            given_by=SYSTEM,
            lead_unit=desk.office.units[0].id,
        )
        work.directives.add(directive)
        work.directives.add(replace(directive, note="Gấp"))
        incident = an_incident(desk.instance, state=IncidentState.RESOLVED)
        work.incidents.add(incident)

    with begin() as work:
        both = {desk.document.id: desk.document, other.document.id: other.document}
        assert work.documents.several([*both, DocumentId(new_id())]) == both
        assert work.directives.latest(both) == {desk.document.id: replace(directive, note="Gấp")}
        assert work.work_items.of_instance(desk.instance.id) == [desk.item]
        assert work.incidents.of_instance(desk.instance.id) == [incident]
        assert [entry.number for entry in work.registers.entries_of(other.document.id)] == [2]
        about = work.audit.about(desk.office.agency.id, {str(desk.instance.id), str(other.instance.id)})
        assert [leaf.subject_id for leaf in about] == [str(desk.instance.id), str(other.instance.id)]
