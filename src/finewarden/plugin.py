"""The pytest plugin: options, and nothing else until `--model-dir` is given.

pytest loads this module in every session of every project in the environment. It therefore imports the standard
library and pytest only, and without `--model-dir` no hook of ours is registered, no file is touched and no line of
output changes. The gate itself is in `finewarden.gate`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

# Before anything imports them: in an editable install pytest would not rewrite the audits' assertions by itself.
pytest.register_assert_rewrite("finewarden.audits")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The command line (`pytest --help`, group "model audit") and the ini key `audit_paths`."""
    group = parser.getgroup("finewarden", "model audit (finewarden)")
    group.addoption(
        "--model-dir",
        metavar="DIR",
        help="audit the fine-tuned model in DIR; write it with '=': --model-dir=out/",
    )
    group.addoption("--base-model", metavar="DIR", help="the base model's folder (never downloaded)")
    group.addoption(
        "--secrets", metavar="FILE", help="prompt + secret pairs (JSONL or CSV) the model must not reproduce"
    )
    group.addoption(
        "--train-data",
        metavar="PATH",
        action="append",
        default=[],
        help="what the model was trained on, as it was before hold_out: a file (JSONL, JSON, CSV, Parquet) or a folder "
        "of such; may be repeated",
    )
    group.addoption("--evidence-dir", metavar="DIR", help="private evidence (default: <model-dir>.evidence)")
    group.addoption("--policy", metavar="FILE", help="the policy (default: nearest finewarden.toml or pyproject.toml)")
    group.addoption("--audit-report", metavar="FILE", help="write the whole verdict as JSON")
    group.addoption("--audit-figures", metavar="DIR", help="draw what was measured, as SVG (needs finewarden[report])")
    group.addoption("--audit-waivers", metavar="FILE", help="waivers (default: the policy's audit.waivers)")
    group.addoption("--audit-step-summary", action="store_true", help="add the table to $GITHUB_STEP_SUMMARY")
    group.addoption(
        "--no-audit-hashing", action="store_true", help="do not hash whole files (integrity is not measured)"
    )
    group.addoption("--no-shipped-audits", action="store_true", help="run only your own audits")
    parser.addini("audit_paths", "your own audits, run with the shipped ones", type="paths", default=[])


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, args: Sequence[str]) -> None:
    """Refuse, before any conftest runs, a call that would take code or settings from the model folder."""
    if early_config.known_args_namespace.model_dir is not None:
        from finewarden.gate import arguments

        arguments.check_before_conftests(early_config, args)


def pytest_configure(config: pytest.Config) -> None:
    """Open the gate when a model folder is named."""
    if config.getoption("model_dir", None) is not None:
        from finewarden.gate import session

        session.open_gate(config)


@pytest.hookimpl(optionalhook=True, tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """`-n auto` means one worker for an audit: each further one would load the model again."""
    return 1 if config.getoption("model_dir", None) is not None else None
