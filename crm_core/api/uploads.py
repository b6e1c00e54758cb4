"""A file that comes with a request, as the body or as the part “file” of a form: never whole in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, Final, cast

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from crm_core.api.calls import Malformed, TooLarge, Upload, WrongType
from crm_core.data.layouts import MAX_FILE_BYTES

IN_MEMORY: Final = 1024 * 1024
_NO_FILES: Final = ("application/json", "application/x-www-form-urlencoded")
_ROOM: Final = 100_000  # bytes of a form around its file


@asynccontextmanager
async def file_of(request: Request, usual_name: str) -> AsyncIterator[Upload]:
    """The file of a request, which is gone afterwards.

    Raises:
        WrongType, Malformed: no file was sent. TooLarge: it is larger than an import may be.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type in _NO_FILES:
        raise WrongType(
            "Send the file itself as the body, or as the part “file” of a multipart/form-data form."
        )
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > MAX_FILE_BYTES + _ROOM:
        raise _too_large()
    if media_type == "multipart/form-data":
        async with _form_file(request) as upload:
            yield upload
        return
    with SpooledTemporaryFile(max_size=IN_MEMORY) as file:
        waiting, count = bytearray(), 0
        async for block in request.stream():
            waiting += block
            count += len(block)
            if count > MAX_FILE_BYTES:
                raise _too_large()
            if len(waiting) >= IN_MEMORY:
                await run_in_threadpool(file.write, bytes(waiting))
                waiting.clear()
        await run_in_threadpool(file.write, bytes(waiting))
        file.seek(0)
        yield Upload(cast(BinaryIO, file), usual_name)


@asynccontextmanager
async def _form_file(request: Request) -> AsyncIterator[Upload]:
    count = 0

    async def counted() -> Message:
        nonlocal count
        message = await request.receive()
        count += len(message.get("body", b""))
        if count > MAX_FILE_BYTES + _ROOM:
            raise _too_large()
        return message

    limited = Request(request.scope, counted)
    try:
        form = await limited.form(max_files=1, max_fields=0)
    except (HTTPException, MultiPartException) as error:
        raise Malformed("The form cannot be read. Send one part called “file”, and nothing else.") from error
    try:
        part = form.get("file")
        if not isinstance(part, UploadFile):
            raise Malformed("The form has no file. Send it as the part “file”.")
        yield Upload(part.file, part.filename or "upload")
    finally:
        await form.close()


def _too_large() -> TooLarge:
    return TooLarge(f"The file is larger than {MAX_FILE_BYTES // 1024**3} GB. Split it.")
