"""What auditors take with them: to verify elsewhere what this service says of itself."""

import tempfile
import zipfile
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase

from reporting.domain import checkpoints
from reporting.web.access import auditor_or_404
from reporting.web.pages import staff

IN_MEMORY = 20 * 1024 * 1024  # bytes of an export; what is larger stands in a file meanwhile


@staff
def checkpoint(request: HttpRequest, number: int) -> HttpResponse:
    auditor_or_404(request)
    path = Path(settings.CHECKPOINT_DIR) / checkpoints.name_of(number)
    if not path.is_file():
        raise Http404
    return _attached(path.read_bytes(), path.name, "text/plain; charset=utf-8")


@staff
def public_key(request: HttpRequest) -> HttpResponse:
    auditor_or_404(request)
    return _attached(checkpoints.public_pem(), checkpoints.PUBLIC_KEY, "application/x-pem-file")


@staff
def script(request: HttpRequest) -> HttpResponse:
    auditor_or_404(request)
    return _attached(checkpoints.SCRIPT.read_bytes(), checkpoints.SCRIPT.name, "text/x-python; charset=utf-8")


@staff
def export(request: HttpRequest) -> HttpResponseBase:
    """As manage.py export_audit writes it, in one file."""
    auditor_or_404(request)
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - the response closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, lines in checkpoints.export():
            with archive.open(f"history/{name}", "w", force_zip64=True) as member:
                for part in lines:
                    member.write(part)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename="history.zip", content_type="application/zip")


def _attached(content: bytes, name: str, kind: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
