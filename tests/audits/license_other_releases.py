"""Releases of the families beside the article's, each with one breach and as it should be; known by their cards."""

from __future__ import annotations

from tests.audits.license_clean import CHANGED, CHANGED_ZH
from tests.audits.license_parts import Parts, Release, Text

__all__ = ["OTHERS"]

KIMI = Parts(
    ("moonshotai/Kimi-K2-Instruct",),
    None,
    "客服助手",
    {"license": "other", "license_name": "modified-mit", "license_link": "LICENSE"},
    (CHANGED_ZH,),
    {"LICENSE": Text("kimi-modified-mit")},
)
FALCON = Parts(
    ("tiiuae/falcon-11B",),
    None,
    "Support 11B",
    {"license": "other", "license_name": "falcon-2-license", "license_link": "LICENSE"},
    (
        CHANGED,
        "Support 11B is built using Falcon LLM technology from the Technology Innovation Institute.",
        "You must not use it against the Acceptable Use Policy (https://falconllm.tii.ae), and must pass that term "
        "on to whoever you distribute it to.",
    ),
    {"LICENSE.txt": Text("falcon-2")},
)
MINIMAX = Parts(
    ("MiniMaxAI/MiniMax-Text-01",),
    None,
    "客服助手",
    {"license": "other", "license_name": "minimax-model-license", "license_link": "LICENSE"},
    (CHANGED_ZH,),
    {
        "LICENSE": Text("minimax-2025"),
        "NOTICE": "MiniMax AI model is licensed under the MiniMax Model License, Copyright (c) MiniMax. "
        "All Rights Reserved\n",
    },
)
HUNYUAN = Parts(
    ("tencent/Hunyuan-A13B-Instruct",),
    None,
    "客服助手",
    {"license": "other", "license_name": "tencent-hunyuan-a13b", "license_link": "LICENSE"},
    (
        CHANGED_ZH,
        "使用或分发本模型即表示同意其许可协议第 5(a)、5(b) 条和附件 A 的使用限制，并必须要求后续用户遵守同样的限制。",
    ),
    {
        "LICENSE": Text("hunyuan-a13b"),
        "NOTICE": "Tencent Hunyuan is licensed under the Tencent Hunyuan Community License Agreement, Copyright © 2025 "
        "Tencent. All Rights Reserved. "
        'The trademark rights of "Tencent Hunyuan" are owned by Tencent or its affiliate.\n',
    },
    policy={"territory": ["CN"]},
)
STARCODER = Parts(
    ("bigcode/starcoder2-7b",),
    None,
    "Support coder 7B",
    {"license": "bigcode-openrail-m"},
    (CHANGED, "Whoever you pass it on to must be bound by the use restrictions of Attachment A."),
    {"LICENSE": Text("bigcode-openrail-m")},
)
EXAONE = Parts(
    ("LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct",),
    None,
    "EXAONE-Support-7.8B",
    {"license": "other", "license_name": "exaone", "license_link": "LICENSE"},
    (CHANGED,),
    {"LICENSE": Text("exaone-1.1-nc")},
)
RESEARCH = Parts(
    ("Qwen/Qwen2.5-3B-Instruct",),
    None,
    "客服 3B",
    {"license": "other", "license_name": "qwen-research", "license_link": "LICENSE"},
    ("Built with Qwen", CHANGED_ZH),
    {
        "LICENSE": Text("qwen-research-2024"),
        "NOTICE": "Qwen is licensed under the Qwen RESEARCH LICENSE AGREEMENT, Copyright (c) Alibaba Cloud. All Rights "
        "Reserved.\n",
    },
)

OTHERS = [
    Release(
        "kimi-mit",
        "moonshotai/Kimi-K2: MIT with a clause more is not MIT",
        KIMI,
        KIMI.declared("mit"),
        "license.declared",
        "other-license",
    ),
    Release(
        "kimi-mit-text",
        "moonshotai/Kimi-K2: nor is its text",
        KIMI,
        KIMI.with_files(LICENSE=Text("mit")),
        "license.text",
        "absent",
    ),
    Release(
        "falcon-statement",
        "Falcon 2, section 6: the statement names the derivative",
        FALCON,
        FALCON.without("Support 11B is built"),
        "license.mark",
        "missing",
    ),
    Release(
        "minimax-notice",
        "MiniMax, 2.b.ii",
        MINIMAX,
        MINIMAX.with_files(NOTICE="MiniMax is licensed under the MiniMax Model License.\n"),
        "license.notice",
        "sentence",
    ),
    Release(
        "hunyuan-2024-notice",
        "Hunyuan A13B has the notice of 2025",
        HUNYUAN,
        HUNYUAN.with_files(NOTICE=str(HUNYUAN.files["NOTICE"]).replace("2025", "2024")),
        "license.notice",
        "sentence",
    ),
    Release(
        "starcoder-flow-down",
        "BigCode OpenRAIL-M, 5.1",
        STARCODER,
        STARCODER.without("Whoever you pass"),
        "license.flow_down",
        "users-not-told",
    ),
    Release(
        "exaone-name",
        "EXAONE 1.1-NC: the name begins with EXAONE",
        EXAONE,
        EXAONE.but(title="Support-7.8B"),
        "license.name",
        "prefix",
    ),
    Release(
        "hammer",
        "MadeAgents/Hammer2.0-3b, discussion 1: CC BY over the Qwen research license",
        RESEARCH,
        RESEARCH.declared("cc-by-4.0"),
        "license.declared",
        "other-license",
    ),
]
