"""OCOP score sheets by REST: which there are, and loading one of an earlier decision."""

from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field

from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import RequestBody
from api.rest.ocop_answers import TAGS, RubricAnswer
from api.rest.routes import Door
from engine import access
from engine.actions.load_ocop_rubric import LoadOcopRubric, load_ocop_rubric
from engine.rubrics import SETS, Rubric, built_in

router = APIRouter(route_class=Door, tags=[*TAGS])


class RubricsAnswer(Answer):
    """The score sheets there are."""

    items: list[RubricAnswer]


class RubricBody(RequestBody):
    """A score sheet in the form of those that come with the product, as JSON."""

    content: Annotated[dict[str, Any], Field(max_length=20)]


@router.get("/ocop-rubrics", summary="OCOP score sheets", response_model=RubricsAnswer)
def list_rubrics(call: CallDep, work: WorkDep) -> RubricsAnswer:
    """Return those of the decision in force, then those that were loaded."""
    access.require(call.by, "read_ocop_register")
    ours = [_answer(built_in(number)) for number in range(1, SETS + 1)]
    loaded = [
        RubricAnswer(
            id=one.id, decision=one.decision, set_number=one.set_number, name=one.name, loaded_at=one.loaded_at
        )
        for one in work.ocop.rubrics.loaded()
    ]
    return RubricsAnswer(items=[*ours, *loaded])


@router.put(
    "/ocop-rubrics",
    summary="Load a score sheet of an earlier decision",
    response_model=RubricAnswer,
    responses=problems(403, 409, 422),
)
def load(body: RubricBody, call: CallDep, work: WorkDep) -> RubricAnswer:
    """Keep the sheet; it never changes afterwards, and loading the same again changes nothing."""
    return _answer(load_ocop_rubric(LoadOcopRubric(content=body.content), by=call.by, at=call.at, work=work))


def _answer(rubric: Rubric) -> RubricAnswer:
    return RubricAnswer(id=rubric.id, decision=rubric.decision, set_number=rubric.set_number, name=rubric.name)
