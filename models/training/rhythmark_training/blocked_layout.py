"""Rewrites an exported graph so that onnxruntime keeps it in blocks of channels from end to end.

onnxruntime's fastest CPU convolutions hold 16 channels side by side. Whatever has no such form is
put back into rows before and into blocks after, which with these networks takes a sixth of the time
for products and sums that cost next to nothing. Three things have one when they are said another
way; what they compute stays the same to rounding:

- squeeze-excite's product of a tensor with one number a channel: the number is first repeated along
  the tensor, because only tensors of one shape are multiplied in blocks;
- the mean over a window: `GlobalAveragePool` in place of `ReduceMean`;
- the activation map: a 1 x 1 convolution, calibration inside, in place of `Einsum`.

`write_onnx` does it to every model. For a finished one, whose network stays as it is:

    python -m rhythmark_training.blocked_layout --manifest ../NAME-1.0.0.json --version 1.0.1 \
        --dataset DATA --golden ../../tests/fixtures/model/golden.json

It refuses where an output differs on the windows of DATA.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import NodeProto, TensorProto, helper, numpy_helper

from .classes import OUTPUTS
from .scaling import scale_windows
from .sets import find_sets, load_set

# Largest difference of an output that is still rounding: sums in another order.
ROUNDING = 2e-5
# Evidence is a difference of standardised features: where a network of a few steps hardly varies,
# of numbers a thousand times as large.
EVIDENCE_ROUNDING = 1e-3
_WINDOWS_AT_ONCE = 64


def keep_blocked(model: onnx.ModelProto) -> onnx.ModelProto:
    """A copy; parts that are not found, or said so already, are left as they are."""
    graph = _Graph(model)
    _spread_gates(graph)
    _pool_globally(graph)
    _map_by_convolution(graph)
    return graph.finished()


class _Graph:
    """A model under change: its nodes, its constants, and the shapes that follow from them."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self.model = onnx.ModelProto()
        self.model.CopyFrom(model)
        self.nodes = list(self.model.graph.node)
        inferred = onnx.shape_inference.infer_shapes(model, data_prop=True).graph
        self._shapes = {
            value.name: [d.dim_value or d.dim_param for d in value.type.tensor_type.shape.dim]
            for value in (*inferred.value_info, *inferred.output)
        }
        self.constants = {
            tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer
        }
        for node in self.nodes:
            if node.op_type == "Constant" and node.attribute[0].name == "value":
                self.constants[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)

    def shape(self, name: str) -> list[int | str]:
        return self._shapes.get(name, [])

    def maker(self, name: str) -> NodeProto | None:
        return next((node for node in self.nodes if name in node.output), None)

    def users(self, name: str) -> list[NodeProto]:
        return [node for node in self.nodes if name in node.input]

    def add_constant(self, name: str, values: NDArray[np.generic]) -> str:
        self.model.graph.initializer.append(numpy_helper.from_array(values, name))
        return name

    def state_shape(self, name: str, shape: list[int | str]) -> None:
        """For what shape inference does not find out: onnxruntime reads it in the file."""
        value = helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
        self.model.graph.value_info.append(value)

    def replace(self, old: list[NodeProto], new: list[NodeProto]) -> None:
        """`new` stands where the last of `old` stood, so that all it needs comes before it."""
        at = self.nodes.index(old[-1]) + 1
        self.nodes[at:at] = new
        self.nodes = [node for node in self.nodes if all(node is not each for each in old)]

    def finished(self) -> onnx.ModelProto:
        graph = self.model.graph
        used = {name for node in self.nodes for name in node.input}
        nodes = [n for n in self.nodes if n.op_type != "Constant" or n.output[0] in used]
        constants = [tensor for tensor in graph.initializer if tensor.name in used]
        del graph.node[:], graph.initializer[:]
        graph.node.extend(nodes)
        graph.initializer.extend(constants)
        onnx.checker.check_model(self.model, full_check=True)
        return self.model


def _spread_gates(graph: _Graph) -> None:
    """Mul(x, gate of [n, c, 1, 1]) -> Mul(x, gate repeated to the shape of x)."""
    for product in [node for node in graph.nodes if node.op_type == "Mul"]:
        x, gate = product.input
        shape, gates = graph.shape(x), graph.shape(gate)
        if len(shape) != 4 or gates != [*shape[:2], 1, 1] or shape[2:] == [1, 1]:
            continue
        if any(isinstance(size, str) for size in shape[2:]):
            continue  # a length that the graph finds out while it runs cannot be written down
        spread = f"{gate}_spread"
        scales = graph.add_constant(f"{spread}_scales", np.array([1, 1, *shape[2:]], np.float32))
        # Of all ways to repeat a value, the one that onnxruntime has in blocks.
        resize = helper.make_node(
            "Resize",
            [gate, "", scales],
            [spread],
            mode="nearest",
            coordinate_transformation_mode="asymmetric",
            nearest_mode="floor",
        )
        graph.state_shape(spread, shape)
        graph.replace([product], [resize, helper.make_node("Mul", [x, spread], product.output)])


def _pool_globally(graph: _Graph) -> None:
    """ReduceMean of [n, c, h, w] over h and w -> GlobalAveragePool, flattened to [n, c]."""
    for mean in [node for node in graph.nodes if node.op_type == "ReduceMean"]:
        stated = {each.name: helper.get_attribute_value(each) for each in mean.attribute}
        x, y = mean.input[0], mean.output[0]
        if len(graph.shape(x)) != 4 or stated != {"axes": [2, 3], "keepdims": 0}:
            continue
        pool = helper.make_node("GlobalAveragePool", [x], [f"{y}_pooled"])
        graph.replace([mean], [pool, helper.make_node("Flatten", [f"{y}_pooled"], [y], axis=1)])


def _map_by_convolution(graph: _Graph) -> None:
    """Einsum of classifier and features and the affine steps after it -> one convolution."""
    name = "activation"
    einsum = next((node for node in graph.nodes if node.op_type == "Einsum"), None)
    squeeze = graph.maker(einsum.input[1]) if einsum else None
    if einsum is None or squeeze is None or squeeze.op_type != "Squeeze":
        return
    weight = graph.constants[einsum.input[0]].astype(np.float64)
    bias = np.zeros(len(weight))
    old, at = [squeeze, einsum], einsum.output[0]
    while at != name:
        (node,) = graph.users(at)
        (other,) = (each for each in node.input if each != at)
        values = np.broadcast_to(graph.constants[other].reshape(-1), bias.shape).astype(np.float64)
        if node.op_type == "Add":
            bias = bias + values
        elif node.op_type == "Mul":
            bias, weight = bias * values, weight * values[:, None]
        else:
            return
        old, at = [*old, node], node.output[0]
    taps = weight[:, :, None, None].astype(np.float32)
    inputs = [
        squeeze.input[0],
        graph.add_constant(f"{name}.weight", np.ascontiguousarray(taps)),
        graph.add_constant(f"{name}.bias", bias.astype(np.float32)),
    ]
    convolution = helper.make_node("Conv", inputs, [f"{name}_rows"], kernel_shape=[1, 1])
    height = graph.add_constant(f"{name}.height", np.array([2], np.int64))
    graph.replace(old, [convolution, helper.make_node("Squeeze", [f"{name}_rows", height], [name])])


def largest_differences(
    before: bytes, after: bytes, windows: NDArray[np.float32]
) -> dict[str, float]:
    """Of each output of onnxruntime for `windows`, [n, 1, 1, 2500]; above 1, relative to it."""
    sessions = [
        onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
        for content in (before, after)
    ]
    names = [output.name for output in sessions[0].get_outputs()]
    worst = dict.fromkeys(names, 0.0)
    for first in range(0, len(windows), _WINDOWS_AT_ONCE):
        part = {"signal": windows[first : first + _WINDOWS_AT_ONCE]}
        both = [session.run(names, part) for session in sessions]
        for name, a, b in zip(names, *both, strict=True):
            difference = np.abs(a - b) / np.maximum(1, np.abs(a))
            worst[name] = float(np.maximum(worst[name], difference.max()))
    return worst


def refuse_difference(worst: dict[str, float]) -> None:
    """Raises ArithmeticError unless every difference is rounding; so does one that is no number."""
    allowed = {"evidence": EVIDENCE_ROUNDING}
    if not all(worst[name] <= allowed.get(name, ROUNDING) for name in worst):
        raise ArithmeticError(f"the rewritten graph answers otherwise: {worst}")


def main() -> None:
    parser = argparse.ArgumentParser(
        "python -m rhythmark_training.blocked_layout", description=__doc__.splitlines()[0]
    )
    parser.add_argument("--manifest", type=Path, required=True, help="of the finished model")
    parser.add_argument("--version", required=True, help="of the rewritten one")
    parser.add_argument("--dataset", type=Path, required=True, help="sets, to compare on")
    parser.add_argument("--windows", type=int, default=250, help="of each set, at most")
    parser.add_argument("--golden", type=Path, help="golden vectors, which name the file")
    words = parser.parse_args()
    before = words.manifest.with_suffix(".onnx").read_bytes()
    after = keep_blocked(onnx.load_from_string(before)).SerializeToString()
    windows = np.concatenate(
        [_windows_of(folder, words.windows) for folder in find_sets(words.dataset).values()]
    )
    worst = largest_differences(before, after, windows)
    print(f"{len(windows)} windows, largest differences: {worst}")
    refuse_difference(worst)
    manifest = json.loads(words.manifest.read_text(encoding="utf-8"))
    sha256 = hashlib.sha256(after).hexdigest()
    target = words.manifest.with_name(f"{manifest['name']}-{words.version}.json")
    now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    manifest |= {
        "version": words.version,
        "file": target.with_suffix(".onnx").name,
        "sha256": sha256,
        "createdAt": now,
    }
    target.with_suffix(".onnx").write_bytes(after)
    target.write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    if words.golden:
        vectors = json.loads(words.golden.read_text(encoding="utf-8"))
        if vectors["outputs"] != list(OUTPUTS):
            raise ValueError(f"{words.golden} is of other outputs")
        vectors["sha256"] = sha256  # PyTorch's answers are the same network's
        words.golden.write_text(json.dumps(vectors) + "\n", encoding="utf-8")
    print(f"{target.stem}: {sha256}")


def _windows_of(folder: Path, limit: int) -> NDArray[np.float32]:
    """Evenly over a set, scaled; those with too little signal are left out."""
    data = load_set(folder)
    planned = np.flatnonzero(data.window_planned)
    chosen = planned[np.linspace(0, len(planned) - 1, min(limit, len(planned))).astype(np.int64)]
    scaled, valid = scale_windows(data.windows(chosen))
    return scaled[valid].float()[:, None, None, :].contiguous().numpy()


if __name__ == "__main__":
    main()
