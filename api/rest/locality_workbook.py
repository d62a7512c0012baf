"""Localities from Excel by REST: the table as it is, what a filled-in one would change, and loading it."""

from uuid import UUID

from fastapi import APIRouter, Response

from api.contents import workbook_answer
from api.deps import WorkDep
from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.fields import Previewed
from api.rest.routes import Door
from api.rest.uploads import UploadDep, multipart_body
from api.workbooks import MEDIA_TYPE, read_workbook
from engine.actions.load_localities import LoadLocalities, load_localities
from engine.localities import AreaClass, CommuneGroup, Locality, LocalityKind, Region
from engine.locality_loading import current_book, plan_loading
from engine.locality_sheets import GUIDE, LocalityPlan, said_fact
from engine.provinces import require_provincial

router = APIRouter(route_class=Door, tags=["localities"])


class NamedLocality(Answer):
    """A locality by its code."""

    code: str
    name: str


class AddedLocality(NamedLocality):
    """A locality that was not known before."""

    kind: LocalityKind
    region: Region
    group: CommuneGroup | None
    area_class: AreaClass | None
    hardship: bool
    households: int
    agency_id: UUID | None


class ChangedFact(Answer):
    """A fact as it was and as the workbook says; '' is none."""

    fact: str
    before: str
    after: str


class ChangedLocality(NamedLocality):
    """A known locality whose facts differ."""

    facts: list[ChangedFact]


class LocalityPlanAnswer(Answer):
    """What a workbook changes; `absent` are known ones it does not have, which stay as they are."""

    sha256: str
    added: list[AddedLocality]
    changed: list[ChangedLocality]
    untouched: int
    absent: list[NamedLocality]


@router.get(
    "/locality-workbook",
    summary="All localities as a workbook",
    response_class=Response,
    responses={200: {"content": {MEDIA_TYPE: {}}}, **problems(403)},
)
def get_locality_workbook(call: CallDep, work: WorkDep) -> Response:
    """Return all localities as an Excel workbook, to be changed, added to and loaded."""
    return workbook_answer(current_book(by=call.by, work=work), "dia-phuong.xlsx", guide=GUIDE)


@router.post(
    "/locality-workbook/preview",
    summary="What a workbook would change",
    response_model=LocalityPlanAnswer,
    responses=problems(403, 409, 413, 422),
    openapi_extra=multipart_body("file"),
)
def preview_localities(upload: UploadDep, call: CallDep, work: WorkDep) -> LocalityPlanAnswer:
    """Return what the workbook would change, or every cell that is wrong by sheet, row and column; nothing is kept."""
    require_provincial(call.by, "manage_localities", work)
    return _answer(plan_loading(read_workbook(upload.content), by=call.by, work=work))


@router.post(
    "/locality-workbook/loading",
    summary="Load localities from Excel",
    response_model=LocalityPlanAnswer,
    responses=problems(403, 409, 413, 422),
    openapi_extra=multipart_body("file"),
)
def load_locality_workbook(
    upload: UploadDep, call: CallDep, work: WorkDep, previewed: Previewed = None
) -> LocalityPlanAnswer:
    """Keep what the workbook says, all or nothing, and return what that changed; the same again changes nothing.

    With `previewed`, the digest of a preview, it is refused where it would change other things than were seen there.
    """
    require_provincial(call.by, "manage_localities", work)
    request = LoadLocalities(book=read_workbook(upload.content), previewed=previewed)
    return _answer(load_localities(request, by=call.by, at=call.at, work=work))


def _answer(plan: LocalityPlan) -> LocalityPlanAnswer:
    return LocalityPlanAnswer(
        sha256=plan.sha256,
        added=[_added(one) for one in plan.added],
        changed=[
            ChangedLocality(
                code=one.after.code,
                name=one.after.name,
                facts=[
                    ChangedFact(fact=fact, before=said_fact(one.before, fact), after=said_fact(one.after, fact))
                    for fact in one.facts
                ],
            )
            for one in plan.changed
        ],
        untouched=plan.untouched,
        absent=[NamedLocality(code=one.code, name=one.name) for one in plan.absent],
    )


def _added(one: Locality) -> AddedLocality:
    return AddedLocality(**{name: getattr(one, name) for name in AddedLocality.model_fields})
