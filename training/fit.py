"""Training: from a folder of crops to weights and what was measured on identities that they never saw."""

import hashlib
import math
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from monitor.pelvis.network import ANGLE_UNIT_DEG, HEIGHT_PX, LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE, WIDTH_PX
from training.examine import write_record
from training.examples import Batches, Collection, as_input, plain
from training.network import HipLineNetwork

BATCH = 96
LEARNING_RATE = 2.5e-3
WEIGHT_DECAY = 2e-2
WARM_UP_STEPS = 200
AVERAGE_DECAY = 0.999
BETA = 0.5
"""Of the likelihood's weights (Seitzer et al. 2022): 0 neglects what is hard, 1 is least squares."""
PLACE_WEIGHT = 0.1
REPORTS = 12


def fit(folder: Path, out: Path, steps: int, seed: int, loaders: int) -> None:
    """Train, and write `out` (ONNX) and its record beside it."""
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    collection = Collection.of(folder)
    model = HipLineNetwork().to(memory_format=torch.channels_last)
    average = torch.optim.swa_utils.AveragedModel(
        model, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE_DECAY), use_buffers=True
    )
    optimiser = torch.optim.AdamW(model.parameters(), LEARNING_RATE, weight_decay=WEIGHT_DECAY)
    feed = DataLoader(Batches(collection, BATCH, steps, seed), None, num_workers=loaders, prefetch_factor=8)
    began_s = time.monotonic()
    for step, (crops, targets) in enumerate(feed):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, steps)
        model.train()
        with torch.autocast("cpu", torch.bfloat16):
            outputs = model(crops.contiguous(memory_format=torch.channels_last))
        optimiser.zero_grad()
        loss(outputs.float(), targets.float()).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 3.0)
        optimiser.step()
        average.update_parameters(model)
        if (step + 1) % max(1, steps // REPORTS) == 0:
            rmse_deg = held_out_rmse_deg(average.module, collection)
            hours = (time.monotonic() - began_s) / 3600.0
            print(f"step {step + 1} of {steps}, {hours:.2f} h: error {rmse_deg:.2f} deg where held out", flush=True)
    export(average.module, out)
    taught = collection.angle_deg[~collection.held_out]
    record = {
        "sha256": hashlib.sha256(out.read_bytes()).hexdigest(),
        "crops": len(taught),
        "identities": len(np.unique(collection.identity[~collection.held_out])),
        "prior_deg2": float(np.mean(np.square(taught))),  # a picture that is turned shows by how much it is
        "steps": steps,
        "seed": seed,
        "torch": str(torch.__version__),
        "hours": round((time.monotonic() - began_s) / 3600.0, 2),
        "parameters": sum(p.numel() for p in model.parameters()),
    }
    write_record(out, record, collection)


def learning_rate(step: int, steps: int) -> float:
    """Up for `WARM_UP_STEPS`, then down along half a cosine."""
    warm = min(1.0, 0.1 + step / WARM_UP_STEPS)
    return LEARNING_RATE * warm * 0.5 * (1.0 + math.cos(math.pi * step / steps)) + 1e-5


def loss(outputs: Tensor, targets: Tensor) -> Tensor:
    """Gaussian likelihood of the angle with the stated variance, and least squares of the place."""
    log_variance = outputs[:, 1].clamp(LEAST_LOG_VARIANCE, MOST_LOG_VARIANCE)
    squared = (outputs[:, 0] - targets[:, 0]).square()
    weight = torch.exp(BETA * log_variance).detach()
    likelihood = weight * (0.5 * squared * torch.exp(-log_variance) + 0.5 * log_variance)
    return likelihood.mean() + PLACE_WEIGHT * (outputs[:, 2:] - targets[:, 1:]).square().mean()


def held_out_rmse_deg(model: nn.Module, collection: Collection) -> float:
    """Root mean square error of the angle on the identities that are not trained on."""
    chosen = np.flatnonzero(collection.held_out)
    said = []
    model.eval()
    with torch.no_grad():
        for start in range(0, len(chosen), BATCH):
            crops = [plain(collection.images[n]) for n in chosen[start : start + BATCH]]
            said.append(model(as_input(crops))[:, 0].numpy())
    error_deg = ANGLE_UNIT_DEG * np.concatenate(said) - collection.angle_deg[chosen]
    return float(np.sqrt(np.mean(np.square(error_deg))))


def export(model: nn.Module, out: Path) -> None:
    """Write it as OpenCV reads it, one crop at a time."""
    model.eval()
    torch.onnx.export(
        model,
        torch.zeros(1, 3, HEIGHT_PX, WIDTH_PX),
        str(out),
        dynamo=False,
        opset_version=12,
        input_names=["crop"],
        output_names=["line"],
    )
