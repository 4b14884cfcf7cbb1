"""EfficientNet for one lead: MBConv blocks with squeeze-excite, kernels of 1 x 7, ReLU.

One-dimensional in what it computes, written as Conv2d with height 1: onnxruntime's blocked CPU
kernels need 4-D tensors and are about 1.4 times as fast on them. The block follows Tan and Le,
"EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks" (2019); ReLU in place of
swish because it folds into the convolution at inference.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from .classes import OUTPUTS


@dataclass(frozen=True)
class Stage:
    """Blocks of one resolution. `expand` multiplies the input channels inside the block."""

    expand: int
    channels: int
    blocks: int
    stride: int


@dataclass(frozen=True)
class NetworkConfig:
    """Defaults give 0.45 M parameters and 16 M multiply-adds for a window of 2,500 samples.

    Channels are multiples of 16: onnxruntime's blocked kernels pad to that. `squeeze_from` spares
    the first blocks their squeeze-excite: at full length its two reorders of the tensor cost more
    than the block's convolutions.
    """

    stem_channels: int = 16
    stem_kernel: int = 15
    stem_stride: int = 4
    kernel: int = 7
    head_channels: int = 256
    squeeze_from: int = 90
    dropout: float = 0.2
    drop_path: float = 0.1
    stages: tuple[Stage, ...] = field(
        default=(
            Stage(1, 16, 1, 2),
            Stage(3, 32, 2, 2),
            Stage(3, 64, 2, 2),
            Stage(3, 96, 3, 2),
            Stage(3, 112, 2, 1),
        )
    )


def _convolution(inputs: int, outputs: int, kernel: int, stride: int, groups: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(
            inputs,
            outputs,
            (1, kernel),
            stride=(1, stride),
            padding=(0, kernel // 2),
            groups=groups,
            bias=False,
        ),
        nn.BatchNorm2d(outputs),
    )


class SqueezeExcite(nn.Module):
    """Scales each channel by what the whole window says about it."""

    def __init__(self, channels: int, squeezed: int) -> None:
        super().__init__()
        self.reduce = nn.Conv2d(channels, squeezed, 1)
        self.expand = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        pooled = nn.functional.adaptive_avg_pool2d(x, 1)
        return x * torch.sigmoid(self.expand(torch.relu(self.reduce(pooled))))


class DropPath(nn.Module):
    """Skips the block for a random part of the batch while training (stochastic depth)."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.rate == 0.0:
            return x
        keep = torch.rand(x.shape[0], 1, 1, 1, device=x.device) >= self.rate
        return x * keep.to(x.dtype) / (1.0 - self.rate)


class MBConv(nn.Module):
    """Expand (1x1), filter each channel (1 x k), weigh the channels, project (1x1)."""

    def __init__(
        self, inputs: int, stage: Stage, stride: int, config: NetworkConfig, drop: float
    ) -> None:
        super().__init__()
        kernel = config.kernel
        inner = inputs * stage.expand
        layers: list[nn.Module] = []
        if stage.expand > 1:
            layers += [_convolution(inputs, inner, 1, 1, 1), nn.ReLU(inplace=True)]
        layers += [_convolution(inner, inner, kernel, stride, inner), nn.ReLU(inplace=True)]
        if inner >= config.squeeze_from:
            layers += [SqueezeExcite(inner, max(4, inputs // 4))]
        layers += [_convolution(inner, stage.channels, 1, 1, 1)]
        self.body = nn.Sequential(*layers)
        self.residual = stride == 1 and inputs == stage.channels
        self.drop_path = DropPath(drop)

    def forward(self, x: Tensor) -> Tensor:
        y = self.body(x)
        return x + self.drop_path(y) if self.residual else y


class RhythmEfficientNet(nn.Module):
    """Signal [batch, 1, 1, 2500] at 250 Hz, scaled -> logits [batch, 5], in OUTPUTS order."""

    def __init__(self, config: NetworkConfig | None = None) -> None:
        super().__init__()
        config = config or NetworkConfig()
        self.config = config
        self.stem = nn.Sequential(
            _convolution(1, config.stem_channels, config.stem_kernel, config.stem_stride, 1),
            nn.ReLU(inplace=True),
        )
        blocks: list[nn.Module] = []
        total = sum(stage.blocks for stage in config.stages)
        channels = config.stem_channels
        for stage in config.stages:
            for index in range(stage.blocks):
                stride = stage.stride if index == 0 else 1
                drop = config.drop_path * len(blocks) / total
                blocks.append(MBConv(channels, stage, stride, config, drop))
                channels = stage.channels
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Sequential(
            _convolution(channels, config.head_channels, 1, 1, 1), nn.ReLU(inplace=True)
        )
        self.dropout = nn.Dropout(config.dropout)
        self.classifier = nn.Linear(config.head_channels, len(OUTPUTS))

    def features(self, signal: Tensor) -> Tensor:
        """[batch, head_channels, 1, 40]: what the network makes of each 0.256 s and around it."""
        return self.head(self.blocks(self.stem(signal)))

    def embed(self, signal: Tensor) -> Tensor:
        """What the classifier sees: [batch, head_channels], averaged over the window."""
        return self.features(signal).mean(dim=(2, 3))

    def activation(self, features: Tensor) -> Tensor:
        """Logits of each part of the window, [batch, 5, 40]; their mean over time is `forward`.

        Zhou et al., "Learning Deep Features for Discriminative Localization" (2016): the classifier
        is linear in the average, so it may be applied before averaging. The map is then no
        explanation after the fact but the very terms that the verdict is the mean of.
        """
        return (
            torch.einsum("oc,bct->bot", self.classifier.weight, features.squeeze(2))
            + (self.classifier.bias[None, :, None])
        )

    def forward(self, signal: Tensor) -> Tensor:
        return self.classifier(self.dropout(self.embed(signal)))


def parameter_count(network: nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())
