#!/bin/sh
# Runs the services under a real systemd as the first process, in a Debian 13, with the bundled clip as the camera, and
# measures what is asked of them: time to ready, hangs, kills, a crash loop, and power cuts in the middle of a session.
# By hand, as root, on Debian: tests/systemd/real_systemd.sh FOLDER [POWER_CUTS, 5 unless said]
# FOLDER takes 1.5 GB the first time, in some minutes; the next run uses it again. pip.conf counts where there is one.
set -eu
[ $# = 1 ] || [ $# = 2 ] || { sed -n '2,5s/^# //p' "$0" >&2; exit 2; }
here=$(dirname -- "$(readlink -f -- "$0")")
root=$(readlink -m -- "$1")/root
version=$root/opt/medius/versions/test
log=$root/var/log/medius-test.log

inside() { # in a mount namespace of its own, so that nothing stays mounted
    unshare --mount --propagation private sh -c '
        root=$1
        shift
        for folder in proc sys dev; do mount --rbind "/$folder" "$root/$folder"; done
        exec chroot "$root" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TERM=dumb "$@"
    ' sh "$root" "$@"
}

if ! command -v mmdebstrap >/dev/null || ! command -v systemd-nspawn >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends mmdebstrap systemd-container
fi
if [ ! -e "$root/opt/medius/root-ready" ]; then
    rm -rf --one-file-system "$root"
    mkdir -p "$root"
    mirror=$(sed -n '/^URIs:/{s/^URIs: *//p;q}' /etc/apt/sources.list.d/debian.sources)
    signed="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' \
        --aptopt='Acquire::Languages "none"' \
        --include=ca-certificates,dbus,iproute2,libbpf1,python3,python3-venv,systemd,systemd-sysv,udev \
        --include=libegl1,libgl1,libgles2,libglib2.0-0t64,libxcb1 trixie "$root" "deb $signed $mirror trixie main"
    cp /etc/resolv.conf "$root/etc/"
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    [ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/"
    mkdir -p "$version"
    touch "$root/opt/medius/root-ready"
fi

# What an installation leaves behind, but for what only a Raspberry Pi has.
find "$version" -mindepth 1 -maxdepth 1 ! -name .venv -exec rm -rf {} +
(cd "$here/../.." && git ls-files -z --cached --others --exclude-standard | xargs -0 tar --create) |
    tar --extract --no-same-owner --directory "$version"
chmod -R a+rX "$version"
inside MEDIUS_SETUP=run /opt/medius/versions/test/medius
inside /opt/medius/versions/test/.venv/bin/python -m compileall -q /opt/medius/versions/test/monitor /opt/medius/versions/test/web
ln -sfn versions/test "$root/opt/medius/current"
rm -rf "$root/var/lib/medius" "$root/var/lib/medius-web" "$root/var/log/journal" "$log"
mkdir -p "$root/etc/medius" "$root/etc/sysusers.d" "$root/var/cache/medius" "$root/var/log/journal"
printf '%s\n' 'camera = "demo"' 'sessions = "auto"' >"$root/etc/medius/medius.toml"
cp "$version"/systemd/*.service "$version"/systemd/*.path "$version"/systemd/*.target "$root/etc/systemd/system/"
cp "$version/systemd/etc/sysusers.d/medius.conf" "$root/etc/sysusers.d/"
inside systemd-sysusers
inside systemctl enable --quiet medius.target
inside MEDIUS_CACHE_DIR=/var/cache/medius /opt/medius/current/.venv/bin/python -c '
from monitor.cli.parts import pose_weights
from monitor.settings import read_settings
print("Pose network:", *pose_weights(read_settings({})))'
cat >"$root/etc/systemd/system/medius-test.service" <<'UNIT'
[Unit]
FailureAction=poweroff-force
[Service]
Type=oneshot
WorkingDirectory=/opt/medius/current
ExecStart=/opt/medius/current/.venv/bin/python -m tests.systemd.real_systemd
StandardOutput=append:/var/log/medius-test.log
StandardError=inherit
UNIT

touch "$log"
tail --follow "$log" &
tail=$!
trap 'kill "$tail"' EXIT
timeout 900 "$here/boot.sh" "$root" systemd.wants=medius-test.service </dev/null >"$root/var/log/medius-console.log" 2>&1 || {
    echo "the system did not end as the button asks: see $root/var/log/medius-console.log" >&2
    exit 1
}
sleep 1
kill "$tail"
trap - EXIT
grep -q ' 0 missed$' "$log"
python3 "$here/power_cuts.py" "$root" "${2:-5}"
