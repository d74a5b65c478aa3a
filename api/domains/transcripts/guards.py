"""Who may do what with transcripts (clause 6.5). The place is the student's, and unit and programme of the study."""

from typing import Final

from api.identity import Role
from api.policy import Anyone, action

READ: Final = action("transcript.read", Anyone.SELF, Role.REGISTRY, Role.DEANS_OFFICE, token_scope="transcripts:read")
"""What was issued: the student's own, and those of the offices' students. Nobody else, whatever they teach."""
PREPARE: Final = action("transcript.prepare", Role.REGISTRY, Role.DEANS_OFFICE, token_scope="transcripts:write")
"""Drafts and what becomes of them; also what is not issued yet. By token too: the registry's system has the drafts of a
semester made in one go, and none has any effect before a person approves it."""
APPROVE: Final = action("transcript.approve", Role.REGISTRY, Role.DEANS_OFFICE)
"""Approve and issue. No token does it: a person answers for it."""
APPROVE_FOR_REGISTRY: Final = action("transcript.approve-for-registry", Role.REGISTRY)
"""Which office the document names: who holds both roles there approves for the registry."""
VERIFY: Final = action("transcript.verify", Anyone.EVERYBODY)
