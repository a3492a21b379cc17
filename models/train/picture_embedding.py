"""Train the generic lens: 1280 numbers that describe a thermal picture, learnt from simulated scenes alone.

    python models/train/picture_embedding.py            both files in models/, ten minutes on two cores
    python models/train/picture_embedding.py --quick -o DIR     seconds, for tests, without claim to quality

Needs the extra `thermview[train]`. Seeded. Where other work shares the cores, `--threads 1` is the faster.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from embedding_figures import figures, pixel_components, table
from embedding_network import (
    DIMENSIONS,
    MEAN,
    SIDE,
    STD,
    CosineClassifier,
    EmbeddingNetwork,
    augmented,
    palette_tables,
    pictures_of,
)
from numpy.typing import NDArray
from thermal_pool import Pool, arrangement_pool, family_pool, join, plant_pool
from torch import nn

from thermview.inference import Model, ModelCard, ModelInput, ModelOutput, open_model
from thermview.inference.pictures import check_embedding, embed, picture_tensor
from thermview.sample.thermal_scenes import OBJECTS

SEED = 20
BATCH = 64
NAME = "picture_embedding"
CIRCUMSTANCES = (
    "Simulated pictures of ten plant objects, normal and anomalous, none of which was trained on; neighbours "
    "are of other sessions. auroc_density: normal over anomalous pictures of an object by density, mean over "
    "objects; auroc_novelty: the same with normal neighbours only; accuracies: majority of ten neighbours, "
    "mean over classes."
)


def training_pool(quick: bool) -> Pool:
    """Scene families and arrangements; none of the plant objects that the sample capture shows."""
    if quick:
        return join([family_pool(2, SEED), arrangement_pool(4, 3, SEED)])
    return join([family_pool(150, SEED), arrangement_pool(200, 30, SEED)])


def held_out_pool(quick: bool) -> Pool:
    """The plant objects, none of them trained on; three normal sessions to each anomalous one."""
    sessions = (4, 3) if quick else (36, 12)
    return plant_pool(tuple(OBJECTS), sessions, 4, SEED + 1)


def train(network: EmbeddingNetwork, pool: Pool, steps: int, seconds: float) -> dict[str, Any]:
    """Tell families and their states apart, for a number of steps or until the time is up."""
    random = torch.Generator().manual_seed(SEED)
    fields, labels = torch.from_numpy(pool.fields), torch.from_numpy(pool.labels)
    tables, head = palette_tables(), CosineClassifier(int(pool.labels.max()) + 1)
    parameters = [*network.parameters(), *head.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=2e-3, weight_decay=0.02)
    loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
    network.train()
    begun, step, recent = time.monotonic(), 0, 0.0
    while (share := max(step / steps, (time.monotonic() - begun) / seconds)) < 1:
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * min(1.0, (step + 1) / 100) * 0.5 * (1 + math.cos(math.pi * share))
        chosen = torch.randint(len(labels), (BATCH,), generator=random)
        pictures = augmented(fields[chosen], tables, random)
        with torch.autocast("cpu", torch.bfloat16):
            embeddings = network(pictures)
        loss = loss_of(head(embeddings.float()), labels[chosen])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        recent += (float(loss.detach()) - recent) / min(step, 100)
        if step % 100 == 0:
            print(
                f"{share:4.0%}  step {step}  loss {recent:.3f}  {time.monotonic() - begun:.0f} s", flush=True
            )
    return {"steps": step, "pictures": step * BATCH, "seconds": round(time.monotonic() - begun)}


def export(network: EmbeddingNetwork, path: Path) -> None:
    """Write the graph with any number of pictures a batch; batch norms are folded into the convolutions."""
    network.eval()
    program = torch.onnx.export(
        network,
        (torch.zeros(2, 3, SIDE, SIDE),),
        input_names=["pictures"],
        output_names=["embedding"],
        dynamic_shapes=({0: torch.export.Dim("n", min=1, max=4096)},),
        opset_version=18,
        dynamo=True,
        verbose=False,
    )
    graph = program.model_proto
    for value in (*graph.graph.input, *graph.graph.output):
        value.type.tensor_type.shape.dim[0].dim_param = "n"
        del value.metadata_props[:]
    for node in graph.graph.node:  # traces of source lines are of no use to anyone
        del node.metadata_props[:]
        node.doc_string = ""
    onnx.checker.check_model(graph)
    path.write_bytes(graph.SerializeToString(deterministic=True))


def card(measured: dict[str, Any]) -> ModelCard:
    """What the model is, honestly."""
    return ModelCard(
        name="picture embedding",
        kind="embedding",
        description=(
            "Generic lens for thermal pictures: 1280 numbers a picture. Trained from scratch on simulated "
            "thermal scenes only, so it is weaker than a large network trained on millions of photographs; "
            "plug one in where you have it. It tells similar from dissimilar pictures; it does not know what "
            "is faulty."
        ),
        input=ModelInput(
            name="pictures", layout="NCHW", rows=SIDE, columns=SIDE, channels=3, order="rgb",
            scale=1 / 255, mean=MEAN, std=STD, fit="stretch",
        ),
        outputs=(ModelOutput(name="embedding", meaning="embedding"),),
        trained_on=(
            "Simulated thermal scenes of many families and arrangements of warm shapes, with and without a "
            "warm spot; no recorded picture, and none of the objects of the sample capture."
        ),
        licence="MIT",
        measured=measured,
    )  # fmt: skip


def embeddings_of(model: Model, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Embeddings (n, 1280) through the same code as diagnosis uses."""
    parts = [
        embed(
            model,
            np.concatenate([picture_tensor(picture, model.card) for picture in pictures[first : first + 64]]),
        )
        for first in range(0, len(pictures), 64)
    ]
    return np.concatenate(parts)


def rate(model: Model) -> float:
    """Pictures a second on one core, prepared batches of 64."""
    batch = np.random.default_rng(0).normal(size=(64, 3, SIDE, SIDE)).astype(np.float32)
    embed(model, batch)
    spent = time.thread_time()
    for _ in range(6):
        embed(model, batch)
    return round(6 * 64 / max(time.thread_time() - spent, 1e-6))


def measure(trained: Model, untrained: Model, pool: Pool, quick: bool) -> dict[str, Any]:
    """Figures on unseen objects of the trained network, the same network untrained, and plain pixels."""
    learnt_from = pictures_of(pool.fields[:: max(len(pool.fields) // 2500, 1)])
    held_out = held_out_pool(quick)
    pictures = pictures_of(held_out.fields)
    rows = {
        "trained": figures(embeddings_of(trained, pictures), held_out),
        "untrained": figures(embeddings_of(untrained, pictures), held_out),
        "pixels, 120 components": figures(pixel_components(pictures, learnt_from), held_out),
    }
    sessions = len(np.unique(held_out.sessions))
    print(f"{len(pictures)} pictures, {sessions} sessions\n{table(rows)}")
    return {"pictures": len(pictures), "sessions": sessions, "classes": 2 * len(held_out.names), **rows}


def save(network: EmbeddingNetwork, folder: Path, name: str, measured: dict[str, Any]) -> Model:
    """Write graph and card, open both as the program does, and test them."""
    path = folder / f"{name}.onnx"
    export(network, path)
    path.with_suffix(".json").write_text(
        card(measured).model_dump_json(indent=1, exclude_none=True) + "\n", "utf-8"
    )
    model = open_model(path)
    if check_embedding(model) != DIMENSIONS:
        raise SystemExit(f"{path.name}: not {DIMENSIONS} dimensions")
    return model


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-o", "--output", type=Path, default=Path(__file__).parents[1])
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--minutes", type=float, default=20.0, help="stops a slow machine")
    parser.add_argument("--threads", type=int, default=2, help="1 where other work shares the cores")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    torch.manual_seed(SEED)
    torch.set_num_threads(options.threads)
    options.output.mkdir(parents=True, exist_ok=True)
    network = EmbeddingNetwork().to(memory_format=torch.channels_last)
    untrained = save(network, options.output, f"{NAME}_untrained", {})
    begun = time.monotonic()
    pool = training_pool(options.quick)
    print(f"{len(pool.fields)} pictures in {time.monotonic() - begun:.0f} s, {len(pool.names)} families")
    training = train(network, pool, 4 if options.quick else options.steps, options.minutes * 60)
    trained = save(network, options.output, NAME, {})
    held_out = measure(trained, untrained, pool, options.quick)
    for suffix in (".onnx", ".json"):
        untrained.path.with_suffix(suffix).unlink()
    measured: dict[str, Any] = {"circumstances": CIRCUMSTANCES, "training": training}
    measured |= {"held_out": held_out, "pictures_per_s_one_core": rate(trained), "quick": options.quick}
    trained.path.with_suffix(".json").write_text(
        card(measured).model_dump_json(indent=1, exclude_none=True) + "\n", "utf-8"
    )
    size = trained.path.stat().st_size / 2**20
    print(f"{trained.path.name}: {size:.1f} MiB, {measured['pictures_per_s_one_core']} pictures/s")


if __name__ == "__main__":
    main()
