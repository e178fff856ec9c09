"""Step 8: heads of the ledger are sealed in each batch, and signed when somebody asks.

A head that was written before keeps its note, which shows whose it is, until the next batch.
"""

from alembic import op

from morello.storage.postgres.migrations.schema import tag

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Change the table; the root is what the frontier says."""
    op.execute("""
        alter table tree_head
            add column seal bytea check (length(seal) = 32),
            alter column note drop not null,
            drop column root,
            add constraint tree_head_ours check (seal is not null or note is not null)""")
    tag("tree_head", {"seal": "plain"})
