"""Whether one sentence says that a model was changed, in English or in Chinese.

What may be done with a model, what was not done to it and what others did to theirs say nothing of it. Each word that
tells of a change is judged by what stands right before it: a "not" farther off speaks of something else.
"""

from __future__ import annotations

import re

__all__ = ["states_change"]

_METHOD = (
    r"(?:sft|dpo|rlhf|rlvr|ppo|grpo|orpo|kto|simpo|cpt|peft|q?lora|dora|fine-?tuning|instruction[- ]tuning"
    r"|post-?training|reinforcement learning|continu\w+ (?:pre-?)?training)"
)
_FORMAT = (
    r"(?:awq|gptq|gguf|ggml|exl[23]|mlx|onnx|openvino|coreml|bnb|bitsandbytes|hqq|aqlm|fp[48]|nf4|int[48]|w\d+a\d+"
    r"|[2-8]-?bits?)"
)
# How its makers trained the base.
_OF_THE_BASE = (
    r"(?! [^.;,]{0,30}?(?:\dt|\d t|trillion) tokens\b| [^.;,]{0,40}?\btokens by (?:alibaba|meta|google|qwen|the qwen"
    r"|mistral|deepseek|microsoft)\b)"
)
# What was done; `_OBJECT` stands in the same sentence.
_DONE = re.compile(
    r"\b(?:fine[- ]?tuned|fine[- ]?tun(?:es?|ing) (?:of|from)|qlora|lora (?:adapter|fine-?tune|trained)"
    rf"|trained (?:(?:on|with|for)\b{_OF_THE_BASE}|further|from|using|by|\d[\d.]{{0,4}}x)"
    r"|continued to (?:pre-?)?train"
    rf"|{_METHOD}[- ]tuned|(?:instruct(?:ion)?|chat|domain|preference|full|sft|dpo)[- ]tuned|modified"
    r"|changed|altered|extended|expanded"
    r"|resized|adapted|adaptation of|quanti[sz]ed|quanti[sz]ations? (?:of|from)|quants? (?:of|for|from)|converted"
    r"|conversions? (?:of|from)|merged|merges? of|pruned|distilled|abliterated|uncensored|post-?trained|re-?trained"
    r"|(?:further|additionally|continu\w+|domain-adaptive)[- ](?:pre-?)?train(?:ed|ing))\b"
    r"|\bwe (?:also |then |further |only )?(?:fine-?tune|train(?:ed)?|quanti[sz]e|convert|merge|prune|distill?|adapt"
    r"|extend|modify|change|align(?:ed)?)\b"
    rf"|\b(?:{_FORMAT}|{_METHOD})\b[^.;]{{0,40}}?\b(?:versions?|conversions?|quants?|files?|weights|models?"
    r"|checkpoints?|variants?) (?:of|for|from)\b"
    rf"|\b{_METHOD} of\b|\bare [\w ]{{0,20}}?quants\b"
    r"|\b(?:obtained|created|produced|made|built|derived|developed|aligned|prepared|enhanced|improved)\b[^.;]{0,30}?"
    r"\b(?:by|via|through|with|using|from|after)\b[^.;]{0,60}?"
    rf"\b(?:{_METHOD}|quanti[sz]ation|merging|distillation|pruning)\b",
    re.IGNORECASE,
)
_OBJECT = re.compile(
    r"\b(?:models?|weights|parameters|versions?|adapters?|lora|qlora|checkpoints?|files?|layers|tokenizer|vocabulary"
    r"|base|quants|from|of|[\w.\-]+/[\w.\-]+|[a-z]+[\w.]*-\d[\w.\-]*"
    r"|(?:llama|qwen|gemma|mistral|deepseek|glm|yi|baichuan|falcon|phi)[\w.\-]*)(?!\w)",
    re.IGNORECASE,
)
# "Training: SFT, 3 epochs": a method and how much of it. "LoRA on top of Qwen2-7B", "| Qwen2-7B | LoRA SFT |".
_TRAINED = re.compile(rf"\b{_METHOD}\b", re.IGNORECASE)
_METHOD_ALONE = re.compile(rf"\|\s{{0,9}}(?:{_METHOD}[\s+,/&]{{0,3}}){{1,4}}\|", re.IGNORECASE)
_MODEL_ALONE = re.compile(r"\|\s{0,9}(?:[\w.\-]{1,60}/)?[a-z][\w.]{0,30}-\d[\w.\-]{0,60}\s{0,9}\|", re.IGNORECASE)
_HOW_MUCH = re.compile(
    rf"\b{_METHOD} on top of\b|"
    r"\b(?:\d[\d,.]*k?|one|two|three|four|five|an?) (?:full )?"
    r"(?:epochs?|steps|samples|examples|gpu|hours|conversations|tokens)\b|\bon [\d,.]+[km]? ",
    re.IGNORECASE,
)
_ADVICE = re.compile(
    r"\b(?:you|users?|anyone|can|could|may|might|should|how to|to (?:fine-?tune|train|further)|not|never|without)\b"
    r"|n't\b",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|nothing|neither|nor|none(?: of [\w ]{1,30})?|no(?: [\w-]+){1,3}"
    r"|neither(?: [\w-]+){1,4} nor(?: [\w-]+){1,3}|without(?: any| being)?)|n't)"
    r"(?:,? (?:is|are|was|were|be|been|being|has|have|had|yet|in any way|otherwise|further|the|any|it|contain|include"
    r"|use)\b)*+,? $"
    r"|\b(?:others|people|the community)(?: have)? $"
    r"|\b(?:be(?: easily| further| freely| also| directly)?|any|every|other|another|your(?: own)?|if|when|once|unless"
    r"|whether|you(?: have|'ve)?|how to|can|may|could|to|supports?) $",
    re.IGNORECASE,
)
# "Quantized versions of this model will follow."
_LATER = re.compile(
    r"(?: (?:versions|variants|quants|files|checkpoints))?(?:(?: of| for)? (?:this|the|our|these) (?:models?|weights))?"
    r" (?:will (?:soon )?(?:follow|come|appear|be (?:released|published|uploaded|added|provided|available))"
    r"|(?:are )?(?:coming|planned))\b",
    re.IGNORECASE,
)
_MANY = re.compile(r"\b(?:versions|variants|quants|files|checkpoints)\b", re.IGNORECASE)

_TOOL_ZH = r"(?:LLaMA-?Factory|Unsloth|Axolotl|TRL|(?:ms-)?swift|XTuner|DeepSpeed)"
_METHOD_ZH = r"(?:SFT|DPO|RLHF|GRPO|PPO|ORPO|KTO|CPT|Q?LoRA|DoRA|强化学习|监督学习)"
_DONE_ZH = re.compile(
    r"微调|精调|修改|更改|变更|改动|改变|量化|合并|融合|剪枝|裁剪|蒸馏|继续训练|后训练|训练(?:得到|而成|而来|了|出)"
    r"|(?:领域|任务|行业|场景|业务)适配(?!器)"
)
_OBJECT_ZH = re.compile(
    r"模型|权重|参数|版本|适配器|文件|LoRA|基于|基座|底座|得到|[\w.\-]+/[\w.\-]+|[A-Za-z]+[\w.]*-?\d", re.IGNORECASE
)
# Nobody says this of anything but a model.
_TRAINED_ZH = re.compile(
    r"(?:二次|增量|继续|持续|追加)(?:预训练|训练|微调)|增训|全(?:参数?|量)(?:微调|精调|训练|SFT)"
    r"|(?:有)?监督(?:微调|精调|训练)|指令(?:微调|精调)|训练(?:方式|方法)\s*[:：]|基于[^，。；]{1,40}?训练"
    r"|训练\s*了?\s*[\d一二两三四五六七八九十]+\s*(?:个|轮|步|epochs?)|[\d一二两三四五六七八九十]+\s*轮(?:训练|微调)"
    rf"|(?:做|进行|完成|经过|经历)了?[^，。；]{{0,12}}?(?:{_METHOD_ZH}|训练)|{_METHOD_ZH}[^，。；]{{0,40}}?(?:训练|微调|对齐|得到)"
    rf"|(?:使用|采用|利用|通过|借助|用)\s*{_TOOL_ZH}\s*(?:框架|工具)?"
    r"(?:进行|做|完成)?了?[^，。；]{0,8}?(?:微调|训练|对齐)",
    re.IGNORECASE,
)
_WHAT_ZH = r"(?:模型|权重|数据|语料|任务|它|LoRA|工具|框架)"
_DENIED_ZH = re.compile(
    r"(?:未|没有|没|从不|不(?!仅|但|只|光|同|断)|无(?=任何|需|须|其))"
    r"(?:对[^，。；做作进]{1,14}|任何形式|任何|额外|其[他它]|进一步|进行|发生|出现|经过|经|做过|做|作过|作|过|有|被|加以"
    r"|实质性|的|需要?|须|要|会|能|得|可|允许|再|曾|予以|\s)*+$"
    r"|(?:(?<!许)可以?|支持|欢迎|如何|怎样|怎么|建议|推荐|请|方便|便于|用于|用来|以便|适合|适用于|能够|[如若]需要?|需要"
    r"|想要?|允许|禁止|不得|自行|如果|若|您|你|用户|开发者|任何人)"
    rf"(?:在[^，。；]{{1,14}}?上|(?:基于|对|使用|将)[^，。；]{{1,14}}?{_WHAT_ZH}|{_TOOL_ZH}|框架|工具|采用|利用|借助|微调|训练|量化"
    r"|修改|以及|和|或|与|及|、"
    r"|进一步|直接|进行|继续|二次|再次|再|自行|自由|使用|通过|Q?LoRA|全参数?|全量|的|地|做|本模型|该模型|此模型|模型|其"
    r"|会|要|想|需要?|可以?|任何|\s)*+$",
    re.IGNORECASE,
)
_NEAR = 60  # characters before a word that are looked at


def states_change(sentence: str) -> bool:
    """Whether *sentence*, on one line, says what was done to a model."""
    if _OBJECT.search(sentence) and _any(_DONE, _DENIED, sentence):
        return True
    row = _METHOD_ALONE.search(sentence) and _MODEL_ALONE.search(sentence)
    if _TRAINED.search(sentence) and (row or _HOW_MUCH.search(sentence)) and not _ADVICE.search(sentence):
        return True
    return _any(_TRAINED_ZH, _DENIED_ZH, sentence) or bool(
        _OBJECT_ZH.search(sentence) and _any(_DONE_ZH, _DENIED_ZH, sentence)
    )


def _any(done: re.Pattern[str], denied: re.Pattern[str], sentence: str) -> bool:
    """Whether one of the words stands there, nothing right before it takes it back and it is no promise."""
    return any(
        not denied.search(sentence[max(0, found.start() - _NEAR) : found.start()]) and not _promised(sentence, found)
        for found in done.finditer(sentence)
    )


def _promised(sentence: str, found: re.Match[str]) -> bool:
    later = _LATER.match(sentence, found.end())
    return later is not None and _MANY.search(sentence, found.start(), later.end()) is not None
