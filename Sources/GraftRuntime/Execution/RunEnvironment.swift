/// What a kernel of ours knows of the run around it.
package struct RunEnvironment: Sendable {
  /// The number of the training step, which dropout's masks depend on.
  package var trainingStep: UInt64
  /// The place of the run's first sample in the step's batch, of which the run may be a part.
  package var firstSample: Int
  /// The workers that run the parts of one batch together, and this one's place among them.
  package var member: TeamMember

  /// Describes a run; by default of one worker that has the whole batch.
  package init(trainingStep: UInt64 = 0, firstSample: Int = 0, member: TeamMember = TeamMember()) {
    self.trainingStep = trainingStep
    self.firstSample = firstSample
    self.member = member
  }
}
