"""Step 6: the tables of the corridor."""

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make them."""
