"""Where the files of an export of everything stand: in one zip, or side by side in a folder.

Whatever is written gets its name only when it is whole; whatever is read is proved by its check sum first.
"""

import hashlib
import io
import os
import secrets
import shutil
import struct
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from crm_core.kernel.errors import Conflict, Invalid

BLOCK: Final = 1 << 20
UNREADABLE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, KeyError, OSError, EOFError, RuntimeError,
    NotImplementedError,
)  # fmt: skip
"""What reading an archive raises where bytes of it are wrong."""


class Counted(io.RawIOBase):
    """A file to write that knows the SHA-256 digest of all that went through it."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file = file
        self._digest = hashlib.sha256()

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, block: object) -> int:
        """Write and count."""
        held = bytes(block)  # type: ignore[call-overload]
        self._digest.update(held)
        return self._file.write(held)

    @property
    def digest(self) -> str:
        """The digest so far, in hex."""
        return self._digest.hexdigest()


class Target(ABC):
    """Files to write, one after the other."""

    @abstractmethod
    def _open(self, name: str) -> IO[bytes]:
        """A new file of this name."""

    @contextmanager
    def file(self, name: str) -> Iterator[tuple[IO[bytes], Counted]]:
        """A new file to write bytes to, and what tells its digest once the block is left."""
        with self._open(name) as file:
            counted = Counted(file)
            buffered = io.BufferedWriter(counted, BLOCK)
            yield buffered, counted
            buffered.flush()
            buffered.detach()


class _Zip(Target):
    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def _open(self, name: str) -> IO[bytes]:
        return self._archive.open(name, "w", force_zip64=True)


class _Folder(Target):
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def _open(self, name: str) -> IO[bytes]:
        path = self._folder / name
        path.parent.mkdir(exist_ok=True)
        return path.open("wb")


@contextmanager
def writing(path: Path) -> Iterator[Target]:
    """Files that stand in ``path`` when the block was left well: a zip, or a folder where it has no ending.

    Raises:
        Conflict: there is something of this name already.
    """
    if path.exists():
        raise Conflict(
            f"There is something called {path.name} already. Choose another name, or move it away first."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        if path.suffix:
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with (
                os.fdopen(handle, "wb") as file,
                zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
            ):
                yield _Zip(archive)
        else:
            unfinished.mkdir(mode=0o700)
            yield _Folder(unfinished)
        unfinished.replace(path)
    finally:
        if unfinished.is_dir():
            shutil.rmtree(unfinished, ignore_errors=True)
        else:
            unfinished.unlink(missing_ok=True)


class Source:
    """Files to read, out of a zip or a folder."""

    def __init__(self, path: Path, archive: zipfile.ZipFile | None) -> None:
        self._path = path
        self._archive = archive

    def file(self, name: str) -> IO[bytes]:
        """The file of this name, open for reading.

        Raises:
            Invalid: it is missing or damaged.
        """
        try:
            return self._open(name)
        except UNREADABLE as error:
            raise Invalid(self._sentence(name, "is missing or damaged")) from error

    def prove(self, name: str, digest: str) -> None:
        """Read a file to its end and compare its digest.

        Raises:
            Invalid: it is missing, damaged, or was changed.
        """
        found = hashlib.sha256()
        with self.file(name) as file:
            try:
                while block := file.read(BLOCK):
                    found.update(block)
            except UNREADABLE as error:
                raise Invalid(self._sentence(name, "is damaged")) from error
        if found.hexdigest() != digest:
            raise Invalid(self._sentence(name, "was changed since it was written"))

    def _sentence(self, name: str, what: str) -> str:
        return f"{self._path.name}: {name} {what}. Nothing was stored."

    def _open(self, name: str) -> IO[bytes]:
        if self._archive is not None:
            return self._archive.open(name)
        path = (self._path / name).resolve()
        if not path.is_relative_to(self._path.resolve()):
            raise KeyError(name)
        return path.open("rb")


@contextmanager
def reading(path: Path) -> Iterator[Source]:
    """The files of an export: a zip or a folder.

    Raises:
        Invalid: it is neither, or it is damaged.
    """
    if path.is_dir():
        yield Source(path, None)
        return
    try:
        archive = zipfile.ZipFile(path)
    except FileNotFoundError as error:
        raise Invalid(f"There is no file {path.name}.") from error
    except UNREADABLE as error:
        raise Invalid(
            f"{path.name} is no export of Rapport, or it is damaged. Nothing was stored."
        ) from error
    with archive:
        yield Source(path, archive)
