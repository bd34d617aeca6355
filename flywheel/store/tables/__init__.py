"""Every table of the store, in one place for migrations."""

from flywheel.store.tables.acting import AttemptRow, DecisionRow, DeliveryRow, VerdictRow
from flywheel.store.tables.learning import (
    InitiativeRow,
    LearningRow,
    LearningUseRow,
    LiftRow,
    OutcomeRow,
    StandingRow,
)
from flywheel.store.tables.people import ConsentRow, ContactRow, PersonRow, PredictionRow
from flywheel.store.tables.row import Row, make_alike
from flywheel.store.tables.voice import (
    AttributeRow,
    CursorRow,
    FeedbackRow,
    InboxRow,
    MentionRow,
    ReadingRow,
    RollupRow,
    ScoreRow,
    SetAsideRow,
)
from flywheel.store.tables.wheel import (
    AuditRow,
    CycleRow,
    LeaseRow,
    ReportRow,
    SettingRow,
    StepRow,
    StoreFactRow,
    SwitchRow,
)

METADATA = Row.metadata
make_alike(METADATA)

__all__ = [
    "METADATA", "AttemptRow", "AttributeRow", "AuditRow", "ConsentRow", "ContactRow", "CursorRow",
    "CycleRow", "DecisionRow", "DeliveryRow", "FeedbackRow", "InboxRow", "InitiativeRow",
    "LearningRow", "LearningUseRow", "LeaseRow", "LiftRow", "MentionRow", "OutcomeRow", "PersonRow",
    "PredictionRow", "ReadingRow", "ReportRow", "RollupRow", "Row", "ScoreRow", "SetAsideRow", "SettingRow",
    "StandingRow", "StepRow", "StoreFactRow", "SwitchRow", "VerdictRow",
]  # fmt: skip
