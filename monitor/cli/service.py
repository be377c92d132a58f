"""`medius monitor`: the unit as a service."""

import click

from monitor.cli.parts import CHECK_CLIP, camera_name, one_sentence_errors, open_camera, pose_weights
from monitor.journal import begin_logging
from monitor.settings import read_settings


@click.command()
@click.option(
    "--camera",
    metavar="SOURCE",
    help="pi, usb:0, or, over and over, a video file or demo for the bundled clips. Default: the setting camera, pi.",
)
def monitor(camera: str | None) -> None:
    """Run the unit as a service, session after session.

    A session begins and ends with the button, or is asked for from a phone; where no button is fitted it begins when
    somebody runs. Ten minutes after the last step it ends by itself. There is no dashboard in this process: that is a
    service of its own, and this one needs no network.
    """
    begin_logging()
    with one_sentence_errors():
        from monitor.appliance import Appliance
        from monitor.service import Service

        settings = read_settings({"camera": camera})
        source = None if settings.camera == "demo" else settings.camera
        model, model_path = pose_weights(settings)
        Appliance(
            settings,
            model,
            model_path,
            lambda settings: open_camera(source, settings, realtime=True, loop=True),
            camera_name(source),
            Service.from_environment(),
            lambda settings: open_camera(source or str(CHECK_CLIP), settings, realtime=True, loop=True),
        ).run()
