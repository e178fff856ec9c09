"""A house: one organization with people of every role, and something of everything there is."""

import contextlib
import dataclasses
import json
import uuid
from typing import Any

from morello.app.server.wiring.service import RunningService
from morello.identity.organizations import Organizations
from morello.identity.people.accounts import Accounts
from morello.identity.people.membership import Membership
from morello.kernel.caller import Call, Reply
from morello.kernel.errors import ApprovalRequired
from morello.kernel.ids import new_id
from morello.kernel.permission import Permission, Role
from morello.kernel.principal import NOBODY, Effect, Origin, Principal
from morello.kernel.values.credential import Credential

from .canary import Nest, Past

ROLES = (Role.ORG_ADMIN, Role.DATA_SCIENTIST, Role.VIEWER, Role.GUEST)
"""Of an organization; the fifth, the super admin, belongs to the installation."""

_ADMINS = Permission.READ_AUDIT
"""What administrators alone may see."""


@dataclasses.dataclass
class House:
    """One organization and what is known of it."""

    service: RunningService
    organization_id: uuid.UUID
    nest: Nest
    people: dict[Role, Principal] = dataclasses.field(default_factory=dict)
    bearers: dict[Role, str] = dataclasses.field(default_factory=dict)

    async def call(self, tool: str, given: dict[str, Any], role: Role, **more: Any) -> Reply:
        """Call as somebody of this house."""
        principal = more.pop("principal", None) or self.people[role]
        agent = self._agent if role is Role.ORG_ADMIN else role.value
        origin = Origin(door="test", user_agent=agent)
        call = Call(tool=tool, given=given, principal=principal, origin=origin, **more)
        reply = await self.service.caller.call(call)
        if principal is not NOBODY:  # theirs stands in the installation's ledger
            self.nest.own("event", reply.event_id)
        return reply

    async def build(self) -> None:
        """Move in: people with keys, datasets, requests, and a history."""
        plant, admin = self.nest.plant, Role.ORG_ADMIN
        self._agent = plant(_ADMINS)
        self.nest.own("organization", self.organization_id)
        await self._settle()
        for role in ROLES:
            given = {"name": plant(_ADMINS) if role is admin else role.value}
            made = (await self.call("access.create_key", given, role)).output
            self.bearers[role] = made.secret.secret.get_secret_value()
        await self.furnish()
        await self._ask(plant)
        await self.call(
            "data.query",
            {"sql": f"select city, '{plant(_ADMINS)}' as c from orders"},  # noqa: S608 - of ours
            admin,
        )
        past: tuple[tuple[str, dict[str, Any]], ...] = (
            ("data.query", {"sql": "select * from orders"}),
            ("data.preview", {"data": "orders", "rows": 5}),
            ("data.describe", {"data": "orders"}),
            ("data.list", {}),
        )
        for tool, given in past:
            key = f"key {self.organization_id} {tool}"
            await self.call(tool, given, admin, idempotency_key=key)
            self.nest.own("idempotency", key)
            self.nest.history.append(Past(tool, given, key))
        await self._people(plant)

    async def furnish(self) -> None:
        """Bring in what is not there (any more): datasets of the same names everywhere."""
        plant, admin = self.nest.plant, Role.ORG_ADMIN
        there = {each.name for each in (await self.call("data.list", {}, admin)).output.datasets}
        wanted = ["orders", "tiny"]
        if not any(each.startswith("z") for each in there):
            wanted.append(plant(Permission.READ_CATALOG))
        for name in wanted:
            if name not in there:
                await self._import(name)

    async def _import(self, name: str) -> None:
        plant, see = self.nest.plant, Permission.READ_DATA
        lines = [f"city,visitors,{plant(see)}"]
        lines += [f"{plant(see)},{number},{plant(see)}" for number in range(20)]
        lines += [f"too,many,fields,{plant(see)}"]
        file = {"name": f"{plant(see)}.csv", "text": "\n".join(lines) + "\n"}
        reply = await self.call("data.import", {"file": file, "name": name}, Role.ORG_ADMIN)
        self.nest.own("version", reply.output.version)
        if name not in self.nest.ids.get("dataset", []):
            self.nest.own("dataset", name)

    async def _settle(self) -> None:
        parts, organization_id = self.service.corridor.pipeline.runner.parts, self.organization_id
        organizations, accounts = parts[Organizations], parts[Accounts]
        assert isinstance(organizations, Organizations)
        assert isinstance(accounts, Accounts)
        name = self.nest.plant(Permission.READ_CATALOG)
        self.nest.known_to_installation |= {name, str(organization_id)}
        slug = f"house-{organization_id}"
        await organizations.create(name=name, slug=slug, organization_id=organization_id)
        for role in ROLES:
            account_id, said = new_id(), self.nest.plant(_ADMINS)
            member = Membership(
                id=new_id(),
                organization_id=organization_id,
                account_id=account_id,
                role=role,
                approval_for=(),
                created_at=self.service.foundation.clock.now(),
            )
            email = f"{said}@example.org"
            await accounts.create(member, email=email, name=said, password_hash=None)
            self.people[role] = Principal(
                organization_id=organization_id, subject_id=account_id, name=said, role=role
            )
            self.nest.own("account", account_id)

    async def _ask(self, plant: Any) -> None:
        """File a request that waits for an approval."""
        admin = self.people[Role.ORG_ADMIN]
        careful = admin.model_copy(update={"approval_for": frozenset(Effect)})
        with contextlib.suppress(ApprovalRequired):
            given = {"data": f"d {plant(_ADMINS)}"}
            await self.call("data.delete", given, Role.ORG_ADMIN, principal=careful)
        waiting = (await self.call("access.list_approvals", {}, Role.ORG_ADMIN)).output
        self.nest.own("approval", *(each.id for each in waiting.approvals))

    async def _people(self, plant: Any) -> None:
        """Invite, group, and give keys: whose ids others may try, and nobody here relies on."""
        admin = Role.ORG_ADMIN
        made: tuple[tuple[str, str, dict[str, Any]], ...] = (
            ("invitation", "access.invite", {"email": f"{plant(_ADMINS)}@example.org"}),
            ("group", "access.create_group", {"name": plant(_ADMINS)}),
            ("key", "access.create_key", {"name": plant(_ADMINS), "scopes": ["data.*"]}),
        )
        for kind, tool, given in made:
            output = (await self.call(tool, given, admin)).output
            self._harvest(kind, output)
        await self._sign_in()
        await self._queue(plant)

    async def _sign_in(self) -> None:
        """Have somebody come in by a link, so that there is a session."""
        viewer = self.people[Role.VIEWER]
        given = {"member": str(viewer.subject_id)}
        link = (await self.call("access.create_link", given, Role.ORG_ADMIN)).output
        given = {"link": _secret(link)}
        await self.call("access.redeem_link", given, Role.VIEWER, principal=NOBODY)
        self._harvest("session", (await self.call("access.list_sessions", {}, Role.VIEWER)).output)

    async def _queue(self, plant: Any) -> None:
        """Have a job done, so that there is a result."""
        text = f"city,{plant(Permission.READ_DATA)}\n{plant(Permission.READ_DATA)},1\n"
        given = {"file": {"name": "job.csv", "text": text}, "name": "of a job"}
        reply = await self.call("data.import", given, Role.ORG_ADMIN, as_job=True)
        job = str(reply.output.job)
        done = await self.call("jobs.wait", {"job": job, "timeout_s": 30}, Role.ORG_ADMIN)
        assert done.output.state == "succeeded", done.output
        self.nest.own("job", job)

    def _harvest(self, kind: str, output: Any) -> None:
        """Remember the ids in an output, and its secrets as what nobody may ever see again."""
        for value in _leaves(output):
            if isinstance(value, uuid.UUID) and value not in self._known_people():
                self.nest.own(kind, value)

    def _known_people(self) -> set[uuid.UUID]:
        people = {each.subject_id for each in self.people.values()}
        return people | {self.organization_id}


def _secret(value: Any) -> str:
    """Return the credential in an output."""
    (found,) = (each for _, each in value if isinstance(each, Credential))
    return found.secret.get_secret_value()


def _leaves(value: Any) -> list[Any]:
    if isinstance(value, Credential):
        return []
    if hasattr(value, "model_dump"):
        return [each for _, inner in value for each in _leaves(inner)]
    if isinstance(value, dict):
        return [each for inner in value.values() for each in _leaves(inner)]
    if isinstance(value, list | tuple):
        return [each for inner in value for each in _leaves(inner)]
    return [value]


def as_text(value: Any) -> str:
    """Return an input as text, to know what somebody said."""
    return json.dumps(value, default=str, ensure_ascii=False)
