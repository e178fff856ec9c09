"""PostgreSQL: the embedded server, connections that know their organization, migrations."""
