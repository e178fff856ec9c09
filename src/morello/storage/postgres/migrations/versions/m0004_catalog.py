"""Step 4: the tables of the catalog."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make them."""
