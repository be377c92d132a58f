import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _run(script: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def test_leaving_the_network_and_leaving_it_again() -> None:
    printed = _run("""
        import os
        from monitor.pose.isolation import leave_network
        before = os.readlink("/proc/self/ns/net")
        print(leave_network())
        print(before != os.readlink("/proc/self/ns/net"))
        print(leave_network())
        print(os.getuid() == os.environ.get("UID", os.getuid()))
    """).splitlines()
    if "isolated=False" in printed[0]:
        pytest.skip(f"this system does not let a process leave the network: {printed[0]}")
    assert printed == [
        "Isolation(isolated=True, reason='an empty network namespace')",
        "True",
        "Isolation(isolated=True, reason='the process was started without a network')",
        "True",
    ]


def test_without_a_network_nobody_can_be_reached() -> None:
    assert (
        _run("""
        import errno, socket
        from monitor.pose.isolation import leave_network
        isolated = leave_network().isolated
        for address in ("127.0.0.1", "192.0.2.1"):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
                refusal = door.connect_ex((address, 53))
            assert not isolated or refusal == errno.ENETUNREACH, (address, refusal)
        print("nobody")
    """)
        == "nobody"
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else to try it as an ordinary user")
def test_an_ordinary_user_can_leave_the_network() -> None:
    printed = _run("""
        import ctypes, os
        from monitor.pose.isolation import leave_network
        os.setgroups([])
        os.setresgid(1234, 1234, 1234)
        os.setresuid(1234, 1234, 1234)
        PR_SET_DUMPABLE = 4
        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 1)
        print(leave_network().isolated, os.getuid(), os.getgid())
    """)
    if printed.startswith("False"):
        pytest.skip("this system gives ordinary users no namespaces of their own")
    assert printed == "True 1234 1234"


def test_a_process_that_is_refused_says_so() -> None:
    """More than one thread is what the kernel refuses everywhere, once the privileged way is closed."""
    printed = _run("""
        import ctypes, threading
        from monitor.pose import isolation
        wait = threading.Event()
        threading.Thread(target=wait.wait, daemon=True).start()
        isolation.CLONE_NEWNET = isolation.CLONE_NEWUSER
        found = isolation.leave_network()
        print(found.isolated, found.reason)
    """)
    if "started without a network" in printed:
        pytest.skip("the tests themselves run without a network")
    assert printed == "False this system does not let a process leave the network (Invalid argument)"


def test_the_worker_imports_nothing_that_starts_threads_before_it_has_left() -> None:
    printed = _run("""
        import sys
        from monitor.pose import worker
        print(sorted({"numpy", "cv2", "mediapipe", "monitor.vocabulary"} & set(sys.modules)))
    """)
    assert printed == "[]"


def test_the_parent_never_loads_mediapipe() -> None:
    printed = _run("""
        import sys
        import monitor.pose.pool
        print("mediapipe" in sys.modules)
    """)
    assert printed == "False"
