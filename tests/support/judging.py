"""Passwords that are judged while something else happens, or while the process is killed."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from api.wiring import House
from engine.actions.sign_in import SignIn, sign_in
from engine.neighbours import PasswordHasher
from engine.people import Person
from tests.support.house import PASSWORD


@dataclass(frozen=True, slots=True, kw_only=True)
class Meanwhile:
    """Judges passwords as the house does; something happens while it does."""

    hasher: PasswordHasher
    happens: Callable[[], object]

    @property
    def unknown(self) -> str:
        """A hash that no password fits."""
        return self.hasher.unknown

    def hash(self, password: str) -> str:
        """Return the hash to keep."""
        return self.hasher.hash(password)

    def verify(self, password_hash: str, password: str) -> bool:
        """Let it happen, then say whether the password is right."""
        self.happens()
        return self.hasher.verify(password_hash, password)


class Killed(BaseException):
    """The process that judged is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """Somebody who signs in under a name from a network, and what happens to them while they do."""

    house: House
    username: str = "vanthu"
    network: str = "10.0.0.1"

    def enters(
        self,
        *,
        meanwhile: Callable[[], object] = lambda: None,
        at_each_look: Callable[[], object] = lambda: None,
        password: str = PASSWORD,
    ) -> Person:
        """Sign in; one thing happens while the password is judged, another at each look for a place."""

        def wait(_: float) -> None:
            at_each_look()

        request = SignIn(
            username=self.username,
            password=password,
            address=self.network,
            network=self.network,
            token_sha256=secrets.token_hex(32),
        )
        hasher = Meanwhile(hasher=self.house.hasher, happens=meanwhile)
        return sign_in(request, services=self.house.services, hasher=hasher, wait=wait)[1]

    def is_killed(self, times: int) -> None:
        """Leave as many tries in judgement as a killed process does."""

        def killed() -> None:
            raise Killed

        for _ in range(times):
            with pytest.raises(Killed):
                self.enters(meanwhile=killed)
