"""Pulls the vendors' lists that mappings choose from; a task of its own, no leg."""

from __future__ import annotations

from integrations import mapping, registry
from integrations.engine.access import open_client
from integrations.models import Integration


def pull(integration: Integration) -> int:
    """Read every vocabulary of the integration's flow; answers how many mappings are suggested.

    Raises:
        ConnectorError: a list could not be read; what was read before it is kept.
    """
    flow = registry.flow(integration.flow)
    connections = {"source": integration.source, "target": integration.target}
    clients = {
        side: open_client(connection, flow.calls[connection.vendor])
        for side, connection in connections.items()
    }
    try:
        for vocabulary in flow.vocabularies:
            values = vocabulary.read(clients[vocabulary.side])
            mapping.store_terms(integration, vocabulary.side, vocabulary.kind, values)
    finally:
        for client in clients.values():
            client.close()
    return mapping.suggest(integration)
