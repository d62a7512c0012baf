"""Rules of recording stand-ins: who can sign for whom by which kind, and what can be passed on.

Source: Decree 30/2020/NĐ-CP, art. 13.
"""

from datetime import datetime

from engine.drafts import FieldChecks
from engine.people import Person, Role
from engine.stand_ins import OF_HEADS, StandIn, StandInInvalid, StandInKind, StandInNotPassedOn

LEADS_UNIT = frozenset({Role.HEAD_OF_UNIT, Role.CHIEF_OF_OFFICE})


def check_kind(
    kind: StandInKind, given_by: Person, substitute: Person, check: FieldChecks, *, under: StandInKind | None
) -> None:
    """Note a kind that does not fit the posts.

    KT.: the head's deputies, or somebody of the unit whose head lets them. TL. and TUQ.: the head lets heads of units.
    Q.: whoever is appointed to act in the head's post; a deputy who was put in charge (phụ trách) signs KT.
    *given_by* is the principal, or the substitute who passes on what they do by *under*; an acting head gives what the
    head does.
    """
    is_head = under is StandInKind.ACTING or (given_by.holds(Role.HEAD) and under is None)
    match kind:
        case StandInKind.ABSENCE:
            fits = True
        case StandInKind.DEPUTY if is_head:
            fits = substitute.holds(Role.DEPUTY_HEAD)
        case StandInKind.DEPUTY:
            led = {post.unit_id for post in given_by.posts if post.role in LEADS_UNIT} - {None}
            fits = bool(led & substitute.units)
        case StandInKind.ACTING:
            fits = is_head and not substitute.holds(Role.HEAD)
        case StandInKind.BY_ORDER | StandInKind.AUTHORISED:
            fits = is_head and bool(substitute.roles & LEADS_UNIT)
    if not fits:
        check.add("kind", "unfit", _UNFIT[kind])


_UNFIT = {
    StandInKind.DEPUTY: "KT. is for a deputy: of the head of the agency, or in the unit of a head of unit.",
    StandInKind.BY_ORDER: "TL. is given by the head of the agency to the head of a unit.",
    StandInKind.ACTING: "Q. is for who is appointed acting head of the agency: choose the head as who is stood in for.",
    StandInKind.AUTHORISED: "TUQ. is given by the head of the agency to the head of a unit, in writing.",
}


def check_passing_on(parent: StandIn, child: StandIn, at: datetime, *, above: StandIn | None) -> None:
    """Raise unless *child* may pass on *parent*: once, no longer and no wider than it.

    Who signs by order (TL.) may let their deputy sign; else the decision must say so; an authorisation (TUQ.) never. An
    acting head (Q.) has not the post to pass on, but orders and authorises as the head does, as long as they act.

    Args:
        parent: What is passed on.
        child: By what.
        at: When.
        above: What *parent* itself is under, if anything.

    Raises:
        StandInNotPassedOn: It cannot be passed on, or not like this.
        StandInInvalid: It would be longer, wider or for somebody else than what it is under.
    """
    to_deputy = parent.kind is StandInKind.BY_ORDER and child.kind is StandInKind.DEPUTY
    as_head = parent.kind is StandInKind.ACTING and child.kind in OF_HEADS
    same = child.kind is parent.kind and parent.may_pass_on
    once = (above is None or above.kind is StandInKind.ACTING) and not parent.is_over(at)
    if parent.kind is StandInKind.AUTHORISED or not once or not (to_deputy or as_head or same):
        raise StandInNotPassedOn
    check = FieldChecks()
    if child.principal != parent.principal or child.substitute == parent.substitute:
        check.add(
            "principal", "not_that", "What is passed on is done in the place of the same person, by somebody else."
        )
    if child.starts_at < parent.starts_at or child.ends_at > parent.ends_at:
        check.add("last_day", "beyond", "What is passed on lasts no longer than what it is passed on from.")
    if not child.scope.is_within(parent.scope):
        check.add("document_types", "beyond", "What is passed on is no wider than what it is passed on from.")
    check.done(StandInInvalid)
