"""`python -m monitor.doctor.cameras`: what libcamera finds, as JSON."""

import json
import sys

from monitor.camera import CameraError
from monitor.camera.sensor import load_picamera2

if __name__ == "__main__":
    try:
        told = {"cameras": load_picamera2().Picamera2.global_camera_info()}
    except CameraError as error:
        told = {"error": str(error)}
    json.dump(told, sys.stdout)
