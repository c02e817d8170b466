"""What the model's settings make others do: import code, obey a template's hidden condition, read files, leak states.

Tolerance: none. Code is allowed by name, or by name and hash, in the policy: `audit.allow_remote_code`.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict

import pytest

from finewarden.artifacts.chat_templates import ChatTemplate, chat_templates, examine
from finewarden.artifacts.folder import Folder
from finewarden.artifacts.output_flags import output_flags, watermark_keys
from finewarden.artifacts.remote_code import code_files, code_references
from finewarden.artifacts.tokenizer_files import odd_tokenizer_values
from finewarden.artifacts.unreadable import UnreadableFile
from finewarden.gate.judge import Judge
from finewarden.redaction import mask

_CODE_LIMIT = 16 * 2**20
_SHOWN = 3


@pytest.mark.audit("artifacts.remote_code")
def test_remote_code(release: Folder, judge: Judge) -> None:
    """Loading the model runs no code of the folder that the policy does not allow."""
    allowed = judge.policy.audit.allow_remote_code
    references, files = list(code_references(release)), list(code_files(release))
    for reference in references:
        module = reference.target.partition(".")[0]
        # "other/repository--file.Class" is that repository's code: the file of this folder says nothing of it.
        names = {reference.target} if "--" in reference.target else {reference.target, f"{module}.py"}
        if any(entry.partition("@")[0] in names for entry in allowed):
            continue
        allow = f"{module}.py@<sha256>" if "--" not in reference.target else reference.target
        judge.finding(
            "imports",
            where=f"{reference.rel}:{reference.key}",
            what=f"it makes loaders import {reference.target!r}",
            mend=f'remove {reference.key}, or read the code and set audit.allow_remote_code = ["{allow}"]',
            subject=reference.target,
            warn=reference.key.startswith("auto_mapping"),
        )
    for file in files:
        digest = _digest(release, file.rel)
        if file.rel in allowed or f"{file.rel}@{digest}" in allowed:
            continue
        judge.finding(
            "code-file",
            where=file.rel,
            what="code lies in the folder and would be published with the model",
            mend=f'delete it, or read it and set audit.allow_remote_code = ["{file.rel}@{digest}"]',
            subject=digest,
        )
    judge.measured(len(references) + len(files), n=len(release.files))


@pytest.mark.audit("artifacts.chat_template")
def test_chat_template(release: Folder, judge: Judge) -> None:
    """The chat template shapes messages; it does not act on what they say, on the date, or lead anywhere."""
    seen: dict[str, str] = {}
    places = 0
    for template in chat_templates(release):
        try:
            if not isinstance(template, ChatTemplate):
                raise template
            if template.source in seen:
                continue
            seen[template.source] = template.where
            facts = examine(template)
        except UnreadableFile as error:
            what, _, mend = error.reason.partition(": ")
            judge.finding("unreadable", where=error.rel, what=f"it {what}", mend=mend or "write it anew")
            continue
        places += len(facts.conditions) + len(facts.urls)
        by_what: dict[str, list[int]] = defaultdict(list)
        for condition in facts.conditions:
            by_what[condition.what].append(condition.line)
        for what, lines in by_what.items():
            judge.finding(
                "condition",
                where=f"{template.where}:{lines[0]}",
                what=f"the template {what} (line {', '.join(map(str, lines[:_SHOWN]))}): no known template does",
                mend="take the base model's template, or remove those lines: they can answer to a hidden trigger",
                subject=template.source,
            )
        for line, url in facts.urls:
            judge.finding(
                "url",
                where=f"{template.where}:{line}",
                what=f"the template puts an address into prompts: {url[:100]!r}",
                mend="remove it, or take the base model's template",
                subject=url,
            )
    judge.measured(places, limit=0, n=len(seen))


@pytest.mark.audit("artifacts.tokenizer_values")
def test_tokenizer_values(release: Folder, judge: Judge) -> None:
    """The tokenizer's settings name no path outside the folder and keep no key that a script passed along."""
    found = list(odd_tokenizer_values(release))
    for value in found:
        if value.why == "path":
            what = f"{value.key} is a path ({mask(value.value)}): loaders read that file and pushes publish it"
            mend = "write the bare name of a file that lies in the folder, or remove the key"
        else:
            what = f"{value.key} was passed to from_pretrained and stored: {mask(value.value)}"
            mend = "revoke it if it is live, and remove the key"
        judge.finding(value.why, where=f"{value.rel}:{value.key}", what=what, mend=mend, subject=value.value)
    judge.measured(len(found), limit=0)


@pytest.mark.audit("artifacts.output_flags")
def test_output_flags(release: Folder, judge: Judge) -> None:
    """No setting makes the published model hand out hidden states, attentions or scores by itself."""
    found = list(output_flags(release))
    for flag in found:
        judge.finding(
            "output-flag",
            where=f"{flag.rel}:{flag.key}",
            what=f"{flag.key} is {flag.value}: everyone who loads the model gets its inner states",
            mend=f"set {flag.key} to false in {flag.rel} (ActivationGuardCallback keeps it off while training)",
        )
    judge.measured(len(found), limit=0)


@pytest.mark.audit("artifacts.watermark_key")
def test_watermark_key(release: Folder, judge: Judge) -> None:
    """The key of a watermark is not published with the model that it marks."""
    found = list(watermark_keys(release))
    for key in found:
        judge.finding(
            "watermark-key",
            where=f"{key.rel}:{key.key}",
            what=f"it publishes the watermark's key ({mask(key.value)}): anyone can forge or strip the mark",
            mend="remove watermarking_config, pass it to generate() where the model is served, and change the key",
            subject=key.value,
        )
    judge.measured(len(found), limit=0)


def _digest(release: Folder, rel: str) -> str:
    try:
        return hashlib.sha256(release.read(rel, limit=_CODE_LIMIT)).hexdigest()
    except UnreadableFile:
        return "<sha256>"
