internal import GraftCore

extension Layer {
  /// Keeps training from changing any weight at or below this layer: the same as `isTrainable = false`.
  public func freeze() { isTrainable = false }
}

extension Model {
  /// Lets training change all layers, nested ones included.
  ///
  /// - Parameter batchNorm: What becomes of batch normalisations; by default they stay frozen.
  public func unfreeze(batchNorm: BatchNormTraining = .frozen) {
    unfreeze(Set(allLayers.map(ObjectIdentifier.init)), batchNorm)
  }

  /// Lets training change a layer and all that come after it, and freezes all that come before it.
  ///
  /// The order is that of `summary()`; the layers of a nested model stand in its place. What was frozen earlier does not
  /// matter. Call it on the base, so that the layers of a new top are left alone.
  ///
  /// ```swift
  /// try base.unfreeze(from: "block_13_expand", batchNorm: .frozen)
  /// ```
  ///
  /// - Parameters:
  ///   - layerName: The first layer to be trained; that of a nested model stands for its first layer.
  ///   - batchNorm: What becomes of batch normalisations; by default they stay frozen.
  /// - Throws: `GraftError.invalidArgument`, naming the nearest layers, if there is no such layer.
  public func unfreeze(from layerName: String, batchNorm: BatchNormTraining = .frozen) throws {
    let first = try layer(named: layerName)
    let all = allLayers
    let start = ((first as? Model)?.allLayers.first).map(ObjectIdentifier.init) ?? ObjectIdentifier(first)
    let rest = all.drop { ObjectIdentifier($0) != start }
    unfreeze(Set(rest.map(ObjectIdentifier.init)), batchNorm)
  }

  /// Lets training change the layers from an index of `layers` on, and freezes all before.
  ///
  /// - Parameters:
  ///   - index: The first of `layers` to be trained. A negative one counts from the end: −20 stands for the last twenty.
  ///   - batchNorm: What becomes of batch normalisations; by default they stay frozen.
  /// - Throws: `GraftError.invalidArgument` if there is no layer at the index.
  public func unfreeze(fromIndex index: Int, batchNorm: BatchNormTraining = .frozen) throws {
    let start = index < 0 ? layers.count + index : index
    guard layers.indices.contains(start) else {
      throw GraftError(
        .invalidArgument,
        """
        Model "\(name)" has \(layers.count) layers: expected an index from \(-layers.count) to \(layers.count - 1). \
        Received: \(index).
        """)
    }
    let rest = layers[start...].flatMap { ($0 as? Model)?.allLayers ?? [$0] }
    unfreeze(Set(rest.map(ObjectIdentifier.init)), batchNorm)
  }

  /// Lets training change the last part of the layers, and freezes all before.
  ///
  /// - Parameters:
  ///   - fraction: The part of the layers, those of nested models counted one by one, from 0 (none) to 1 (all); a part of a
  ///     layer counts as a whole one.
  ///   - batchNorm: What becomes of batch normalisations; by default they stay frozen.
  /// - Throws: `GraftError.invalidArgument` if the fraction lies outside [0, 1].
  public func unfreeze(lastFraction fraction: Double, batchNorm: BatchNormTraining = .frozen) throws {
    guard (0...1).contains(fraction) else {
      throw GraftError(
        .invalidArgument, "The fraction of layers to unfreeze must lie from 0 to 1. Received: \(fraction).")
    }
    let all = allLayers
    // Less than a millionth of a layer is rounding: 0.7 of 10 is 7.
    let count = Int((fraction * Double(all.count) - 1e-6).rounded(.up))
    unfreeze(Set(all.suffix(max(count, 0)).map(ObjectIdentifier.init)), batchNorm)
  }

  private func unfreeze(_ chosen: Set<ObjectIdentifier>, _ batchNorm: BatchNormTraining) {
    for layer in layers {
      if let model = layer as? Model {
        model.unfreeze(chosen, batchNorm)
      } else {
        let staysFrozen = layer is BatchNormalization && batchNorm == .frozen
        layer.isTrainable = chosen.contains(ObjectIdentifier(layer)) && !staysFrozen
      }
    }
    setOwnTrainability(allLayers.contains { chosen.contains(ObjectIdentifier($0)) })
  }
}
