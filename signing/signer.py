"""Sign in two steps that survive a crash between them: fix what is signed, then use the key on it.

Whoever signs first certifies (later only fields may be filled, DocMDP level 2), others sign beside them in fields
that were there from the beginning; the agency's seal comes last, locks all these fields and forbids every change
(level 1).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

import pikepdf

from engine.pdfs import DATE_FIELD, NUMBER_FIELD, FieldMissing, FieldTaken
from engine.signatures import (
    PLAIN,
    SEAL_FIELD,
    CertificateUnfit,
    KeyMismatch,
    NotYetNumbered,
    NotYetSigned,
    Placement,
    PreparedSignature,
    SignatureBroken,
    SignerRole,
)
from signing.appearance import image_appearance
from signing.cms import CmsForm, padded_hex
from signing.documents import fields_of, read
from signing.fields import FILL_FIELDS, NO_CHANGES, field_of, seal_locks, signer_fields
from signing.fonts import Typeface
from signing.increments import Increment
from signing.key_types import require_signature_of
from signing.keys import Key
from signing.settings import PdfSource
from signing.text_seals import with_text_seal
from signing.timestamps import TimestampClient

RESERVED = 24576
"""Hexadecimal digits left for a CMS: 12 KiB take a chain of three and a time-stamp with its own chain."""
TIMESTAMP_SIZE = 9216
"""Bytes left for a time-stamp where the rest takes more than usual: its chain may be of RSA-4096, too."""
_NO_RANGE = b"[ 0 ********** ********** ********** ]"
"""The place of the range, ten digits each, until it is known."""
_SIGNED = b"3"
"""Signature flags of the form: there are signatures, and the file may only be appended to."""


def prepare_signature(
    source: PdfSource, role: SignerRole, key: Key, at: datetime, placement: Placement = PLAIN, digest: str | None = None
) -> PreparedSignature:
    """Return the PDF with one signature's place open, and the digest that is going to be signed.

    The first person who signs certifies the file, whoever comes later approves it, the seal locks it. It is signed by
    the algorithm *digest*, without one by that which is as strong as the key.

    Raises:
        CertificateUnfit: The certificate is not valid at *at*, or not for signing.
        FieldMissing: The PDF was not prepared.
        FieldTaken: This signature is there already.
        NotYetSigned: A seal is asked before everybody signed who has a field.
        NotYetNumbered: A seal is asked before number and date are written.
    """
    _require_fit(key, at)
    return _prepared(read(source), role, _Ink(key, _form(key, digest)), at, placement)


def prepare_text_seal(
    source: PdfSource, key: Key, text: str, face: Typeface, at: datetime, digest: str | None = None
) -> PreparedSignature:
    """Return the PDF with the place of a text seal open: the agency's signature in words, top right on page 1.

    What edited the file before leaves no trace, form or script in it; the signature forbids every change.

    Raises:
        CertificateUnfit: The certificate is not valid at *at*, or not for signing.
        PdfRefused: It is not readable as a PDF.
        AlreadySigned: It carries a signature, so it cannot be certified any more.
        NotYetSigned: It is a document of the agency's own, whose official has not signed it.
    """
    _require_fit(key, at)
    content = with_text_seal(read(source), text, face)
    return _prepared(content, SignerRole.TEXT_SEAL, _Ink(key, _form(key, digest)), at, PLAIN)


@dataclass(frozen=True, slots=True)
class _Ink:
    """A key and the form of its signatures by the digest that was chosen."""

    key: Key
    form: CmsForm


def _require_fit(key: Key, at: datetime) -> None:
    facts = key.facts
    if not facts.may_sign(at):
        raise CertificateUnfit(
            subject=facts.subject, not_before=facts.not_before.date(), not_after=facts.not_after.date()
        )


def _prepared(content: bytes, role: SignerRole, ink: _Ink, at: datetime, placement: Placement) -> PreparedSignature:
    form, opened, facts = ink.form, _open(ink.form), ink.key.facts
    with Increment(content) as revision:
        place = _place_of(revision.pdf, role, placement.field or role.field)
        _add_signature(revision, place, _signature_body(place, at, revision.pdf.Root, opened), placement.image)
        tail = revision.tail()
    content, region_start, region_end = _ranged(content, tail, opened)
    digest = _digest_around(content, region_start, region_end, form.digest)
    attributes = form.signed_attributes(digest.digest())
    return PreparedSignature(
        content=content,
        field=place.field,
        role=role,
        key=facts.key,
        certificate=facts.sha256,
        digest=digest.hexdigest(),
        to_sign=hashlib.new(form.digest, attributes).hexdigest(),
        region_start=region_start,
        region_end=region_end,
        at=at,
        algorithm=form.digest,
    )


def complete_signature(prepared: PreparedSignature, key: Key, timestamps: TimestampClient | None) -> bytes:
    """Return the signed PDF; called again with the same *prepared* it signs the same digest again.

    Args:
        prepared: What :func:`prepare_signature` fixed.
        key: The key whose certificate it was prepared for.
        timestamps: Who vouches for the time (level B-T); None leaves it at the signer's claim (B-B).

    Raises:
        KeyMismatch: The key has another certificate now.
        SignatureBroken: The content is not what was prepared; nothing is signed.
        SignatureNotOfKey: The key's signature is not that of its certificate; nothing is kept.
        TimestampUnavailable: No time-stamp to be had; nothing is kept, ask again later.
    """
    if key.facts.sha256 != prepared.certificate:
        raise KeyMismatch(key=prepared.key)
    digest = require_open_place(prepared)
    form, algorithm = _form(key, prepared.algorithm), prepared.algorithm
    attributes = form.signed_attributes(digest)
    (signature,) = key.sign((attributes,), algorithm)
    require_signature_of(key.certificate, signature, attributes, digest=algorithm, name=prepared.key)
    token = None if timestamps is None else timestamps.stamp(hashlib.sha256(signature).digest(), prepared.at)
    return filled_place(prepared, form.filled(digest, signature, token))


def filled_place(prepared: PreparedSignature, encoded: bytes) -> bytes:
    """Return the prepared PDF with a CMS in its open place. Raises SignatureTooLarge."""
    digits = padded_hex(encoded, prepared.region_end - prepared.region_start - 2)
    content = memoryview(prepared.content)
    before, after = content[: prepared.region_start], content[prepared.region_end :]
    return b"".join((before, b"<", digits, b">", after))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """The field to be signed: certified where *permits* says what may be done later, or with *locks* as the seal."""

    field: str
    is_hand: bool = False
    permits: int | None = None
    locks: bytes | None = None


def _place_of(pdf: pikepdf.Pdf, role: SignerRole, field: str) -> _Place:
    fields = dict(fields_of(pdf))
    if field not in fields:
        raise FieldMissing(field=field)
    taken, people = [name for name, is_signed in fields.items() if is_signed], signer_fields(fields)
    if field in taken:
        raise FieldTaken(field=field)
    if role is SignerRole.TEXT_SEAL:
        return _Place(field=field, permits=NO_CHANGES)
    if role is SignerRole.SEAL:
        # A signer's own tool may have made a field of its own instead of filling ours.
        if len(taken) < len(people):
            raise NotYetSigned
        if not all(str(field_of(pdf, name).get("/V", "")) for name in (NUMBER_FIELD, DATE_FIELD)):
            raise NotYetNumbered
        return _Place(field=field, locks=seal_locks(people))
    if SEAL_FIELD in taken:
        raise FieldTaken(field=SEAL_FIELD)
    return _Place(field=field, is_hand=True, permits=None if taken else FILL_FIELDS)


def _open(form: CmsForm) -> bytes:
    """Return the open place for a CMS of this form."""
    return b"<%b>" % (b"0" * max(RESERVED, 2 * (form.size + TIMESTAMP_SIZE)))


def _add_signature(revision: Increment, place: _Place, body: bytes, image: bytes | None) -> None:
    """Put the signature into the revision, its place open, and the hand's or the seal's image."""
    root, field = revision.pdf.Root, field_of(revision.pdf, place.field)
    signature = revision.add(body)
    revision.change(field, V=signature)
    if image is not None:
        left, bottom, right, top = (float(edge) for edge in field.Rect)
        shown = image_appearance(revision, image, right - left, top - bottom, hand=place.is_hand)
        revision.change(field, AP=b"<< /N %b >>" % shown)
    revision.change_within(root, "AcroForm", SigFlags=_SIGNED)
    if place.permits:
        revision.change_within(root, "Perms", DocMDP=signature)


def _signature_body(place: _Place, at: datetime, root: pikepdf.Object, opened: bytes) -> bytes:
    permits = b""
    if place.permits:
        permits = b"/DocMDP /TransformParams << /Type /TransformParams /V /1.2 /P %d >>" % place.permits
    elif place.locks is not None:
        lock = b"<< /Type /TransformParams /V /1.2 %b >>" % place.locks
        permits = b"/FieldMDP /Data %b /TransformParams %b" % (root.unparse(), lock)
    moment = at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()
    reference = b" /Reference [ << /Type /SigRef /TransformMethod %b >> ]" % permits if permits else b""
    return (
        b"<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /M (D:%b)"
        b"%b /ByteRange %b /Contents %b >>"
    ) % (moment, reference, _NO_RANGE, opened)


def _ranged(content: bytes, tail: bytes, opened: bytes) -> tuple[bytes, int, int]:
    """Return the file with the revision and the range that is signed, and where the open place begins and ends."""
    start = len(content) + tail.index(opened)
    end = start + len(opened)
    rest = len(content) + len(tail) - end
    signed = b"[ 0 %d %d %d ]" % (start, end, rest)
    return content + tail.replace(_NO_RANGE, signed.ljust(len(_NO_RANGE)), 1), start, end


def _digest_around(content: bytes, start: int, end: int, algorithm: str) -> "hashlib._Hash":
    """Return the digest of the signed bytes: all but the place, none of them copied."""
    view = memoryview(content)
    digest = hashlib.new(algorithm, view[:start])
    digest.update(view[end:])
    return digest


def require_open_place(prepared: PreparedSignature) -> bytes:
    """Return the digest of the signed bytes. Raises SignatureBroken unless it is the one that was fixed."""
    content, start, end = prepared.content, prepared.region_start, prepared.region_end
    place = content[start:end]
    digest = _digest_around(content, start, end, prepared.algorithm)
    is_open = place[:1] == b"<" and place[-1:] == b">" and not place[1:-1].strip(b"0")
    if not is_open or digest.hexdigest() != prepared.digest:
        raise SignatureBroken
    return digest.digest()


def _form(key: Key, digest: str | None) -> CmsForm:
    return _form_of(key.certificate, key.chain, digest)


_form_of = lru_cache(maxsize=256)(CmsForm)
