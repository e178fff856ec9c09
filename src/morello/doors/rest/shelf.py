"""The shelf: files that are uploaded first and used by a call later."""

from morello.doors.rest.asked import Asked
from morello.doors.rest.input.files import Taken, media_type, name_of
from morello.doors.rest.input.multipart import Form
from morello.doors.rest.input.reading import ANYTHING, MULTIPART
from morello.doors.rest.output.answer import Answer
from morello.doors.rest.who import Reception, may_upload
from morello.kernel.errors import Forbidden, InvalidInput, Unauthenticated
from morello.kernel.principal import Kind
from morello.kernel.protocols.service import Service
from morello.kernel.values import Blob


class Shelf:
    """Takes in files, for the caller's organization alone."""

    def __init__(self, service: Service, reception: Reception) -> None:
        self._service = service
        self._reception = reception

    async def put(self, asked: Asked) -> Answer:
        """Take in a body, or a form's one file; answer with the id that a call may name."""
        principal = await self._reception.meet(asked)
        if principal.kind is Kind.NOBODY:
            raise Unauthenticated("rest.upload")
        if not may_upload(principal):
            raise Forbidden("rest.upload")
        bytes_max = self._service.settings.file_bytes_max
        async with Taken(self._service.uploads, principal.organization_id) as files:
            blob = await self._taken(asked, files, bytes_max)
            kept = files.passed_on().own[0]
        said = {"id": str(kept), "name": blob.name, "size_bytes": blob.size}
        return Answer.json(said, status=201)

    async def _taken(self, asked: Asked, files: Taken, bytes_max: int) -> Blob:
        kind = media_type(asked)
        if kind != MULTIPART:
            wanted = dict(asked.query()).get("name")
            name = name_of(asked, exact=wanted)
            return await files.take(asked.chunks(bytes_max), name=name, media_type=kind or ANYTHING)
        pairs = await Form(asked, bytes_max).pairs(files)
        blobs = [value for _, value in pairs if isinstance(value, Blob)]
        if len(blobs) != 1:
            raise InvalidInput("rest.one_file", count=len(blobs))
        return blobs[0]
