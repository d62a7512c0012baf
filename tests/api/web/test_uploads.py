"""What comes with an uploaded file besides its content."""

from io import BytesIO

import pytest
from starlette.datastructures import UploadFile

from api.limits import name_of


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Hồ sơ\\Tờ trình.pdf", "Tờ trình.pdf"),
        ("a\x00b.pdf", "ab.pdf"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}fdp.exe", "fdp.exe"),
        ("\x00", "PDF"),
        (None, "PDF"),
    ],
)
def test_a_file_is_named_without_folders_and_without_characters_nobody_sees(sent: str | None, kept: str) -> None:
    assert name_of(UploadFile(BytesIO(), filename=sent)) == kept
