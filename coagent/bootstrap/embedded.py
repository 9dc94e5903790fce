"""The servers that `coagent up` runs by itself."""

from coagent.adapters.embedded.broker import USUAL_PORT as BROKER_PORT
from coagent.adapters.embedded.broker import EmbeddedBroker
from coagent.adapters.embedded.ports import PortWish
from coagent.adapters.embedded.postgres import USUAL_PORT as POSTGRES_PORT
from coagent.adapters.embedded.postgres import EmbeddedPostgres
from coagent.adapters.embedded.vllm import VllmServer
from coagent.domain.errors import Fatal
from coagent.settings import Settings


def embedded_broker(settings: Settings) -> EmbeddedBroker:
    """The broker that `coagent up` runs where no cluster is named; raises Fatal where its port is taken."""
    wish = PortWish(BROKER_PORT, settings.kafka.embedded_port, "COAGENT_KAFKA__EMBEDDED_PORT")
    return EmbeddedBroker.at_kept_port(settings.data_dir / "broker", wish)


def embedded_postgres(settings: Settings) -> EmbeddedPostgres:
    """The database that `coagent up` runs where none is named."""
    wish = PortWish(POSTGRES_PORT, settings.postgres.embedded_port, "COAGENT_POSTGRES__EMBEDDED_PORT")
    return EmbeddedPostgres(settings.data_dir / "postgres", wish=wish)


def vllm_server(settings: Settings, model: str) -> VllmServer:
    """The server of `coagent up --model`. Raises Fatal where vLLM is not installed, or another server is named."""
    named = settings.model
    if named.base_url is not None:
        raise Fatal("COAGENT_MODEL__BASE_URL names a model server that runs already: unset it, or leave out --model")
    return VllmServer.find(model, named.name, named.vllm_python, named.vllm_options)
