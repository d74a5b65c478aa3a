"""Alembic's entry: runs the revisions over the connection that `api/db/migrate.py` hands over."""

from alembic import context

from api.db.base import Base
from api.db.migrate import render_type

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite alters a table by making it anew
    render_item=render_type,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
