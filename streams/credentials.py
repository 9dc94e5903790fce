"""SASL and TLS for Faust (aiokafka), from the same librdkafka options that the other processes take."""

import ssl
from collections.abc import Mapping

import faust

from coagent.domain.errors import Fatal

MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
FILES = {
    "ssl.certificate.pem": "ssl.certificate.location",
    "ssl.key.pem": "ssl.key.location",
    "ssl.keystore.location": "ssl.certificate.location and ssl.key.location",
}
"""What Python's TLS reads from no place but a PEM file, and the option that names one."""


def faust_credentials(config: Mapping[str, str | float | bool]) -> faust.SASLCredentials | faust.SSLCredentials | None:
    """None for a plain connection; raises Fatal for what aiokafka cannot do."""
    options = {name: str(value) for name, value in config.items()}
    protocol = options.get("security.protocol", "PLAINTEXT").upper()
    context = _ssl_context(options) if protocol.endswith("SSL") else None
    if protocol.startswith("SASL"):
        return _sasl(options, context)
    return faust.SSLCredentials(context) if context else None


def _sasl(options: Mapping[str, str], context: ssl.SSLContext | None) -> faust.SASLCredentials:
    mechanism = options.get("sasl.mechanism", options.get("sasl.mechanisms", "GSSAPI")).upper()
    if mechanism not in MECHANISMS:
        raise Fatal(f"the stream worker cannot log in by {mechanism}: set sasl.mechanism to one of {MECHANISMS}")
    return faust.SASLCredentials(
        username=options.get("sasl.username"),
        password=options.get("sasl.password"),
        ssl_context=context,
        mechanism=mechanism,
    )


def _ssl_context(options: Mapping[str, str]) -> ssl.SSLContext:
    for name, instead in FILES.items():
        if name in options:
            raise Fatal(f"the stream worker cannot use {name}: set {instead} to a PEM file")
    context = ssl.create_default_context(cafile=options.get("ssl.ca.location"), cadata=options.get("ssl.ca.pem"))
    if options.get("ssl.endpoint.identification.algorithm") == "none":
        context.check_hostname = False
    if options.get("enable.ssl.certificate.verification", "true").lower() == "false":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    certificate = options.get("ssl.certificate.location")
    if certificate:
        context.load_cert_chain(certificate, options.get("ssl.key.location"), options.get("ssl.key.password"))
    return context
