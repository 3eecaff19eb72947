internal import Foundation

extension ClassificationReport {
  /// A table for people: one line per class, then the averages, then area and calibration where they are known.
  ///
  /// - Parameter classNames: The names in the order of the classes; classes beyond them are shown by their numbers.
  public func text(classNames: [String]) -> String {
    let hasAreas = areaUnderROC != nil
    var rows = [["class", "precision", "recall", "F1"] + (hasAreas ? ["AUC"] : []) + ["samples"]]
    func add(_ name: String, _ score: ClassScore, area: Double?) {
      let area = hasAreas ? [area.map(Self.number) ?? "–"] : []
      rows.append([name] + [score.precision, score.recall, score.f1].map(Self.number) + area + ["\(score.support)"])
    }
    for (index, score) in classes.enumerated() {
      add(index < classNames.count ? classNames[index] : "class \(index)", score, area: areasUnderROC[index])
    }
    add("macro average", macro, area: areaUnderROC)
    add("weighted average", weighted, area: nil)
    add("micro average", micro, area: nil)
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    var lines = rows.map { row in
      row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        // Names at the left, numbers at the right.
        return column == 0 ? cell + blanks : blanks + cell
      }.joined(separator: "  ")
    }
    if let expectedCalibrationError {
      lines.append("expected calibration error \(Self.number(expectedCalibrationError))")
    }
    return lines.joined(separator: "\n")
  }

  private static func number(_ value: Double) -> String { String(format: "%.3f", value) }
}
