"""Files that people download: exports, each by the person who made it and by nobody else."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from crm_core.api.doors import Door
from crm_core.data import exports
from crm_core.kernel.access import Permission


async def download(request: Request) -> Response:
    """Send an export as a file that no browser shows and no cache keeps."""
    file = await run_in_threadpool(exports.open_file, request.state.actor, request.path_params["id"])
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return FileResponse(file.path, media_type=file.media_type, filename=file.file_name, headers=headers)


DOORS = (Door("GET", "/files/{id:int}", download, Permission.CONTACTS_EXPORT),)
