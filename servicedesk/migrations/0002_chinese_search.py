"""Two-character Chinese words are too short for trigrams: a bigram index over names and addresses."""

from django.db import migrations

# Every pair of neighbouring signs becomes a lexeme; a query for two or more signs asks for all of its pairs.
CREATE = """
CREATE FUNCTION yipiao_bigrams(words text) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT coalesce(array_agg(DISTINCT lower(substr(words, place, 2))), '{}')
    FROM generate_series(1, greatest(char_length(words) - 1, 0)) AS place
$$;
CREATE INDEX customer_name_bigrams ON servicedesk_customer USING gin (yipiao_bigrams(name));
CREATE INDEX address_bigrams ON servicedesk_address
    USING gin (yipiao_bigrams(coalesce(district, '') || coalesce(detail, '')));
"""
DROP = """
DROP INDEX address_bigrams;
DROP INDEX customer_name_bigrams;
DROP FUNCTION yipiao_bigrams(text);
"""


class Migration(migrations.Migration):
    dependencies = [("servicedesk", "0001_initial")]
    operations = [migrations.RunSQL(CREATE, DROP)]
