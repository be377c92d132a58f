#!/bin/sh
# Installs a unit as its owner would, in a Debian 13 that has booted with its own systemd: once, again, updates it to
# releases that work and that do not, cuts the power in between, and removes it. The bundled clip is the camera.
# By hand, as root, on Debian: tests/install/real_install.sh FOLDER
# FOLDER takes 6 GB, and some 20 minutes; the Debian in it is used again. pip.conf counts where there is one.
# The network is this computer's, and port 8420 must be free.
set -eu
[ $# = 1 ] || { sed -n '2,6s/^# //p' "$0" >&2; exit 2; }
here=$(dirname -- "$(readlink -f -- "$0")")
folder=$(readlink -m -- "$1")
root=$folder/root
log=$root/root/install-test.log

if ! command -v mmdebstrap >/dev/null || ! command -v systemd-nspawn >/dev/null; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends mmdebstrap systemd-container
fi
if [ ! -e "$folder/bare.tar" ]; then
    mkdir -p "$folder"
    mirror=$(sed -n '/^URIs:/{s/^URIs: *//p;q}' /etc/apt/sources.list.d/debian.sources)
    signed="[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
    mmdebstrap --quiet --variant=minbase --aptopt='Acquire::Check-Valid-Until "false"' \
        --aptopt='Acquire::Languages "none"' \
        --include=ca-certificates,dbus,iproute2,libbpf1,python3,systemd,systemd-sysv,systemd-timesyncd,udev \
        trixie "$folder/bare.part.tar" "deb $signed $mirror trixie main"
    mv "$folder/bare.part.tar" "$folder/bare.tar"
fi
rm -rf --one-file-system "$root"
mkdir -p "$root"
tar --extract --directory "$root" --file "$folder/bare.tar"
cp /etc/resolv.conf "$root/etc/"
cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
[ ! -e /etc/pip.conf ] || cp /etc/pip.conf "$root/etc/"
mkdir -p "$folder/pip" "$root/root/.cache/pip" "$root/root/releases/first"
(cd "$here/../.." && git ls-files -z --cached --others --exclude-standard | xargs -0 tar --create) |
    tar --extract --no-same-owner --directory "$root/root/releases/first"
python3 "$here/releases.py" "$root/root/releases"

# A Raspberry Pi's firmware is not here; its settings file is enough to see what happens to it.
mkdir -p "$root/boot/firmware"
printf '%s\n' '[all]' 'dtparam=i2c_arm=on' >"$root/boot/firmware/config.txt"
mkdir -p "$root/etc/medius"
printf '%s\n' 'camera = "demo"' 'sessions = "auto"' >"$root/etc/medius/medius.toml"

cat >"$root/etc/systemd/system/install-test.service" <<UNIT
[Unit]
After=multi-user.target
FailureAction=poweroff-force
SuccessAction=poweroff-force
[Service]
Type=oneshot
Environment=HOME=/root PIP_CERT=/etc/ssl/certs/ca-certificates.crt
ExecStart=/usr/bin/python3 -B /root/releases/first/tests/install/inside.py
StandardOutput=append:/root/install-test.log
StandardError=inherit
TimeoutStartSec=1h
UNIT

touch "$log"
tail --follow "$log" &
trap "kill $!" EXIT
boot() {
    exec unshare --mount --propagation private sh -c '
        root=$1 pip=$2
        if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then # systemd 257 knows the second version of control groups only
            umount --lazy /sys/fs/cgroup
            mount -t cgroup2 cgroup2 /sys/fs/cgroup
        fi
        mkdir -p "/sys/fs/cgroup/medius-$$" /run/systemd
        echo $$ >"/sys/fs/cgroup/medius-$$/cgroup.procs"
        exec systemd-nspawn --directory "$root" --boot --register=no --keep-unit --link-journal=no --resolv-conf=off \
            --timezone=off --bind "$pip:/root/.cache/pip" --system-call-filter=bpf \
            --capability=CAP_BPF,CAP_PERFMON,CAP_NET_ADMIN,CAP_SYS_RESOURCE,CAP_SYS_ADMIN \
            systemd.show_status=no systemd.wants=install-test.service
    ' sh "$root" "$folder/pip" </dev/null >>"$root/root/console.log" 2>&1
}

until [ -e "$root/root/over" ]; do # each time the computer is switched on it goes on with the next part
    rm -f "$root/root/cut"
    boot &
    booted=$!
    while kill -0 "$booted" 2>/dev/null; do
        if [ -e "$root/root/cut" ]; then # the power goes
            pkill -KILL -P "$booted" # its first process, and with that all of them
            wait "$booted" || true
        fi
        sleep 0.2
    done
done
sleep 1
grep -q '^0 missed' "$log"
