"""`audit.verify`: what a receipt proves, and what it does not."""

import asyncio
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from morello.kernel.context import Context
from morello.kernel.permission import Permission
from morello.kernel.tool import Route, tool
from morello.kernel.values import Blob
from morello.ledger.proof.evidence import EVIDENCE_BYTES_MAX
from morello.ledger.proof.note import KEY_LENGTH_MAX
from morello.ledger.proof.tlog_proof import PROOF_BYTES_MAX
from morello.ledger.verdict import Verdict
from morello.ledger.verify import verify, verify_own
from morello.storage.keys import Keys


def _from_text(value: Any) -> Any:
    return {"name": "pasted", "text": value} if isinstance(value, str) else value


Pasted = Annotated[Blob, BeforeValidator(_from_text, json_schema_input_type=Blob | str)]
"""A file, or its text."""

_EXAMPLE = (
    "c2sp.org/tlog-proof@v1\n"
    "extra bW9yZWxsbwEBofiMeXR1a7GwkISje8KdAAZgsXgPJAC+/e+ded4XGBrCYq7nFjJdTKlffYuvC6iivPYrmF"
    "1mWV9pNJYX9LfINAmZvV/7RE4vDSDR2dpKZix0ORCMisWuX790s0fyGEMloVdUQ9cKZhZ7fOOh/VXKf/Lym8s4xt"
    "zJycCbkBjVTZ7pxV3Cnpnd4QtJ/1ZIrZ5GJCXsuVPgmH/adR/mI5sQkCMmN3E/fAZyy5ddFltnVrW1eTWq8KNMZn"
    "nX//b+DzrMMQ9tOHOPltRnDQxjEI5ciHDvpujvHdIj9DS02N9kXsa4mTaQoS3gbT1dii6CfkPkLtlQ9Djh9w==\n"
    "index 1\n"
    "vlFDfefvA4k46m8EM03P8FA47mAGJG9Pdcos4otygP0=\n"
    "\n"
    "morello.local/00000000-0000-7000-8000-000000000001/01a1f88c-7974-7569-9427-3baf99aba674\n"
    "2\n"
    "ASGf13jq4rrPSJ1JCoFrqSF8j/poiVZBb+BF1gQVsXQ=\n"
    "\n"
    "— morello.local/00000000-0000-7000-8000-000000000001 006mOn31Cx9Emu7dunI6lI3qR2ar0ljIEjG"
    "SbKKM54SV6J8kB+RQmFztUlovVNPWNuO984go/PHWT+wM+T0dSjvFNQU=\n"
)
_EXAMPLE_KEY = (
    "morello.local/00000000-0000-7000-8000-000000000001+d34ea63a+"
    "Aa+My9ZXCEcXyW/L/TO/TKKBG0q9wm5ALq7WEFSgy9Bh"
)


class VerifyRequest(BaseModel):
    """A receipt, and what it shall be held against."""

    receipt: Pasted = Field(description="The receipt.")
    evidence: Pasted | None = Field(default=None, description="What it discloses.")
    key: str | None = Field(
        default=None,
        max_length=KEY_LENGTH_MAX,
        description="The public key you trust; this installation's own when left out.",
    )
    file: Blob | None = Field(
        default=None, description="A data file, to find its digest in what is disclosed."
    )


@tool(
    "audit.verify",
    title={
        "en": "Verify a receipt: what it proves, and what not.",
        "ko": "영수증을 검증하여 무엇이 증명되고 무엇이 증명되지 않는지 보여줍니다.",
    },
    permission=Permission.VERIFY,
    route=Route("POST", "/api/v1/verify"),
    example={"receipt": _EXAMPLE, "key": _EXAMPLE_KEY},
)
async def verify_receipt(request: VerifyRequest, context: Context, keys: Keys) -> Verdict:  # noqa: ARG001 - every tool has a context
    """Verify offline. A bad receipt gives a verdict, not an error."""
    return await asyncio.to_thread(_verdict, request, keys)


def _verdict(request: VerifyRequest, keys: Keys) -> Verdict:
    text = _read(request.receipt, PROOF_BYTES_MAX)
    evidence = _read(request.evidence, EVIDENCE_BYTES_MAX) if request.evidence else None
    file_sha256 = request.file.sha256 if request.file else None
    if request.key is not None:
        return verify(
            text, public_key=request.key.strip(), evidence=evidence, file_sha256=file_sha256
        )
    own = keys.signing_key("ledger").public_key().public_bytes_raw()
    return verify_own(text, public=own, evidence=evidence, file_sha256=file_sha256)


def _read(blob: Blob, bytes_max: int) -> bytes:
    with blob.open() as stream:
        return stream.read(bytes_max + 1)  # one more than is allowed shows that it is too long
