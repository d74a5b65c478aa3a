"""What other domains may ask of teaching, and do. Nothing here asks the policy: whoever calls has done so.

Events, told in the transaction, with ids by the names `session`, `class`, `course`, `group`, `programme`,
`assignment`: `session.opened`, `session.moved` (other dates), `session.closed`; `class.opened`, `class.started`,
`class.ended`, `class.cancelled`, `class.capacity-changed`, `class.instructors-changed`; `group.activated`,
`group.ended`, `group.curators-changed`, `group.member-joined`, `group.member-left`; `support.assigned`,
`support.changed`, `support.ended`.

`class.capacity-changed` carries the new capacity (codes["capacity"]) and is told while the class is locked: who counts
the enrolled listens and raises `errors.CapacityBelowEnrolled` when they are more.
"""

from api.domains.teaching.briefs import (
    ClassBrief,
    GroupBrief,
    NewClass,
    NewGroup,
    NewSession,
    Outcome,
    RowRefusal,
    Saved,
    SessionBrief,
    class_brief,
    class_briefs,
    classes_by_source,
    classes_of_course,
    courses_of_classes,
    current_sessions,
    find_class_by_code,
    find_session_by_code,
    group_brief,
    groups_of_person,
    session_brief,
    session_briefs,
    sessions_by_source,
)
from api.domains.teaching.calendar import close_session, open_session, save_sessions
from api.domains.teaching.classes import (
    assign_instructor,
    cancel_class,
    end_class,
    instructors_on,
    open_class,
    save_classes,
    start_class,
)
from api.domains.teaching.groups import (
    LISTENERS,
    activate_group,
    add_members,
    assign_curator,
    curators_on,
    end_memberships,
    save_groups,
)
from api.domains.teaching.support import shared_with

__all__ = [
    "LISTENERS",
    "ClassBrief",
    "GroupBrief",
    "NewClass",
    "NewGroup",
    "NewSession",
    "Outcome",
    "RowRefusal",
    "Saved",
    "SessionBrief",
    "activate_group",
    "add_members",
    "assign_curator",
    "assign_instructor",
    "cancel_class",
    "class_brief",
    "class_briefs",
    "classes_by_source",
    "classes_of_course",
    "close_session",
    "courses_of_classes",
    "curators_on",
    "current_sessions",
    "end_class",
    "end_memberships",
    "find_class_by_code",
    "find_session_by_code",
    "group_brief",
    "groups_of_person",
    "instructors_on",
    "open_class",
    "open_session",
    "save_classes",
    "save_groups",
    "save_sessions",
    "session_brief",
    "session_briefs",
    "sessions_by_source",
    "shared_with",
    "start_class",
]
