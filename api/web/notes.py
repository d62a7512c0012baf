"""Notes: one sentence that an action leaves for the next page, in a cookie that is shown once."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Final

from fastapi import Request
from fastapi.responses import Response

from api.texts import texts
from api.web.words import msgid

COOKIE: Final = "vanthu_note"
LIFETIME_S: Final = 60

NOTES: Final[Mapping[str, str]] = {
    "registered": msgid("Registered under arrival number %(number)s."),
    "revocation_proposed": msgid("The proposal was registered; its procedure began."),
    "drafted": msgid("The draft is kept. Read it once more, then submit it."),
    "revised": msgid("The draft was made anew."),
    "claimed": msgid("This work is yours now."),
    "released": msgid("The work was given back; a colleague can take it."),
    "delegated": msgid("The work was given to %(name)s."),
    "handed_over": msgid("The work was handed over to %(name)s."),
    "handover_refused": msgid("You refused it; the work went back to %(name)s."),
    "recalled": msgid("You took this back; the form stands as you sent it."),
    "draft_saved": msgid("The form is saved as your draft."),
    "draft_discarded": msgid("Your draft is discarded."),
    "ocop_entity_kept": msgid("The entity %(name)s is on the register."),
    "ocop_product_kept": msgid("The product %(name)s is on the register."),
    "ocop_entity_changed": msgid("What stands on the register of %(name)s is changed."),
    "ocop_product_changed": msgid("What is told of %(name)s is changed."),
    "ocop_file_added": msgid("The file is with the product."),
    "ocop_file_removed": msgid("The file is no longer with the product; that it was stays on record."),
    "ocop_certificate_entered": msgid("The certificate by %(decision)s is on the register."),
    "ocop_certificates_loaded": msgid("The workbook is loaded. Certificates entered: %(entered)s."),
    "ocop_certificate_corrected": msgid("The certificate by %(decision)s was corrected."),
    "ocop_checked": msgid("The check is kept with the certificate."),
    "ocop_revoked": msgid("The certificate is revoked from today on."),
    "ocop_rubric_loaded": msgid("The score sheet of set %(number)s under decision %(decision)s is loaded."),
    "ocop_proposed": msgid(
        "The dossier %(slip)s is open. Put its files into its parts, note the findings, then submit it."
    ),
    "ocop_findings_kept": msgid("The findings are kept."),
    "ocop_submitted": msgid(
        "Form 03 is being made. The dossier goes to the province once the proposal is signed and issued; a supplement "
        "goes at once."
    ),
    "ocop_sheet_saved": msgid("Your sheet is saved as a draft: %(total)s points so far. Only you see it."),
    "ocop_sheet_kept": msgid("Your sheet is kept: %(total)s points."),
    "commented": msgid("Your comment is kept."),
    "watched": msgid("You watch this document now."),
    "unwatched": msgid("You watch this document no longer."),
    "completed": msgid("Done: %(outcome)s."),
    "not_ready": msgid("Not possible yet: %(outcome)s. What is missing is listed below."),
    "opinion": msgid("Your opinion is on record: %(outcome)s. Approvals still missing: %(missing)s."),
    "made_out": msgid("The document is printed for your signature now. Read it once more, then sign it."),
    "stand_in_recorded": msgid("The stand-in is recorded."),
    "stand_in_revoked": msgid("The stand-in is revoked; nobody acts by it any more."),
    "signing": msgid("Your signature was asked for; the document is being signed."),
    "prepared": msgid("What you sign is fixed and on record. Sign it on your own computer now."),
    "given_up": msgid("The work is open again; nothing was signed."),
    "handed_in": msgid("Your signature is taken in and is being added to the document."),
    "batch_begun": msgid("Your signatures were asked for; the documents are being signed one by one."),
    "batch_retried": msgid("What failed is being tried again."),
    "signed": msgid("The document is signed."),
    "retried": msgid("The step is being tried again."),
    "retried_with": msgid("The step is being tried again with the other parameters."),
    "skip_proposed": msgid("Your proposal is kept. A second person has to confirm it."),
    "skipped": msgid("The step was skipped; the procedure goes on without it."),
    "suspended": msgid("The procedure is suspended; nothing moves it until you resume it."),
    "went_on": msgid("The procedure goes on."),
    "procedure_cancelled": msgid("The procedure is cancelled."),
    "moved": msgid("The procedure was taken to that step."),
    "data_changed": msgid("The data of the procedure are changed."),
    "signatures_checked": msgid("The signatures were checked again; the new report is kept."),
    "anchor_added": msgid("%(name)s is trusted from now on."),
    "target_registered": msgid("The registration is taken in; it is to be answered within five working days."),
    "plan_saved": msgid("The plan of %(year)s is kept."),
    "criteria_loaded": msgid("%(name)s is loaded and never changes from now on."),
    "shipped_loaded": msgid("National sets of criteria that are new here: %(count)s."),
    "locality_saved": msgid("The facts of %(name)s are kept."),
    "list_loaded": msgid("Authorities of the list that are trusted from now on: %(count)s."),
    "anchor_removed": msgid("%(name)s is trusted no longer."),
    "anchor_ended": msgid("%(name)s is trusted only for what was signed before that day."),
    "circulated": msgid("The document is being sent; here you see who has read it and who has answered."),
    "opinion_asked": msgid("The request for an opinion went out; agencies asked: %(count)s."),
    "opinion_given": msgid("The opinion is on record and was sent to the agency that asked."),
    "circulation_reminded": msgid("Reminded communes: %(count)s."),
    "circulation_closed": msgid("Nothing is asked any more, and nobody is reminded."),
    "circulation_answered": msgid("The answer is kept and was sent."),
    "council_founded": msgid("The council is founded."),
    "council_ended": msgid("The last day of the council is kept."),
    "session_convened": msgid("The session is convened, and its members are told."),
    "opinions_asked": msgid("The members are asked for their opinions in writing."),
    "session_opened": msgid("The roll is kept, and the session is open."),
    "session_ended": msgid("The session has ended."),
    "interest_declared": msgid("The interest is on record; this member keeps out of the vote."),
    "vote_opened": msgid("The vote is open; the members can cast their ballots now."),
    "vote_closed": msgid("The ballots are counted."),
    "vote_voided": msgid("The vote is void, and can be held again."),
    "ballot_cast": msgid("Your ballot is cast."),
    "paused": msgid("The time limits are paused."),
    "resumed": msgid("The time limits go on; the due date was moved by the working days of the pause."),
    "calendar_confirmed": msgid(
        "The calendar of %(year)s is confirmed. Time limits of open work are being counted again."
    ),
    "deployed": msgid("The procedure model is deployed as version %(version)s."),
    "activated": msgid("New documents are worked on by version %(version)s from now on."),
    "migration_begun": msgid("The procedures are being taken one by one: %(count)s."),
    "migration_stopped": msgid("The migration is stopped; what was taken stays taken."),
    "migration_continued": msgid("The migration goes on."),
    "unchanged": msgid("This model is deployed already, as version %(version)s; nothing was changed."),
    "known": msgid(
        "These files are version %(version)s already; nothing was changed. Choose it here to work by it again."
    ),
    "preferences_kept": msgid("This is how you are told from now on."),
    "key_chosen": msgid("The key is chosen; it signs from now on."),
    "key_chosen_waiting": msgid(
        "The key is chosen; it signs from now on. Some signatures prepared for the key before are still waiting; "
        "they are given up within minutes."
    ),
    "key_chosen_unchecked": msgid(
        "The key is chosen. Nobody answers at present whether its certificate was revoked; until somebody does, "
        "nothing is signed with it."
    ),
    "otp_sent": msgid("A one-time code is on its way. Type it as soon as it is there."),
    "webhook_enabled": msgid("The webhook is switched on; it is told what happened meanwhile."),
    "webhook_disabled": msgid("The webhook is switched off."),
    "webhook_removed": msgid("The webhook was removed."),
    "webhook_replayed": msgid("Messages that are sent again: %(count)s."),
    "template_saved": msgid("The text is kept. Documents are drafted from it from its first day on."),
    "dossier_opened": msgid("The dossier is opened. Begin its procedure, then assess each indicator."),
    "dossier_started": msgid("The covering document is drafted, and the first step is in your work."),
    "dossier_withdrawn": msgid("The dossier is taken back."),
    "dossier_closed": msgid("The dossier is closed, with its files in the archive."),
    "dossier_file_added": msgid("The file is in the dossier."),
    "dossier_file_removed": msgid("The file was taken out; it stays on record that it was there."),
    "assessed": msgid("The values are kept."),
    "survey_opened": msgid("The survey is open. Print the slips and give one to each household."),
    "survey_closed": msgid("The survey is closed and counted; its rate is kept as the value of the condition."),
    "paper_counted": msgid("The answer of this household is counted."),
    "localities_loaded": msgid("The workbook is loaded. New localities: %(added)s; changed: %(changed)s."),
    "locality_added": msgid("%(name)s is known now."),
    "achievement_recorded": msgid("The recognition is on record."),
    "achievement_corrected": msgid("The record is corrected; what it said before stands below."),
    "achievement_withdrawn": msgid("The record is withdrawn; it counts nowhere any more."),
    "opinion_answered": msgid("The answer stands beside the opinion on the public page."),
    "opinions_answered": msgid("The answer stands beside %(count)s opinions on the public page."),
    "visit_saved": msgid("The draft is kept. Its minutes are not made yet."),
    "visit_recorded": msgid("The visit is recorded; its minutes lie in the dossier."),
    "visit_discarded": msgid("The draft of the visit is discarded."),
    "meeting_recorded": msgid("The meeting is recorded: %(percent)s %% agreed. The minutes lie in the dossier."),
    "contribution_recorded": msgid("The contribution is on record."),
    "copy_asked": msgid("The copy is before the head of the agency, who decides on it."),
    "case_entered": msgid("The case %(code)s is entered; check it now."),
    "procedure_set": msgid("The procedure is set as version %(version)s; it holds for new cases."),
    "case_apologised": msgid("The apology is given out; print the slip for the applicant."),
    "feedback_answered": msgid("The answer stands on the tracking page."),
    "points_entered": msgid("The points are entered."),
    "image_set": msgid("This image is drawn from now on."),
    "image_removed": msgid("The image beside the key is drawn again."),
    "already_sent": msgid("This form was sent once already; this is what it made."),
}
"""The only sentences a note can say; the cookie names one and carries its facts."""


def leave(answer: Response, note: str, facts: Mapping[str, str], *, secure: bool) -> None:
    """Leave a note for the page that *answer* leads to."""
    kept = base64.urlsafe_b64encode(json.dumps([note, facts]).encode()).decode()
    answer.set_cookie(COOKIE, kept, max_age=LIFETIME_S, httponly=True, samesite="lax", secure=secure)


def read(request: Request, language: str) -> str | None:
    """Return the sentence that was left, or None; what is no note of ours says nothing."""
    kept = request.cookies.get(COOKIE)
    if kept is None:
        return None
    try:
        note, facts = json.loads(base64.urlsafe_b64decode(kept))
        return texts(language).gettext(NOTES[note]) % dict(facts)
    except (binascii.Error, ValueError, KeyError, TypeError):
        return None


def forget(answer: Response) -> None:
    """Take the note away, once it was shown."""
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax")
