"""The catalogue's programmes: legal acts, specialities and their closures, approval, curricula, distance shares."""
