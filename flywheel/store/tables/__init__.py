"""Every table of the store, in one place for migrations."""

from flywheel.store.tables.acting import AttemptRow, DecisionRow, DeliveryRow, VerdictRow
from flywheel.store.tables.approving import AccountRow, ApprovalRow, BreakerRow, LaunchRow
from flywheel.store.tables.caring import CaseEventRow, CaseRow, ObjectionEventRow, ObjectionRow, ThanksRow
from flywheel.store.tables.learning import (
    AppraisalRow,
    CountedRow,
    EffectSumRow,
    LearningRow,
    LearningUseRow,
    LiftRow,
    OutcomeRow,
)
from flywheel.store.tables.orienting import FindingRow, MeasureRow, StandingRow
from flywheel.store.tables.outer_loop import InitiativeRow, MaturityRow, MilestoneRow, ObservationRow
from flywheel.store.tables.people import ConsentRow, ContactRow, IdentityRow, PersonRow, PredictionRow, SignalRow
from flywheel.store.tables.reading import CorrectionRow, HeadEventRow, HeadRow, RiskModelRow
from flywheel.store.tables.row import Row, make_alike
from flywheel.store.tables.themes import ThemeRow
from flywheel.store.tables.voice import (
    AttributeRow,
    CursorRow,
    FeedbackRow,
    InboundRow,
    InboxRow,
    MentionRow,
    ReadingRow,
    RevisionRow,
    RollupRow,
    ScoreRow,
    SetAsideRow,
    VolumeRow,
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
    "METADATA",
    "AccountRow", "AppraisalRow", "ApprovalRow", "AttemptRow", "AttributeRow", "AuditRow", "BreakerRow",
    "CaseEventRow", "CaseRow", "ConsentRow", "ContactRow", "CorrectionRow", "CountedRow", "CursorRow", "CycleRow",
    "DecisionRow", "DeliveryRow", "EffectSumRow", "FeedbackRow", "FindingRow", "HeadEventRow", "HeadRow",
    "IdentityRow", "InboundRow", "InboxRow", "InitiativeRow", "LaunchRow", "LearningRow", "LearningUseRow",
    "LeaseRow", "LiftRow", "MaturityRow", "MeasureRow", "MentionRow", "MilestoneRow", "ObjectionEventRow",
    "ObjectionRow", "ObservationRow", "OutcomeRow", "PersonRow", "PredictionRow", "ReadingRow", "ReportRow",
    "RevisionRow", "RiskModelRow", "RollupRow", "Row", "ScoreRow", "SetAsideRow", "SettingRow", "SignalRow",
    "StandingRow", "StepRow", "StoreFactRow", "SwitchRow", "ThanksRow", "ThemeRow", "VerdictRow", "VolumeRow",
]  # fmt: skip
