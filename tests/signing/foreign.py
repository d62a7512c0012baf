"""PDFs as other offices and programs sign them: without our fields, our certification or our seal."""

from io import BytesIO
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner

from tests.support.pki import CHAIRMAN, PASSPHRASE, Office


def signed_elsewhere(
    pdf: bytes, office: Office, *, key: str = CHAIRMAN, field: str = "Signature1", permits: MDPPerm | None = None
) -> bytes:
    """Return the file signed in a new invisible field; *permits* certifies it, else it is a plain approval."""
    return signed_by(pdf, office.keys / f"{key}.p12", field=field, permits=permits)


def signed_by(
    pdf: bytes, key: Path, *, field: str = "Signature1", permits: MDPPerm | None = None, digest: str = "sha256"
) -> bytes:
    """Return the file signed with the key of a PKCS#12 file."""
    signer = SimpleSigner.load_pkcs12(key, passphrase=PASSPHRASE.encode())
    assert signer is not None
    form = PdfSignatureMetadata(
        field_name=field,
        md_algorithm=digest,
        subfilter=SigSeedSubFilter.PADES,
        certify=permits is not None,
        docmdp_permissions=permits or MDPPerm.FILL_FORMS,
    )
    output = PdfSigner(form, signer=signer).sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
    content: bytes = output.getvalue()
    return content
