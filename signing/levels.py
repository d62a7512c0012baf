"""Which level of PAdES a file has reached, by what is in it; whether it holds is for the verifier to say."""

from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from engine.signatures import NotYetSigned
from engine.validations import Level


def level_of(reader: PdfFileReader) -> Level:
    """Return the level of the signature that has come least far.

    Raises:
        NotYetSigned: There is no signature.
    """
    signatures = reader.embedded_regular_signatures
    if not signatures:
        raise NotYetSigned
    return min((_level(one, reader) for one in signatures), key=height)


def height(level: Level) -> int:
    """Return a level's place, from 0 for B-B: each holds what those below it hold."""
    return list(Level).index(level)


def _level(signature: EmbeddedPdfSignature, reader: PdfFileReader) -> Level:
    stamps = [one for one in reader.embedded_timestamp_signatures if one.signed_revision > signature.signed_revision]
    own = next(extract_tst_data_iter(signature.signer_info, signed=False), None)
    if own is None and not stamps:
        return Level.BASIC
    if not _has_proofs(reader.root):
        return Level.TIMED
    sealed = any(_has_proofs(reader.get_historical_root(stamp.signed_revision)) for stamp in stamps)
    return Level.ARCHIVAL if sealed else Level.LONG_TERM


def _has_proofs(root: DictionaryObject) -> bool:
    if "/DSS" not in root:
        return False
    store = root["/DSS"]
    return any(name in store and len(store[name]) for name in ("/OCSPs", "/CRLs"))
