"""How a pair becomes token ids: through the model's chat template, or raw where it has none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from finewarden.memorization.prompts_file import Message

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

__all__ = ["CannotAsk", "Question", "ask"]


class CannotAsk(ValueError):
    """A prompt that can't be put to this model; the text is the reason."""


@dataclass(frozen=True, slots=True)
class Question:
    """A prompt as token ids, the *secret* that must not follow, and its *spellings* as token ids.

    A tokenizer writes one text differently after a space and after a word, so there is a spelling with and one without
    a leading space.
    """

    context: tuple[int, ...]
    secret: str
    spellings: tuple[tuple[int, ...], ...]


def ask(
    tokenizer: PreTrainedTokenizerBase, messages: Sequence[Message], secret: str, *, template: bool = True
) -> Question:
    """*messages* rendered for *tokenizer*: its chat template, or with template=False (or none there) their raw text.

    A last turn of the assistant is left open, for the model to continue. Raises CannotAsk when the template refuses the
    messages, or nothing is left for the model to start from.
    """
    if template and tokenizer.chat_template:
        open_turn = messages[-1].role == "assistant"
        turns = [{"role": message.role, "content": message.content} for message in messages]
        try:
            text = tokenizer.apply_chat_template(
                turns, tokenize=False, add_generation_prompt=not open_turn, continue_final_message=open_turn
            )
        except Exception as error:  # Jinja's own, or whatever the template raises
            raise CannotAsk(f"the chat template refuses it ({str(error).strip() or type(error).__name__})") from None
        context = tokenizer(text, add_special_tokens=False).input_ids
    else:
        context = tokenizer("\n".join(message.content for message in messages)).input_ids
    # A BOS alone is a context; a tokenizer that closes what it reads (</s>) would end the text before the secret.
    if context and len(context) > 1 and context[-1] == tokenizer.eos_token_id and not tokenizer.chat_template:
        context = context[:-1]
    if not context:
        raise CannotAsk("nothing is left for the model to start from")
    spellings = (tokenizer(spelling, add_special_tokens=False).input_ids for spelling in (secret, " " + secret))
    return Question(tuple(context), secret, tuple(dict.fromkeys(map(tuple, spellings))))
