"""From pictures to body points."""
