"""Which algorithms may sign and be trusted, and until when: data with a date and a source, shipped and replaceable.

It loads no library for keys or PDFs, so whoever starts the signing processes can read it.
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

SHIPPED: Final = Path(__file__).with_name("algorithms.toml")
DIGESTS: Final = ("sha256", "sha384", "sha512")
"""Digests that signatures are made by here, each stronger than the one before."""
_KNOWN: Final = {"name", "bits", "digest", "sign_until", "trust_until", "source"}


class AlgorithmsUnreadable(ValueError):
    """The file of algorithms is not TOML, or an entry of it is not as described in the shipped one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What holds of a digest, or of keys of one kind from so many bits up to the next rule.

    Attributes:
        name: 'sha256', 'rsa', 'ecdsa', …
        bits: The smallest key it is about; 0 for digests.
        digest: By which digest keys of this kind sign; None: the one as strong as the key.
        sign_until: Last day on which it may make a signature; None: no end is set.
        trust_until: Last day for which a signature, proven to be that old, is trusted; None: no end is set.
        source: Who says so.
    """

    name: str
    bits: int = 0
    digest: str | None = None
    sign_until: date | None = None
    trust_until: date | None = None
    source: str = ""

    def may_sign(self, at: datetime) -> bool:
        """Say whether it may make a signature at that moment."""
        return self.sign_until is None or at <= end_of(self.sign_until)

    @property
    def trust_ends_at(self) -> datetime | None:
        """The last moment for which it is trusted, None where no end is set."""
        return None if self.trust_until is None else end_of(self.trust_until)


@dataclass(frozen=True, slots=True)
class Algorithms:
    """Every rule there is; what none is about is refused.

    An algorithm is called by its name, with the size of the key: 'sha256', 'rsa-2048', 'ecdsa-256'.
    """

    rules: tuple[Rule, ...]

    @classmethod
    def load(cls, path: Path = SHIPPED) -> "Algorithms":
        """Read the rules.

        Raises:
            OSError: The file is missing.
            AlgorithmsUnreadable: It is not what is described in the shipped one.
        """
        try:
            entries = tomllib.loads(path.read_text(encoding="utf-8"))["algorithm"]
            return cls(tuple(_rule(entry) for entry in entries))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as cause:
            raise AlgorithmsUnreadable(f"{path.name}: {cause}") from cause

    def find(self, algorithm: str) -> Rule | None:
        """Return the rule for an algorithm called as in 'sha256' or 'rsa-2048', or None."""
        name, _, size = algorithm.partition("-")
        bits = int(size) if size.isdecimal() else 0
        fitting = [rule for rule in self.rules if rule.name == name and rule.bits <= bits]
        return max(fitting, key=lambda rule: rule.bits, default=None)

    def may_sign(self, algorithm: str, at: datetime) -> bool:
        """Say whether the algorithm may make a signature at that moment."""
        rule = self.find(algorithm)
        return rule is not None and rule.may_sign(at)

    def digest_for(self, key: str, at: datetime) -> str:
        """Return the digest a key signs by at that moment: the one of its rule, or the next that may sign still.

        Args:
            key: Kind and size, as in 'rsa-3072' or 'ecdsa-384'.
            at: When it is signed.

        Source: RFC 5480, section 4 (P-384 goes with SHA-384, P-521 with SHA-512).
        """
        rule = self.find(key)
        wanted = rule.digest if rule is not None and rule.digest else natural_digest(key)
        stronger = DIGESTS[DIGESTS.index(wanted) :]
        return next((name for name in stronger if self.may_sign(name, at)), wanted)

    def trust_ends_at(self, algorithms: tuple[str, ...]) -> datetime | None:
        """Return the last moment for which all of them are trusted, None where no end is set.

        One that no rule is about was never to be trusted.
        """
        rules = [self.find(algorithm) for algorithm in algorithms]
        ends = [NEVER if rule is None else rule.trust_ends_at for rule in rules]
        return min((end for end in ends if end is not None), default=None)


_P384: Final = 384
_P521: Final = 521
NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Before every signature: the end of what was never to be trusted."""


def natural_digest(key: str) -> str:
    """Return the digest as strong as a key called as in 'ecdsa-384' (RFC 5480, section 4)."""
    kind, _, bits = key.partition("-")
    if kind != "ecdsa" or int(bits) < _P384:
        return "sha256"
    return "sha384" if int(bits) < _P521 else "sha512"


def end_of(day: date) -> datetime:
    """Return the last moment of a day, in UTC."""
    return datetime.combine(day, time.max, UTC)


def _rule(entry: dict[str, Any]) -> Rule:
    unknown = set(entry) - _KNOWN
    if unknown:
        raise AlgorithmsUnreadable(f"unknown: {', '.join(sorted(unknown))}")
    rule = Rule(**entry)
    if rule.digest is not None and rule.digest not in DIGESTS:
        raise AlgorithmsUnreadable(f"{rule.name}: 'digest' is one of {', '.join(DIGESTS)}")
    days = (rule.sign_until, rule.trust_until)
    if not isinstance(rule.name, str) or not isinstance(rule.bits, int):
        raise AlgorithmsUnreadable("'name' is a text and 'bits' a whole number")
    if any(day is not None and (not isinstance(day, date) or isinstance(day, datetime)) for day in days):
        raise AlgorithmsUnreadable(f"{rule.name}: a day is written as 2030-12-31, without quotes")
    return rule


SOON: Final = timedelta(days=180)
"""So long before the end of an algorithm people are told of the keys that use it."""
