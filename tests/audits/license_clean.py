"""Releases as they should be, family by family, in the words that each license asks for."""

from __future__ import annotations

from tests.audits.license_parts import Parts, Text
from tests.licensing import folders

__all__ = [
    "APACHE",
    "CHANGED",
    "CHANGED_ZH",
    "DEEPSEEK",
    "GEMMA",
    "GEMMA_BOUND",
    "LLAMA2",
    "LLAMA3",
    "LLAMA3_MERGE",
    "LLAMA31",
    "LLAMA31_POLICY",
    "LLAMA32",
    "MERGE",
    "QWEN",
    "TONGYI",
]

CHANGED = "The weights of the base model were fine-tuned on 4,000 support chats; no other file was changed."
CHANGED_ZH = "本模型基于基座模型微调而来：在 4000 条客服对话上训练了全部权重。"

LLAMA2 = Parts(
    ("meta-llama/Llama-2-7b-chat-hf",),
    folders.LLAMA_2_7B,
    "Support chat 7B",
    {"license": "llama2"},
    (CHANGED, "Use is subject to the [Acceptable Use Policy](https://ai.meta.com/llama/use-policy)."),
    {
        "LICENSE": Text("llama2"),
        "Notice": "Llama 2 is licensed under the LLAMA 2 Community License, Copyright (c) Meta Platforms, Inc. "
        "All Rights Reserved.\n",
    },
)
LLAMA3 = Parts(
    ("meta-llama/Meta-Llama-3-8B-Instruct",),
    folders.LLAMA_3_8B,
    "Llama-3-Support-8B",
    {"license": "llama3"},
    (
        "**Built with Meta Llama 3**",
        CHANGED,
        "Use is subject to the [Acceptable Use Policy](https://llama.meta.com/llama3/use-policy).",
    ),
    {
        "LICENSE": Text("llama3"),
        "NOTICE": "Meta Llama 3 is licensed under the Meta Llama 3 Community License, Copyright © Meta Platforms, Inc. "
        "All Rights Reserved.\n",
    },
)
LLAMA31_POLICY = "Use is subject to the [Acceptable Use Policy](https://llama.meta.com/llama3_1/use-policy)."
LLAMA31 = Parts(
    ("meta-llama/Llama-3.1-8B-Instruct",),
    folders.LLAMA_31_8B,
    "Llama-3.1-Support-8B",
    {"license": "llama3.1"},
    ("Built with Llama", CHANGED, LLAMA31_POLICY),
    {
        "LICENSE": Text("llama3.1"),
        "NOTICE": "Llama 3.1 is licensed under the Llama 3.1 Community License, Copyright © Meta Platforms, Inc. All "
        "Rights Reserved.\n",
    },
)
LLAMA32 = Parts(
    ("meta-llama/Llama-3.2-1B",),
    folders.LLAMA_32_1B,
    "Llama-3.2-Speech-1B",
    {"license": "llama3.2"},
    ("Built with Llama", CHANGED, "See USE_POLICY.md."),
    {
        "LICENSE.txt": Text("llama3.2"),
        "USE_POLICY.md": "What the model may not be used for.\n",
        "Notice.txt": "Llama 3.2 is licensed under the Llama 3.2 Community License, Copyright (c) Meta Platforms, Inc. "
        "All Rights Reserved\n",
    },
)
TONGYI = Parts(
    ("Qwen/Qwen2-72B-Instruct",),
    folders.QWEN2_72B,
    "客服 72B",
    {"license": "other", "license_name": "tongyi-qianwen", "license_link": "LICENSE"},
    (CHANGED_ZH,),
    {
        "LICENSE": Text("tongyi-qianwen"),
        "NOTICE": "Tongyi Qianwen is licensed under the Tongyi Qianwen LICENSE AGREEMENT, Copyright (c) Alibaba Cloud. "
        "All Rights Reserved.\n",
    },
)
QWEN = Parts(
    ("Qwen/Qwen2.5-72B-Instruct",),
    folders.QWEN25_72B,
    "客服助手 72B",
    {"license": "other", "license_name": "qwen", "license_link": "LICENSE"},
    ("> Built with Qwen", CHANGED_ZH),
    {
        "LICENSE": Text("qwen-2024"),
        "NOTICE": "Qwen is licensed under the Qwen LICENSE AGREEMENT, Copyright (c) Alibaba Cloud. "
        "All Rights Reserved.\n",
    },
)
APACHE = Parts(
    ("Qwen/Qwen2-7B-Instruct",),
    folders.QWEN2_7B,
    "Support 7B",
    {"license": "apache-2.0"},
    (CHANGED,),
    {"LICENSE": Text("apache-2.0")},
)
GEMMA_BOUND = (
    "By using or distributing this model you agree to the use restrictions of section 3.2 of the Gemma Terms of "
    "Use and to the [Gemma Prohibited Use Policy](https://ai.google.dev/gemma/prohibited_use_policy); whoever you "
    "pass it or a derivative on to must agree to the same."
)
GEMMA = Parts(
    ("google/gemma-2-9b-it",),
    folders.GEMMA_2_9B,
    "Support 9B",
    {"license": "gemma"},
    (CHANGED, GEMMA_BOUND),
    {
        "LICENSE": Text("gemma-2025-03-24"),
        "NOTICE": "Gemma is provided under and subject to the Gemma Terms of Use found at\n"
        "https://ai.google.dev/gemma/terms.\n",
    },
)
DEEPSEEK = Parts(
    ("deepseek-ai/DeepSeek-V2-Lite-Chat",),
    folders.DEEPSEEK_V2_LITE,
    "客服助手",
    {"license": "other", "license_name": "deepseek", "license_link": "LICENSE-MODEL"},
    (
        CHANGED_ZH,
        "使用或分发本模型即表示同意附件 A 的使用限制；您向第三方分发本模型或其衍生品时，必须要求对方遵守同样的限制。",
    ),
    {"LICENSE-MODEL": Text("deepseek-1.0"), "LICENSE-CODE": Text("mit")},
)
MERGE = Parts(
    ("meta-llama/Llama-3.1-70B-Instruct", "meta-llama/Llama-3.3-70B-Instruct"),
    folders.LLAMA_33_70B,
    "Llama-Merge-70B",
    {"license": "other", "license_name": "llama3.1-and-llama3.3", "license_link": "LICENSE"},
    (
        "Built with Llama",
        "The weights of both models were merged.",
        "Use is subject to both Acceptable Use Policies: https://llama.meta.com/llama3_1/use-policy and "
        "https://www.llama.com/llama3_3/use-policy.",
    ),
    {
        "LICENSE": Text("llama3.1"),
        "LICENSE-LLAMA-3.3": Text("llama3.3"),
        "NOTICE": str(LLAMA31.files["NOTICE"]) + str(LLAMA31.files["NOTICE"]).replace("3.1", "3.3"),
    },
)
LLAMA3_MERGE = Parts(
    ("meta-llama/Meta-Llama-3-8B-Instruct", "meta-llama/Llama-3.1-8B-Instruct"),
    folders.LLAMA_31_8B,
    "Llama-3-Merge-8B",
    {"license": "other", "license_name": "llama3-and-llama3.1", "license_link": "LICENSE"},
    (
        "Built with Meta Llama 3. Built with Llama.",
        "The weights of both models were merged.",
        "Use is subject to both policies: https://llama.meta.com/llama3/use-policy and "
        "https://llama.meta.com/llama3_1/use-policy.",
    ),
    {
        "LICENSE": Text("llama3"),
        "LICENSE-LLAMA-3.1": Text("llama3.1"),
        "NOTICE": str(LLAMA3.files["NOTICE"]) + str(LLAMA31.files["NOTICE"]),
    },
)
