"""The pose worker's process: `python -m monitor.pose.worker CONNECTION FRAMES LIFELINE`, three inherited descriptors.

It leaves the network before it imports anything but the standard library, and it does not outlive its parent.
"""

import sys

from monitor.pose.isolation import end_with_parent, ignore_interruptions, leave_network


def main() -> None:
    """Serve the parent until it closes the lifeline."""
    ignore_interruptions()
    isolation = leave_network()
    connection, frames, lifeline = (int(argument) for argument in sys.argv[1:4])
    end_with_parent(lifeline)

    from monitor.pose.serving import serve  # only now: it imports NumPy, and in its time MediaPipe

    serve(connection, frames, isolation)


if __name__ == "__main__":
    main()
