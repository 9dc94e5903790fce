import ssl

import faust
import pytest

from coagent.domain.errors import Fatal
from streams.credentials import faust_credentials


def test_a_plain_connection_has_no_credentials() -> None:
    assert faust_credentials({"bootstrap.servers": "x:1"}) is None


def test_passwords_over_tls() -> None:
    found = faust_credentials(
        {
            "security.protocol": "sasl_ssl",
            "sasl.mechanisms": "SCRAM-SHA-512",
            "sasl.username": "coagent",
            "sasl.password": "hunter2",
        }
    )
    assert isinstance(found, faust.SASLCredentials)
    assert (found.username, found.password, found.mechanism.value) == ("coagent", "hunter2", "SCRAM-SHA-512")
    assert found.protocol.value == "SASL_SSL"
    assert found.ssl_context is not None
    assert found.ssl_context.verify_mode is ssl.CERT_REQUIRED


def test_passwords_without_tls() -> None:
    found = faust_credentials({"security.protocol": "SASL_PLAINTEXT", "sasl.mechanism": "PLAIN"})
    assert isinstance(found, faust.SASLCredentials)
    assert found.protocol.value == "SASL_PLAINTEXT"


def test_tls_without_the_hosts_name() -> None:
    found = faust_credentials({"security.protocol": "SSL", "ssl.endpoint.identification.algorithm": "none"})
    assert isinstance(found, faust.SSLCredentials)
    assert (found.context.check_hostname, found.context.verify_mode) == (False, ssl.CERT_REQUIRED)


def test_a_way_to_log_in_that_the_worker_cannot_go_is_reported() -> None:
    with pytest.raises(Fatal, match=r"cannot log in by GSSAPI: set sasl\.mechanism to one of"):
        faust_credentials({"security.protocol": "SASL_SSL"})


@pytest.mark.parametrize("name", ["ssl.certificate.pem", "ssl.key.pem", "ssl.keystore.location"])
def test_a_certificate_that_the_worker_cannot_use_is_reported_without_its_value(name: str) -> None:
    with pytest.raises(Fatal, match=f"cannot use {name}: set .*to a PEM file") as refused:
        faust_credentials({"security.protocol": "SSL", name: "hunter2"})
    assert "hunter2" not in str(refused.value)
