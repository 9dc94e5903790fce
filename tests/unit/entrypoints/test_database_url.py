import pytest
from pydantic import SecretStr

from coagent.bootstrap.postgres import postgres_url
from coagent.settings import PostgresSettings, Settings


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgres+psycopg2"])
def test_the_url_is_plain_libpq_whatever_driver_is_named(scheme):
    settings = Settings(postgres=PostgresSettings(url=SecretStr(f"{scheme}://u:p+q@h:1/d")))
    assert postgres_url(settings) == "postgresql://u:p+q@h:1/d"
