"""An analysis: everything that matters in one version of a dataset."""

from pydantic import BaseModel, ConfigDict, computed_field

from morello.analysis.insights.finding import Finding
from morello.analysis.insights.ranking import in_order
from morello.analysis.insights.suggestion import ModelSuggestion
from morello.analysis.methods.profile import Profile
from morello.data.ingest.plan import Division
from morello.kernel.messages import Message

MOST_IMPORTANT = 5


class Analysis(BaseModel):
    """What was found, in order of what matters most, and how hard was looked."""

    model_config = ConfigDict(ser_json_inf_nan="strings")

    dataset: str
    version: str
    rows: int
    columns: int
    rows_read: int
    """Rows taken from the source when this version was made."""
    rows_rejected: int
    """Rows of the source that could not be taken."""
    outliers: list[Finding] = []
    patterns: list[Finding] = []
    business_insights: list[Finding] = []
    quality: list[Finding] = []
    model_suggestions: list[ModelSuggestion] = []
    nothing_noteworthy: bool
    """Whether there is no outlier, pattern or business insight; quality may still speak."""
    tests_made: int
    """Hypotheses tested; all of them are corrected for together."""
    false_discovery_rate: float
    """Expected share of false findings among those that were tested."""
    notes: list[Message] = []
    """What was sampled, approximate or left out."""
    profile: Profile
    plan: Division | None = None
    """How the rows were read."""

    @computed_field  # type: ignore[prop-decorator]  # pydantic asks for this order
    @property
    def most_important(self) -> list[str]:
        """The ids of what matters most in the data, across the lists; quality stands aside."""
        said = [each.id for each in self.findings if each.group != "quality"]
        return said[:MOST_IMPORTANT]

    @property
    def findings(self) -> list[Finding]:
        """Every finding, the most worth knowing first."""
        return in_order(
            [*self.outliers, *self.patterns, *self.business_insights, *self.quality],
        )
