"""What a procedure goes on at by itself, in words: moments, messages, signals, the ends of procedures it called."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final

from engine.case_opinions import OpinionStanding
from engine.cases import Case
from engine.deadlines import end_of_day, office_date
from engine.explanations import Named, Sentence
from engine.instances import Instance
from engine.messages import SendingKind, Subscription
from engine.ports import UnitOfWork
from engine.procedures import look, model_of

CALL = "callActivity"
"""The kind of a step that calls another procedure, as BPMN writes it."""
CASES = "one_stop"
"""The procedure of the cases of the one-stop office."""
_OPEN_OPINIONS = {
    OpinionStanding.WAITING: "%(agency)s is asked for its opinion until %(due)s; the case goes on meanwhile.",
    OpinionStanding.SILENT: "%(agency)s was asked for its opinion until %(due)s and has not answered; the case goes on"
    " without it.",
}


MESSAGE: Final = "'%(step)s' goes on when the message '%(name)s' comes."
"""Said with the name of the message, which only those who look after procedures need to read."""


def expected(instance: Instance, names: Callable[[str], str], work: UnitOfWork) -> tuple[Sentence, ...]:
    """Say which moments, messages, signals and ends of others the procedure goes on at by itself, the soonest first.

    Args:
        instance: The procedure.
        names: What an element is called.
        work: Where its timers and subscriptions are kept.
    """
    case = work.cases.find_of_document(instance.document_id) if instance.definition_key == CASES else None
    asked = opinions_on(case, work) if case and instance.finished_at is None else ()
    called = (*_called(instance, names, work), *asked)
    if not instance.waits:
        return called
    timers = sorted(work.timers.of_instance(instance.id), key=lambda timer: timer.due_at)
    said = [
        Sentence(
            template="'%(step)s' comes by itself at %(due)s.",
            facts={"step": names(timer.element_id), "due": timer.due_at},
        )
        for timer in timers
    ]
    awaited = [_awaited(each, names(each.element_id)) for each in work.messages.of_instance(instance.id)]
    return (*called, *said, *awaited)


def opinions_on(case: Case, work: UnitOfWork) -> tuple[Sentence, ...]:
    """Say which agencies were asked about a case and have not answered; none holds it up."""
    return tuple(
        Sentence(
            template=_OPEN_OPINIONS[one.standing],
            facts={"agency": work.people.get_agency(one.agency_id).name, "due": until(one.due)},
        )
        for one in work.case_opinions.of_case(case.id)
        if one.is_open
    )


def until(due: datetime) -> date | datetime:
    """Return the day where a time limit ends with it, else the moment."""
    day = office_date(due)
    return day if due == end_of_day(day) else due


def _called(instance: Instance, names: Callable[[str], str], work: UnitOfWork) -> tuple[Sentence, ...]:
    if instance.finished_at is not None or CALL not in model_of(instance, work).kinds.values():
        return ()
    # By task: a migration may have given the calling step another id than it had when it called.
    waiting = dict(look(instance, work).waiting_elements)
    models = [
        (waiting.get(one.caller.task_id, one.caller.element_id), model_of(one, work))
        for one in work.instances.called_by(instance.id)
        if one.finished_at is None and one.caller
    ]
    return tuple(
        Sentence(
            template="'%(step)s' waits for the procedure %(name)s that it called.",
            facts={"step": names(element_id), "name": Named(vietnamese=model.name, english=model.name_en)},
        )
        for element_id, model in models
    )


def _awaited(subscription: Subscription, step: str) -> Sentence:
    facts = {"step": step, "name": subscription.name}
    if subscription.kind is SendingKind.SIGNAL:
        return Sentence(template="'%(step)s' goes on when the signal '%(name)s' is given.", facts=facts)
    return Sentence(template=MESSAGE, facts=facts)
