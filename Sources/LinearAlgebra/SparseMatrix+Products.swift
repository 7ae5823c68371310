extension SparseMatrix {
  /// `y ← y + α·A·x`. Complexity: O(columns + nonzeros).
  public func multiplyAdd(_ alpha: Double, _ x: VectorView, into y: VectorView) {
    columnPointers.withUnsafeBufferPointer { p in
      rowIndices.withUnsafeBufferPointer { i in
        values.withUnsafeBufferPointer { v in
          for j in 0..<columns {
            let a = alpha * x[j]
            if a == 0 { continue }
            for k in p[j]..<p[j + 1] { y[i[k]] += a * v[k] }
          }
        }
      }
    }
  }

  /// `y ← y + α·Aᵀ·x`. Complexity: O(columns + nonzeros).
  public func transposeMultiplyAdd(_ alpha: Double, _ x: VectorView, into y: VectorView) {
    columnPointers.withUnsafeBufferPointer { p in
      rowIndices.withUnsafeBufferPointer { i in
        values.withUnsafeBufferPointer { v in
          for j in 0..<columns {
            var sum = 0.0
            for k in p[j]..<p[j + 1] { sum += v[k] * x[i[k]] }
            y[j] += alpha * sum
          }
        }
      }
    }
  }

  /// `y ← y + α·M·x` for the symmetric `M` of which `self` is the upper triangle.
  public func symmetricMultiplyAdd(_ alpha: Double, _ x: VectorView, into y: VectorView) {
    columnPointers.withUnsafeBufferPointer { p in
      rowIndices.withUnsafeBufferPointer { i in
        values.withUnsafeBufferPointer { v in
          for j in 0..<columns {
            var sum = 0.0
            let xj = alpha * x[j]
            for k in p[j]..<p[j + 1] {
              sum += v[k] * x[i[k]]
              if i[k] != j { y[i[k]] += v[k] * xj }
            }
            y[j] += alpha * sum
          }
        }
      }
    }
  }

  /// `xᵀMx` for the symmetric `M` of which `self` is the upper triangle.
  public func quadraticForm(_ x: VectorView) -> Double {
    var total = 0.0
    for j in 0..<columns {
      var sum = 0.0
      for k in columnPointers[j]..<columnPointers[j + 1] {
        let i = rowIndices[k]
        sum += (i == j ? 1 : 2) * values[k] * x[i]
      }
      total += sum * x[j]
    }
    return total
  }
}
