"""Files: a PDF or a photo is taken in once, known by its SHA-256 from then on."""

from fastapi import APIRouter, Response

from api.rest.answers import Answer, problems
from api.rest.calls import CallDep
from api.rest.preconditions import RepeatKeyDep
from api.rest.routes import Door
from api.rest.uploads import UploadDep, multipart_body
from engine.actions.store_file import store_file

router = APIRouter(route_class=Door, tags=["files"])


class FileAnswer(Answer):
    """A stored file; `id` is the SHA-256 of its content."""

    id: str
    size: int
    media_type: str
    pages: int
    signatures: int


@router.post(
    "/files",
    status_code=201,
    summary="Upload a PDF or a photo",
    response_model=FileAnswer,
    responses=problems(403, 413, 422, 503),
    openapi_extra=multipart_body("file"),
)
def upload_file(upload: UploadDep, key: RepeatKeyDep, call: CallDep, response: Response) -> FileAnswer:
    """Keep the PDF, JPEG or PNG of the field `file`, told apart by its bytes; photos go into dossiers only.

    The same content is kept once, so repeating the call is harmless.
    """
    file = store_file(upload.content, by=call.by, services=call.services)
    response.headers["ETag"] = f'"{file.id}"'
    return FileAnswer(
        id=file.id, size=file.size, media_type=file.media_type, pages=file.pages, signatures=file.signatures
    )
