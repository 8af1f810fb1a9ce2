"""Makes golden/onnx/: small ONNX models of three kinds, and golden/onnx.json: their losses by onnxruntime.

    pip install numpy onnx onnxruntime scikit-learn skl2onnx
    python golden/make_onnx.py

perceptron.onnx   scikit-learn's MLPClassifier, exported by skl2onnx as it comes: MatMul and Add, labels and a ZipMap
                  beside the probabilities
convolution.onnx  as PyTorch exports: Conv, BatchNormalization, Relu, MaxPool, Flatten, Gemm(transB=1)
transformer.onnx  LayerNormalization, attention with two heads, GELU by Erf, residuals

written-*.onnx    models of Dartboard, written by `cargo run -p dartboard-landscapes --example golden_onnx -- golden/onnx`,
                  which comes first: here they are checked, and their outputs for some rows are recorded

Weights of the first three are moved along directions that any program can make again: weight i of a model, counted through its tensors in the
order of the file, by sin(0.7 i + 1) and by cos(1.3 i + 2), times a tenth of the tensor's root mean square.
"""

import json
import pathlib

import numpy as np
import onnx
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper
from sklearn.neural_network import MLPClassifier
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType

HERE = pathlib.Path(__file__).parent
PLACES = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [-2.0, 3.0], [5.0, -4.0]]
random = np.random.default_rng(1)


def weights_of(scale, *shape):
    return (random.normal(size=shape) * scale).astype(np.float32)


def model(nodes, constants, width, output):
    graph = helper.make_graph(
        nodes,
        "graph",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["rows", *width])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["rows", 3])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(made)
    return made


def perceptron(x, y):
    fitted = MLPClassifier([8], max_iter=200, random_state=0).fit(x, y)
    return convert_sklearn(fitted, initial_types=[("x", FloatTensorType([None, x.shape[1]]))])


def convolution():
    constants = {
        "conv.weight": weights_of(0.5, 4, 1, 3, 3),
        "conv.bias": weights_of(0.1, 4),
        "bn.weight": 1 + weights_of(0.1, 4),
        "bn.bias": weights_of(0.1, 4),
        "bn.mean": weights_of(0.2, 4),
        "bn.var": np.abs(1 + weights_of(0.2, 4)),
        "fc.weight": weights_of(0.3, 3, 16),
        "fc.bias": weights_of(0.1, 3),
    }
    nodes = [
        helper.make_node("Conv", ["x", "conv.weight", "conv.bias"], ["c"], kernel_shape=[3, 3]),
        helper.make_node("BatchNormalization", ["c", "bn.weight", "bn.bias", "bn.mean", "bn.var"], ["b"]),
        helper.make_node("Relu", ["b"], ["r"]),
        helper.make_node("MaxPool", ["r"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("Gemm", ["f", "fc.weight", "fc.bias"], ["logits"], transB=1),
    ]
    return model(nodes, constants, [1, 6, 6], "logits")


def transformer():
    tokens, width, heads = 4, 9, 3
    constants = {
        "ln1.weight": 1 + weights_of(0.1, width),
        "ln1.bias": weights_of(0.1, width),
        "qkv": weights_of(0.3, width, 3 * width),
        "qkv.bias": weights_of(0.1, 3 * width),
        "out": weights_of(0.3, width, width),
        "ln2.weight": 1 + weights_of(0.1, width),
        "ln2.bias": weights_of(0.1, width),
        "up": weights_of(0.3, width, 12),
        "up.bias": weights_of(0.1, 12),
        "down": weights_of(0.3, 12, width),
        "head.weight": weights_of(0.4, 3, width),
        "head.bias": weights_of(0.1, 3),
    }
    fixed = {
        "split": np.array([0, tokens, heads, width // heads], dtype=np.int64),
        "join": np.array([0, tokens, width], dtype=np.int64),
        "scale": np.array((width // heads) ** -0.5, dtype=np.float32),
        "half": np.array(0.5, dtype=np.float32),
        "one": np.array(1.0, dtype=np.float32),
        "root": np.array(2.0**-0.5, dtype=np.float32),
    }
    node = helper.make_node
    nodes = [
        node("LayerNormalization", ["x", "ln1.weight", "ln1.bias"], ["n1"], axis=-1),
        node("MatMul", ["n1", "qkv"], ["m"]),
        node("Add", ["m", "qkv.bias"], ["mb"]),
        node("Split", ["mb"], ["q0", "k0", "v0"], axis=2),
    ]
    for name, order in [("q", [0, 2, 1, 3]), ("k", [0, 2, 3, 1]), ("v", [0, 2, 1, 3])]:
        nodes.append(node("Reshape", [f"{name}0", "split"], [f"{name}1"]))
        nodes.append(node("Transpose", [f"{name}1"], [name], perm=order))
    nodes += [
        node("MatMul", ["q", "k"], ["s0"]),
        node("Mul", ["s0", "scale"], ["s1"]),
        node("Softmax", ["s1"], ["s"], axis=-1),
        node("MatMul", ["s", "v"], ["a0"]),
        node("Transpose", ["a0"], ["a1"], perm=[0, 2, 1, 3]),
        node("Reshape", ["a1", "join"], ["a"]),
        node("MatMul", ["a", "out"], ["o"]),
        node("Add", ["x", "o"], ["h"]),
        node("LayerNormalization", ["h", "ln2.weight", "ln2.bias"], ["n2"], axis=-1),
        node("MatMul", ["n2", "up"], ["u0"]),
        node("Add", ["u0", "up.bias"], ["u"]),
        node("Mul", ["u", "root"], ["e0"]),
        node("Erf", ["e0"], ["e1"]),
        node("Add", ["e1", "one"], ["e2"]),
        node("Mul", ["u", "e2"], ["e3"]),
        node("Mul", ["e3", "half"], ["g"]),
        node("MatMul", ["g", "down"], ["d"]),
        node("Add", ["h", "d"], ["r"]),
        node("ReduceMean", ["r"], ["t"], axes=[1], keepdims=0),
        node("Gemm", ["t", "head.weight", "head.bias"], ["logits"], transB=1),
    ]
    return model(nodes, constants | fixed, [tokens, width], "logits"), list(constants)


def losses(made, names, x, y, output, loss):
    """Losses at the places, the weights of these names being moved."""
    tensors = {tensor.name: tensor for tensor in made.graph.initializer}
    values = [numpy_helper.to_array(tensors[name]) for name in names]
    first, second, count = [], [], 0
    for value in values:
        at = np.arange(count, count + value.size, dtype=np.float64)
        size = 0.1 * np.sqrt(np.mean(value.astype(np.float64) ** 2))
        first.append((np.sin(0.7 * at + 1) * size).reshape(value.shape))
        second.append((np.cos(1.3 * at + 2) * size).reshape(value.shape))
        count += value.size
    found = []
    for a, b in PLACES:
        moved = onnx.ModelProto()
        moved.CopyFrom(made)
        for tensor in moved.graph.initializer:
            if tensor.name in names:
                at = names.index(tensor.name)
                value = (values[at].astype(np.float64) + a * first[at] + b * second[at]).astype(np.float32)
                tensor.CopyFrom(numpy_helper.from_array(value, tensor.name))
        if output not in [port.name for port in moved.graph.output]:
            moved.graph.output.append(helper.make_tensor_value_info(output, TensorProto.FLOAT, None))
        options = ort.SessionOptions()
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        session = ort.InferenceSession(moved.SerializeToString(), options, providers=["CPUExecutionProvider"])
        z = session.run([output], {"x": x})[0].astype(np.float64)
        if loss == "cce_logits":
            largest = z.max(1, keepdims=True)
            p = (z - largest) - np.log(np.exp(z - largest).sum(1, keepdims=True))
        else:
            p = np.log(z)
        found.append(float(-p[np.arange(len(y)), y].mean()))
    return {"output": output, "loss": loss, "weights": names, "sizes": [value.size for value in values], "losses": found}


def written():
    """Outputs of the models that Dartboard wrote, for rows of their features."""
    x = (weights_of(3, 20, 3) + np.array([0, 10, 20])).astype(np.float32)
    found = {"x": [[float(v) for v in row] for row in x], "models": {}}
    for path in sorted((HERE / "onnx").glob("written-*.onnx")):
        made = onnx.load(path)
        onnx.checker.check_model(made, full_check=True)
        # What other programs read and save is the same file.
        assert made.SerializeToString() == path.read_bytes(), path
        session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
        names = [port.name for port in session.get_outputs()]
        outputs = dict(zip(names, session.run(None, {"features": x})))
        if "probabilities" in outputs:
            z = outputs["logits"].astype(np.float64)
            p = np.exp(z) / np.exp(z).sum(1, keepdims=True) if z.shape[1] > 1 else 1 / (1 + np.exp(-z))
            assert np.allclose(outputs["probabilities"], p, rtol=1e-5), path
        if "log_probabilities" in outputs:
            assert np.allclose(outputs["log_probabilities"], np.log(p), rtol=1e-5, atol=1e-5), path
        if "mean" in outputs:
            assert np.allclose(outputs["mean"], np.exp(outputs["log_mean"].astype(np.float64)), rtol=1e-5), path
        found["models"][path.stem] = {name: [[float(v) for v in row] for row in z] for name, z in outputs.items()}
    return found


def main():
    (HERE / "onnx").mkdir(exist_ok=True)
    rows = 60
    recorded = {"places": PLACES, "models": {}}

    def record(name, made, names, x, y, output, loss):
        onnx.save(made, HERE / "onnx" / f"{name}.onnx")
        entry = losses(made, names, x, y, output, loss)
        flat = x.reshape(rows, -1)
        recorded["models"][name] = entry | {"x": [[float(v) for v in row] for row in flat], "y": [int(c) for c in y]}

    x = weights_of(1, rows, 6)
    y = np.argmax(x[:, :3] + 0.3 * x[:, 3:], axis=1)
    made = perceptron(x, y)
    names = [tensor.name for tensor in made.graph.initializer if tensor.data_type == TensorProto.FLOAT]
    names = [name for name in names if "coef" in name or "intercept" in name]
    record("perceptron", made, names, x, y, "out_activations_result", "cce")

    x, y = weights_of(1, rows, 1, 6, 6), random.integers(0, 3, rows)
    made = convolution()
    names = ["conv.weight", "conv.bias", "bn.weight", "bn.bias", "fc.weight", "fc.bias"]
    record("convolution", made, names, x, y, "logits", "cce_logits")

    x, y = weights_of(1, rows, 4, 9), random.integers(0, 3, rows)
    made, names = transformer()
    record("transformer", made, names, x, y, "logits", "cce_logits")
    recorded["written"] = written()
    (HERE / "onnx.json").write_text(json.dumps(recorded) + "\n")


main()
