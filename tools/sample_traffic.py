"""The traffic of the recording: short office prompts, drawn independently from a fixed set by one seeded generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random


@dataclass(frozen=True)
class Prompt:
    """One request as the client sends it."""

    task: str
    text: str
    max_tokens: int


@dataclass(frozen=True)
class Task:
    """A kind of request: how it may be asked and how long the answer may be."""

    name: str
    max_tokens: int
    templates: tuple[str, ...]


TASKS = (
    Task(
        "summarize",
        40,
        (
            "Summarize in one sentence: {text}",
            "What is the main point of this message? {text}",
            "Write a short headline for the following note.\n\n{text}",
            "Sum this up for a busy manager in at most fifteen words.\n\n{text}",
            "Here is a customer message. Give the gist in one line.\n\n{text}",
            "tl;dr, please: {text}",
            "Condense the following into one plain sentence for the weekly report: {text}",
            "A colleague asks what this is about. Answer in one sentence.\n\nMessage: {text}",
        ),
    ),
    Task(
        "classify",
        24,
        (
            "Is this message positive, negative or neutral? Answer in one word. {text}",
            "Classify the urgency (low, medium, high) and say nothing else: {text}",
            "Which team should get this: billing, shipping or support? {text}",
            "Label the following with one of: complaint, question, praise.\n\n{text}\n\nLabel:",
            "Does the writer want a refund? Answer yes or no.\n\n{text}",
            "Name the one emotion that fits best.\n\n{text}",
            "Spam or not spam? {text}",
            "Choose the best tag (delay, damage, invoice, login, other) for: {text}",
        ),
    ),
    Task(
        "rewrite",
        36,
        (
            "Rewrite politely: {text}",
            "Make this shorter: {text}",
            "Rewrite the following in a formal tone.\n\n{text}",
            "Say this in simple words that a child understands: {text}",
            "Correct the style and keep the meaning.\n\n{text}",
            "Turn this into a friendly reply to the customer: {text}",
            "Rewrite in the third person: {text}",
            "Rephrase for a chat message, one sentence only.\n\n{text}",
        ),
    ),
    Task(
        "extract",
        24,
        (
            "Which order number is mentioned? {text}",
            "Extract the product name from this text: {text}",
            "Who wrote this and from which city? {text}",
            "List the date and the amount, nothing else.\n\n{text}",
            'Return JSON with the keys "product" and "city".\n\n{text}',
            "What does the customer ask for? Quote it.\n\n{text}",
            "Copy the amount in euros: {text}",
            "Find the name of the person in the following text.\n\nText: {text}",
        ),
    ),
)

SENTENCES = (
    "My name is {person} and I ordered a {product} on {day} {month}.",
    "The order number is {order}.",
    "The {product} arrived {state} and the box had been {box}.",
    "I paid {amount} euros and the invoice shows {amount2}.",
    "Since the update on {day} {month} I cannot log in to my account.",
    "{person} from your team in {city} was very kind and solved it within {days} days.",
    "Please send a new {product} to {city} or give me my money back.",
    "We need {days} more of the {product} for our office in {city}.",
    "Nobody has answered my last {days} messages about order {order}.",
    "The delivery to {city} took {days} days longer than promised.",
    "I like the {product} a lot, but the manual is hard to read.",
    "Could you tell me whether the {product} also works outdoors?",
    "The meeting with {person} moves to {day} {month} because the {product} is not ready.",
    "Thank you for the quick help, {person}.",
    "The discount of {days} percent was not taken off the {amount} euros.",
    "Our warehouse in {city} counted {days} boxes that were {box}.",
)

FILLERS: dict[str, tuple[str, ...]] = {
    "person": ("Amina", "Jonas", "Priya", "Luca", "Marta", "Chen", "Oskar", "Sofia", "Tariq", "Ellen"),
    "product": (
        "desk lamp",
        "coffee grinder",
        "winter jacket",
        "label printer",
        "garden hose",
        "wireless keyboard",
        "folding bike",
        "water filter",
        "standing desk",
        "camping stove",
    ),
    "city": ("Leeds", "Porto", "Graz", "Lyon", "Gdansk", "Ghent", "Turin", "Cork", "Malmo", "Brno"),
    "month": ("January", "March", "April", "June", "August", "October", "December"),
    "state": ("broken", "late", "in the wrong colour", "without its cable", "in perfect shape", "wet"),
    "box": ("crushed", "opened", "taped twice", "left in the rain", "sent to a neighbour"),
}

NUMBERS = {"order": (10_000, 99_999), "day": (1, 28), "days": (2, 15), "amount": (12, 480), "amount2": (12, 480)}
MOST_SENTENCES = 5


def prompts(rng: Random) -> Iterator[Prompt]:
    """Endless independent draws: task, template, one to five sentences and their fillers."""
    while True:
        task = rng.choice(TASKS)
        yield Prompt(task.name, rng.choice(task.templates).format(text=message(rng)), task.max_tokens)


def message(rng: Random) -> str:
    """A customer message of one to five different sentences."""
    sentences = rng.sample(SENTENCES, rng.randint(1, MOST_SENTENCES))
    return " ".join(sentence.format(**fillers(rng)) for sentence in sentences)


def fillers(rng: Random) -> dict[str, str | int]:
    """A value for every slot."""
    words: dict[str, str | int] = {slot: rng.choice(choices) for slot, choices in FILLERS.items()}
    return words | {slot: rng.randint(low, high) for slot, (low, high) in NUMBERS.items()}
