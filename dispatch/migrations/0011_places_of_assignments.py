from django.db import migrations, models

# Where an assignment's work is, beside its time, so that a whole crew is read from one table. It is never anything else
# than what the ticket's address says: whatever is written, the database puts the address's point there.
CREATE = """
CREATE FUNCTION dispatch_place_of_assignment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT p.lat, p.lon INTO NEW.lat, NEW.lon
    FROM servicedesk_ticket k LEFT JOIN servicedesk_address p ON p.id = k.address_id WHERE k.id = NEW.ticket_id;
    RETURN NEW;
END $$;
CREATE TRIGGER place_of_assignment BEFORE INSERT OR UPDATE OF ticket_id, lat, lon ON dispatch_assignment
    FOR EACH ROW EXECUTE FUNCTION dispatch_place_of_assignment();

CREATE FUNCTION dispatch_place_of_ticket() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dispatch_assignment SET lat = NULL WHERE ticket_id = NEW.id;
    RETURN NULL;
END $$;
CREATE TRIGGER place_of_ticket AFTER UPDATE OF address_id ON servicedesk_ticket
    FOR EACH ROW WHEN (OLD.address_id IS DISTINCT FROM NEW.address_id) EXECUTE FUNCTION dispatch_place_of_ticket();

CREATE FUNCTION dispatch_place_of_address() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE dispatch_assignment a SET lat = NULL FROM servicedesk_ticket k
    WHERE k.address_id = NEW.id AND a.ticket_id = k.id;
    RETURN NULL;
END $$;
CREATE TRIGGER place_of_address AFTER UPDATE OF lat, lon ON servicedesk_address
    FOR EACH ROW WHEN (OLD.lat IS DISTINCT FROM NEW.lat OR OLD.lon IS DISTINCT FROM NEW.lon)
    EXECUTE FUNCTION dispatch_place_of_address();
"""
DROP = """
DROP TRIGGER place_of_address ON servicedesk_address;
DROP TRIGGER place_of_ticket ON servicedesk_ticket;
DROP TRIGGER place_of_assignment ON dispatch_assignment;
DROP FUNCTION dispatch_place_of_address(), dispatch_place_of_ticket(), dispatch_place_of_assignment();
"""
FILL = """
UPDATE dispatch_assignment a SET lat = p.lat, lon = p.lon
FROM servicedesk_ticket k JOIN servicedesk_address p ON p.id = k.address_id
WHERE k.id = a.ticket_id AND a.state IN ('offered', 'accepted', 'done')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("dispatch", "0010_time_of_technician"),
        ("servicedesk", "0025_jobs_and_imports"),
    ]

    operations = [
        migrations.AddField(
            "assignment", "lat", models.FloatField(editable=False, null=True, verbose_name="latitude")
        ),
        migrations.AddField(
            "assignment", "lon", models.FloatField(editable=False, null=True, verbose_name="longitude")
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(CREATE, DROP),
    ]
