"""For developers: `python -m api.db.revise 0002 "what changes"` writes a revision from what the models say."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine

from api import app  # noqa: F401  (brings in the models of every domain)
from api.db.migrate import make_revision, upgrade_connection


def main(number: str, message: str) -> None:
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'before.sqlite3'}")
        with engine.begin() as connection:
            upgrade_connection(connection)
            make_revision(connection, message, number)
        engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
