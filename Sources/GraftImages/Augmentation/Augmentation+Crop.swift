internal import Foundation

extension Augmentation {
  /// The part of a decoded picture that the network gets to see for one key; nil for the whole.
  package func crop(for key: AugmentationKey, width: Int, height: Int) -> ImageRegion? {
    guard let operation = operations.first(where: { $0.name == .resizedCrop }),
      case .resizedCrop(let scale, let ratios) = operation.kind
    else { return nil }
    var draws = draws(key, operation, 0)
    let (width, height) = (Double(width), Double(height))
    let area = draws.uniform(in: scale) * width * height
    let place = (ratio: draws.uniform(), x: draws.uniform(), y: draws.uniform())
    // Width √(area · ratio) and height √(area / ratio) fit for these proportions only.
    let lowest = max(ratios.lowerBound, area / (height * height))
    let highest = min(ratios.upperBound, width * width / area)
    let partWidth: Double
    let partHeight: Double
    if lowest <= highest {
      let ratio = exp(log(lowest) + place.ratio * (log(highest) - log(lowest)))
      partWidth = min(width, (area * ratio).squareRoot())
      partHeight = min(height, (area / ratio).squareRoot())
    } else {
      let ratio = min(max(width / height, ratios.lowerBound), ratios.upperBound)
      partWidth = min(width, height * ratio)
      partHeight = min(height, width / ratio)
    }
    return ImageRegion(
      x: place.x * (width - partWidth), y: place.y * (height - partHeight), width: partWidth, height: partHeight)
  }
}
