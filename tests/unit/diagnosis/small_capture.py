"""A model of 48 numbers a picture, and folders of pictures to embed with it."""

from datetime import date

import cv2
import numpy as np
import onnx
from onnx import TensorProto, helper

from thermview.capture.names import NameTokens, format_name
from thermview.inference import ModelCard, ModelInput, ModelOutput, open_model

SIDE = 16


def averaging_graph(count="n"):
    """Mean colours of a 4 x 4 grid, (n, 3, 16, 16) to (n, 48)."""
    nodes = [
        helper.make_node("AveragePool", ["pictures"], ["cells"], kernel_shape=[4, 4], strides=[4, 4]),
        helper.make_node("Flatten", ["cells"], ["embedding"]),
    ]
    pictures = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, [count, 3, SIDE, SIDE])
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, [count, 48])
    graph = helper.make_graph(nodes, "averages", [pictures], [embedding])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)


def averaging_card(kind="embedding", mean=0.5):
    return ModelCard(
        name="averages",
        kind=kind,
        input=ModelInput(
            name="pictures", layout="NCHW", rows=SIDE, columns=SIDE, channels=3, scale=1 / 255, mean=(mean,)
        ),
        outputs=(ModelOutput(name="embedding", meaning="embedding"),),
    )


def saved_model(folder, graph=None, card=None):
    """An opened model of these; the averaging one by default."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "averages.onnx"
    onnx.save_model(graph or averaging_graph(), path)
    path.with_suffix(".json").write_text((card or averaging_card()).model_dump_json(), "utf-8")
    return open_model(path)


def picture(rng, middle, noise=6):
    """A picture of 4 x 4 coloured cells about `middle`."""
    cells = np.clip(middle + rng.normal(0, noise, size=middle.shape), 0, 255).astype(np.uint8)
    return np.kron(cells, np.ones((8, 8, 1), np.uint8))


def name_of(code, session, sequence, distance_m=3.0):
    day = date(2021, 2, 1 + session % 28)
    tokens = NameTokens(code, "NOM", day, "CIC", f"A{900 + session}-A{901 + session}", distance_m, sequence)
    return format_name(tokens)


def write_class(root, folder, rng, middle, *, sessions=6, frames=3, spread=25, first_session=0, code="CAR"):
    """Write a class folder of `sessions` x `frames` named pictures; gives their paths below the root."""
    (root / folder).mkdir(parents=True, exist_ok=True)
    paths = []
    for session in range(first_session, first_session + sessions):
        seen = np.clip(middle + rng.normal(0, spread, size=middle.shape), 0, 255)
        for frame in range(frames):
            path = f"{folder}/{name_of(code, session, frame)}.png"
            cv2.imwrite(str(root / path), picture(rng, seen))
            paths.append(path)
    return paths
