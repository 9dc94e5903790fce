"""ports.Tickets in memory."""

from datetime import datetime

from coagent.domain.conversation import Ticket


class MemoryTickets:
    def __init__(self) -> None:
        self.tickets: dict[tuple[str, str], Ticket] = {}

    def get(self, channel: str, conversation: str) -> Ticket | None:
        return self.tickets.get((channel, conversation))

    def begin(self, channel: str, conversation: str, at: datetime) -> Ticket:
        ticket = Ticket(channel=channel, conversation=conversation, begun_at=at)
        self.tickets[channel, conversation] = ticket
        return ticket

    def save(self, ticket: Ticket) -> None:
        self.tickets[ticket.channel, ticket.conversation] = ticket

    def forget(self, channel: str, conversation: str) -> None:
        self.tickets.pop((channel, conversation), None)
