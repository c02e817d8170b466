"""What a pickle written by Trainer, and by nothing stranger, may name, and what it may do with each name.

Exact names only: a prefix such as `transformers.` would admit functions that download, import or run. The sets were
collected from real runs of Trainer, TRL's trainers and Unsloth; the tensor part is the overlap of what those runs write
with what `torch.load(weights_only=True)` admits (torch/_weights_only_unpickler.py). A name may be

* referred to: pushed as a value, say as the type of a storage;
* called (REDUCE, OBJ, INST): enums looked up by value, tensors rebuilt;
* made (NEWOBJ): `cls.__new__(cls)`, which runs no `__init__` and no `__post_init__`;
* given a state (BUILD): either by its own `__setstate__` (arrays) or by filling `__dict__`.

Keys are "module name", as GLOBAL spells them. Protocol 2 writes Python 2's module names; both are listed.
"""

from __future__ import annotations

__all__ = ["CALLED", "FILLED", "MADE", "REFERRED", "RESTORED", "TENSOR_REBUILDERS"]


def _names(module: str, names: str) -> frozenset[str]:
    return frozenset(f"{module} {name}" for name in names.split())


# Called with (storage, offset, size, stride, ...): the third argument is the tensor's shape.
TENSOR_REBUILDERS = _names("torch._utils", "_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3")

_ARRAYS = frozenset(
    name
    for module in ("numpy.core.multiarray", "numpy._core.multiarray")
    for name in _names(module, "_reconstruct scalar")
)

_ENUMS = (
    _names("transformers.trainer_utils", "EvaluationStrategy FSDPOption HubStrategy IntervalStrategy SaveStrategy")
    | _names("transformers.trainer_utils", "SchedulerType")
    | _names("transformers.training_args", "OptimizerNames ParallelMode")
    | _names("transformers.debug_utils", "DebugOption")
    | _names("transformers.utils.quantization_config", "QuantizationMethod AwqFormat AwqBackend ExllamaVersion")
    | _names("accelerate.utils.dataclasses", "DistributedType DynamoBackend PrecisionType")
)

CALLED = (
    TENSOR_REBUILDERS
    | _ARRAYS
    | _ENUMS
    | _names("torch._utils", "_rebuild_parameter")
    | _names("torch", "device Size")
    | _names("numpy", "dtype")
    | _names("collections", "OrderedDict")
    | _names("_codecs", "encode")
    | _names("builtins", "set bytearray complex")
    | _names("__builtin__", "set bytearray complex")
    | _names("pathlib", "PosixPath WindowsPath PurePosixPath PureWindowsPath")
    | _names("pathlib._local", "PosixPath WindowsPath PurePosixPath PureWindowsPath")
    | _names("datetime", "timedelta")
)

MADE = (
    _names("transformers.training_args", "TrainingArguments")
    | _names("transformers.training_args_seq2seq", "Seq2SeqTrainingArguments")
    | _names("transformers.trainer_pt_utils", "AcceleratorConfig")
    | _names("transformers.generation.configuration_utils", "GenerationConfig")
    | _names("transformers.utils.quantization_config", "BitsAndBytesConfig GPTQConfig HqqConfig TorchAoConfig")
    | _names("transformers.utils.quantization_config", "Mxfp4Config FineGrainedFP8Config")
    | _names("transformers.integrations.deepspeed", "HfDeepSpeedConfig HfTrainerDeepSpeedConfig")
    | _names("accelerate.state", "PartialState")
    | _names("accelerate.parallelism_config", "ParallelismConfig")
    | _names("accelerate.utils.dataclasses", "DeepSpeedPlugin")
    | _names("unsloth.trainer", "UnslothTrainingArguments")
    | _names("peft.tuners.lora.config", "LoraConfig LoftQConfig LoraRuntimeConfig")
    | frozenset(
        f"trl.trainer.{name.lower()}_config {name}Config"
        for name in ("SFT", "DPO", "GRPO", "RLOO", "KTO", "Reward", "Distillation", "ORPO", "CPO", "GKD", "BCO", "PRM")
    )
    | _names("trl.trainer.online_dpo_config", "OnlineDPOConfig")
    | _names("trl.trainer.nash_md_config", "NashMDConfig")
    | _names("trl.trainer.xpo_config", "XPOConfig")
    | _names("trl.trainer.ppo_config", "PPOConfig")
    | _names("trl.experimental.distillation", "DistillationConfig")
    | _names("trl.experimental.kto", "KTOConfig")
    | frozenset(
        f"trl.experimental.{folder}.{folder}_config {name}Config"
        for folder, name in (
            ("a2po", "A2PO"),
            ("async_distillation", "AsyncDistillation"),
            ("async_grpo", "AsyncGRPO"),
            ("cpo", "CPO"),
            ("gkd", "GKD"),
            ("gmpo", "GMPO"),
            ("gold", "GOLD"),
            ("iw_opd", "IWOPD"),
            ("online_dpo", "OnlineDPO"),
            ("orpo", "ORPO"),
            ("sdft", "SDFT"),
            ("sdpo", "SDPO"),
            ("server_distillation", "ServerDistillation"),
            ("ssd", "SSD"),
            ("tpo", "TPO"),
        )
    )
)

REFERRED = (
    _names("numpy", "ndarray")
    | _names("builtins", "object")
    | _names("__builtin__", "object")
    | _names("torch.storage", "UntypedStorage TypedStorage")
    | _names("torch", "FloatStorage DoubleStorage HalfStorage BFloat16Storage LongStorage IntStorage ShortStorage")
    | _names("torch", "CharStorage ByteStorage BoolStorage ComplexFloatStorage ComplexDoubleStorage")
    | _names("torch", "float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 bool complex64 complex128")
    | _names("torch", "float8_e4m3fn float8_e5m2 uint16 uint32 uint64")
)

# State by the object's own __setstate__, written in C by numpy: any state, a tuple among them.
RESTORED = _ARRAYS | _names("numpy", "dtype")

# State into __dict__: a dict and nothing else, for a (dict, slots) tuple would setattr, `__class__` too.
FILLED = MADE | _names("collections", "OrderedDict")
