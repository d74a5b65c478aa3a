"""The foundation: people, access, catalogue, enrolment, with the audit log that nobody can change."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "academic_session",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("source_id", sa.String(length=255), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'year') = (parent_id IS NULL)", name=op.f("ck_academic_session_parent")),
        sa.CheckConstraint("kind IN ('year', 'semester', 'session')", name=op.f("ck_academic_session_kind")),
        sa.CheckConstraint("state IN ('planned', 'open', 'closed')", name=op.f("ck_academic_session_state")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_academic_session_period")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["academic_session.id"], name=op.f("fk_academic_session_parent_id_academic_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_academic_session")),
        sa.UniqueConstraint("code", name=op.f("uq_academic_session_code")),
        sa.UniqueConstraint("source_id", name=op.f("uq_academic_session_source_id")),
    )
    with op.batch_alter_table("academic_session", schema=None) as batch_op:
        batch_op.create_index("ix_academic_session_order", ["starts_on", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_academic_session_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index("ix_academic_session_state_ends_on", ["state", "ends_on"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column("by_person", sa.Uuid(), nullable=True),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=True),
        sa.Column("facts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index("ix_audit_entry_at", ["at"], unique=False)
        batch_op.create_index("ix_audit_entry_by_person_number", ["by_person", "number"], unique=False)
        batch_op.create_index("ix_audit_entry_person_number", ["person", "number"], unique=False)
        batch_op.create_index("ix_audit_entry_subject_id", ["subject_id", "number"], unique=False)
        batch_op.create_index("ix_audit_entry_what_number", ["what", "number"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
        info={"seeded": True},
    )
    op.create_table(
        "credit_rule",
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("hours_per_credit", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=2000), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("hours_per_credit > 0", name=op.f("ck_credit_rule_hours")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_credit_rule_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_rule")),
        sa.UniqueConstraint("kind", "valid_from", name=op.f("uq_credit_rule_kind_valid_from")),
    )
    op.create_table(
        "idempotency",
        sa.Column("account", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idempotency")),
        sa.UniqueConstraint("account", "key", name=op.f("uq_idempotency_account_key")),
    )
    op.create_table(
        "legal_act",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("link", sa.String(length=2000), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_legal_act_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_legal_act")),
        sa.UniqueConstraint("number", "issued_on", "issuer", name=op.f("uq_legal_act_number_issued_on_issuer")),
    )
    with op.batch_alter_table("legal_act", schema=None) as batch_op:
        batch_op.create_index("ix_legal_act_issued_on_id", ["issued_on", "id"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=True),
        sa.Column("codes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_dispatched_at_id", ["dispatched_at", "id"], unique=False)

    op.create_table(
        "person",
        sa.Column("name_tag", sa.String(length=35), nullable=False),
        sa.Column("family_name", sa.String(length=300), nullable=False),
        sa.Column("given_name", sa.String(length=300), nullable=False),
        sa.Column("patronymic", sa.String(length=300), nullable=True),
        sa.Column("preferred_name", sa.String(length=300), nullable=True),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("source_id", sa.String(length=255), nullable=True),
        sa.Column("is_anonymised", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("source_id", name=op.f("uq_person_source_id")),
    )
    op.create_table(
        "retention_period",
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days > 0", name=op.f("ck_retention_period_days")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_period")),
        sa.UniqueConstraint("category", "starts_on", name=op.f("uq_retention_period_category_starts_on")),
    )
    op.create_table(
        "retention_run",
        sa.Column("category", sa.String(length=64), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("older_than", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    with op.batch_alter_table("retention_run", schema=None) as batch_op:
        batch_op.create_index("ix_retention_run_category_id", ["category", "id"], unique=False)

    op.create_table(
        "roster_import",
        sa.Column("account", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_import")),
    )
    with op.batch_alter_table("roster_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_import_digest"), ["digest"], unique=False)

    op.create_table(
        "speciality",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speciality")),
        sa.UniqueConstraint("code", name=op.f("uq_speciality_code")),
    )
    op.create_table(
        "throttle",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("forget_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_throttle")),
    )
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.create_index("ix_throttle_forget_at", ["forget_at"], unique=False)

    op.create_table(
        "unit",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'university') = (parent_id IS NULL)", name=op.f("ck_unit_root")),
        sa.CheckConstraint(
            "kind IN ('university', 'institute', 'department', 'service', 'methodical-council', 'academic-council', 'commission')",
            name=op.f("ck_unit_kind"),
        ),
        sa.CheckConstraint("parent_id IS NULL OR parent_id <> id", name=op.f("ck_unit_own_parent")),
        sa.ForeignKeyConstraint(["parent_id"], ["unit.id"], name=op.f("fk_unit_parent_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(
            "uq_unit_university",
            ["kind"],
            unique=True,
            postgresql_where=sa.text("kind = 'university'"),
            sqlite_where=sa.text("kind = 'university'"),
        )

    op.create_table(
        "webhook",
        sa.Column("owner_account_id", sa.Uuid(), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("kinds", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("subjects", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("sealed_secret", sa.String(length=200), nullable=False),
        sa.Column("sealed_old_secret", sa.String(length=200), nullable=True),
        sa.Column("old_secret_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('active', 'paused')", name=op.f("ck_webhook_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook")),
    )
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_owner_account_id", ["owner_account_id"], unique=False)

    op.create_table(
        "account",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("login", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=9), nullable=False),
        sa.Column("valid_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=2000), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind = 'permanent' OR valid_until IS NOT NULL", name=op.f("ck_account_temporary_ends")),
        sa.CheckConstraint("kind IN ('permanent', 'temporary')", name=op.f("ck_account_kind")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_account_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index("ix_account_person_id", ["person_id"], unique=False)
        batch_op.create_index(
            "uq_account_person_id_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "course",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("descriptions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("unit_names", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("unit_by_hand", sa.Boolean(), nullable=False),
        sa.Column("ects", sa.Double(), nullable=True),
        sa.Column("national_credits", sa.Double(), nullable=True),
        sa.Column("holder", sa.String(length=300), nullable=True),
        sa.Column("licence", sa.String(length=300), nullable=True),
        sa.Column("access", sa.String(length=12), nullable=False),
        sa.Column("people", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("responsible_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("origin in ('manifest', 'registry')", name=op.f("ck_course_origin")),
        sa.CheckConstraint("state in ('offered', 'withdrawn')", name=op.f("ck_course_state")),
        sa.ForeignKeyConstraint(["responsible_id"], ["person.id"], name=op.f("fk_course_responsible_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_course_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.create_index("ix_course_code_id", ["code", "id"], unique=False)
        batch_op.create_index("ix_course_responsible_id", ["responsible_id"], unique=False)
        batch_op.create_index("ix_course_unit_id_code_id", ["unit_id", "code", "id"], unique=False)

    op.create_table(
        "library_link",
        sa.Column("provider", sa.String(length=300), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("url", sa.String(length=2000), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("holder", sa.String(length=300), nullable=False),
        sa.Column("licence", sa.String(length=300), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("covers_all", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_library_link_period")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_library_link_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_link")),
    )
    with op.batch_alter_table("library_link", schema=None) as batch_op:
        batch_op.create_index("ix_library_link_provider_id", ["provider", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_library_link_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "package_gate",
        sa.Column("academic_session_id", sa.Uuid(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closing_days", sa.Integer(), nullable=False),
        sa.Column("exceptions_by", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["academic_session_id"],
            ["academic_session.id"],
            name=op.f("fk_package_gate_academic_session_id_academic_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_gate")),
        sa.UniqueConstraint("academic_session_id", name=op.f("uq_package_gate_academic_session_id")),
    )
    op.create_table(
        "person_name",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.String(length=35), nullable=False),
        sa.Column("family_name", sa.String(length=300), nullable=False),
        sa.Column("given_name", sa.String(length=300), nullable=False),
        sa.Column("patronymic", sa.String(length=300), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_name_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_name")),
    )
    with op.batch_alter_table("person_name", schema=None) as batch_op:
        batch_op.create_index("uq_person_name_person_id_tag", ["person_id", "tag"], unique=True)

    op.create_table(
        "person_search",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column(
            "key",
            sa.String(length=400).with_variant(sa.String(length=400, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_search_person_id_person"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_search")),
    )
    with op.batch_alter_table("person_search", schema=None) as batch_op:
        batch_op.create_index("ix_person_search_key_id", ["key", "id"], unique=False)
        batch_op.create_index("ix_person_search_person_id_key", ["person_id", "key"], unique=False)

    op.create_table(
        "person_special_data",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_special_data_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_special_data")),
        sa.UniqueConstraint("person_id", name=op.f("uq_person_special_data_person_id")),
    )
    op.create_table(
        "programme",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("level", sa.String(length=24), nullable=False),
        sa.Column("form", sa.String(length=24), nullable=False),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("speciality_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("duration_months", sa.Integer(), nullable=False),
        sa.Column("ects", sa.Double(), nullable=False),
        sa.Column("national_credits", sa.Double(), nullable=False),
        sa.Column("distance_percent", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("distance_percent BETWEEN 0 AND 100", name=op.f("ck_programme_percent")),
        sa.CheckConstraint("duration_months > 0", name=op.f("ck_programme_duration")),
        sa.ForeignKeyConstraint(["replaces_id"], ["programme.id"], name=op.f("fk_programme_replaces_id_programme")),
        sa.ForeignKeyConstraint(
            ["speciality_id"], ["speciality.id"], name=op.f("fk_programme_speciality_id_speciality")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_programme_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("code", "edition", name=op.f("uq_programme_code_edition")),
    )
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.create_index("ix_programme_code_edition_id", ["code", "edition", "id"], unique=False)
        batch_op.create_index("ix_programme_replaces_id", ["replaces_id"], unique=False)
        batch_op.create_index("ix_programme_speciality_id", ["speciality_id"], unique=False)
        batch_op.create_index("ix_programme_unit_id", ["unit_id"], unique=False)

    op.create_table(
        "prohibited_speciality",
        sa.Column("speciality_id", sa.Uuid(), nullable=False),
        sa.Column("act_id", sa.Uuid(), nullable=False),
        sa.Column("prohibited_from", sa.Date(), nullable=False),
        sa.Column("prohibited_to", sa.Date(), nullable=True),
        sa.Column("purposes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("forms", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("modes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("levels", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "prohibited_to IS NULL OR prohibited_to >= prohibited_from", name=op.f("ck_prohibited_speciality_period")
        ),
        sa.ForeignKeyConstraint(["act_id"], ["legal_act.id"], name=op.f("fk_prohibited_speciality_act_id_legal_act")),
        sa.ForeignKeyConstraint(
            ["speciality_id"], ["speciality.id"], name=op.f("fk_prohibited_speciality_speciality_id_speciality")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prohibited_speciality")),
        sa.UniqueConstraint(
            "speciality_id",
            "act_id",
            "prohibited_from",
            name=op.f("uq_prohibited_speciality_speciality_id_act_id_prohibited_from"),
        ),
    )
    with op.batch_alter_table("prohibited_speciality", schema=None) as batch_op:
        batch_op.create_index("ix_prohibited_speciality_act_id", ["act_id"], unique=False)
        batch_op.create_index("ix_prohibited_speciality_prohibited_from_id", ["prohibited_from", "id"], unique=False)

    op.create_table(
        "role_assignment",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=12), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("origin_id", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(scope = 'university') = (scope_id IS NULL)", name=op.f("ck_role_assignment_scope_id")),
        sa.CheckConstraint(
            "role IN ('student', 'instructor', 'department-head', 'curator', 'deans-office', 'registry', 'inclusion-office', 'commission', 'support', 'administrator')",
            name=op.f("ck_role_assignment_role"),
        ),
        sa.CheckConstraint(
            "scope IN ('university', 'unit', 'programme', 'class', 'group', 'case', 'person')",
            name=op.f("ck_role_assignment_scope"),
        ),
        sa.CheckConstraint("source IN ('assigned', 'derived')", name=op.f("ck_role_assignment_source")),
        sa.CheckConstraint(
            "ends_on IS NULL OR ended_at IS NOT NULL OR ends_on >= starts_on", name=op.f("ck_role_assignment_period")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_role_assignment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_assignment")),
    )
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.create_index("ix_role_assignment_origin_id", ["origin_id"], unique=False)
        batch_op.create_index("ix_role_assignment_person_id_ends_on", ["person_id", "ends_on"], unique=False)
        batch_op.create_index("ix_role_assignment_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "ix_role_assignment_scope_id_person_id", ["scope", "scope_id", "person_id", "ends_on"], unique=False
        )
        batch_op.create_index("ix_role_assignment_scope_scope_id_role", ["scope", "scope_id", "role"], unique=False)

    op.create_table(
        "roster_org",
        sa.Column("source_id", sa.String(length=255), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_roster_org_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_org")),
        sa.UniqueConstraint("source_id", name=op.f("uq_roster_org_source_id")),
    )
    with op.batch_alter_table("roster_org", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_roster_org_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "roster_row",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("file", sa.String(length=32), nullable=False),
        sa.Column("line", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source_id", sa.String(length=255), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('created', 'changed', 'unchanged', 'ended', 'waiting', 'not-used')",
            name=op.f("ck_roster_row_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["roster_import.id"], name=op.f("fk_roster_row_import_id_roster_import"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("import_id", "file", "line", name=op.f("pk_roster_row")),
    )
    with op.batch_alter_table("roster_row", schema=None) as batch_op:
        batch_op.create_index("ix_roster_row_order", ["import_id", "file", "line"], unique=False)

    op.create_table(
        "support_assignment",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("supporter_id", sa.Uuid(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("is_outside", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("assigned_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_support_assignment_period")),
        sa.CheckConstraint("person_id <> supporter_id", name=op.f("ck_support_assignment_not_oneself")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_support_assignment_person_id_person")),
        sa.ForeignKeyConstraint(
            ["supporter_id"], ["person.id"], name=op.f("fk_support_assignment_supporter_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_assignment")),
    )
    with op.batch_alter_table("support_assignment", schema=None) as batch_op:
        batch_op.create_index("ix_support_assignment_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_support_assignment_supporter_id", ["supporter_id", "id"], unique=False)

    op.create_table(
        "webhook_delivery",
        sa.Column("webhook_id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ids", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("person", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.Integer(), nullable=True),
        sa.Column("last_fault", sa.String(length=40), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'delivered', 'failed', 'stopped')", name=op.f("ck_webhook_delivery_state")
        ),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhook.id"], name=op.f("fk_webhook_delivery_webhook_id_webhook"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_delivery")),
        sa.UniqueConstraint("webhook_id", "event_id", name=op.f("uq_webhook_delivery_webhook_id_event_id")),
    )
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_webhook_delivery_state_created_at", ["state", "created_at"], unique=False)
        batch_op.create_index("ix_webhook_delivery_webhook_id_id", ["webhook_id", "id"], unique=False)

    op.create_table(
        "api_token",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("scopes", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_api_token_token_digest")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index("ix_api_token_account_id_id", ["account_id", "id"], unique=False)

    op.create_table(
        "class",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("academic_session_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(length=9), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("state_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_changed_by", sa.Uuid(), nullable=True),
        sa.Column("cancel_reason", sa.Text(), nullable=True),
        sa.Column("source_id", sa.String(length=255), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'cancelled') = (cancel_reason IS NOT NULL)", name=op.f("ck_class_cancel_reason")),
        sa.CheckConstraint("mode IN ('in-person', 'distance', 'blended')", name=op.f("ck_class_mode")),
        sa.CheckConstraint(
            "state IN ('planned', 'open', 'running', 'ended', 'cancelled')", name=op.f("ck_class_state")
        ),
        sa.CheckConstraint("capacity BETWEEN 1 AND 10000", name=op.f("ck_class_capacity")),
        sa.ForeignKeyConstraint(
            ["academic_session_id"], ["academic_session.id"], name=op.f("fk_class_academic_session_id_academic_session")
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_class_course_id_course")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_class_programme_id_programme")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_class_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class")),
        sa.UniqueConstraint("academic_session_id", "code", name=op.f("uq_class_academic_session_id_code")),
        sa.UniqueConstraint("source_id", name=op.f("uq_class_source_id")),
    )
    with op.batch_alter_table("class", schema=None) as batch_op:
        batch_op.create_index("ix_class_academic_session_id_id", ["academic_session_id", "id"], unique=False)
        batch_op.create_index(
            "ix_class_academic_session_id_state", ["academic_session_id", "state", "id"], unique=False
        )
        batch_op.create_index("ix_class_course_id", ["course_id", "id"], unique=False)
        batch_op.create_index("ix_class_programme_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_class_state", ["state", "id"], unique=False)
        batch_op.create_index("ix_class_unit_id", ["unit_id", "id"], unique=False)

    op.create_table(
        "course_facet",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("facet", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_facet_course_id_course")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_facet")),
        sa.UniqueConstraint("course_id", "facet", "language", name=op.f("uq_course_facet_course_id_facet_language")),
    )
    with op.batch_alter_table("course_facet", schema=None) as batch_op:
        batch_op.create_index("ix_course_facet_search", ["facet", "language", "code", "course_id"], unique=False)

    op.create_table(
        "course_package",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("academic_session_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("missing_told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state in ('open', 'closing', 'passed', 'failed', 'excepted')", name=op.f("ck_course_package_state")
        ),
        sa.ForeignKeyConstraint(
            ["academic_session_id"],
            ["academic_session.id"],
            name=op.f("fk_course_package_academic_session_id_academic_session"),
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_package_course_id_course")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_package")),
        sa.UniqueConstraint(
            "course_id", "academic_session_id", name=op.f("uq_course_package_course_id_academic_session_id")
        ),
    )
    with op.batch_alter_table("course_package", schema=None) as batch_op:
        batch_op.create_index("ix_course_package_academic_session_id_id", ["academic_session_id", "id"], unique=False)
        batch_op.create_index("ix_course_package_state_id", ["state", "id"], unique=False)

    op.create_table(
        "course_revision",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("access", sa.String(length=12), nullable=False),
        sa.Column("change", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_revision_course_id_course")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_revision")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_course_revision_course_id_number")),
    )
    op.create_table(
        "credit_limit",
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("semester_min", sa.Integer(), nullable=False),
        sa.Column("semester_max", sa.Integer(), nullable=False),
        sa.Column("year_min", sa.Integer(), nullable=False),
        sa.Column("year_max", sa.Integer(), nullable=False),
        sa.Column("national_semester_min", sa.Integer(), nullable=False),
        sa.Column("national_semester_max", sa.Integer(), nullable=False),
        sa.Column("national_year_min", sa.Integer(), nullable=False),
        sa.Column("national_year_max", sa.Integer(), nullable=False),
        sa.Column("plan_needed", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", name=op.f("ck_credit_limit_order")),
        sa.CheckConstraint(
            "national_semester_min <= national_semester_max AND national_year_min <= national_year_max",
            name=op.f("ck_credit_limit_national"),
        ),
        sa.CheckConstraint("semester_min <= semester_max AND year_min <= year_max", name=op.f("ck_credit_limit_ects")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_credit_limit_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_limit")),
    )
    with op.batch_alter_table("credit_limit", schema=None) as batch_op:
        batch_op.create_index("ix_credit_limit_programme_id_starts_on", ["programme_id", "starts_on"], unique=False)

    op.create_table(
        "curriculum",
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_curriculum_programme_id_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum")),
        sa.UniqueConstraint("programme_id", "intake_year", name=op.f("uq_curriculum_programme_id_intake_year")),
    )
    op.create_table(
        "library_link_course",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_library_link_course_course_id_course")),
        sa.ForeignKeyConstraint(
            ["link_id"], ["library_link.id"], name=op.f("fk_library_link_course_link_id_library_link")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_link_course")),
        sa.UniqueConstraint("link_id", "course_id", name=op.f("uq_library_link_course_link_id_course_id")),
    )
    with op.batch_alter_table("library_link_course", schema=None) as batch_op:
        batch_op.create_index("ix_library_link_course_course_id_link_id", ["course_id", "link_id"], unique=False)

    op.create_table(
        "library_link_unit",
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["library_link.id"], name=op.f("fk_library_link_unit_link_id_library_link")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_library_link_unit_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library_link_unit")),
        sa.UniqueConstraint("link_id", "unit_id", name=op.f("uq_library_link_unit_link_id_unit_id")),
    )
    with op.batch_alter_table("library_link_unit", schema=None) as batch_op:
        batch_op.create_index("ix_library_link_unit_unit_id_link_id", ["unit_id", "link_id"], unique=False)

    op.create_table(
        "module_approval",
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("mode", sa.String(length=24), nullable=False),
        sa.Column("distance_percent", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suspended_from", sa.Date(), nullable=True),
        sa.Column("superseded_from", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "course_id IS NOT NULL OR programme_id IS NOT NULL", name=op.f("ck_module_approval_subject")
        ),
        sa.CheckConstraint("distance_percent BETWEEN 0 AND 100", name=op.f("ck_module_approval_percent")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_module_approval_period")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_module_approval_course_id_course")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_module_approval_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_module_approval_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_approval")),
    )
    with op.batch_alter_table("module_approval", schema=None) as batch_op:
        batch_op.create_index("ix_module_approval_course_id_state", ["course_id", "state"], unique=False)
        batch_op.create_index("ix_module_approval_programme_id_state", ["programme_id", "state"], unique=False)
        batch_op.create_index("ix_module_approval_unit_id", ["unit_id"], unique=False)

    op.create_table(
        "package_exemption",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("academic_session_id", sa.Uuid(), nullable=True),
        sa.Column("requirement", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revocation_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on is null or ends_on >= starts_on", name=op.f("ck_package_exemption_period")),
        sa.CheckConstraint(
            "requirement is not null or (academic_session_id is not null and ends_on is not null)",
            name=op.f("ck_package_exemption_gate"),
        ),
        sa.ForeignKeyConstraint(
            ["academic_session_id"],
            ["academic_session.id"],
            name=op.f("fk_package_exemption_academic_session_id_academic_session"),
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_package_exemption_course_id_course")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_exemption")),
    )
    with op.batch_alter_table("package_exemption", schema=None) as batch_op:
        batch_op.create_index("ix_package_exemption_academic_session_id", ["academic_session_id"], unique=False)
        batch_op.create_index("ix_package_exemption_course_id_id", ["course_id", "id"], unique=False)

    op.create_table(
        "prerequisite",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_prerequisite_course_id_course")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prerequisite")),
    )
    with op.batch_alter_table("prerequisite", schema=None) as batch_op:
        batch_op.create_index("ix_prerequisite_course_id_id", ["course_id", "id"], unique=False)

    op.create_table(
        "prerequisite_waiver",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_prerequisite_waiver_course_id_course")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_prerequisite_waiver_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prerequisite_waiver")),
        sa.UniqueConstraint("person_id", "course_id", name=op.f("uq_prerequisite_waiver_person_id_course_id")),
    )
    with op.batch_alter_table("prerequisite_waiver", schema=None) as batch_op:
        batch_op.create_index("ix_prerequisite_waiver_course_id_id", ["course_id", "id"], unique=False)

    op.create_table(
        "recognised_course",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_recognised_course_course_id_course")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_recognised_course_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognised_course")),
        sa.UniqueConstraint(
            "person_id", "course_id", "source_id", name=op.f("uq_recognised_course_person_id_course_id_source_id")
        ),
    )
    with op.batch_alter_table("recognised_course", schema=None) as batch_op:
        batch_op.create_index("ix_recognised_course_course_id", ["course_id"], unique=False)

    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_recovery_code_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.create_index("uq_recovery_code_account_id_code_digest", ["account_id", "code_digest"], unique=True)

    op.create_table(
        "reset_token",
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('invitation', 'reset')", name=op.f("ck_reset_token_kind")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_reset_token_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reset_token")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_reset_token_token_digest")),
    )
    with op.batch_alter_table("reset_token", schema=None) as batch_op:
        batch_op.create_index("ix_reset_token_account_id", ["account_id"], unique=False)
        batch_op.create_index("ix_reset_token_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "resource",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=1000), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("type", sa.String(length=20), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=True),
        sa.Column("unit_name", sa.String(length=300), nullable=False),
        sa.Column("unit_by_hand", sa.Boolean(), nullable=False),
        sa.Column("holder", sa.String(length=300), nullable=False),
        sa.Column("licence", sa.String(length=300), nullable=False),
        sa.Column("access", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("access in ('public', 'restricted')", name=op.f("ck_resource_access")),
        sa.CheckConstraint("kind in ('course', 'lesson', 'file')", name=op.f("ck_resource_kind")),
        sa.CheckConstraint("state in ('published', 'withdrawn')", name=op.f("ck_resource_state")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_resource_course_id_course")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_resource_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource")),
        sa.UniqueConstraint("course_id", "kind", "name", name=op.f("uq_resource_course_id_kind_name")),
    )
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.create_index("ix_resource_course_id_place_id", ["course_id", "place", "id"], unique=False)
        batch_op.create_index("ix_resource_unit_id", ["unit_id"], unique=False)

    op.create_table(
        "session",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("is_strong", sa.Boolean(), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("client", sa.String(length=200), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_session_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_session_token_digest")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index("ix_session_account_id_id", ["account_id", "id"], unique=False)
        batch_op.create_index("ix_session_expires_at", ["expires_at"], unique=False)

    op.create_table(
        "student_group",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=True),
        sa.Column("active_until", sa.Date(), nullable=True),
        sa.Column("state_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state_changed_by", sa.Uuid(), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("source_id", sa.String(length=255), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'planned') OR (state = 'dissolved') OR active_from IS NOT NULL",
            name=op.f("ck_student_group_active_from"),
        ),
        sa.CheckConstraint(
            "state IN ('planned', 'active', 'graduated', 'dissolved')", name=op.f("ck_student_group_state")
        ),
        sa.CheckConstraint("intake_year BETWEEN 1950 AND 2200", name=op.f("ck_student_group_intake_year")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_student_group_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_student_group_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_student_group")),
        sa.UniqueConstraint("code", name=op.f("uq_student_group_code")),
        sa.UniqueConstraint("source_id", name=op.f("uq_student_group_source_id")),
    )
    with op.batch_alter_table("student_group", schema=None) as batch_op:
        batch_op.create_index("ix_student_group_programme_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_student_group_state", ["state", "id"], unique=False)
        batch_op.create_index("ix_student_group_unit_id", ["unit_id", "id"], unique=False)

    op.create_table(
        "study",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("intake_year", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("form IN ('day', 'evening', 'part-time', 'distance')", name=op.f("ck_study_form")),
        sa.CheckConstraint(
            "state IN ('applied', 'refused', 'admitted', 'active', 'on-leave', 'graduated', 'expelled')",
            name=op.f("ck_study_state"),
        ),
        sa.CheckConstraint("intake_year BETWEEN 1950 AND 2200", name=op.f("ck_study_intake_year")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_study_person_id_person")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_study_programme_id_programme")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_study_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study")),
    )
    with op.batch_alter_table("study", schema=None) as batch_op:
        batch_op.create_index("ix_study_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_study_programme_id_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_study_state_id", ["state", "id"], unique=False)
        batch_op.create_index("ix_study_unit_id_id", ["unit_id", "id"], unique=False)
        batch_op.create_index(
            "uq_study_live",
            ["person_id", "programme_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('applied', 'admitted', 'active', 'on-leave')"),
            postgresql_where=sa.text("state IN ('applied', 'admitted', 'active', 'on-leave')"),
        )

    op.create_table(
        "totp",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("sealed_secret", sa.String(length=300), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_totp_account_id_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_totp")),
        sa.UniqueConstraint("account_id", name=op.f("uq_totp_account_id")),
    )
    op.create_table(
        "approval_decision",
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("module_approval_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("move", sa.String(length=24), nullable=False),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("body", sa.String(length=24), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("is_favourable", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("documents", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(programme_id IS NULL) <> (module_approval_id IS NULL)", name=op.f("ck_approval_decision_subject")
        ),
        sa.ForeignKeyConstraint(
            ["module_approval_id"],
            ["module_approval.id"],
            name=op.f("fk_approval_decision_module_approval_id_module_approval"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_approval_decision_person_id_person")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_approval_decision_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_decision")),
        sa.UniqueConstraint(
            "module_approval_id", "number", name=op.f("uq_approval_decision_module_approval_id_number")
        ),
        sa.UniqueConstraint("programme_id", "number", name=op.f("uq_approval_decision_programme_id_number")),
    )
    with op.batch_alter_table("approval_decision", schema=None) as batch_op:
        batch_op.create_index("ix_approval_decision_person_id", ["person_id"], unique=False)

    op.create_table(
        "class_instructor",
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_class_instructor_period")),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_class_instructor_class_id_class")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_class_instructor_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_instructor")),
    )
    with op.batch_alter_table("class_instructor", schema=None) as batch_op:
        batch_op.create_index("ix_class_instructor_class_id", ["class_id", "id"], unique=False)
        batch_op.create_index("ix_class_instructor_person_id", ["person_id", "id"], unique=False)

    op.create_table(
        "curator_assignment",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("assigned_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_curator_assignment_period")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["student_group.id"], name=op.f("fk_curator_assignment_group_id_student_group")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_curator_assignment_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curator_assignment")),
    )
    with op.batch_alter_table("curator_assignment", schema=None) as batch_op:
        batch_op.create_index("ix_curator_assignment_group_id", ["group_id", "id"], unique=False)
        batch_op.create_index("ix_curator_assignment_person_id", ["person_id", "id"], unique=False)

    op.create_table(
        "curriculum_course",
        sa.Column("curriculum_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("semester", sa.Integer(), nullable=False),
        sa.Column("is_elective", sa.Boolean(), nullable=False),
        sa.Column("ects", sa.Double(), nullable=False),
        sa.Column("national_credits", sa.Double(), nullable=False),
        sa.Column("taught_hours", sa.Integer(), nullable=False),
        sa.Column("distance_hours", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_curriculum_course_course_id_course")),
        sa.ForeignKeyConstraint(
            ["curriculum_id"], ["curriculum.id"], name=op.f("fk_curriculum_course_curriculum_id_curriculum")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_curriculum_course_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_curriculum_course")),
        sa.UniqueConstraint("curriculum_id", "course_id", name=op.f("uq_curriculum_course_curriculum_id_course_id")),
    )
    with op.batch_alter_table("curriculum_course", schema=None) as batch_op:
        batch_op.create_index("ix_curriculum_course_course_id", ["course_id"], unique=False)
        batch_op.create_index("ix_curriculum_course_programme_id", ["programme_id"], unique=False)

    op.create_table(
        "enrolment",
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("academic_session_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("study_unit_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("cause", sa.String(length=32), nullable=True),
        sa.Column("late_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'enrolled', 'withdrawn', 'passed', 'failed')", name=op.f("ck_enrolment_state")
        ),
        sa.ForeignKeyConstraint(
            ["academic_session_id"],
            ["academic_session.id"],
            name=op.f("fk_enrolment_academic_session_id_academic_session"),
        ),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_enrolment_class_id_class")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_enrolment_course_id_course")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_enrolment_person_id_person")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_enrolment_programme_id_programme")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_enrolment_study_id_study")),
        sa.ForeignKeyConstraint(["study_unit_id"], ["unit.id"], name=op.f("fk_enrolment_study_unit_id_unit")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_enrolment_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
        sa.UniqueConstraint("class_id", "turn", name=op.f("uq_enrolment_class_id_turn")),
    )
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.create_index("ix_enrolment_academic_session_id", ["academic_session_id"], unique=False)
        batch_op.create_index("ix_enrolment_class_id_id", ["class_id", "id"], unique=False)
        batch_op.create_index("ix_enrolment_class_id_state_turn", ["class_id", "state", "turn"], unique=False)
        batch_op.create_index("ix_enrolment_course_id", ["course_id"], unique=False)
        batch_op.create_index(
            "ix_enrolment_person_id_course_id_state", ["person_id", "course_id", "state"], unique=False
        )
        batch_op.create_index("ix_enrolment_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_enrolment_programme_id_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_enrolment_study_id_id", ["study_id", "id"], unique=False)
        batch_op.create_index("ix_enrolment_study_unit_id_id", ["study_unit_id", "id"], unique=False)
        batch_op.create_index("ix_enrolment_unit_id_id", ["unit_id", "id"], unique=False)
        batch_op.create_index(
            "uq_enrolment_live_class",
            ["person_id", "class_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'enrolled')"),
            postgresql_where=sa.text("state IN ('waiting', 'enrolled')"),
        )
        batch_op.create_index(
            "uq_enrolment_live_course",
            ["person_id", "course_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('waiting', 'enrolled')"),
            postgresql_where=sa.text("state IN ('waiting', 'enrolled')"),
        )

    op.create_table(
        "enrolment_window",
        sa.Column("academic_session_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdraw_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_enrolment_window_order")),
        sa.ForeignKeyConstraint(
            ["academic_session_id"],
            ["academic_session.id"],
            name=op.f("fk_enrolment_window_academic_session_id_academic_session"),
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_enrolment_window_course_id_course")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["student_group.id"], name=op.f("fk_enrolment_window_group_id_student_group")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_enrolment_window_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment_window")),
    )
    with op.batch_alter_table("enrolment_window", schema=None) as batch_op:
        batch_op.create_index("ix_enrolment_window_academic_session_id_id", ["academic_session_id", "id"], unique=False)
        batch_op.create_index("ix_enrolment_window_course_id", ["course_id"], unique=False)
        batch_op.create_index("ix_enrolment_window_group_id", ["group_id"], unique=False)
        batch_op.create_index("ix_enrolment_window_programme_id", ["programme_id"], unique=False)

    op.create_table(
        "group_member",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_group_member_period")),
        sa.ForeignKeyConstraint(
            ["group_id"], ["student_group.id"], name=op.f("fk_group_member_group_id_student_group")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_group_member_person_id_person")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_group_member_programme_id_programme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_member")),
    )
    with op.batch_alter_table("group_member", schema=None) as batch_op:
        batch_op.create_index("ix_group_member_group_id", ["group_id", "id"], unique=False)
        batch_op.create_index("ix_group_member_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "uq_group_member_current",
            ["person_id", "programme_id"],
            unique=True,
            sqlite_where=sa.text("ends_on IS NULL AND revoked_at IS NULL"),
            postgresql_where=sa.text("ends_on IS NULL AND revoked_at IS NULL"),
        )

    op.create_table(
        "package_item",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("academic_session_id", sa.Uuid(), nullable=True),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("resource_id", sa.Uuid(), nullable=True),
        sa.Column("reference", sa.String(length=2000), nullable=True),
        sa.Column("declared_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawal_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["academic_session_id"],
            ["academic_session.id"],
            name=op.f("fk_package_item_academic_session_id_academic_session"),
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_package_item_course_id_course")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_package_item_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_item")),
    )
    with op.batch_alter_table("package_item", schema=None) as batch_op:
        batch_op.create_index("ix_package_item_academic_session_id", ["academic_session_id"], unique=False)
        batch_op.create_index("ix_package_item_course_id_id", ["course_id", "id"], unique=False)
        batch_op.create_index("ix_package_item_resource_id", ["resource_id"], unique=False)

    op.create_table(
        "prerequisite_option",
        sa.Column("prerequisite_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_prerequisite_option_course_id_course")),
        sa.ForeignKeyConstraint(
            ["prerequisite_id"],
            ["prerequisite.id"],
            name=op.f("fk_prerequisite_option_prerequisite_id_prerequisite"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prerequisite_option")),
        sa.UniqueConstraint(
            "prerequisite_id", "course_id", name=op.f("uq_prerequisite_option_prerequisite_id_course_id")
        ),
    )
    with op.batch_alter_table("prerequisite_option", schema=None) as batch_op:
        batch_op.create_index("ix_prerequisite_option_course_id", ["course_id"], unique=False)

    op.create_table(
        "rendition",
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("form", sa.String(length=16), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("variant", sa.String(length=12), nullable=False),
        sa.Column("profile", sa.String(length=64), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("words", sa.Integer(), nullable=True),
        sa.Column("duration_ms", sa.BigInteger(), nullable=True),
        sa.Column("reviewed", sa.Boolean(), nullable=True),
        sa.Column("recording", sa.String(length=1000), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_rendition_course_id_course")),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_rendition_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendition")),
        sa.UniqueConstraint("path", name=op.f("uq_rendition_path")),
    )
    with op.batch_alter_table("rendition", schema=None) as batch_op:
        batch_op.create_index("ix_rendition_course_id", ["course_id"], unique=False)
        batch_op.create_index("ix_rendition_resource_id_path_id", ["resource_id", "path", "id"], unique=False)

    op.create_table(
        "resource_facet",
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("facet", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["resource_id"], ["resource.id"], name=op.f("fk_resource_facet_resource_id_resource")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_facet")),
        sa.UniqueConstraint(
            "resource_id", "facet", "language", name=op.f("uq_resource_facet_resource_id_facet_language")
        ),
    )
    with op.batch_alter_table("resource_facet", schema=None) as batch_op:
        batch_op.create_index("ix_resource_facet_search", ["facet", "language", "resource_id"], unique=False)

    op.create_table(
        "resource_revision",
        sa.Column("resource_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("access", sa.String(length=12), nullable=False),
        sa.Column("change", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["resource_id"], ["resource.id"], name=op.f("fk_resource_revision_resource_id_resource")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resource_revision")),
        sa.UniqueConstraint("resource_id", "number", name=op.f("uq_resource_revision_resource_id_number")),
    )
    op.create_table(
        "study_move",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("order_number", sa.String(length=64), nullable=True),
        sa.Column("order_date", sa.Date(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('applied', 'refused', 'admitted', 'active', 'on-leave', 'graduated', 'expelled')",
            name=op.f("ck_study_move_state"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_study_move_study_id_study")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_move")),
    )
    with op.batch_alter_table("study_move", schema=None) as batch_op:
        batch_op.create_index("ix_study_move_study_id_id", ["study_id", "id"], unique=False)

    op.create_table(
        "study_plan",
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("academic_session_id", sa.Uuid(), nullable=False),
        sa.Column("year_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("exception_reason", sa.String(), nullable=True),
        sa.Column("returned_reason", sa.String(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('draft', 'proposed', 'approved', 'superseded')", name=op.f("ck_study_plan_state")
        ),
        sa.ForeignKeyConstraint(
            ["academic_session_id"],
            ["academic_session.id"],
            name=op.f("fk_study_plan_academic_session_id_academic_session"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_study_plan_person_id_person")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_study_plan_programme_id_programme")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_study_plan_study_id_study")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_study_plan_unit_id_unit")),
        sa.ForeignKeyConstraint(
            ["year_id"], ["academic_session.id"], name=op.f("fk_study_plan_year_id_academic_session")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_plan")),
        sa.UniqueConstraint(
            "study_id", "academic_session_id", "number", name=op.f("uq_study_plan_study_id_academic_session_id_number")
        ),
    )
    with op.batch_alter_table("study_plan", schema=None) as batch_op:
        batch_op.create_index("ix_study_plan_academic_session_id", ["academic_session_id"], unique=False)
        batch_op.create_index("ix_study_plan_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_study_plan_programme_id_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_study_plan_study_id_id", ["study_id", "id"], unique=False)
        batch_op.create_index("ix_study_plan_unit_id_id", ["unit_id", "id"], unique=False)
        batch_op.create_index("ix_study_plan_year_id", ["year_id"], unique=False)
        batch_op.create_index(
            "uq_study_plan_approved",
            ["study_id", "academic_session_id"],
            unique=True,
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.create_index(
            "uq_study_plan_open",
            ["study_id", "academic_session_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'proposed')"),
            postgresql_where=sa.text("state IN ('draft', 'proposed')"),
        )

    op.create_table(
        "study_plan_item",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_study_plan_item_class_id_class")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_study_plan_item_course_id_course")),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["study_plan.id"], name=op.f("fk_study_plan_item_plan_id_study_plan"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_plan_item")),
        sa.UniqueConstraint("plan_id", "course_id", name=op.f("uq_study_plan_item_plan_id_course_id")),
    )
    with op.batch_alter_table("study_plan_item", schema=None) as batch_op:
        batch_op.create_index("ix_study_plan_item_class_id", ["class_id"], unique=False)
        batch_op.create_index("ix_study_plan_item_course_id", ["course_id"], unique=False)
    _begin_audit_log()


def downgrade() -> None:
    _end_audit_log()
    with op.batch_alter_table("study_plan_item", schema=None) as batch_op:
        batch_op.drop_index("ix_study_plan_item_course_id")
        batch_op.drop_index("ix_study_plan_item_class_id")

    op.drop_table("study_plan_item")
    with op.batch_alter_table("study_plan", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_study_plan_open",
            sqlite_where=sa.text("state IN ('draft', 'proposed')"),
            postgresql_where=sa.text("state IN ('draft', 'proposed')"),
        )
        batch_op.drop_index(
            "uq_study_plan_approved",
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.drop_index("ix_study_plan_year_id")
        batch_op.drop_index("ix_study_plan_unit_id_id")
        batch_op.drop_index("ix_study_plan_study_id_id")
        batch_op.drop_index("ix_study_plan_programme_id_id")
        batch_op.drop_index("ix_study_plan_person_id_id")
        batch_op.drop_index("ix_study_plan_academic_session_id")

    op.drop_table("study_plan")
    with op.batch_alter_table("study_move", schema=None) as batch_op:
        batch_op.drop_index("ix_study_move_study_id_id")

    op.drop_table("study_move")
    op.drop_table("resource_revision")
    with op.batch_alter_table("resource_facet", schema=None) as batch_op:
        batch_op.drop_index("ix_resource_facet_search")

    op.drop_table("resource_facet")
    with op.batch_alter_table("rendition", schema=None) as batch_op:
        batch_op.drop_index("ix_rendition_resource_id_path_id")
        batch_op.drop_index("ix_rendition_course_id")

    op.drop_table("rendition")
    with op.batch_alter_table("prerequisite_option", schema=None) as batch_op:
        batch_op.drop_index("ix_prerequisite_option_course_id")

    op.drop_table("prerequisite_option")
    with op.batch_alter_table("package_item", schema=None) as batch_op:
        batch_op.drop_index("ix_package_item_resource_id")
        batch_op.drop_index("ix_package_item_course_id_id")
        batch_op.drop_index("ix_package_item_academic_session_id")

    op.drop_table("package_item")
    with op.batch_alter_table("group_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_group_member_current",
            sqlite_where=sa.text("ends_on IS NULL AND revoked_at IS NULL"),
            postgresql_where=sa.text("ends_on IS NULL AND revoked_at IS NULL"),
        )
        batch_op.drop_index("ix_group_member_person_id")
        batch_op.drop_index("ix_group_member_group_id")

    op.drop_table("group_member")
    with op.batch_alter_table("enrolment_window", schema=None) as batch_op:
        batch_op.drop_index("ix_enrolment_window_programme_id")
        batch_op.drop_index("ix_enrolment_window_group_id")
        batch_op.drop_index("ix_enrolment_window_course_id")
        batch_op.drop_index("ix_enrolment_window_academic_session_id_id")

    op.drop_table("enrolment_window")
    with op.batch_alter_table("enrolment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_enrolment_live_course",
            sqlite_where=sa.text("state IN ('waiting', 'enrolled')"),
            postgresql_where=sa.text("state IN ('waiting', 'enrolled')"),
        )
        batch_op.drop_index(
            "uq_enrolment_live_class",
            sqlite_where=sa.text("state IN ('waiting', 'enrolled')"),
            postgresql_where=sa.text("state IN ('waiting', 'enrolled')"),
        )
        batch_op.drop_index("ix_enrolment_unit_id_id")
        batch_op.drop_index("ix_enrolment_study_unit_id_id")
        batch_op.drop_index("ix_enrolment_study_id_id")
        batch_op.drop_index("ix_enrolment_programme_id_id")
        batch_op.drop_index("ix_enrolment_person_id_id")
        batch_op.drop_index("ix_enrolment_person_id_course_id_state")
        batch_op.drop_index("ix_enrolment_course_id")
        batch_op.drop_index("ix_enrolment_class_id_state_turn")
        batch_op.drop_index("ix_enrolment_class_id_id")
        batch_op.drop_index("ix_enrolment_academic_session_id")

    op.drop_table("enrolment")
    with op.batch_alter_table("curriculum_course", schema=None) as batch_op:
        batch_op.drop_index("ix_curriculum_course_programme_id")
        batch_op.drop_index("ix_curriculum_course_course_id")

    op.drop_table("curriculum_course")
    with op.batch_alter_table("curator_assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_curator_assignment_person_id")
        batch_op.drop_index("ix_curator_assignment_group_id")

    op.drop_table("curator_assignment")
    with op.batch_alter_table("class_instructor", schema=None) as batch_op:
        batch_op.drop_index("ix_class_instructor_person_id")
        batch_op.drop_index("ix_class_instructor_class_id")

    op.drop_table("class_instructor")
    with op.batch_alter_table("approval_decision", schema=None) as batch_op:
        batch_op.drop_index("ix_approval_decision_person_id")

    op.drop_table("approval_decision")
    op.drop_table("totp")
    with op.batch_alter_table("study", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_study_live",
            sqlite_where=sa.text("state IN ('applied', 'admitted', 'active', 'on-leave')"),
            postgresql_where=sa.text("state IN ('applied', 'admitted', 'active', 'on-leave')"),
        )
        batch_op.drop_index("ix_study_unit_id_id")
        batch_op.drop_index("ix_study_state_id")
        batch_op.drop_index("ix_study_programme_id_id")
        batch_op.drop_index("ix_study_person_id_id")

    op.drop_table("study")
    with op.batch_alter_table("student_group", schema=None) as batch_op:
        batch_op.drop_index("ix_student_group_unit_id")
        batch_op.drop_index("ix_student_group_state")
        batch_op.drop_index("ix_student_group_programme_id")

    op.drop_table("student_group")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index("ix_session_expires_at")
        batch_op.drop_index("ix_session_account_id_id")

    op.drop_table("session")
    with op.batch_alter_table("resource", schema=None) as batch_op:
        batch_op.drop_index("ix_resource_unit_id")
        batch_op.drop_index("ix_resource_course_id_place_id")

    op.drop_table("resource")
    with op.batch_alter_table("reset_token", schema=None) as batch_op:
        batch_op.drop_index("ix_reset_token_expires_at")
        batch_op.drop_index("ix_reset_token_account_id")

    op.drop_table("reset_token")
    with op.batch_alter_table("recovery_code", schema=None) as batch_op:
        batch_op.drop_index("uq_recovery_code_account_id_code_digest")

    op.drop_table("recovery_code")
    with op.batch_alter_table("recognised_course", schema=None) as batch_op:
        batch_op.drop_index("ix_recognised_course_course_id")

    op.drop_table("recognised_course")
    with op.batch_alter_table("prerequisite_waiver", schema=None) as batch_op:
        batch_op.drop_index("ix_prerequisite_waiver_course_id_id")

    op.drop_table("prerequisite_waiver")
    with op.batch_alter_table("prerequisite", schema=None) as batch_op:
        batch_op.drop_index("ix_prerequisite_course_id_id")

    op.drop_table("prerequisite")
    with op.batch_alter_table("package_exemption", schema=None) as batch_op:
        batch_op.drop_index("ix_package_exemption_course_id_id")
        batch_op.drop_index("ix_package_exemption_academic_session_id")

    op.drop_table("package_exemption")
    with op.batch_alter_table("module_approval", schema=None) as batch_op:
        batch_op.drop_index("ix_module_approval_unit_id")
        batch_op.drop_index("ix_module_approval_programme_id_state")
        batch_op.drop_index("ix_module_approval_course_id_state")

    op.drop_table("module_approval")
    with op.batch_alter_table("library_link_unit", schema=None) as batch_op:
        batch_op.drop_index("ix_library_link_unit_unit_id_link_id")

    op.drop_table("library_link_unit")
    with op.batch_alter_table("library_link_course", schema=None) as batch_op:
        batch_op.drop_index("ix_library_link_course_course_id_link_id")

    op.drop_table("library_link_course")
    op.drop_table("curriculum")
    with op.batch_alter_table("credit_limit", schema=None) as batch_op:
        batch_op.drop_index("ix_credit_limit_programme_id_starts_on")

    op.drop_table("credit_limit")
    op.drop_table("course_revision")
    with op.batch_alter_table("course_package", schema=None) as batch_op:
        batch_op.drop_index("ix_course_package_state_id")
        batch_op.drop_index("ix_course_package_academic_session_id_id")

    op.drop_table("course_package")
    with op.batch_alter_table("course_facet", schema=None) as batch_op:
        batch_op.drop_index("ix_course_facet_search")

    op.drop_table("course_facet")
    with op.batch_alter_table("class", schema=None) as batch_op:
        batch_op.drop_index("ix_class_unit_id")
        batch_op.drop_index("ix_class_state")
        batch_op.drop_index("ix_class_programme_id")
        batch_op.drop_index("ix_class_course_id")
        batch_op.drop_index("ix_class_academic_session_id_state")
        batch_op.drop_index("ix_class_academic_session_id_id")

    op.drop_table("class")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index("ix_api_token_account_id_id")

    op.drop_table("api_token")
    with op.batch_alter_table("webhook_delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_webhook_delivery_webhook_id_id")
        batch_op.drop_index("ix_webhook_delivery_state_created_at")

    op.drop_table("webhook_delivery")
    with op.batch_alter_table("support_assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_support_assignment_supporter_id")
        batch_op.drop_index("ix_support_assignment_person_id")

    op.drop_table("support_assignment")
    with op.batch_alter_table("roster_row", schema=None) as batch_op:
        batch_op.drop_index("ix_roster_row_order")

    op.drop_table("roster_row")
    with op.batch_alter_table("roster_org", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_org_unit_id"))

    op.drop_table("roster_org")
    with op.batch_alter_table("role_assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_role_assignment_scope_scope_id_role")
        batch_op.drop_index("ix_role_assignment_scope_id_person_id")
        batch_op.drop_index("ix_role_assignment_person_id_id")
        batch_op.drop_index("ix_role_assignment_person_id_ends_on")
        batch_op.drop_index("ix_role_assignment_origin_id")

    op.drop_table("role_assignment")
    with op.batch_alter_table("prohibited_speciality", schema=None) as batch_op:
        batch_op.drop_index("ix_prohibited_speciality_prohibited_from_id")
        batch_op.drop_index("ix_prohibited_speciality_act_id")

    op.drop_table("prohibited_speciality")
    with op.batch_alter_table("programme", schema=None) as batch_op:
        batch_op.drop_index("ix_programme_unit_id")
        batch_op.drop_index("ix_programme_speciality_id")
        batch_op.drop_index("ix_programme_replaces_id")
        batch_op.drop_index("ix_programme_code_edition_id")

    op.drop_table("programme")
    op.drop_table("person_special_data")
    with op.batch_alter_table("person_search", schema=None) as batch_op:
        batch_op.drop_index("ix_person_search_person_id_key")
        batch_op.drop_index("ix_person_search_key_id")

    op.drop_table("person_search")
    with op.batch_alter_table("person_name", schema=None) as batch_op:
        batch_op.drop_index("uq_person_name_person_id_tag")

    op.drop_table("person_name")
    op.drop_table("package_gate")
    with op.batch_alter_table("library_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_library_link_unit_id"))
        batch_op.drop_index("ix_library_link_provider_id")

    op.drop_table("library_link")
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.drop_index("ix_course_unit_id_code_id")
        batch_op.drop_index("ix_course_responsible_id")
        batch_op.drop_index("ix_course_code_id")

    op.drop_table("course")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_account_person_id_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_account_person_id")

    op.drop_table("account")
    with op.batch_alter_table("webhook", schema=None) as batch_op:
        batch_op.drop_index("ix_webhook_owner_account_id")

    op.drop_table("webhook")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_unit_university",
            postgresql_where=sa.text("kind = 'university'"),
            sqlite_where=sa.text("kind = 'university'"),
        )
        batch_op.drop_index(batch_op.f("ix_unit_parent_id"))

    op.drop_table("unit")
    with op.batch_alter_table("throttle", schema=None) as batch_op:
        batch_op.drop_index("ix_throttle_forget_at")

    op.drop_table("throttle")
    op.drop_table("speciality")
    with op.batch_alter_table("roster_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_roster_import_digest"))

    op.drop_table("roster_import")
    with op.batch_alter_table("retention_run", schema=None) as batch_op:
        batch_op.drop_index("ix_retention_run_category_id")

    op.drop_table("retention_run")
    op.drop_table("retention_period")
    op.drop_table("person")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_dispatched_at_id")

    op.drop_table("outbox")
    with op.batch_alter_table("legal_act", schema=None) as batch_op:
        batch_op.drop_index("ix_legal_act_issued_on_id")

    op.drop_table("legal_act")
    op.drop_table("idempotency")
    op.drop_table("credit_rule")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entry_what_number")
        batch_op.drop_index("ix_audit_entry_subject_id")
        batch_op.drop_index("ix_audit_entry_person_number")
        batch_op.drop_index("ix_audit_entry_by_person_number")
        batch_op.drop_index("ix_audit_entry_at")

    op.drop_table("audit_entry")
    with op.batch_alter_table("academic_session", schema=None) as batch_op:
        batch_op.drop_index("ix_academic_session_state_ends_on")
        batch_op.drop_index(batch_op.f("ix_academic_session_parent_id"))
        batch_op.drop_index("ix_academic_session_order")

    op.drop_table("academic_session")


def _begin_audit_log() -> None:
    """The head of the chain, and triggers that refuse every change of an entry."""
    op.execute(f"INSERT INTO audit_head (id, number, digest, signature) VALUES (1, 0, '{'0' * 64}', '')")
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


def _end_audit_log() -> None:
    for statement in NOT_APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement)


APPEND_ONLY = {
    "sqlite": (
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
        "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$",
        "CREATE TRIGGER audit_entry_no_change BEFORE UPDATE OR DELETE ON audit_entry "
        "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()",
        "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON audit_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change()",
    ),
}
NOT_APPEND_ONLY = {
    "sqlite": ("DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"),
    "postgresql": (
        "DROP TRIGGER audit_entry_no_change ON audit_entry",
        "DROP TRIGGER audit_entry_no_truncate ON audit_entry",
        "DROP FUNCTION refuse_audit_change()",
    ),
}
