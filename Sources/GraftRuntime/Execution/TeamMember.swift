/// One of the workers that run the parts of a batch together.
package struct TeamMember: Sendable {
  /// What the workers share; none for a worker that is alone.
  package let team: WorkerTeam?
  /// This worker's number, from 0.
  package let index: Int

  /// Describes a worker; by default one that is alone.
  package init(team: WorkerTeam? = nil, index: Int = 0) {
    self.team = team
    self.index = index
  }

  /// The number of workers.
  package var count: Int { team?.count ?? 1 }
}
