"""Why a certificate cannot be signed with: found before its key is used, and named to whoever gives out the work.

Source: Circular 15/2025/TT-BKHCN: signing software checks that a certificate is valid before it signs.
"""

from engine.errors import Conflict, NeighbourAway


class CertificateExpired(Conflict):
    """Its time is over."""

    code = "certificate.expired"
    template = "The certificate of %(subject)s ended on %(end)s: nothing can be signed with it. Renew it."


class CertificateNotYetValid(Conflict):
    """Its time has not come."""

    code = "certificate.not_yet_valid"
    template = "The certificate of %(subject)s is valid only from %(start)s. Check the clock or the certificate."


class CertificateWrongUsage(Conflict):
    """It was issued for something else."""

    code = "certificate.wrong_usage"
    template = "The certificate of %(subject)s is not made for signing. Have another one issued."


class CertificateRevoked(Conflict):
    """It, or the certificate of its authority, was revoked."""

    code = "certificate.revoked"
    template = "The certificate of %(subject)s was revoked. Have another one issued."


class CertificateSelfSigned(Conflict):
    """Nobody but its holder vouches for it."""

    code = "certificate.self_signed"
    template = "The certificate of %(subject)s was issued by its own holder. Have one issued by an authority."


class CertificateUntrusted(Conflict):
    """It leads to no authority we trust."""

    code = "certificate.untrusted"
    template = (
        "The certificate of %(subject)s leads to no authority that is trusted here. "
        "Add the authority's root, or have another certificate issued."
    )


class AlgorithmRefused(Conflict):
    """The key, or the signature of its authority, is of a kind that may not sign any more."""

    code = "signature.algorithm_refused"
    template = (
        "The certificate of %(subject)s relies on %(algorithm)s, which may not sign any more. "
        "Have a certificate with a stronger key issued."
    )


class RevocationUnknown(NeighbourAway):
    """Nobody says now whether it was revoked: no answer, an old one, or 'unknown'. Then nothing is signed with it."""

    code = "certificate.revocation_unknown"
    template = (
        "Nobody answers at present whether the certificate of %(subject)s was revoked, so nothing is signed with it. "
        "Try again in a few minutes; if it stays so, check the way to the authority's OCSP and CRL services."
    )
