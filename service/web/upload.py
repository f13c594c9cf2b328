"""A form with one file comes in and the file lies in a folder, written as it arrives: it never is in memory whole."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeVar

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from service.accounts.model import Actor
from service.errors import InputError, SetupError

# A form of ours has one part; a few more do no harm.
_MOST_PARTS = 20
_BROKEN = "上传的内容不完整，或不是表单；请再传一次"

Job = TypeVar("Job", covariant=True)


class Place(Protocol):
    """A folder of its own for a file that is to come."""

    @property
    def path(self) -> Path:
        """Where it is."""

    def remove(self) -> None:
        """Leave nothing of it."""


class Taking(Protocol[Job]):
    """What takes files in, each as a job."""

    def receive(self, actor: Actor) -> tuple[str, Place]:
        """The number of a job that is to be, and its folder."""

    def take(self, actor: Actor, identity: str, sent_name: str, received: Path) -> Job:
        """The job of a file that has arrived."""


async def received(request: Request, room: Taking[Job], actor: Actor) -> Job:
    """The file in the form that comes in, as a job; whatever goes wrong, nothing of it stays."""
    identity, folder = await run_in_threadpool(room.receive, actor)
    try:
        arrived = folder.path / "上传"
        name = await receive_file(request, arrived)
        return await run_in_threadpool(room.take, actor, identity, name, arrived)
    except BaseException:
        folder.remove()  # here, since whoever was cancelled can wait for nothing
        raise


def form_with(suffixes: Iterable[str]) -> dict[str, Any]:
    """Such a form as OpenAPI describes it."""
    file = {"type": "string", "format": "binary", "description": " ".join(suffixes)}
    schema = {"type": "object", "required": ["file"], "properties": {"file": file}}
    return {"required": True, "content": {"multipart/form-data": {"schema": schema}}}


async def receive_file(request: Request, target: Path, name: str = "file") -> str:
    """Write the file in the form's field `name` to `target`; returns the name under which it was sent.

    Raises InputError where there is none, TooLargeError where it passes the limit, SetupError where the disk is full.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or not (boundary := options.get(b"boundary")):
        raise InputError("请用表单(multipart/form-data)上传文件")
    try:
        with target.open("wb") as file:
            parts = _Parts(name, file)
            try:
                parser = MultipartParser(boundary, parts.callbacks())  # type: ignore[arg-type]
                async for piece in request.stream():
                    parser.write(piece)
                parser.finalize()
            except (FormParserError, ClientDisconnect) as error:
                raise InputError(_BROKEN) from error
    except OSError as error:
        raise SetupError(f"上传的文件写不进数据文件夹：{error.strerror or error}") from error
    if not parts.complete:
        raise InputError(_BROKEN)
    if not parts.sent_name:
        raise InputError("请选择要上传的文件")
    return parts.sent_name


@dataclass(slots=True)
class _Parts:
    """The parts of a form as they pass by; the wanted one goes into `file`."""

    name: str
    file: BinaryIO
    sent_name: str = ""
    complete: bool = False
    _count: int = 0
    _field: bytearray = field(default_factory=bytearray)
    _value: bytearray = field(default_factory=bytearray)
    _disposition: bytes = b""
    _wanted: bool = False

    def callbacks(self) -> dict[str, Callable[..., None]]:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header,
            "on_headers_finished": self._headers,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def _begin(self) -> None:
        self._count += 1
        if self._count > _MOST_PARTS:
            raise InputError("表单里的内容太多")
        self._disposition = b""

    def _header(self) -> None:
        if self._field.lower() == b"content-disposition":
            self._disposition = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _headers(self) -> None:
        _, options = parse_options_header(self._disposition)
        wanted = options.get(b"name", b"").decode("utf-8", "replace") == self.name
        if wanted and self.sent_name:
            raise InputError("一次只能上传一个文件")
        self._wanted = wanted
        if wanted:
            self.sent_name = options.get(b"filename", b"").decode("utf-8", "replace")

    def _end(self) -> None:
        self.complete = True

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._wanted:
            self.file.write(data[start:end])
