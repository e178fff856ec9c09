"""Step 3: the tables of the identity."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make them."""
