"""What fulfils the ports: Kafka, Postgres, model servers, notifiers, memory, embedded servers."""
