"""All pages of the web door, and what they load."""

from typing import Final

from fastapi import APIRouter, FastAPI
from fastapi.responses import RedirectResponse, Response

from api.web import (
    assessments,
    assets,
    audit_events,
    calendars,
    case_feedback,
    case_opinions,
    case_procedures,
    cases,
    circulations,
    client_signatures,
    clocks,
    comments,
    contents,
    copies,
    council_sessions,
    councils,
    criteria,
    definition_drafts,
    definitions,
    design,
    document_templates,
    documents,
    dossiers,
    events,
    field_visits,
    forecasts,
    form_drafts,
    handovers,
    hands,
    incidents,
    incoming_documents,
    instance_migrations,
    instances,
    localities,
    locality_forms,
    notices,
    ocop_certificates,
    ocop_dossiers,
    ocop_entities,
    ocop_products,
    ocop_public,
    ocop_rubrics,
    ocop_sheets,
    outgoing_documents,
    pages_seen,
    proposal_meetings,
    public_drafts,
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
    signing,
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
from api.web.desk import SEE_OTHER, DeskDep

first_page = APIRouter()

ROUTERS: Final = (
    first_page,
    sessions.router,
    verifications.router,
    publications.router,
    work_items.router,
    handovers.router,
    hands.router,
    form_drafts.router,
    signing.router,
    client_signatures.router,
    signature_images.router,
    signature_batches.router,
    pages_seen.router,
    signing_keys.router,
    contents.router,
    clocks.router,
    forecasts.router,
    signatures.router,
    copies.router,
    circulations.router,
    ocop_entities.router,
    ocop_products.router,
    ocop_certificates.router,
    ocop_public.router,
    ocop_rubrics.router,
    ocop_dossiers.router,
    ocop_sheets.router,
    dossiers.router,
    assessments.router,
    surveys.router,
    public_drafts.router,
    proposal_meetings.router,
    field_visits.router,
    councils.router,
    council_sessions.router,
    submissions.router,
    tracking.router,
    cases.router,
    case_procedures.router,
    case_feedback.router,
    case_opinions.router,
    service_index.router,
    documents.router,
    document_templates.router,
    recognition_dossiers.router,
    revocations.router,
    comments.router,
    incoming_documents.router,
    outgoing_documents.router,
    registers.router,
    stand_ins.router,
    incidents.router,
    instances.router,
    renewals.router,
    instance_migrations.router,
    definition_drafts.router,
    definitions.router,
    calendars.router,
    audit_events.router,
    events.router,
    notices.router,
    trust_anchors.router,
    criteria.router,
    targets.router,
    localities.router,
    locality_forms.router,
    webhooks.router,
    status.router,
    design.router,
    assets.router,
)


@first_page.get("/")
def begin(desk: DeskDep) -> Response:
    """Lead to where the person's day begins: their work; who only reads begins with the documents."""
    reads_only = not desk.may("store_file")
    return RedirectResponse("/documents" if reads_only else "/work-items", status_code=SEE_OTHER)


def mount_pages(app: FastAPI, *, evidence: contents.Evidence) -> None:
    """Add every page and asset to the application; they are no part of the API's description.

    Args:
        app: The application.
        evidence: Makes the evidence package of a document.
    """
    app.state.evidence = evidence
    for router in ROUTERS:
        app.include_router(router, include_in_schema=False)
