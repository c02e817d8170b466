"""Noise that nobody can draw again."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.training

N = 200_000
# Five standard errors: each comparison here fails by chance less than once in a million runs.
SIGMAS = 5


def noise(deviation: float = 1.0) -> list[float]:
    import torch

    from finewarden.callbacks.differential_privacy.randomness import add_gaussian_

    torch.manual_seed(42)
    tensors = [torch.zeros(N // 2), torch.zeros(N // 4, 2)]
    add_gaussian_(tensors, deviation)
    return [float(each) for tensor in tensors for each in tensor.flatten()]


def test_the_noise_has_the_wanted_distribution() -> None:
    """Mean 0, variance as asked, and normal (Kolmogorov-Smirnov at 1e-6)."""
    import numpy as np
    from scipy.stats import kstest

    drawn = np.array(noise(3.0))
    assert abs(drawn.mean()) < SIGMAS * 3 / N**0.5
    assert abs(drawn.var() / 9 - 1) < SIGMAS * (2 / N) ** 0.5
    assert kstest(drawn / 3, "norm").pvalue > 1e-6


def test_no_seed_of_the_program_repeats_it() -> None:
    """Two draws after the same manual_seed are uncorrelated, as are the tensors of one draw."""
    import numpy as np

    first, second = np.array(noise()), np.array(noise())
    assert abs(np.corrcoef(first, second)[0, 1]) < SIGMAS / N**0.5
    assert abs(np.corrcoef(first[: N // 2], first[N // 2 :])[0, 1]) < SIGMAS / (N // 2) ** 0.5


def test_two_processes_with_one_seed_share_nothing() -> None:
    """What two processes draw after `set_seed(42)` is uncorrelated."""
    import numpy as np

    code = (
        "import torch, sys\n"
        "from finewarden.callbacks.differential_privacy.randomness import add_gaussian_\n"
        "torch.manual_seed(42)\n"
        "zeros = torch.zeros(10_000)\n"
        "add_gaussian_([zeros], 1.0)\n"
        "sys.stdout.buffer.write(zeros.numpy().tobytes())\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) for _ in range(2)]
    first, second = (np.frombuffer(each.communicate()[0], dtype=np.float32) for each in running)
    assert len(first) == len(second) == 10_000
    assert abs(np.corrcoef(first, second)[0, 1]) < SIGMAS / 100


def test_it_leaves_the_programs_own_generator_alone() -> None:
    """Drawing noise does not move torch's generator: dropout is as it was."""
    import torch

    from finewarden.callbacks.differential_privacy.randomness import add_gaussian_

    torch.manual_seed(1)
    expected = torch.rand(3)
    torch.manual_seed(1)
    add_gaussian_([torch.zeros(10)], 1.0)
    assert torch.equal(torch.rand(3), expected)


def test_no_deviation_changes_nothing() -> None:
    """Noise of deviation 0 leaves the numbers as they are."""
    assert set(noise(0.0)) == {0.0}
