import LinearAlgebra

/// Consecutive second-order cones as one block: programs have tens of thousands of them, of three or four rows each.
final class SecondOrderBlock: SymmetricCone {
  let rows: Range<Int>
  var degree: Int { cones.count }
  private let arena = Arena()
  private let cones: UnsafeMutableBufferPointer<SecondOrderCone>

  /// - Parameter dimensions: of the cones, each at least 2.
  init(dimensions: [Int], firstRow: Int) {
    cones = .allocate(capacity: dimensions.count)
    var row = firstRow
    for (k, d) in dimensions.enumerated() {
      cones.initializeElement(at: k, to: SecondOrderCone(rows: row..<row + d, arena))
      row += d
    }
    rows = firstRow..<row
  }

  deinit { cones.deallocate() }

  var count: Int { cones.count }
  subscript(k: Int) -> SecondOrderCone { cones[k] }

  /// The rows of cone `k` in a vector over the block.
  private func part(_ v: VectorView, _ k: Int) -> VectorView {
    let range = cones[k].rows
    return v.slice(range.lowerBound - rows.lowerBound..<range.upperBound - rows.lowerBound)
  }

  func margin(_ v: VectorView) -> Double {
    var least = Double.infinity
    for k in 0..<count { least = min(least, SecondOrderCone.margin(part(v, k))) }
    return least
  }

  func addIdentity(_ t: Double, to v: VectorView) {
    for k in 0..<count { part(v, k)[0] += t }
  }

  func setIdentityScaling() {
    for k in 0..<count { cones[k].setIdentityScaling() }
  }

  func updateScaling(s: VectorView, z: VectorView) -> Bool {
    for k in 0..<count {
      guard cones[k].updateScaling(s: part(s, k), z: part(z, k)) else { return false }
    }
    return true
  }

  func applyH(_ x: VectorView, into y: VectorView) {
    for k in 0..<count { cones[k].applyH(part(x, k), into: part(y, k)) }
  }

  func applyHInverse(_ x: VectorView, into y: VectorView) {
    for k in 0..<count { cones[k].applyHInverse(part(x, k), into: part(y, k)) }
  }

  func enterFrame(_ v: VectorView) {
    for k in 0..<count { cones[k].frame.enter(part(v, k)) }
  }

  func leaveFrame(_ v: VectorView) {
    for k in 0..<count { cones[k].frame.leave(part(v, k)) }
  }

  func applyFramedH(_ x: VectorView, into y: VectorView) {
    for k in 0..<count { cones[k].applyFramedH(part(x, k), into: part(y, k)) }
  }

  func combinedTerm(z: VectorView, ds: VectorView, dz: VectorView, sigmaMu: Double, into shift: VectorView) {
    for k in 0..<count {
      cones[k].combinedTerm(z: part(z, k), ds: part(ds, k), dz: part(dz, k), sigmaMu: sigmaMu, into: part(shift, k))
    }
  }

  func maximumStep(s: VectorView, ds: VectorView, z: VectorView, dz: VectorView, limit: Double) -> Double {
    var alpha = limit
    for k in 0..<count {
      alpha = cones[k].maximumStep(s: part(s, k), ds: part(ds, k), z: part(z, k), dz: part(dz, k), limit: alpha)
    }
    return alpha
  }
}
