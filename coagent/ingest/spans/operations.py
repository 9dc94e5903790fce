"""Names of operations and of kinds of spans, folded: lower case, without separators, without `gen_ai`."""

from collections.abc import Mapping

_OPERATIONS: Mapping[str, str] = {
    "chat": """
        chat chatcompletion chatcompletions chatcompletionscreate chatcompletioncreate createchatcompletion
        completechat chatstreamingcompletions chatcompletionsstream streamchat chatstream message messages
        messagescreate messagesstream messagestream createmessages responses response responsescreate responsesparse
        responsecreate responsesstream createresponse modelresponse converse conversestream llmchat chatmodel
        chatmodelinvoke callllm
        llmcall aigeneratetextdogenerate aistreamtextdostream aigenerateobjectdogenerate aistreamobjectdostream
        generatetext streamtext generateobject streamobject generate llmgeneration anthropicmessages aresponses
    """,
    "text_completion": """
        textcompletion textcompletions completion completions completioncreate completionscreate
        textstreamingcompletions textgeneration textgenerate llmcompletion invokemodel invokemodelwithresponsestream
        generateanswer acompletion atextcompletion
    """,
    "generate_content": """
        generatecontent generatecontentstream streamgeneratecontent modelsgeneratecontent generatecontentasync
    """,
    "embeddings": """
        embeddings embedding embed embedcontent embedcontents embeddingscreate createembedding createembeddings
        textembedding textembeddings aiembeddoembed aiembedmanydoembed batchembedcontents embeddocuments embedquery
        aembedding
    """,
    "": "llmrequest llm inference llmengine modelrequest modelcall request",
}
KNOWN = {name: operation for operation, names in _OPERATIONS.items() for name in names.split()}
"""Request operations, with the name of the OpenTelemetry convention where it has one."""

KEPT = frozenset([
    "chat", "completion", "text_completion", "generate_content", "embeddings", "embedding",
])  # fmt: skip
"""Names that stay as they are written."""

NO_REQUESTS = frozenset([
    "invokeagent", "createagent", "executetool", "executetools", "toolcall", "tools", "tool", "agent", "agents",
    "runagent", "agentrun", "agentstep", "chain", "workflow", "invokeworkflow", "executeworkflow", "task",
    "handoff", "guardrail", "guardrails", "retrieval", "retrieve", "retriever", "search", "vectorsearch", "rerank",
    "reranker", "moderation", "moderations", "framework", "evaluation", "evaluate", "evaluator",
    "executeeventloopcycle", "eventloopcycle", "invokeswarm", "invokegraph", "createthread", "createmessage",
    "startthreadrun", "processthreadrun", "submittooloutputs", "listmessages", "plan", "planning", "memory",
    "counttokens", "counttoken", "models", "listmodels", "aigeneratetext", "aistreamtext", "aigenerateobject",
    "aistreamobject", "aiembed", "aiembedmany", "aitoolcall", "airerank", "airerankdorerank",
    "autofunctioninvocation", "invokefunction",
])  # fmt: skip
"""Operations that are no request, or add up several."""

REQUEST_KINDS = frozenset([
    "llm", "generation", "chatmodel", "model", "completion", "chat", "llmrequest", "embedding", "embeddings",
    "embedder",
])  # fmt: skip
OTHER_KINDS = frozenset([
    "agent", "chain", "tool", "retriever", "reranker", "guardrail", "evaluator", "prompt", "decision", "workflow",
    "task", "span", "event", "parser", "memory", "retrieval", "rag", "component", "session", "executor",
    "toolexecutor", "function", "flow", "util", "chatprompt", "vectordb", "framework", "score", "eval",
])  # fmt: skip

CALL_NAMES = frozenset([
    "llmrequest", "callllm", "claudecodellmrequest",
])  # fmt: skip
"""Spans whose name alone is their operation: of vLLM, Google's Agent Development Kit, Claude Code."""
