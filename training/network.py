"""The network: a crop about the hips in, the hip line's angle and how far it can be trusted out."""

from torch import Tensor, nn

from monitor.pelvis.network import CONTRAST_FLOOR, HEIGHT_PX, HIP_WIDTHS, WIDTH_PX

HIP_WIDTH_PX = WIDTH_PX / HIP_WIDTHS
"""Pixels of the network's crop in a hip width."""
SCALE_UNIT = 0.1
"""Logarithm of scale that one of the network's last output is worth."""
CHANNELS = 16, 32, 48, 80, 96, 96
STRIDES = 2, 2, 1, 2, 1, 2
HIDDEN = 64


class HipLineNetwork(nn.Module):
    """Six convolutions and two dense layers.

    In: (n, 3, HEIGHT_PX, WIDTH_PX), RGB, see `normalised`. Out: (n, 5): angle, logarithm of its variance, where the
    middle of the hips is (right, down) and the logarithm of the scale, each in its unit. Where the hips are is taught
    too, for an angle can only be read by what has found them.
    """

    def __init__(self) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        before, width, height = 3, WIDTH_PX, HEIGHT_PX
        for channels, stride in zip(CHANNELS, STRIDES, strict=True):
            size = 5 if before == 3 else 3
            convolution = nn.Conv2d(before, channels, size, stride, size // 2, bias=False)
            layers += [convolution, nn.BatchNorm2d(channels), nn.ReLU(inplace=True)]
            before, width, height = channels, -(-width // stride), -(-height // stride)
        head = nn.Linear(before * width * height, HIDDEN), nn.ReLU(inplace=True), nn.Linear(HIDDEN, 5)
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Dropout(0.15), *head)

    def forward(self, crops: Tensor) -> Tensor:
        """See the class."""
        outputs: Tensor = self.layers(crops)
        return outputs


def normalised(crops: Tensor) -> Tensor:
    """(n, 3, h, w) of grey levels as the unit gives them to the network: `monitor.pelvis.network.as_input`."""
    centred = crops - crops.mean((2, 3), keepdim=True)
    return centred / (centred.square().mean((1, 2, 3), keepdim=True).sqrt() + CONTRAST_FLOOR)
