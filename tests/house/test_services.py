"""The services under the tests, and the launcher that starts them."""

import pytest
from django.core.cache import cache
from django.db import connection


@pytest.mark.django_db
def test_the_database_is_postgres_with_a_utf8_locale_that_finds_chinese_by_trigrams() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        assert int(cursor.fetchone()[0]) >= 150000
        cursor.execute("SELECT datctype FROM pg_database WHERE datname = current_database()")
        assert cursor.fetchone()[0] == "C.UTF-8"
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        cursor.execute("SELECT show_trgm('洗衣机')")
        assert cursor.fetchone()[0], "trigrams of Chinese text must not be empty"


@pytest.mark.django_db
def test_the_application_role_is_no_superuser_so_triggers_bind_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolcreatedb FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, True)


def test_the_cache_of_the_tests_is_a_real_valkey() -> None:
    cache.set("house", "up", 5)
    assert cache.get("house") == "up"
