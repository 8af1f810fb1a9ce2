"""Landscapes of ONNX models by onnxruntime, with the weights as inputs of one session: a line of request, a line of answer.

    python peer.py ROWS FOLDER THREADS

As `landscape_turns` of Dartboard: `MODEL onnxruntime THREADS SIDE` is answered with the seconds that the places took, the
loss at the middle and at a corner, and last the seconds that the session alone took of them. THREADS is fixed at the start.
"""

import pathlib
import sys
import time

import numpy as np
import onnx
import onnxruntime as ort
from onnx import helper, numpy_helper


class Landscape:
    """A model whose weights move along two directions."""

    def __init__(self, path, table, threads):
        made = onnx.load(path)
        is_weight = lambda tensor: tensor.name.endswith(("weight", "bias"))
        tensors = [tensor for tensor in made.graph.initializer if is_weight(tensor)]
        for tensor in tensors:
            made.graph.initializer.remove(tensor)
            made.graph.input.append(helper.make_tensor_value_info(tensor.name, tensor.data_type, list(tensor.dims)))
        # The logits alone: what is made of them would be computed as well.
        for output in [output for output in made.graph.output if output.name != "logits"]:
            made.graph.output.remove(output)
            made.graph.node.remove(next(node for node in made.graph.node if output.name in node.output))
        options = ort.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        self.session = ort.InferenceSession(made.SerializeToString(), options, providers=["CPUExecutionProvider"])
        self.names = [tensor.name for tensor in tensors]
        self.origin = [numpy_helper.to_array(tensor) for tensor in tensors]
        count = np.cumsum([0] + [values.size for values in self.origin])
        at = [np.arange(first, last, dtype=np.float64) for first, last in zip(count, count[1:])]
        shapes = [values.shape for values in self.origin]
        self.first = [(0.02 * np.sin(0.7 * at + 1)).astype(np.float32).reshape(shape) for at, shape in zip(at, shapes)]
        self.second = [(0.02 * np.cos(1.3 * at + 2)).astype(np.float32).reshape(shape) for at, shape in zip(at, shapes)]
        self.labels = table[:1000, 0].astype(np.int64)
        width = made.graph.input[0].type.tensor_type.shape.dim[1].dim_value
        self.x = np.ascontiguousarray(np.tile(table[:1000, 1:] / 16, (1, width // (table.shape[1] - 1))), dtype=np.float32)
        self.is_event = made.graph.output[0].type.tensor_type.shape.dim[1].dim_value == 1
        self.rows = np.arange(1000)
        self.in_session = 0.0

    def loss(self, a, b):
        """The mean loss at a place, logits in f32 and sums in f64."""
        a, b = np.float32(a), np.float32(b)
        feed = {name: o + a * d + b * e for name, o, d, e in zip(self.names, self.origin, self.first, self.second)}
        feed["features"] = self.x
        start = time.perf_counter()
        z = self.session.run(["logits"], feed)[0]
        self.in_session += time.perf_counter() - start
        if self.is_event:
            z = z[:, 0]
            return np.mean(np.logaddexp(np.float32(0), z) - z * (self.labels < 5), dtype=np.float64)
        z -= z.max(1, keepdims=True)
        return np.mean(np.log(np.exp(z).sum(1)) - z[self.rows, self.labels], dtype=np.float64)

    def grid(self, side):
        """Losses row by row, and the seconds they took: all, and in the session."""
        self.in_session, axis = 0.0, np.linspace(-1, 1, side)
        start = time.perf_counter()
        losses = [self.loss(a, b) for b in axis for a in axis]
        return losses, time.perf_counter() - start, self.in_session


def main():
    """Answers until its input ends."""
    table = np.loadtxt(sys.argv[1], delimiter=",", skiprows=1)
    made = {path.stem: Landscape(path, table, int(sys.argv[3])) for path in pathlib.Path(sys.argv[2]).glob("*.onnx")}
    print(ort.__version__, flush=True)
    for line in sys.stdin:
        name, _, _, side = line.split()
        losses, seconds, in_session = made[name].grid(int(side))
        print(seconds, losses[len(losses) // 2], losses[0], in_session, flush=True)


main()
