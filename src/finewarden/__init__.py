"""finewarden: the warden at both ends of LLM fine-tuning.

`finewarden.callbacks` stands inside training, `finewarden.audits` at the release door. This module imports nothing,
because pytest loads it in every session of every project in the environment.
"""

__version__ = "0.1.0"
