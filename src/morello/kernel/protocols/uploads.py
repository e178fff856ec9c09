"""Where the bytes of uploads go until a call has used them."""

import dataclasses
import uuid
from collections.abc import AsyncIterator
from typing import Protocol

from morello.kernel.values import Blob


@dataclasses.dataclass(frozen=True, slots=True)
class Upload:
    """Bytes that were taken in, and the id under which their organization finds them."""

    id: uuid.UUID
    blob: Blob


class Uploads(Protocol):
    """Files of uploads, apart per organization. What is not removed goes after some time."""

    async def put(
        self,
        organization_id: uuid.UUID,
        chunks: AsyncIterator[bytes],
        *,
        name: str,
        media_type: str,
    ) -> Upload:
        """Take in bytes as they come. When `chunks` raises, nothing is kept.

        Raises Unavailable when the disk is full.
        """
        ...

    async def get(self, organization_id: uuid.UUID, upload: uuid.UUID) -> Blob:
        """Return an upload. Raises NotFound, also for another organization's."""
        ...

    async def remove(self, organization_id: uuid.UUID, upload: uuid.UUID) -> None:
        """Forget an upload; one that is not there is no error."""
        ...
