"""What outsiders hold, made once for REST and pages."""

from tests.api.outsiders import outside, outside_house

__all__ = ["outside", "outside_house"]
