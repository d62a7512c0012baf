"""Certificates that go with a decision (bằng công nhận, giấy chứng nhận): what is printed on them."""

from dataclasses import dataclass

from engine.templates import CertificateText

CERTIFICATE_NAME = "Bang-cong-nhan.pdf"
"""The name of the attached file: letters every system takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """A certificate as it is printed: one page, landscape; number and time of the decision stand in the agency's seal.

    Attributes:
        authority: Who recognises, in capitals: 'CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH …'.
        url: Where everybody reads the decision, printed as a QR code; None prints none.
    """

    text: CertificateText
    authority: str
    url: str | None = None
