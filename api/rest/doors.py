"""All REST doors under one prefix; all but signing in and verifying ask who is there before anything else."""

from fastapi import APIRouter, Depends, FastAPI

from api.deps import asks
from api.rest import (
    achievements,
    administration,
    audit,
    calendars,
    case_feedback,
    case_opinions,
    case_procedures,
    cases,
    circulations,
    client_signatures,
    clocks,
    comments,
    copies,
    council_sessions,
    councils,
    criteria,
    definitions,
    document_templates,
    documents,
    dossiers,
    events,
    evidence,
    field_visits,
    files,
    forecasts,
    form_drafts,
    history,
    incidents,
    incoming_documents,
    instance_migrations,
    instances,
    localities,
    locality_workbook,
    messages,
    notices,
    ocop_certificate_workbook,
    ocop_certificates,
    ocop_dossiers,
    ocop_explanations,
    ocop_products,
    ocop_rubrics,
    outgoing_documents,
    pages,
    people,
    proposals,
    publications,
    recognition_dossiers,
    registers,
    renewals,
    revocations,
    service_index,
    sessions,
    signature_batches,
    signature_images,
    signatures,
    signing_keys,
    stand_ins,
    status,
    submissions,
    surveys,
    targets,
    tracking,
    trust_anchors,
    verifications,
    webhooks,
    work_items,
)
from api.rest.answers import problems
from api.rest.routes import Door

# Routes are tried in their order, and most calls are to these.
_BUSIEST = (
    forecasts.router,  # before the calls that take any id in its place
    work_items.router,
)

_ROUTERS = (
    sessions.router,
    people.router,
    files.router,
    incoming_documents.router,
    outgoing_documents.router,
    documents.router,
    document_templates.router,
    recognition_dossiers.router,
    revocations.router,
    copies.router,
    case_feedback.router,
    case_opinions.router,
    case_procedures.router,
    cases.router,
    service_index.router,
    dossiers.router,
    surveys.router,
    proposals.router,
    field_visits.router,
    circulations.router,
    ocop_products.router,
    ocop_certificates.router,
    ocop_certificate_workbook.router,
    ocop_dossiers.router,
    ocop_explanations.router,
    ocop_rubrics.router,
    councils.router,
    council_sessions.router,
    clocks.router,
    history.router,
    comments.router,
    signatures.router,
    signature_images.router,
    client_signatures.router,
    pages.router,
    signature_batches.router,
    signing_keys.router,
    evidence.router,
    renewals.router,
    form_drafts.router,
    stand_ins.router,
    registers.router,
    definitions.router,
    instances.router,
    administration.router,
    instance_migrations.router,
    incidents.router,
    calendars.router,
    messages.router,
    audit.router,
    notices.router,
    trust_anchors.router,
    criteria.router,
    targets.router,
    localities.router,
    achievements.router,
    locality_workbook.router,
    webhooks.router,
    status.router,
    events.router,
)

_PREFIX = "/api/v1"


def mount_doors(app: FastAPI) -> None:
    """Add all REST doors to the application.

    One by one, and not as one router that holds them: that one is counted through for each call.
    """
    for door in _BUSIEST:
        _mount(app, door)
    for public in (
        sessions.public,
        client_signatures.public,
        verifications.public,
        publications.public,
        tracking.public,
        submissions.public,
    ):
        app.include_router(public, prefix=_PREFIX)
    for door in _ROUTERS:
        _mount(app, door)


def _mount(app: FastAPI, door: APIRouter) -> None:
    """Add doors that first ask who is there."""
    for route in door.routes:
        if not isinstance(route, Door):
            raise TypeError(f"{route} would not wait for who asks: give its router route_class=Door")
    app.include_router(door, prefix=_PREFIX, dependencies=[Depends(asks)], responses=problems(401, 422))
