#!/bin/sh
# Boots a Debian root with its own systemd as the first process, as root: boot.sh ROOT [option of that systemd...]
set -eu
exec unshare --mount --propagation private sh -c '
    root=$1
    shift
    if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then # systemd 257 knows the second version of control groups only
        umount --lazy /sys/fs/cgroup
        mount -t cgroup2 cgroup2 /sys/fs/cgroup
    fi
    find /sys/fs/cgroup/medius-* -depth -type d -exec rmdir {} + 2>/dev/null || : # of systems that are gone
    mkdir -p "/sys/fs/cgroup/medius-$$" /run/systemd
    echo $$ >"/sys/fs/cgroup/medius-$$/cgroup.procs"
    # What systemd needs to enforce IPAddressDeny= and SocketBindDeny=, and the tests to hold a thread.
    exec systemd-nspawn --directory "$root" --boot --register=no --keep-unit --link-journal=no --resolv-conf=off \
        --timezone=off --private-network --network-veth --system-call-filter="bpf ptrace" \
        --capability=CAP_BPF,CAP_PERFMON,CAP_NET_ADMIN,CAP_SYS_RESOURCE,CAP_SYS_ADMIN,CAP_SYS_PTRACE \
        "$@" systemd.show_status=no
' sh "$@"
