"""Handing in an application online, without an account: the office, the procedure, the form; the answer is a code."""

from itertools import groupby
from typing import Final

from fastapi import APIRouter, Depends
from fastapi.responses import RedirectResponse, Response

from api.deps import HouseDep, LanguageDep, ServicesDep
from api.outsiders import AppliedDep, admitted, once_of
from api.problems import status_of
from api.texts import texts
from api.web import case_forms, case_words
from api.web.desk import SEE_OTHER
from api.web.forms import Form, Typed, id_of
from api.web.rendering import rendered
from api.web.schema_forms import data_of
from api.web.verifications import own_origin
from engine.actions.submit_case import SubmitCase, submit_case
from engine.case_dossiers import MAX_FILE_MB, MAX_FILES
from engine.case_entry import ways_of
from engine.case_procedures import CaseProcedure, CaseProcedureNotFound
from engine.case_uploads import digests
from engine.cases import Channel
from engine.errors import Conflict, Invalid
from engine.ids import CaseProcedureId
from engine.neighbours import Services
from engine.people import Agency
from engine.verifications import Question

router = APIRouter(dependencies=[Depends(own_origin)])

_COUNTED: Final = [Depends(admitted(Question.CODE))]


@router.get("/submit", dependencies=_COUNTED)
def choose(services: ServicesDep, language: LanguageDep, agency: str = "") -> Response:
    """Show the offices that take applications online, or what one of them takes."""
    with services.begin() as work:
        online = set(work.case_procedures.agencies_online())
        offices = [one for one in work.people.agencies() if one.id in online]
        chosen = next((one for one in offices if one.code == agency), None)
        offered = work.case_procedures.of_agency(chosen.id) if chosen else ()
    taken = [one for one in offered if one.settings.offered and Channel.ONLINE in one.settings.channels]
    taken.sort(key=lambda one: (one.settings.field, one.settings.name))
    groups = [(field, list(found)) for field, found in groupby(taken, key=lambda one: one.settings.field)]
    here = f"/submit?agency={chosen.code}" if chosen else "/submit"
    values = {"here": here, "agencies": offices, "office": chosen, "groups": groups, "said": case_words}
    return rendered("submissions/list.html", language, values)


@router.get("/submit/{procedure_id}", dependencies=_COUNTED)
def show(services: ServicesDep, language: LanguageDep, procedure_id: str) -> Response:
    """Show the form of a procedure; one that was changed since leads to its newest version."""
    procedure, agency = _found(procedure_id, services)
    with services.begin() as work:
        newest = work.case_procedures.latest(procedure.agency_id, procedure.settings.code) or procedure
    newest.require_offered(Channel.ONLINE)
    if newest.id != procedure.id:
        return RedirectResponse(f"/submit/{newest.id}", status_code=SEE_OTHER)
    return _form(
        language,
        case_forms.fresh(procedure, language, return_by=ways_of(procedure)[-1].value),
        procedure,
        agency,
    )


@router.post("/submit/{procedure_id}")
def send(house: HouseDep, language: LanguageDep, sent: AppliedDep, procedure_id: str) -> Response:
    """Take the application in and lead to its page, or show the form again with everything that is wrong."""
    services, form = house.services, Form(sent)
    procedure, agency = _found(procedure_id, services)
    files = case_forms.sent_of(form, procedure)
    request = SubmitCase(
        procedure_id=procedure.id,
        return_by=case_forms.return_by_of(form),
        name=form.text("name"),
        identity=form.text("identity"),
        address=form.text("address"),
        phone=form.text("phone"),
        email=form.text("email"),
        answers=data_of(procedure.settings.form, form),
        files=files,
        once=once_of(form.text("once"), form.text("identity"), form.values(), digests(files)),
    )
    try:
        made = submit_case(request, services=services, room=house.outsiders)
    except (Invalid, Conflict) as refusal:
        typed = case_forms.fresh(procedure, language).typed(form)
        wrong = case_forms.refused(typed, refusal, procedure, language)
        return _form(language, wrong, procedure, agency, status_of(refusal))
    return RedirectResponse(f"/track/{made.case.track_code}?sent=yes", status_code=SEE_OTHER)


def _found(procedure_id: str, services: Services) -> tuple[CaseProcedure, Agency]:
    with services.begin() as work:
        procedure = work.case_procedures.get(CaseProcedureId(id_of(procedure_id)))
        if Channel.ONLINE not in procedure.settings.channels:
            raise CaseProcedureNotFound
        return procedure, work.people.get_agency(procedure.agency_id)


def _form(language: str, form: Typed, procedure: CaseProcedure, agency: Agency, status: int = 200) -> Response:
    values = {
        "here": f"/submit/{procedure.id}",
        "form": form,
        "procedure": procedure,
        "office": agency,
        "fields": case_forms.fields_of(procedure, language),
        "returns": [(one.value, texts(language).gettext(case_words.RETURNS[one])) for one in ways_of(procedure)],
        "most_megabytes": MAX_FILE_MB,
        "most_files": MAX_FILES,
        "said": case_words,
    }
    return rendered("submissions/new.html", language, values, status)
