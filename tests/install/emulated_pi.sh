#!/bin/sh
# Sets Medius up as a Raspberry Pi 5 would, with its processor emulated: Debian 13 for aarch64, Python 3.13, ./medius; then
# the doctor, and real detections in the bundled clip. By hand, as root, on Debian: tests/install/emulated_pi.sh FOLDER
# FOLDER takes 2 GB, and the first time half an hour; it is used again. pip.conf counts where there is one.
set -eu
[ $# = 1 ] || { sed -n '2,4s/^# //p' "$0" >&2; exit 2; }
here=$(dirname -- "$(readlink -f -- "$0")")
folder=$(readlink -m -- "$1")
root=$folder/root
mkdir -p "$folder"
mirror=$(sed -n '/^URIs:/{s/^URIs: *//p;q}' /etc/apt/sources.list.d/debian.sources)
signed="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
export QEMU_CPU=cortex-a76 # of the Raspberry Pi 5; qemu's default is four times slower

command -v mmdebstrap >/dev/null || {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends mmdebstrap arch-test
}
if [ ! -x "$folder/qemu-aarch64" ]; then # Debian 13's: that of Debian 12 dies of MediaPipe
    apt=$folder/apt
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    echo "deb $signed $mirror trixie main" >"$apt/sources.list"
    (
        cd "$apt"
        for step in update "download qemu-user"; do
            # shellcheck disable=SC2086 # two words
            apt-get -qq -o "Dir::State::lists=$apt/lists" -o "Dir::Cache=$apt/cache" \
                -o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=/dev/null $step
        done
        dpkg-deb -x qemu-user_*.deb unpacked
    )
    cp "$apt/unpacked/usr/bin/qemu-aarch64" "$folder/"
    rm -rf "$apt"
fi
binaries=/proc/sys/fs/binfmt_misc
mountpoint -q "$binaries" || mount -t binfmt_misc binfmt_misc "$binaries"
[ ! -e "$binaries/qemu-aarch64" ] || echo -1 >"$binaries/qemu-aarch64"
magic='\x7f\x45\x4c\x46\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00'
mask='\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff'
printf '%s' ":qemu-aarch64:M::$magic:$mask:$folder/qemu-aarch64:OF" >"$binaries/register"
trap 'echo -1 >"$binaries/qemu-aarch64"' EXIT

if [ ! -e "$root/made" ]; then
    rm -rf --one-file-system "$root"
    mmdebstrap --quiet --arch=arm64 --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' \
        --aptopt='Acquire::Languages "none"' --include=ca-certificates,iproute2,python3,python3-venv \
        --include=libegl1,libgl1,libgles2,libglib2.0-0t64,libxcb1 trixie "$root" "deb $signed $mirror trixie main"
    cp /etc/resolv.conf "$root/etc/"
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    [ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/"
    touch "$root/made"
fi
mkdir -p "$root/opt/medius"
find "$root/opt/medius" -mindepth 1 -maxdepth 1 ! -name .venv -exec rm -rf {} +
(cd "$here/../.." && git ls-files -z --cached --others --exclude-standard | xargs -0 tar --create) |
    tar --extract --no-same-owner --directory "$root/opt/medius"
cat >"$root/opt/medius.sh" <<'SCRIPT'
set -eu
cd /opt/medius
MEDIUS_SETUP=run ./medius
.venv/bin/python -c 'import platform, mediapipe as m; print(platform.machine(), platform.python_version(), m.__version__)'
.venv/bin/medius weights
.venv/bin/medius selftest --database /tmp/sessions.sqlite
.venv/bin/medius doctor || true # no camera here
SCRIPT
unshare --mount --propagation private sh -c '
    root=$1
    for folder in proc sys dev; do mount --rbind "/$folder" "$root/$folder"; done
    exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb \
        QEMU_CPU="$QEMU_CPU" PIP_DEFAULT_TIMEOUT=180 MEDIUS_CAMERA=demo MEDIUS_RUNTIME_DIR=/run/medius sh /opt/medius.sh
' sh "$root"
