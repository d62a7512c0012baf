"""Dossiers (hồ sơ): what somebody submits to be decided on, in parts with files, frozen by a manifest at submission.

A dossier knows nothing of the rules it is judged by but their version; recognition, ranking and one-stop cases are
kinds of it, each with parts of its own. Who decides has it beside an incoming document, who composes it beside the
outgoing one that covers it.

Source: Decree 30/2020/NĐ-CP, art. 28 to 31 (files of work); domain rules, 5.4.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from engine.audit import Plain, canonical
from engine.deadlines import office_date
from engine.dossier_errors import (
    DossierFileNotFound,
    DossierFrozen,
    DossierNotInState,
    EvidenceSwapped,
    FileAlreadyThere,
    PartsMissing,
    PartUnknown,
    RulesPinned,
    SubmittedTooLate,
    SupplementInvalid,
    TooManyFiles,
)
from engine.errors import FieldError
from engine.ids import AgencyId, DocumentId, DossierId, FileId, LocalityId, PersonId

MAX_FILES: Final = 1_000
"""In all parts of one dossier."""
MAX_NAME: Final = 200
MAX_SUBJECT: Final = 500
MAX_REASON: Final = 2_000
MAX_WAIT: Final = timedelta(days=366)
"""For a supplement."""


class DossierKind(StrEnum):
    """What a dossier is submitted for."""

    NTM = "ntm"
    OCOP = "ocop"
    CASE = "case"


class DossierState(StrEnum):
    """Where a dossier stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    SUPPLEMENT_ASKED = "supplement_asked"
    COMPLETE = "complete"
    DECIDED = "decided"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


FOLLOWS: Final[Mapping[DossierState, frozenset[DossierState]]] = {
    DossierState.DRAFT: frozenset({DossierState.SUBMITTED, DossierState.WITHDRAWN}),
    DossierState.SUBMITTED: frozenset(
        {DossierState.SUPPLEMENT_ASKED, DossierState.COMPLETE, DossierState.REFUSED, DossierState.WITHDRAWN}
    ),
    DossierState.SUPPLEMENT_ASKED: frozenset(
        {DossierState.SUBMITTED, DossierState.SUPPLEMENT_ASKED, DossierState.REFUSED, DossierState.WITHDRAWN}
    ),
    DossierState.COMPLETE: frozenset(
        {DossierState.SUPPLEMENT_ASKED, DossierState.DECIDED, DossierState.REFUSED, DossierState.WITHDRAWN}
    ),
    DossierState.DECIDED: frozenset({DossierState.CLOSED}),
    DossierState.REFUSED: frozenset({DossierState.CLOSED}),
    DossierState.WITHDRAWN: frozenset({DossierState.CLOSED}),
    DossierState.CLOSED: frozenset(),
}
"""What each state may be followed by."""


def under_way(state: DossierState) -> bool:
    """Say whether a dossier in this state is not decided on yet, so that it may still be withdrawn."""
    return DossierState.WITHDRAWN in FOLLOWS[state]


OPEN: Final = frozenset({DossierState.DRAFT, DossierState.SUPPLEMENT_ASKED})
"""The states in which files, values and answers may change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRule:
    """One part a kind of dossier has: its *code* ('to_trinh'), its name, whether it must have a file or may photos."""

    code: str
    name: str
    required: bool = True
    photos: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFile:
    """A file in a part, under the name it was given."""

    file_id: FileId
    name: str
    added_at: datetime
    added_by: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a dossier with its files, in the order they were added."""

    code: str
    name: str
    required: bool = True
    photos: bool = False
    files: tuple[PartFile, ...] = ()

    @classmethod
    def of(cls, rule: PartRule) -> "Part":
        """Return the empty part of this rule."""
        return cls(code=rule.code, name=rule.name, required=rule.required, photos=rule.photos)


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplementRequest:
    """What is asked to be supplied (yêu cầu bổ sung), by whom, and the last day for it; None: no day was named."""

    asked_at: datetime
    asked_by: PersonId
    reason: str
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One submission: what the dossier consisted of then, by the SHA-256 of its manifest.

    Attributes:
        ordinal: From 1.
        supplement: What was asked for after it, if something was; a further submission answers that.
    """

    ordinal: int
    at: datetime
    by: PersonId
    manifest_sha256: str
    supplement: SupplementRequest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What is submitted to be decided on.

    Attributes:
        agency_id: Who composes it.
        receiver_id: Who decides on it.
        locality_id: The commune or village it is about, if it is about one.
        rules_id: Version of the criteria, rubric or procedure it is judged by; never changed after the submission.
        own_document_id: What it hangs on where it was composed: the outgoing document that covers it, of a product of
            OCOP the registration slip it came with.
        received_document_id: The incoming document it is handled with, where it is decided on.
        submit_by: The last day on which it can first be submitted; None: there is none.
        rev: Counts changes; the ETag of the dossier.
    """

    id: DossierId
    kind: DossierKind
    agency_id: AgencyId
    receiver_id: AgencyId
    subject: str
    rules_id: str
    opened_at: datetime
    opened_by: PersonId
    locality_id: LocalityId | None = None
    own_document_id: DocumentId | None = None
    received_document_id: DocumentId | None = None
    state: DossierState = DossierState.DRAFT
    submit_by: date | None = None
    parts: tuple[Part, ...] = ()
    submissions: tuple[Submission, ...] = ()
    rev: int = 0

    @property
    def is_open(self) -> bool:
        """Whether files, values and answers may change now."""
        return self.state in OPEN

    @property
    def is_under_way(self) -> bool:
        """Whether it is not decided on yet; see ``under_way``."""
        return under_way(self.state)

    @property
    def files(self) -> tuple[PartFile, ...]:
        """The files of all parts."""
        return tuple(file for part in self.parts for file in part.files)

    @property
    def supplement(self) -> SupplementRequest | None:
        """What is asked to be supplied now, or None."""
        asked = self.submissions[-1].supplement if self.submissions else None
        return asked if self.state is DossierState.SUPPLEMENT_ASKED else None

    @property
    def last_day(self) -> date | None:
        """The last day on which it can be submitted now, in Việt Nam; None: there is none."""
        asked = self.supplement
        return asked.until if asked is not None else self.submit_by

    def get_part(self, code: str) -> Part:
        """Return the part of this code, or raise PartUnknown."""
        found = next((part for part in self.parts if part.code == code), None)
        if found is None:
            raise PartUnknown(part=code)
        return found

    def require_open(self) -> None:
        """Raise DossierFrozen unless files, values and answers may change now."""
        if not self.is_open:
            raise DossierFrozen(state=self.state.value)

    def in_state(self, state: DossierState) -> "Dossier":
        """Return this dossier in a state that may follow its own; raises DossierNotInState."""
        if state not in FOLLOWS[self.state]:
            raise DossierNotInState(state=self.state.value)
        return replace(self, state=state)

    def with_file(self, code: str, file: PartFile) -> "Dossier":
        """Return this dossier with one more file in a part.

        Raises:
            DossierFrozen: It was submitted, and nothing is asked to be supplied.
            PartUnknown, FileAlreadyThere, TooManyFiles: It cannot be there.
        """
        self.require_open()
        part = self.get_part(code)
        if any(known.file_id == file.file_id for known in part.files):
            raise FileAlreadyThere
        if len(self.files) >= MAX_FILES:
            raise TooManyFiles(most=MAX_FILES)
        return self._with_part(replace(part, files=(*part.files, file)))

    def without_file(self, code: str, file_id: FileId) -> "Dossier":
        """Return this dossier without that file of the part; raises DossierFrozen, PartUnknown, DossierFileNotFound."""
        self.require_open()
        part = self.get_part(code)
        left = tuple(file for file in part.files if file.file_id != file_id)
        if len(left) == len(part.files):
            raise DossierFileNotFound
        return self._with_part(replace(part, files=left))

    def _with_part(self, part: Part) -> "Dossier":
        return replace(self, parts=tuple(part if one.code == part.code else one for one in self.parts))

    def submitted(self, submission: Submission, rules_id: str | None = None) -> "Dossier":
        """Return this dossier as submitted; *rules_id* pins other rules than it was composed under, the first time.

        Raises:
            DossierNotInState: It is submitted already, or done with.
            PartsMissing: Required parts have no file.
            SubmittedTooLate: Its last day is over in Việt Nam.
            RulesPinned: Other rules are named for a dossier that was submitted before.
        """
        sent = self.in_state(DossierState.SUBMITTED)
        self.require_in_time(submission.at)
        self.require_parts()
        if rules_id not in (None, self.rules_id) and self.submissions:
            raise RulesPinned(rules=self.rules_id)
        return replace(sent, rules_id=rules_id or self.rules_id, submissions=(*self.submissions, submission))

    def require_parts(self, but: str | None = None) -> None:
        """Raise PartsMissing where a required part has no file; *but* is the code of one that is not looked at."""
        missing = [part.name for part in self.parts if part.required and not part.files and part.code != but]
        if missing:
            raise PartsMissing(parts="; ".join(missing))

    def require_in_time(self, at: datetime) -> None:
        """Raise SubmittedTooLate where the last day is over at the moment *at*, by the date in Việt Nam."""
        last = self.last_day
        if last is not None and office_date(at) > last:
            raise SubmittedTooLate(last_day=last.strftime("%d/%m/%Y"))

    def supplement_asked(self, asked: SupplementRequest) -> "Dossier":
        """Return this dossier as waiting for what is asked; asked again, the newer request holds.

        Raises:
            DossierNotInState: It is not under way.
            SupplementInvalid: No reason is given, or the day is over.
        """
        waiting = self.in_state(DossierState.SUPPLEMENT_ASKED)
        if not asked.reason.strip() or len(asked.reason) > MAX_REASON:
            message = "Say what is missing, in at most 2000 characters."
            raise SupplementInvalid(errors=[FieldError(field="reason", code="required", message=message)])
        if asked.until is not None and asked.until < office_date(asked.asked_at):
            message = "This day is over already. Choose a later one."
            raise SupplementInvalid(errors=[FieldError(field="until", code="past", message=message)])
        if asked.until is not None and asked.until - office_date(asked.asked_at) > MAX_WAIT:
            message = "A supplement is waited for a year at most. Choose an earlier day."
            raise SupplementInvalid(errors=[FieldError(field="until", code="too_far", message=message)])
        answered = replace(self.submissions[-1], supplement=asked)
        return replace(waiting, submissions=(*self.submissions[:-1], answered))

    def require_unswapped(self, content: Mapping[str, Plain] | None = None) -> None:
        """Raise EvidenceSwapped unless it still consists of what was last submitted; *content* as for the manifest."""
        submitted = self.submissions[-1] if self.submissions else None
        if submitted is None or digest_of(manifest(self, submitted.ordinal, content)) != submitted.manifest_sha256:
            raise EvidenceSwapped


def manifest(dossier: Dossier, ordinal: int, content: Mapping[str, Plain] | None = None) -> bytes:
    """Return what the dossier consists of, as canonical JSON: its parts with names and SHA-256, and *content*.

    Args:
        dossier: With all its files.
        ordinal: Of the submission, from 1.
        content: What its kind has beside files, such as assessed values; decimals as strings.

    Source: RFC 8785.
    """
    parts: list[Plain] = [
        {"code": part.code, "files": [{"name": file.name, "sha256": str(file.file_id)} for file in part.files]}
        for part in dossier.parts
    ]
    return canonical(
        {
            "v": 1,
            "dossier": str(dossier.id),
            "kind": dossier.kind.value,
            "rules": dossier.rules_id,
            "submission": ordinal,
            "parts": parts,
            "content": dict(content or {}),
        }
    )


def digest_of(content: bytes) -> str:
    """Return the SHA-256 of a manifest, 64 lower-case hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def parts_of(rules: Sequence[PartRule]) -> tuple[Part, ...]:
    """Return the empty parts of these rules."""
    return tuple(Part.of(rule) for rule in rules)
