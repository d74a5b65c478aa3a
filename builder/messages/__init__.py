"""What a finding says to a teacher, in Kyrgyz, Russian and English: `path:line: what is wrong, what to do`."""

from builder.messages.finding_text import describe_finding, format_finding, severity_name

__all__ = ["describe_finding", "format_finding", "severity_name"]
