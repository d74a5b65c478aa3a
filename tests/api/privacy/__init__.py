"""Personal data: export, retention, sealed fields."""
