"""The headless service behind the sites: people, access, catalogue, enrolment. Reads the manifest, never Markdown."""
