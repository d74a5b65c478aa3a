"""Documents into files for readers: pure functions, no clock, no network, the same input gives the same bytes."""
