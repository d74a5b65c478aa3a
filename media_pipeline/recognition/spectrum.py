"""Sound as a row of numbers every 40 ms in which equal syllables look alike, whoever says them. Pure.

Mel-frequency cepstra (Davis and Mermelstein 1980) with first differences. The voice that a sound is compared with is
brought into the same surroundings first: its spectrum gets the recording's colour and noise.
"""

from functools import cache
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Rows: TypeAlias = npt.NDArray[np.float32]

HOP_MS: Final = 40
_WINDOW_MS: Final = 64
"""Measured: 20 ms hops are no better for the starts of sentences, and cost twice the time."""
_BANDS: Final = 32
_LOWEST_HZ: Final = 120.0
_HIGHEST_HZ: Final = 7000.0
_CEPSTRA: Final = 13
_DELTA_WEIGHT: Final = 0.7
"""Our choice, measured: differences in time help in noise, and more so than they would with the same weight."""
_FLOOR: Final = 0.01
"""Of each band's mean power: what is 20 dB below speech says more about the room than about the sound."""


def mel_power(samples: Rows, rate: int) -> Rows:
    """Power in 32 mel bands, one row for every whole 40 ms."""
    hop, window = rate * HOP_MS // 1000, rate * _WINDOW_MS // 1000
    size = 1 << (window - 1).bit_length()
    count = len(samples) // hop
    if not count:
        return np.zeros((0, _BANDS), np.float32)
    margin = (window - hop) // 2
    padded = np.concatenate([np.zeros(margin, np.float32), samples, np.zeros(window, np.float32)])
    frames = np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][:count]
    shape = (np.hanning(window) / np.sqrt(window * rate)).astype(np.float32)
    rows = np.empty((count, _BANDS), np.float32)
    for first in range(0, count, 500):
        spectrum = np.fft.rfft(frames[first : first + 500] * shape, size)
        rows[first : first + 500] = (spectrum.real**2 + spectrum.imag**2).astype(np.float32) @ _mel_bank(rate, size)
    return rows


def shift_formants(power: Rows, factor: float) -> Rows:
    """The power that a mouth shorter by `factor` would give: women and children have higher formants than men."""
    centres = _mel_edges()[1:-1]
    place = (_mel(_hertz(centres) / factor) - centres[0]) / (centres[1] - centres[0])
    place = np.clip(place, 0, _BANDS - 1)
    below = np.minimum(place.astype(int), _BANDS - 2)
    share = (place - below).astype(np.float32)
    level = np.log(power + 1e-12)
    moved: Rows = np.exp(level[:, below] * (1 - share) + level[:, below + 1] * share)
    return moved


def into_surroundings(spoken: Rows, heard: Rows, noise: Rows) -> Rows:
    """The power of `spoken` as microphone and room of `heard` would have it; `noise` is their power in pauses."""
    mean = heard.mean(0)
    gain = np.maximum(mean - noise, mean * np.float32(0.02)) / (spoken.mean(0) + np.float32(1e-12))
    joined: Rows = spoken * gain + noise
    return joined


def cepstra(power: Rows, floor: Rows) -> Rows:
    """Rows to compare: 13 cepstra and their differences, each with mean 0 and variance 1."""
    waves = np.cos(np.pi * np.arange(_CEPSTRA)[None] * (np.arange(_BANDS)[:, None] + 0.5) / _BANDS)
    return _with_differences(_normal(np.log(power + floor) @ waves.astype(np.float32)))


def spectral_floor(heard: Rows) -> Rows:
    """What is added before logarithms are taken."""
    floor: Rows = heard.mean(0) * np.float32(_FLOOR) + np.float32(1e-12)
    return floor


def coarser(rows: Rows, step: int) -> Rows:
    """Means of `step` neighbours, again with variance 1."""
    count = len(rows) // step
    if not count:
        return _normal(rows[:1].copy())
    return _normal(rows[: count * step].reshape(count, step, -1).mean(1))


def _with_differences(rows: Rows) -> Rows:
    change = np.zeros_like(rows)
    change[1:-1] = rows[2:] - rows[:-2]
    return np.concatenate([rows, _normal(change) * np.float32(_DELTA_WEIGHT)], axis=1)


def _normal(rows: Rows) -> Rows:
    return np.asarray((rows - rows.mean(0)) / (rows.std(0) + 1e-6), np.float32)


def _mel(hertz: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(2595 * np.log10(1 + hertz / 700))  # O'Shaughnessy 1987


def _hertz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(700 * (10 ** (mel / 2595) - 1))


def _mel_edges() -> npt.NDArray[np.float64]:
    low, high = _mel(np.array([_LOWEST_HZ, _HIGHEST_HZ]))
    return np.linspace(low, high, _BANDS + 2)


@cache
def _mel_bank(rate: int, size: int) -> Rows:
    """Triangles of equal area over the lines of a Fourier transform."""
    edges = _hertz(_mel_edges())
    lines = np.fft.rfftfreq(size, 1 / rate)[:, None]
    rising = (lines - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - lines) / (edges[2:] - edges[1:-1])
    bank = np.clip(np.minimum(rising, falling), 0, None)
    return np.asarray(bank / bank.sum(0), np.float32)
