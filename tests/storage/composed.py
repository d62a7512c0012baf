"""A row in every table of dossiers."""

from dataclasses import replace
from decimal import Decimal

from engine.assessments import Assessment, Evidence, Stage
from engine.contributions import Contribution, ContributionSource
from engine.dossier_kinds import NTM_PARTS
from engine.dossier_records import ArchivedDossierFile
from engine.dossiers import Dossier, DossierKind, PartFile, Submission, digest_of, manifest, parts_of
from engine.field_visits import FieldVisit, Participant, Side, VisitContent, VisitFinding, VisitPhoto
from engine.ids import ContributionId, DossierId, FieldVisitId, FileId, LocalityId, SurveyId, UnitId
from engine.ports import UnitOfWork
from engine.proposal_meetings import ProposalMeeting
from engine.public_drafts import PublicDraft, PublicOpinion
from engine.surveys import Channel, Survey
from tests.storage.builders import NOON, TODAY, Desk, new_id


def fill_dossiers(work: UnitOfWork, desk: Desk) -> None:
    """Keep a dossier with a file and a submission."""
    office, clerk = desk.office, desk.office.person("clerk").id
    dossier = Dossier(
        id=DossierId(new_id()),
        kind=DossierKind.NTM,
        agency_id=office.agency.id,
        receiver_id=office.agency.id,
        subject="Xã đạt chuẩn nông thôn mới",
        rules_id="ntm-2026",
        opened_at=NOON,
        opened_by=clerk,
        own_document_id=desk.document.id,
        received_document_id=desk.document.id,
        parts=parts_of(NTM_PARTS),
    )
    work.dossiers.add(dossier)
    file = PartFile(file_id=office.file_id, name="Báo cáo.pdf", added_at=NOON, added_by=clerk)
    work.dossiers.add_file(dossier.id, "bao_cao", file)
    work.assessments.save(
        [Assessment(dossier_id=dossier.id, indicator="1.1", stage=Stage.SELF, value=True, by=clerk, at=NOON)]
    )
    work.assessments.add_evidence(
        Evidence(
            dossier_id=dossier.id,
            indicator="1.1",
            stage=Stage.SELF,
            file_id=office.file_id,
            name="Quy hoạch.pdf",
            added_at=NOON,
            added_by=clerk,
        )
    )
    fill_survey(work, dossier, office.file_id)
    listed = manifest(dossier.with_file("bao_cao", file), 1)
    submission = Submission(ordinal=1, at=NOON, by=clerk, manifest_sha256=digest_of(listed))
    work.dossiers.add_submission(dossier.id, submission, listed)
    work.dossiers.save(replace(dossier, subject="Xã Hoằng Thử đạt chuẩn nông thôn mới"))
    archived = ArchivedDossierFile(dossier_id=dossier.id, file_id=office.file_id, version_id=None, archived_at=NOON)
    work.dossiers.add_archived([archived])


def fill_visit(work: UnitOfWork, dossier: Dossier, file_id: FileId) -> None:
    """Keep the draft of a field visit with a photo."""
    photo = VisitPhoto(file_id=file_id, caption="Đường trục thôn")
    content = VisitContent(
        first_day=TODAY,
        last_day=TODAY,
        place="Thôn Đông",
        participants=(Participant(side=Side.COMMUNE, name="Lê Thị Mai", title="Chủ tịch"),),
        findings=(VisitFinding(indicator="1.1", found="Đã bê tông hóa"),),
        photos=(photo,),
    )
    visit = FieldVisit(
        id=FieldVisitId(new_id()),
        dossier_id=dossier.id,
        agency_id=dossier.receiver_id,
        unit_id=UnitId(new_id()),
        opened_at=NOON,
        opened_by=dossier.opened_by,
        content=content,
    )
    work.field_visits.add(visit)


def fill_survey(work: UnitOfWork, dossier: Dossier, file_id: FileId) -> None:
    """Keep a survey with two households, of which one answered, a contribution, and what comes after it."""
    fill_proposal(work, dossier, file_id)
    fill_visit(work, dossier, file_id)
    survey = Survey(
        id=SurveyId(new_id()),
        dossier_id=dossier.id,
        agency_id=dossier.agency_id,
        surveyor="Ủy ban MTTQ Việt Nam xã Hoằng Thử",
        households=2,
        coverage=Decimal(70),
        rate=Decimal(90),
        certainty="memory",
        opened_at=NOON,
        opened_by=dossier.opened_by,
    )
    work.surveys.add(survey, ["1" * 64, "2" * 64])
    work.surveys.answer(survey, 1, Channel.WEB, satisfied=True, comment="Đường đẹp")
    work.contributions.add(
        Contribution(
            id=ContributionId(new_id()),
            dossier_id=dossier.id,
            source=ContributionSource.VILLAGE_MEETING,
            name="Thôn Đông",
            held_on=TODAY,
            present=80,
            agreed=79,
            text="Đồng ý",
            recorded_at=NOON,
            recorded_by=dossier.opened_by,
        )
    )


def fill_proposal(work: UnitOfWork, dossier: Dossier, file_id: FileId) -> None:
    """Keep a draft before the public with an opinion, and a meeting."""
    work.public_drafts.add(
        PublicDraft(
            dossier_id=dossier.id,
            ordinal=1,
            agency_id=dossier.agency_id,
            locality_id=LocalityId(new_id()),
            code="0" * 26,
            place="Trụ sở xã",
            until=TODAY,
            published_at=NOON,
            published_by=dossier.opened_by,
            values={"1.1": True},
        )
    )
    work.public_drafts.add_opinion(
        PublicOpinion(dossier_id=dossier.id, number=1, draft=1, agreed=False, text="Kênh chưa xong", given_at=NOON)
    )
    work.proposal_meetings.add(
        ProposalMeeting(
            dossier_id=dossier.id,
            ordinal=1,
            held_at=NOON,
            place="Hội trường xã",
            chair="Lê Thị Mai, Chủ tịch",
            secretary="Trần Văn Nam, công chức",
            present=40,
            agreed=38,
            disagreed=1,
            said="",
            file_id=file_id,
            recorded_at=NOON,
            recorded_by=dossier.opened_by,
        )
    )
