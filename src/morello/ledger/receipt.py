"""A receipt: the proof that an event is in a log, and the evidence of what it says."""

from pydantic import BaseModel, ConfigDict, Field

from morello.kernel.messages import Message
from morello.ledger.verdict import Verdict
from morello.ledger.verify import verify


class Receipt(BaseModel):
    """What a person keeps."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(description="The proof: C2SP tlog-proof, with the leaf as its extra data.")
    evidence: str = Field(description="JSON that discloses salts and values of claim groups.")
    public_key: str = Field(description="The log's key: C2SP verifier key, name+id+base64.")

    def verify(self, public_key: str | None = None) -> Verdict:
        """Check everything offline. Without a trusted key, the key that came along is taken.

        The verdict then says that this key vouches for itself. Never raises for a bad receipt.
        """
        verdict = verify(
            self.text, public_key=public_key or self.public_key, evidence=self.evidence
        )
        if public_key is not None:
            return verdict
        came_along = Message(id="ledger.not_proven.key_came_along")
        return verdict.model_copy(update={"not_proven": [*verdict.not_proven, came_along]})
