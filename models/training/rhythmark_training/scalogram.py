"""EfficientNet on a wavelet scalogram that is computed inside the network.

The scalogram is the log magnitude of the signal under complex Morlet wavelets, as strided
convolutions (real and imaginary part of each wavelet are one output channel each), so that the ONNX
file takes the same raw window as the other family and the program needs no wavelet code.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from .classes import OUTPUTS, SAMPLING_HZ
from .network import DropPath, SqueezeExcite


@dataclass(frozen=True)
class PictureStage:
    """Blocks of one resolution. `expand` multiplies the input channels inside the block."""

    expand: int
    channels: int
    blocks: int
    frequency_stride: int
    time_stride: int


@dataclass(frozen=True)
class ScalogramConfig:
    """Defaults: 32 scales from 2 to 40 Hz every 40 ms; 0.47 M parameters, 38 M multiply-adds."""

    lowest_hz: float = 2.0
    highest_hz: float = 40.0
    scales: int = 32
    # Cycles under the envelope, times 2 pi: 5 keeps 0.4 s at 2 Hz and 20 ms at 40 Hz.
    omega: float = 5.0
    # Scales that share a convolution, and so the length of the longest wavelet among them.
    scales_together: int = 8
    stride: int = 10
    kernel: int = 3
    stem_channels: int = 16
    head_channels: int = 256
    dropout: float = 0.2
    drop_path: float = 0.1
    # Time keeps 0.32 s a column, so that the activation map can point at a beat.
    stages: tuple[PictureStage, ...] = field(
        default=(
            PictureStage(1, 16, 1, 1, 1),
            PictureStage(3, 32, 2, 2, 2),
            PictureStage(3, 64, 2, 2, 2),
            PictureStage(3, 96, 3, 2, 1),
            PictureStage(3, 112, 2, 1, 1),
        )
    )


def morlet_kernels(frequencies_hz: Tensor, omega: float) -> Tensor:
    """Real and imaginary parts [2 n, 1, 1, length], for signals at 250 Hz.

    exp(-t^2 / 2 s^2) exp(i 2 pi f t) with s = omega / 2 pi f, cut at 2.5 s on either side and
    normalised so that a sine of amplitude 1 and frequency f has magnitude 1: what a scale weighs
    does not depend on its length.
    """
    widths = omega / (2 * math.pi * frequencies_hz)
    reach = math.ceil(2.5 * float(widths.max()) * SAMPLING_HZ)
    t = torch.arange(-reach, reach + 1, dtype=torch.float64) / SAMPLING_HZ
    envelope = torch.exp(-0.5 * (t[None, :] / widths[:, None]) ** 2)
    envelope = 2 * envelope / envelope.sum(1, keepdim=True)
    turn = 2 * math.pi * frequencies_hz[:, None] * t[None, :]
    # The real part of a short Morlet wavelet has a mean; a baseline must not show.
    real = envelope * torch.cos(turn)
    real = real - envelope * (real.sum(1, keepdim=True) / envelope.sum(1, keepdim=True))
    kernels = torch.cat([real, envelope * torch.sin(turn)])
    return kernels[:, None, None, :].float()


class Scalogram(nn.Module):
    """Signal [batch, 1, 1, n] -> log magnitude [batch, 1, scales, n / stride], highest first."""

    def __init__(self, config: ScalogramConfig) -> None:
        super().__init__()
        ratio = config.lowest_hz / config.highest_hz
        powers = torch.linspace(0.0, 1.0, config.scales, dtype=torch.float64)
        frequencies = config.highest_hz * ratio**powers
        self.scales = config.scales
        self.wavelets = nn.ModuleList()
        for together in frequencies.split(config.scales_together):
            kernels = morlet_kernels(together, config.omega)
            length = kernels.shape[3]
            wavelet = nn.Conv2d(
                1,
                len(kernels),
                (1, length),
                stride=(1, config.stride),
                padding=(0, length // 2),
                bias=False,
            )
            # Fixed: it is a transform, and its values have to mean magnitudes.
            wavelet.weight = nn.Parameter(kernels, requires_grad=False)
            self.wavelets.append(wavelet)
        self.level = nn.BatchNorm2d(config.scales)

    def forward(self, signal: Tensor) -> Tensor:
        rows = []
        for wavelet in self.wavelets:
            real, imaginary = wavelet(signal).chunk(2, dim=1)
            # 1e-3 is a magnitude far below what can be seen in a window whose swing is 4.
            rows.append(0.5 * torch.log(real * real + imaginary * imaginary + 1e-6))
        levelled = self.level(torch.cat(rows, dim=1))
        return levelled.transpose(1, 2)


def _convolution(
    inputs: int, outputs: int, kernel: int, stride: tuple[int, int], groups: int
) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(
            inputs, outputs, kernel, stride=stride, padding=kernel // 2, groups=groups, bias=False
        ),
        nn.BatchNorm2d(outputs),
    )


class PictureBlock(nn.Module):
    """MBConv with a square kernel: expand, filter each channel, weigh the channels, project."""

    def __init__(
        self,
        inputs: int,
        stage: PictureStage,
        stride: tuple[int, int],
        kernel: int,
        drop_path: float,
    ) -> None:
        super().__init__()
        inner = inputs * stage.expand
        layers: list[nn.Module] = []
        if stage.expand > 1:
            layers += [_convolution(inputs, inner, 1, (1, 1), 1), nn.ReLU(inplace=True)]
        layers += [_convolution(inner, inner, kernel, stride, inner), nn.ReLU(inplace=True)]
        layers += [SqueezeExcite(inner, max(4, inputs // 4))]
        layers += [_convolution(inner, stage.channels, 1, (1, 1), 1)]
        self.body = nn.Sequential(*layers)
        self.residual = stride == (1, 1) and inputs == stage.channels
        self.drop_path = DropPath(drop_path)

    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        return x + self.drop_path(y) if self.residual else y


class ScalogramEfficientNet(nn.Module):
    """Signal [batch, 1, 1, 2500] at 250 Hz, scaled -> logits [batch, 5], in OUTPUTS order."""

    def __init__(self, config: ScalogramConfig | None = None) -> None:
        super().__init__()
        config = config or ScalogramConfig()
        self.config = config
        self.scalogram = Scalogram(config)
        self.stem = nn.Sequential(
            _convolution(1, config.stem_channels, 3, (2, 2), 1), nn.ReLU(inplace=True)
        )
        blocks: list[nn.Module] = []
        total = sum(stage.blocks for stage in config.stages)
        channels = config.stem_channels
        for stage in config.stages:
            for index in range(stage.blocks):
                first = (stage.frequency_stride, stage.time_stride)
                stride = first if index == 0 else (1, 1)
                drop_path = config.drop_path * len(blocks) / total
                blocks.append(PictureBlock(channels, stage, stride, config.kernel, drop_path))
                channels = stage.channels
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Sequential(
            _convolution(channels, config.head_channels, 1, (1, 1), 1), nn.ReLU(inplace=True)
        )
        self.dropout = nn.Dropout(config.dropout)
        self.classifier = nn.Linear(config.head_channels, len(OUTPUTS))

    def features(self, signal: Tensor) -> Tensor:
        """[batch, head_channels, 1, t]: frequency is averaged away, time is kept."""
        picture = self.blocks(self.stem(self.scalogram(signal)))
        return self.head(picture).mean(dim=2, keepdim=True)

    def embed(self, signal: Tensor) -> Tensor:
        """What the classifier sees: [batch, head_channels], averaged over the window."""
        return self.features(signal).mean(dim=(2, 3))

    def activation(self, features: Tensor) -> Tensor:
        """Logits of each part of the window, [batch, 5, t]; their mean over time is `forward`."""
        return (
            torch.einsum("oc,bct->bot", self.classifier.weight, features.squeeze(2))
            + (self.classifier.bias[None, :, None])
        )

    def forward(self, signal: Tensor) -> Tensor:
        return self.classifier(self.dropout(self.embed(signal)))
