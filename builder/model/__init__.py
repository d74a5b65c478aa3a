"""The shared vocabulary: languages, documents, courses, formats, findings, the manifest. Standard library only."""
