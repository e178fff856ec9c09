"""The first start: an organization, its head, and the sample, imported and analysed by calls."""

import uuid

from morello.app.server.charge import Said
from morello.app.server.leash import Leash
from morello.app.server.wiring.service import RunningService
from morello.kernel.caller import Call
from morello.kernel.ids import INSTALLATION
from morello.kernel.messages import Message
from morello.kernel.permission import Role
from morello.kernel.principal import Kind, Origin, Principal
from morello.kernel.values import Blob
from morello.sample.shipped import unpacked

_SAMPLE = "sample:orders"
_DATASET = "orders"


async def first_way_in(service: RunningService, leash: Leash, *, wants_link: bool) -> str:
    """Return a one-time token for the head of the first organization, made when it is not there.

    Empty when they have a password, unless a link is wanted: it would stand in the logs of whatever
    starts the server.
    """
    bootstrap = service.foundation.identity.bootstrap
    person = await bootstrap.run()
    if person.is_new:
        leash.tell(Said.PREPARING, Message(id="server.preparing.sample"))
        await _prepare_sample(service, person.organization_id)
    return "" if person.has_password and not wants_link else await bootstrap.link(person)


async def _prepare_sample(service: RunningService, organization_id: uuid.UUID) -> None:
    """Import and analyse the sample, as the installation itself and on the record."""
    principal = Principal(
        organization_id=organization_id,
        subject_id=INSTALLATION,
        name="Morello",
        role=Role.DATA_SCIENTIST,
        kind=Kind.SYSTEM,
    )
    origin = Origin(door="start")
    with unpacked(_SAMPLE) as path:
        given = {"file": Blob.from_path(path), "name": _DATASET}
        call = Call(tool="insights.analyze_file", given=given, principal=principal, origin=origin)
        await service.caller.call(call)
