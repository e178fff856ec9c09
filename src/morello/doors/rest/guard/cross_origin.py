"""Pages of other origins: which may read our answers, and that none acts in a person's name.

What may be read is CORS (WHATWG Fetch, section 3.2). A browser's session acts only for our own
pages: `Origin`, else `Referer`, else `Sec-Fetch-Site` must not say otherwise, beside the token
that the authenticator checks.
"""

from collections.abc import Iterable
from urllib.parse import urlsplit

from morello.doors.rest.asked import Asked
from morello.doors.rest.output.answer import Answer, Header
from morello.kernel.errors import Forbidden

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_PREFLIGHT_S = 600
_REQUEST_HEADERS = (
    b"authorization, content-type, accept-language, idempotency-key, if-none-match, last-event-id, "
    b"prefer, x-company-id, x-morello-approval"
)
_ANSWER_HEADERS = (
    b"etag, idempotency-replayed, link, location, preference-applied, retry-after, x-call-id, "
    b"x-event-id"
)
_OWN_SITES = {"", "none", "same-origin"}


class CrossOrigin:
    """What pages of other origins may do: nothing, unless the site names their origin."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(each.rstrip("/").lower() for each in allowed)

    def preflight(self, asked: Asked, methods: str) -> Answer | None:
        """Answer a browser that asks first, or None when it is no such question."""
        if b"access-control-request-method" not in asked.headers:
            return None
        return Answer(
            204,
            [
                (b"access-control-allow-methods", methods.encode()),
                (b"access-control-allow-headers", _REQUEST_HEADERS),
                (b"access-control-max-age", str(_PREFLIGHT_S).encode()),
            ],
        )

    def headers(self, asked: Asked) -> list[Header]:
        """Return what lets an allowed page read the answer."""
        origin = asked.headers.get(b"origin")
        if origin is None or not self._allowed or not self._is_allowed(asked.header(b"origin")):
            return []
        return [
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", _ANSWER_HEADERS),
        ]

    def check(self, asked: Asked) -> None:
        """Raise Forbidden when another site's page would act with what a browser sends along."""
        if asked.method in SAFE_METHODS or b"authorization" in asked.headers:
            return
        said = asked.header(b"origin") or asked.header(b"referer")
        if said:
            own = self._is_own(said, asked.header(b"host"))
        else:
            own = asked.header(b"sec-fetch-site").lower() in _OWN_SITES
        if not own:
            raise Forbidden("rest.cross_origin")

    def _is_own(self, said: str, host: str) -> bool:
        try:
            parts = urlsplit(said)
        except ValueError:
            return False
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        return bool(host) and (parts.netloc.lower() == host.lower() or self._is_allowed(origin))

    def _is_allowed(self, origin: str) -> bool:
        return origin.lower() in self._allowed
