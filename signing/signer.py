"""Sign in two steps that survive a crash between them: fix what is signed, then use the key on it.

The official certifies (later only fields may be filled, DocMDP level 2); the agency's seal comes last, locks
both signature fields and forbids every change (level 1).
"""

import hashlib
from datetime import datetime
from functools import lru_cache
from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigAppearanceSetup, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from engine.pdfs import DATE_FIELD, NUMBER_FIELD, FieldMissing, FieldTaken
from engine.signatures import (
    SIGNER_FIELD,
    CertificateUnfit,
    KeyMismatch,
    NotYetNumbered,
    NotYetSigned,
    PreparedSignature,
    SignatureBroken,
    SignerRole,
)
from signing.appearance import image_stamp
from signing.cms import CmsForm, padded_hex
from signing.documents import read
from signing.fields import SIGNATURES_ONLY, field_text
from signing.keys import Key
from signing.settings import PdfSource
from signing.timestamps import TimestampClient

RESERVED = 24576
"""Hexadecimal digits left for a CMS: 12 KiB take a chain of three and a time-stamp with its own chain."""


def prepare_signature(
    source: PdfSource, role: SignerRole, key: Key, *, image: bytes | None, at: datetime
) -> PreparedSignature:
    """Return the PDF with one signature's place open, and the digest that is going to be signed.

    Raises:
        CertificateUnfit: The certificate is not valid at *at*, or not for signing.
        FieldMissing: The PDF was not prepared.
        FieldTaken: This signature is there already.
        NotYetSigned: A seal is asked before the official's signature.
        NotYetNumbered: A seal is asked before number and date are written.
    """
    facts = key.facts
    if not facts.may_sign(at):
        raise CertificateUnfit(
            subject=facts.subject, not_before=facts.not_before.date(), not_after=facts.not_after.date()
        )
    writer = IncrementalPdfFileWriter(BytesIO(read(source)))
    _require_turn(writer, role)
    content, region_start, region_end = _with_open_place(writer, role, image, at)
    digest = hashlib.sha256(content[:region_start] + content[region_end:])
    attributes = _form(key).signed_attributes(digest.digest())
    return PreparedSignature(
        content=content,
        field=role.field,
        role=role,
        key=facts.key,
        certificate=facts.sha256,
        digest=digest.hexdigest(),
        to_sign=hashlib.sha256(attributes).hexdigest(),
        region_start=region_start,
        region_end=region_end,
        at=at,
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
        TimestampUnavailable: No time-stamp to be had; nothing is kept, ask again later.
    """
    if key.facts.sha256 != prepared.certificate:
        raise KeyMismatch(key=prepared.key)
    digest = _digest_of_open(prepared)
    form = _form(key)
    signature = key.sign(form.signed_attributes(digest))
    token = None if timestamps is None else timestamps.stamp(hashlib.sha256(signature).digest())
    reserved = prepared.region_end - prepared.region_start - 2
    digits = padded_hex(form.filled(digest, signature, token), reserved)
    before, after = prepared.content[: prepared.region_start], prepared.content[prepared.region_end :]
    return b"".join((before, b"<", digits, b">", after))


def _require_turn(writer: IncrementalPdfFileWriter, role: SignerRole) -> None:
    signed = {name: value is not None for name, value, _ in enumerate_sig_fields(writer)}
    if role.field not in signed:
        raise FieldMissing(field=role.field)
    if signed[role.field]:
        raise FieldTaken(field=role.field)
    if role is SignerRole.OFFICIAL and any(signed.values()):
        # A certification must be the first signature in the file.
        raise FieldTaken(field=next(name for name, done in signed.items() if done))
    if role is SignerRole.SEAL:
        if not signed.get(SIGNER_FIELD):
            raise NotYetSigned
        if not (field_text(writer, NUMBER_FIELD) and field_text(writer, DATE_FIELD)):
            raise NotYetNumbered


def _with_open_place(
    writer: IncrementalPdfFileWriter, role: SignerRole, image: bytes | None, at: datetime
) -> tuple[bytes, int, int]:
    """Write the signature with its place open; return the file and where the place begins and ends."""
    embedding = PdfCMSEmbedder().write_cms(role.field, writer, existing_fields_only=True)
    next(embedding)
    placeholder = SignatureObject(timestamp=at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=RESERVED)
    appearance = None if image is None else SigAppearanceSetup(style=image_stamp(image), timestamp=at, name=None)
    embedding.send(SigObjSetup(placeholder, mdp_setup=_permissions(role), appearance_setup=appearance))
    prepared, output = embedding.send(SigIOSetup(md_algorithm="sha256", output=BytesIO()))
    embedding.close()
    return output.getvalue(), prepared.reserved_region_start, prepared.reserved_region_end


def _permissions(role: SignerRole) -> SigMDPSetup:
    if role is SignerRole.OFFICIAL:
        return SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=MDPPerm.FILL_FORMS)
    return SigMDPSetup(md_algorithm="sha256", field_lock=SIGNATURES_ONLY, docmdp_perms=MDPPerm.NO_CHANGES)


def _digest_of_open(prepared: PreparedSignature) -> bytes:
    """Return the digest of the signed bytes. Raises SignatureBroken unless it is the one that was fixed."""
    content, start, end = prepared.content, prepared.region_start, prepared.region_end
    place = content[start:end]
    digest = hashlib.sha256(content[:start] + content[end:])
    is_open = place[:1] == b"<" and place[-1:] == b">" and not place[1:-1].strip(b"0")
    if not is_open or digest.hexdigest() != prepared.digest:
        raise SignatureBroken
    return digest.digest()


def _form(key: Key) -> CmsForm:
    return _form_of(key.certificate, key.chain)


_form_of = lru_cache(maxsize=256)(CmsForm)
