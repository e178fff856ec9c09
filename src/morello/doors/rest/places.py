"""Places: what lies at which path. Tools come from the registry, the rest stands here."""

import functools

from morello.doors.rest.calling import Calling
from morello.doors.rest.health import Health
from morello.doors.rest.openapi.document import Documents
from morello.doors.rest.pages.assets import Assets
from morello.doors.rest.pages.forms import Forms
from morello.doors.rest.pages.reference import Reference
from morello.doors.rest.pages.start import Start
from morello.doors.rest.router import Router
from morello.doors.rest.shelf import Shelf
from morello.doors.rest.who import Reception
from morello.kernel.ids import INSTALLATION
from morello.kernel.protocols.service import Service

TOOLS = "/api/tools"


def laid_out(service: Service, reception: Reception, calling: Calling) -> Router:
    """Return the router. Raises ValueError when two tools want the same place."""
    router = Router()
    _tools(router, service, calling)
    health, shelf = Health(service), Shelf(service, reception)
    documents, assets = Documents(service, reception), Assets()
    start, forms = Start(service, reception), Forms(service, reception)
    reference = Reference(service)
    for path, get in {
        "/": start.page,
        "/assets/{name}": assets.file,
        "/docs": reference.page,
        "/api/openapi.json": documents.document,
        TOOLS: documents.listing,
        "/health/live": health.live,
        "/health/ready": health.ready,
        "/metrics": health.metrics,
    }.items():
        router.add("GET", path, get)
    for path, post in {
        "/api/uploads": shelf.put,
        "/sign-in": forms.sign_in,
        "/link": forms.redeem,
        "/sign-out": forms.sign_out,
    }.items():
        router.add("POST", path, post)
    return router


def _tools(router: Router, service: Service, calling: Calling) -> None:
    """Put each tool at its route, and all of them, also those that come later, at their name."""
    registry = service.registry
    for each in registry.listed(INSTALLATION):
        route = registry.find(each.name, INSTALLATION).route
        if route is not None:
            endpoint = functools.partial(calling.tool, name=each.name)
            router.add(route.method, route.path, endpoint)
    for method in ("GET", "POST"):
        router.add(method, f"{TOOLS}/{{name}}", calling.named)
