#!/bin/sh
# Runs the Pi camera on the real Picamera2 and libcamera, without a camera: libcamera's virtual one, in a Debian 13.
# By hand, as root, on Debian: tests/camera/real_picamera2.sh FOLDER
# FOLDER takes 1.5 GB the first time, in some minutes; the next run uses it again. pip.conf counts where there is one.
set -eu
[ $# = 1 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
tests=$(dirname -- "$(readlink -f -- "$0")")
root=$(readlink -m -- "$1")/root
cameras=$root/usr/share/libcamera/pipeline/virtual

inside() { # in a mount namespace of its own, so that nothing stays mounted
    unshare --mount --propagation private sh -c '
        root=$1
        shift
        for folder in proc sys dev; do mount --rbind "/$folder" "$root/$folder"; done
        exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb "$@"
    ' sh "$root" "$@"
}

if [ ! -e "$root/opt/venv/ready" ]; then
    command -v mmdebstrap >/dev/null || {
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends mmdebstrap
    }
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    mirror=$(sed -n '/^URIs:/{s/^URIs: *//p;q}' /etc/apt/sources.list.d/debian.sources)
    signed="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    # Picamera2 itself is in the Pi's own archive only, so it comes from the package index; libcamera 0.7 from Debian.
    mmdebstrap --quiet --variant=minbase --aptopt='APT::Default-Release "trixie"' \
        --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Languages "none"' \
        --include=ca-certificates,gcc,libc6-dev,libcap-dev,libegl1,libgl1,libgles2,libglib2.0-0t64 \
        --include=python3-dev,python3-venv,python3-av,python3-jsonschema,python3-numpy,python3-pil,python3-prctl \
        --include=python3-tqdm,libcamera0.7/trixie-backports,libcamera-ipa/trixie-backports \
        --include=python3-libcamera/trixie-backports \
        trixie "$root" "deb $signed $mirror trixie main" "deb $signed $mirror trixie-backports main"
    cp /etc/resolv.conf "$root/etc/"
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    [ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/"
    inside python3 -m venv --system-site-packages /opt/venv
    inside /opt/venv/bin/python -c 'import numpy; print("numpy==" + numpy.__version__)' >"$root/opt/constraints.txt"
    inside /opt/venv/bin/pip install --quiet --disable-pip-version-check --constraint /opt/constraints.txt \
        picamera2==0.3.38 opencv-python-headless
    touch "$root/opt/venv/ready"
fi

mkdir -p "$cameras" "$root/opt/frames"
cat >"$cameras/virtual.yaml" <<'YAML'
%YAML 1.1
---
"Virtual0":
  supported_formats:
  - {width: 640, height: 480, frame_rates: [30]}
  frames:
    path: "/opt/frames/"
  location: "CameraLocationBack"
  model: "numbered pictures"
YAML
rm -rf "$root/opt/medius"
mkdir "$root/opt/medius"
cp -r "$tests/../../monitor" "$root/opt/medius/"
cp "$tests/real_picamera2.py" "$tests/virtual_camera.py" "$root/opt/"
inside PYTHONPATH=/opt/medius timeout 120 /opt/venv/bin/python -X faulthandler -u /opt/real_picamera2.py
