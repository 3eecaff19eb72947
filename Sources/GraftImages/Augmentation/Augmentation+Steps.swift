extension Augmentation {
  /// What is done to a picture of some size for one key: all numbers drawn, neighbouring maps made one.
  ///
  /// The crop and the mixing are not among the steps: the one comes before the resize, the other needs two pictures.
  package func steps(for key: AugmentationKey, width: Int, height: Int) -> [PixelStep] {
    var steps: [PixelStep] = []
    for (operation, occurrence) in numbered {
      var draws = draws(key, operation, occurrence)
      for step in operation.steps(&draws, width: width, height: height) { steps.append(joining: step) }
    }
    return steps.filter { step in
      if case .transform(let transform, _) = step { !transform.isIdentity } else { true }
    }
  }
}

extension [PixelStep] {
  /// Appends a step, or makes one map of it and the last step if both are maps with one fill.
  ///
  /// A flip needs no fill, so it joins any map.
  fileprivate mutating func append(joining step: PixelStep) {
    guard case .transform(let next, let nextFill) = step, case .transform(let before, let fill) = last,
      nextFill == fill || before.staysInside || next.staysInside
    else { return append(step) }
    self[count - 1] = .transform(before.then(next), before.staysInside ? nextFill : fill)
  }
}
