"""Files that people download: exports, each by the person who made it, and the refused rows of an import."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from crm_core.api.doors import Door
from crm_core.data import exports, import_lines
from crm_core.kernel.access import Permission
from crm_core.sales import quotes

SAMPLE = """First name,Last name,E-mail,Phone,Company,Job title,City,Country,Birthday,Tags
Anna,Berg,anna.berg@example.com,+49 30 901820,Berg & Co,Purchasing,Berlin,Germany,1985-04-01,"VIP, Press"
Luc,Moreau,luc.moreau@example.com,+33 1 42 68 53 00,Moreau SARL,Director,Paris,France,,Newsletter
Sofia,Rossi,sofia.rossi@example.com,+39 02 8646 1234,,,Milan,Italy,1992-11-30,
"""


async def refused_rows(request: Request) -> Response:
    """Send the refused rows of an import, with the reasons."""
    import_id = request.path_params["id"]
    path = await run_in_threadpool(import_lines.rejects_csv, request.state.actor, import_id)
    return _attached(path, "text/csv; charset=utf-8", f"refused-rows-{import_id}.csv")


async def sample(_request: Request) -> Response:
    """Send a small file that shows how a file for an import may look."""
    headers = {"content-disposition": 'attachment; filename="sample-contacts.csv"'}
    return Response(SAMPLE, media_type="text/csv; charset=utf-8", headers=headers)


async def download(request: Request) -> Response:
    """Send an export as a file that no browser shows and no cache keeps."""
    file = await run_in_threadpool(exports.open_file, request.state.actor, request.path_params["id"])
    return _attached(file.path, file.media_type, file.file_name)


async def quote(request: Request) -> Response:
    """Send a quote as the file that was made of it."""
    name, content = await run_in_threadpool(quotes.pdf, request.state.actor, request.path_params["id"])
    headers = {
        "content-disposition": f'attachment; filename="{name}"',
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(content, media_type="application/pdf", headers=headers)


def _attached(path: Path, media_type: str, name: str) -> Response:
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return FileResponse(path, media_type=media_type, filename=name, headers=headers)


DOORS = (
    Door("GET", "/files/{id:int}", download, Permission.CONTACTS_EXPORT),
    Door("GET", "/files/imports/{id:int}/refused.csv", refused_rows, Permission.IMPORTS_RUN),
    Door("GET", "/files/quotes/{id:int}.pdf", quote, Permission.DEALS_READ),
    Door("GET", "/files/sample-contacts.csv", sample, Permission.IMPORTS_RUN),
)
