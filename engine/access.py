"""Who may know and do what: one place for the rules, asked by every action and mirrored by every list.

Own agency only. Its registry and its leaders read every document; others read what the handling chain brought to them
or to their unit; the auditor reads everything of the agency and changes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from engine.approvals import OpinionGiven, TooFewMayAgree
from engine.documents import Document, DocumentNotFound, IncomingDocument
from engine.errors import Conflict, Forbidden, Refusal
from engine.ids import AgencyId, PersonId, UnitId
from engine.people import Person, Place, Role
from engine.stand_ins import OF_HEADS, StandIn, StandInKind
from engine.work_items import NobodyMayDo, WorkItem, WorkItemExcluded, WorkItemNotFound, WorkItemNotYours

READS_WHOLE_AGENCY: Final = frozenset({Role.CLERK, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD, Role.AUDITOR})

ALLOWED: Final[dict[str, frozenset[Role]]] = {
    "register_document": frozenset({Role.CLERK}),
    "compose_dossiers": frozenset(Role) - {Role.AUDITOR, Role.ADMINISTRATOR},
    "handle_dossiers": frozenset(Role) - {Role.AUDITOR, Role.ADMINISTRATOR},
    "draft_document": frozenset(
        {Role.CLERK, Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD}
    ),
    "store_file": frozenset(Role) - {Role.AUDITOR},
    "deploy_definition": frozenset({Role.ADMINISTRATOR}),
    "activate_definition": frozenset({Role.ADMINISTRATOR}),
    "read_definitions": frozenset(Role),
    "read_registers": frozenset({Role.CLERK, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD, Role.AUDITOR}),
    "read_incidents": frozenset({Role.ADMINISTRATOR, Role.CLERK, Role.CHIEF_OF_OFFICE, Role.AUDITOR}),
    "retry_incident": frozenset({Role.ADMINISTRATOR, Role.CLERK, Role.CHIEF_OF_OFFICE}),
    "skip_incident": frozenset({Role.ADMINISTRATOR, Role.CLERK, Role.CHIEF_OF_OFFICE}),
    "administer_instance": frozenset({Role.ADMINISTRATOR}),
    "migrate_instances": frozenset({Role.ADMINISTRATOR}),
    "read_calendar": frozenset(Role),
    "save_calendar": frozenset({Role.ADMINISTRATOR}),
    "read_forecast": READS_WHOLE_AGENCY,
    "pause_document": frozenset(
        {Role.CLERK, Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD}
    ),
    "deliver_message": frozenset({Role.CLERK, Role.CHIEF_OF_OFFICE, Role.ADMINISTRATOR}),
    "read_audit": frozenset({Role.AUDITOR}),
    "use_agency_key": frozenset({Role.CLERK}),
    "sign_documents": frozenset(Role) - {Role.AUDITOR},
    "comment_on_document": frozenset(Role) - {Role.AUDITOR},
    "watch_document": frozenset(Role) - {Role.AUDITOR},
    "check_signatures": frozenset(Role) - {Role.AUDITOR},
    "manage_trust": frozenset({Role.ADMINISTRATOR}),
    "manage_criteria": frozenset({Role.ADMINISTRATOR}),
    "manage_localities": frozenset({Role.ADMINISTRATOR}),
    "read_criteria": frozenset(Role),
    "plan_targets": frozenset({Role.HEAD, Role.DEPUTY_HEAD, Role.CHIEF_OF_OFFICE, Role.ADMINISTRATOR}),
    "manage_webhooks": frozenset({Role.ADMINISTRATOR}),
    "set_signature_images": frozenset({Role.ADMINISTRATOR}),
    "read_status": frozenset({Role.ADMINISTRATOR}),
    "read_renewals": frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    "choose_keys": frozenset({Role.ADMINISTRATOR}),
    "configure_case_procedures": frozenset({Role.ADMINISTRATOR, Role.CHIEF_OF_OFFICE}),
    "enter_case": frozenset({Role.CLERK}),
    "read_cases": READS_WHOLE_AGENCY,
    "apologise_case": frozenset(
        {Role.CLERK, Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD}
    ),
    "answer_case_feedback": frozenset({Role.CLERK, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD}),
    "enter_index_points": frozenset({Role.ADMINISTRATOR, Role.CHIEF_OF_OFFICE}),
    "record_stand_ins": frozenset({Role.ADMINISTRATOR, Role.CHIEF_OF_OFFICE}),
    "appoint_acting_heads": frozenset({Role.ADMINISTRATOR, Role.CHIEF_OF_OFFICE}),
    "save_templates": frozenset({Role.ADMINISTRATOR, Role.CHIEF_OF_OFFICE}),
    "read_templates": frozenset(Role),
    "circulate_documents": frozenset({Role.CLERK, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD}),
    "read_circulations": READS_WHOLE_AGENCY,
    "found_councils": frozenset({Role.CLERK, Role.CHIEF_OF_OFFICE}),
    "keep_ocop_register": frozenset(
        {Role.CLERK, Role.SPECIALIST, Role.HEAD_OF_UNIT, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD}
    ),
    "read_ocop_register": frozenset(Role),
    "load_ocop_rubrics": frozenset({Role.ADMINISTRATOR}),
    "revoke_ocop_certificates": frozenset({Role.HEAD}),
    "read_stand_ins": frozenset({Role.ADMINISTRATOR, Role.CHIEF_OF_OFFICE, Role.DEPUTY_HEAD, Role.HEAD, Role.AUDITOR}),
}
"""Which roles may do what does not depend on one document or work item."""


class NotAllowed(Forbidden):
    """The person's posts do not include this action."""

    code = "access.not_allowed"
    template = "Your posts do not let you do this. Ask a colleague whose work it is, or the administrator."


IN_PLACE: Final = frozenset({"register_document", "use_agency_key", "read_registers"})
"""Of these what somebody assigned the whole work of an absent colleague does in their place; never what audits."""

NEVER_THE_HEADS: Final = frozenset({"appoint_acting_heads"})
"""What neither a head nor an acting one does, whatever other posts they hold: who leads, others put on record."""

AUDITS: Final = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
"""Posts nobody ever stands in for: who audits, and who runs the machine, is not replaced by recording it."""

WORKS: Final = frozenset(Role) - AUDITS
"""Everybody with documents to handle; what all of them may do is no right of the head's post."""


def may(person: Person, action: str) -> bool:
    """Say whether the person's powers allow *action* (a key of ALLOWED), or they may do it in another's place."""
    if action in NEVER_THE_HEADS and Role.HEAD in person.powers | person.roles:
        return False
    return _may_themselves(person, action) or place_to(person, action) is not None


def _may_themselves(person: Person, action: str) -> bool:
    """Say whether a post of theirs allows it; what is everybody's who works here stays also a replaced head's."""
    allowed = ALLOWED[action]
    return bool((person.roles if allowed >= WORKS else person.powers) & allowed)


def place_to(person: Person, action: str) -> Place | None:
    """Return the place in which the person may do *action*, None where their own powers allow it or nothing does."""
    if _may_themselves(person, action) or action not in IN_PLACE:
        return None
    whole = (place for place in person.places if place.by.kind is StandInKind.ABSENCE)
    return next(
        (place for place in whole if not place.by.scope.is_limited() and place.of.powers & ALLOWED[action]), None
    )


def require(person: Person, action: str) -> None:
    """Raise NotAllowed unless the person may do *action*."""
    if not may(person, action):
        raise NotAllowed


def may_read(person: Person, document: Document) -> bool:
    """Say whether the person may read the document, for themselves or in the place of somebody who may."""
    if person.agency_id != document.agency_id:
        return False
    return _reads(person, document) or any(
        place.by.scope.covers_documents(document.type, _units_of(document)) and _reads(place.of, document)
        for place in person.places
    )


def _reads(person: Person, document: Document) -> bool:
    return bool(
        person.powers & READS_WHOLE_AGENCY
        or person.units & document.reader_units
        or person.id in document.reader_people
        or person.id == document.created_by
    )


def _units_of(document: Document) -> frozenset[UnitId]:
    return document.reader_units if isinstance(document, IncomingDocument) else frozenset({document.unit_id})


def require_read(person: Person, document: Document) -> None:
    """Raise DocumentNotFound unless the person may read it: not there and not to be known are one answer."""
    if not may_read(person, document):
        raise DocumentNotFound


def may_know(person: Person, stand_in: StandIn, passed_on_by: PersonId | None = None) -> bool:
    """Say whether the person may know of a stand-in: those in it, who passed it on, and who reads all of the agency."""
    involved = person.id in (stand_in.principal, stand_in.substitute, passed_on_by)
    return person.agency_id == stand_in.agency_id and (involved or may(person, "read_stand_ins"))


def may_revoke(person: Person, stand_in: StandIn, passed_on_by: PersonId | None = None) -> bool:
    """Say whether the person may end a stand-in they may know of.

    It is who gave it, and whoever records stand-ins; of an acting head only who appoints. What a head gave as such is
    the acting head's to end while there is one.
    """
    if Role.AUDITOR in person.roles:
        return False
    if stand_in.kind is StandInKind.ACTING:
        return may(person, "appoint_acting_heads")
    in_post = next((place.of.id for place in person.places if place.by.kind is StandInKind.ACTING), None)
    as_head = stand_in.kind in OF_HEADS
    gave = {passed_on_by} if as_head and person.replaced else {stand_in.principal, passed_on_by}
    leads = as_head and in_post == stand_in.principal
    return person.id in gave or leads or may(person, "record_stand_ins")


def require_agency(person: Person, agency_id: AgencyId, refusal: Exception) -> None:
    """Raise *refusal* unless the person is of this agency."""
    if person.agency_id != agency_id:
        raise refusal


def is_candidate(person: Person, item: WorkItem) -> bool:
    """Say whether name, posts or a place make the item the person's, and no separation of duties keeps them from it."""
    if person.agency_id != item.agency_id or person.id in item.excluded:
        return False
    return _is_of(person, item) or any(_is_of(place.of, item) for place in _open_places(person, item))


def holders(people: Iterable[Person], item: WorkItem) -> int:
    """Return how many opinions on the item these people, as they may act now, can still give by post or name.

    Who has spoken on it already gives no other. What a replaced head would have said, one person says in that post.
    """
    anyones = replace(item, assignee=None) if item.roles else item
    heard = item.excluded | item.voters
    free = [person for person in people if person.agency_id == item.agency_id and person.id not in heard]
    own = {person.id for person in free if _is_of(person, anyones)}
    others = (place.of.id for person in free if person.id not in own for place in _filled(person, anyones))
    return len(own.union(one for one in others if one not in heard))


def _filled(person: Person, item: WorkItem) -> Iterator[Place]:
    """Yield the places in which the person may do the item."""
    return (place for place in person.places if _covers(place, item) and _is_of(place.of, item))


def why_nobody_may(item: WorkItem, people: Sequence[Person]) -> Conflict | None:
    """Return why nobody of its agency's *people*, as they may act now, can do the item; None where somebody can."""
    if item.needs == 1:
        anybody = any(is_candidate(person, item) and may_act(person, item) for person in people)
        return None if anybody else NobodyMayDo(name=item.name)
    found = holders(people, item)
    return None if found >= item.needs else TooFewMayAgree(needs=item.needs, name=item.name, holders=found)


def may_act(person: Person, item: WorkItem) -> bool:
    """Say whether the person may act on the item now, were it open."""
    try:
        require_act(person, item)
    except Refusal:
        return False
    return True


def require_act(person: Person, item: WorkItem) -> Place | None:
    """Return the place in which the person acts on the item, None for themselves; who may themselves, does.

    Raises:
        WorkItemNotFound: They are not to know of it.
        WorkItemExcluded: Separation of duties, their own or that of the colleague in whose place they would act.
        OpinionGiven: They gave their opinion, or somebody did in the same place.
        WorkItemNotYours: A colleague claimed it, or it is a colleague's by the model.
    """
    if person.agency_id != item.agency_id:
        raise WorkItemNotFound
    places = list(_filled(person, item))
    if not (_is_of(person, item) or places):
        raise WorkItemNotFound
    if person.id in item.excluded:
        raise WorkItemExcluded
    if person.id in item.voters:
        raise OpinionGiven
    if _is_of(person, item) and _is_with(person, person, item):
        return None
    places = [place for place in places if _is_with(person, place.of, item)]
    if not places:
        raise WorkItemNotYours(holder="a colleague")
    free = next((place for place in places if place.of.id not in item.excluded | item.voters), None)
    if free is None:
        raise OpinionGiven if any(place.of.id in item.voters for place in places) else WorkItemExcluded
    return free


def _open_places(person: Person, item: WorkItem) -> list[Place]:
    return [place for place in person.places if _covers(place, item) and place.of.id not in item.excluded]


def _covers(place: Place, item: WorkItem) -> bool:
    """Say whether the scope of a stand-in has the item in it."""
    scope = place.by.scope
    units = frozenset({item.about_unit} if item.about_unit else ())
    return scope.covers_documents(item.document_type, units) and scope.covers_step(item.procedure, item.element_id)


def _is_of(person: Person, item: WorkItem) -> bool:
    """Say whether the item is the person's by name or by post, whoever has it now.

    What a head took as head is the acting head's while one acts; what names the head is theirs still.
    """
    by_post = any(person.serves(role, item.unit_id) for role in item.roles)
    if person.replaced and Role.HEAD in item.roles:
        return by_post
    named = item.assignee == person.id and item.on_behalf_of is None
    return by_post or named or item.on_behalf_of == person.id


def _is_with(person: Person, of: Person, item: WorkItem) -> bool:
    """Say whether nobody else has the item than the one it is *of*, or *person* in their place."""
    if item.on_behalf_of is None:
        return item.assignee in (None, of.id)
    return item.on_behalf_of == of.id and person.id in (of.id, item.assignee)
