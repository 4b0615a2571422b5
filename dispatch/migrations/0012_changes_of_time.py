from django.db import migrations, models
from django.db.models.functions import Now

TABLES = {
    "dispatch_assignment": "INSERT OR DELETE OR UPDATE OF technician_id, ticket_id, span, state, lat, lon",
    "dispatch_shift": "INSERT OR DELETE OR UPDATE",
    "dispatch_absence": "INSERT OR DELETE OR UPDATE",
    "dispatch_certification": "INSERT OR DELETE OR UPDATE",
}
FUNCTION = """
CREATE FUNCTION dispatch_note_time_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO dispatch_timechange (technician_id, xid)
        VALUES (NEW.technician_id, pg_current_xact_id()::text::bigint);
    END IF;
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.technician_id <> NEW.technician_id) THEN
        INSERT INTO dispatch_timechange (technician_id, xid)
        VALUES (OLD.technician_id, pg_current_xact_id()::text::bigint);
    END IF;
    RETURN NULL;
END $$;
"""
CREATE = FUNCTION + "".join(
    f"CREATE TRIGGER note_time_change AFTER {when} ON {table}"
    " FOR EACH ROW EXECUTE FUNCTION dispatch_note_time_change();\n"
    for table, when in TABLES.items()
)
DROP = "".join(f"DROP TRIGGER note_time_change ON {table};\n" for table in TABLES)
DROP += "DROP FUNCTION dispatch_note_time_change();"


class Migration(migrations.Migration):
    dependencies = [("dispatch", "0011_places_of_assignments")]

    operations = [
        migrations.CreateModel(
            name="TimeChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("technician_id", models.BigIntegerField()),
                ("xid", models.BigIntegerField()),
                ("at", models.DateTimeField(db_default=Now())),
            ],
            options={
                "verbose_name": "change of a technician's time",
                "verbose_name_plural": "changes of technicians' time",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["xid"], name="time_change_by_xid")],
            },
        ),
        migrations.RunSQL(CREATE, DROP),
    ]
