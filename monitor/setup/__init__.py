"""Where the camera stands, and whether it still stands there: from pictures of the treadmill and of somebody on it.

`Wizard` takes frames and what the pose network saw in them, and says what to move; `BumpWatch` looks at a frame now and
then while the unit runs. No picture is kept, only where some edges of what stands still are.
"""

from monitor.setup.advice import Finding, Verdict
from monitor.setup.body import Stature
from monitor.setup.bump import BumpWatch
from monitor.setup.lens import Lens
from monitor.setup.placing import Placement
from monitor.setup.reference import Reference
from monitor.setup.report import Look, Report, Step
from monitor.setup.roll import Roll
from monitor.setup.wizard import Wizard

__all__ = [
    "BumpWatch",
    "Finding",
    "Lens",
    "Look",
    "Placement",
    "Reference",
    "Report",
    "Roll",
    "Stature",
    "Step",
    "Verdict",
    "Wizard",
]
