"""The shelves of one transaction: each is made when it is first asked for."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Connection

from flywheel.store.shelves.accounts import AccountShelf
from flywheel.store.shelves.afterwards import AfterwardsShelf
from flywheel.store.shelves.appraised import AppraisedShelf
from flywheel.store.shelves.approvals import ApprovalShelf
from flywheel.store.shelves.audit import AuditShelf
from flywheel.store.shelves.breakers import BreakerShelf
from flywheel.store.shelves.cases import CaseShelf
from flywheel.store.shelves.corrections import CorrectionShelf
from flywheel.store.shelves.cycles import CycleShelf
from flywheel.store.shelves.decisions import DecisionShelf
from flywheel.store.shelves.doubts import DoubtShelf
from flywheel.store.shelves.effects import EffectShelf
from flywheel.store.shelves.feedback import FeedbackShelf
from flywheel.store.shelves.findings import FindingShelf
from flywheel.store.shelves.foreseeing import ForeseeingShelf
from flywheel.store.shelves.hearing import HearingShelf
from flywheel.store.shelves.identities import IdentityShelf
from flywheel.store.shelves.initiatives import InitiativeShelf
from flywheel.store.shelves.launches import LaunchShelf
from flywheel.store.shelves.learning import LearningShelf
from flywheel.store.shelves.lineage import LineageShelf
from flywheel.store.shelves.measures import MeasureShelf
from flywheel.store.shelves.objections import ObjectionShelf
from flywheel.store.shelves.observations import ObservationShelf
from flywheel.store.shelves.outbox import OutboxShelf
from flywheel.store.shelves.outcomes import OutcomeShelf
from flywheel.store.shelves.people import PeopleShelf
from flywheel.store.shelves.public import PublicShelf
from flywheel.store.shelves.readings import ReadingShelf
from flywheel.store.shelves.reports import ReportShelf
from flywheel.store.shelves.revisions import RevisionShelf
from flywheel.store.shelves.rollups import RollupShelf
from flywheel.store.shelves.sources import SourceShelf
from flywheel.store.shelves.standings import StandingShelf
from flywheel.store.shelves.sums import SumShelf
from flywheel.store.shelves.thanks import ThanksShelf
from flywheel.store.shelves.themes import ThemeShelf
from flywheel.store.shelves.threads import ThreadShelf
from flywheel.store.shelves.views import ViewShelf
from flywheel.store.shelves.waiting import WaitingShelf


class Shelves:
    """The shelves of one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def cycles(self) -> CycleShelf:
        """Cycles, steps, settings, the lease, reports."""
        return CycleShelf(self._connection)

    @cached_property
    def feedback(self) -> FeedbackShelf:
        """Feedback, scores, cursors, what was set aside."""
        return FeedbackShelf(self._connection)

    @cached_property
    def reports(self) -> ReportShelf:
        """How long people waited, what customers are worth, what waits; reports that were made."""
        return ReportShelf(self._connection)

    @cached_property
    def revisions(self) -> RevisionShelf:
        """How feedback stood before it was edited."""
        return RevisionShelf(self._connection)

    @cached_property
    def sources(self) -> SourceShelf:
        """Volumes, what was sent to us, what may be replayed."""
        return SourceShelf(self._connection)

    @cached_property
    def measures(self) -> MeasureShelf:
        """Figures that others counted."""
        return MeasureShelf(self._connection)

    @cached_property
    def identities(self) -> IdentityShelf:
        """Who is who across sources; signals."""
        return IdentityShelf(self._connection)

    @cached_property
    def readings(self) -> ReadingShelf:
        """Readings, mentions, roll-ups."""
        return ReadingShelf(self._connection)

    @cached_property
    def foreseeing(self) -> ForeseeingShelf:
        """What risks are learned from, and the models."""
        return ForeseeingShelf(self._connection)

    @cached_property
    def corrections(self) -> CorrectionShelf:
        """What people corrected, and the heads that learn from it."""
        return CorrectionShelf(self._connection)

    @cached_property
    def themes(self) -> ThemeShelf:
        """Themes that nobody listed."""
        return ThemeShelf(self._connection)

    @cached_property
    def rollups(self) -> RollupShelf:
        """The daily sums, and a scan of what they count."""
        return RollupShelf(self._connection)

    @cached_property
    def people(self) -> PeopleShelf:
        """Persons, consents, contacts, predictions."""
        return PeopleShelf(self._connection)

    @cached_property
    def standings(self) -> StandingShelf:
        """Where we stand beside others."""
        return StandingShelf(self._connection)

    def sums(self, model: str) -> SumShelf:
        """Sums over the roll-ups of what a model read, and of scores."""
        return SumShelf(self._connection, model)

    def threads(self, model: str) -> ThreadShelf:
        """Who asked and who answered, as a model read it."""
        return ThreadShelf(self._connection, model)

    def public(self, model: str, brand: str) -> PublicShelf:
        """What is said about us where everybody can read it."""
        return PublicShelf(self._connection, model, brand)

    @cached_property
    def hearing(self) -> HearingShelf:
        """Who was heard, and who was not."""
        return HearingShelf(self._connection)

    @cached_property
    def findings(self) -> FindingShelf:
        """What else orienting found."""
        return FindingShelf(self._connection)

    @cached_property
    def initiatives(self) -> InitiativeShelf:
        """Causes to remove, and what came of it."""
        return InitiativeShelf(self._connection)

    @cached_property
    def observations(self) -> ObservationShelf:
        """What the outer loop saw of the wheel."""
        return ObservationShelf(self._connection)

    @cached_property
    def decisions(self) -> DecisionShelf:
        """Decisions and their verdicts."""
        return DecisionShelf(self._connection)

    @cached_property
    def waiting(self) -> WaitingShelf:
        """Who waits for a decision."""
        return WaitingShelf(self._connection)

    @cached_property
    def cases(self) -> CaseShelf:
        """Who needs an answer of a person, and what became of it."""
        return CaseShelf(self._connection)

    @cached_property
    def thanks(self) -> ThanksShelf:
        """Praise, and who earned it."""
        return ThanksShelf(self._connection)

    @cached_property
    def objections(self) -> ObjectionShelf:
        """What the customers' advocate holds against plans."""
        return ObjectionShelf(self._connection)

    @cached_property
    def outbox(self) -> OutboxShelf:
        """Deliveries and their attempts."""
        return OutboxShelf(self._connection)

    @cached_property
    def doubts(self) -> DoubtShelf:
        """Messages as a person looks at them."""
        return DoubtShelf(self._connection)

    @cached_property
    def outcomes(self) -> OutcomeShelf:
        """Outcomes, and what they say of decisions."""
        return OutcomeShelf(self._connection)

    @cached_property
    def afterwards(self) -> AfterwardsShelf:
        """Outcomes that feedback itself tells."""
        return AfterwardsShelf(self._connection)

    @cached_property
    def appraised(self) -> AppraisedShelf:
        """Facts about the wheel's own work."""
        return AppraisedShelf(self._connection)

    @cached_property
    def effects(self) -> EffectShelf:
        """What came of decisions, added up."""
        return EffectShelf(self._connection)

    @cached_property
    def learning(self) -> LearningShelf:
        """Lifts, learnings and who used them."""
        return LearningShelf(self._connection)

    @cached_property
    def lineage(self) -> LineageShelf:
        """What lies behind anything that has an id."""
        return LineageShelf(self._connection)

    @cached_property
    def approvals(self) -> ApprovalShelf:
        """What waits for a person's word, and the words that were given."""
        return ApprovalShelf(self._connection)

    @cached_property
    def launches(self) -> LaunchShelf:
        """How far plays have come with real people."""
        return LaunchShelf(self._connection)

    @cached_property
    def breakers(self) -> BreakerShelf:
        """Channels that rest after failures."""
        return BreakerShelf(self._connection)

    @cached_property
    def accounts(self) -> AccountShelf:
        """Who may have a say in what is sent."""
        return AccountShelf(self._connection)

    @cached_property
    def audit(self) -> AuditShelf:
        """What persons and the machine did."""
        return AuditShelf(self._connection)

    @cached_property
    def views(self) -> ViewShelf:
        """The public views, row by row."""
        return ViewShelf(self._connection)
