"""Kafka: clients, codecs and topics."""
