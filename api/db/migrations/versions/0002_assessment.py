"""Assessment: accommodations, tasks, files, scales, grading, items, tests, assignments, integrity, transcripts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "accommodation_report",
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("counts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(signed_at IS NULL) = (signature IS NULL)", name=op.f("ck_accommodation_report_signature")),
        sa.CheckConstraint("(signed_at IS NULL) = (signed_by IS NULL)", name=op.f("ck_accommodation_report_signed_by")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_accommodation_report_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodation_report")),
    )
    op.create_table(
        "grading_scale",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading_scale")),
        sa.UniqueConstraint("code", name=op.f("uq_grading_scale_code")),
    )
    with op.batch_alter_table("grading_scale", schema=None) as batch_op:
        batch_op.create_index("ix_grading_scale_code_id", ["code", "id"], unique=False)

    op.create_table(
        "transcript_counter",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_transcript_counter")),
    )
    op.create_table(
        "accommodation_case",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=6), nullable=False),
        sa.Column("coordinator_id", sa.Uuid(), nullable=False),
        sa.Column("coordinator_lost_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_own_request", sa.Boolean(), nullable=False),
        sa.Column("consent_given_on", sa.Date(), nullable=False),
        sa.Column("consent_document", sa.String(length=64), nullable=True),
        sa.Column("need", sa.Text(), nullable=True),
        sa.Column("opened_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("close_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'closed') = (close_reason IS NOT NULL)", name=op.f("ck_accommodation_case_close_reason")
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_accommodation_case_closed_at")
        ),
        sa.CheckConstraint("state IN ('closed', 'open')", name=op.f("ck_accommodation_case_state")),
        sa.CheckConstraint("person_id <> coordinator_id", name=op.f("ck_accommodation_case_not_oneself")),
        sa.ForeignKeyConstraint(
            ["coordinator_id"], ["person.id"], name=op.f("fk_accommodation_case_coordinator_id_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_accommodation_case_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodation_case")),
    )
    with op.batch_alter_table("accommodation_case", schema=None) as batch_op:
        batch_op.create_index("ix_accommodation_case_coordinator_id", ["coordinator_id", "state", "id"], unique=False)
        batch_op.create_index("ix_accommodation_case_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_accommodation_case_state", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_accommodation_case_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "grading_scale_version",
        sa.Column("scale_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("most_points", sa.Double(), nullable=False),
        sa.Column("bands", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("source", sa.String(length=2000), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('five-point', '100-point', 'letter', 'ects')", name=op.f("ck_grading_scale_version_kind")
        ),
        sa.CheckConstraint("most_points > 0", name=op.f("ck_grading_scale_version_points")),
        sa.CheckConstraint("number > 0", name=op.f("ck_grading_scale_version_number")),
        sa.CheckConstraint(
            "valid_until IS NULL OR valid_until >= valid_from", name=op.f("ck_grading_scale_version_period")
        ),
        sa.ForeignKeyConstraint(
            ["scale_id"], ["grading_scale.id"], name=op.f("fk_grading_scale_version_scale_id_grading_scale")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grading_scale_version")),
        sa.UniqueConstraint("scale_id", "number", name=op.f("uq_grading_scale_version_scale_id_number")),
        sa.UniqueConstraint("scale_id", "valid_from", name=op.f("uq_grading_scale_version_scale_id_valid_from")),
    )
    op.create_table(
        "integrity_terms",
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("hearing_days", sa.Integer(), nullable=False),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(length=300), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("appeal_days BETWEEN 1 AND 60", name=op.f("ck_integrity_terms_appeal_days")),
        sa.CheckConstraint("hearing_days BETWEEN 1 AND 60", name=op.f("ck_integrity_terms_hearing_days")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_integrity_terms_set_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_terms")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_integrity_terms_valid_from")),
    )
    op.create_table(
        "reminder_choice",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_choice_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_choice")),
        sa.UniqueConstraint("person_id", name=op.f("uq_reminder_choice_person_id")),
    )
    op.create_table(
        "reminder_terms",
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("hours_before", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("report_hours", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("report_hours BETWEEN 1 AND 720", name=op.f("ck_reminder_terms_report_hours")),
        sa.ForeignKeyConstraint(["set_by"], ["person.id"], name=op.f("fk_reminder_terms_set_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_terms")),
        sa.UniqueConstraint("valid_from", name=op.f("uq_reminder_terms_valid_from")),
    )
    op.create_table(
        "stored_file",
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("claimed_type", sa.String(length=100), nullable=False),
        sa.Column("is_mismatch", sa.Boolean(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("key_name", sa.String(length=64), nullable=True),
        sa.Column("scan", sa.String(length=12), nullable=False),
        sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scan IN ('not-scanned', 'clean', 'infected')", name=op.f("ck_stored_file_scan")),
        sa.CheckConstraint("(sha256 IS NULL) = (key_name IS NOT NULL)", name=op.f("ck_stored_file_sealed")),
        sa.CheckConstraint("size >= 0", name=op.f("ck_stored_file_size")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_stored_file_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_file")),
    )
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stored_file_address"), ["address"], unique=False)
        batch_op.create_index(batch_op.f("ix_stored_file_key_name"), ["key_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_stored_file_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_stored_file_scan_id", ["scan", "id"], unique=False)

    op.create_table(
        "accommodation_evidence",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("received_by", sa.Uuid(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["accommodation_case.id"],
            name=op.f("fk_accommodation_evidence_case_id_accommodation_case"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["file_id"], ["stored_file.id"], name=op.f("fk_accommodation_evidence_file_id_stored_file")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodation_evidence")),
        sa.UniqueConstraint("file_id", name=op.f("uq_accommodation_evidence_file_id")),
    )
    with op.batch_alter_table("accommodation_evidence", schema=None) as batch_op:
        batch_op.create_index("ix_accommodation_evidence_case_id", ["case_id", "id"], unique=False)

    op.create_table(
        "accommodation_plan",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("wish", sa.Text(), nullable=True),
        sa.Column("assessment", sa.Text(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("effective_from", sa.Date(), nullable=True),
        sa.Column("effective_until", sa.Date(), nullable=True),
        sa.Column("document_number", sa.String(length=64), nullable=True),
        sa.Column("document_date", sa.Date(), nullable=True),
        sa.Column("document_file_id", sa.Uuid(), nullable=True),
        sa.Column("procedure_unit_id", sa.Uuid(), nullable=True),
        sa.Column("procedure_number", sa.String(length=64), nullable=True),
        sa.Column("procedure_date", sa.Date(), nullable=True),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("activated_by", sa.Uuid(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'revoked') = (revoke_reason IS NOT NULL)", name=op.f("ck_accommodation_plan_revoke_reason")
        ),
        sa.CheckConstraint(
            "(state IN ('agreed', 'assessed', 'requested')) = (effective_from IS NULL)",
            name=op.f("ck_accommodation_plan_effective_from"),
        ),
        sa.CheckConstraint(
            "state = 'requested' OR (valid_from IS NOT NULL AND valid_until IS NOT NULL)",
            name=op.f("ck_accommodation_plan_dated"),
        ),
        sa.CheckConstraint(
            "state IN ('active', 'agreed', 'assessed', 'expired', 'requested', 'revoked', 'superseded')",
            name=op.f("ck_accommodation_plan_state"),
        ),
        sa.CheckConstraint(
            "state IN ('agreed', 'assessed', 'requested') OR (document_number IS NOT NULL AND document_date IS NOT NULL)",
            name=op.f("ck_accommodation_plan_documented"),
        ),
        sa.CheckConstraint(
            "(effective_from IS NULL) = (effective_until IS NULL)", name=op.f("ck_accommodation_plan_effective_until")
        ),
        sa.CheckConstraint(
            "(procedure_unit_id IS NULL) = (procedure_number IS NULL) AND (procedure_unit_id IS NULL) = (procedure_date IS NULL)",
            name=op.f("ck_accommodation_plan_procedure"),
        ),
        sa.CheckConstraint(
            "effective_from IS NULL OR effective_from >= valid_from",
            name=op.f("ck_accommodation_plan_effective_within"),
        ),
        sa.CheckConstraint(
            "effective_until IS NULL OR effective_until <= valid_until",
            name=op.f("ck_accommodation_plan_effective_cut"),
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_accommodation_plan_number")),
        sa.CheckConstraint("round >= 0", name=op.f("ck_accommodation_plan_round")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_accommodation_plan_period")),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["accommodation_case.id"],
            name=op.f("fk_accommodation_plan_case_id_accommodation_case"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["document_file_id"], ["stored_file.id"], name=op.f("fk_accommodation_plan_document_file_id_stored_file")
        ),
        sa.ForeignKeyConstraint(
            ["previous_id"],
            ["accommodation_plan.id"],
            name=op.f("fk_accommodation_plan_previous_id_accommodation_plan"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["procedure_unit_id"], ["unit.id"], name=op.f("fk_accommodation_plan_procedure_unit_id_unit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodation_plan")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_accommodation_plan_case_id_number")),
        sa.UniqueConstraint("document_file_id", name=op.f("uq_accommodation_plan_document_file_id")),
    )
    with op.batch_alter_table("accommodation_plan", schema=None) as batch_op:
        batch_op.create_index("ix_accommodation_plan_case_id", ["case_id", "id"], unique=False)
        batch_op.create_index("ix_accommodation_plan_previous_id", ["previous_id"], unique=False)
        batch_op.create_index("ix_accommodation_plan_procedure_unit_id", ["procedure_unit_id"], unique=False)
        batch_op.create_index("ix_accommodation_plan_state", ["state", "id"], unique=False)
        batch_op.create_index(
            "ix_accommodation_plan_state_effective_until", ["state", "effective_until", "id"], unique=False
        )
        batch_op.create_index(
            "uq_accommodation_plan_active",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.create_index(
            "uq_accommodation_plan_in_preparation",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('agreed', 'assessed', 'requested')"),
            postgresql_where=sa.text("state IN ('agreed', 'assessed', 'requested')"),
        )

    op.create_table(
        "item_bank",
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state in ('open', 'closed')", name=op.f("ck_item_bank_state")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_item_bank_course_id_course")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_bank")),
        sa.UniqueConstraint("course_id", "code", name=op.f("uq_item_bank_course_id_code")),
    )
    with op.batch_alter_table("item_bank", schema=None) as batch_op:
        batch_op.create_index("ix_item_bank_course_id_id", ["course_id", "id"], unique=False)

    op.create_table(
        "retake_rule",
        sa.Column("scale_version_id", sa.Uuid(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("window_days", sa.Integer(), nullable=False),
        sa.Column("counts", sa.String(length=16), nullable=False),
        sa.Column("highest_percent", sa.Integer(), nullable=False),
        sa.Column("appeal_days", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("counts IN ('better', 'last')", name=op.f("ck_retake_rule_counts")),
        sa.CheckConstraint("most BETWEEN 0 AND 20", name=op.f("ck_retake_rule_most")),
        sa.ForeignKeyConstraint(
            ["scale_version_id"],
            ["grading_scale_version.id"],
            name=op.f("fk_retake_rule_scale_version_id_grading_scale_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retake_rule")),
        sa.UniqueConstraint("scale_version_id", name=op.f("uq_retake_rule_scale_version_id")),
    )
    op.create_table(
        "scale_conversion",
        sa.Column("from_version_id", sa.Uuid(), nullable=False),
        sa.Column("to_version_id", sa.Uuid(), nullable=False),
        sa.Column("grades", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("source", sa.String(length=2000), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("from_version_id <> to_version_id", name=op.f("ck_scale_conversion_versions")),
        sa.ForeignKeyConstraint(
            ["from_version_id"],
            ["grading_scale_version.id"],
            name=op.f("fk_scale_conversion_from_version_id_grading_scale_version"),
        ),
        sa.ForeignKeyConstraint(
            ["to_version_id"],
            ["grading_scale_version.id"],
            name=op.f("fk_scale_conversion_to_version_id_grading_scale_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scale_conversion")),
        sa.UniqueConstraint(
            "from_version_id", "to_version_id", name=op.f("uq_scale_conversion_from_version_id_to_version_id")
        ),
    )
    with op.batch_alter_table("scale_conversion", schema=None) as batch_op:
        batch_op.create_index("ix_scale_conversion_to_version_id", ["to_version_id"], unique=False)

    op.create_table(
        "accommodation",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("feature", sa.String(length=32), nullable=False),
        sa.Column("for_tests", sa.Boolean(), nullable=False),
        sa.Column("for_assignments", sa.Boolean(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=True),
        sa.Column("time_percent", sa.Integer(), nullable=True),
        sa.Column("fixed_minutes", sa.Integer(), nullable=True),
        sa.Column("is_unlimited", sa.Boolean(), nullable=False),
        sa.Column("is_fixed_time", sa.Boolean(), nullable=False),
        sa.Column("fixed_time_reason", sa.Text(), nullable=True),
        sa.Column("break_minutes", sa.Integer(), nullable=True),
        sa.Column("break_count", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("form", sa.String(length=16), nullable=True),
        sa.Column("words", sa.Text(), nullable=True),
        sa.Column("magnification_percent", sa.Integer(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(feature IN ('braille', 'captions', 'long-description', 'sign-language', 'simplified-language-portions', 'spoken', 'transcript') AND ((time_percent IS NULL AND fixed_minutes IS NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NULL AND attempts IS NULL AND form IS NULL AND words IS NULL AND magnification_percent IS NULL AND NOT is_unlimited AND NOT is_fixed_time))) OR (feature IN ('additional-testing-time') AND ((time_percent IS NULL AND fixed_minutes IS NOT NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NULL AND attempts IS NULL AND form IS NULL AND words IS NULL AND magnification_percent IS NULL AND NOT is_unlimited AND NOT is_fixed_time) OR (time_percent IS NULL AND fixed_minutes IS NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NULL AND attempts IS NULL AND form IS NULL AND words IS NULL AND magnification_percent IS NULL AND NOT is_unlimited AND is_fixed_time) OR (time_percent IS NULL AND fixed_minutes IS NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NULL AND attempts IS NULL AND form IS NULL AND words IS NULL AND magnification_percent IS NULL AND is_unlimited AND NOT is_fixed_time) OR (time_percent IS NOT NULL AND fixed_minutes IS NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NULL AND attempts IS NULL AND form IS NULL AND words IS NULL AND magnification_percent IS NULL AND NOT is_unlimited AND NOT is_fixed_time))) OR (feature IN ('magnification') AND ((time_percent IS NULL AND fixed_minutes IS NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NULL AND attempts IS NULL AND form IS NULL AND words IS NULL AND magnification_percent IS NULL AND NOT is_unlimited AND NOT is_fixed_time) OR (time_percent IS NULL AND fixed_minutes IS NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NULL AND attempts IS NULL AND form IS NULL AND words IS NULL AND magnification_percent IS NOT NULL AND NOT is_unlimited AND NOT is_fixed_time))) OR (feature IN ('breaks') AND ((time_percent IS NULL AND fixed_minutes IS NULL AND break_minutes IS NOT NULL AND break_count IS NOT NULL AND days IS NULL AND attempts IS NULL AND form IS NULL AND words IS NULL AND magnification_percent IS NULL AND NOT is_unlimited AND NOT is_fixed_time))) OR (feature IN ('extended-deadline') AND ((time_percent IS NULL AND fixed_minutes IS NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NOT NULL AND attempts IS NULL AND form IS NULL AND words IS NULL AND magnification_percent IS NULL AND NOT is_unlimited AND NOT is_fixed_time))) OR (feature IN ('additional-attempts') AND ((time_percent IS NULL AND fixed_minutes IS NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NULL AND attempts IS NOT NULL AND form IS NULL AND words IS NULL AND magnification_percent IS NULL AND NOT is_unlimited AND NOT is_fixed_time))) OR (feature IN ('alternative-task') AND ((time_percent IS NULL AND fixed_minutes IS NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NULL AND attempts IS NULL AND form IS NULL AND words IS NOT NULL AND magnification_percent IS NULL AND NOT is_unlimited AND NOT is_fixed_time))) OR (feature IN ('alternative-form') AND ((time_percent IS NULL AND fixed_minutes IS NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NULL AND attempts IS NULL AND form IS NOT NULL AND words IS NULL AND magnification_percent IS NULL AND NOT is_unlimited AND NOT is_fixed_time))) OR (feature IN ('proctoring-exception') AND ((time_percent IS NULL AND fixed_minutes IS NULL AND break_minutes IS NULL AND break_count IS NULL AND days IS NULL AND attempts IS NULL AND form IS NULL AND words IS NOT NULL AND magnification_percent IS NULL AND NOT is_unlimited AND NOT is_fixed_time)))",
            name=op.f("ck_accommodation_value"),
        ),
        sa.CheckConstraint(
            "feature IN ('additional-attempts', 'additional-testing-time', 'alternative-form', 'alternative-task', 'braille', 'breaks', 'captions', 'extended-deadline', 'long-description', 'magnification', 'proctoring-exception', 'sign-language', 'simplified-language-portions', 'spoken', 'transcript')",
            name=op.f("ck_accommodation_feature"),
        ),
        sa.CheckConstraint(
            "form IN ('oral-for-written', 'text-for-video', 'written-for-oral')", name=op.f("ck_accommodation_form")
        ),
        sa.CheckConstraint("NOT is_fixed_time OR class_id IS NOT NULL", name=op.f("ck_accommodation_fixed_time_class")),
        sa.CheckConstraint("attempts BETWEEN 1 AND 20", name=op.f("ck_accommodation_attempts")),
        sa.CheckConstraint("break_count BETWEEN 1 AND 100", name=op.f("ck_accommodation_break_count")),
        sa.CheckConstraint("break_minutes BETWEEN 1 AND 1440", name=op.f("ck_accommodation_break_minutes")),
        sa.CheckConstraint("days BETWEEN 1 AND 365", name=op.f("ck_accommodation_days")),
        sa.CheckConstraint("fixed_minutes BETWEEN 0 AND 1440", name=op.f("ck_accommodation_fixed_minutes")),
        sa.CheckConstraint("for_tests OR for_assignments", name=op.f("ck_accommodation_kinds")),
        sa.CheckConstraint(
            "is_fixed_time = (fixed_time_reason IS NOT NULL)", name=op.f("ck_accommodation_fixed_time_reason")
        ),
        sa.CheckConstraint(
            "magnification_percent BETWEEN 100 AND 2000", name=op.f("ck_accommodation_magnification_percent")
        ),
        sa.CheckConstraint("time_percent BETWEEN 100 AND 1000", name=op.f("ck_accommodation_time_percent")),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_accommodation_class_id_class")),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["accommodation_plan.id"],
            name=op.f("fk_accommodation_plan_id_accommodation_plan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodation")),
    )
    with op.batch_alter_table("accommodation", schema=None) as batch_op:
        batch_op.create_index("ix_accommodation_class_id", ["class_id", "id"], unique=False)
        batch_op.create_index("ix_accommodation_plan_id", ["plan_id", "id"], unique=False)

    op.create_table(
        "accommodation_approval",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("party", sa.String(length=10), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decision", sa.String(length=7), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("decision = 'agreed' OR reason IS NOT NULL", name=op.f("ck_accommodation_approval_reason")),
        sa.CheckConstraint("decision IN ('agreed', 'refused')", name=op.f("ck_accommodation_approval_decision")),
        sa.CheckConstraint("party IN ('dean', 'department', 'service')", name=op.f("ck_accommodation_approval_party")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["person.id"], name=op.f("fk_accommodation_approval_decided_by_person")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["accommodation_plan.id"],
            name=op.f("fk_accommodation_approval_plan_id_accommodation_plan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accommodation_approval")),
        sa.UniqueConstraint("plan_id", "round", "decided_by", name="uq_accommodation_approval_person"),
        sa.UniqueConstraint("plan_id", "round", "party", name=op.f("uq_accommodation_approval_plan_id_round_party")),
    )
    with op.batch_alter_table("accommodation_approval", schema=None) as batch_op:
        batch_op.create_index("ix_accommodation_approval_decided_by", ["decided_by", "id"], unique=False)

    op.create_table(
        "class_scale",
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("scale_version_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_class_scale_class_id_class")),
        sa.ForeignKeyConstraint(
            ["scale_version_id"],
            ["grading_scale_version.id"],
            name=op.f("fk_class_scale_scale_version_id_grading_scale_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_scale")),
        sa.UniqueConstraint("class_id", name=op.f("uq_class_scale_class_id")),
    )
    with op.batch_alter_table("class_scale", schema=None) as batch_op:
        batch_op.create_index("ix_class_scale_scale_version_id", ["scale_version_id"], unique=False)

    op.create_table(
        "item",
        sa.Column("bank_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tags", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('single-choice', 'multiple-choice', 'ordering', 'matching', 'numeric', 'short-text', 'essay', 'file')",
            name=op.f("ck_item_kind"),
        ),
        sa.CheckConstraint("state in ('active', 'retired')", name=op.f("ck_item_state")),
        sa.ForeignKeyConstraint(["bank_id"], ["item_bank.id"], name=op.f("fk_item_bank_id_item_bank")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item")),
        sa.UniqueConstraint("bank_id", "code", name=op.f("uq_item_bank_id_code")),
    )
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.create_index("ix_item_bank_id_id", ["bank_id", "id"], unique=False)

    op.create_table(
        "item_bank_file",
        sa.Column("bank_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('picture', 'audio', 'video')", name=op.f("ck_item_bank_file_kind")),
        sa.ForeignKeyConstraint(["bank_id"], ["item_bank.id"], name=op.f("fk_item_bank_file_bank_id_item_bank")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_item_bank_file_file_id_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_bank_file")),
        sa.UniqueConstraint("file_id", name=op.f("uq_item_bank_file_file_id")),
    )
    with op.batch_alter_table("item_bank_file", schema=None) as batch_op:
        batch_op.create_index("ix_item_bank_file_bank_id_id", ["bank_id", "id"], unique=False)

    op.create_table(
        "plan_objection",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'open') = (answer IS NULL)", name=op.f("ck_plan_objection_answer")),
        sa.CheckConstraint("(state = 'open') = (decided_at IS NULL)", name=op.f("ck_plan_objection_decided_at")),
        sa.CheckConstraint("state IN ('dismissed', 'open', 'upheld')", name=op.f("ck_plan_objection_state")),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["accommodation_plan.id"],
            name=op.f("fk_plan_objection_plan_id_accommodation_plan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_objection")),
    )
    with op.batch_alter_table("plan_objection", schema=None) as batch_op:
        batch_op.create_index("ix_plan_objection_plan_id", ["plan_id", "id"], unique=False)
        batch_op.create_index("ix_plan_objection_state", ["state", "id"], unique=False)
        batch_op.create_index(
            "uq_plan_objection_open",
            ["plan_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "rubric",
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_rubric_class_id_class")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric")),
    )
    with op.batch_alter_table("rubric", schema=None) as batch_op:
        batch_op.create_index("ix_rubric_class_id_id", ["class_id", "id"], unique=False)

    op.create_table(
        "task",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_limit_s", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=True),
        sa.Column("is_self_check", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('test', 'assignment')", name=op.f("ck_task_kind")),
        sa.CheckConstraint("state IN ('draft', 'announced', 'cancelled')", name=op.f("ck_task_state")),
        sa.CheckConstraint("attempts > 0", name=op.f("ck_task_attempts")),
        sa.CheckConstraint("opens_at < due_at AND due_at <= closes_at", name=op.f("ck_task_window")),
        sa.CheckConstraint("time_limit_s > 0", name=op.f("ck_task_time_limit_s")),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_task_class_id_class")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index("ix_task_class_id_id", ["class_id", "id"], unique=False)
        batch_op.create_index("ix_task_state_due_at_id", ["state", "due_at", "id"], unique=False)

    op.create_table(
        "transcript",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("academic_session_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("gaps", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approval_reason", sa.String(), nullable=True),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("seal", sa.String(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'issued' OR (code IS NOT NULL AND issued_on IS NOT NULL)", name=op.f("ck_transcript_issued")
        ),
        sa.CheckConstraint("state IN ('draft', 'approved', 'issued', 'superseded')", name=op.f("ck_transcript_state")),
        sa.CheckConstraint("(code IS NULL) = (seal IS NULL)", name=op.f("ck_transcript_seal")),
        sa.CheckConstraint("(edition = 1) = (reason IS NULL)", name=op.f("ck_transcript_reason")),
        sa.CheckConstraint("edition > 0", name=op.f("ck_transcript_edition")),
        sa.ForeignKeyConstraint(
            ["academic_session_id"],
            ["academic_session.id"],
            name=op.f("fk_transcript_academic_session_id_academic_session"),
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_transcript_approved_by_person")),
        sa.ForeignKeyConstraint(["drafted_by"], ["person.id"], name=op.f("fk_transcript_drafted_by_person")),
        sa.ForeignKeyConstraint(["issued_by"], ["person.id"], name=op.f("fk_transcript_issued_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_transcript_person_id_person")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_transcript_programme_id_programme")),
        sa.ForeignKeyConstraint(["replaces_id"], ["transcript.id"], name=op.f("fk_transcript_replaces_id_transcript")),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_transcript_study_id_study")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_transcript_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript")),
        sa.UniqueConstraint("code", name=op.f("uq_transcript_code")),
        sa.UniqueConstraint("number", "edition", name=op.f("uq_transcript_number_edition")),
        sa.UniqueConstraint(
            "study_id",
            "academic_session_id",
            "edition",
            name=op.f("uq_transcript_study_id_academic_session_id_edition"),
        ),
    )
    with op.batch_alter_table("transcript", schema=None) as batch_op:
        batch_op.create_index("ix_transcript_academic_session_id_id", ["academic_session_id", "id"], unique=False)
        batch_op.create_index("ix_transcript_approved_by", ["approved_by"], unique=False)
        batch_op.create_index("ix_transcript_drafted_by", ["drafted_by"], unique=False)
        batch_op.create_index("ix_transcript_issued_by", ["issued_by"], unique=False)
        batch_op.create_index("ix_transcript_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_transcript_programme_id_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_transcript_replaces_id", ["replaces_id"], unique=False)
        batch_op.create_index("ix_transcript_unit_id_id", ["unit_id", "id"], unique=False)
        batch_op.create_index(
            "uq_transcript_approved",
            ["study_id", "academic_session_id"],
            unique=True,
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.create_index(
            "uq_transcript_draft",
            ["study_id", "academic_session_id"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )
        batch_op.create_index(
            "uq_transcript_issued",
            ["study_id", "academic_session_id"],
            unique=True,
            sqlite_where=sa.text("state = 'issued'"),
            postgresql_where=sa.text("state = 'issued'"),
        )

    op.create_table(
        "class_result",
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Uuid(), nullable=False),
        sa.Column("study_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("academic_session_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("study_unit_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("scale_version_id", sa.Uuid(), nullable=False),
        sa.Column("grade_code", sa.String(length=64), nullable=False),
        sa.Column("is_pass", sa.Boolean(), nullable=False),
        sa.Column("parts", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("returned_reason", sa.String(), nullable=True),
        sa.Column("outdated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('proposed', 'returned', 'approved', 'superseded')", name=op.f("ck_class_result_state")
        ),
        sa.CheckConstraint("points BETWEEN 0 AND 10000", name=op.f("ck_class_result_points")),
        sa.ForeignKeyConstraint(
            ["academic_session_id"],
            ["academic_session.id"],
            name=op.f("fk_class_result_academic_session_id_academic_session"),
        ),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_class_result_class_id_class")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_class_result_course_id_course")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_class_result_decided_by_person")),
        sa.ForeignKeyConstraint(
            ["enrolment_id"], ["enrolment.id"], name=op.f("fk_class_result_enrolment_id_enrolment")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_class_result_person_id_person")),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["class_result.id"], name=op.f("fk_class_result_previous_id_class_result")
        ),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_class_result_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_class_result_proposed_by_person")),
        sa.ForeignKeyConstraint(
            ["scale_version_id"],
            ["grading_scale_version.id"],
            name=op.f("fk_class_result_scale_version_id_grading_scale_version"),
        ),
        sa.ForeignKeyConstraint(["study_id"], ["study.id"], name=op.f("fk_class_result_study_id_study")),
        sa.ForeignKeyConstraint(["study_unit_id"], ["unit.id"], name=op.f("fk_class_result_study_unit_id_unit")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_class_result_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_result")),
        sa.UniqueConstraint("class_id", "person_id", "number", name=op.f("uq_class_result_class_id_person_id_number")),
    )
    with op.batch_alter_table("class_result", schema=None) as batch_op:
        batch_op.create_index("ix_class_result_academic_session_id_id", ["academic_session_id", "id"], unique=False)
        batch_op.create_index("ix_class_result_class_id_id", ["class_id", "id"], unique=False)
        batch_op.create_index("ix_class_result_course_id", ["course_id"], unique=False)
        batch_op.create_index("ix_class_result_enrolment_id", ["enrolment_id"], unique=False)
        batch_op.create_index(
            "ix_class_result_person_id_academic_session_id", ["person_id", "academic_session_id"], unique=False
        )
        batch_op.create_index("ix_class_result_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_class_result_previous_id", ["previous_id"], unique=False)
        batch_op.create_index("ix_class_result_programme_id_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_class_result_scale_version_id", ["scale_version_id"], unique=False)
        batch_op.create_index("ix_class_result_study_id", ["study_id"], unique=False)
        batch_op.create_index("ix_class_result_study_unit_id_id", ["study_unit_id", "id"], unique=False)
        batch_op.create_index("ix_class_result_unit_id_id", ["unit_id", "id"], unique=False)
        batch_op.create_index(
            "uq_class_result_approved",
            ["class_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.create_index(
            "uq_class_result_proposed",
            ["class_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )

    op.create_table(
        "incident",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("story", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_granted", sa.Boolean(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('submitted', 'in-review', 'granted', 'refused', 'closed')", name=op.f("ck_incident_state")
        ),
        sa.CheckConstraint("decided_by <> person_id", name=op.f("ck_incident_other_decider")),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name=op.f("ck_incident_period")),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_incident_class_id_class")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_incident_closed_by_person")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_incident_decided_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_incident_person_id_person")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_incident_programme_id_programme")),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_incident_reported_by_person")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["person.id"], name=op.f("fk_incident_reviewed_by_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_incident_task_id_task")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_incident_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index("ix_incident_class_id_id", ["class_id", "id"], unique=False)
        batch_op.create_index("ix_incident_decided_at", ["decided_at", "id"], unique=False)
        batch_op.create_index("ix_incident_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_incident_programme_id_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_incident_task_id_person_id", ["task_id", "person_id"], unique=False)
        batch_op.create_index("ix_incident_unit_id_id", ["unit_id", "id"], unique=False)

    op.create_table(
        "integrity_case",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("work_kind", sa.String(length=10), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("ground", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("suspicion", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("notified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notified_by", sa.Uuid(), nullable=True),
        sa.Column("hearing_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("statement", sa.Text(), nullable=True),
        sa.Column("statement_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_by", sa.Uuid(), nullable=True),
        sa.Column("was_present", sa.Boolean(), nullable=True),
        sa.Column("protocol", sa.Text(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("sanction", sa.String(length=10), nullable=True),
        sa.Column("sanction_reason", sa.Text(), nullable=True),
        sa.Column("sanctioned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sanctioned_by", sa.Uuid(), nullable=True),
        sa.Column("appeal_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal", sa.Text(), nullable=True),
        sa.Column("appeal_outcome", sa.String(length=10), nullable=True),
        sa.Column("appeal_reason", sa.Text(), nullable=True),
        sa.Column("appeal_decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_decided_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("annulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("annulled_by", sa.Uuid(), nullable=True),
        sa.Column("annulment_reason", sa.Text(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("appeal_outcome IN ('upheld', 'overturned')", name=op.f("ck_integrity_case_appeal_outcome")),
        sa.CheckConstraint(
            "ground IN ('similarity', 'somebody-else', 'forbidden-help', 'proctoring', 'authorship', 'other')",
            name=op.f("ck_integrity_case_ground"),
        ),
        sa.CheckConstraint("sanction IN ('warning', 'redo', 'annulment')", name=op.f("ck_integrity_case_sanction")),
        sa.CheckConstraint(
            "state IN ('reported', 'notified', 'heard', 'confirmed', 'dismissed', 'sanctioned', 'appealed', 'final')",
            name=op.f("ck_integrity_case_state"),
        ),
        sa.CheckConstraint("work_kind IN ('submission', 'attempt')", name=op.f("ck_integrity_case_work_kind")),
        sa.CheckConstraint(
            "annulled_by <> decided_by AND annulled_by <> reported_by", name=op.f("ck_integrity_case_second_person")
        ),
        sa.CheckConstraint("appeal_decided_by <> decided_by", name=op.f("ck_integrity_case_other_appeal")),
        sa.CheckConstraint("reported_by <> decided_by", name=op.f("ck_integrity_case_other_decider")),
        sa.ForeignKeyConstraint(["annulled_by"], ["person.id"], name=op.f("fk_integrity_case_annulled_by_person")),
        sa.ForeignKeyConstraint(
            ["appeal_decided_by"], ["person.id"], name=op.f("fk_integrity_case_appeal_decided_by_person")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_integrity_case_class_id_class")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_integrity_case_decided_by_person")),
        sa.ForeignKeyConstraint(["heard_by"], ["person.id"], name=op.f("fk_integrity_case_heard_by_person")),
        sa.ForeignKeyConstraint(["notified_by"], ["person.id"], name=op.f("fk_integrity_case_notified_by_person")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_integrity_case_person_id_person")),
        sa.ForeignKeyConstraint(
            ["programme_id"], ["programme.id"], name=op.f("fk_integrity_case_programme_id_programme")
        ),
        sa.ForeignKeyConstraint(["reported_by"], ["person.id"], name=op.f("fk_integrity_case_reported_by_person")),
        sa.ForeignKeyConstraint(["sanctioned_by"], ["person.id"], name=op.f("fk_integrity_case_sanctioned_by_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_integrity_case_task_id_task")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_integrity_case_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_integrity_case")),
    )
    with op.batch_alter_table("integrity_case", schema=None) as batch_op:
        batch_op.create_index("ix_integrity_case_class_id_id", ["class_id", "id"], unique=False)
        batch_op.create_index("ix_integrity_case_closed_at", ["closed_at", "id"], unique=False)
        batch_op.create_index("ix_integrity_case_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_integrity_case_programme_id_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_integrity_case_reported_by_id", ["reported_by", "id"], unique=False)
        batch_op.create_index("ix_integrity_case_task_id", ["task_id"], unique=False)
        batch_op.create_index("ix_integrity_case_unit_id_id", ["unit_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_integrity_case_work_id"), ["work_id"], unique=False)

    op.create_table(
        "item_version",
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("points_hundredths", sa.Integer(), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("points_hundredths > 0", name=op.f("ck_item_version_points")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_item_version_author_id_person")),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_item_version_item_id_item")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_version")),
        sa.UniqueConstraint("item_id", "number", name=op.f("uq_item_version_item_id_number")),
    )
    with op.batch_alter_table("item_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_version_author_id"), ["author_id"], unique=False)

    op.create_table(
        "oral_check",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("work_kind", sa.String(length=10), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("form", sa.String(length=8), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("venue", sa.String(length=300), nullable=False),
        sa.Column("examiner_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("grade_changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("grade_changed_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'held') = (outcome IS NOT NULL)", name=op.f("ck_oral_check_held")),
        sa.CheckConstraint("form IN ('oral', 'written')", name=op.f("ck_oral_check_form")),
        sa.CheckConstraint("outcome IN ('authorship-shown', 'doubts')", name=op.f("ck_oral_check_outcome")),
        sa.CheckConstraint("state IN ('scheduled', 'held', 'missed', 'cancelled')", name=op.f("ck_oral_check_state")),
        sa.CheckConstraint("work_kind IN ('submission', 'attempt')", name=op.f("ck_oral_check_work_kind")),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_oral_check_class_id_class")),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_oral_check_closed_by_person")),
        sa.ForeignKeyConstraint(["examiner_id"], ["person.id"], name=op.f("fk_oral_check_examiner_id_person")),
        sa.ForeignKeyConstraint(
            ["grade_changed_by"], ["person.id"], name=op.f("fk_oral_check_grade_changed_by_person")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_oral_check_person_id_person")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_oral_check_programme_id_programme")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_oral_check_task_id_task")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_oral_check_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oral_check")),
    )
    with op.batch_alter_table("oral_check", schema=None) as batch_op:
        batch_op.create_index("ix_oral_check_class_id_id", ["class_id", "id"], unique=False)
        batch_op.create_index("ix_oral_check_closed_at", ["closed_at", "id"], unique=False)
        batch_op.create_index("ix_oral_check_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_oral_check_programme_id_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_oral_check_task_id", ["task_id"], unique=False)
        batch_op.create_index("ix_oral_check_unit_id_id", ["unit_id", "id"], unique=False)

    op.create_table(
        "reminder",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("hours_before", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_reminder_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_reminder_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder")),
        sa.UniqueConstraint(
            "task_id",
            "person_id",
            "due_at",
            "hours_before",
            name=op.f("uq_reminder_task_id_person_id_due_at_hours_before"),
        ),
    )
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index("ix_reminder_created_at_id", ["created_at", "id"], unique=False)
        batch_op.create_index("ix_reminder_person_id", ["person_id"], unique=False)

    op.create_table(
        "rubric_version",
        sa.Column("rubric_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["rubric_id"], ["rubric.id"], name=op.f("fk_rubric_version_rubric_id_rubric")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_version")),
        sa.UniqueConstraint("rubric_id", "number", name=op.f("uq_rubric_version_rubric_id_number")),
    )
    op.create_table(
        "similarity_run",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("common", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("cut", sa.Integer(), nullable=False),
        sa.Column("unread", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("pairs", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("state IN ('waiting', 'done', 'failed')", name=op.f("ck_similarity_run_state")),
        sa.ForeignKeyConstraint(["assignment_id"], ["task.id"], name=op.f("fk_similarity_run_assignment_id_task")),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_similarity_run_class_id_class")),
        sa.ForeignKeyConstraint(["requested_by"], ["person.id"], name=op.f("fk_similarity_run_requested_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_similarity_run")),
    )
    with op.batch_alter_table("similarity_run", schema=None) as batch_op:
        batch_op.create_index("ix_similarity_run_assignment_id", ["assignment_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_similarity_run_class_id"), ["class_id"], unique=False)
        batch_op.create_index("ix_similarity_run_created_at", ["created_at", "id"], unique=False)

    op.create_table(
        "task_done",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_task_done_person_id_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_done_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_done")),
        sa.UniqueConstraint("task_id", "person_id", name=op.f("uq_task_done_task_id_person_id")),
    )
    with op.batch_alter_table("task_done", schema=None) as batch_op:
        batch_op.create_index("ix_task_done_person_id", ["person_id"], unique=False)

    op.create_table(
        "task_results_approved",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_task_results_approved_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_results_approved")),
        sa.UniqueConstraint("task_id", name=op.f("uq_task_results_approved_task_id")),
    )
    op.create_table(
        "transcript_file",
        sa.Column("transcript_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_transcript_file_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["transcript_id"], ["transcript.id"], name=op.f("fk_transcript_file_transcript_id_transcript")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_file")),
        sa.UniqueConstraint(
            "transcript_id", "language", "format", name=op.f("uq_transcript_file_transcript_id_language_format")
        ),
    )
    with op.batch_alter_table("transcript_file", schema=None) as batch_op:
        batch_op.create_index("ix_transcript_file_file_id", ["file_id"], unique=False)

    op.create_table(
        "transcript_notice",
        sa.Column("transcript_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_transcript_notice_class_id_class")),
        sa.ForeignKeyConstraint(
            ["transcript_id"], ["transcript.id"], name=op.f("fk_transcript_notice_transcript_id_transcript")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_notice")),
        sa.UniqueConstraint("transcript_id", "class_id", name=op.f("uq_transcript_notice_transcript_id_class_id")),
    )
    with op.batch_alter_table("transcript_notice", schema=None) as batch_op:
        batch_op.create_index("ix_transcript_notice_class_id", ["class_id"], unique=False)
        batch_op.create_index("ix_transcript_notice_id_transcript_id", ["id", "transcript_id"], unique=False)

    op.create_table(
        "extension",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("window_minutes", sa.Integer(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("incident_id", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_for", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempts BETWEEN 0 AND 100", name=op.f("ck_extension_attempts")),
        sa.CheckConstraint("minutes + window_minutes + attempts > 0", name=op.f("ck_extension_something")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 525600", name=op.f("ck_extension_minutes")),
        sa.CheckConstraint("window_minutes BETWEEN 0 AND 525600", name=op.f("ck_extension_window_minutes")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_extension_granted_by_person")),
        sa.ForeignKeyConstraint(["incident_id"], ["incident.id"], name=op.f("fk_extension_incident_id_incident")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_extension_person_id_person")),
        sa.ForeignKeyConstraint(["revoked_by"], ["person.id"], name=op.f("fk_extension_revoked_by_person")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_extension_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index("ix_extension_incident_id", ["incident_id"], unique=False)
        batch_op.create_index("ix_extension_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_extension_task_id_person_id", ["task_id", "person_id"], unique=False)

    op.create_table(
        "incident_evidence",
        sa.Column("incident_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_incident_evidence_added_by_person")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_incident_evidence_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incident.id"], name=op.f("fk_incident_evidence_incident_id_incident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_evidence")),
    )
    with op.batch_alter_table("incident_evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incident_evidence_file_id"), ["file_id"], unique=False)
        batch_op.create_index("ix_incident_evidence_incident_id_id", ["incident_id", "id"], unique=False)

    op.create_table(
        "item_key",
        sa.Column("item_version_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_version.id"], name=op.f("fk_item_key_item_version_id_item_version")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_key")),
        sa.UniqueConstraint("item_version_id", name=op.f("uq_item_key_item_version_id")),
    )
    op.create_table(
        "item_rendition",
        sa.Column("item_version_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("format", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("orders", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'ready') = (file_id is not null)", name=op.f("ck_item_rendition_file")),
        sa.CheckConstraint(
            "format in ('spoken', 'braille', 'large-print', 'long-description', 'simplified-language-portions', 'sign-language', 'captions', 'transcript')",
            name=op.f("ck_item_rendition_format"),
        ),
        sa.CheckConstraint("language in ('ky', 'ru', 'en')", name=op.f("ck_item_rendition_language")),
        sa.CheckConstraint(
            "state in ('ordered', 'making', 'ready', 'failed', 'needs-person')", name=op.f("ck_item_rendition_state")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_item_rendition_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_version.id"], name=op.f("fk_item_rendition_item_version_id_item_version")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["person.id"], name=op.f("fk_item_rendition_made_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_rendition")),
        sa.UniqueConstraint(
            "item_version_id", "language", "format", name=op.f("uq_item_rendition_item_version_id_language_format")
        ),
    )
    with op.batch_alter_table("item_rendition", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_item_rendition_file_id"), ["file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_item_rendition_made_by"), ["made_by"], unique=False)
        batch_op.create_index("ix_item_rendition_state_id", ["state", "id"], unique=False)

    op.create_table(
        "line_item",
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("max_points", sa.Integer(), nullable=False),
        sa.Column("rubric_version_id", sa.Uuid(), nullable=True),
        sa.Column("is_blind", sa.Boolean(), nullable=False),
        sa.Column("second_marker", sa.Boolean(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "category IN ('test', 'assignment', 'attendance', 'module', 'exam', 'other')",
            name=op.f("ck_line_item_category"),
        ),
        sa.CheckConstraint("state IN ('open', 'released', 'cancelled')", name=op.f("ck_line_item_state")),
        sa.CheckConstraint("max_points > 0", name=op.f("ck_line_item_max_points")),
        sa.CheckConstraint("threshold >= 0", name=op.f("ck_line_item_threshold")),
        sa.CheckConstraint("weight >= 0", name=op.f("ck_line_item_weight")),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_line_item_class_id_class")),
        sa.ForeignKeyConstraint(["released_by"], ["person.id"], name=op.f("fk_line_item_released_by_person")),
        sa.ForeignKeyConstraint(
            ["rubric_version_id"], ["rubric_version.id"], name=op.f("fk_line_item_rubric_version_id_rubric_version")
        ),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_line_item_task_id_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_item")),
        sa.UniqueConstraint("class_id", "code", name=op.f("uq_line_item_class_id_code")),
        sa.UniqueConstraint("task_id", name=op.f("uq_line_item_task_id")),
    )
    with op.batch_alter_table("line_item", schema=None) as batch_op:
        batch_op.create_index("ix_line_item_class_id_id", ["class_id", "id"], unique=False)
        batch_op.create_index("ix_line_item_rubric_version_id", ["rubric_version_id"], unique=False)

    op.create_table(
        "rubric_criterion",
        sa.Column("rubric_version_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("max_points", sa.Integer(), nullable=False),
        sa.Column("levels", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["rubric_version_id"],
            ["rubric_version.id"],
            name=op.f("fk_rubric_criterion_rubric_version_id_rubric_version"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rubric_criterion")),
        sa.UniqueConstraint("rubric_version_id", "code", name=op.f("uq_rubric_criterion_rubric_version_id_code")),
        sa.UniqueConstraint(
            "rubric_version_id", "position", name=op.f("uq_rubric_criterion_rubric_version_id_position")
        ),
    )
    op.create_table(
        "appeal",
        sa.Column("line_item_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("entry_sequence", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Uuid(), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('submitted', 'in_review', 'granted', 'refused', 'closed')", name=op.f("ck_appeal_state")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_appeal_class_id_class")),
        sa.ForeignKeyConstraint(["line_item_id"], ["line_item.id"], name=op.f("fk_appeal_line_item_id_line_item")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_appeal_person_id_person")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_appeal_programme_id_programme")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["person.id"], name=op.f("fk_appeal_reviewer_id_person")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_appeal_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index("ix_appeal_class_id_id", ["class_id", "id"], unique=False)
        batch_op.create_index("ix_appeal_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_appeal_programme_id_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_appeal_unit_id_id", ["unit_id", "id"], unique=False)
        batch_op.create_index(
            "uq_appeal_open",
            ["line_item_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('submitted', 'in_review')"),
            postgresql_where=sa.text("state IN ('submitted', 'in_review')"),
        )

    op.create_table(
        "assignment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("instructions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("late", sa.String(length=8), nullable=False),
        sa.Column("penalty_percent", sa.Integer(), nullable=False),
        sa.Column("most_files", sa.Integer(), nullable=False),
        sa.Column("most_bytes", sa.BigInteger(), nullable=False),
        sa.Column("media_types", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("text", sa.String(length=8), nullable=False),
        sa.Column("forming", sa.String(length=10), nullable=False),
        sa.Column("group_size", sa.Integer(), nullable=False),
        sa.Column("grading", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("line_item_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(forming = 'none') = (group_size = 1)", name=op.f("ck_assignment_groups")),
        sa.CheckConstraint("forming IN ('none', 'instructor', 'students')", name=op.f("ck_assignment_forming")),
        sa.CheckConstraint("late IN ('refused', 'accepted')", name=op.f("ck_assignment_late")),
        sa.CheckConstraint("most_files > 0 OR text <> 'none'", name=op.f("ck_assignment_something")),
        sa.CheckConstraint("text IN ('none', 'optional', 'required')", name=op.f("ck_assignment_text")),
        sa.CheckConstraint("group_size BETWEEN 1 AND 50", name=op.f("ck_assignment_group_size")),
        sa.CheckConstraint("most_bytes > 0", name=op.f("ck_assignment_most_bytes")),
        sa.CheckConstraint("most_files BETWEEN 0 AND 100", name=op.f("ck_assignment_most_files")),
        sa.CheckConstraint("penalty_percent BETWEEN 0 AND 100", name=op.f("ck_assignment_penalty_percent")),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_assignment_class_id_class")),
        sa.ForeignKeyConstraint(["id"], ["task.id"], name=op.f("fk_assignment_id_task")),
        sa.ForeignKeyConstraint(["line_item_id"], ["line_item.id"], name=op.f("fk_assignment_line_item_id_line_item")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_assignment_programme_id_programme")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_assignment_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_class_id_id", ["class_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_line_item_id"), ["line_item_id"], unique=False)
        batch_op.create_index("ix_assignment_programme_id_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_assignment_unit_id_id", ["unit_id", "id"], unique=False)

    op.create_table(
        "grade_event",
        sa.Column("line_item_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("source_kind", sa.String(length=16), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(points IS NULL) = (kind IN ('annulled', 'reinstated'))", name=op.f("ck_grade_event_points")
        ),
        sa.CheckConstraint("kind = 'posted' OR reason IS NOT NULL", name=op.f("ck_grade_event_reason")),
        sa.CheckConstraint(
            "kind IN ('posted', 'amended', 'retaken', 'annulled', 'reinstated')", name=op.f("ck_grade_event_kind")
        ),
        sa.CheckConstraint(
            "source_kind IN ('hand', 'attempt', 'submission', 'oral-check', 'appeal', 'retake', 'case')",
            name=op.f("ck_grade_event_source_kind"),
        ),
        sa.CheckConstraint("points >= 0", name=op.f("ck_grade_event_least")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_grade_event_author_id_person")),
        sa.ForeignKeyConstraint(["line_item_id"], ["line_item.id"], name=op.f("fk_grade_event_line_item_id_line_item")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_grade_event_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_event")),
        sa.UniqueConstraint(
            "line_item_id", "person_id", "sequence", name=op.f("uq_grade_event_line_item_id_person_id_sequence")
        ),
    )
    with op.batch_alter_table("grade_event", schema=None) as batch_op:
        batch_op.create_index("ix_grade_event_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_grade_event_source_id", ["source_id"], unique=False)

    op.create_table(
        "journal_entry",
        sa.Column("line_item_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(points IS NULL) = (state = 'annulled')", name=op.f("ck_journal_entry_points")),
        sa.CheckConstraint(
            "state IN ('posted', 'amended', 'retaken', 'annulled')", name=op.f("ck_journal_entry_state")
        ),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_journal_entry_class_id_class")),
        sa.ForeignKeyConstraint(
            ["line_item_id"], ["line_item.id"], name=op.f("fk_journal_entry_line_item_id_line_item")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_journal_entry_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("line_item_id", "person_id", name=op.f("uq_journal_entry_line_item_id_person_id")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index("ix_journal_entry_class_id_person_id", ["class_id", "person_id"], unique=False)
        batch_op.create_index("ix_journal_entry_person_id_id", ["person_id", "id"], unique=False)

    op.create_table(
        "marking_work",
        sa.Column("line_item_id", sa.Uuid(), nullable=False),
        sa.Column("work_kind", sa.String(length=16), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("content_path", sa.String(length=300), nullable=True),
        sa.Column("max_points", sa.Integer(), nullable=False),
        sa.Column("base_points", sa.Integer(), nullable=False),
        sa.Column("deduction", sa.Integer(), nullable=False),
        sa.Column("keeps_better", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decision_reason", sa.String(), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'disputed', 'finished', 'withdrawn')", name=op.f("ck_marking_work_state")
        ),
        sa.CheckConstraint("work_kind IN ('submission', 'attempt')", name=op.f("ck_marking_work_work_kind")),
        sa.CheckConstraint("deduction BETWEEN 0 AND 10000", name=op.f("ck_marking_work_deduction")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_marking_work_decided_by_person")),
        sa.ForeignKeyConstraint(
            ["line_item_id"], ["line_item.id"], name=op.f("fk_marking_work_line_item_id_line_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_work")),
        sa.UniqueConstraint("line_item_id", "code", name=op.f("uq_marking_work_line_item_id_code")),
        sa.UniqueConstraint("work_id", name=op.f("uq_marking_work_work_id")),
    )
    with op.batch_alter_table("marking_work", schema=None) as batch_op:
        batch_op.create_index("ix_marking_work_line_item_id_state_id", ["line_item_id", "state", "id"], unique=False)

    op.create_table(
        "retake",
        sa.Column("line_item_id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.String(length=16), nullable=False),
        sa.Column("highest_points", sa.Integer(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("ended_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cause IN ('absent', 'failed')", name=op.f("ck_retake_cause")),
        sa.CheckConstraint(
            "state IN ('granted', 'scheduled', 'graded', 'missed', 'cancelled')", name=op.f("ck_retake_state")
        ),
        sa.CheckConstraint("opens_at < closes_at", name=op.f("ck_retake_window")),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_retake_class_id_class")),
        sa.ForeignKeyConstraint(["granted_by"], ["person.id"], name=op.f("fk_retake_granted_by_person")),
        sa.ForeignKeyConstraint(["line_item_id"], ["line_item.id"], name=op.f("fk_retake_line_item_id_line_item")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_retake_person_id_person")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_retake_programme_id_programme")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_retake_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retake")),
        sa.UniqueConstraint(
            "line_item_id", "person_id", "number", name=op.f("uq_retake_line_item_id_person_id_number")
        ),
    )
    with op.batch_alter_table("retake", schema=None) as batch_op:
        batch_op.create_index("ix_retake_class_id_id", ["class_id", "id"], unique=False)
        batch_op.create_index("ix_retake_person_id_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_retake_programme_id_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_retake_unit_id_id", ["unit_id", "id"], unique=False)

    op.create_table(
        "test",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("class_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("programme_id", sa.Uuid(), nullable=True),
        sa.Column("navigation", sa.String(length=10), nullable=False),
        sa.Column("languages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("is_self_check", sa.Boolean(), nullable=False),
        sa.Column("is_exam", sa.Boolean(), nullable=False),
        sa.Column("is_proctored", sa.Boolean(), nullable=False),
        sa.Column("warning", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("warning_digest", sa.String(length=64), nullable=True),
        sa.Column("review", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("counting", sa.String(length=5), nullable=False),
        sa.Column("grading", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("blueprint", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("max_points", sa.Integer(), nullable=True),
        sa.Column("line_item_id", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("counting IN ('best', 'last', 'first')", name=op.f("ck_test_counting")),
        sa.CheckConstraint("navigation IN ('free', 'sequential')", name=op.f("ck_test_navigation")),
        sa.ForeignKeyConstraint(["class_id"], ["class.id"], name=op.f("fk_test_class_id_class")),
        sa.ForeignKeyConstraint(["id"], ["task.id"], name=op.f("fk_test_id_task")),
        sa.ForeignKeyConstraint(["line_item_id"], ["line_item.id"], name=op.f("fk_test_line_item_id_line_item")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_test_programme_id_programme")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_test_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test")),
    )
    with op.batch_alter_table("test", schema=None) as batch_op:
        batch_op.create_index("ix_test_class_id", ["class_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_test_line_item_id"), ["line_item_id"], unique=False)
        batch_op.create_index("ix_test_programme_id", ["programme_id", "id"], unique=False)
        batch_op.create_index("ix_test_unit_id", ["unit_id", "id"], unique=False)

    op.create_table(
        "assignment_file",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_assignment_file_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_assignment_file_file_id_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment_file")),
        sa.UniqueConstraint("assignment_id", "number", name=op.f("uq_assignment_file_assignment_id_number")),
    )
    with op.batch_alter_table("assignment_file", schema=None) as batch_op:
        batch_op.create_index("ix_assignment_file_file_id", ["file_id"], unique=False)

    op.create_table(
        "attempt",
        sa.Column("test_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=32), nullable=False),
        sa.Column("blind_order", sa.Uuid(), nullable=False),
        sa.Column("paper", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.Column("navigation", sa.String(length=10), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("boot", sa.String(length=36), nullable=False),
        sa.Column("boot_s", sa.Float(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("conditions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("breaks_s", sa.Integer(), nullable=False),
        sa.Column("breaks_count", sa.Integer(), nullable=True),
        sa.Column("breaks_taken", sa.Integer(), nullable=False),
        sa.Column("paused_ms", sa.BigInteger(), nullable=False),
        sa.Column("break_began_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_printed_order", sa.Boolean(), nullable=False),
        sa.Column("proctoring", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("scores", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("graded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("annulled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("case_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'in-progress') = (submitted_at IS NULL)", name=op.f("ck_attempt_submitted_at")),
        sa.CheckConstraint("break_began_at IS NULL OR state = 'in-progress'", name=op.f("ck_attempt_break")),
        sa.CheckConstraint(
            "state IN ('in-progress', 'submitted', 'auto-submitted', 'graded', 'released', 'annulled')",
            name=op.f("ck_attempt_state"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_attempt_number")),
        sa.CheckConstraint(
            "submitted_at IS NULL OR deadline_at IS NULL OR submitted_at <= deadline_at",
            name=op.f("ck_attempt_in_time"),
        ),
        sa.CheckConstraint("submitted_at IS NULL OR submitted_at >= started_at", name=op.f("ck_attempt_after_start")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attempt_person_id_person")),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name=op.f("fk_attempt_test_id_test")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
        sa.UniqueConstraint("test_id", "person_id", "number", name=op.f("uq_attempt_test_id_person_id_number")),
    )
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_blind_order", ["test_id", "blind_order"], unique=False)
        batch_op.create_index(
            "ix_attempt_due",
            ["deadline_at"],
            unique=False,
            sqlite_where=sa.text("state = 'in-progress'"),
            postgresql_where=sa.text("state = 'in-progress'"),
        )
        batch_op.create_index("ix_attempt_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_attempt_test_id", ["test_id", "id"], unique=False)
        batch_op.create_index(
            "uq_attempt_running",
            ["test_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("state = 'in-progress'"),
            postgresql_where=sa.text("state = 'in-progress'"),
        )

    op.create_table(
        "blocked_start",
        sa.Column("test_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("formats", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_blocked_start_person_id_person")),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name=op.f("fk_blocked_start_test_id_test")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_start")),
        sa.UniqueConstraint("test_id", "person_id", name=op.f("uq_blocked_start_test_id_person_id")),
    )
    with op.batch_alter_table("blocked_start", schema=None) as batch_op:
        batch_op.create_index("ix_blocked_start_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_blocked_start_resolved_at", ["resolved_at", "id"], unique=False)

    op.create_table(
        "identity_check",
        sa.Column("test_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoke_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_identity_check_person_id_person")),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name=op.f("fk_identity_check_test_id_test")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_check")),
    )
    with op.batch_alter_table("identity_check", schema=None) as batch_op:
        batch_op.create_index("ix_identity_check_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index("ix_identity_check_test_id_person_id", ["test_id", "person_id", "id"], unique=False)

    op.create_table(
        "marking",
        sa.Column("marking_work_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("marker_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("scores", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(state = 'open') = (marker_id IS NULL)", name=op.f("ck_marking_marker")),
        sa.CheckConstraint("role IN ('first', 'second')", name=op.f("ck_marking_role")),
        sa.CheckConstraint("state IN ('open', 'taken', 'finished')", name=op.f("ck_marking_state")),
        sa.ForeignKeyConstraint(["marker_id"], ["person.id"], name=op.f("fk_marking_marker_id_person")),
        sa.ForeignKeyConstraint(
            ["marking_work_id"], ["marking_work.id"], name=op.f("fk_marking_marking_work_id_marking_work")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking")),
        sa.UniqueConstraint("marking_work_id", "marker_id", name=op.f("uq_marking_marking_work_id_marker_id")),
        sa.UniqueConstraint("marking_work_id", "role", name=op.f("uq_marking_marking_work_id_role")),
    )
    with op.batch_alter_table("marking", schema=None) as batch_op:
        batch_op.create_index("ix_marking_marker_id_state_id", ["marker_id", "state", "id"], unique=False)

    op.create_table(
        "marking_person",
        sa.Column("marking_work_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["marking_work_id"],
            ["marking_work.id"],
            name=op.f("fk_marking_person_marking_work_id_marking_work"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_marking_person_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_marking_person")),
        sa.UniqueConstraint("marking_work_id", "person_id", name=op.f("uq_marking_person_marking_work_id_person_id")),
    )
    with op.batch_alter_table("marking_person", schema=None) as batch_op:
        batch_op.create_index("ix_marking_person_person_id_id", ["person_id", "id"], unique=False)

    op.create_table(
        "sitting",
        sa.Column("test_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=6), nullable=False),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("format", sa.String(length=16), nullable=True),
        sa.Column("place", sa.String(length=300), nullable=True),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("announced_by", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(kind = 'retake') = (previous_id IS NOT NULL)", name=op.f("ck_sitting_previous")),
        sa.CheckConstraint(
            "format IS NULL OR format IN ('online', 'online-proctored', 'computer-class')",
            name=op.f("ck_sitting_format"),
        ),
        sa.CheckConstraint("kind IN ('main', 'retake')", name=op.f("ck_sitting_kind")),
        sa.CheckConstraint("state = 'planned' OR format IS NOT NULL", name=op.f("ck_sitting_format_known")),
        sa.CheckConstraint(
            "state IN ('planned', 'announced', 'open', 'closed', 'results-approved')", name=op.f("ck_sitting_state")
        ),
        sa.CheckConstraint("previous_id IS NULL OR previous_id <> id", name=op.f("ck_sitting_not_itself")),
        sa.ForeignKeyConstraint(["previous_id"], ["sitting.id"], name=op.f("fk_sitting_previous_id_sitting")),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name=op.f("fk_sitting_test_id_test")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting")),
        sa.UniqueConstraint("test_id", name=op.f("uq_sitting_test_id")),
    )
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.create_index("ix_sitting_previous_id", ["previous_id"], unique=False)
        batch_op.create_index("ix_sitting_state", ["state", "id"], unique=False)

    op.create_table(
        "submission_group",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_submission_group_assignment_id_assignment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_group")),
        sa.UniqueConstraint("assignment_id", "number", name=op.f("uq_submission_group_assignment_id_number")),
    )
    op.create_table(
        "test_section",
        sa.Column("test_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("titles", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("draw", sa.Integer(), nullable=True),
        sa.Column("shuffle_items", sa.Boolean(), nullable=False),
        sa.Column("shuffle_choices", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("draw IS NULL OR draw > 0", name=op.f("ck_test_section_draw")),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name=op.f("fk_test_section_test_id_test")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_section")),
        sa.UniqueConstraint("test_id", "number", name=op.f("uq_test_section_test_id_number")),
    )
    op.create_table(
        "warning_acknowledgement",
        sa.Column("test_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("warning_digest", sa.String(length=64), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_warning_acknowledgement_person_id_person")),
        sa.ForeignKeyConstraint(["test_id"], ["test.id"], name=op.f("fk_warning_acknowledgement_test_id_test")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_acknowledgement")),
        sa.UniqueConstraint(
            "test_id",
            "person_id",
            "warning_digest",
            name=op.f("uq_warning_acknowledgement_test_id_person_id_warning_digest"),
        ),
    )
    with op.batch_alter_table("warning_acknowledgement", schema=None) as batch_op:
        batch_op.create_index("ix_warning_acknowledgement_person_id", ["person_id", "id"], unique=False)

    op.create_table(
        "attempt_break",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name=op.f("ck_attempt_break_period")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_break_attempt_id_attempt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_break")),
        sa.UniqueConstraint("attempt_id", "number", name=op.f("uq_attempt_break_attempt_id_number")),
    )
    op.create_table(
        "attempt_change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=14), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_change_attempt_id_attempt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_change")),
        sa.UniqueConstraint("attempt_id", "number", name=op.f("uq_attempt_change_attempt_id_number")),
    )
    with op.batch_alter_table("attempt_change", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_change_created_at", ["created_at"], unique=False)

    op.create_table(
        "attempt_file",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_attempt_file_attempt_id_attempt")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_attempt_file_file_id_stored_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt_file")),
        sa.UniqueConstraint("attempt_id", "file_id", name=op.f("uq_attempt_file_attempt_id_file_id")),
    )
    with op.batch_alter_table("attempt_file", schema=None) as batch_op:
        batch_op.create_index("ix_attempt_file_file_id", ["file_id"], unique=False)

    op.create_table(
        "grade_feedback",
        sa.Column("line_item_id", sa.Uuid(), nullable=False),
        sa.Column("marking_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("scores", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("rubric_version_id", sa.Uuid(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("marking_id IS NOT NULL OR person_id IS NOT NULL", name=op.f("ck_grade_feedback_place")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_grade_feedback_author_id_person")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_grade_feedback_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["line_item_id"], ["line_item.id"], name=op.f("fk_grade_feedback_line_item_id_line_item")
        ),
        sa.ForeignKeyConstraint(["marking_id"], ["marking.id"], name=op.f("fk_grade_feedback_marking_id_marking")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_grade_feedback_person_id_person")),
        sa.ForeignKeyConstraint(
            ["rubric_version_id"],
            ["rubric_version.id"],
            name=op.f("fk_grade_feedback_rubric_version_id_rubric_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_feedback")),
    )
    with op.batch_alter_table("grade_feedback", schema=None) as batch_op:
        batch_op.create_index("ix_grade_feedback_file_id", ["file_id"], unique=False)
        batch_op.create_index("ix_grade_feedback_line_item_id_person_id", ["line_item_id", "person_id"], unique=False)
        batch_op.create_index("ix_grade_feedback_marking_id", ["marking_id"], unique=False)
        batch_op.create_index("ix_grade_feedback_person_id", ["person_id"], unique=False)

    op.create_table(
        "response",
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("place > 0 AND version > 0", name=op.f("ck_response_numbers")),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempt.id"], name=op.f("fk_response_attempt_id_attempt")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sa.UniqueConstraint("attempt_id", "place", "version", name=op.f("uq_response_attempt_id_place_version")),
    )
    op.create_table(
        "sitting_candidate",
        sa.Column("sitting_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("retake_id", sa.Uuid(), nullable=True),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_sitting_candidate_person_id_person")),
        sa.ForeignKeyConstraint(["retake_id"], ["retake.id"], name=op.f("fk_sitting_candidate_retake_id_retake")),
        sa.ForeignKeyConstraint(["sitting_id"], ["sitting.id"], name=op.f("fk_sitting_candidate_sitting_id_sitting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitting_candidate")),
        sa.UniqueConstraint("sitting_id", "person_id", name=op.f("uq_sitting_candidate_sitting_id_person_id")),
    )
    with op.batch_alter_table("sitting_candidate", schema=None) as batch_op:
        batch_op.create_index("ix_sitting_candidate_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sitting_candidate_retake_id"), ["retake_id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=True),
        sa.Column("text_version", sa.Integer(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.Uuid(), nullable=True),
        sa.Column("late_ms", sa.BigInteger(), nullable=True),
        sa.Column("deduction_percent", sa.Integer(), nullable=True),
        sa.Column("conditions", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("receipt_seal", sa.String(length=200), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(submitted_at IS NULL) = (state IN ('draft', 'discarded')) AND (submitted_at IS NULL) = (receipt IS NULL)",
            name=op.f("ck_submission_submitted"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'superseded', 'withdrawn', 'discarded')", name=op.f("ck_submission_state")
        ),
        sa.CheckConstraint("deduction_percent BETWEEN 0 AND 100", name=op.f("ck_submission_deduction_percent")),
        sa.CheckConstraint("late_ms >= 0", name=op.f("ck_submission_late_ms")),
        sa.CheckConstraint("number > 0", name=op.f("ck_submission_number")),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_submission_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["submission_group.id"], name=op.f("fk_submission_group_id_submission_group")
        ),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_submission_submitted_by_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint(
            "assignment_id", "holder_id", "number", name=op.f("uq_submission_assignment_id_holder_id_number")
        ),
    )
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.create_index("ix_submission_assignment_id_id", ["assignment_id", "id"], unique=False)
        batch_op.create_index("ix_submission_group_id", ["group_id"], unique=False)
        batch_op.create_index(
            "uq_submission_counts",
            ["assignment_id", "holder_id"],
            unique=True,
            sqlite_where=sa.text("state = 'submitted'"),
            postgresql_where=sa.text("state = 'submitted'"),
        )
        batch_op.create_index(
            "uq_submission_draft",
            ["assignment_id", "holder_id"],
            unique=True,
            sqlite_where=sa.text("state = 'draft'"),
            postgresql_where=sa.text("state = 'draft'"),
        )

    op.create_table(
        "submission_group_member",
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_submission_group_member_assignment_id_assignment")
        ),
        sa.ForeignKeyConstraint(
            ["group_id"], ["submission_group.id"], name=op.f("fk_submission_group_member_group_id_submission_group")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_submission_group_member_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_group_member")),
    )
    with op.batch_alter_table("submission_group_member", schema=None) as batch_op:
        batch_op.create_index("ix_submission_group_member_group_id", ["group_id"], unique=False)
        batch_op.create_index("ix_submission_group_member_person_id", ["person_id", "id"], unique=False)
        batch_op.create_index(
            "uq_submission_group_member_present",
            ["assignment_id", "person_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "test_section_item",
        sa.Column("section_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("item_version_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_version_id"], ["item_version.id"], name=op.f("fk_test_section_item_item_version_id_item_version")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["test_section.id"], name=op.f("fk_test_section_item_section_id_test_section")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_test_section_item")),
        sa.UniqueConstraint(
            "section_id", "item_version_id", name=op.f("uq_test_section_item_section_id_item_version_id")
        ),
        sa.UniqueConstraint("section_id", "number", name=op.f("uq_test_section_item_section_id_number")),
    )
    with op.batch_alter_table("test_section_item", schema=None) as batch_op:
        batch_op.create_index("ix_test_section_item_item_version_id", ["item_version_id"], unique=False)

    op.create_table(
        "similarity_mark",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("work_id", sa.Uuid(), nullable=False),
        sa.Column("mixed_words", sa.Integer(), nullable=False),
        sa.Column("invisible_signs", sa.Integer(), nullable=False),
        sa.Column("places", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["similarity_run.id"], name=op.f("fk_similarity_mark_run_id_similarity_run"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["work_id"], ["submission.id"], name=op.f("fk_similarity_mark_work_id_submission"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_similarity_mark")),
    )
    with op.batch_alter_table("similarity_mark", schema=None) as batch_op:
        batch_op.create_index("ix_similarity_mark_run_id_id", ["run_id", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_similarity_mark_work_id"), ["work_id"], unique=False)

    op.create_table(
        "similarity_pair",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("first_work_id", sa.Uuid(), nullable=False),
        sa.Column("second_work_id", sa.Uuid(), nullable=False),
        sa.Column("shared_words", sa.Integer(), nullable=False),
        sa.Column("first_shared", sa.Integer(), nullable=False),
        sa.Column("second_shared", sa.Integer(), nullable=False),
        sa.Column("first_words", sa.Integer(), nullable=False),
        sa.Column("second_words", sa.Integer(), nullable=False),
        sa.Column("passages", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_work_id <> second_work_id", name=op.f("ck_similarity_pair_two_works")),
        sa.CheckConstraint("shared_words > 0", name=op.f("ck_similarity_pair_shared_words")),
        sa.ForeignKeyConstraint(
            ["first_work_id"],
            ["submission.id"],
            name=op.f("fk_similarity_pair_first_work_id_submission"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["similarity_run.id"], name=op.f("fk_similarity_pair_run_id_similarity_run"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["second_work_id"],
            ["submission.id"],
            name=op.f("fk_similarity_pair_second_work_id_submission"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_similarity_pair")),
    )
    with op.batch_alter_table("similarity_pair", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_similarity_pair_first_work_id"), ["first_work_id"], unique=False)
        batch_op.create_index("ix_similarity_pair_run_id_order", ["run_id", "place", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_similarity_pair_second_work_id"), ["second_work_id"], unique=False)

    op.create_table(
        "submission_file",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_submission_file_added_by_person")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_submission_file_file_id_stored_file")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submission_file_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_file")),
        sa.UniqueConstraint("submission_id", "number", name=op.f("uq_submission_file_submission_id_number")),
    )
    with op.batch_alter_table("submission_file", schema=None) as batch_op:
        batch_op.create_index("ix_submission_file_file_id", ["file_id"], unique=False)

    op.create_table(
        "submission_person",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_submission_person_person_id_person")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submission_person_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_person")),
        sa.UniqueConstraint("submission_id", "person_id", name=op.f("uq_submission_person_submission_id_person_id")),
    )
    with op.batch_alter_table("submission_person", schema=None) as batch_op:
        batch_op.create_index("ix_submission_person_person_id", ["person_id", "id"], unique=False)

    op.create_table(
        "submission_text",
        sa.Column("submission_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_submission_text_saved_by_person")),
        sa.ForeignKeyConstraint(
            ["submission_id"], ["submission.id"], name=op.f("fk_submission_text_submission_id_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission_text")),
        sa.UniqueConstraint("submission_id", "version", name=op.f("uq_submission_text_submission_id_version")),
    )

    for statement in IMMUTABLE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    for statement in MUTABLE[op.get_bind().dialect.name]:
        op.execute(statement)

    op.drop_table("submission_text")
    with op.batch_alter_table("submission_person", schema=None) as batch_op:
        batch_op.drop_index("ix_submission_person_person_id")

    op.drop_table("submission_person")
    with op.batch_alter_table("submission_file", schema=None) as batch_op:
        batch_op.drop_index("ix_submission_file_file_id")

    op.drop_table("submission_file")
    with op.batch_alter_table("similarity_pair", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_similarity_pair_second_work_id"))
        batch_op.drop_index("ix_similarity_pair_run_id_order")
        batch_op.drop_index(batch_op.f("ix_similarity_pair_first_work_id"))

    op.drop_table("similarity_pair")
    with op.batch_alter_table("similarity_mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_similarity_mark_work_id"))
        batch_op.drop_index("ix_similarity_mark_run_id_id")

    op.drop_table("similarity_mark")
    with op.batch_alter_table("test_section_item", schema=None) as batch_op:
        batch_op.drop_index("ix_test_section_item_item_version_id")

    op.drop_table("test_section_item")
    with op.batch_alter_table("submission_group_member", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_submission_group_member_present",
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )
        batch_op.drop_index("ix_submission_group_member_person_id")
        batch_op.drop_index("ix_submission_group_member_group_id")

    op.drop_table("submission_group_member")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_submission_draft", sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'")
        )
        batch_op.drop_index(
            "uq_submission_counts",
            sqlite_where=sa.text("state = 'submitted'"),
            postgresql_where=sa.text("state = 'submitted'"),
        )
        batch_op.drop_index("ix_submission_group_id")
        batch_op.drop_index("ix_submission_assignment_id_id")

    op.drop_table("submission")
    with op.batch_alter_table("sitting_candidate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sitting_candidate_retake_id"))
        batch_op.drop_index("ix_sitting_candidate_person_id")

    op.drop_table("sitting_candidate")
    op.drop_table("response")
    with op.batch_alter_table("grade_feedback", schema=None) as batch_op:
        batch_op.drop_index("ix_grade_feedback_person_id")
        batch_op.drop_index("ix_grade_feedback_marking_id")
        batch_op.drop_index("ix_grade_feedback_line_item_id_person_id")
        batch_op.drop_index("ix_grade_feedback_file_id")

    op.drop_table("grade_feedback")
    with op.batch_alter_table("attempt_file", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_file_file_id")

    op.drop_table("attempt_file")
    with op.batch_alter_table("attempt_change", schema=None) as batch_op:
        batch_op.drop_index("ix_attempt_change_created_at")

    op.drop_table("attempt_change")
    op.drop_table("attempt_break")
    with op.batch_alter_table("warning_acknowledgement", schema=None) as batch_op:
        batch_op.drop_index("ix_warning_acknowledgement_person_id")

    op.drop_table("warning_acknowledgement")
    op.drop_table("test_section")
    op.drop_table("submission_group")
    with op.batch_alter_table("sitting", schema=None) as batch_op:
        batch_op.drop_index("ix_sitting_state")
        batch_op.drop_index("ix_sitting_previous_id")

    op.drop_table("sitting")
    with op.batch_alter_table("marking_person", schema=None) as batch_op:
        batch_op.drop_index("ix_marking_person_person_id_id")

    op.drop_table("marking_person")
    with op.batch_alter_table("marking", schema=None) as batch_op:
        batch_op.drop_index("ix_marking_marker_id_state_id")

    op.drop_table("marking")
    with op.batch_alter_table("identity_check", schema=None) as batch_op:
        batch_op.drop_index("ix_identity_check_test_id_person_id")
        batch_op.drop_index("ix_identity_check_person_id")

    op.drop_table("identity_check")
    with op.batch_alter_table("blocked_start", schema=None) as batch_op:
        batch_op.drop_index("ix_blocked_start_resolved_at")
        batch_op.drop_index("ix_blocked_start_person_id")

    op.drop_table("blocked_start")
    with op.batch_alter_table("attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_attempt_running",
            sqlite_where=sa.text("state = 'in-progress'"),
            postgresql_where=sa.text("state = 'in-progress'"),
        )
        batch_op.drop_index("ix_attempt_test_id")
        batch_op.drop_index("ix_attempt_person_id")
        batch_op.drop_index(
            "ix_attempt_due",
            sqlite_where=sa.text("state = 'in-progress'"),
            postgresql_where=sa.text("state = 'in-progress'"),
        )
        batch_op.drop_index("ix_attempt_blind_order")

    op.drop_table("attempt")
    with op.batch_alter_table("assignment_file", schema=None) as batch_op:
        batch_op.drop_index("ix_assignment_file_file_id")

    op.drop_table("assignment_file")
    with op.batch_alter_table("test", schema=None) as batch_op:
        batch_op.drop_index("ix_test_unit_id")
        batch_op.drop_index("ix_test_programme_id")
        batch_op.drop_index(batch_op.f("ix_test_line_item_id"))
        batch_op.drop_index("ix_test_class_id")

    op.drop_table("test")
    with op.batch_alter_table("retake", schema=None) as batch_op:
        batch_op.drop_index("ix_retake_unit_id_id")
        batch_op.drop_index("ix_retake_programme_id_id")
        batch_op.drop_index("ix_retake_person_id_id")
        batch_op.drop_index("ix_retake_class_id_id")

    op.drop_table("retake")
    with op.batch_alter_table("marking_work", schema=None) as batch_op:
        batch_op.drop_index("ix_marking_work_line_item_id_state_id")

    op.drop_table("marking_work")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_journal_entry_person_id_id")
        batch_op.drop_index("ix_journal_entry_class_id_person_id")

    op.drop_table("journal_entry")
    with op.batch_alter_table("grade_event", schema=None) as batch_op:
        batch_op.drop_index("ix_grade_event_source_id")
        batch_op.drop_index("ix_grade_event_person_id_id")

    op.drop_table("grade_event")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_assignment_unit_id_id")
        batch_op.drop_index("ix_assignment_programme_id_id")
        batch_op.drop_index(batch_op.f("ix_assignment_line_item_id"))
        batch_op.drop_index("ix_assignment_class_id_id")

    op.drop_table("assignment")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appeal_open",
            sqlite_where=sa.text("state IN ('submitted', 'in_review')"),
            postgresql_where=sa.text("state IN ('submitted', 'in_review')"),
        )
        batch_op.drop_index("ix_appeal_unit_id_id")
        batch_op.drop_index("ix_appeal_programme_id_id")
        batch_op.drop_index("ix_appeal_person_id_id")
        batch_op.drop_index("ix_appeal_class_id_id")

    op.drop_table("appeal")
    op.drop_table("rubric_criterion")
    with op.batch_alter_table("line_item", schema=None) as batch_op:
        batch_op.drop_index("ix_line_item_rubric_version_id")
        batch_op.drop_index("ix_line_item_class_id_id")

    op.drop_table("line_item")
    with op.batch_alter_table("item_rendition", schema=None) as batch_op:
        batch_op.drop_index("ix_item_rendition_state_id")
        batch_op.drop_index(batch_op.f("ix_item_rendition_made_by"))
        batch_op.drop_index(batch_op.f("ix_item_rendition_file_id"))

    op.drop_table("item_rendition")
    op.drop_table("item_key")
    with op.batch_alter_table("incident_evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_incident_evidence_incident_id_id")
        batch_op.drop_index(batch_op.f("ix_incident_evidence_file_id"))

    op.drop_table("incident_evidence")
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_index("ix_extension_task_id_person_id")
        batch_op.drop_index("ix_extension_person_id_id")
        batch_op.drop_index("ix_extension_incident_id")

    op.drop_table("extension")
    with op.batch_alter_table("transcript_notice", schema=None) as batch_op:
        batch_op.drop_index("ix_transcript_notice_id_transcript_id")
        batch_op.drop_index("ix_transcript_notice_class_id")

    op.drop_table("transcript_notice")
    with op.batch_alter_table("transcript_file", schema=None) as batch_op:
        batch_op.drop_index("ix_transcript_file_file_id")

    op.drop_table("transcript_file")
    op.drop_table("task_results_approved")
    with op.batch_alter_table("task_done", schema=None) as batch_op:
        batch_op.drop_index("ix_task_done_person_id")

    op.drop_table("task_done")
    with op.batch_alter_table("similarity_run", schema=None) as batch_op:
        batch_op.drop_index("ix_similarity_run_created_at")
        batch_op.drop_index(batch_op.f("ix_similarity_run_class_id"))
        batch_op.drop_index("ix_similarity_run_assignment_id")

    op.drop_table("similarity_run")
    op.drop_table("rubric_version")
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index("ix_reminder_person_id")
        batch_op.drop_index("ix_reminder_created_at_id")

    op.drop_table("reminder")
    with op.batch_alter_table("oral_check", schema=None) as batch_op:
        batch_op.drop_index("ix_oral_check_unit_id_id")
        batch_op.drop_index("ix_oral_check_task_id")
        batch_op.drop_index("ix_oral_check_programme_id_id")
        batch_op.drop_index("ix_oral_check_person_id_id")
        batch_op.drop_index("ix_oral_check_closed_at")
        batch_op.drop_index("ix_oral_check_class_id_id")

    op.drop_table("oral_check")
    with op.batch_alter_table("item_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_item_version_author_id"))

    op.drop_table("item_version")
    with op.batch_alter_table("integrity_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_integrity_case_work_id"))
        batch_op.drop_index("ix_integrity_case_unit_id_id")
        batch_op.drop_index("ix_integrity_case_task_id")
        batch_op.drop_index("ix_integrity_case_reported_by_id")
        batch_op.drop_index("ix_integrity_case_programme_id_id")
        batch_op.drop_index("ix_integrity_case_person_id_id")
        batch_op.drop_index("ix_integrity_case_closed_at")
        batch_op.drop_index("ix_integrity_case_class_id_id")

    op.drop_table("integrity_case")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index("ix_incident_unit_id_id")
        batch_op.drop_index("ix_incident_task_id_person_id")
        batch_op.drop_index("ix_incident_programme_id_id")
        batch_op.drop_index("ix_incident_person_id_id")
        batch_op.drop_index("ix_incident_decided_at")
        batch_op.drop_index("ix_incident_class_id_id")

    op.drop_table("incident")
    with op.batch_alter_table("class_result", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_class_result_proposed",
            sqlite_where=sa.text("state = 'proposed'"),
            postgresql_where=sa.text("state = 'proposed'"),
        )
        batch_op.drop_index(
            "uq_class_result_approved",
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.drop_index("ix_class_result_unit_id_id")
        batch_op.drop_index("ix_class_result_study_unit_id_id")
        batch_op.drop_index("ix_class_result_study_id")
        batch_op.drop_index("ix_class_result_scale_version_id")
        batch_op.drop_index("ix_class_result_programme_id_id")
        batch_op.drop_index("ix_class_result_previous_id")
        batch_op.drop_index("ix_class_result_person_id_id")
        batch_op.drop_index("ix_class_result_person_id_academic_session_id")
        batch_op.drop_index("ix_class_result_enrolment_id")
        batch_op.drop_index("ix_class_result_course_id")
        batch_op.drop_index("ix_class_result_class_id_id")
        batch_op.drop_index("ix_class_result_academic_session_id_id")

    op.drop_table("class_result")
    with op.batch_alter_table("transcript", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_transcript_issued",
            sqlite_where=sa.text("state = 'issued'"),
            postgresql_where=sa.text("state = 'issued'"),
        )
        batch_op.drop_index(
            "uq_transcript_draft", sqlite_where=sa.text("state = 'draft'"), postgresql_where=sa.text("state = 'draft'")
        )
        batch_op.drop_index(
            "uq_transcript_approved",
            sqlite_where=sa.text("state = 'approved'"),
            postgresql_where=sa.text("state = 'approved'"),
        )
        batch_op.drop_index("ix_transcript_unit_id_id")
        batch_op.drop_index("ix_transcript_replaces_id")
        batch_op.drop_index("ix_transcript_programme_id_id")
        batch_op.drop_index("ix_transcript_person_id_id")
        batch_op.drop_index("ix_transcript_issued_by")
        batch_op.drop_index("ix_transcript_drafted_by")
        batch_op.drop_index("ix_transcript_approved_by")
        batch_op.drop_index("ix_transcript_academic_session_id_id")

    op.drop_table("transcript")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index("ix_task_state_due_at_id")
        batch_op.drop_index("ix_task_class_id_id")

    op.drop_table("task")
    with op.batch_alter_table("rubric", schema=None) as batch_op:
        batch_op.drop_index("ix_rubric_class_id_id")

    op.drop_table("rubric")
    with op.batch_alter_table("plan_objection", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_plan_objection_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index("ix_plan_objection_state")
        batch_op.drop_index("ix_plan_objection_plan_id")

    op.drop_table("plan_objection")
    with op.batch_alter_table("item_bank_file", schema=None) as batch_op:
        batch_op.drop_index("ix_item_bank_file_bank_id_id")

    op.drop_table("item_bank_file")
    with op.batch_alter_table("item", schema=None) as batch_op:
        batch_op.drop_index("ix_item_bank_id_id")

    op.drop_table("item")
    with op.batch_alter_table("class_scale", schema=None) as batch_op:
        batch_op.drop_index("ix_class_scale_scale_version_id")

    op.drop_table("class_scale")
    with op.batch_alter_table("accommodation_approval", schema=None) as batch_op:
        batch_op.drop_index("ix_accommodation_approval_decided_by")

    op.drop_table("accommodation_approval")
    with op.batch_alter_table("accommodation", schema=None) as batch_op:
        batch_op.drop_index("ix_accommodation_plan_id")
        batch_op.drop_index("ix_accommodation_class_id")

    op.drop_table("accommodation")
    with op.batch_alter_table("scale_conversion", schema=None) as batch_op:
        batch_op.drop_index("ix_scale_conversion_to_version_id")

    op.drop_table("scale_conversion")
    op.drop_table("retake_rule")
    with op.batch_alter_table("item_bank", schema=None) as batch_op:
        batch_op.drop_index("ix_item_bank_course_id_id")

    op.drop_table("item_bank")
    with op.batch_alter_table("accommodation_plan", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_accommodation_plan_in_preparation",
            sqlite_where=sa.text("state IN ('agreed', 'assessed', 'requested')"),
            postgresql_where=sa.text("state IN ('agreed', 'assessed', 'requested')"),
        )
        batch_op.drop_index(
            "uq_accommodation_plan_active",
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        )
        batch_op.drop_index("ix_accommodation_plan_state_effective_until")
        batch_op.drop_index("ix_accommodation_plan_state")
        batch_op.drop_index("ix_accommodation_plan_procedure_unit_id")
        batch_op.drop_index("ix_accommodation_plan_previous_id")
        batch_op.drop_index("ix_accommodation_plan_case_id")

    op.drop_table("accommodation_plan")
    with op.batch_alter_table("accommodation_evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_accommodation_evidence_case_id")

    op.drop_table("accommodation_evidence")
    with op.batch_alter_table("stored_file", schema=None) as batch_op:
        batch_op.drop_index("ix_stored_file_scan_id")
        batch_op.drop_index(batch_op.f("ix_stored_file_person_id"))
        batch_op.drop_index(batch_op.f("ix_stored_file_key_name"))
        batch_op.drop_index(batch_op.f("ix_stored_file_address"))

    op.drop_table("stored_file")
    op.drop_table("reminder_terms")
    op.drop_table("reminder_choice")
    op.drop_table("integrity_terms")
    op.drop_table("grading_scale_version")
    with op.batch_alter_table("accommodation_case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_accommodation_case_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_accommodation_case_state")
        batch_op.drop_index("ix_accommodation_case_person_id")
        batch_op.drop_index("ix_accommodation_case_coordinator_id")

    op.drop_table("accommodation_case")
    op.drop_table("transcript_counter")
    with op.batch_alter_table("grading_scale", schema=None) as batch_op:
        batch_op.drop_index("ix_grading_scale_code_id")

    op.drop_table("grading_scale")
    op.drop_table("accommodation_report")


IMMUTABLE = {
    "sqlite": (
        "CREATE TRIGGER transcript_no_update BEFORE UPDATE ON transcript WHEN (OLD.state = 'approved' AND (NEW.state = 'draft' OR NEW.person_id IS NOT OLD.person_id OR NEW.study_id IS NOT OLD.study_id OR NEW.academic_session_id IS NOT OLD.academic_session_id OR NEW.programme_id IS NOT OLD.programme_id OR NEW.unit_id IS NOT OLD.unit_id OR NEW.number IS NOT OLD.number OR NEW.edition IS NOT OLD.edition OR NEW.replaces_id IS NOT OLD.replaces_id OR NEW.reason IS NOT OLD.reason OR NEW.content IS NOT OLD.content OR NEW.gaps IS NOT OLD.gaps OR NEW.digest IS NOT OLD.digest OR NEW.drafted_by IS NOT OLD.drafted_by OR NEW.approved_by IS NOT OLD.approved_by OR NEW.approved_at IS NOT OLD.approved_at OR NEW.approval_reason IS NOT OLD.approval_reason OR NEW.id IS NOT OLD.id OR NEW.created_at IS NOT OLD.created_at OR (NEW.state <> 'issued' AND (NEW.person_id IS NOT OLD.person_id OR NEW.study_id IS NOT OLD.study_id OR NEW.academic_session_id IS NOT OLD.academic_session_id OR NEW.programme_id IS NOT OLD.programme_id OR NEW.unit_id IS NOT OLD.unit_id OR NEW.number IS NOT OLD.number OR NEW.edition IS NOT OLD.edition OR NEW.replaces_id IS NOT OLD.replaces_id OR NEW.reason IS NOT OLD.reason OR NEW.content IS NOT OLD.content OR NEW.gaps IS NOT OLD.gaps OR NEW.digest IS NOT OLD.digest OR NEW.drafted_by IS NOT OLD.drafted_by OR NEW.approved_by IS NOT OLD.approved_by OR NEW.approved_at IS NOT OLD.approved_at OR NEW.approval_reason IS NOT OLD.approval_reason OR NEW.issued_by IS NOT OLD.issued_by OR NEW.issued_at IS NOT OLD.issued_at OR NEW.issued_on IS NOT OLD.issued_on OR NEW.code IS NOT OLD.code OR NEW.id IS NOT OLD.id OR NEW.created_at IS NOT OLD.created_at)))) OR (OLD.state = 'issued' AND (NEW.state NOT IN ('issued', 'superseded') OR NEW.person_id IS NOT OLD.person_id OR NEW.study_id IS NOT OLD.study_id OR NEW.academic_session_id IS NOT OLD.academic_session_id OR NEW.programme_id IS NOT OLD.programme_id OR NEW.unit_id IS NOT OLD.unit_id OR NEW.number IS NOT OLD.number OR NEW.edition IS NOT OLD.edition OR NEW.replaces_id IS NOT OLD.replaces_id OR NEW.reason IS NOT OLD.reason OR NEW.content IS NOT OLD.content OR NEW.gaps IS NOT OLD.gaps OR NEW.digest IS NOT OLD.digest OR NEW.drafted_by IS NOT OLD.drafted_by OR NEW.approved_by IS NOT OLD.approved_by OR NEW.approved_at IS NOT OLD.approved_at OR NEW.approval_reason IS NOT OLD.approval_reason OR NEW.issued_by IS NOT OLD.issued_by OR NEW.issued_at IS NOT OLD.issued_at OR NEW.issued_on IS NOT OLD.issued_on OR NEW.code IS NOT OLD.code OR NEW.id IS NOT OLD.id OR NEW.created_at IS NOT OLD.created_at)) OR (OLD.state = 'superseded' AND (NEW.state <> 'superseded' OR NEW.person_id IS NOT OLD.person_id OR NEW.study_id IS NOT OLD.study_id OR NEW.academic_session_id IS NOT OLD.academic_session_id OR NEW.programme_id IS NOT OLD.programme_id OR NEW.unit_id IS NOT OLD.unit_id OR NEW.number IS NOT OLD.number OR NEW.edition IS NOT OLD.edition OR NEW.replaces_id IS NOT OLD.replaces_id OR NEW.reason IS NOT OLD.reason OR NEW.content IS NOT OLD.content OR NEW.gaps IS NOT OLD.gaps OR NEW.digest IS NOT OLD.digest OR NEW.drafted_by IS NOT OLD.drafted_by OR NEW.approved_by IS NOT OLD.approved_by OR NEW.approved_at IS NOT OLD.approved_at OR NEW.approval_reason IS NOT OLD.approval_reason OR NEW.issued_by IS NOT OLD.issued_by OR NEW.issued_at IS NOT OLD.issued_at OR NEW.issued_on IS NOT OLD.issued_on OR NEW.code IS NOT OLD.code OR NEW.id IS NOT OLD.id OR NEW.created_at IS NOT OLD.created_at OR NEW.superseded_at IS NOT OLD.superseded_at)) BEGIN SELECT RAISE(ABORT, 'a transcript that was approved is never changed'); END",
        "CREATE TRIGGER transcript_no_delete BEFORE DELETE ON transcript WHEN OLD.state <> 'draft' BEGIN SELECT RAISE(ABORT, 'a transcript that was approved is never changed'); END",
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION refuse_transcript_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a transcript that was approved is never changed'; END $$",
        "CREATE TRIGGER transcript_no_update BEFORE UPDATE ON transcript FOR EACH ROW WHEN ((OLD.state = 'approved' AND (NEW.state = 'draft' OR NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.study_id IS DISTINCT FROM OLD.study_id OR NEW.academic_session_id IS DISTINCT FROM OLD.academic_session_id OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.edition IS DISTINCT FROM OLD.edition OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.content IS DISTINCT FROM OLD.content OR NEW.gaps IS DISTINCT FROM OLD.gaps OR NEW.digest IS DISTINCT FROM OLD.digest OR NEW.drafted_by IS DISTINCT FROM OLD.drafted_by OR NEW.approved_by IS DISTINCT FROM OLD.approved_by OR NEW.approved_at IS DISTINCT FROM OLD.approved_at OR NEW.approval_reason IS DISTINCT FROM OLD.approval_reason OR NEW.id IS DISTINCT FROM OLD.id OR NEW.created_at IS DISTINCT FROM OLD.created_at OR (NEW.state <> 'issued' AND (NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.study_id IS DISTINCT FROM OLD.study_id OR NEW.academic_session_id IS DISTINCT FROM OLD.academic_session_id OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.edition IS DISTINCT FROM OLD.edition OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.content IS DISTINCT FROM OLD.content OR NEW.gaps IS DISTINCT FROM OLD.gaps OR NEW.digest IS DISTINCT FROM OLD.digest OR NEW.drafted_by IS DISTINCT FROM OLD.drafted_by OR NEW.approved_by IS DISTINCT FROM OLD.approved_by OR NEW.approved_at IS DISTINCT FROM OLD.approved_at OR NEW.approval_reason IS DISTINCT FROM OLD.approval_reason OR NEW.issued_by IS DISTINCT FROM OLD.issued_by OR NEW.issued_at IS DISTINCT FROM OLD.issued_at OR NEW.issued_on IS DISTINCT FROM OLD.issued_on OR NEW.code IS DISTINCT FROM OLD.code OR NEW.id IS DISTINCT FROM OLD.id OR NEW.created_at IS DISTINCT FROM OLD.created_at)))) OR (OLD.state = 'issued' AND (NEW.state NOT IN ('issued', 'superseded') OR NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.study_id IS DISTINCT FROM OLD.study_id OR NEW.academic_session_id IS DISTINCT FROM OLD.academic_session_id OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.edition IS DISTINCT FROM OLD.edition OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.content IS DISTINCT FROM OLD.content OR NEW.gaps IS DISTINCT FROM OLD.gaps OR NEW.digest IS DISTINCT FROM OLD.digest OR NEW.drafted_by IS DISTINCT FROM OLD.drafted_by OR NEW.approved_by IS DISTINCT FROM OLD.approved_by OR NEW.approved_at IS DISTINCT FROM OLD.approved_at OR NEW.approval_reason IS DISTINCT FROM OLD.approval_reason OR NEW.issued_by IS DISTINCT FROM OLD.issued_by OR NEW.issued_at IS DISTINCT FROM OLD.issued_at OR NEW.issued_on IS DISTINCT FROM OLD.issued_on OR NEW.code IS DISTINCT FROM OLD.code OR NEW.id IS DISTINCT FROM OLD.id OR NEW.created_at IS DISTINCT FROM OLD.created_at)) OR (OLD.state = 'superseded' AND (NEW.state <> 'superseded' OR NEW.person_id IS DISTINCT FROM OLD.person_id OR NEW.study_id IS DISTINCT FROM OLD.study_id OR NEW.academic_session_id IS DISTINCT FROM OLD.academic_session_id OR NEW.programme_id IS DISTINCT FROM OLD.programme_id OR NEW.unit_id IS DISTINCT FROM OLD.unit_id OR NEW.number IS DISTINCT FROM OLD.number OR NEW.edition IS DISTINCT FROM OLD.edition OR NEW.replaces_id IS DISTINCT FROM OLD.replaces_id OR NEW.reason IS DISTINCT FROM OLD.reason OR NEW.content IS DISTINCT FROM OLD.content OR NEW.gaps IS DISTINCT FROM OLD.gaps OR NEW.digest IS DISTINCT FROM OLD.digest OR NEW.drafted_by IS DISTINCT FROM OLD.drafted_by OR NEW.approved_by IS DISTINCT FROM OLD.approved_by OR NEW.approved_at IS DISTINCT FROM OLD.approved_at OR NEW.approval_reason IS DISTINCT FROM OLD.approval_reason OR NEW.issued_by IS DISTINCT FROM OLD.issued_by OR NEW.issued_at IS DISTINCT FROM OLD.issued_at OR NEW.issued_on IS DISTINCT FROM OLD.issued_on OR NEW.code IS DISTINCT FROM OLD.code OR NEW.id IS DISTINCT FROM OLD.id OR NEW.created_at IS DISTINCT FROM OLD.created_at OR NEW.superseded_at IS DISTINCT FROM OLD.superseded_at))) EXECUTE FUNCTION refuse_transcript_change()",
        "CREATE TRIGGER transcript_no_delete BEFORE DELETE ON transcript FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION refuse_transcript_change()",
        "CREATE TRIGGER transcript_no_truncate BEFORE TRUNCATE ON transcript FOR EACH STATEMENT EXECUTE FUNCTION refuse_transcript_change()",
    ),
}
"""A transcript that was approved is never changed."""
MUTABLE = {
    "sqlite": ("DROP TRIGGER transcript_no_update", "DROP TRIGGER transcript_no_delete"),
    "postgresql": (
        "DROP TRIGGER transcript_no_update ON transcript",
        "DROP TRIGGER transcript_no_delete ON transcript",
        "DROP TRIGGER transcript_no_truncate ON transcript",
        "DROP FUNCTION refuse_transcript_change()",
    ),
}
