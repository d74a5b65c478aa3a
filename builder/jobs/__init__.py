"""One job graph over a content-addressed store: incremental, reproducible, able to go on after an interruption."""
