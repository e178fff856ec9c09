"""Security headers: what a browser may do with an answer. They go out with every one of them."""

from morello.doors.rest.output.answer import Header

_NOT_USED = (b"camera", b"geolocation", b"microphone", b"payment", b"usb", b"accelerometer")

_EVERYWHERE: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    # Under `no-referrer` a browser would send our own forms with `Origin: null`.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-permitted-cross-domain-policies", b"none"),
    (b"permissions-policy", b", ".join(each + b"=()" for each in _NOT_USED)),
)
_YEARS_2_S = b"63072000"
_STRICT_TRANSPORT: Header = (
    b"strict-transport-security",
    b"max-age=" + _YEARS_2_S + b"; includeSubDomains",
)

NOTHING = b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
"""For data: were it ever shown as a page, it could do nothing."""
OUR_PAGE = (
    b"default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""For our own pages: styles and scripts from files of ours, none within the page."""
SANDBOX = (
    b"sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""For files that a tool made: they are shown, but run nothing and belong to no origin."""

_POLICY: Header = (b"content-security-policy", NOTHING)
_NOT_KEPT: Header = (b"cache-control", b"no-store")


def with_security(headers: list[Header], *, secure: bool) -> list[Header]:
    """Return an answer's headers with ours; what the answer says itself stays."""
    said = {name for name, _ in headers}
    added = [*_EVERYWHERE]
    if _POLICY[0] not in said:
        added.append(_POLICY)
    if _NOT_KEPT[0] not in said:
        added.append(_NOT_KEPT)
    if secure:
        added.append(_STRICT_TRANSPORT)
    return headers + added
