"""What an application asks for: each kind of call, through any client that speaks `create(**request)`."""

SECRET_WORDS = ("Peregrine", "Wilhelmina", "otter", "brief")
MESSAGES = [
    {"role": "system", "content": "Be brief, Peregrine"},
    {"role": "user", "content": "what does the otter do"},
]
PROMPT_CHARS = sum(len(message["content"]) for message in MESSAGES)
PARAMETERS = {"temperature": 0.5, "max_tokens": 100, "seed": 7}
USAGE = {"stream_options": {"include_usage": True}}

PLAIN = {"model": "gpt-4o", "messages": MESSAGES, **PARAMETERS}
STREAM = {"model": "gpt-4o", "messages": MESSAGES, "stream": True, **USAGE}
BUSY = {"model": "busy", "messages": MESSAGES}
BROKEN = {"model": "broken", "messages": MESSAGES}
