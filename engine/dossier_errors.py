"""What the rules of dossiers say no to."""

from engine.errors import Conflict, Invalid, NotFound


class DossierNotFound(NotFound):
    """No such dossier, or not for this person."""

    code = "dossier.not_found"
    template = "There is no such dossier."


class DossierFileNotFound(NotFound):
    """The dossier has no such file there."""

    code = "dossier.file_not_found"
    template = "This part of the dossier has no such file. Reload the page to see its files."


class DossierInvalid(Invalid):
    """Some fields of a dossier are wrong; all are named."""

    code = "dossier.invalid"
    template = "Some fields are not right. Correct those that are marked and send again."


class DossierUnderWay(Conflict):
    """For one level of one locality one dossier is dealt with at a time, so that no two decisions on it meet."""

    code = "dossier.under_way"
    template = (
        "A dossier of this locality for this level is being dealt with: %(subject)s. Go on with that one, or withdraw"
        " it and open another."
    )


class PartUnknown(Invalid):
    """A dossier of this kind has no such part."""

    code = "dossier.part_unknown"
    template = "This dossier has no part '%(part)s'. Choose one of its parts."


class FileAlreadyThere(Conflict):
    """The same content is in this part already."""

    code = "dossier.file_already_there"
    template = "This file is in this part of the dossier already."


class TooManyFiles(Conflict):
    """The dossier has as many files as one may have."""

    code = "dossier.too_many_files"
    template = "A dossier has at most %(most)s files. Put several pages into one PDF."


class FileNotForPart(Invalid):
    """The part takes PDFs only."""

    code = "dossier.file_not_for_part"
    template = "'%(part)s' takes PDF files only. Make a PDF of the photo, or add it to a part for photos."


class DossierFrozen(Conflict):
    """What was submitted cannot be changed; only while a supplement is asked files may be added or replaced."""

    code = "dossier.frozen"
    template = (
        "The dossier is '%(state)s': what was submitted cannot be changed or exchanged. "
        "Files can be changed only while the deciding agency asks for a supplement."
    )


class DossierNotInState(Conflict):
    """What is asked does not fit the state the dossier is in."""

    code = "dossier.not_in_state"
    template = "The dossier is '%(state)s' now, so this cannot be done. Reload the page to see how it stands."


class PartsMissing(Conflict):
    """Required parts have no file."""

    code = "dossier.parts_missing"
    template = "The dossier cannot be submitted yet. These parts have no file: %(parts)s. Add them first."


class SubmittedTooLate(Conflict):
    """The last day is over in Việt Nam; the time of another zone does not count."""

    code = "dossier.submitted_too_late"
    template = (
        "The last day for submitting was %(last_day)s, until 23:59:59 in Việt Nam (UTC+7). Ask the deciding agency."
    )


class RulesPinned(Conflict):
    """A dossier is judged by the rules it was first submitted under."""

    code = "dossier.rules_pinned"
    template = "The dossier was submitted under '%(rules)s' and is judged by these rules. They cannot be exchanged."


class SupplementInvalid(Invalid):
    """A supplement is asked for without a reason, or until a day that is over."""

    code = "dossier.supplement_invalid"
    template = "The supplement cannot be asked for so. Correct what is marked and send it again."


class EvidenceSwapped(Conflict):
    """The dossier does not consist of what was submitted."""

    code = "dossier.evidence_swapped"
    template = (
        "The files or values of the dossier are not those that were submitted: the digest of its manifest differs. "
        "Nothing can be decided on it. Tell the administrator and the auditor."
    )


class DossierMoved(Conflict):
    """The dossier changed since it was read."""

    code = "dossier.moved"
    template = "Somebody changed the dossier meanwhile. Reload the page and do this again."


class SubmittedByProcedure(Conflict):
    """Its covering document is being drafted and signed; the procedure of that submits the dossier."""

    code = "dossier.submitted_by_procedure"
    template = "This dossier is submitted by its procedure, once the document that covers it is signed and issued."


class DossierStarted(Conflict):
    """Its covering document is drafted already."""

    code = "dossier.started"
    template = "The procedure of this dossier is under way. Open its covering document to see where it stands."
