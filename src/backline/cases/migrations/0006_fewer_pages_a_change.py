"""Rows of a case are known by the case and their place in it, and indexes hold what is looked for: fewer pages a
change."""

import django.db.models.deletion
from django.db import migrations, models

CASE = '"case_id" bigint NOT NULL REFERENCES "cases_case" ("id") DEFERRABLE INITIALLY DEFERRED'
PARTY = '"party_id" bigint NOT NULL REFERENCES "people_party" ("id") DEFERRABLE INITIALLY DEFERRED'
NUMBER = '"sequence" integer unsigned NOT NULL CHECK ("sequence" >= 0)'
SMALL = ("cases_caseparty", "cases_closure")
"""Kept in the order of their key, which suits short rows"""
TABLES = {
    "cases_entry": f"""
        {CASE}, {NUMBER}, "version" integer unsigned NOT NULL CHECK ("version" >= 0), "kind" varchar(24) NOT NULL,
        "actor" varchar(64) NOT NULL, "channel" varchar(20) NOT NULL, "at" datetime NOT NULL,
        "holds_from" datetime NOT NULL, "digest" varchar(64) NOT NULL, "chain" varchar(64) NOT NULL,
        PRIMARY KEY ("case_id", "sequence")""",
    "cases_entrypayload": f"""
        {CASE}, {NUMBER}, "salt" varchar(32) NOT NULL,
        "data" text NOT NULL CHECK ((JSON_VALID("data") OR "data" IS NULL)), "erased_at" datetime NULL,
        "erased_by" varchar(64) NOT NULL, PRIMARY KEY ("case_id", "sequence")""",
    "cases_caseparty": f"""
        {CASE}, "role" varchar(64) NOT NULL, {PARTY}, "since" datetime NOT NULL, "until" datetime NULL,
        PRIMARY KEY ("case_id", "role", "party_id", "since")""",
    "cases_closure": f"""
        {CASE}, {NUMBER}, "outcome" varchar(100) NOT NULL, "at" datetime NOT NULL, "by" varchar(64) NOT NULL,
        "reopened_at" datetime NULL, "reopened_by" varchar(64) NOT NULL, "reason" varchar(300) NOT NULL,
        PRIMARY KEY ("case_id", "sequence")""",
}
COLUMNS = {
    "cases_entry": '"case_id", "sequence", "version", "kind", "actor", "channel", "at", "holds_from", "digest", "chain"',
    "cases_entrypayload": '"case_id", "sequence", "salt", "data", "erased_at", "erased_by"',
    "cases_caseparty": '"case_id", "role", "party_id", "since", "until"',
    "cases_closure": '"case_id", "sequence", "outcome", "at", "by", "reopened_at", "reopened_by", "reason"',
}
NUMBERED = """
    UPDATE "cases_closure" SET "sequence" = (
        SELECT COUNT(*) FROM "cases_closure" AS earlier
        WHERE earlier."case_id" = "cases_closure"."case_id" AND earlier."id" <= "cases_closure"."id"
    )
"""
"""A number below those that come with later closures, which count entries of the timeline"""
KEYS = {
    "cases_entry": '"case_id", "sequence"',
    "cases_entrypayload": '"case_id", "sequence"',
    "cases_caseparty": '"case_id", "role", "party_id", "since"',
    "cases_closure": '"case_id", "sequence"',
}


def put_side_by_side(apps, schema_editor):
    """One index in place of two, or, where SQLite keeps a table in the order of its key, none."""
    schema_editor.execute('ALTER TABLE "cases_closure" ADD COLUMN "sequence" integer')
    schema_editor.execute(NUMBERED)
    if schema_editor.connection.vendor != "sqlite":
        schema_editor.execute('ALTER TABLE "cases_closure" ALTER COLUMN "sequence" SET NOT NULL')
        schema_editor.execute('ALTER TABLE "cases_closure" ADD CHECK ("sequence" >= 0)')
        for table, key in KEYS.items():
            schema_editor.execute(f'ALTER TABLE "{table}" DROP COLUMN "id"')
            schema_editor.execute(f'ALTER TABLE "{table}" ADD PRIMARY KEY ({key})')
        return
    for table, columns in TABLES.items():
        schema_editor.execute(f'CREATE TABLE "new__{table}" ({columns}){" WITHOUT ROWID" if table in SMALL else ""}')
        names, order = COLUMNS[table], KEYS[table]
        schema_editor.execute(f'INSERT INTO "new__{table}" ({names}) SELECT {names} FROM "{table}" ORDER BY {order}')
        schema_editor.execute(f'DROP TABLE "{table}"')
        schema_editor.execute(f'ALTER TABLE "new__{table}" RENAME TO "{table}"')
    schema_editor.execute('CREATE INDEX "case_party_party" ON "cases_caseparty" ("party_id", "until")')


def _known_by(*columns):
    return models.CompositePrimaryKey(*columns, blank=True, editable=False, primary_key=True, serialize=False)


def _case(related_name):
    on_delete = django.db.models.deletion.CASCADE
    return models.ForeignKey(db_index=False, on_delete=on_delete, related_name=related_name, to="cases.case")


class Migration(migrations.Migration):
    dependencies = [
        ("cases", "0005_settlements_by_two"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="caseparty", name="case_party_once"),
        migrations.RemoveConstraint(model_name="entry", name="entry_sequence"),
        migrations.RemoveConstraint(model_name="entrypayload", name="entry_payload_sequence"),
        migrations.AlterField(model_name="caseparty", name="case", field=_case("participations")),
        migrations.AlterField(model_name="closure", name="case", field=_case("closures")),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(put_side_by_side)],
            state_operations=[
                *(migrations.RemoveField(model_name=name, name="id") for name in ("caseparty", "closure", "entry", "entrypayload")),
                migrations.AddField(
                    model_name="closure",
                    name="sequence",
                    field=models.PositiveIntegerField(default=0),
                    preserve_default=False,
                ),
                migrations.AddField("caseparty", "pk", _known_by("case_id", "role", "party_id", "since")),
                migrations.AddField("closure", "pk", _known_by("case_id", "sequence")),
                migrations.AddField("entry", "pk", _known_by("case_id", "sequence")),
                migrations.AddField("entrypayload", "pk", _known_by("case_id", "sequence")),
            ],
        ),
        migrations.RemoveIndex(model_name="case", name="case_type_state"),
        migrations.RemoveIndex(model_name="case", name="case_owner_state"),
        migrations.RemoveIndex(model_name="want", name="want_case"),
        migrations.RemoveIndex(model_name="want", name="want_team"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(condition=~models.Q(state="ended"), fields=["type_key"], name="case_type_open"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["owner", "opened_at"], name="case_owner_opened"),
        ),
        migrations.AddIndex(model_name="want", index=models.Index(fields=["case"], name="want_of_case")),
        migrations.AddIndex(
            model_name="want",
            index=models.Index(condition=models.Q(closed_at__isnull=True), fields=["team", "due"], name="want_open"),
        ),
    ]
