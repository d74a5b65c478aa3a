"""Academic integrity: similar texts as evidence for a person, cases with a hearing, oral checks of authorship."""
