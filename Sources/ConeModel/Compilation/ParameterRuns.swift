import LinearAlgebra

/// Places of one array, each linear in one parameter.
///
/// Neighbouring places of one parameter are a run, and equal runs of consecutive parameters a panel: a matrix `C` whose product with the
/// parameters is added to a piece of the array. So the `2Aᵀb` of a dense least-squares problem in the parameter `b` is one product by BLAS.
struct ParameterRuns: Sendable {
  private struct Panel: Sendable {
    let parameter: Int
    let index: Int
    let start: Int
    /// Rows of `C`.
    var count: Int
    /// Columns of `C`.
    var parameters = 1
  }

  private var panels: [Panel] = []
  private var coefficients: [Double] = []
  /// The parameters that occur, and perhaps others between them.
  private var range: Range<Int>?

  mutating func append(_ index: Int, _ parameter: Int, _ coefficient: Double) {
    coefficients.append(coefficient)
    range = Swift.min(range?.lowerBound ?? parameter, parameter)..<Swift.max(range?.upperBound ?? 0, parameter + 1)
    if let last = panels.last, last.parameters == 1, last.parameter == parameter, last.index + last.count == index {
      panels[panels.count - 1].count += 1
    } else {
      mergeLastRuns()
      panels.append(Panel(parameter: parameter, index: index, start: coefficients.count - 1, count: 1))
    }
  }

  /// Makes the last run a column of the panel before it, where it fits.
  private mutating func mergeLastRuns() {
    guard panels.count > 1 else { return }
    let (panel, run) = (panels[panels.count - 2], panels[panels.count - 1])
    guard run.index == panel.index, run.count == panel.count, run.parameter == panel.parameter + panel.parameters else { return }
    panels.removeLast()
    panels[panels.count - 1].parameters += 1
  }

  /// To be called after the last place.
  mutating func finish() { mergeLastRuns() }

  /// Sets `values` to `base + Σ coefficient · parameter` at the places, if one of the changed parameters stands there.
  func apply(_ parameters: [Double], _ changed: Range<Int>, _ base: [Double], to values: inout [Double]) {
    guard let range, range.overlaps(changed) else { return }
    values.withUnsafeMutableBufferPointer { values in
      if coefficients.count >= base.count {
        _ = values.update(fromContentsOf: base)
      } else {
        for panel in panels {
          for k in panel.index..<panel.index + panel.count { values[k] = base[k] }
        }
      }
      coefficients.withUnsafeBufferPointer { coefficients in
        parameters.withUnsafeBufferPointer { parameters in
          for panel in panels {
            let target = values.slice(panel.index..<panel.index + panel.count)
            let C = UnsafeBufferPointer(rebasing: coefficients[panel.start..<panel.start + panel.count * panel.parameters])
            if panel.parameters == 1 {
              for k in 0..<panel.count { target[k] += C[k] * parameters[panel.parameter] }
            } else {
              let p = UnsafeBufferPointer(rebasing: parameters[panel.parameter..<panel.parameter + panel.parameters])
              Dense.multiplyAdd(C, p, into: target)
            }
          }
        }
      }
    }
  }
}
