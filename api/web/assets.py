"""What pages load: our own static files, and of the packages from npm only the files that are used."""

from pathlib import Path
from typing import Final

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

from api.web.rendering import STATIC

router = APIRouter()

NODE_MODULES: Final = Path(__file__).resolve().parents[2] / "node_modules"

EXPOSED: Final = {
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "pdfjs/pdf.min.mjs": "pdfjs-dist/build/pdf.min.mjs",
    "pdfjs/pdf.renderer.min.mjs": "pdfjs-dist/build/pdf.renderer.min.mjs",
    "pdfjs/pdf.worker.min.mjs": "pdfjs-dist/build/pdf.worker.min.mjs",
    "bpmn-js/bpmn-navigated-viewer.js": "bpmn-js/dist/bpmn-navigated-viewer.production.min.js",
    "bpmn-js/bpmn-modeler.js": "bpmn-js/dist/bpmn-modeler.production.min.js",
    "bpmn-js/bpmn-font.css": "bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css",
    "bpmn-js/diagram-js.css": "bpmn-js/dist/assets/diagram-js.css",
    "bpmn-js/bpmn-js.css": "bpmn-js/dist/assets/bpmn-js.css",
    "fonts/tinos.ttf": "@expo-google-fonts/tinos/400Regular/Tinos_400Regular.ttf",
    "fonts/tinos-bold.ttf": "@expo-google-fonts/tinos/700Bold/Tinos_700Bold.ttf",
}
"""Address below /assets to the file in node_modules; nothing else of the packages can be reached."""

FOLDERS: Final = {
    "pdfjs/standard_fonts": "pdfjs-dist/standard_fonts",
    "pdfjs/wasm": "pdfjs-dist/wasm",
    "pdfjs/iccs": "pdfjs-dist/iccs",
}
"""Folders whose files PDF.js asks for by name."""

TYPES: Final = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".wasm": "application/wasm",
}
HEADERS: Final = {"Cache-Control": "public, max-age=86400", "X-Content-Type-Options": "nosniff"}
FOR_EVER: Final = "public, max-age=31536000, immutable"

MAX_NAME: Final = 100
"""Characters of an address below /static or /assets; what is longer than a file's name may be is no file."""


@router.get("/static/{name}", include_in_schema=False)
def static_file(name: str) -> FileResponse:
    """Return one of our own files; its address changes with its content, so it may be kept for long."""
    file = STATIC / name
    if len(name) > MAX_NAME or name.startswith(".") or not file.is_file():
        raise HTTPException(status_code=404)
    kind, headers = TYPES.get(file.suffix), {**HEADERS, "Cache-Control": FOR_EVER}
    return FileResponse(file, media_type=kind, headers=headers)  # allow: bare-file, part of our own pages


@router.get("/assets/{name:path}", include_in_schema=False)
def asset(name: str) -> FileResponse:
    """Return one of the exposed files of the packages."""
    file = _file(name) if len(name) <= MAX_NAME else None
    if file is None or not file.is_file():
        raise HTTPException(status_code=404)
    kind = TYPES.get(file.suffix)
    return FileResponse(file, media_type=kind, headers=HEADERS)  # allow: bare-file, part of our own pages


def _file(name: str) -> Path | None:
    if name in EXPOSED:
        return NODE_MODULES / EXPOSED[name]
    folder, _, leaf = name.rpartition("/")
    if folder in FOLDERS and leaf and not leaf.startswith("."):
        return NODE_MODULES / FOLDERS[folder] / leaf
    return None
