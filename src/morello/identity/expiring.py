"""What identity keeps for a time only."""

import datetime

from morello.storage.postgres.expiry import Expiring

_MONTH = datetime.timedelta(days=30)

EXPIRING = (
    Expiring("session", "expires_at"),
    Expiring("one_time_link", "expires_at"),
    Expiring("invitation", "expires_at", _MONTH),  # so that one can see that nobody came
    Expiring("approval", "expires_at"),
)
"""Sessions, links, invitations and approvals that open nothing any more."""
