"""What every test has: the rules about the machine it runs on, and the real servers it may ask for."""

pytest_plugins = [
    "tests.support.machine",
    "tests.support.postgres",
    "tests.support.ceph",
    "tests.support.house",
    "tests.support.client",
    "tests.support.office",
    "tests.support.councils",
    "tests.support.notice_desk",
    "tests.support.receivers",
]
