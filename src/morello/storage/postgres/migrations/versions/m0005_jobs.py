"""Step 5: the tables of the jobs."""

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make them."""
